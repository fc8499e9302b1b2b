"""Controls: something switches them on, and their values can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.control import control_parameters
from compiler.diagnostic import error
from compiler.iam import operators, reference
from compiler.rules.card import Card, persona

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Control
    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import View


def _isolation(*values: str) -> str:
    return f"""\
title: Isolation
description: Training runs without a network.
costs: Training reads its channels only.
condition_keys:
  sagemaker:NetworkIsolation:
    values: [{", ".join(values)}]
"""


def _held(governance: str) -> str:
    return persona(f"""\
        trust: sagemaker
        controls: {{network: optional, isolation: {governance}}}
        activities: [read-buckets, run-jobs]
        """)


CARDS = (
    Card(
        rule="control-without-switch",
        what="An optional control that asks for no launch parameter.",
        why="A control is on when its parameters are given: nothing could ever switch it on.",
        file="personas/analyst.yaml",
        failing=_held("optional"),
        passing=_held("required"),
        beside={"controls/isolation.yaml": _isolation('"true"')},
    ),
    Card(
        rule="control-value",
        what="A control that compares a Bool key with anything but one of true and false.",
        why="Bool has no negated operator: what is denied is the opposite of the one value.",
        file="controls/isolation.yaml",
        failing=_isolation('"true"', '"false"'),
        passing=_isolation('"true"'),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/"
        "reference_policies_elements_condition_operators.html",
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every control, and every persona that has one."""
    catalog = view.catalog
    for name, control in catalog.controls.items():
        yield from _values(view, name, control)
    for identifier, each in catalog.personas.items():
        for name, governance in each.controls.items():
            if governance != "optional" or not view.is_readable(name):
                continue
            if not control_parameters(catalog, name):
                place = catalog.place("personas", identifier, "controls", name)
                message = f"the control '{name}' asks for no parameter that would switch it on"
                hint = "make it required, or off"
                yield error("control-without-switch", message, place, hint)


def _values(view: View, name: str, control: Control) -> Iterator[Diagnostic]:
    for key, controlled in control.condition_keys.items():
        kind = reference.key_type(key)
        if kind is None or operators.differs(kind) is not None:
            continue
        if len(controlled.values) != 1 or controlled.values[0] not in {"true", "false"}:
            place = view.catalog.place("controls", name, "condition_keys", key, "values")
            message = f"'{key}' is of type {kind}: a control holds it to one of true and false"
            yield error("control-value", message, place, 'write values: ["true"]')
