"""What Service Catalog holds as flat facts, so that two states can be compared one by one.

A fact's name is a path of our own words, never an id of AWS's: a product that was deleted and made
anew has the same facts.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compiler.artifact import canonical
from compiler.hub import PRODUCT_TAG, digest_in
from compiler.release.state import OWN_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.release.state import HeldPortfolio, HeldProduct, State

Facts = dict[str, str]
"""Path, its parts joined by `|`, to value."""

THERE = "yes"
"""The value of a fact that is no more than that something is there."""


def path(*parts: str) -> str:
    """The name of a fact."""
    return "|".join(parts)


def parameters_digest(parameters: Mapping[str, Any]) -> str:
    """The digest of a constraint's parameters, whatever order their keys came in."""
    return sha256(canonical(dict(parameters))).hexdigest()


def facts(state: State) -> Facts:
    """Everything in a state that is ours."""
    found: Facts = {}
    for portfolio in state.portfolios.values():
        found.update(_of_portfolio(portfolio, state))
    for product in state.products.values():
        found.update(_of_product(product))
    for (key, value), option in state.tag_options.items():
        found[path("tag-option", key, value)] = "active" if option.is_active else "inactive"
    return found


def own_tags(tags: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The tags of a product or portfolio that its author gave it."""
    return ((key, value) for key, value in tags.items() if key not in OWN_TAGS)


def _of_portfolio(held: HeldPortfolio, state: State) -> Iterator[tuple[str, str]]:
    top = ("portfolio", held.slug)
    yield path(*top), THERE
    yield path(*top, "title"), held.title
    yield path(*top, "description"), held.description
    yield path(*top, "provider"), held.provider
    for key, value in own_tags(held.tags):
        yield path(*top, "tag", key), value
    for key, value in held.tag_options:
        yield path(*top, "tag-option", key, value), THERE
    for each in held.principals:
        yield path(*top, "principal", each.type, each.arn), THERE
    for product in held.products:
        if slug := state.slug(product):
            yield path(*top, "product", slug), THERE
    for constraint in held.constraints:
        if slug := state.slug(constraint.product):
            yield path(*top, "constraint", slug, constraint.type), constraint_digest(constraint)
    for share in held.shares.values():
        yield path(*top, "share", share.type, share.target), share.flags


def constraint_digest(held: Any) -> str:
    """The digest of what a constraint says: of its parameters where read, else as described."""
    if held.parameters is not None:
        return parameters_digest(held.parameters)
    return digest_in(held.description)


def _of_product(held: HeldProduct) -> Iterator[tuple[str, str]]:
    top = ("product", held.slug)
    yield path(*top), THERE if held.is_adopted else "not adopted"
    yield path(*top, "title"), held.title
    yield path(*top, "description"), held.description
    yield path(*top, "owner"), held.owner
    for key, value in held.tags.items():
        if key != PRODUCT_TAG:
            yield path(*top, "tag", key), value
    for version in held.versions:
        yield path(*top, "version", version.name), version.sha256 or "of somebody else"
        yield path(*top, "version", version.name, "lifecycle"), version.lifecycle
