"""What became of one persona since a base: a value, made by `since` and told by `report`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compiler.bump import Bump, Level
    from compiler.place import Place

Kind = Literal["new", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason for a verdict, with the place in the catalog that it has now, if it has one."""

    level: Level
    text: str
    place: Place | None
    is_open: bool = False
    """Whether it is a question that could not be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one persona."""

    persona: str
    kind: Kind
    old: str | None
    """The version at the base; None where the persona is new."""

    new: str | None
    """The version now; None where it is gone."""

    bump: Bump | None = None
    """None where there are no two templates to compare."""

    gained: tuple[str, ...] = ()
    """Actions."""

    lost: tuple[str, ...] = ()
    made: str = ""
    """What the product makes now, and no longer, where that is something else. Then permissions
    are not compared."""

    causes: tuple[Cause, ...] = ()
    note: str = ""
    """What was compared instead of the template of the old version, or why nothing was."""
