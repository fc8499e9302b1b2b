"""Findings for reports: one of everything that is hard to print."""

from __future__ import annotations

from compiler.diagnostic import Finding, Spot
from compiler.place import Span

ERROR = Finding(
    rule="duplicate-key",
    severity="error",
    hint="remove one",
    at=Spot(
        message="the key 'title' stands here twice",
        path="catalog/personas/a b,c:d.yaml",
        span=Span(12, 1, 12, 6),
        line_text="title: Second",
    ),
    related=(
        Spot(
            message="first defined here",
            path="catalog/personas/a b,c:d.yaml",
            span=Span(2, 1, 2, 6),
            line_text="title: First",
        ),
    ),
)

WARNING = Finding(
    rule="lint",
    severity="warning",
    hint=None,
    at=Spot(
        message="50 % of\nit",
        path="catalog/x.yaml",
        span=Span(3, 5, 4, 2),
        line_text="    - several lines",
    ),
    related=(),
)

FILE = Finding(
    rule="missing-file",
    severity="error",
    hint=None,
    at=Spot(message="it is not there", path="catalog/y.yaml", span=Span(1, 1, 1, 2), line_text=""),
    related=(),
)


def finding(line: str, start: int, end: int, message: str = "m") -> Finding:
    """An error in columns of a line."""
    at = Spot(message=message, path="f.yaml", span=Span(1, start, 1, end), line_text=line)
    return Finding(rule="r", severity="error", hint=None, at=at, related=())
