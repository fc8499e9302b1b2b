"""What a stack is to become: parameters checked, rules kept, conditions decided, order found.

Everything that CloudFormation refuses before it touches a resource is refused here. moto decides
none of it, except for missing parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, NoReturn

from moto.cloudformation.exceptions import ValidationError
from moto.utilities.utils import get_partition

from compiler.sandbox.cloudformation.conditions import decide_conditions, failed_assertions
from compiler.sandbox.cloudformation.intrinsics import Scope, references
from compiler.sandbox.cloudformation.parameters import parameter_values, referable_values

if TYPE_CHECKING:
    from collections.abc import Mapping

_URL_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The stack that a plan is for, and where it stands."""

    account_id: str
    region: str
    stack_id: str
    stack_name: str

    def pseudo_parameters(self) -> dict[str, str]:
        """Everything but AWS::NoValue and AWS::NotificationARNs.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
        """
        partition = get_partition(self.region)
        return {
            "AWS::AccountId": self.account_id,
            "AWS::Partition": partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": _URL_SUFFIXES.get(partition, "amazonaws.com"),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One template with one set of parameters, for one stack."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    """Every parameter as the string that CloudFormation keeps."""
    values: Mapping[str, Any]
    """What Ref gives for parameters and pseudo parameters."""
    conditions: Mapping[str, bool]
    order: tuple[str, ...]
    """The resources whose condition holds, each after those that it depends on."""
    tags: Mapping[str, str]
    """The tags of the stack."""

    @property
    def no_echo(self) -> frozenset[str]:
        """The parameters whose values are never shown."""
        slots = self.template.get("Parameters", {})
        return frozenset(
            n for n, slot in slots.items() if str(slot.get("NoEcho")).lower() == "true"
        )


def make_plan(
    template: Mapping[str, Any], given: Mapping[str, Any], tags: Mapping[str, str], place: Place
) -> Plan:
    """Decide what a template comes to for the given parameters.

    :param given: parameter values by name; what is left out takes its default.
    :raises ValidationError: for everything that CloudFormation refuses of these.
    """
    slots = template.get("Parameters", {})
    parameters = parameter_values(slots, given)
    values = referable_values(slots, parameters, place.account_id, place.region)
    values |= place.pseudo_parameters()

    def nothing_yet(*_: str) -> NoReturn:
        raise ValidationError(message="Template error: a condition cannot refer to a resource")

    scope = Scope(
        values=values,
        mappings=template.get("Mappings", {}),
        conditions={},
        reference=nothing_yet,
        attribute=nothing_yet,
        exports={},
    )
    failures = failed_assertions(template.get("Rules", {}), scope)
    if failures:
        raise ValidationError(message=f"Template error: {'; '.join(failures)}")
    conditions = decide_conditions(template.get("Conditions", {}), scope)
    return Plan(
        template=template,
        parameters=parameters,
        values=values,
        conditions=conditions,
        order=_order(template, values, conditions),
        tags=dict(tags),
    )


def _order(
    template: Mapping[str, Any], values: Mapping[str, Any], conditions: Mapping[str, bool]
) -> tuple[str, ...]:
    resources = template["Resources"]
    active = [
        name
        for name, resource in resources.items()
        if "Condition" not in resource or conditions[resource["Condition"]]
    ]
    graph = TopologicalSorter[str]()
    for name in active:
        resource = resources[name]
        needed = set(references(resource.get("Properties", {}), conditions))
        needed -= {"AWS::NoValue", *values}
        missing = sorted(needed.difference(active))
        if missing:
            raise ValidationError(
                message=f"Template format error: Unresolved resource dependencies "
                f"[{', '.join(missing)}] in the Resources block of the template"
            )
        depends_on = resource.get("DependsOn", [])
        after = [depends_on] if isinstance(depends_on, str) else depends_on
        # DependsOn may name a resource whose condition is false: then it orders nothing.
        graph.add(name, *sorted(needed.union(after).intersection(active)))
    try:
        return tuple(graph.static_order())
    except CycleError as error:
        cycle = ", ".join(sorted(set(error.args[1])))
        raise ValidationError(
            message=f"Circular dependency between resources: [{cycle}]"
        ) from error
