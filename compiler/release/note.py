"""What a plan has to say beside its changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a plan leaves as it is, and why."""

    kind: Literal["conflict", "rolled-back", "foreign", "kept"]
    """Only a conflict has to be settled by somebody."""

    subject: str
    text: str
    withholds: bool = False
    """Whether a product stays out of portfolios until it is settled."""
