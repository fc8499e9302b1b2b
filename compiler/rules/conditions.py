"""Condition keys: each exists, and belongs to an action of its statement."""

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

_KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
_LONGEST_NOTE = 200


def _example(condition: str) -> str:
    return activity(f"""\
        - sid: List
          actions: [s3:ListBucket]
          resources: ["arn:${{AWS::Partition}}:s3:::${{Buckets}}"]
          conditions:
            {condition}
        """)


CARDS = (
    Card(
        rule="unknown-condition-key",
        what="A condition key that no documentation of AWS's names.",
        why="No request carries it, so an Allow never applies, and a Deny never or always.",
        file="activities/example.yaml",
        failing=_example("StringLike: {s3:prefixes: shared/*}"),
        passing=_example("StringLike: {s3:prefix: shared/*}"),
        source=_KEYS,
    ),
    Card(
        rule="unsupported-condition-key",
        what="A condition key that none of the statement's actions supports.",
        why="No request for them carries it, so an Allow never applies, a Deny never or always.",
        file="activities/example.yaml",
        failing=_example("StringEquals: {sagemaker:ModelArn: shared}"),
        passing=_example("StringLike: {s3:prefix: shared/*}"),
        source=_KEYS,
    ),
)

TAGS_OF_REQUESTS = ("aws:requesttag/", "aws:tagkeys")
"""Global keys that only requests carry which can tag, and so only actions that list them."""


def check(view: View) -> Iterator[Diagnostic]:
    """Every condition key of every statement and of every control."""
    for statement in view.statements:
        for operator, keys in statement.conditions.items():
            for key in keys:
                yield from _key(statement, operator, key)
    yield from _controls(view)


def _key(statement: StatementView, operator: str, key: str) -> Iterator[Diagnostic]:
    place = statement.place("conditions", operator, key, on="key")
    if reference.key_type(key) is None:
        yield _unknown(key, place)
        return
    lower = key.lower()
    everywhere = lower.startswith(reference.GLOBAL_PREFIX) and not lower.startswith(
        TAGS_OF_REQUESTS
    )
    # What an action that does not exist supports is not known.
    known = all(statement.expanded)
    if known and not everywhere and not any(reference.supports(a, key) for a in statement.actions):
        named = ", ".join(dict.fromkeys(statement.statement.actions))
        message = f"none of the actions of this statement supports the key '{key}'"
        note = f"the actions are {named}" if len(named) <= _LONGEST_NOTE else None
        yield error("unsupported-condition-key", message, place, note)


def _unknown(key: str, place: Place) -> Diagnostic:
    prefix = key.partition(":")[0].lower()
    service = reference.service(prefix)
    known = list(service.key_types) if service else list(reference.GLOBAL_KEYS)
    message = f"no documentation of AWS's names a condition key '{key}'"
    return error("unknown-condition-key", message, place, suggest(key, known))


def _controls(view: View) -> Iterator[Diagnostic]:
    for name, control in view.catalog.controls.items():
        for key, controlled in control.condition_keys.items():
            place = view.catalog.place("controls", name, "condition_keys", key, on="key")
            if reference.key_type(key) is None:
                yield _unknown(key, place)
                continue
            if not reference.actions_with_key(key):
                message = f"no action lists the key '{key}': the control would deny nothing"
                yield error("unsupported-condition-key", message, place)
            for other in controlled.required_with:
                if reference.key_type(other) is None:
                    route = ("condition_keys", key, "required_with", other)
                    yield _unknown(other, view.catalog.place("controls", name, *route, on="key"))
    for key, written, place in view.named_by_controls():
        found = reference.expand(written)
        supporting = reference.actions_with_key(key)
        if supporting and len(found) == 1 and found[0] not in supporting:
            message = f"{written} does not support the key '{key}'"
            yield error("unsupported-condition-key", message, place, "remove it")
