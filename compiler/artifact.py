"""The files of output/: canonical bytes, and writes that are whole or not at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Literal

import orjson

from compiler.template import Template

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from compiler.template import AccountTemplate, Body

Standing = Literal["missing", "stale", "current", "left over"]

Versions = dict[str, set[str]]
"""Persona to some of its versions."""

VERSION_FILE = re.compile(
    r"personas/(?P<persona>[^/]+)/(?P<version>[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9})\.template\.json"
)
"""What `template_path` gives."""

PORTFOLIO_FILE = re.compile(r"portfolios/(?P<portfolio>[a-z0-9-]+)\.json")
"""What `portfolio_path` gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file of output/."""

    path: str
    """Relative to the output folder, with slashes."""

    content: bytes


def canonical(body: Body) -> bytes:
    """JSON in the one form that it has on every machine: sorted keys, one newline at the end."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(body, option=options)


def artifact(template: Template | AccountTemplate) -> Artifact:
    """The file of a template."""
    path = (
        template_path(template.persona, template.version)
        if isinstance(template, Template)
        else f"{template.folder}/{template.name}.template.json"
    )
    return Artifact(path=path, content=canonical(template.body))


def template_path(persona: str, version: str) -> str:
    """Where the template of a version stands, relative to the output folder."""
    return f"personas/{persona}/{version}.template.json"


def portfolio_path(name: str) -> str:
    """Where the desired state of a portfolio stands, relative to the output folder."""
    return f"portfolios/{name}.json"


def versions_in(folder: Path, personas: Iterable[str]) -> Versions:
    """The versions of personas whose templates stand in an output folder.

    Raises:
        OSError: where the folder cannot be listed.
    """
    found: Versions = {}
    for persona in personas:
        held = folder / "personas" / persona
        names = (
            (f"personas/{persona}/{each.name}" for each in held.iterdir()) if held.is_dir() else ()
        )
        matches = (VERSION_FILE.fullmatch(name) for name in names)
        found[persona] = {each["version"] for each in matches if each}
    return found


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def standing(folder: Path, wanted: Artifact) -> Standing:
    """How a file on disk compares with what it should hold."""
    try:
        held = (folder / wanted.path).read_bytes()
    except FileNotFoundError:
        return "missing"
    return "current" if held == wanted.content else "stale"


def put(folder: Path, wanted: Artifact) -> Standing:
    """Write a file if it is missing or stale, beside its place and then renamed into it.

    Returns:
        How it stood before.

    Raises:
        OSError: where the folder cannot be written.
    """
    before = standing(folder, wanted)
    if before != "current":
        _replace(folder / wanted.path, wanted.content)
    return before


def left_over(folder: Path, portfolios: Collection[str]) -> tuple[str, ...]:
    """The files of portfolios in an output folder that no portfolio has any more, by path.

    Raises:
        OSError: where the folder cannot be listed.
    """
    held = folder / "portfolios"
    paths = [f"portfolios/{each.name}" for each in held.iterdir()] if held.is_dir() else []
    found = (PORTFOLIO_FILE.fullmatch(path) for path in sorted(paths))
    return tuple(each[0] for each in found if each and each["portfolio"] not in portfolios)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
        try:
            beside.write(content)
            beside.flush()
            Path(beside.name).chmod(0o644)
            Path(beside.name).replace(path)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
