"""Studio: domains and user profiles, the key of a domain, the users of Identity Center."""

from __future__ import annotations

from compiler.launch_permissions.grant import OURS, Grant

_SAGEMAKER = "arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}"
_STUDIO = (f"{_SAGEMAKER}:domain/*", f"{_SAGEMAKER}:user-profile/*")
_KEYS = ("arn:${AWS::Partition}:kms:*:*:key/*",)
"""Which key protects a domain is asked at its launch; it may stand in another account."""


def studio() -> tuple[Grant, ...]:
    """What products make of Studio; only what they made is changed or deleted."""
    return (
        Grant(
            sid="MakeStudio",
            actions=(
                "sagemaker:CreateDomain",
                "sagemaker:CreateUserProfile",
                "sagemaker:DescribeDomain",
                "sagemaker:DescribeUserProfile",
                "sagemaker:ListTags",
            ),
            resources=_STUDIO,
        ),
        Grant(
            sid="TagNewStudio",
            actions=("sagemaker:AddTags",),
            resources=_STUDIO,
            conditions={
                "StringEquals": {"sagemaker:TaggingAction": ("CreateDomain", "CreateUserProfile")}
            },
        ),
        Grant(
            sid="ChangeOwnStudio",
            actions=(
                "sagemaker:AddTags",
                "sagemaker:DeleteDomain",
                "sagemaker:DeleteTags",
                "sagemaker:DeleteUserProfile",
                "sagemaker:UpdateDomain",
                "sagemaker:UpdateUserProfile",
            ),
            resources=_STUDIO,
            conditions=OURS,
        ),
        Grant(sid="ReadKeys", actions=("kms:DescribeKey",), resources=_KEYS),
        Grant(
            sid="UseKeys",
            actions=("kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"),
            resources=_KEYS,
            conditions={
                "StringLike": {
                    "kms:ViaService": (
                        "elasticfilesystem.*.amazonaws.com",
                        "sagemaker.*.amazonaws.com",
                    )
                }
            },
        ),
        Grant(
            sid="LendKeys",
            actions=("kms:CreateGrant",),
            resources=_KEYS,
            conditions={"Bool": {"kms:GrantIsForAWSResource": ("true",)}},
        ),
        Grant(
            sid="FindUsers",
            actions=("identitystore:DescribeUser", "identitystore:ListUsers"),
            resources=(
                "arn:${AWS::Partition}:identitystore::*:identitystore/*",
                "arn:${AWS::Partition}:identitystore:::user/*",
            ),
        ),
        Grant(sid="FindInstances", actions=("sso:ListInstances",), resources=("*",)),
    )
