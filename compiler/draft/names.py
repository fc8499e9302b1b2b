"""What a thing is called until its author gives it a better name."""

from __future__ import annotations


def called(name: str) -> str:
    """An id as a title: `fraud-analyst` is called Fraud Analyst."""
    return " ".join(each.capitalize() for each in name.split("-"))
