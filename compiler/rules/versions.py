"""Versions that stand in output/: their lifecycle, how many there are, and what is released.

`compiler/publication.py` knows which there are, `compiler/released.py` which are released; the
rules of a catalog see its files alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import error, suggest
from compiler.place import START, Place
from compiler.rules.card import Card, persona, portfolio
from compiler.semver import parts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic

_FILE = "personas/analyst.yaml"
_PASSING = persona("trust: sagemaker\nactivities: [read-buckets]\n")
_LISTED = {"portfolios/people.yaml": portfolio("")}
_QUOTAS = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"
_MANY = "it takes a hundred files in output/"
_COMPARED = "the question takes a commit and output/: `personac check --base REF` asks it"

CARDS = (
    Card(
        rule="unknown-version",
        what="The lifecycle of a version that the persona does not have.",
        why="The version that is meant would stay as it is.",
        file=_FILE,
        failing=_PASSING + "lifecycle: {1.0.1: deprecated}\n",
        passing=_PASSING + "lifecycle: {1.0.0: active}\n",
        beside=_LISTED,
    ),
    Card(
        rule="no-active-version",
        severity="warning",
        what="A product of a portfolio of which no version is active.",
        why="Nobody can launch it. Where that is the end of the product, all is well.",
        file=_FILE,
        failing=_PASSING + "lifecycle: {1.0.0: deprecated}\n",
        passing=_PASSING + "lifecycle: {1.0.0: active}\n",
        beside=_LISTED,
    ),
    Card(
        rule="leftover-version",
        what="A template of a higher version than the persona has.",
        why="It would be published as the newest, and nothing in the catalog compiles to it.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown="what is wrong is a file in output/",
    ),
    Card(
        rule="many-versions",
        severity="warning",
        what="A product with 80 versions or more that are not removed.",
        why="Service Catalog takes 100 versions of a product; the next ones are soon refused.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_MANY,
        source=_QUOTAS,
    ),
    Card(
        rule="too-many-versions",
        what="A product with more than 100 versions that are not removed.",
        why="Service Catalog takes 100 versions of a product, and refuses the next.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_MANY,
        source=_QUOTAS,
    ),
    Card(
        rule="released-version-missing",
        what="A released version whose template is not in output/.",
        why="Launches have it, and nobody could say any more what they were made of.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
    ),
    Card(
        rule="released-version-edited",
        what="A released version whose template in output/ is another than it was released with.",
        why="What is published never changes: publishing would find another template there.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
    ),
    Card(
        rule="released-version-unlisted",
        what="A released version that no portfolio lists any more.",
        why="Publishing would no longer look after it, while launches still have it.",
        file="portfolios/people.yaml",
        failing=None,
        passing=None,
        unshown=_COMPARED,
    ),
)

WARNED, MOST = 80, 100
"""Versions of a product: so many are told, and no more are taken.
https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"""


def check_versions(
    catalog: Catalog, output: str, versions: Mapping[str, Collection[str]]
) -> Iterator[Diagnostic]:
    """Look at the versions of every product.

    Args:
        catalog: one that can be compiled.
        output: what diagnostics call the output folder.
        versions: of each persona that a portfolio lists, its own and those of the output folder.
    """
    for name, several in versions.items():
        found = catalog.personas[name]
        for version in found.lifecycle:
            if version not in several:
                place = catalog.place("personas", name, "lifecycle", version, on="key")
                ordered = sorted(several, key=parts_of)
                listed = f"there {'are' if len(ordered) > 1 else 'is'} {', '.join(ordered)}"
                message = f"'{name}' has no version {version}"
                yield error("unknown-version", message, place, suggest(version, ordered) or listed)
        if all(found.lifecycle.get(version, "active") != "active" for version in several):
            place = catalog.place("personas", name, "lifecycle", on="key")
            message = "no version of this product is active: nobody can launch it"
            hint = "let one be active, or raise the version"
            yield error("no-active-version", message, place, hint, severity="warning")
        yield from _leftover(catalog, output, name, several)
        yield from _number(catalog, name, several)


def _leftover(
    catalog: Catalog, output: str, name: str, versions: Collection[str]
) -> Iterator[Diagnostic]:
    current = catalog.personas[name].version
    for version in sorted(versions, key=parts_of):
        if parts_of(version) > parts_of(current):
            message = f"'{name}' is at version {current}, and this file is of {version}"
            hint = f"delete the file, or raise the version of the persona to {version}"
            yield error("leftover-version", message, _file(output, name, version), hint)


def _number(catalog: Catalog, name: str, versions: Collection[str]) -> Iterator[Diagnostic]:
    found = catalog.personas[name]
    counted = [each for each in versions if found.lifecycle.get(each) != "removed"]
    place = catalog.place("personas", name, "version")
    message = f"these are {len(counted)} versions; Service Catalog takes {MOST} of a product"
    hint = "let the lifecycle of the oldest be 'removed'"
    if len(counted) > MOST:
        yield error("too-many-versions", message, place, hint)
    elif len(counted) >= WARNED:
        yield error("many-versions", message, place, hint, severity="warning")


def missing(output: str, ref: str, name: str, version: str) -> Diagnostic:
    """Say that the template of a released version is gone."""
    place = _file(output, name, version)
    message = f"{version} of '{name}' is released, and its template is not there"
    return error("released-version-missing", message, place, _back(ref))


def edited(output: str, ref: str, name: str, version: str) -> Diagnostic:
    """Say that the template of a released version has other bytes."""
    place = _file(output, name, version)
    message = f"{version} of '{name}' is released, and its template is another than at '{ref}'"
    return error("released-version-edited", message, place, _back(ref))


def unlisted(
    catalog: Catalog, ref: str, name: str, versions: Collection[str], portfolios: Collection[str]
) -> Diagnostic:
    """Say that released versions are listed no more.

    Args:
        catalog: as it is now.
        ref: the base that lists them.
        name: the persona.
        versions: those that are not declared to be removed there.
        portfolios: those that listed it.
    """
    first = min(portfolios)
    if first in catalog.portfolios:
        place = catalog.place("portfolios", first, "products", on="key")
    else:
        place = Place(path=f"{catalog.root}/portfolios/{first}.yaml", span=START)
    listed = ", ".join(sorted(versions, key=parts_of))
    message = f"no portfolio lists '{name}' any more, of which '{ref}' has released {listed}"
    hint = f"list it in '{first}' again; to end it, publish it first with the lifecycle 'removed'"
    return error("released-version-unlisted", message, place, hint)


def _file(output: str, name: str, version: str) -> Place:
    return Place(path=f"{output}/personas/{name}/{version}.template.json", span=START)


def _back(ref: str) -> str:
    return f"'personac build --base {ref}' writes it again as it was"
