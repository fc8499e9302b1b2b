"""A plan for people, made from its JSON: as text, and as Markdown for a pull request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from compiler.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.text import Line

View = dict[str, Any]

_STYLES = {"+": "green", "~": "yellow", "-": "red"}
_WORDS = {"+": "to add", "~": "to change", "-": "to take away"}
_NOTES = {
    "conflict": ("bold red", "conflict"),
    "rolled-back": ("yellow", "rolled back"),
    "foreign": ("bright_black", "not ours"),
    "kept": ("bright_black", "left"),
}


def plan_lines(view: View) -> Iterator[Line]:
    """A plan, Region by Region.

    Args:
        view: as `plan_view` gives it.
    """
    for region in view["regions"]:
        changes, notes = region["changes"], region["notes"]
        yield [("bold", f"{region['region']}, account {region['account']}")]
        for each in changes:
            yield from _change(each)
        for each in notes:
            style, word = _NOTES[each["kind"]]
            yield [(style, f"  ! {word}: "), ("", printable(f"{each['subject']}: {each['text']}"))]
        yield [("bold", f"  {_summary(changes)}{_others(region['others'])}")]


def plan_markdown(view: View) -> Iterator[str]:
    """The same as Markdown."""
    yield "### Plan for Service Catalog"
    for region in view["regions"]:
        yield ""
        yield f"**{region['region']}**: {_summary(region['changes'])}"
        if region["changes"]:
            yield ""
            yield "```diff"
            for each in region["changes"]:
                sign = "!" if each["sign"] == "~" else each["sign"]
                drift = " (differs from the last publish)" if each["drift"] else ""
                yield f"{sign} {printable(each['text'])}  # {printable(each['why'])}{drift}"
            yield "```"
        if region["notes"]:
            yield ""
        for each in region["notes"]:
            # As code: names that somebody else gave are no links, images or mentions there.
            text = printable(f"{each['subject']}: {each['text']}").replace("`", "'")
            yield f"- **{_NOTES[each['kind']][1]}**: `{text}`"


def _change(change: View) -> Iterator[Line]:
    sign = change["sign"]
    line: Line = [(_STYLES[sign], f"  {sign} {printable(change['text'])}")]
    line.append(("bright_black", f"  ({printable(change['why'])})"))
    if change["drift"]:
        line.append(("bold yellow", "  differs from the last publish"))
    yield line


def _summary(changes: list[View]) -> str:
    if not changes:
        return "no changes"
    counted = Counter(each["sign"] for each in changes)
    parts = [f"{counted[sign]} {word}" for sign, word in _WORDS.items() if counted[sign]]
    drift = sum(each["drift"] for each in changes)
    more = f"; {drift} differ from what the last publish left behind" if drift else ""
    return f"{', '.join(parts)}{more}"


def _others(number: int) -> str:
    if not number:
        return ""
    return f"; {number} other portfolio{'s' if number != 1 else ''} or products are not ours"
