"""What has to be done so that Service Catalog holds what output/ asks for: a pure function.

Everything that a publish does is in the plan. What is not ours is not touched; what the plan cannot
decide it says in a note, and leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.release.facts import facts
from compiler.release.note import Note
from compiler.release.plan_portfolio import portfolio_changes, withdrawn
from compiler.release.plan_product import product_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.release.changes import Change
    from compiler.release.desired import Desired
    from compiler.release.facts import Facts
    from compiler.release.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do in one Region, in the order of its phases, and what to know beside it."""

    account: str
    region: str
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]

    @property
    def conflicts(self) -> tuple[Note, ...]:
        """What has to be settled by hand first."""
        return tuple(each for each in self.notes if each.kind == "conflict")


def plan(desired: Desired, state: State, published: Facts | None = None) -> Plan:
    """Compare what a Region should hold with what it holds.

    Args:
        desired: all of it; what other Regions should hold is left out here.
        state: what was seen.
        published: the facts that the last publish left behind, where they are known: what differs
            from them was changed by somebody else.
    """
    wanted = desired.within(state.region)
    notes: list[Note] = []
    found = _changes(wanted, state, notes)
    # Two portfolios may ask for one tag option.
    unique = {(name_of(each), getattr(each, "id", "")): each for each in found}
    changes = tuple(sorted(unique.values(), key=lambda each: each.phase))
    if published is not None:
        now = facts(state)
        changes = tuple(_told(each, now, published) for each in changes)
    return Plan(account=state.account, region=state.region, changes=changes, notes=tuple(notes))


def name_of(change: Change) -> tuple[str, str]:
    """What a change does, whatever ids AWS gave to what it is about."""
    return type(change).__name__, change.text


def _changes(wanted: Desired, state: State, notes: list[Note]) -> Iterator[Change]:
    for twin in state.twins:
        text = "two of them have our tag: take it off the one that is not meant"
        notes.append(Note(kind="conflict", subject=twin, text=text))
    products = {
        name: product_changes(product, state, is_shared=wanted.is_shared(name))
        for name, product in wanted.products.items()
        if f"product {name}" not in state.twins
    }
    for made in products.values():
        notes.extend(made.notes)
        yield from made.changes
    left = {each for each in wanted.products if each not in products or products[each].is_left}
    for name, portfolio in wanted.portfolios.items():
        if f"portfolio {name}" not in state.twins:
            yield from portfolio_changes(portfolio, state, left, notes)
    for name, held in state.portfolios.items():
        if name not in wanted.portfolios:
            yield from withdrawn(held, notes)
    text = "in no portfolio of output/ here: left as it is, with its versions"
    notes.extend(
        Note(kind="kept", subject=f"product {name}", text=text)
        for name in state.products
        if name not in wanted.products
    )


def _told(change: Change, now: Facts, published: Facts) -> Change:
    changed = [each for each in change.effects() if now.get(each) != published.get(each)]
    return replace(change, drift=True) if changed else change
