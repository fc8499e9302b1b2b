"""The verdict on a change: its level, and every reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.bump.interface import output_reasons, parameter_reasons, word_reasons
from compiler.bump.level import LEVELS
from compiler.bump.permissions import permission_reasons
from compiler.bump.reason import Reason, listed
from compiler.bump.resources import resource_reasons
from compiler.bump.stamp import unversioned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.bump.level import Level
    from compiler.comparison import Comparison
    from compiler.template import Body


MADE: Mapping[str, str] = {
    "role": "a role",
    "domain": "a Studio domain",
    "access": "a policy for people",
}
"""What the product of each kind of persona makes."""


KIND = ("Metadata", "personac", "kind")
"""Where a template says of what kind its persona is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """The verdict on a change."""

    level: Level
    reasons: tuple[Reason, ...]
    """The most important first."""

    rewritten: bool = False
    """Whether nothing differs but how things are written: no meaning, no word for people."""

    @property
    def is_open(self) -> bool:
        """Whether a question stayed open that could not be decided."""
        return any(each.is_open for each in self.reasons)


def bump(comparison: Comparison) -> Bump:
    """Judge the change from one template to another.

    Args:
        comparison: of two templates, with no parameter fixed.
    """
    bodies = comparison.old.subject.body, comparison.new.subject.body
    return _judged(*bodies, tuple(permission_reasons(comparison)))


def bump_without_policies(old: Body, new: Body) -> Bump:
    """Judge the change from one template to another, of which neither makes a role or a policy."""
    return _judged(old, new, ())


def bump_of_another_kind(old: str, new: str) -> Bump:
    """Judge a product that makes something else than it did: launches lose what it made.

    Args:
        old: the kind of its persona before.
        new: the kind now.
    """
    text = f"makes {MADE.get(new, new)}, no longer {MADE.get(old, old)}"
    reason = Reason(level="major", text=text, path=KIND)
    return Bump(level="major", reasons=(reason,))


def undecided(why: str) -> Bump:
    """The verdict on a change that could not be looked at."""
    reason = Reason(level="major", text=f"not known: {why}", is_open=True)
    return Bump(level="major", reasons=(reason,))


def _judged(old: Body, new: Body, permissions: tuple[Reason, ...]) -> Bump:
    old, new = unversioned(old), unversioned(new)
    if old == new:
        return Bump(level="none", reasons=())
    told = {each.path for each in permissions if each.path}
    found = [
        *permissions,
        *(each for each in parameter_reasons(old, new) if each.path not in told),
        *output_reasons(old, new),
        *resource_reasons(old, new),
        *word_reasons(old, new),
    ]
    if not found:
        rewritten = Reason(level="patch", text=f"{listed(_differing(old, new))} are written anew")
        return Bump(level="patch", reasons=(rewritten,), rewritten=True)
    found.sort(key=lambda each: -LEVELS.index(each.level))
    return Bump(level=found[0].level, reasons=tuple(found))


def _differing(old: Body, new: Body) -> list[str]:
    return [each for each in sorted({*old, *new}) if old.get(each) != new.get(each)]
