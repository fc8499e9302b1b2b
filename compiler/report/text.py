"""Findings for people: the line, a caret under what is meant, and what to do about it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.view import View

Segment = tuple[str, str]
"""A style and a text; the style of plain text is empty."""

Line = list[Segment]

LONGEST_LINE = 160
"""Characters of a source line that are shown; the rest is cut around the caret."""

_STYLES = {"error": "bold red", "warning": "bold yellow"}


def lines(view: View) -> Iterator[Line]:
    """The whole report, line by line, with a summary at the end.

    Errors come last: what has to be mended stands where a terminal stops.
    """
    for each in sorted(view["diagnostics"], key=lambda one: one["severity"] == "error"):
        yield from _diagnostic(each)
        yield [("", "")]
    yield [_summary(view)]


def _diagnostic(each: View) -> Iterator[Line]:
    style = _STYLES[each["severity"]]
    title = f"{each['severity']}[{each['rule']}]"
    yield [(style, title), ("bold", f": {_printable(each['message'])}")]
    numbers = [each["line"], *(other["line"] for other in each["related"])]
    margin = " " * len(str(max(numbers)))
    yield from _excerpt(each, margin, "-->", "^", style)
    for other in each["related"]:
        yield from _excerpt(other, margin, ":::", "-", "cyan", other["message"])
    if each["hint"]:
        hint = _printable(each["hint"])
        yield [("blue", f"{margin} = "), ("bold", "hint"), ("", f": {hint}")]


def _excerpt(  # noqa: PLR0913, PLR0917 - the two looks that an excerpt has, spelt out
    spot: View, margin: str, arrow: str, mark: str, style: str, note: str = ""
) -> Iterator[Line]:
    place = f"{_printable(spot['path'])}:{spot['line']}:{spot['column']}"
    note = _printable(note)
    yield [("blue", f"{margin}{arrow} "), ("", place)]
    if not spot["line_text"].strip():
        if note:
            yield [("blue", f"{margin} = "), ("", note)]
        return
    one_line = spot["end_line"] == spot["line"]
    start = spot["column"] - 1
    end = spot["end_column"] - 1 if one_line else len(spot["line_text"])
    text, start, end = _cut(spot["line_text"], start, end)
    number = str(spot["line"]).rjust(len(margin))
    yield [("blue", f"{margin} |")]
    yield [("blue", f"{number} | "), ("", text)]
    carets = mark * max(1, _width(text[start:end]))
    note = f" {note}" if note else ""
    yield [("blue", f"{margin} | "), ("", _blank(text[:start])), (style, f"{carets}{note}")]


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Show a window of a long line, so that the caret is in sight."""
    shown = "".join(each if each == "\t" or each.isprintable() else "\ufffd" for each in text)
    if len(shown) <= LONGEST_LINE:
        return shown, start, min(end, len(shown))
    left = max(0, min(start - LONGEST_LINE // 4, len(shown) - LONGEST_LINE))
    right = left + LONGEST_LINE
    before, after = "…" if left else "", "…" if right < len(shown) else ""
    offset = len(before) - left
    return before + shown[left:right] + after, start + offset, min(end, right) + offset


def _printable(text: str) -> str:
    """What an author wrote may hold what moves a terminal's cursor."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)


def _blank(text: str) -> str:
    """White space as wide as a text; tabs stay tabs, so that the caret meets its column."""
    return "".join("\t" if each == "\t" else " " * _width(each) for each in text)


def _width(text: str) -> int:
    """Columns of a terminal."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def _summary(view: View) -> Segment:
    errors, warnings = view["errors"], view["warnings"]
    if not errors and not warnings:
        return ("green", "no mistakes found")
    style = _STYLES["error" if errors else "warning"]
    return (style, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
