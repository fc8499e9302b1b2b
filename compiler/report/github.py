"""Findings as GitHub's workflow commands: annotations on the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.view import View


def lines(view: View) -> Iterator[str]:
    """One command a finding."""
    for each in view["diagnostics"]:
        one_line = each["line"] == each["end_line"]
        properties = {
            "file": each["path"],
            "line": each["line"],
            "endLine": each["end_line"],
            "col": each["column"],
            **({"endColumn": each["end_column"]} if one_line else {}),
            "title": each["rule"],
        }
        listed = ",".join(
            f"{key}={_escaped(str(value), ':,')}" for key, value in properties.items()
        )
        hint = f"\nhint: {each['hint']}" if each["hint"] else ""
        yield f"::{each['severity']} {listed}::{_escaped(each['message'] + hint)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
