"""The conditions of a template: which controls are on, how many values lists have."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troposphere import And, Condition, Equals, Not, Or, Ref, encode_to_dict

from compiler.emit.statements import slotted_by
from compiler.emit.values import has_conditions
from compiler.entitlement import pascal

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements, LaunchParameter
    from compiler.pack import Packing, Policy
    from compiler.template import Body

MOST_OPERANDS = 10
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html"""


def conditions_of(packing: Packing) -> dict[str, Any]:
    """All conditions of a persona's template, by name."""
    entitlements = packing.entitlements
    conditions: dict[str, Any] = {}
    for switch in entitlements.switches.values():
        empty = [Equals(Ref(name), "") for name in switch.parameters]
        # On as soon as one is given: what a Rule would refuse is then denied, not allowed.
        conditions[pascal(switch.control)] = encode_to_dict(Not(nested(And, empty)))
    for name in sorted(_slotted(entitlements)):
        conditions |= _has_conditions(entitlements.parameters[name])
    for policy in packing.policies:
        if policy.switches and len(policy.switches) > 1:
            either = [Condition(pascal(each)) for each in sorted(policy.switches)]
            conditions[f"{policy.name}Exists"] = encode_to_dict(nested(Or, either))
    return conditions


def condition_of(policy: Policy) -> str | None:
    """The condition that a policy exists under, where all of its statements may be gone."""
    if policy.switches is None:
        return None
    if len(policy.switches) == 1:
        return pascal(next(iter(policy.switches)))
    return f"{policy.name}Exists"


def nested(function: type[And | Or], operands: list[Any]) -> Any:
    """Fn::And and Fn::Or take two to ten operands; more are put into each other."""
    if len(operands) == 1:
        return operands[0]
    while len(operands) > MOST_OPERANDS:
        operands = [*operands[MOST_OPERANDS:], function(*operands[:MOST_OPERANDS])]
    return function(*operands)


@lru_cache(maxsize=4096)
def _has_conditions(parameter: LaunchParameter) -> Body:
    return dict(encode_to_dict(has_conditions(parameter)))


def _slotted(entitlements: Entitlements) -> frozenset[str]:
    each = (slotted_by(one, entitlements.parameters) for one in entitlements.statements)
    return frozenset().union(*each)
