"""Permission sets of IAM Identity Center.

Most actions are about an instance and a permission set of it, and both have to be allowed.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
"""

from __future__ import annotations

from compiler.launch_permissions.grant import OURS, PERSONA, THERE, Grant

_MAKE = (
    "sso:CreatePermissionSet",
    "sso:DescribePermissionSet",
    "sso:GetInlinePolicyForPermissionSet",
    "sso:GetPermissionsBoundaryForPermissionSet",
    "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
    "sso:ListManagedPoliciesInPermissionSet",
    "sso:ListTagsForResource",
)
_CHANGE = (
    "sso:DeleteInlinePolicyFromPermissionSet",
    "sso:DeletePermissionSet",
    "sso:ProvisionPermissionSet",
    "sso:PutInlinePolicyToPermissionSet",
    "sso:UpdatePermissionSet",
)
_SETS = ("arn:${AWS::Partition}:sso:::permissionSet/*",)


def permission_sets() -> tuple[Grant, ...]:
    """What products make of permission sets; only what they made is changed or deleted."""
    return (
        Grant(
            sid="UseInstances",
            actions=(
                "sso:DescribeInstance",
                "sso:DescribePermissionSetProvisioningStatus",
                *_MAKE,
                *_CHANGE,
            ),
            resources=("arn:${AWS::Partition}:sso:::instance/*",),
        ),
        Grant(sid="MakeSets", actions=_MAKE, resources=_SETS),
        Grant(
            sid="TagNewSets",
            actions=("sso:TagResource",),
            resources=_SETS,
            conditions={"Null": {f"aws:RequestTag/{PERSONA}": THERE}},
        ),
        Grant(
            sid="ChangeOwnSets",
            actions=(*_CHANGE, "sso:TagResource", "sso:UntagResource"),
            resources=_SETS,
            conditions=OURS,
        ),
        Grant(
            sid="ProvisionSets",
            actions=("sso:ProvisionPermissionSet",),
            resources=("arn:${AWS::Partition}:sso:::account/*",),
        ),
    )
