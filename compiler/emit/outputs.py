"""What a launch answers: the role, the roles to name in jobs, what key policies must allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import AWSHelperFn, GetAtt, Output, Ref

from compiler.emit.conditions import condition_of
from compiler.emit.key_policies import key_gates, key_policies
from compiler.emit.names import ROLE
from compiler.entitlement import given_condition

if TYPE_CHECKING:
    from compiler.pack import Packing
    from compiler.template import Body


def outputs_of(packing: Packing) -> Body:
    """The outputs, by name."""
    entitlements = packing.entitlements
    outputs: Body = {}

    def add(name: str, description: str, value: AWSHelperFn, condition: str | None = None) -> None:
        held = {"Condition": condition} if condition else {}
        outputs[name] = Output(name, Description=description, Value=value, **held).to_dict()

    add("RoleArn", "The role.", GetAtt(ROLE, "Arn"))
    add("RoleName", "The role's name.", Ref(ROLE))
    if roles := entitlements.execution_roles:
        description = "The roles to name in jobs; the role itself is not one of them."
        given = given_condition(roles) if roles in entitlements.needed else None
        add("ExecutionRoles", description, Ref(roles), given)
    gates = key_gates(entitlements)
    for name, value in key_policies(entitlements).items():
        description = f"What the key policy of {name} must allow, unless it lets IAM decide."
        add(f"{name}PolicyStatement", description, value, condition_of(packing, gates[name]))
    return outputs
