"""Controls: Deny statements on every action that supports their condition keys."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import expression
from compiler.entitlement import EVERYTHING, Comparison, Entitlement, Switch, pascal
from compiler.gate import OPEN, gate
from compiler.iam import operators, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.catalog import Catalog, ControlledKey

_NO_SID = re.compile(r"[^A-Za-z0-9]")
"""A Sid is letters and digits; a key may be `s3:RequestObjectTag/team`."""


@lru_cache(maxsize=4096)
def control_parameters(catalog: Catalog, control: str) -> tuple[str, ...]:
    """The parameters that a control compares with, in the order that it names them."""
    named: dict[str, None] = {}
    for key in catalog.controls[control].condition_keys.values():
        for value in key.values:
            named |= dict.fromkeys(expression.names(expression.parse(value)))
    return tuple(named)


@lru_cache(maxsize=4096)
def control_statements(
    catalog: Catalog, control: str, *, optional: bool
) -> tuple[Entitlement, ...]:
    """The Deny statements of a control: for each key, one for its absence and one for other values.

    The actions are all those that support the key, by the Service Authorization Reference. Those
    under `when_present` are denied other values only, and under `required_with` the key's absence
    too where the other key is there.
    """
    when = gate(pascal(control)) if optional else OPEN
    statements: list[Entitlement] = []
    for key, controlled in catalog.controls[control].condition_keys.items():
        place = catalog.place("controls", control, "condition_keys", key)
        for suffix, actions, conditions in _denials(key, controlled):
            if actions:
                statements.append(
                    Entitlement(
                        sid=f"{pascal(control)}{_tail(key)}{suffix}",
                        effect="Deny",
                        actions=actions,
                        resources=(EVERYTHING,),
                        conditions=conditions,
                        when=when,
                        origin=place,
                    )
                )
    return tuple(statements)


def _denials(
    key: str, controlled: ControlledKey
) -> Iterator[tuple[str, tuple[str, ...], tuple[Comparison, ...]]]:
    values = tuple(expression.parse(value) for value in controlled.values)
    supporting = tuple(str(each) for each in reference.actions_with_key(key))
    lenient = _canonical(controlled.when_present)
    held = tuple(each for each in supporting if each not in lenient)
    spared = tuple(each for each in supporting if each in lenient)
    kind = reference.key_type(key) or "String"
    differs = operators.differs(kind)
    if differs is None:
        # Bool has no negated operator: what differs is the opposite.
        yield "Absent", held, (_null(key, absent=True),)
        yield "Other", supporting, (("Bool", ((key, _opposite(values)),)),)
    elif operators.is_list(kind):
        # ForAnyValue is false where there is no value: absence needs a statement of its own.
        yield "Absent", held, (_null(key, absent=True),)
        yield "Other", supporting, ((f"ForAnyValue:{differs}", ((key, values),)),)
    else:
        # A negated operator is true where the key is absent: one statement is enough.
        yield "Other", held, ((differs, ((key, values),)),)
        present = _null(key, absent=False)
        yield "OtherIfPresent", spared, ((differs, ((key, values),)), present)
    for other, actions in controlled.required_with.items():
        also = _canonical(actions)
        named = tuple(each for each in supporting if each in also)
        missing = (*_null(key, absent=True)[1], *_null(other, absent=False)[1])
        yield f"AbsentWith{_tail(other)}", named, (("Null", missing),)


def _opposite(values: tuple[expression.Expression, ...]) -> tuple[expression.Expression, ...]:
    both = (expression.parse("true"), expression.parse("false"))
    return tuple(each for each in both if each not in values)


def _null(key: str, *, absent: bool) -> Comparison:
    return ("Null", ((key, (expression.parse(str(absent).lower()),)),))


@lru_cache(maxsize=4096)
def control_switch(catalog: Catalog, control: str) -> Switch:
    """What a launch switches an optional control on by."""
    return Switch(
        control=control,
        title=catalog.controls[control].title,
        parameters=control_parameters(catalog, control),
    )


def _canonical(actions: Iterable[str]) -> frozenset[str]:
    """Actions as AWS spells them: IAM ignores their case."""
    return frozenset(str(each) for written in actions for each in reference.expand(written))


def _tail(key: str) -> str:
    """A condition key as a part of a Sid."""
    return _NO_SID.sub("", key.partition(":")[2])
