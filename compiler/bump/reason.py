"""One thing that differs between two templates, as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.bump.level import Level
    from compiler.template import TemplatePath

_SHOWN = 3
"""Actions and cases that are named; of more, only how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that differs."""

    level: Level
    text: str
    """In lower case, without a full stop."""

    path: TemplatePath = ()
    """Where it stands in the new template; empty where it does not."""

    is_open: bool = False
    """Whether it is a question that could not be decided."""

    sid: str | None = None
    """The statement of the new template that causes it, if one does."""


def without_special(cases: Iterable[str]) -> list[str]:
    """Cases without those that another one says: `network and no Names` beside `no Names`."""
    several = list(dict.fromkeys(cases))
    return [
        each for each in several if not any(each.endswith(f" and {other}") for other in several)
    ]


def listed(texts: Iterable[str], word: str = "and") -> str:
    """A list in words, its end cut off where it is long."""
    several = list(texts)
    if len(several) > _SHOWN + 1:
        return f"{', '.join(several[:_SHOWN])} {word} {len(several) - _SHOWN} more"
    return f" {word} ".join([", ".join(several[:-1])] * (len(several) > 1) + several[-1:])
