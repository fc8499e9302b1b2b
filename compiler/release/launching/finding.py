"""What is found before a launch: faults, doubts, and what could not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

About = Literal[
    "parameter",
    "rule",
    "tag",
    "name",
    "launch-role",
    "boundary",
    "domain",
    "quota",
    "stack",
    "clone",
]

TYPED: frozenset[About] = frozenset({"parameter", "rule", "tag", "name", "domain"})
"""What whoever launches has typed; the rest is the account's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What of a value is at fault: characters from `start` to before `end`."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found."""

    severity: Literal["error", "warning", "note"]
    """An error stops the launch; a note says what could not be seen."""

    about: About
    message: str
    subject: str = ""
    """The parameter, tag or resource, where it is one."""

    mark: Mark | None = None
    allowed: str = ""
    hint: str = ""


def error(about: About, message: str, hint: str = "", *, subject: str = "") -> Finding:
    """A finding that stops the launch."""
    return Finding(severity="error", about=about, message=message, hint=hint, subject=subject)


def warning(about: About, message: str, hint: str = "", *, subject: str = "") -> Finding:
    """A finding that does not stop it, and may make it fail."""
    return Finding(severity="warning", about=about, message=message, hint=hint, subject=subject)


def note(about: About, message: str, hint: str = "", *, subject: str = "") -> Finding:
    """What could not be seen."""
    return Finding(severity="note", about=about, message=message, hint=hint, subject=subject)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a launch."""
    return tuple(each for each in findings if each.severity == "error")
