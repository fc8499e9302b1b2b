"""Launches for people, as text or Markdown; all from the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.report.text import Line

View = dict[str, Any]

_HEADS = ("account", "Region", "name", "product", "version", "behind", "status", "by", "since")
_BEHIND = 5
"""The column of what a launch is behind by."""

_STYLES = {
    "withdrawn": "bold red",
    "major": "bold red",
    "minor": "bold yellow",
    "patch": "yellow",
    "": "",
}


def lines(view: View) -> Iterator[Line]:
    """A table, then what could not be seen."""
    rows = [_cells(each) for each in view["launches"]]
    if rows:
        widths = [max(len(row[i]) for row in (_HEADS, *rows)) for i in range(len(_HEADS))]
        yield [("bold", _row(_HEADS, widths))]
        for row, each in zip(rows, view["launches"], strict=True):
            style = _STYLES["withdrawn" if each["withdrawn"] else each["behind"] or ""]
            before, after = (
                _row(row[:_BEHIND], widths),
                _row(row[_BEHIND + 1 :], widths[_BEHIND + 1 :]),
            )
            behind = row[_BEHIND].ljust(widths[_BEHIND])
            yield [("", f"{before.ljust(sum(widths[:_BEHIND]) + 2 * (_BEHIND - 1))}  "),
                   (style, behind), ("", f"  {after}")]  # fmt: skip
        yield [("", "")]
    yield [("bold", _summary(view))]
    for each in view["notes"]:
        yield [("blue", "note    "), ("", f"  {printable(each)}")]
    for each in view["unseen"]:
        yield [("bold yellow", "not seen"), ("", f"  {printable(_unseen(each))}")]


def markdown(view: View) -> str:
    """The same as Markdown, one newline at the end."""
    parts = [_summary(view), ""]
    if view["launches"]:
        parts += [_bar(_HEADS), _bar(["---"] * len(_HEADS))]
        parts += [_bar([_escaped(cell) for cell in _cells(each)]) for each in view["launches"]]
        parts.append("")
    told = [*view["notes"], *(f"Not seen: {_unseen(each)}" for each in view["unseen"])]
    parts += [f"- {_escaped(printable(each))}" for each in told]
    return "\n".join(parts).rstrip("\n") + "\n"


def _cells(each: View) -> list[str]:
    behind = ", ".join(
        part
        for part in ("withdrawn" if each["withdrawn"] else "", each["behind"], each["could_take"])
        if part
    )
    cells = (
        each["account"],
        each["region"],
        each["name"],
        each["product"] or each["title"],
        each["version"],
        behind,
        each["status"],
        # The name of a session, or of a user: the rest of the ARN is in the JSON view.
        each["launched_by"].rpartition("/")[2],
        (each["launched_at"] or "")[:10],
    )
    return [printable(cell) for cell in cells]


def _summary(view: View) -> str:
    regions = ", ".join(view["regions"])
    if not view["seen"]:
        return f"no account could be seen in {regions}"
    number = len(view["launches"])
    withdrawn = view["withdrawn"]
    reach = "" if all(each["level"] == "account" for each in view["seen"]) else " that may be seen"
    behind = [f"{count} {kind}" for kind, count in view["behind"].items() if count]
    words = f"{number} launch{'' if number == 1 else 'es'}{reach} in {regions}"
    told = f"; behind by a version: {', '.join(behind)}" if behind else ""
    if withdrawn:
        told += f"; {withdrawn} of a withdrawn version"
    return f"{words}{told}"


def _unseen(each: View) -> str:
    where = f" in {each['region']}" if each["region"] else ""
    return f"{each['target']}{where}: {each['reason']}"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=False)
    return "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()


def _bar(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
