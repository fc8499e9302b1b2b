"""Actions: each exists, and none of them is a whole service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import suggest
from compiler.iam import reference
from compiler.rules.view import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import StatementView, View


def check(view: View) -> Iterator[Diagnostic]:
    """Every action of every statement."""
    for statement in view.statements:
        for index in range(len(statement.statement.actions)):
            yield from _action(statement, index)
    for name, control in view.catalog.controls.items():
        for key, controlled in control.condition_keys.items():
            for index, written in enumerate(controlled.when_present):
                place = view.catalog.place(
                    "controls", name, "condition_keys", key, "when_present", index
                )
                if "*" in written or "?" in written:
                    message = f"'{written}' is a wildcard; name the actions one by one"
                    yield error("unknown-action", message, place)
                elif not reference.expand(written):
                    yield from _missing(written, place)


def _action(statement: StatementView, index: int) -> Iterator[Diagnostic]:
    written = statement.statement.actions[index]
    place = statement.place("actions", index)
    if written == "*" or written.endswith(":*"):
        message = f"'{written}' grants everything, and what AWS adds later"
        hint = "name the actions; a persona that is broad on purpose says 'broad: true'"
        if statement.statement.effect == "Allow":
            yield error("broad-action", message, place, hint, severity=statement.breadth)
        if written == "*":
            return
    if not statement.expanded[index]:
        yield from _missing(written, place)


def _missing(written: str, place: Place) -> Iterator[Diagnostic]:
    prefix, colon, name = written.partition(":")
    service = reference.service(prefix.lower()) if colon else None
    if not colon:
        message = f"'{written}' is no action; an action is service:Name, as s3:GetObject"
        yield error("unknown-action", message, place)
    elif service is None:
        message = f"AWS has no service with the prefix '{prefix}'"
        yield error("unknown-service", message, place, suggest(prefix, reference.services()))
    elif "*" in name or "?" in name:
        message = f"'{written}' matches none of the {len(service.actions)} actions of {prefix}"
        yield error("action-matches-nothing", message, place)
    else:
        message = f"{prefix} has no action '{name}'"
        known = [f"{prefix}:{each.name}" for each in service.actions.values()]
        yield error("unknown-action", message, place, suggest(written, known))
