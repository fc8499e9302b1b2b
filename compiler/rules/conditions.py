"""Conditions: operators and keys exist, belong to the actions, and fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import suggest
from compiler.iam import operators, reference
from compiler.rules.view import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import StatementView, View

TAG_KEYS = "aws:tagkeys"
"""ForAllValues without a Null guard is what AWS itself advises here: a request without tags is lawful.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"""


def check(view: View) -> Iterator[Diagnostic]:
    """Every condition of every statement, and the keys of controls."""
    for statement in view.statements:
        for operator, keys in statement.conditions.items():
            parsed = operators.parse(operator)
            if parsed is None:
                place = statement.place("conditions", operator, on="key")
                message = f"IAM has no condition operator '{operator}'"
                near = suggest(operator.rpartition(":")[2], operators.OPERATORS)
                yield error("unknown-operator", message, place, near)
                continue
            for key in keys:
                yield from _key(statement, operator, parsed, key)
    yield from _controls(view)


def _key(
    statement: StatementView, written: str, operator: operators.Operator, key: str
) -> Iterator[Diagnostic]:
    place = statement.place("conditions", written, key, on="key")
    kind = reference.key_type(key)
    if kind is None:
        yield _unknown(key, place)
        return
    actions = statement.actions
    is_global = key.lower().startswith(reference.GLOBAL_PREFIX)
    if actions and not is_global and not any(reference.supports(each, key) for each in actions):
        named = ", ".join(dict.fromkeys(statement.statement.actions))
        message = f"none of the actions of this statement supports the key '{key}'"
        note = f"the actions are {named}" if len(named) <= 200 else None  # noqa: PLR2004
        yield error("unsupported-condition-key", message, place, note)
    if not operators.fits(operator, kind):
        allowed = " and ".join(f"{each}…" for each in operators.fitting(kind))
        message = f"{written} cannot compare '{key}', which is of type {kind}"
        yield error("operator-type", message, place, f"operators that fit are {allowed} and Null")
        return
    yield from _quantifier(statement, written, operator, key)


def _quantifier(
    statement: StatementView, written: str, operator: operators.Operator, key: str
) -> Iterator[Diagnostic]:
    place = statement.place("conditions", written, key, on="key")
    several = operators.is_list(reference.key_type(key) or "")
    if operator.family == "Null":
        return
    if several and not operator.quantifier:
        message = f"'{key}' holds several values; {written} compares one"
        hint = f"write ForAnyValue:{written} or ForAllValues:{written}"
        yield error("list-key", message, place, hint)
    if operator.quantifier and not several:
        message = f"'{key}' holds one value; {operator.quantifier} is for keys that hold several"
        yield error("single-key", message, place, f"write {written.partition(':')[2]}")
    if (
        operator.quantifier == "ForAllValues"
        and statement.statement.effect == "Allow"
        and key.lower() != TAG_KEYS
        and not _guarded(statement, key)
    ):
        message = f"{written} allows a request that carries no '{key}' at all"
        hint = f'add to the conditions: Null: {{{key}: "false"}}'
        yield error("for-all-values", message, place, hint)


def _guarded(statement: StatementView, key: str) -> bool:
    guards = {each.lower(): values for each, values in statement.conditions.get("Null", {}).items()}
    return guards.get(key.lower()) == ("false",)


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
            supporting = reference.actions_with_key(key)
            if not supporting:
                message = f"no action supports the key '{key}': the control would deny nothing"
                yield error("unsupported-condition-key", message, place)
            for index, written in enumerate(controlled.when_present):
                found = reference.expand(written)
                if len(found) == 1 and found[0] not in supporting:
                    at = view.catalog.place(
                        "controls", name, "condition_keys", key, "when_present", index
                    )
                    message = f"{written} does not support the key '{key}'"
                    yield error("unsupported-condition-key", message, at, "remove it")
