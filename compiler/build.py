"""The whole compilation of personas, resolve to emit, and the files that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from compiler.artifact import Artifact, Standing, artifact, digest, put, standing
from compiler.boundary import boundary
from compiler.cores import on_all_cores
from compiler.emit import (
    emit,
    emit_bootstrap,
    emit_boundary,
    emit_launch_accounts,
    emit_launch_role,
)
from compiler.launch_permissions import NONE
from compiler.launch_role import launch_role
from compiler.pack import Packing, overfull, pack
from compiler.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.launch_permissions import Older
    from compiler.template import AccountTemplate, Template

MANY = 64
"""From so many personas on a second process is worth its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One persona, compiled."""

    packing: Packing
    template: Template
    artifact: Artifact


class Placed(NamedTuple):
    """How a file stands in an output folder, and the SHA-256 of what it has to hold."""

    standing: Standing
    sha256: str


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


def compile_account(catalog: Catalog, older: Older = NONE) -> tuple[AccountTemplate, ...]:
    """Emit what an account needs once.

    The boundary, where the catalog has guardrails, and the launch role, where catalog.yaml names
    the boundary that it is confined by.

    Args:
        catalog: what is launched.
        older: what older versions need, which launches may still have.
    """
    launching = launch_role(catalog, older)
    bounding = (emit_boundary(catalog, boundary(catalog)),) if catalog.guardrails else ()
    return (*bounding, *((emit_launch_role(catalog, launching),) if launching else ()))


def compile_hub(
    catalog: Catalog, account: Sequence[AccountTemplate]
) -> tuple[AccountTemplate, ...]:
    """Emit what the account that publishes needs once, where the catalog has portfolios.

    Args:
        catalog: what is published.
        account: what each account needs that launches, as `compile_account` has it.
    """
    if not catalog.portfolios:
        return ()
    spread = (emit_launch_accounts(catalog, account),) if account else ()
    return (emit_bootstrap(catalog), *spread)


def compare(
    folder: Path, packings: Sequence[Packing], account: Iterable[AccountTemplate] = ()
) -> dict[str, Placed]:
    """How the files of packings and of an account stand in an output folder, by path.

    Raises:
        OSError: where a file of the folder cannot be read.
    """
    return _placed(standing, folder, packings, account)


def write(
    folder: Path, packings: Sequence[Packing], account: Iterable[AccountTemplate] = ()
) -> dict[str, Placed]:
    """Write the files of packings and of an account that are missing or stale.

    Returns:
        How each file stood before, by path.

    Raises:
        OSError: where the folder cannot be written; files already written are whole.
    """
    return _placed(put, folder, packings, account)


_Place = Callable[["Path", Artifact], Standing]


def _placed(
    place: _Place, folder: Path, packings: Sequence[Packing], account: Iterable[AccountTemplate]
) -> dict[str, Placed]:
    work = partial(_compiled, place, folder)
    found = dict(on_all_cores(work, packings, worth=MANY, at_once=32))
    return found | {each.path: _one(place, folder, each) for each in map(artifact, account)}


def _compiled(place: _Place, folder: Path, packing: Packing) -> tuple[str, Placed]:
    file = compile_packing(packing).artifact
    return file.path, _one(place, folder, file)


def _one(place: _Place, folder: Path, file: Artifact) -> Placed:
    return Placed(place(folder, file), digest(file.content))
