"""How much a change is, and which version comes after another one by it."""

from __future__ import annotations

from typing import Literal

from compiler.semver import parts_of

Level = Literal["none", "patch", "minor", "major"]

LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")
"""The smallest first."""


def least_version(version: str, level: Level) -> str:
    """The least version that a change of a level may have after another one."""
    major, minor, patch = parts_of(version)
    match level:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case "none":
            return version
