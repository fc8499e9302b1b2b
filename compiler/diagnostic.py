"""What is wrong with a catalog, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from compiler.place import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.place import Place, Span
    from compiler.source import Source

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A second place that helps to understand the first."""

    message: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake, at one place.

    `message` says what was found and what is allowed, `hint` what to do; both in lower case,
    without a full stop.
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    hint: str | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place made concrete."""

    message: str
    path: str
    span: Span
    line_text: str
    """The text of the line that `span` starts in; empty where the file has no such line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A diagnostic whose places have become lines and columns."""

    rule: str
    severity: Severity
    hint: str | None
    at: Spot
    related: tuple[Spot, ...]


def error(  # noqa: PLR0913 - one for each field of a diagnostic
    rule: str,
    message: str,
    place: Place,
    hint: str | None = None,
    *,
    related: tuple[Related, ...] = (),
    severity: Severity = "error",
) -> Diagnostic:
    """A diagnostic, an error unless said otherwise."""
    return Diagnostic(
        rule=rule, severity=severity, message=message, place=place, hint=hint, related=related
    )


def settle(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> tuple[Finding, ...]:
    """Make every place concrete, sort by place, and drop what is said twice.

    Args:
        diagnostics: in any order.
        sources: by path; a path that is not among them keeps the start of the file.
    """

    def spot(message: str, place: Place) -> Spot:
        span, text = place.span or START, ""
        if source := sources.get(place.path):
            span = source.locate(place)
            text = source.line(span.line)
        return Spot(message=message, path=place.path, span=span, line_text=text)

    found = {
        Finding(
            rule=each.rule,
            severity=each.severity,
            hint=each.hint,
            at=spot(each.message, each.place),
            related=tuple(spot(other.message, other.place) for other in each.related),
        )
        for each in diagnostics
    }
    return tuple(
        sorted(found, key=lambda f: (f.at.path, f.at.span, f.severity, f.rule, f.at.message))
    )


def suggest(word: str, allowed: Iterable[str]) -> str | None:
    """A hint that names the nearest allowed word, or None where none is near."""
    by_lower = {each.lower(): each for each in allowed}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"did you mean '{by_lower[near[0]]}'?" if near else None
