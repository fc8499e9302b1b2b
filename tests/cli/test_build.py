"""`personac build`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.report.test_forms import assert_sarif
from tests.small import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

PATH = "personas/analyst/1.0.0.template.json"
PERSONA = SMALL["personas/analyst.yaml"]


def test_the_catalog_is_compiled_once(shell: Shell) -> None:
    first = shell("build")

    assert (first.code, first.err) == (0, "")
    assert first.out == f"wrote output/{PATH}\n1 template: 1 written, 0 unchanged\n"
    before = (shell.folder / "output" / PATH).stat().st_mtime_ns
    second = shell("build")
    assert (second.code, second.out) == (0, "1 template: 0 written, 1 unchanged\n")
    assert (shell.folder / "output" / PATH).stat().st_mtime_ns == before


def test_check_compares_and_writes_nothing(shell: Shell) -> None:
    missing = shell("build", "--check")
    assert missing.code == 4
    assert missing.err == (
        f"personac: output/{PATH} is missing\nrun 'personac build' and commit what it writes\n"
    )
    assert not (shell.folder / "output").exists()
    shell("build")
    current = shell("build", "--check")
    assert (current.code, current.out) == (0, "1 template up to date\n")
    shell.change("personas/analyst.yaml", "trains models", "trains more models")
    stale = shell("build", "--check")
    assert stale.code == 4
    assert stale.err.startswith(f"personac: output/{PATH} is stale\n")


def test_only_the_named_personas_are_compiled(shell: Shell) -> None:
    shell.write("personas/other.yaml", PERSONA)

    assert shell("build", "other", "other").out.endswith("1 template: 1 written, 0 unchanged\n")
    assert list(shell.output()) == ["personas/other/1.0.0.template.json"]


GUARDRAIL = """\
title: Buckets stay closed
description: Nobody changes who may reach a bucket.
deny: [{actions: [s3:PutBucketPolicy]}]
"""
BOUNDARY = "account/boundary.template.json"


def test_guardrails_are_compiled_into_the_boundary_of_an_account(shell: Shell) -> None:
    shell.write("guardrails/buckets.yaml", GUARDRAIL)

    assert shell("build").out.startswith(f"wrote output/{PATH}\nwrote output/{BOUNDARY}\n")
    assert shell("build", "--check").out == "2 templates up to date\n"
    shell.write("guardrails/buckets.yaml", GUARDRAIL.replace("PutBucketPolicy", "DeleteBucket"))
    stale = shell("build", "--check")
    assert (stale.code, stale.err.splitlines()[0]) == (
        4,
        f"personac: output/{BOUNDARY} is stale",
    )


def test_the_boundary_belongs_to_no_persona(shell: Shell) -> None:
    shell.write("guardrails/buckets.yaml", GUARDRAIL)

    shell("build", "analyst")

    assert list(shell.output()) == [PATH]


HUB = "hub/bootstrap.template.json"
PORTFOLIO = """\
title: People
description: What people launch.
products: {analyst: {}}
"""


def test_portfolios_are_published_by_what_the_hub_has(shell: Shell) -> None:
    shell.write("portfolios/people.yaml", PORTFOLIO)

    assert f"wrote output/{HUB}\n" in shell("build").out
    assert shell("build", "--check").code == 0
    shell.write("portfolios/people.yaml", f"{PORTFOLIO}launch_role: another\n")
    stale = shell("build", "--check")
    assert stale.code == 4
    assert f"output/{HUB} is stale" in stale.err


def test_a_version_stays_when_another_is_built(shell: Shell) -> None:
    shell("build")
    shell.change("personas/analyst.yaml", "1.0.0", "1.1.0")
    shell("build")

    assert sorted(shell.output()) == [PATH, "personas/analyst/1.1.0.template.json"]


def test_an_error_in_one_persona_writes_nothing_at_all(shell: Shell) -> None:
    shell.write("personas/other.yaml", PERSONA.replace("run-jobs", "run-job"))

    said = shell("build")

    assert said.code == 1
    assert (
        said.out
        == """\
error[unknown-activity]: there is no activity 'run-job'
 --> catalog/personas/other.yaml:6:28
  |
6 | activities: [read-buckets, run-job]
  |                            ^^^^^^^
  = hint: did you mean 'run-jobs'?

1 error, 0 warnings
"""
    )
    assert not (shell.folder / "output").exists()


def test_a_persona_that_does_not_fit_writes_nothing_at_all(shell: Shell) -> None:
    managed = ", ".join(f"P{number}" for number in range(10))
    shell.write("personas/other.yaml", f"{PERSONA}managed_policies: [{managed}]\n")

    said = shell("build")

    assert said.code == 1
    assert said.out.startswith("error[too-many-policies]")
    assert not (shell.folder / "output").exists()


def test_an_unknown_persona(shell: Shell) -> None:
    said = shell("build", "analist")

    assert said.code == 2
    assert said.err == "personac: there is no persona 'analist'; did you mean 'analyst'?\n"


def test_a_persona_that_cannot_be_read_is_not_unknown(shell: Shell) -> None:
    shell.change("personas/analyst.yaml", "title", "titel")

    said = shell("build", "analyst")

    assert said.code == 1
    assert "unknown key 'titel'" in said.out
    assert "did you mean 'title'?" in said.out


class TestForms:
    @pytest.fixture(autouse=True)
    def broken(self, shell: Shell) -> None:
        shell.change("activities/read-buckets.yaml", "s3:GetObject", "s3:GetObjekt")

    def test_json(self, shell: Shell) -> None:
        said = shell("build", "--format", "json")

        assert said.code == 1
        view = json.loads(said.out)
        assert view["schema"] == "personac.diagnostics/1"
        (found,) = view["diagnostics"]
        assert {
            "rule": "unknown-action",
            "severity": "error",
            "path": "catalog/activities/read-buckets.yaml",
            "line": 8,
            "column": 15,
            "end_line": 8,
            "end_column": 27,
            "hint": "did you mean 's3:GetObject'?",
            "related": [],
        }.items() <= found.items()
        assert found["message"]

    def test_sarif(self, shell: Shell) -> None:
        said = shell("build", "--format", "sarif")

        assert said.code == 1
        assert_sarif(json.loads(said.out))

    def test_github(self, shell: Shell) -> None:
        said = shell("build", "--format", "github")

        assert said.code == 1
        assert said.out.startswith(
            "::error file=catalog/activities/read-buckets.yaml,line=8,endLine=8,col=15,endColumn=27,title=unknown-action::"
        )
        assert said.out.count("\n") == 1


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_where_nothing_is_wrong_machines_read_so(shell: Shell, form: str) -> None:
    said = shell("build", "--format", form)

    assert said.code == 0
    assert json.loads(said.out)
    assert said.err.endswith("1 template: 1 written, 0 unchanged\n")


class TestFolders:
    def test_without_a_catalog(self, shell: Shell) -> None:
        said = shell("build", "--catalog", "nowhere")

        assert said.code == 3
        assert said.err == (
            "personac: there is no folder 'nowhere';"
            " run personac where the catalog is, or name it by --catalog\n"
        )

    def test_an_empty_catalog(self, shell: Shell) -> None:
        (shell.folder / "empty").mkdir()

        said = shell("build", "--catalog", "empty")

        assert said.code == 3
        assert said.err == "personac: the folder 'empty' holds no YAML file: nothing to compile\n"

    def test_a_catalog_without_personas(self, shell: Shell) -> None:
        shell.write("personas/analyst.yaml", None)

        said = shell("build")

        assert said.code == 3
        assert said.err == "personac: catalog/personas holds no persona\n"

    @pytest.mark.parametrize("form", ["catalog/", "./catalog", "catalog//", "{here}/catalog"])
    def test_however_the_catalog_is_named(self, shell: Shell, form: str) -> None:
        named = form.format(here=shell.folder)
        shell("build")
        before = shell.output()

        assert shell("build", "--catalog", named, "--check").code == 0
        shell.change("personas/analyst.yaml", "title", "titel")
        wanted = f"{shell.folder}/catalog" if "{" in form else "catalog"
        assert f"--> {wanted}/personas/analyst.yaml:1:1\n" in shell("build", "--catalog", named).out
        assert before == shell.output()

    def test_a_name_with_spaces(self, shell: Shell) -> None:
        (shell.folder / "catalog").rename(shell.folder / "my catalog")

        said = shell("build", "--catalog", "my catalog", "--output", "my output")

        assert said.out.startswith("wrote my output/personas/analyst/")
        assert (shell.folder / "my output" / PATH).is_file()

    @pytest.mark.parametrize("blocked", ["output", "output/personas", "output/personas/analyst"])
    @pytest.mark.parametrize("check", [False, True])
    def test_a_file_where_a_folder_should_be(self, shell: Shell, blocked: str, check: bool) -> None:
        (shell.folder / blocked).parent.mkdir(parents=True, exist_ok=True)
        (shell.folder / blocked).write_text("in the way", encoding="utf-8")

        said = shell("build", *(["--check"] if check else []))

        assert said.code == 2
        assert said.err.startswith(f"personac: cannot {'read' if check else 'write to'} output: ")

    def test_a_folder_where_a_file_should_be(self, shell: Shell) -> None:
        (shell.folder / "output" / PATH).mkdir(parents=True)

        said = shell("build")

        assert said.code == 2
        assert said.err == "personac: cannot write to output: Is a directory\n"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written(self, shell: Shell) -> None:
        (shell.folder / "output").mkdir(mode=0o500)

        said = shell("build")

        assert said.code == 2
        assert said.err == "personac: cannot write to output: Permission denied\n"

    def test_a_catalog_that_is_a_file(self, shell: Shell) -> None:
        assert shell("build", "--catalog", "catalog/catalog.yaml").code == 3


class TestInterrupted:
    @pytest.fixture
    def stopped(self, monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "replace", stop)
        return KeyboardInterrupt

    @pytest.mark.usefixtures("stopped")
    def test_no_half_file_is_left(self, shell: Shell) -> None:
        said = shell("build")

        assert said.code == 130
        assert said.err == "personac: interrupted; nothing is half-written\n"
        assert shell.output() == {}

    def test_a_disk_that_is_full(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        shell("build")
        before = shell.output()
        shell.change("personas/analyst.yaml", "trains models", "trains more models")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        said = shell("build")

        assert said.code == 2
        assert said.err == "personac: cannot write to output: No space left on device\n"
        assert before == shell.output()


def test_more_files_than_one_reads_are_counted(shell: Shell) -> None:
    for number in range(25):
        shell.write(f"personas/other-{number}.yaml", PERSONA)

    assert shell("build").out == "26 templates: 26 written, 0 unchanged\n"


def test_links_out_of_the_catalog_are_refused(shell: Shell, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(PERSONA, encoding="utf-8")
    (shell.folder / "catalog/personas/linked.yaml").symlink_to(outside)

    said = shell("build")

    assert said.code == 1
    assert "error[leaves-folder]: this file is a link that leaves the catalog" in said.out
