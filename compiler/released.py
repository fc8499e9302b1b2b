"""Released versions: they stay in output/ as the base has them.

Where a persona compiles to other bytes of the same meaning, the bytes of the base stay; where the
meaning is another, nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, digest, put, template_path
from compiler.base import BaseError
from compiler.build import MANY
from compiler.bump import least_version
from compiler.cores import on_all_cores
from compiler.rules import versions
from compiler.semver import parts_of
from compiler.since import change_of, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from compiler.artifact import Standing
    from compiler.base import Base, Blob
    from compiler.catalog import Catalog
    from compiler.change import Change
    from compiler.diagnostic import Diagnostic
    from compiler.pack import Packing
    from compiler.subject import Attached

Release = tuple[str, str]
"""A persona and its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of personas that a base has released."""

    packings: tuple[Packing, ...]
    """Those that are written as they compile."""

    kept: Mapping[str, Blob] = field(default_factory=dict)
    """The released files, by path: they stay as the base has them."""

    raised: Mapping[str, str] = field(default_factory=dict)
    """Persona to the least version that tells its change, where its own does not."""

    diagnostics: tuple[Diagnostic, ...] = ()


def settle(
    base: Base | None,
    catalog: Catalog,
    packings: Sequence[Packing],
    attached: Attached,
    *,
    everything: bool = False,
) -> Settled:
    """Hold personas to what a base has released.

    Args:
        base: what the base holds, or None where nothing is released.
        catalog: one that the rules found no error in.
        packings: personas of it, which fit.
        attached: gives the AWS managed policies that they attach.
        everything: compare also what the base holds and has not released.
    """
    if base is None:
        return Settled(packings=tuple(packings))
    # Meaning is compared where bytes differ, which only `change_of` finds out.
    bound = [each for each in packings if everything or _is_bound(base, each)]
    work = partial(change_of, base, attached)
    changes = dict(
        zip(map(_persona, bound), on_all_cores(work, bound, worth=MANY, at_once=8), strict=True)
    )
    raised: dict[str, str] = {}
    problems: dict[str, Diagnostic] = {}
    for persona, change in changes.items():
        if change is None:
            continue
        if problem := judged(catalog, change, base.released):
            problems[persona] = problem
        if least := _least(base, change, problem):
            raised[persona] = least
    names = {_persona(each) for each in packings} - problems.keys()
    kept = {
        template_path(persona, version): base.templates[persona][version]
        for persona, version in base.released
        if persona in names
    }
    return Settled(
        packings=tuple(each for each in packings if template_path(*_release(each)) not in kept),
        kept=kept,
        raised=raised,
        diagnostics=tuple(problems.values()),
    )


def _is_bound(base: Base, packing: Packing) -> bool:
    persona, version = _release(packing)
    return not base.released.keys().isdisjoint(
        {(persona, version), (persona, base.version(persona) or "")}
    )


def _least(base: Base, change: Change, problem: Diagnostic | None) -> str | None:
    """The version that a persona needs, where it has another one that does not tell the change."""
    if change.old is None or change.new is None or change.bump is None:
        return None
    if parts_of(change.new) < parts_of(change.old):
        # Whether the old one comes back, or a higher one is taken, its author knows.
        return None
    same = change.old == change.new
    rewritten = same and change.bump.rewritten and (change.persona, change.old) in base.released
    return least_version(change.old, change.bump.level) if problem or rewritten else None


def _persona(packing: Packing) -> str:
    return packing.entitlements.persona


def _release(packing: Packing) -> Release:
    return packing.entitlements.persona, packing.entitlements.version


def without_removed(base: Base, output: Path) -> Base:
    """A base without the versions that it declares to be removed, and whose files are gone since.

    Args:
        base: what was read.
        output: the folder of compiled templates.
    """
    left = {
        (persona, version): each
        for (persona, version), each in base.released.items()
        if each.lifecycle != "removed" or (output / template_path(persona, version)).exists()
    }
    return replace(base, released=left)


def standings(output: Path, kept: Mapping[str, Blob]) -> dict[str, Standing]:
    """How released files stand in an output folder, by path.

    Raises:
        OSError: where a file cannot be read.
    """
    return {path: _standing(output / path, blob) for path, blob in kept.items()}


def restore(base: Base, output: Path, kept: Mapping[str, Blob]) -> dict[str, Standing]:
    """Write the released files that are missing, or are others than they were.

    Returns:
        How each file stood before, by path.

    Raises:
        BaseError: where the base has other bytes than its portfolios say.
        OSError: where the folder cannot be written.
    """
    before = standings(output, kept)
    digests = {template_path(*each): one.sha256 for each, one in base.released.items()}
    for path, blob in kept.items():
        if before[path] == "current":
            continue
        content = blob.content()
        if digest(content) != digests[path]:
            message = f"'{base.ref}' holds {path} with other bytes than its portfolios say"
            raise BaseError(message)
        put(output, Artifact(path=path, content=content))
    return before


def broken_promises(
    base: Base, catalog: Catalog, folder: Path, output: str
) -> Iterator[Diagnostic]:
    """What a base has released, and is not there any more as it was.

    Args:
        base: what the base holds.
        catalog: as it is now.
        folder: the output folder.
        output: what diagnostics call it.

    Raises:
        OSError: where a file cannot be read.
    """
    for persona, version in base.released:
        path = folder / template_path(persona, version)
        found = _standing(path, base.templates[persona][version])
        if found == "missing":
            yield versions.missing(output, base.ref, persona, version)
        elif found == "stale":
            yield versions.edited(output, base.ref, persona, version)
    yield from unlisted(base, catalog)


def unlisted(base: Base, catalog: Catalog) -> Iterator[Diagnostic]:
    """The released versions that no portfolio of a catalog lists."""
    listed = {name for each in catalog.portfolios.values() for name in each.products}
    left: dict[str, list[str]] = {}
    by: dict[str, set[str]] = {}
    for (persona, version), each in base.released.items():
        if persona not in listed and each.lifecycle != "removed":
            left.setdefault(persona, []).append(version)
            by.setdefault(persona, set()).update(each.portfolios)
    for persona, several in left.items():
        yield versions.unlisted(catalog, base.ref, persona, several, by[persona])


def _standing(path: Path, blob: Blob) -> Standing:
    try:
        return "current" if blob.is_of(path.read_bytes()) else "stale"
    except FileNotFoundError:
        return "missing"
