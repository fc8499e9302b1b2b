"""What a launch is asked for to make the access of people: a policy, or a permission set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.catalog import Parameter
from compiler.onboarding.choice import Choice, asked
from compiler.onboarding.forms import PARTITION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog
    from compiler.entitlement import LaunchParameter
    from compiler.place import Place

POLICY, PERMISSION_SET = "IAM policy", "permission set"
"""What the access of people is made as."""

LONGEST_PERMISSION_SET_NAME = 32
"""https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html"""

ACCESS_GROUP = "Access"

PERMISSION_SET_NAME = Parameter(
    label="Name of the permission set",
    group=ACCESS_GROUP,
    description="What the permission set is called, 32 characters at most. Another name makes a new"
    " permission set, and deletes this one. Example: studio-user",
    pattern=f"[A-Za-z0-9_+=,.@-]{{1,{LONGEST_PERMISSION_SET_NAME}}}",
)

ACCESS: Mapping[str, Parameter | Choice] = {
    "AccessForm": Choice(
        label="What is made",
        group=ACCESS_GROUP,
        description="An IAM policy of this account, to be attached to the roles or users of people;"
        " or a permission set of IAM Identity Center, which only its management account, or the"
        " account that administers it, can make, in Identity Center's own Region.",
        values=(POLICY, PERMISSION_SET),
    ),
    "InstanceArn": Parameter(
        label="Instance of IAM Identity Center",
        group=ACCESS_GROUP,
        description="The ARN of the instance of IAM Identity Center. Needed for a permission set."
        " Example: arn:aws:sso:::instance/ssoins-1234567890abcdef",
        pattern=f"arn:{PARTITION}:sso:::instance/(?:sso)?ins-[A-Za-z0-9.-]{{16}}",
    ),
}
"""What the access of people is made of."""


def access_parameters(catalog: Catalog, persona: str, origin: Place) -> dict[str, LaunchParameter]:
    """What a launch is asked for to make a policy or a permission set.

    Args:
        catalog: whose settings count.
        persona: what the permission set is called unless the launch says so.
        origin: where the persona asks for it.
    """
    named = replace(PERMISSION_SET_NAME, default=persona[:LONGEST_PERMISSION_SET_NAME])
    wanted = {**ACCESS, "PermissionSetName": named}
    return asked(catalog, wanted, origin, may_be_empty=frozenset({"InstanceArn"}))
