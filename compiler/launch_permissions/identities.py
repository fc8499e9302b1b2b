"""Roles and policies: what the launch role makes of them, and what it can never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.launch_permissions.grant import Grant
from compiler.launch_permissions.products import DOMAIN, PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.catalog import Catalog

PATH = "/personac/launch/"
"""Where the policies of the launch role stand: on no path that it may write to."""

BOUNDED = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
"""What is done to roles that have the boundary alone, or are given it by this."""

_IAM = "arn:${AWS::Partition}:iam::${AWS::AccountId}"
_SERVICE_ROLES = f"{_IAM}:role/aws-service-role/sagemaker.amazonaws.com/*"
_SAGEMAKER = ("sagemaker.amazonaws.com",)


def identities(
    catalog: Catalog, kinds: Iterable[str], attached: Iterable[str]
) -> tuple[Grant, ...]:
    """What products make of roles and policies, and the roles that they pass.

    Args:
        catalog: whose settings say where roles stand.
        kinds: the resource types of the products.
        attached: the AWS managed policies that they attach, by path and name.
    """
    bounded = {"iam:PermissionsBoundary": (_boundary(catalog),)}
    attachable = {"iam:PolicyARN": _attachable(catalog, attached)}
    return (
        Grant(
            sid="MakeBoundedRoles",
            actions=tuple(each for each in BOUNDED if each != "iam:AttachRolePolicy"),
            resources=_roles(catalog),
            conditions={"StringEquals": bounded},
        ),
        Grant(
            sid="AttachPolicies",
            actions=("iam:AttachRolePolicy",),
            resources=_roles(catalog),
            conditions={"StringEquals": bounded, "ArnLike": attachable},
        ),
        # What only takes away needs no boundary: a role that has another one can still be deleted.
        Grant(
            sid="KeepRoles",
            actions=(
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ),
            resources=_roles(catalog),
        ),
        Grant(
            sid="MakePolicies",
            actions=(
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyVersions",
            ),
            resources=_policies(catalog),
        ),
        Grant(
            sid="PassRoles",
            actions=("iam:PassRole",),
            resources=_passed(catalog, kinds),
            conditions={"StringEquals": {"iam:PassedToService": _SAGEMAKER}},
        ),
        # The first domain of an account makes the role that SageMaker keeps its file system with.
        Grant(
            sid="MakeServiceRole",
            actions=("iam:CreateServiceLinkedRole",),
            resources=(_SERVICE_ROLES,),
            conditions={"StringEquals": {"iam:AWSServiceName": _SAGEMAKER}},
        ),
    )


def limits(catalog: Catalog, attached: Iterable[str]) -> tuple[Grant, ...]:
    """What is denied, whatever else is attached to the role.

    A negated comparison also holds where the key is absent.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

    Args:
        catalog: whose settings say where roles stand.
        attached: the AWS managed policies that products attach, by path and name.
    """
    return (
        Grant(
            sid="BoundedRolesAlone",
            actions=BOUNDED,
            resources=("*",),
            conditions={"StringNotEquals": {"iam:PermissionsBoundary": (_boundary(catalog),)}},
        ),
        Grant(
            sid="BoundariesStay",
            actions=("iam:DeleteRolePermissionsBoundary",),
            resources=("*",),
        ),
        Grant(
            sid="PoliciesOfPersonasAlone",
            actions=("iam:AttachRolePolicy",),
            resources=("*",),
            conditions={"ArnNotLike": {"iam:PolicyARN": _attachable(catalog, attached)}},
        ),
        Grant(
            sid="PassToSageMakerAlone",
            actions=("iam:PassRole",),
            resources=("*",),
            conditions={"StringNotEquals": {"iam:PassedToService": _SAGEMAKER}},
        ),
        Grant(
            sid="PassOwnRolesAlone",
            actions=("iam:PassRole",),
            resources=_roles(catalog),
            except_resources=True,
        ),
        # Also where catalog.yaml puts the boundary on a path that the role may write to.
        Grant(
            sid="OwnLimitsStay",
            actions=("iam:*",),
            resources=(
                _boundary(catalog),
                f"{_IAM}:policy{PATH}*",
                f"{_IAM}:role/{catalog.settings.launch_role}",
            ),
        ),
        Grant(
            sid="NothingElseInIam",
            actions=("iam:*",),
            resources=(*_roles(catalog), *_policies(catalog), _SERVICE_ROLES),
            except_resources=True,
        ),
    )


def _paths(catalog: Catalog) -> tuple[str, ...]:
    return (catalog.settings.role_path, catalog.settings.execution_role_path)


def _roles(catalog: Catalog) -> tuple[str, ...]:
    return tuple(f"{_IAM}:role{each}*" for each in _paths(catalog))


def _policies(catalog: Catalog) -> tuple[str, ...]:
    return tuple(f"{_IAM}:policy{each}*" for each in _paths(catalog))


def _boundary(catalog: Catalog) -> str:
    return f"{_IAM}:policy/{catalog.boundary}"


def _attachable(catalog: Catalog, attached: Iterable[str]) -> tuple[str, ...]:
    """The policies that products make, and those of AWS's that they attach."""
    theirs = (f"arn:${{AWS::Partition}}:iam::aws:policy/{each}" for each in sorted(attached))
    return (*_policies(catalog), *theirs)


def _passed(catalog: Catalog, kinds: Iterable[str]) -> tuple[str, ...]:
    """A user profile is given the role of its person, a domain one for jobs as its default."""
    paths = {PROFILE: catalog.settings.role_path, DOMAIN: catalog.settings.execution_role_path}
    return tuple(f"{_IAM}:role{path}*" for kind, path in paths.items() if kind in set(kinds))
