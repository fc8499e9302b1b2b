"""A launch for people: what is found before it, what happens, what it gave. All from the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.text import Line

View = dict[str, Any]

_SEVERITIES = {"error": "bold red", "warning": "bold yellow", "note": "blue"}
_ORDER = ("note", "warning", "error")
"""Errors come last: what has to be mended stands where a terminal stops."""

_LONGEST = 100
"""Characters of a value that are shown; the rest is cut around what is at fault."""

_VERBS = {
    "launch": ("launch", "launched"),
    "update": ("update", "updated"),
    "terminate": ("terminate", "terminated"),
}
_BUMPS = {
    "major": "a major change: something that it relied on may be gone",
    "minor": "a minor change: it gains, and loses nothing",
    "patch": "a patch: what it may do stays the same",
    "none": "the same version",
    "back": "back to an older version",
}
_SHOWN_TYPES = 12
"""Resources of a termination that are listed one by one."""


def lines(view: View) -> Iterator[Line]:
    """One event of a launch, the preflight and the result among them."""
    match view["event"]:
        case "preflight":
            found = _preflight(view)
        case "stack":
            found = _stack(view)
        case "record":
            found = iter([_at(view, "", view["status"].lower().replace("_", " "))])
        case "note":
            found = iter([_told("note", view["message"])])
        case "link":
            found = iter([[("", view["link"] or "this partition's console has no public address")]])
        case _:
            found = _result(view)
    for line in found:
        yield [(style, printable(text)) for style, text in line]


def _preflight(view: View) -> Iterator[Line]:
    verb = _VERBS[view["operation"]][0]
    version = f" {view['version']}" if view["version"] else ""
    what = f"{view['product']['title']}{version} as '{view['name']}'"
    where = f"account {view['account']}, {view['region']}"
    yield [("bold", verb.ljust(9)), ("", f"  {what}"), ("", f", in {where}")]
    if view["portfolio"]:
        yield _told("portfolio", view["portfolio"])
    if view["previous"] and view["bump"] != "none":
        words = _BUMPS.get(view["bump"] or "", "not by semantic version")
        yield _told("from", f"{view['previous']} to {view['version']}: {words}")
    for name, value in view["values"].items():
        yield _told("set", f"{name} = {value}")
    if view["kept"]:
        number = "1 value stays" if len(view["kept"]) == 1 else f"{len(view['kept'])} values stay"
        yield _told("kept", f"{number}: {', '.join(view['kept'])}")
    yield from _losses(view["losses"])
    for each in sorted(view["findings"], key=lambda one: _ORDER.index(one["severity"])):
        yield from _finding(each)
    yield from _state(view)


def _state(view: View) -> Iterator[Line]:
    if view["state"] == "begun":
        yield _told("", "this has begun already: it is followed")
    elif view["state"] == "current" and view["operation"] == "update":
        yield [
            ("green", f"{view['name']} is at {view['version']} with these values: nothing to do")
        ]
    elif view["state"] == "current":
        yield _told("", "this has ended already")
    if view["errors"]:
        number = f"{view['errors']} error{'' if view['errors'] == 1 else 's'}"
        yield [("bold red", f"{number}: nothing was begun")]


def _losses(losses: list[View]) -> Iterator[Line]:
    told = [each for each in losses if each["meaning"]]
    for each in told[:_SHOWN_TYPES]:
        yield [
            ("bold yellow", "lost".ljust(9)),
            ("", f"  {each['id'] or each['resource']} ({each['type']}): {each['meaning']}"),
        ]
    rest = len(losses) - len(told[:_SHOWN_TYPES])
    if rest:
        yield _told("", f"and {rest} more resource{'' if rest == 1 else 's'}")


def _finding(each: View) -> Iterator[Line]:
    style = _SEVERITIES[each["severity"]]
    yield [(style, each["severity"].ljust(9)), ("", f"  {each['message']}")]
    if each["value"] is not None:
        shown, start, end = _cut(each["value"], each["start"], each["end"])
        before = f"  {each['subject']} = "
        yield [("", f"{'':9}{before}{shown}")]
        space = " " * (9 + len(before) + start)
        yield [("", space), (style, "^" * max(1, end - start))]
    if each["allowed"]:
        yield _told("", f"allowed: {each['allowed']}")
    if each["hint"]:
        yield _told("", f"hint: {each['hint']}")


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """A window of a long value, with what is at fault in sight."""
    shown = "".join(each if each.isprintable() else "\ufffd" for each in text)
    if len(shown) <= _LONGEST:
        return shown, start, end
    left = max(0, min(start - _LONGEST // 2, len(shown) - _LONGEST))
    right = left + _LONGEST
    before, after = "…" if left else "", "…" if right < len(shown) else ""
    offset = len(before) - left
    return before + shown[left:right] + after, start + offset, min(end, right) + offset


def _stack(view: View) -> Iterator[Line]:
    status = view["status"]
    style = "red" if "FAILED" in status or "ROLLBACK" in status else ""
    style = "green" if status.endswith("_COMPLETE") and not style else style
    reason = f": {view['reason']}" if view["reason"] and style == "red" else ""
    yield _at(view, style, f"{status:<18} {view['resource']} ({view['type']}){reason}")


def _result(view: View) -> Iterator[Line]:
    verb, done = _VERBS[view["operation"]]
    status = view["status"]
    version = f" {view['version']}" if view["version"] else ""
    what = f"{view['product']}{version} as '{view['name']}' ({view['id']})"
    if status == "succeeded":
        yield [("bold green", done), ("", f" {what}")]
        width = max((len(each) for each in view["outputs"]), default=0)
        for name, value in view["outputs"].items():
            # Some outputs are files: each of their lines is one here.
            for number, part in enumerate(value.splitlines() or [""]):
                label = name if number == 0 else ""
                yield [("", f"  {label.ljust(width)}  "), ("cyan", part)]
        return
    if status == "failed":
        yield [("bold red", f"{verb} failed"), ("", f": {what}")]
    else:
        yield [("bold yellow", f"{verb} goes on"), ("", f": {what}, record {view['record']}")]
    for each in view["reasons"]:
        resource = f"{each['resource']} ({each['type']}), " if each["resource"] else ""
        yield [("red", "reason".ljust(9)), ("", f"  {resource}{each['status']}: {each['reason']}")]
    for each in view["advice"]:
        yield _told("do", each)


def _at(view: View, style: str, words: str) -> Line:
    time = (view["at"] or "")[11:19]
    return [("bright_black", time.ljust(9)), (style, f"  {words}")]


def _told(label: str, words: str) -> Line:
    return [("blue", label.ljust(9)), ("", f"  {words}")]
