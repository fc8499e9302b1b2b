"""The command line on a small catalog in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from compiler.cli import main
from tests.release.conftest import _sandbox, empty, site
from tests.small import SMALL

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["_sandbox", "empty", "site"]  # fixtures


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A folder that holds `catalog/`, and commands that run in it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Said:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def write(self, path: str, text: str | None) -> None:
        """Write a file of the catalog, or remove it."""
        file = self.folder / "catalog" / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Change a file of the catalog."""
        assert old in SMALL[path]
        self.write(path, SMALL[path].replace(old, new))

    def output(self) -> dict[str, bytes]:
        """The files of output/."""
        top = self.folder / "output"
        return {
            file.relative_to(top).as_posix(): file.read_bytes()
            for file in top.rglob("*")
            if file.is_file()
        }


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    made = Shell(tmp_path, capsys)
    for path, text in SMALL.items():
        made.write(path, text)
    return made
