"""Findings as JSON. Every other form is made from this one, so that no two can disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.diagnostic import Finding, Spot

SCHEMA = "personac.diagnostics/1"

View = dict[str, Any]


def view(findings: Iterable[Finding]) -> View:
    """All findings, and how many of each severity."""
    listed = [_finding(each) for each in findings]
    return {
        "schema": SCHEMA,
        "diagnostics": listed,
        "errors": sum(each["severity"] == "error" for each in listed),
        "warnings": sum(each["severity"] == "warning" for each in listed),
    }


def _finding(finding: Finding) -> View:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        **_spot(finding.at),
        "hint": finding.hint,
        "related": [_spot(each) for each in finding.related],
    }


def _spot(spot: Spot) -> View:
    return {
        "message": spot.message,
        # A name of bytes that are not UTF-8 is shown escaped.
        "path": spot.path.encode("utf-8", "backslashreplace").decode(),
        "line": spot.span.line,
        "column": spot.span.column,
        "end_line": spot.span.end_line,
        "end_column": spot.span.end_column,
        "line_text": spot.line_text,
    }
