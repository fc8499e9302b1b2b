"""`personac check --base`: what changes since a commit, in every form, and what stops it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.report.test_forms import assert_sarif
from tests.test_base import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

READ = "activities/read-buckets.yaml"
FIRST = "personas/analyst/1.0.0.template.json"
PEOPLE = "title: People\ndescription: What people may launch.\nproducts:\n  analyst: {}\n"


@pytest.fixture
def since(shell: Shell) -> Shell:
    """The small catalog, built and committed to `main`."""
    shell("build")
    git(shell.folder, "init", "--quiet")
    git(shell.folder, "add", ".")
    git(shell.folder, "commit", "--quiet", "--message", "One")
    return shell


def commit(shell: Shell) -> str:
    return git(shell.folder, "rev-parse", "main")[:12]


def test_nothing_changed(since: Shell) -> None:
    said = since("check", "--base", "main")

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"checked 1 persona\nsince main, {commit(since)}: no persona changes\nno mistakes found\n"
    )


def test_what_changes_is_a_note_of_the_run(since: Shell) -> None:
    since.change(READ, "[s3:GetObject]", "[s3:GetObject, s3:PutObject]")

    said = since("check", "--base", "main")

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"checked 1 persona\nsince main, {commit(since)}\n"
        "  analyst 1.0.0: gains 1 action; would be minor\n"
        "    minor  gains s3:PutObject by ReadBucketsRead  catalog/activities/read-buckets.yaml:7\n"
        "no mistakes found\n"
    )


def test_a_version_raised_too_little_is_a_finding(since: Shell) -> None:
    since.change(READ, "[s3:GetObject]", "[s3:PutObject]")
    since.change("personas/analyst.yaml", "version: 1.0.0", "version: 1.1.0")

    said = since("check", "--base", "main~0")

    assert (said.code, said.err) == (1, "")
    assert "  analyst 1.0.0 to 1.1.0: gains 1 action, loses 1 action; is major\n" in said.out
    assert "error[bump-too-small]: 1.1.0 is too small after 1.0.0: a major change " in said.out
    assert said.out.endswith("\n1 error, 0 warnings\n")


def test_as_json(since: Shell) -> None:
    since.change(READ, "[s3:GetObject]", "[s3:GetObject, s3:PutObject]")

    said = since("check", "--base", commit(since), "--format", "json")

    view = json.loads(said.out)
    assert (said.code, said.err) == (0, "checked 1 persona\n")
    assert view["schema"] == "personac.diagnostics/1"
    assert (view["diagnostics"], view["errors"], view["warnings"]) == ([], 0, 0)
    assert view["base"] == {"ref": commit(since), "commit": git(since.folder, "rev-parse", "main")}
    assert view["changes"] == [
        {
            "persona": "analyst",
            "change": "changed",
            "old_version": "1.0.0",
            "new_version": "1.0.0",
            "bump": "minor",
            "least_version": "1.1.0",
            "gained_actions": ["s3:PutObject"],
            "lost_actions": [],
            "reasons": [
                {
                    "level": "minor",
                    "text": "gains s3:PutObject by ReadBucketsRead",
                    "path": "catalog/activities/read-buckets.yaml",
                    "line": 7,
                }
            ],
            "note": None,
            "summary": "analyst 1.0.0: gains 1 action; would be minor",
        }
    ]


def test_without_a_base_nothing_is_said_of_one(since: Shell) -> None:
    view = json.loads(since("check", "--format", "json").out)

    assert "base" not in view
    assert "changes" not in view


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_other_forms_have_the_mistakes_and_the_changes_beside_them(since: Shell, form: str) -> None:
    since.change("personas/analyst.yaml", "version: 1.0.0", "version: 0.1.0")

    said = since("check", "--base", "main", "--format", form)

    assert said.code == 1
    assert said.err == (
        f"checked 1 persona\nsince main, {commit(since)}\n"
        "  analyst 1.0.0 to 0.1.0: nothing changes\n"
    )
    if form == "sarif":
        assert_sarif(json.loads(said.out))
        assert '"version-lowered"' in said.out
    else:
        assert said.out.startswith("::error file=catalog/personas/analyst.yaml,line=3,")


def test_a_catalog_with_errors_is_not_compared(since: Shell) -> None:
    since.change(READ, "s3:GetObject", "s3:GetObjekt")

    said = since("check", "--base", "main")

    assert said.code == 1
    head = f"since main, {commit(since)}: not compared, for there are errors\n"
    assert said.out.startswith(f"{head}error[unknown-action]: ")
    assert json.loads(since("check", "--base", "main", "--format", "json").out)["changes"] is None


def test_from_a_folder_below_and_with_folders_elsewhere(
    since: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(since.folder, "mv", "catalog", "source")
    git(since.folder, "mv", "output", "made")
    git(since.folder, "commit", "--quiet", "--message", "Two")
    below = since.folder / "docs"
    below.mkdir()
    monkeypatch.chdir(below)

    said = since("check", "--base", "main", "--catalog", "../source", "--output", "../made")

    assert (said.code, said.err) == (0, "")
    assert ": no persona changes\n" in said.out


def test_the_work_tree_stays_as_it_is(since: Shell) -> None:
    since.change(READ, "[s3:GetObject]", "[s3:PutObject]")
    before = {each: each.read_bytes() for each in since.folder.rglob("*") if each.is_file()}

    since("check", "--base", "main")

    after = {each: each.read_bytes() for each in since.folder.rglob("*") if each.is_file()}
    assert after == before


class TestReleased:
    """What portfolios of the base list stays as it is."""

    @pytest.fixture
    def released(self, since: Shell) -> Shell:
        since.write("portfolios/people.yaml", PEOPLE)
        since("build")
        git(since.folder, "add", ".")
        git(since.folder, "commit", "--quiet", "--message", "Two")
        return since

    def test_nothing_changed(self, released: Shell) -> None:
        assert released("check", "--base", "main").code == 0

    def test_another_meaning(self, released: Shell) -> None:
        released.change(READ, "[s3:GetObject]", "[s3:GetObject, s3:PutObject]")

        said = released("check", "--base", "main")

        assert said.code == 1
        assert "  analyst 1.0.0: gains 1 action; would be minor\n" in said.out
        assert said.out.endswith(
            """\
error[released-version-changed]: 1.0.0 is released, and its meaning has changed: gains s3:PutObject by ReadBucketsRead
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 1.0.0
  |          ^^^^^
 ::: catalog/activities/read-buckets.yaml:7:5
  |
7 |   - sid: Read
  |     --------- gains s3:PutObject by ReadBucketsRead
  = hint: raise the version to 1.1.0, or higher

1 error, 0 warnings
"""
        )

    def test_a_template_that_is_gone_or_edited(self, released: Shell) -> None:
        file = released.folder / "output" / FIRST
        before = file.read_bytes()
        file.write_bytes(before + b" ")
        edited = released("check", "--base", "main")
        file.unlink()
        missing = released("check", "--base", "main")

        assert (edited.code, missing.code) == (1, 1)
        assert edited.out.endswith(
            f"""\
error[released-version-edited]: 1.0.0 of 'analyst' is released, and its template is another than at 'main'
 --> output/{FIRST}:1:1
  = hint: 'personac build --base main' writes it again as it was

1 error, 0 warnings
"""
        )
        assert missing.out.endswith(
            f"""\
error[released-version-missing]: 1.0.0 of 'analyst' is released, and its template is not there
 --> output/{FIRST}:1:1
  = hint: 'personac build --base main' writes it again as it was

1 error, 0 warnings
"""
        )
        released("build", "--base", "main")
        assert file.read_bytes() == before

    def test_a_portfolio_that_is_gone(self, released: Shell) -> None:
        released.write("portfolios/people.yaml", None)

        said = released("check", "--base", "main")

        assert said.code == 1
        assert said.out.endswith(
            """\
error[released-version-unlisted]: no portfolio lists 'analyst' any more, of which 'main' has released 1.0.0
 --> catalog/portfolios/people.yaml:1:1
  = hint: list it in 'people' again; to end it, publish it first with the lifecycle 'removed'

1 error, 0 warnings
"""
        )

    def test_the_versions_of_products_without_a_base(self, shell: Shell) -> None:
        shell.write("portfolios/people.yaml", PEOPLE)
        persona = (shell.folder / "catalog/personas/analyst.yaml").read_text()
        shell.write("personas/analyst.yaml", f"{persona}lifecycle: {{1.0.1: retired}}\n")

        said = shell("check")

        assert said.code == 1
        assert said.out.endswith(
            """\
error[unknown-version]: 'analyst' has no version 1.0.1
 --> catalog/personas/analyst.yaml:7:13
  |
7 | lifecycle: {1.0.1: retired}
  |             ^^^^^
  = hint: did you mean '1.0.0'?

1 error, 0 warnings
"""
        )


class TestRefusals:
    def test_no_such_commit(self, since: Shell) -> None:
        said = since("check", "--base", "origin/main")

        assert (said.code, said.out) == (2, "")
        assert said.err == (
            "personac: there is no commit 'origin/main' in this repository; a clone that CI makes"
            " may hold one branch alone: fetch the base first\n"
        )

    def test_no_repository(
        self, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

        said = shell("check", "--base", "main")

        assert (said.code, said.out) == (2, "")
        assert said.err == "personac: 'catalog' is in no git repository\n"

    def test_no_git(self, since: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(since.folder))

        said = since("check", "--base", "main")

        assert (said.code, said.out) == (2, "")
        assert said.err == (
            "personac: git is not installed, or not on PATH: a base is read by it\n"
        )

    def test_an_output_elsewhere(
        self, since: Shell, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        elsewhere = tmp_path_factory.mktemp("elsewhere")

        said = since("check", "--base", "main", "--output", str(elsewhere))

        assert (said.code, said.out) == (2, "")
        assert said.err == (
            f"personac: '{elsewhere}' is outside of the git repository that holds the catalog\n"
        )


class TestDiff:
    """`personac diff` gives the same verdict."""

    def test_of_templates(self, since: Shell) -> None:
        since.change(READ, "[s3:GetObject]", "[s3:PutObject]")

        text = since("diff", "analyst@1.0.0", "analyst").out
        view = json.loads(since("diff", "analyst@1.0.0", "analyst", "--format", "json").out)
        markdown = since("diff", "analyst@1.0.0", "analyst", "--format", "markdown").out

        told = "major: loses s3:GetObject that ReadBucketsRead allowed"
        assert f"\n  bump  {told}\n" in text
        assert f"\nBump: {told}." in markdown
        assert view["bump"] == {
            "level": "major",
            "reasons": [
                {"level": "major", "text": "loses s3:GetObject that ReadBucketsRead allowed"},
                {"level": "minor", "text": "gains s3:PutObject by ReadBucketsRead"},
            ],
        }

    def test_none_for_one_launch_or_two_personas(self, since: Shell) -> None:
        since.write(
            "personas/other.yaml", (since.folder / "catalog/personas/analyst.yaml").read_text()
        )

        fixed = since(
            "diff", "analyst@1.0.0", "analyst", "--set", "Buckets=a-b", "--format", "json"
        )
        other = since("diff", "analyst", "other", "--format", "json")

        assert json.loads(fixed.out)["bump"] is None
        assert json.loads(other.out)["bump"] is None

    def test_of_a_template_with_odd_metadata(self, since: Shell) -> None:
        path = since.folder / "output/personas/analyst/1.0.0.template.json"
        (since.folder / "odd.json").write_text(
            json.dumps({**json.loads(path.read_bytes()), "Metadata": []})
        )

        said = since("diff", "odd.json", "odd.json")

        assert (said.code, said.err) == (0, "")
