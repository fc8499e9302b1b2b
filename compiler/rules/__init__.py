"""The rules of a catalog. One file a theme: the cards of its rules and the check behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.rules import (
    actions,
    bumps,
    comparisons,
    compositions,
    conditions,
    controls,
    expressions,
    files,
    functions,
    guardrails,
    kinds,
    parameters,
    pass_role,
    pins,
    portfolios,
    principals,
    profiles,
    proofs,
    quotas,
    references,
    requests,
    resources,
    service_catalog,
    shape,
    shares,
    syntax,
    templates,
    trusts,
    versions,
)
from compiler.rules.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded
    from compiler.rules.card import Card

CHECKS = (
    kinds,
    references,
    compositions,
    expressions,
    parameters,
    actions,
    conditions,
    comparisons,
    controls,
    resources,
    pass_role,
    trusts,
    profiles,
    guardrails,
    quotas,
    portfolios,
    pins,
    principals,
    shares,
    service_catalog,
)
"""The themes that look at a loaded catalog."""

THEMES: tuple[ModuleType, ...] = (
    syntax,
    shape,
    files,
    *CHECKS,
    proofs,
    bumps,
    versions,
    templates,
    functions,
    requests,
)
"""All themes, in the order in which a catalog meets them."""


def _by_id() -> Mapping[str, Card]:
    cards = [card for theme in THEMES for card in theme.CARDS]
    found = {card.rule: card for card in sorted(cards, key=lambda each: each.rule)}
    if len(found) < len(cards):
        raise ValueError("two cards have one id")
    return found


CARDS = _by_id()
"""The card of every rule, by id."""


def examine(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """All that the rules refuse in a loaded catalog."""
    view = View(loaded)
    return tuple(found for theme in CHECKS for found in theme.check(view))
