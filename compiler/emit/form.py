"""What a launch asks for: parameters, their groups and labels, rules of what belongs together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from troposphere import And, Equals, Not, Or, Parameter, Ref, encode_to_dict

from compiler.emit.conditions import asked, nested, switches_of
from compiler.gate import names_of

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements, LaunchParameter, Switch
    from compiler.gate import Gate
    from compiler.template import Body


def metadata_of(entitlements: Entitlements) -> Body:
    """Which version of which persona this is, and how the form is grouped and labelled."""
    groups: dict[str, list[str]] = {}
    for each in entitlements.parameters.values():
        groups.setdefault(each.group, []).append(each.name)
    metadata: Body = {
        "personac": {
            "catalog": entitlements.catalog,
            "persona": entitlements.persona,
            "version": entitlements.version,
        }
    }
    if entitlements.kind != "role":
        metadata["personac"]["kind"] = entitlements.kind
    if groups:
        metadata["AWS::CloudFormation::Interface"] = {
            "ParameterGroups": [
                {"Label": {"default": label}, "Parameters": members}
                for label, members in groups.items()
            ],
            "ParameterLabels": {
                each.name: {"default": each.label} for each in entitlements.parameters.values()
            },
        }
    return metadata


@lru_cache(maxsize=4096)
def parameter_of(parameter: LaunchParameter) -> Body:
    """A launch parameter, as JSON."""
    if parameter.allowed_values:
        listed = Parameter(
            parameter.name,
            Type="String",
            Description=parameter.description.strip(),
            AllowedValues=list(parameter.allowed_values),
            Default=parameter.default,
        )
        return dict(listed.to_dict())
    several = parameter.max_items or 1
    # The text is of all personas, the number of this one.
    count = f" (up to {several} values)" if several > 1 else ""
    wanted = "one value" if several == 1 else f"up to {several} values, separated by commas,"
    empty = "empty, or " if parameter.optional else ""
    default = {} if parameter.default is None else {"Default": parameter.default}
    made = Parameter(
        parameter.name,
        Type="String",
        Description=f"{parameter.description.strip()}{count}",
        AllowedPattern=parameter.allowed_pattern,
        ConstraintDescription=f"{empty}{wanted} of the form {parameter.allowed_pattern}",
        **default,
    )
    return dict(made.to_dict())


def rules_of(entitlements: Entitlements) -> Body:
    """What belongs together, by name.

    Rules know Ref and the rule functions only.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    rules = {
        f"{each.condition}Together": _together(each)
        for each in entitlements.switches.values()
        if len(each.parameters) > 1
    }
    for name, gate in entitlements.needed.items():
        rules[f"{name}Needed"] = _given(entitlements, name, gate)
    return dict(encode_to_dict(rules))


def _together(switch: Switch) -> Body:
    empty = [Equals(Ref(name), "") for name in switch.parameters]
    given = [Not(each) for each in empty]
    listed = ", ".join(switch.parameters)
    return {
        "Assertions": [
            {
                "Assert": Or(nested(And, empty), nested(And, given)),
                "AssertDescription": f"{switch.title}: give all of {listed}, or none of them",
            }
        ]
    }


def _given(entitlements: Entitlements, parameter: str, gate: Gate) -> Body:
    """What is switched on has to have what it needs."""
    switches = {each.condition: each for each in switches_of(entitlements)}
    groups = [nested(Or, [asked(switches[each]) for each in group]) for group in gate]
    # The form says of an activity what its parameter is called.
    named = [getattr(switches[each], "parameter", each) for each in names_of(gate)]
    return {
        "RuleCondition": nested(And, groups),
        "Assertions": [
            {
                "Assert": Not(Equals(Ref(parameter), "")),
                "AssertDescription": f"{parameter} is needed with {_either(named)}",
            }
        ],
    }


def _either(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
