"""What a launch asks for: parameters, their groups and labels, rules of what belongs together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from troposphere import And, Equals, Not, Or, Parameter, Ref

from compiler.emit.conditions import nested

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements, LaunchParameter, Switch
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
    several = parameter.max_items or 1
    wanted = "one value" if several == 1 else f"up to {several} values, separated by commas,"
    empty = "empty, or " if parameter.optional else ""
    default = {} if parameter.default is None else {"Default": parameter.default}
    made = Parameter(
        parameter.name,
        Type="String",
        Description=parameter.description.strip(),
        AllowedPattern=parameter.allowed_pattern,
        ConstraintDescription=f"{empty}{wanted} of the form {parameter.allowed_pattern}",
        **default,
    )
    return dict(made.to_dict())


def together(switch: Switch) -> Body:
    """Rules know Ref and the rule functions only.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
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
