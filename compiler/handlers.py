"""What CloudFormation's handlers of a resource type may do in an account, by the registry's schema.

A handler calls AWS with the permissions of whoever launches the stack. The schema lists what each
handler may need, for any properties; which of it only properties need that a template does not have
is known here alone.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from compiler.iam import reference
from compiler.lint import registry_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTED = ("create", "read", "update", "delete")
"""The handlers that a stack calls. The one that lists all resources of a type is for others."""

NEVER = frozenset({"iam:DeleteRolePermissionsBoundary"})
"""What no launch may do, whatever a handler lists: the role's lists it among what it updates by."""

_IMAGES = ("sagemaker:DescribeImage", "sagemaker:DescribeImageVersion")
_KEY = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
)
_USER = (
    "identitystore:DescribeUser",
    "identitystore:ListUsers",
    "sso:DescribeInstance",
    "sso:ListInstances",
)

NEEDED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AWS::IAM::Role": {
            "ManagedPolicyArns": ("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
            "PermissionsBoundary": ("iam:PutRolePermissionsBoundary",),
            "Policies": ("iam:DeleteRolePolicy", "iam:PutRolePolicy"),
        },
        "AWS::IAM::ManagedPolicy": {
            "Groups": ("iam:AttachGroupPolicy", "iam:DetachGroupPolicy"),
            "Roles": ("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
            "Users": ("iam:AttachUserPolicy", "iam:DetachUserPolicy"),
        },
        "AWS::SageMaker::Domain": {
            "CustomImages": _IMAGES,
            "KmsKeyId": _KEY,
            "RStudioServerProDomainSettings": (
                "sagemaker:CreateApp",
                "sagemaker:DeleteApp",
                "sagemaker:DescribeApp",
            ),
        },
        "AWS::SageMaker::UserProfile": {
            "CustomImages": _IMAGES,
            "SingleSignOnUserIdentifier": _USER,
        },
        "AWS::SSO::PermissionSet": {
            "CustomerManagedPolicyReferences": (
                "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
                "sso:DetachCustomerManagedPolicyReferenceFromPermissionSet",
            ),
            "InlinePolicy": (
                "sso:DeleteInlinePolicyFromPermissionSet",
                "sso:PutInlinePolicyToPermissionSet",
            ),
            "ManagedPolicies": (
                "sso:AttachManagedPolicyToPermissionSet",
                "sso:DetachManagedPolicyFromPermissionSet",
            ),
            "PermissionsBoundary": (
                "sso:DeletePermissionsBoundaryFromPermissionSet",
                "sso:PutPermissionsBoundaryToPermissionSet",
            ),
        },
    }
)
"""Resource type, and property at any depth, to the actions that no other property needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """The actions that CloudFormation's handlers of a resource type may need."""

    resource_type: str
    actions: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Handler to its actions, as AWS spells them, in order; what tags need is in all but read."""

    unknown: tuple[str, ...]
    """Names in the schema that are no IAM actions, as `efs:CreateFileSystem`.

    They are dropped. A policy that holds them grants nothing by them, and AWS tests its handlers
    with just such a policy: so nothing is missing. A domain's file system is made and deleted by
    SageMaker's service-linked role.
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerNotebooksServiceRolePolicy.html
    """

    def needed(self, properties: frozenset[str]) -> frozenset[str]:
        """What the handlers need for a template.

        Args:
            properties: those of `NEEDED_BY` that the template has, at any depth.
        """
        listed = {each for actions in self.actions.values() for each in actions}
        by_property = NEEDED_BY.get(self.resource_type, {})
        spared = {
            each
            for name, actions in by_property.items()
            if name not in properties
            for each in actions
        }
        return frozenset(listed - spared - NEVER)


@cache
def handlers(resource_type: str) -> Handlers:
    """The handlers of a resource type.

    Raises:
        ValueError: where the registry has no such type.
    """
    schema = registry_schema(resource_type)
    tagging = schema.get("tagging", {}).get("permissions", [])
    listed = {
        name: [*schema["handlers"][name]["permissions"], *(() if name == "read" else tagging)]
        for name in LISTED
        if name in schema["handlers"]
    }
    every = {each for names in listed.values() for each in names}
    known = {each: found[0] for each in every if (found := reference.expand(each))}
    return Handlers(
        resource_type=resource_type,
        actions={
            name: tuple(sorted({str(known[each]) for each in names if each in known}))
            for name, names in listed.items()
        },
        unknown=tuple(sorted(every - known.keys())),
    )
