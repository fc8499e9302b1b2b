"""What happens during a publish, and what came of it, for people; made from the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.text import Line

View = dict[str, Any]

SCHEMA = "personac.publication/1"

_STYLES = {"done": "green", "failed": "bold red", "skipped": "yellow", "waiting": "bright_black"}


def event_line(event: View) -> Line | None:
    """A line for an event; None for one that nobody needs to see."""
    if event["event"] == "start":
        return None
    count = f"{event['done']:>3}/{event['of']}" if event["of"] else "       "
    sign = {"failed": "✗", "skipped": "·", "waiting": "…"}.get(event["event"], event["sign"])
    detail = f": {event['detail']}" if event["detail"] else ""
    text = printable(f"{sign} {event['text']}{detail}")
    head = f"{event['region']:<14} {count} "
    return [("bright_black", head), (_STYLES[event["event"]], text)]


def outcome_lines(view: View) -> Iterator[Line]:
    """What came of a publish, Region by Region.

    Args:
        view: `{"schema", "regions": [{"region", "done", "failed", "skipped", "problems",
            "receipt", "links"}]}`.
    """
    for region in view["regions"]:
        done, failed, skipped = (region[each] for each in ("done", "failed", "skipped"))
        if region["receipt"] is None and not done:
            yield [("bold red", f"{region['region']}: nothing was done")]
        elif region["receipt"] is None:
            yield [("bold red", f"{region['region']}: stopped after {done} changes")]
        elif failed or skipped:
            counts = f"{done} done, {failed} failed, {skipped} held back by them"
            yield [("bold red", f"{region['region']}: {counts}")]
        else:
            yield [
                ("bold green", f"{region['region']}: {done} change{'' if done == 1 else 's'} made")
            ]
        for each in region["problems"]:
            yield [("red", f"  {printable(each)}")]
        for product, link in region["links"].items():
            yield [("", f"  {product}: "), ("cyan", link)]
    if any(
        each["failed"] or each["skipped"] or (each["done"] and not each["receipt"])
        for each in view["regions"]
    ):
        yield [("", "Mend what failed, and run it again: it finishes what is left.")]
