"""The rules of a catalog. One file a theme, in each the cards of its rules and the check behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.rules import (
    actions,
    conditions,
    parameters,
    pass_role,
    quotas,
    references,
    resources,
)
from compiler.rules.view import View

if TYPE_CHECKING:
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded

CHECKS = (references, parameters, actions, conditions, resources, pass_role, quotas)
"""The themes that look at a loaded catalog."""


def examine(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """All that the rules refuse in a loaded catalog."""
    view = View(loaded)
    return tuple(found for theme in CHECKS for found in theme.check(view))
