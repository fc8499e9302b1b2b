"""The template of the launch role: once in an account that launches, beside the boundary.

It names no Region, for IAM has none: the stack may stand in any.
https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, Output, Ref, Tags
from troposphere.iam import ManagedPolicy, Role

from compiler import expression
from compiler.emit.names import ROLE, TAG_PREFIX
from compiler.emit.statements import emit_assumption, emit_statement
from compiler.entitlement import Assumption
from compiler.iam import quota
from compiler.launch_permissions import PATH
from compiler.template import AccountTemplate, Body

if TYPE_CHECKING:
    from compiler.catalog import Catalog
    from compiler.launch_role import LaunchRole

NAME = "launch-role"
"""What the template is called among those of an account."""

SERVICE = "servicecatalog.amazonaws.com"
"""Who assumes the role.

AWS documents no aws:SourceAccount or aws:SourceArn for it, and not whose they would be in a
portfolio that another account shares: a condition on them could stop every launch. Nobody else's
constraint reaches the role: a local role name is looked for in the account that launches.
"""


def emit_launch_role(catalog: Catalog, launch_role: LaunchRole) -> AccountTemplate:
    """Emit the template of a catalog's launch role."""
    title, origin = catalog.settings.title, catalog.settings_place("launch_role")
    resources: Body = {}
    for number, statements in enumerate(launch_role.policies, 1):
        policy = ManagedPolicy(
            f"Policy{number}",
            # A change of it replaces the policy: no version stands here.
            Description=f"What products of {title} are launched with.",
            Path=PATH,
            PolicyDocument={
                "Version": quota.VERSION,
                "Statement": [emit_statement(each, {}) for each in statements],
            },
        )
        resources[policy.title] = policy.to_dict()
    trust = Assumption(
        sid="ServiceCatalog",
        effect="Allow",
        principals=(("Service", (expression.parse(SERVICE),)),),
        actions=("sts:AssumeRole",),
        origin=origin,
    )
    role = Role(
        ROLE,
        AssumeRolePolicyDocument={
            "Version": quota.VERSION,
            "Statement": [emit_assumption(trust)],
        },
        Description=f"Service Catalog launches products of {title} with this role.",
        ManagedPolicyArns=[Ref(each) for each in resources],
        # A launch constraint names it, and the name of a local role has no path.
        Path="/",
        RoleName=launch_role.name,
        Tags=Tags({**catalog.settings.tags, f"{TAG_PREFIX}catalog": catalog.settings.name}),
    )
    resources[ROLE] = role.to_dict()
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{title}: the role that products are launched with, once in an account.",
        "Metadata": {
            "personac": {
                "catalog": catalog.settings.name,
                "resource_types": list(launch_role.resource_types),
            }
        },
        "Resources": resources,
        "Outputs": _outputs(),
    }
    return AccountTemplate(name=NAME, body=body, origins={(): origin})


def _outputs() -> dict[str, Any]:
    made = (
        Output("RoleArn", Description="The role.", Value=GetAtt(ROLE, "Arn")),
        Output(
            "RoleName",
            Description="Its name; catalog.yaml and portfolios name it as launch_role.",
            Value=Ref(ROLE),
        ),
    )
    return {each.title: each.to_dict() for each in made}
