"""A comparison as a comment for a pull request, made from its JSON view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.difference import (
    ACTIONS,
    FINDINGS,
    ODD,
    RESOURCES,
    bump_words,
    example_words,
    headline,
    parted,
    resources_words,
    statement_name,
    subject_words,
    who_words,
)
from compiler.report.difference_cases import cases_words, where_words
from compiler.report.words import by_service, condition_words

if TYPE_CHECKING:
    from collections.abc import Iterator

View = dict[str, Any]

_MARKS = {"equal": "✅", "wider": "🔺", "narrower": "🔻", "changed": "🔶", "unknown": "❓"}
_ROW = "|"


def markdown(view: View) -> Iterator[str]:
    """The lines of the comment."""
    yield f"### {_MARKS[view['verdict']]} {_escaped(headline(view))}"
    yield ""
    old, new = (_escaped(subject_words(view["subjects"][side])) for side in ("old", "new"))
    yield f"**{view['verdict']}**: {new}, compared with {old}."
    if cases := cases_words(view):
        yield f"Options: {_escaped(cases)}."
    if bump := bump_words(view):
        yield f"Bump: {_escaped(bump)}."
    for each in view["notes"]:
        yield f"Note: {_escaped(each)}."
    yield from _table(view)
    for each in view["unknown"]:
        what = _escaped("; ".join(by_service(each["actions"], ACTIONS)) or "not compared")
        yield ""
        yield f"**❓ {what}**: {_escaped(each['reason'])}"
    for each in view["parameters"]:
        told = next((f", as `{each[key]}`" for key in ("example_gained", "example_lost")
                     if each[key] is not None), "")  # fmt: skip
        yield ""
        yield f"**Parameter {each['name']}**: {each['change']}{told}"


def _table(view: View) -> Iterator[str]:
    gained, lost = (parted(view[side]) for side in ("gained", "lost"))
    rows = [("+", each) for each in gained[0]] + [("-", each) for each in lost[0]]
    odd = len(gained[1]) + len(lost[1])
    if odd:
        yield ""
        told = f"{odd} finding{'' if odd == 1 else 's'} by names with a colon in them, {ODD}"
        yield f"Not shown: {told}; `personac diff` with `--verbose` shows them."
    if not rows:
        return
    shown = rows[: 2 * FINDINGS]
    yield ""
    yield f"| | actions | {_head(rows)} | where | by |"
    yield "|---|---|---|---|---|"
    for sign, each in shown:
        yield _row(sign, each, view)
    if len(shown) < len(rows):
        yield f"| | and {len(rows) - len(shown)} more | | | |"
    yield ""
    yield "<details><summary>An example request for each</summary>"
    yield ""
    for sign, each in shown:
        first, *more = example_words(each)
        yield f"- {sign} {_code(first)}{''.join(f'<br>{_code(one)}' for one in more)}"
    yield ""
    yield "</details>"


def _head(rows: list[tuple[str, View]]) -> str:
    """What stands in the column of resources: a trust policy has principals there."""
    parts = {each["policy"] for _, each in rows}
    return "on, or who" if len(parts) > 1 else "who" if "trust" in parts else "on"


def _row(sign: str, each: View, view: View) -> str:
    actions = "<br>".join(_code(one) for one in by_service(each["actions"], ACTIONS)[:ACTIONS])
    warned = dict.fromkeys(one["reason"] for one in each["escalation"])
    actions += "".join(f"<br>⚠️ {_escaped(one)}" for one in warned)
    where = [condition_words(one["operator"], one["key"], one["values"])
             for one in each["conditions"]]  # fmt: skip
    if cases := where_words(each, view):
        where.append(f"options: {cases}")
    on = resources_words(each, RESOURCES) or who_words(each, RESOURCES)
    by = statement_name(each["statements"][0])
    cells = (
        sign,
        f"{actions}<br>{each['access_level']}",
        _code(on) if on else "",
        "<br>".join(map(_escaped, where)),
        _code(by.replace("  ", " ")),
    )
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return f"`{text.replace('`', '').replace(_ROW, chr(92) + _ROW)}`"


def _escaped(text: str) -> str:
    """A text in which Markdown sees nothing of its own."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|" else each for each in text)
