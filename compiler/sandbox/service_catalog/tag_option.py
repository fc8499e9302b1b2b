"""A TagOption: a value that a tag of a launch may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class TagOption:
    """A TagOption as its account keeps it."""

    id: str
    key: str
    value: str
    owner: str
    """The account."""

    active: bool = True

    def detail(self) -> dict[str, Any]:
        """TagOptionDetail."""
        return {
            "Id": self.id,
            "Key": self.key,
            "Value": self.value,
            "Active": self.active,
            "Owner": self.owner,
        }
