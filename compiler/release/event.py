"""What happens during a publish, as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["waiting", "start", "done", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in one Region."""

    kind: Kind
    region: str
    text: str
    sign: str = ""
    detail: str = ""
    """Why it failed or was skipped."""

    done: int = 0
    """How many changes are made by now."""

    of: int = 0
    """Out of how many."""

    def view(self) -> dict[str, Any]:
        """The event as JSON."""
        return {
            "event": self.kind,
            "region": self.region,
            "sign": self.sign,
            "text": self.text,
            "detail": self.detail,
            "done": self.done,
            "of": self.of,
        }
