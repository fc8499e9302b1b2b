"""Semantic versions as numbers, to compare them by (https://semver.org)."""

from __future__ import annotations

import re

_SEMVER = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


def parts_of(version: str) -> tuple[int, int, int]:
    """The three numbers of a version that is known to be one."""
    major, minor, patch = (int(each) for each in version.split("."))
    return major, minor, patch


def numbers(name: str) -> tuple[int, int, int] | None:
    """The numbers of a version that somebody may have named otherwise; None where it is none."""
    return parts_of(name) if _SEMVER.fullmatch(name) else None


def ordered(name: str) -> tuple[int, ...]:
    """A name to sort by; what is no semantic version comes before all that are."""
    return numbers(name) or ()
