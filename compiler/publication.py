"""The portfolios of output/: the versions that each product has, and the files that list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.artifact import (
    Artifact,
    canonical,
    digest,
    portfolio_path,
    template_path,
    versions_in,
)
from compiler.emit import emit_portfolio
from compiler.semver import parts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from compiler.artifact import Versions
    from compiler.base import Base
    from compiler.catalog import Catalog


def product_versions(
    base: Base | None, catalog: Catalog, output: Path, personas: Collection[str] = ()
) -> Versions:
    """The versions that each product of the portfolios has: its own, built, and released ones.

    Args:
        base: what has released some, or None.
        catalog: one that the rules found no error in.
        output: the folder of compiled templates, which need not exist.
        personas: those that are meant; all, if none is named.

    Raises:
        OSError: where the folder cannot be read.
    """
    listed = {name for each in catalog.portfolios.values() for name in each.products}
    meant = listed.intersection(personas) if personas else listed
    found = versions_in(output, [name for name in catalog.personas if name in meant])
    for name in found:
        found[name].add(catalog.personas[name].version)
    for persona, version in base.released if base else ():
        if persona in found:
            found[persona].add(version)
    return found


def listing(catalog: Catalog, personas: Collection[str]) -> tuple[str, ...]:
    """The portfolios that list one of the personas; all, if none is named."""
    return tuple(
        name
        for name, each in catalog.portfolios.items()
        if not personas or not each.products.keys().isdisjoint(personas)
    )


def older_templates(base: Base | None, catalog: Catalog, output: Path) -> Iterator[bytes]:
    """The templates of versions that launches may have, but for what the catalog compiles to.

    Args:
        base: what has released some versions, or None.
        catalog: one that the rules found no error in.
        output: the folder of compiled templates.

    Raises:
        BaseError: where the base does not give what it holds.
        OSError: where a file of the folder cannot be read.
    """
    products = product_versions(base, catalog, output)
    held = {(persona, version) for persona, several in products.items() for version in several}
    held |= base.released.keys() if base else set()
    for persona, version in sorted(held - {(n, p.version) for n, p in catalog.personas.items()}):
        path = output / template_path(persona, version)
        if base and not path.exists():
            yield base.templates[persona][version].content()
        else:
            yield path.read_bytes()


def portfolios(
    base: Base | None,
    catalog: Catalog,
    output: Path,
    made: Mapping[str, str],
    personas: Collection[str] = (),
) -> tuple[Artifact, ...]:
    """The files of the portfolios that list what was compiled.

    Args:
        base: what has released some versions, or None.
        catalog: one that the rules found no error in.
        output: the folder of compiled templates.
        made: the digests of what was compiled, by path.
        personas: those that were compiled; all, if none is named. Of the others, the templates in
            the folder count; a portfolio is left out where one is not there.

    Raises:
        OSError: where a file of the folder cannot be read.
    """
    names = listing(catalog, personas)
    products = {product for name in names for product in catalog.portfolios[name].products}
    several = product_versions(base, catalog, output, products) if products else {}
    found = {
        persona: {
            version: _digest(base, output, made, (persona, version))
            for version in sorted(each, key=parts_of)
        }
        for persona, each in several.items()
    }
    built = {
        persona: {version: sha256 for version, sha256 in each.items() if sha256}
        for persona, each in found.items()
    }
    return tuple(
        Artifact(path=portfolio_path(name), content=canonical(emit_portfolio(catalog, name, built)))
        for name in names
        if all(all(found[product].values()) for product in catalog.portfolios[name].products)
    )


def _digest(
    base: Base | None, output: Path, made: Mapping[str, str], release: tuple[str, str]
) -> str | None:
    """The digest of a version; None where it was never built."""
    path = template_path(*release)
    if base and release in base.released:
        return base.released[release].sha256
    if path in made:
        return made[path]
    try:
        return digest((output / path).read_bytes())
    except FileNotFoundError:
        return None
