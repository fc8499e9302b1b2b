"""The README tells the truth: its story is played, its tables are compared with the command."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli import main
from compiler.cli.arguments import parser
from compiler.cli.exits import Exit

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def commands() -> list[str]:
    groups = [each for each in parser()._actions if each.nargs == "A..."]  # noqa: SLF001 - argparse has no other way to ask
    choices = groups[0].choices or ()
    return sorted(str(each) for each in choices)


def test_every_command_is_in_the_table_and_the_table_names_no_other() -> None:
    named = sorted(set(re.findall(r"^\| `personac ([a-z]+)", README, flags=re.MULTILINE)))

    assert commands() == named


def test_every_exit_code_is_named() -> None:
    listed = README.partition("Exit codes:")[2].partition("\n\n")[0]

    assert {int(each) for each in re.findall(r"\b\d+\b", listed)} == {int(each) for each in Exit}


def test_the_mistake_of_the_story_is_answered_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    persona = tmp_path / "catalog" / "personas" / "data-scientist.yaml"
    last = "  - s3-bucket-access\n"
    persona.write_text(persona.read_text().replace(last, f"{last}  - manage-endpoint\n"))
    monkeypatch.chdir(tmp_path)

    code = main(["check"])

    assert code == Exit.FINDINGS
    warnings, error, _ = re.split("^(?=error|1 error)", capsys.readouterr().out, flags=re.MULTILINE)
    assert f"$ .venv/bin/personac check\n…\n{error}1 error, " in README
    assert set(re.findall("--> catalog/(.*?).yaml", warnings)) == {
        f"activities/broad-{each}-execution" for each in ("job", "model", "notebook-instance")
    }


def test_the_correction_of_the_story_is_compared_and_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    shutil.copytree(ROOT / "output", tmp_path / "output")
    _git(tmp_path, "init")
    _git(tmp_path, "add", ".")
    own = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    _git(tmp_path, *own, "commit", "--message", "The catalog")
    _git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    persona = tmp_path / "catalog" / "personas" / "data-scientist.yaml"
    last = "  - s3-bucket-access\n"
    persona.write_text(persona.read_text().replace(last, f"{last}  - manage-endpoints\n"))
    monkeypatch.chdir(tmp_path)

    code = main(["diff", "data-scientist@1.0.0", "data-scientist"])

    assert code == Exit.FINDINGS
    shown = "$ .venv/bin/personac diff data-scientist@1.0.0 data-scientist\n"
    assert f"{shown}{capsys.readouterr().out}```" in README

    code = main(["build", "data-scientist"])

    assert code == Exit.FINDINGS
    error = re.split("^(?=error)", capsys.readouterr().out, flags=re.MULTILINE)[1]
    assert f"$ .venv/bin/personac build data-scientist\n…\n{error}$" in README

    code = main(["build", "--bump"])

    assert code == Exit.FINE
    assert f"$ .venv/bin/personac build --bump\n{capsys.readouterr().out}$" in README


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)


def test_the_links_lead_somewhere() -> None:
    links = [each for each in re.findall(r"\]\(([^)#]+)", README) if "://" not in each]

    assert links
    assert [each for each in links if not (ROOT / each).exists()] == []
