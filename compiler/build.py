"""The whole compilation of personas, resolve to emit, and the files that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, artifact, put, standing
from compiler.boundary import boundary
from compiler.cores import on_all_cores
from compiler.emit import emit, emit_boundary
from compiler.pack import Packing, overfull, pack
from compiler.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from compiler.artifact import Standing
    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.template import AccountTemplate, Template

MANY = 64
"""From so many personas on a second process is worth its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One persona, compiled."""

    packing: Packing
    template: Template
    artifact: Artifact


def pack_personas(
    catalog: Catalog, personas: Sequence[str]
) -> tuple[tuple[Packing, ...], tuple[Diagnostic, ...]]:
    """Resolve and pack personas of a catalog that the rules found no error in.

    Returns:
        The packings, in order, and what does not fit: then nothing may be emitted.
    """
    packings = tuple(pack(resolve(catalog, each)) for each in personas)
    return packings, tuple(found for each in packings for found in overfull(each))


def compile_packing(packing: Packing) -> Product:
    """Emit a packing that fits."""
    template = emit(packing)
    return Product(packing=packing, template=template, artifact=artifact(template))


def compile_persona(
    catalog: Catalog, persona: str
) -> tuple[Product | None, tuple[Diagnostic, ...]]:
    """Compile one persona.

    Returns:
        The product, or None and what does not fit.
    """
    (packing,), diagnostics = pack_personas(catalog, [persona])
    return (None, diagnostics) if diagnostics else (compile_packing(packing), ())


def compile_account(catalog: Catalog) -> tuple[AccountTemplate, ...]:
    """Emit what an account needs once: the boundary, where the catalog has guardrails."""
    return (emit_boundary(catalog, boundary(catalog)),) if catalog.guardrails else ()


def compare(
    folder: Path, packings: Sequence[Packing], account: Iterable[AccountTemplate] = ()
) -> dict[str, Standing]:
    """How the files of packings and of an account stand in an output folder, by path."""
    files = [artifact(each) for each in account]
    found = on_all_cores(partial(_compare, folder), packings, worth=MANY, at_once=32)
    return {**dict(found), **{each.path: standing(folder, each) for each in files}}


def write(
    folder: Path, packings: Sequence[Packing], account: Iterable[AccountTemplate] = ()
) -> dict[str, Standing]:
    """Write the files of packings and of an account that are missing or stale.

    Returns:
        How each file stood before, by path.

    Raises:
        OSError: where the folder cannot be written; files already written are whole.
    """
    files = [artifact(each) for each in account]
    found = on_all_cores(partial(_write, folder), packings, worth=MANY, at_once=32)
    return {**dict(found), **{each.path: put(folder, each) for each in files}}


def _compare(folder: Path, packing: Packing) -> tuple[str, Standing]:
    file = compile_packing(packing).artifact
    return file.path, standing(folder, file)


def _write(folder: Path, packing: Packing) -> tuple[str, Standing]:
    file = compile_packing(packing).artifact
    return file.path, put(folder, file)
