"""A statement of the launch role, as its tables have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.vocabulary import Conditions

PERSONA = "personac:persona"
"""The tag that everything has that products make."""

THERE = ("false",)
"""With the operator Null: the key has to be there."""

OURS: Conditions = {"Null": {f"aws:ResourceTag/{PERSONA}": THERE}}
"""That a product made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What some actions are allowed on, or denied on."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)
    except_resources: bool = False
    """Whether it is about everything but the resources."""
