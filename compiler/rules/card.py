"""The card of a rule: what it refuses, why, and an example of each kind that really runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compiler.diagnostic import Severity

Subject = Literal["catalog", "template"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One rule.

    The examples are whole files. `tests/rules/test_cards.py` puts them on top of a small catalog: the
    failing one must be refused by this rule, the passing one by none.
    """

    rule: str
    """The id: what diagnostics, `personac explain` and SARIF call the rule."""

    what: str
    """What is refused, in one sentence."""

    why: str
    """What would happen otherwise."""

    file: str
    """Which file of a catalog the examples are, or `template` for a compiled template."""

    failing: str | bytes | None
    """The file refused; None where the mistake is that it is not there."""

    passing: str | None
    """The file as it should be; None where it should not be there."""

    severity: Severity = "error"
    source: str = ""
    """The URL of the rule of AWS's that stands behind it."""
