"""What people themselves may do: an IAM policy or a permission set of IAM Identity Center.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-permissionset.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import (
    And,
    AWSHelperFn,
    Condition,
    Equals,
    GetAtt,
    Not,
    Output,
    Ref,
    encode_to_dict,
)
from troposphere.iam import ManagedPolicy
from troposphere.sso import PermissionSet

from compiler.emit.conditions import conditions_of
from compiler.emit.documents import document_of
from compiler.emit.names import PERMISSION_SET, POLICY
from compiler.emit.sections import Sections, tags_of
from compiler.entitlement import given_condition
from compiler.onboarding import PERMISSION_SET as SET
from compiler.onboarding import POLICY as ALONE

if TYPE_CHECKING:
    from compiler.pack import Packing
    from compiler.template import Body

POLICY_CHOSEN, SET_CHOSEN = "PolicyChosen", "PermissionSetChosen"
INSTANCE_GIVEN = given_condition("InstanceArn")

LONGEST_DESCRIPTION = 700
"""https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html"""


def access_sections(packing: Packing) -> Sections:
    """What the template of people's access has: one of two things is made, of one document."""
    chosen = {
        POLICY_CHOSEN: Equals(Ref("AccessForm"), ALONE),
        INSTANCE_GIVEN: Not(Equals(Ref("InstanceArn"), "")),
        # Without an instance a Rule refuses it.
        SET_CHOSEN: And(Not(Condition(POLICY_CHOSEN)), Condition(INSTANCE_GIVEN)),
    }
    (policy,) = packing.policies
    document = document_of(policy, packing)
    # The document is JSON already: troposphere would look for its own classes in it.
    resources = {POLICY: _policy(packing).to_dict(), PERMISSION_SET: _set(packing).to_dict()}
    resources[POLICY]["Properties"]["PolicyDocument"] = document
    resources[PERMISSION_SET]["Properties"]["InlinePolicy"] = document
    return Sections(
        conditions={**conditions_of(packing), **encode_to_dict(chosen)},
        rules=_rules(),
        resources=resources,
        outputs=_outputs(),
    )


def _policy(packing: Packing) -> ManagedPolicy:
    return ManagedPolicy(
        POLICY,
        Condition=POLICY_CHOSEN,
        # A change of either replaces the policy: neither holds a version or a count.
        Description=f"Permissions of the persona {packing.entitlements.persona}.",
        Path=packing.entitlements.role_path,
        PolicyDocument={},
    )


def _set(packing: Packing) -> PermissionSet:
    entitlements = packing.entitlements
    return PermissionSet(
        PERMISSION_SET,
        Condition=SET_CHOSEN,
        InstanceArn=Ref("InstanceArn"),
        Name=Ref("PermissionSetName"),
        Description=entitlements.description.strip()[:LONGEST_DESCRIPTION],
        InlinePolicy={},
        SessionDuration=duration(entitlements.session_duration),
        Tags=tags_of(entitlements),
    )


def duration(seconds: int) -> str:
    """A time as ISO 8601 writes it, in hours where they are whole."""
    for unit, length in (("H", 3600), ("M", 60)):
        if seconds % length == 0:
            return f"PT{seconds // length}{unit}"
    return f"PT{seconds}S"


def _rules() -> Body:
    rules = {
        "InstanceArnGiven": {
            "RuleCondition": Equals(Ref("AccessForm"), SET),
            "Assertions": [
                {
                    "Assert": Not(Equals(Ref("InstanceArn"), "")),
                    "AssertDescription": f"InstanceArn is needed with a {SET}",
                }
            ],
        },
        "InstanceArnSpared": {
            "RuleCondition": Equals(Ref("AccessForm"), ALONE),
            "Assertions": [
                {
                    "Assert": Equals(Ref("InstanceArn"), ""),
                    "AssertDescription": f"InstanceArn goes with a {SET}: leave it empty",
                }
            ],
        },
    }
    return dict(encode_to_dict(rules))


def _outputs() -> Body:
    outputs: Body = {}

    def add(name: str, description: str, value: AWSHelperFn, condition: Any) -> None:
        made = Output(name, Description=description, Value=value, Condition=condition)
        outputs[name] = made.to_dict()

    attach = "The policy: attach it to the roles or users of people."
    add("PolicyArn", attach, Ref(POLICY), POLICY_CHOSEN)
    assign = "The permission set: assign it to people or groups, in the accounts that they work in."
    add("PermissionSetArn", assign, GetAtt(PERMISSION_SET, "PermissionSetArn"), SET_CHOSEN)
    return outputs
