"""What a thing is called until its author gives it a better name, and how YAML has it."""

from __future__ import annotations

_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What YAML reads as no text, 1.1 or 1.2."""


def called(name: str) -> str:
    """An id as a title: `fraud-analyst` is called Fraud Analyst."""
    return " ".join(each.capitalize() for each in name.split("-"))


def spelled(text: str) -> str:
    """A name as a file of the catalog has it: in quotes where YAML would read something else."""
    return f'"{text}"' if text.lower() in _WORDS or text.isdigit() else text
