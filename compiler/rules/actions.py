"""Actions: each exists, and none of them is a whole service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import error, suggest
from compiler.iam import reference
from compiler.rules.card import Card, activity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import StatementView, View


_FILE = "activities/example.yaml"
_ACTIONS = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)


def _example(actions: str) -> str:
    return activity(f"""\
        - sid: Read
          actions: [{actions}]
          resources: ["arn:${{AWS::Partition}}:s3:::${{Buckets}}/*"]
        """)


CARDS = (
    Card(
        rule="unknown-action",
        what="An action that its service does not have, or a text that is no action.",
        why="IAM takes any name without a word, and the permission would be missing.",
        file=_FILE,
        failing=_example("s3:GetObjects"),
        passing=_example("s3:GetObject"),
        source=_ACTIONS,
    ),
    Card(
        rule="unknown-service",
        what="An action of a service that AWS does not have.",
        why="IAM takes any name without a word, and the permission would be missing.",
        file=_FILE,
        failing=_example("s33:GetObject"),
        passing=_example("s3:GetObject"),
        source=_ACTIONS,
    ),
    Card(
        rule="action-matches-nothing",
        what="An action with a wildcard that matches no action of its service.",
        why="The permission would be missing now, and come by itself when AWS adds such an action.",
        file=_FILE,
        failing=_example("s3:Fetch*"),
        passing=_example("s3:GetObject*"),
        source=_ACTIONS,
    ),
    Card(
        rule="broad-action",
        what="All actions of a service, or of AWS, in a persona that is not marked broad.",
        why="It grants what nobody has read, and whatever AWS adds later.",
        file=_FILE,
        failing=_example("s3:GetObject, s3:*"),
        passing=_example("s3:GetObject"),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every action of every statement."""
    for statement in view.statements:
        for index in range(len(statement.statement.actions)):
            yield from _action(statement, index)
    for written, place in dict.fromkeys(each[1:] for each in view.named_by_controls()):
        if "*" in written or "?" in written:
            message = f"'{written}' is a wildcard; name the actions one by one"
            yield error("unknown-action", message, place)
        elif not reference.expand(written):
            yield from _missing(written, place)


def _action(statement: StatementView, index: int) -> Iterator[Diagnostic]:
    written = statement.statement.actions[index]
    place = statement.place("actions", index)
    service, _, name = written.rpartition(":")
    if written == "*" or (name and set(name) <= set("*?") and "*" in name):
        message = f"'{written}' grants everything, and what AWS adds later"
        hint = "name the actions; a persona that is broad on purpose says 'broad: true'"
        if statement.statement.effect == "Allow":
            yield error("broad-action", message, place, hint, severity=statement.breadth)
        if service in ("", "*"):
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
        message = f"'{written}' matches no action of {prefix}"
        yield error("action-matches-nothing", message, place)
    else:
        message = f"{prefix} has no action '{name}'"
        known = [f"{prefix}:{each}" for each in service.action_names.values()]
        yield error("unknown-action", message, place, suggest(written, known))
