"""The template that spreads what a launching account needs over the accounts of an organization.

One StackSet, and in it one stack an account. IAM is global, so each account has it in one Region. A
StackSet of this kind passes over the management account, where the templates of `account/` are
stacks of their own.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from troposphere import Output, Parameter, Ref, Split, Tags
from troposphere.cloudformation import (
    AutoDeployment,
    DeploymentTargets,
    ManagedExecution,
    OperationPreferences,
    StackInstances,
    StackSet,
)

from compiler.emit.bootstrap import interface, parameter, tags_of
from compiler.emit.names import BOUNDARY
from compiler.template import AccountTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.catalog import Catalog
    from compiler.template import Body

NAME = "launch-accounts"
"""What the template is called among those of the hub."""

STACK_SET = "LaunchAccounts"

LARGEST_BODY = 51_200
"""Bytes of a template that a StackSet is given as text.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_UNITS = "OrganizationalUnits"
_CALL_AS = "CallAs"
_GROUPS = {"Organization": {_UNITS: "Organizational units", _CALL_AS: "This account is"}}
_UNIT = "(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})"

_ONCE = ("Parameters", "Conditions", "Rules", "Mappings", "Resources", "Outputs")
"""Sections whose names are one template's alone."""


class BodyError(ValueError):
    """Templates that cannot be one: a mistake of ours."""


def emit_launch_accounts(catalog: Catalog, account: Sequence[AccountTemplate]) -> AccountTemplate:
    """Emit the template of the StackSet.

    It holds the other templates as text, and not by the address of a file: a commit then says all
    that accounts get, and nothing has to be uploaded first.

    Args:
        catalog: what is launched.
        account: what an account needs once.

    Raises:
        BodyError: where they cannot be one template.
    """
    settings = catalog.settings
    stack_set = StackSet(
        STACK_SET,
        StackSetName=f"personac-{settings.name}",
        Description=f"{settings.title}: what an account needs to launch.",
        PermissionModel="SERVICE_MANAGED",
        CallAs=Ref(_CALL_AS),
        AutoDeployment=AutoDeployment(Enabled=True, RetainStacksOnAccountRemoval=True),
        ManagedExecution=ManagedExecution(Active=True),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        # A bad change stops after a tenth of the accounts of a unit; a quarter goes at once.
        OperationPreferences=OperationPreferences(
            FailureTolerancePercentage=10, MaxConcurrentPercentage=25
        ),
        StackInstancesGroup=[
            StackInstances(
                DeploymentTargets=DeploymentTargets(OrganizationalUnitIds=Split(",", Ref(_UNITS))),
                Regions=[settings.regions[0]],
            )
        ],
        TemplateBody=_text(f"{settings.title}: what an account needs to launch.", account),
        Tags=Tags(dict(tags_of(catalog))),
        # Without the role nobody could update or terminate what was launched.
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": (
            f"{settings.title}: the permissions boundary and the launch role, in every account of"
            " organizational units but the management account."
        ),
        "Metadata": {
            "personac": {"catalog": settings.name},
            "AWS::CloudFormation::Interface": interface(_GROUPS),
        },
        "Parameters": {each.title: each.to_dict() for each in _parameters()},
        "Resources": {STACK_SET: stack_set.to_dict()},
        "Outputs": {"StackSetId": _output().to_dict()},
    }
    place = catalog.settings_place("launch_role")
    return AccountTemplate(name=NAME, folder="hub", body=body, origins={(): place})


def _text(description: str, account: Sequence[AccountTemplate]) -> str:
    merged: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
    }
    for template in account:
        for section in _ONCE:
            for name, value in template.body.get(section, {}).items():
                if name in merged.setdefault(section, {}):
                    raise BodyError(f"{section}.{name} stands in two templates of an account")
                merged[section][name] = value
    resources = merged.get("Resources", {})
    for name, each in resources.items():
        # A role is not made before the boundary that it names.
        if BOUNDARY in resources and "PermissionsBoundary" in each.get("Properties", {}):
            resources[name] = {**each, "DependsOn": BOUNDARY}
    text = orjson.dumps(merged, option=orjson.OPT_SORT_KEYS)
    if len(text) > LARGEST_BODY:
        message = (
            f"what an account needs has {len(text):,} bytes; a StackSet takes {LARGEST_BODY:,}"
        )
        raise BodyError(message)
    return text.decode()


def _parameters() -> list[Parameter]:
    call_as = Parameter(
        _CALL_AS,
        Type="String",
        Description="SELF in the management account, DELEGATED_ADMIN in one that it delegated to.",
        AllowedValues=["SELF", "DELEGATED_ADMIN"],
        Default="SELF",
    )
    units = "The ids of the units, or of the root, whose accounts launch, separated by commas."
    return [parameter(_UNITS, units, f"{_UNIT}(,{_UNIT}){{0,19}}"), call_as]


def _output() -> Output:
    return Output(
        "StackSetId",
        Description=(
            "Trusted access of StackSets has to be on in the organization. Its management account"
            " is left out: there, output/account/ are stacks of their own."
        ),
        Value=Ref(STACK_SET),
    )
