"""The changes of one portfolio: what it holds, and who may launch from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.hub import digest_in
from compiler.release.changes import (
    AssociatePrincipal,
    AssociateProduct,
    AssociateTagOption,
    CreateConstraint,
    CreatePortfolio,
    CreateShare,
    CreateTagOption,
    DeleteConstraint,
    DeleteShare,
    DisassociatePrincipal,
    DisassociateProduct,
    DisassociateTagOption,
    UpdateConstraint,
    UpdatePortfolio,
    UpdateShare,
)
from compiler.release.facts import constraint_digest, own_tags, parameters_digest
from compiler.release.note import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from compiler.release.changes import Change
    from compiler.release.desired import Portfolio
    from compiler.release.state import HeldConstraint, HeldPortfolio, State

_NEW = "not in Service Catalog yet"
_GONE = "not in output/"
_OTHER = "output/ says otherwise"


def portfolio_changes(
    wanted: Portfolio, state: State, left: Collection[str], notes: list[Note]
) -> Iterator[Change]:
    """What is to be done about a portfolio.

    Args:
        wanted: what output/ says of it.
        state: what was seen.
        left: the products that nothing may be changed about.
        notes: takes what there is to say.
    """
    held = state.portfolios.get(wanted.id)
    if held is None:
        yield CreatePortfolio(
            portfolio=wanted.id,
            title=wanted.title,
            description=wanted.description,
            provider=wanted.provider,
            tags=wanted.tags,
            why=_NEW,
        )
    else:
        yield from _words(wanted, held)
    yield from _tag_options(wanted, held, state, notes)
    yield from _products(wanted, held, state, left, notes)
    yield from _principals(wanted, held)
    yield from _shares(wanted, held)


def withdrawn(held: HeldPortfolio, notes: list[Note]) -> Iterator[Change]:
    """A portfolio that output/ no longer has: nobody gets in any more, and the rest stays."""
    for each in sorted(held.principals):
        yield DisassociatePrincipal(portfolio=held.slug, type=each.type, arn=each.arn, why=_GONE)
    for share in held.shares.values():
        yield DeleteShare(portfolio=held.slug, share=share, why=_GONE)
    text = "not in output/ here: nobody may launch from it; it is kept with its products"
    notes.append(Note(kind="kept", subject=f"portfolio {held.slug}", text=text))


def _words(wanted: Portfolio, held: HeldPortfolio) -> Iterator[Change]:
    fields = {
        name: new
        for name, new, old in (
            ("title", wanted.title, held.title),
            ("description", wanted.description, held.description),
            ("provider", wanted.provider, held.provider),
        )
        if new != old
    }
    add = {key: value for key, value in wanted.tags.items() if held.tags.get(key) != value}
    remove = tuple(key for key, _ in own_tags(held.tags) if key not in wanted.tags)
    if fields or add or remove:
        yield UpdatePortfolio(
            portfolio=wanted.id, fields=fields, add_tags=add, remove_tags=remove, why=_OTHER
        )


def _tag_options(
    wanted: Portfolio, held: HeldPortfolio | None, state: State, notes: list[Note]
) -> Iterator[Change]:
    there = held.tag_options if held else frozenset()
    for key, value in sorted(wanted.tag_options - there):
        option = state.tag_options.get((key, value))
        if option and not option.is_active:
            text = f"the tag option {key}={value} is inactive: activate it, or leave it out"
            notes.append(Note(kind="conflict", subject=f"portfolio {wanted.id}", text=text))
            continue
        if option is None:
            yield CreateTagOption(key=key, value=value, why=_NEW)
        yield AssociateTagOption(portfolio=wanted.id, key=key, value=value, why=_NEW)
    for key, value in sorted(there - wanted.tag_options):
        yield DisassociateTagOption(portfolio=wanted.id, key=key, value=value, why=_GONE)


def _products(
    wanted: Portfolio,
    held: HeldPortfolio | None,
    state: State,
    left: Collection[str],
    notes: list[Note],
) -> Iterator[Change]:
    by_id = {each: state.slug(each) for each in (held.products if held else ())}
    for product, slug in sorted(by_id.items()):
        if slug is None:
            text = f"holds {product}, which is not ours: left as it is"
            notes.append(Note(kind="foreign", subject=f"portfolio {wanted.id}", text=text))
    there = {slug for slug in by_id.values() if slug}
    for product, constraints in wanted.products.items():
        if product in left:
            continue
        if product not in there:
            yield AssociateProduct(portfolio=wanted.id, product=product, why=_NEW)
        yield from _constraints(wanted.id, product, constraints, _held_by(held, state, product))
    for product in sorted(there - set(wanted.products) - set(left)):
        yield from _constraints(wanted.id, product, {}, _held_by(held, state, product))
        yield DisassociateProduct(portfolio=wanted.id, product=product, why=_GONE)


def _held_by(
    held: HeldPortfolio | None, state: State, product: str
) -> dict[str, list[HeldConstraint]]:
    found: dict[str, list[HeldConstraint]] = {}
    for each in held.constraints if held else ():
        if state.slug(each.product) == product:
            found.setdefault(each.type, []).append(each)
    return found


def _constraints(
    portfolio: str,
    product: str,
    wanted: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, list[HeldConstraint]],
) -> Iterator[Change]:
    about: dict[str, Any] = {"portfolio": portfolio, "product": product}
    # The launch constraint comes last and goes first: it lends the powers of the launch role, which
    # nobody gets before what limits their use is there, or after it is gone.
    for type_, parameters in sorted(
        wanted.items(), key=lambda each: (each[0] == "LAUNCH", each[0])
    ):
        several = held.get(type_, [])
        if not several:
            yield CreateConstraint(**about, type=type_, parameters=parameters, why=_NEW)
            continue
        digest = parameters_digest(parameters)
        kept = next((each for each in several if _holds(each, digest)), several[0])
        if not _holds(kept, digest):
            yield UpdateConstraint(
                **about, type=type_, id=kept.id, parameters=parameters, why=_changed(kept)
            )
        yield from _deleted(about, type_, [each for each in several if each is not kept])
    for type_ in sorted(set(held) - set(wanted), key=lambda each: (each != "LAUNCH", each)):
        yield from _deleted(about, type_, held[type_])


def _holds(held: HeldConstraint, digest: str) -> bool:
    return constraint_digest(held) == digest and held.status != "FAILED"


def _changed(held: HeldConstraint) -> str:
    if held.status == "FAILED":
        return "it failed"
    said = digest_in(held.description)
    if held.parameters is not None and said != parameters_digest(held.parameters):
        return "it was changed by hand"
    return _OTHER


def _deleted(
    about: Mapping[str, Any], type_: str, several: Iterable[HeldConstraint]
) -> Iterator[Change]:
    for each in several:
        yield DeleteConstraint(**about, type=type_, id=each.id, why=_GONE)


def _principals(wanted: Portfolio, held: HeldPortfolio | None) -> Iterator[Change]:
    there = held.principals if held else frozenset()
    for each in sorted(there - wanted.principals):
        yield DisassociatePrincipal(portfolio=wanted.id, type=each.type, arn=each.arn, why=_GONE)
    for each in sorted(wanted.principals - there):
        yield AssociatePrincipal(portfolio=wanted.id, type=each.type, arn=each.arn, why=_NEW)


def _shares(wanted: Portfolio, held: HeldPortfolio | None) -> Iterator[Change]:
    there = held.shares if held else {}
    for key, share in sorted(there.items()):
        if key not in wanted.shares:
            yield DeleteShare(portfolio=wanted.id, share=share, why=_GONE)
    for key, share in sorted(wanted.shares.items()):
        if there.get(key) == share:
            continue
        kind, why = (UpdateShare, _OTHER) if key in there else (CreateShare, _NEW)
        yield kind(portfolio=wanted.id, share=share, why=why)
