"""The conditions of a template: what is switched on, how many values lists have."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troposphere import And, Condition, Equals, Not, Or, Ref, encode_to_dict

from compiler.emit.key_policies import key_gates
from compiler.emit.statements import slotted_by
from compiler.emit.values import has_conditions
from compiler.entitlement import YES, Option, given_condition
from compiler.gate import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.entitlement import Entitlements, LaunchParameter, Switch
    from compiler.gate import Gate
    from compiler.pack import Packing
    from compiler.template import Body

MOST_OPERANDS = 10
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html"""


def conditions_of(packing: Packing) -> dict[str, Any]:
    """All conditions of a persona's template, by name."""
    entitlements = packing.entitlements
    conditions: dict[str, Any] = {
        each.condition: encode_to_dict(asked(each)) for each in switches_of(entitlements)
    }
    for name in entitlements.needed:
        conditions[given_condition(name)] = encode_to_dict(Not(Equals(Ref(name), "")))
    for name in sorted(_slotted(entitlements)):
        conditions |= _has_conditions(entitlements.parameters[name])
    for gate, name in named_gates(packing).items():
        if name not in conditions:
            conditions[name] = encode_to_dict(_open(gate))
    return conditions


def switches_of(entitlements: Entitlements) -> tuple[Switch | Option, ...]:
    """Everything that a launch switches on or off."""
    return (*entitlements.switches.values(), *entitlements.options.values())


def asked(switch: Switch | Option) -> Any:
    """Whether a switch is on, by the parameters alone, as Rules need it too."""
    if isinstance(switch, Option):
        return Equals(Ref(switch.parameter), YES)
    empty = [Equals(Ref(name), "") for name in switch.parameters]
    # On as soon as one is given: what a Rule would refuse is then denied, not allowed.
    return Not(nested(And, empty))


@lru_cache(maxsize=64)
def named_gates(packing: Packing) -> Mapping[Gate, str]:
    """The condition of each gate: a switch's own, or one after the first that has the gate."""
    entitlements = packing.entitlements
    named: dict[Gate, str] = {}
    for policy in packing.policies:
        for each in policy.statements:
            _name(named, each.gate, f"{each.sid}Exists")
    for number, one in enumerate(entitlements.attachments, 1):
        _name(named, one.when, f"Attachment{number}Exists")
    for policy in packing.policies:
        _name(named, policy.when, f"{policy.name}Exists")
    # Outputs are there with what they tell of.
    for key, gate in key_gates(entitlements).items():
        _name(named, gate, f"{key}Exists")
    return named


def condition_of(packing: Packing, gate: Gate) -> str | None:
    """The condition that something with a gate exists under; None where it always does."""
    return None if gate == OPEN else named_gates(packing)[gate]


def nested(function: type[And | Or], operands: list[Any]) -> Any:
    """Fn::And and Fn::Or take two to ten operands; more are put into each other."""
    if len(operands) == 1:
        return operands[0]
    while len(operands) > MOST_OPERANDS:
        operands = [*operands[MOST_OPERANDS:], function(*operands[:MOST_OPERANDS])]
    return function(*operands)


def _name(named: dict[Gate, str], gate: Gate, name: str) -> None:
    if gate != OPEN:
        is_one = len(gate) == len(gate[0]) == 1
        named.setdefault(gate, gate[0][0] if is_one else name)


def _open(gate: Gate) -> Any:
    groups = [nested(Or, [Condition(each) for each in sorted(group)]) for group in gate]
    return nested(And, groups)


@lru_cache(maxsize=4096)
def _has_conditions(parameter: LaunchParameter) -> Body:
    return dict(encode_to_dict(has_conditions(parameter)))


def _slotted(entitlements: Entitlements) -> frozenset[str]:
    each = (slotted_by(one, entitlements.parameters) for one in entitlements.statements)
    return frozenset().union(*each)
