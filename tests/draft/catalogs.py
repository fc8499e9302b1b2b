"""Catalogs that something is begun in: the small one, and the one of this repository."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostic import settle
from compiler.load import load, read_tree
from compiler.rules import examine
from tests.small import overlay, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.load import Loaded

ROOT = Path(__file__).parents[2]

_CHOICE = re.compile(r"( *)# ((?:- )?[a-z_][a-z0-9_-]*:?)(?=\s|$)")
"""A line that is a comment, and a line of the file once the `# ` is taken away."""


@cache
def tree(name: str) -> Mapping[str, bytes]:
    """The files of a catalog: `small`, or `ours`."""
    return overlay({}) if name == "small" else read_tree(ROOT / "catalog")[0]


def catalog(name: str) -> Catalog:
    return load("catalog", tree(name)).catalog


def with_file(name: str, path: str, text: str) -> Loaded:
    """A catalog with one file more."""
    return load("catalog", {**tree(name), path: text.encode()})


def told(loaded: Loaded, path: str) -> str:
    """What loading and the rules say of one file."""
    every = (*loaded.diagnostics, *examine(loaded))
    about = [each for each in every if each.place.path == f"catalog/{path}"]
    return report(settle(about, loaded.sources)) if about else ""


def choices(text: str) -> Iterator[tuple[str, str]]:
    """Each line of a file that may be chosen, and the file with it chosen.

    What stands deeper below it comes along; where the key stands above it already, it takes its place.
    """
    lines = text.splitlines()
    for index, line in enumerate(lines[1:], 1):
        found = _CHOICE.match(line)
        if not found or not (found[2].startswith("- ") or found[2].endswith(":")):
            continue
        indent, key = found[1], found[2]
        end = index + 1
        while end < len(lines) and lines[end].startswith(f"{indent}#   "):
            end += 1
        chosen = [indent + each[len(indent) + 2 :] for each in lines[index:end]]
        taken = [] if key.startswith("- ") else [f"{indent}{key}"]
        before = [each for each in lines[:index] if not each.startswith(tuple(taken))]
        yield line.strip(), "\n".join([*before, *chosen, *lines[end:]]) + "\n"
