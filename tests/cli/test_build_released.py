"""`personac build` where a base has released versions: they stay, or the build says why not."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.small import SMALL
from tests.test_base import git

if TYPE_CHECKING:
    from tests.cli.conftest import Said, Shell

PERSONA = "personas/analyst.yaml"
READ = "activities/read-buckets.yaml"
FIRST = "personas/analyst/1.0.0.template.json"
PORTFOLIO = "portfolios/people.json"
PEOPLE = "title: People\ndescription: What people may launch.\nproducts:\n  analyst: {}\n"
ORDER = ("[read-buckets, run-jobs]", "[run-jobs, read-buckets]")
"""Other bytes of the same meaning."""

MORE = ("[s3:GetObject]", "[s3:GetObject, s3:PutObject]")
LESS = ("[s3:ListBucket]", "[s3:GetBucketLocation]")
UNCHANGED = "2 templates and 1 portfolio: 0 written, 3 unchanged\n"
"""One template is the product's, the other the hub's."""


@pytest.fixture
def released(shell: Shell) -> Shell:
    """The small catalog with a portfolio, built and released on `origin/main`."""
    shell.write("portfolios/people.yaml", PEOPLE)
    git(shell.folder, "init", "--quiet")
    shell("build")
    release(shell)
    return shell


def release(shell: Shell) -> None:
    git(shell.folder, "add", ".")
    git(shell.folder, "commit", "--quiet", "--message", "Released")
    git(shell.folder, "update-ref", "refs/remotes/origin/main", "HEAD")


def raised(shell: Shell, version: str, *more: tuple[str, str]) -> None:
    text = SMALL[PERSONA].replace("1.0.0", version)
    for old, new in more:
        text = text.replace(old, new)
    shell.write(PERSONA, text)


def listed(shell: Shell) -> dict[str, str]:
    """The versions in the portfolio, with their lifecycle; each digest is that of its file."""
    held = shell.output()
    versions = json.loads(held[PORTFOLIO])["products"]["analyst"]["versions"]
    for version, each in versions.items():
        assert each["template"] == f"personas/analyst/{version}.template.json"
        assert each["sha256"] == sha256(held[each["template"]]).hexdigest()
    return {version: each["lifecycle"] for version, each in versions.items()}


def refused(said: Said, shell: Shell, before: dict[str, bytes]) -> str:
    """What a build that wrote nothing says."""
    assert (said.code, said.err) == (1, "")
    assert shell.output() == before
    return said.out


def test_nothing_changed(released: Shell) -> None:
    assert released("build").out == UNCHANGED
    assert released("build", "--check").out == "2 templates and 1 portfolio up to date\n"


def test_an_unreleased_version_is_written_anew(shell: Shell) -> None:
    shell.write("portfolios/people.yaml", PEOPLE)
    shell("build")
    shell.change(READ, *MORE)

    assert shell("build").out.endswith(
        "2 templates and 1 portfolio: 2 written, 1 unchanged\n"
        "1 version written over: without a base (origin/main, or --base) nothing is released\n"
    )
    assert listed(shell) == {"1.0.0": "active"}


class TestSameMeaning:
    def test_the_released_bytes_stay(self, released: Shell) -> None:
        before = released.output()
        released.change(PERSONA, *ORDER)

        assert released("build").out == (
            f"{UNCHANGED}1 released template kept, of the same meaning but written otherwise now:"
            " 'personac build --bump' makes a patch version\n"
        )
        assert released("build", "--check").code == 0
        assert released.output() == before

    def test_they_are_written_again(self, released: Shell) -> None:
        before = released.output()
        released.change(PERSONA, *ORDER)
        released("build", "--base", "none")
        assert released.output() != before

        stale = released("build", "--check")
        assert (stale.code, stale.err.splitlines()[:2]) == (
            4,
            [f"personac: output/{FIRST} is stale", f"output/{PORTFOLIO} is stale"],
        )
        assert "\n2 templates and 1 portfolio: 2 written, 1 unchanged\n" in released("build").out
        assert released.output() == before

    def test_a_version_after_it_may_be_of_the_same_meaning(self, released: Shell) -> None:
        raised(released, "1.0.1", ORDER)

        released("build")

        assert listed(released) == {"1.0.0": "active", "1.0.1": "active"}


class TestAnotherMeaning:
    def test_is_refused_with_what_differs(self, released: Shell) -> None:
        before = released.output()
        released.change(READ, *LESS)

        for options in [["build"], ["build", "--check"], ["build", "analyst"]]:
            assert refused(released(*options), released, before) == (
                """\
error[released-version-changed]: 1.0.0 is released, and its meaning has changed: loses s3:ListBucket that ReadBucketsList allowed
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 1.0.0
  |          ^^^^^
  = hint: raise the version to 2.0.0, or higher

1 error, 0 warnings
"""
            )

    def test_of_one_persona_writes_nothing_of_others(self, released: Shell) -> None:
        before = released.output()
        released.write("personas/other.yaml", SMALL[PERSONA].replace("Analyst", "Other"))
        raised(released, "1.0.0", ("Reads data", "Writes data"))

        assert "the role has another description" in refused(released("build"), released, before)

    def test_by_too_small_a_version(self, released: Shell) -> None:
        before = released.output()
        released.change(READ, *MORE)
        raised(released, "1.0.1")

        told = refused(released("build"), released, before)

        assert told.startswith(
            "error[bump-too-small]: 1.0.1 is too small after 1.0.0: a minor change needs 1.1.0:"
            " gains s3:PutObject by ReadBucketsRead\n"
        )

    def test_by_a_version_that_tells_it(self, released: Shell) -> None:
        old = released.output()[FIRST]
        released.change(READ, *MORE)
        raised(released, "1.1.0")

        assert released("build").out.splitlines()[:2] == [
            "wrote output/personas/analyst/1.1.0.template.json",
            f"wrote output/{PORTFOLIO}",
        ]
        assert released.output()[FIRST] == old
        assert listed(released) == {"1.0.0": "active", "1.1.0": "active"}

    def test_by_a_lower_version(self, released: Shell) -> None:
        before = released.output()
        raised(released, "0.9.0")

        told = refused(released("build"), released, before)

        assert told.startswith(
            "error[version-lowered]: the version is 0.9.0; at the base it is 1.0"
        )

    def test_with_no_base(self, released: Shell) -> None:
        released.change(READ, *MORE)

        assert released("build", "--base", "none").code == 0


class TestFiles:
    @pytest.mark.parametrize("content", [None, b"{}\n"])
    def test_an_older_version_is_written_again(
        self, released: Shell, content: bytes | None
    ) -> None:
        raised(released, "1.1.0")
        released("build")
        before = released.output()
        file = released.folder / "output" / FIRST
        file.unlink()
        if content is not None:
            file.write_bytes(content)

        how = "missing" if content is None else "stale"
        stale = released("build", "--check")
        assert (stale.code, stale.err.splitlines()[0]) == (
            4,
            f"personac: output/{FIRST} is {how}",
        )
        assert released("build", "analyst").out.startswith(f"wrote output/{FIRST}\n")
        assert released.output() == before

    def test_a_base_that_contradicts_itself(self, released: Shell) -> None:
        (released.folder / "output" / FIRST).write_bytes(b'{"Resources": {}}\n')
        release(released)
        raised(released, "2.0.0")
        (released.folder / "output" / FIRST).unlink()

        said = released("build")

        assert (said.code, said.err) == (
            2,
            f"personac: 'origin/main' holds {FIRST} with other bytes than its portfolios say\n",
        )

    def test_the_portfolios_of_named_personas_are_written_with_them(self, released: Shell) -> None:
        released.write("personas/other.yaml", SMALL[PERSONA].replace("Analyst", "Other"))
        released.write(
            "portfolios/others.yaml", PEOPLE.replace("People", "Others").replace("analyst", "other")
        )
        raised(released, "1.1.0")

        said = released("build", "analyst")

        assert said.out.splitlines() == [
            "wrote output/personas/analyst/1.1.0.template.json",
            f"wrote output/{PORTFOLIO}",
            "2 templates and 1 portfolio: 2 written, 1 unchanged",
        ]
        assert listed(released) == {"1.0.0": "active", "1.1.0": "active"}
        assert released("build", "analyst", "--check").code == 0
        assert released("build", "--check").code == 4

    def test_one_with_a_product_that_was_never_built_is_left(self, released: Shell) -> None:
        released.write("personas/other.yaml", SMALL[PERSONA].replace("Analyst", "Other"))
        released.write("portfolios/people.yaml", f"{PEOPLE}  other: {{}}\n")
        raised(released, "1.1.0")

        said = released("build", "analyst")

        assert said.out.splitlines() == [
            (
                f"output/{PORTFOLIO} is left as it is: 'personac build' without a name builds all of"
                " its products"
            ),
            "wrote output/personas/analyst/1.1.0.template.json",
            "2 templates: 1 written, 1 unchanged",
        ]
        assert listed(released) == {"1.0.0": "active"}

    def test_a_version_that_is_removed_and_deleted_is_gone(self, released: Shell) -> None:
        raised(released, "1.1.0")
        text = (released.folder / "catalog" / PERSONA).read_text()
        released.write(PERSONA, f"{text}lifecycle: {{1.0.0: removed}}\n")
        released("build")
        assert listed(released) == {"1.0.0": "removed", "1.1.0": "active"}
        release(released)
        assert released("build", "--check").code == 0
        (released.folder / "output" / FIRST).unlink()
        released.write(PERSONA, text)

        assert released("build").code == 0
        assert listed(released) == {"1.1.0": "active"}
        assert released("check", "--base", "origin/main").code == 0


class TestProducts:
    def test_the_lifecycle_of_no_version(self, released: Shell) -> None:
        before = released.output()
        released.write(PERSONA, SMALL[PERSONA] + "lifecycle: {1.1.0: deprecated}\n")

        told = refused(released("build"), released, before)

        assert told.startswith("error[unknown-version]: 'analyst' has no version 1.1.0\n")

    def test_one_that_nobody_can_launch(self, released: Shell) -> None:
        released.write(PERSONA, SMALL[PERSONA] + "lifecycle: {1.0.0: retired}\n")

        said = released("build")

        assert said.out.endswith("1 warning of the rules: 'personac check' tells them\n")
        assert listed(released) == {"1.0.0": "retired"}

    def test_a_version_from_nowhere(self, released: Shell) -> None:
        file = released.folder / "output/personas/analyst/1.1.0.template.json"
        file.write_bytes(b"{}")

        assert released("build").out == (
            """\
error[leftover-version]: 'analyst' is at version 1.0.0, and this file is of 1.1.0
 --> output/personas/analyst/1.1.0.template.json:1:1
  = hint: delete the file, or raise the version of the persona to 1.1.0

1 error, 0 warnings
"""
        )

    @pytest.mark.parametrize(("number", "told"), [(80, "warning"), (101, "error")])
    def test_many_versions(self, released: Shell, number: int, told: str) -> None:
        for index in range(number - 1):
            file = released.folder / f"output/personas/analyst/0.1.{index}.template.json"
            file.write_bytes(b"{}")

        said = released("build", "--format", "json")

        (found,) = json.loads(said.out)["diagnostics"]
        assert (found["severity"], found["line"], said.code) == (told, 3, int(told == "error"))
        assert found["message"] == (
            f"these are {number} versions; Service Catalog takes 100 of a product"
        )

    @pytest.mark.parametrize("text", [None, PEOPLE.replace("analyst", "other")])
    def test_one_that_is_listed_no_more(self, released: Shell, text: str | None) -> None:
        before = released.output()
        released.write("personas/other.yaml", SMALL[PERSONA].replace("Analyst", "Other"))
        released.write("portfolios/people.yaml", text)

        told = refused(released("build"), released, before)

        line = "1:1" if text is None else "3:1"
        assert told.startswith(
            "error[released-version-unlisted]: no portfolio lists 'analyst' any more, of which"
            f" 'origin/main' has released 1.0.0\n --> catalog/portfolios/people.yaml:{line}\n"
        )

    def test_one_that_moves_to_another_portfolio(self, released: Shell) -> None:
        released.write("portfolios/people.yaml", None)
        released.write("portfolios/others.yaml", PEOPLE)
        stale = released("build", "--check")

        said = released("build")

        assert stale.code == 4
        assert f"output/{PORTFOLIO} is left over\n" in stale.err
        assert said.code == 0
        assert said.out == (
            "wrote output/portfolios/others.json\n"
            f"deleted output/{PORTFOLIO}\n"
            "2 templates and 1 portfolio: 1 written, 2 unchanged, 1 deleted\n"
        )
        assert PORTFOLIO not in released.output()
        assert released("build", "--check").code == 0


class TestBump:
    def test_raises_what_has_to_be_raised_and_nothing_else(self, released: Shell) -> None:
        text = SMALL[PERSONA].replace("version: 1.0.0", "version: '1.0.0' # see the wiki, 1.0.0")
        for newline in ("\n", "\r\n"):
            git(released.folder, "checkout", "--quiet", ".")
            released.write(READ, SMALL[READ].replace(*MORE))
            file = released.folder / "catalog" / PERSONA
            written = b"\xef\xbb\xbf" + text.replace("\n", newline).encode()
            file.write_bytes(written)

            said = released("build", "--bump")

            assert said.code == 0
            assert said.out == (
                "raised catalog/personas/analyst.yaml from 1.0.0 to 1.1.0\n"
                "wrote output/personas/analyst/1.1.0.template.json\n"
                f"wrote output/{PORTFOLIO}\n"
                "3 templates and 1 portfolio: 2 written, 2 unchanged\n"
            )
            assert file.read_bytes() == written.replace(b"'1.0.0'", b"'1.1.0'")
            assert released("build", "--check").code == 0
            assert released("check", "--base", "origin/main").code == 0
            (released.folder / "output/personas/analyst/1.1.0.template.json").unlink()

    def test_where_bytes_alone_differ(self, released: Shell) -> None:
        released.change(PERSONA, *ORDER)

        said = released("build", "--bump")

        assert said.out.startswith("raised catalog/personas/analyst.yaml from 1.0.0 to 1.0.1\n")
        assert listed(released) == {"1.0.0": "active", "1.0.1": "active"}

    def test_of_a_version_that_was_raised_too_little(self, released: Shell) -> None:
        released.change(READ, *LESS)
        raised(released, "1.0.1")

        said = released("build", "--bump")

        assert said.out.startswith("raised catalog/personas/analyst.yaml from 1.0.1 to 2.0.0\n")
        assert listed(released) == {"1.0.0": "active", "2.0.0": "active"}

    def test_nothing_to_raise(self, released: Shell) -> None:
        raised(released, "1.1.0")

        said = released("build", "--bump")

        assert said.out.startswith("every version tells its change: none is raised\n")
        assert listed(released) == {"1.0.0": "active", "1.1.0": "active"}

    def test_what_it_cannot_mend_is_told_and_nothing_written(self, released: Shell) -> None:
        before = released.output()
        raised(released, "0.9.0")

        assert "error[version-lowered]" in refused(released("build", "--bump"), released, before)

    def test_a_version_that_is_not_written_as_it_is(self, released: Shell) -> None:
        before = released.output()
        released.change(READ, *MORE)
        text = SMALL[PERSONA].replace("version: 1.0.0", 'version: "1.0.\\x30"')
        released.write(PERSONA, text)

        said = released("build", "--bump")

        assert (said.code, said.out) == (1, "")
        assert said.err == (
            "personac: the version of 'analyst' is not written in one piece: raise it to 1.1.0 by"
            " hand; no file was changed\n"
        )
        assert released.output() == before
        assert (released.folder / "catalog" / PERSONA).read_text() == text

    def test_goes_without_check(self, released: Shell) -> None:
        said = released("build", "--bump", "--check")

        assert said.code == 2
        assert "not allowed with argument" in said.err


class TestBases:
    def test_a_base_that_is_named(self, released: Shell) -> None:
        git(released.folder, "update-ref", "-d", "refs/remotes/origin/main")
        released.change(READ, *MORE)

        assert released("build", "--base", "HEAD").code == 1
        assert released("build").code == 0

    def test_a_base_that_is_not_there(self, released: Shell) -> None:
        said = released("build", "--base", "nowhere")

        assert said.code == 2
        assert said.err.startswith("personac: there is no commit 'nowhere' in this repository; ")

    def test_a_default_base_that_cannot_be_read(self, released: Shell) -> None:
        (released.folder / "output" / PORTFOLIO).write_text("{}")
        release(released)

        said = released("build")

        assert said.code == 2
        assert said.err == (
            "personac: 'origin/main' holds the portfolio 'people' in a form that this version of"
            " personac does not read: KeyError('products'); '--base none' goes on without one\n"
        )


def test_bump_without_a_base_has_nothing_to_compare_with(shell: Shell) -> None:
    said = shell("build", "--bump")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "personac: there is no base to compare with: name the commit that holds what is released "
        "by --base\n"
    )
