"""compiler/README.md: the map of the code shows every room, and the way that imports go."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import compiler

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(compiler.__file__).parent
SECTIONS = HOME.joinpath("README.md").read_text(encoding="utf-8").split("\n### ")


def rows(text: str) -> list[list[str]]:
    """The rooms of each row of a table."""
    first = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return [re.findall(r"`(\w+)(?:\.py|/)?`", each) for each in first]


ROWS = rows(SECTIONS[0])


def section(title: str) -> str:
    (found,) = (each for each in SECTIONS if each.startswith(f"{title}\n"))
    return found


def rooms(folder: Path) -> set[str]:
    return {
        each.stem
        for each in folder.iterdir()
        if (each.suffix == ".py" and not each.stem.startswith("__")) or (each / "__init__.py").exists()
    }  # fmt: skip


def imports(room: str) -> Iterator[str]:
    """The other rooms that a room imports from."""
    folder = HOME / room
    files = folder.rglob("*.py") if folder.is_dir() else [HOME / f"{room}.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "compiler":
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("compiler."):
                yield str(node.module).split(".")[1]


def test_every_room_has_its_row() -> None:
    assert sorted(each for row in ROWS for each in row) == sorted(rooms(HOME))


def test_every_room_of_the_library_of_policies_has_its_row() -> None:
    named = [each for row in rows(section("What a policy allows")) for each in row]
    assert sorted(named) == sorted(rooms(HOME / "iam"))


def test_every_room_of_the_release_has_its_row() -> None:
    named = [each for row in rows(section("How it gets to Service Catalog")) for each in row]
    assert sorted(named) == sorted(rooms(HOME / "release"))


def test_imports_go_from_the_top_of_the_table_to_its_foot() -> None:
    """Imports go one way, from the top of this table to its foot."""
    height = {each: index for index, row in enumerate(ROWS) for each in row}
    upward = [
        f"{room} imports {other}"
        for room in height
        for other in imports(room)
        if other in height and height[other] < height[room]
    ]

    assert upward == []


def test_what_a_room_depends_on_it_imports() -> None:
    for line in SECTIONS[0].splitlines():
        if line.startswith("| `") and "everything" not in line:
            cells = line.split("|")
            imported = {other for room in rows(line)[0] for other in imports(room)}
            assert {each.strip() for each in cells[3].split(",") if each.strip()} <= imported
