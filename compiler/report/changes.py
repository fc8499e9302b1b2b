"""What changed since a base, as JSON, and for people: a line for each persona, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.bump import least_version
from compiler.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.base import Base
    from compiler.change import Cause, Change
    from compiler.report.text import Line
    from compiler.source import Source

View = dict[str, Any]

REASONS = 3
"""Reasons that are shown for a persona; of more, only how many."""

_KINDS = {"new": "new", "removed": "gone"}
_STYLES = {"major": "bold red", "minor": "bold yellow", "patch": "bold", "none": ""}


def changes_view(
    base: Base, changes: Iterable[Change] | None, sources: Mapping[str, Source]
) -> View:
    """What is added to the diagnostics where a base is given: `base` and `changes`.

    Args:
        base: what was compared with.
        changes: the personas that changed; None where errors left nothing to compare.
        sources: the files of the catalog as it is now.
    """
    return {
        "base": {"ref": base.ref, "commit": base.commit},
        "changes": None if changes is None else [_change(each, sources) for each in changes],
    }


def changes_lines(view: View) -> Iterator[Line]:
    """The changes for people.

    Args:
        view: as `changes_view` gives it.
    """
    base, changes = view["base"], view["changes"]
    commit = base["commit"][:12]
    name = commit if base["commit"].startswith(base["ref"]) else f"{base['ref']}, {commit}"
    end = "" if changes else ": no persona changes"
    if changes is None:
        end = ": not compared, for there are errors"
    yield [("bold", printable(f"since {name}{end}"))]
    for each in changes or ():
        yield from _lines(each)


def _change(change: Change, sources: Mapping[str, Source]) -> View:
    verdict = change.bump
    level = verdict.level if verdict else None
    return {
        "persona": change.persona,
        "change": change.kind,
        "old_version": change.old,
        "new_version": change.new,
        "bump": level,
        "least_version": least_version(change.old, level) if change.old and level else None,
        "gained_actions": list(change.gained),
        "lost_actions": list(change.lost),
        "reasons": [_reason(each, sources) for each in change.causes],
        "note": change.note or None,
        "summary": _summary(change),
    }


def _reason(cause: Cause, sources: Mapping[str, Source]) -> View:
    source = sources.get(cause.place.path) if cause.place else None
    line = source.locate(cause.place).line if source and cause.place else None
    path = cause.place.path if cause.place else None
    return {"level": cause.level, "text": cause.text, "path": path, "line": line}


def _summary(change: Change) -> str:
    """In one line: from which version to which, what is gained and lost, and the verdict."""
    if change.kind != "changed":
        return f"{change.persona} {change.new or change.old} is {_KINDS[change.kind]}"
    same = change.old == change.new
    told = f"{change.persona} {change.old if same else f'{change.old} to {change.new}'}"
    if change.bump is None:
        return f"{told}: not compared" if change.note else told
    gained, lost = len(change.gained), len(change.lost)
    parts = [
        f"{verb} {_count(number)}"
        for verb, number in (("gains", gained), ("loses", lost))
        if number
    ]
    nothing = "gains and loses nothing"
    if change.bump.is_open:
        nothing = "not known what it gains and loses"
        parts += ["the rest not known"] if parts else []
    permissions = change.made or ", ".join(parts) or nothing
    level = change.bump.level
    if level == "none":
        return f"{told}: nothing changes"
    return f"{told}: {permissions}; {'would be' if same else 'is'} {level}"


def _count(number: int) -> str:
    return f"{number:,} action{'' if number == 1 else 's'}"


def _lines(each: View) -> Iterator[Line]:
    yield [("", f"  {printable(each['summary'])}")]
    if each["note"]:
        yield [("blue", "    note   "), ("", printable(each["note"]))]
    for one in each["reasons"][:REASONS]:
        place = f"  {one['path']}:{one['line']}" if one["line"] else ""
        yield [
            (_STYLES[one["level"]], f"    {one['level']}  "),
            ("", printable(one["text"] + place)),
        ]
    more = len(each["reasons"]) - REASONS
    if more > 0:
        yield [("", f"    and {more} more; --format json has all")]
