"""Shares: the accounts, organizational units and organizations that a portfolio is shared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import Related, error
from compiler.rules.card import Card, portfolio
from compiler.rules.principals import is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.portfolio import Portfolio, Share
    from compiler.rules.view import View

_FILE = "portfolios/people.yaml"
_SOURCE = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html"


def _share(text: str) -> str:
    return portfolio(f"shares:\n  - {text}\n")


CARDS = (
    Card(
        rule="share-target",
        what="A share with no target or several, or with the target of another share.",
        why="A share has one target, and a second one with it would change the flags of the first.",
        file=_FILE,
        failing=_share('{account: "444455556666", organization: o-a1b2c3d4e5}'),
        passing=_share('{account: "444455556666"}'),
        source=_SOURCE,
    ),
    Card(
        rule="share-principals",
        what="Principals that are shared with a single account, or of which none is a pattern.",
        why="Service Catalog shares the names of principals within an organization alone, and only"
        " those that name no account.",
        file=_FILE,
        failing=_share('{account: "444455556666", principals: true}'),
        passing=_share('{account: "444455556666"}'),
        source=_SOURCE,
    ),
)

TARGETS = ("account", "organizational_unit", "organization")


def targets_of(share: Share) -> tuple[tuple[str, str], ...]:
    """The targets that a share names, each with its key; a sound one names one."""
    named = ((key, getattr(share, key)) for key in TARGETS)
    return tuple((key, value) for key, value in named if value is not None)


def check(view: View) -> Iterator[Diagnostic]:
    """Every share of every portfolio."""
    catalog = view.catalog
    for name, each in catalog.portfolios.items():
        first: dict[tuple[str, str], Place] = {}
        for index, share in enumerate(each.shares):
            place = catalog.place("portfolios", name, "shares", index)
            found = targets_of(share)
            if len(found) != 1:
                named = " and ".join(key for key, _ in found) or "none"
                message = f"a share has one target, and this one names {named}"
                hint = f"write one of {', '.join(TARGETS)}"
                yield error("share-target", message, place, hint)
                continue
            ((key, target),) = found
            at = catalog.place("portfolios", name, "shares", index, key)
            if first.setdefault(found[0], at) != at:
                related = (Related(message="the first time", place=first[found[0]]),)
                message = f"the portfolio is shared with '{target}' already"
                yield error("share-target", message, at, related=related)
            if share.principals:
                flag = catalog.place("portfolios", name, "shares", index, "principals")
                yield from _principals(each, key, flag)


def _principals(found: Portfolio, key: str, place: Place) -> Iterator[Diagnostic]:
    if key == "account":
        message = "principals are shared with organizational units and organizations, not with an"
        hint = "let the account grant access itself, or share with its organizational unit"
        yield error("share-principals", f"{message} account", place, hint)
    elif not any(map(is_pattern, found.principals)):
        message = "no principal of this portfolio is a pattern, so none would be shared"
        yield error("share-principals", message, place, "write one as arn:aws:iam:::role/…")
