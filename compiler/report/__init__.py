"""What was found, in the form that was asked for: text, json, sarif or github."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.text import lines
from compiler.report.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.diagnostic import Finding


def diagnostics_text(findings: Iterable[Finding]) -> str:
    """The report for people, without colour, one newline at the end."""
    return "".join("".join(text for _, text in line) + "\n" for line in lines(view(findings)))
