"""Where in the catalog something stands: named first, turned into rows and columns last.

Models and rules name a place by file and route (the keys and indices that lead to a value).
Only a report turns it into lines and columns, by the table that `source` made while parsing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Route = tuple[str | int, ...]
"""Keys and indices from the top of a document to a value, as `("statements", 0, "actions", 2)`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: lines and columns (characters) count from 1, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A symbolic place in one file."""

    path: str
    """The file, as the user would name it: relative to where the command runs."""

    route: Route = ()
    """The value that is meant; the nearest value above it where there is none."""

    on: Literal["value", "key"] = "value"
    """Whether the caret stands under the value or under its key."""

    fragment: str = ""
    """A part of the value's text to point at, as one `${Name}` in a long string."""

    span: Span | None = None
    """The exact stretch, where no route leads: what the parser itself refuses."""


START = Span(1, 1, 1, 2)
"""The first character of a file: the place of what a file lacks."""
