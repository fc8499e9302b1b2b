"""What the launch role must never be able to do, written out for one account, and the search for it.

None of this is made by the compiler: the ARNs stand here as IAM has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.iam.difference import gained
from compiler.iam.document import parse
from compiler.iam.request import Access
from compiler.render import Launch, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

IAM = "arn:aws:iam::111122223333"
BOUNDARY = f"{IAM}:policy/personac/boundary/machine-learning"
ROLES = [f"{IAM}:role/personac/people/*", f"{IAM}:role/personac/execution/*"]
POLICIES = [f"{IAM}:policy/personac/people/*", f"{IAM}:policy/personac/execution/*"]
SERVICE_ROLES = f"{IAM}:role/aws-service-role/sagemaker.amazonaws.com/*"
ATTACHABLE = [
    *POLICIES,
    *(
        f"arn:aws:iam::aws:policy/{name}"
        for name in (
            "AmazonEC2ContainerRegistryReadOnly",
            "AmazonS3ReadOnlyAccess",
            "AmazonSageMakerCanvasAIServicesAccess",
            "AmazonSageMakerCanvasDataPrepFullAccess",
            "AmazonSageMakerCanvasFullAccess",
            "AmazonSageMakerFullAccess",
            "AmazonSageMakerReadOnly",
            "service-role/AmazonSageMakerCanvasDirectDeployAccess",
            "service-role/AmazonSageMakerCanvasForecastAccess",
        )
    ),
]
UNBOUNDED = {"StringNotEquals": {"iam:PermissionsBoundary": BOUNDARY}}


def deny(*actions: str, condition: Json | None = None, **resources: list[str]) -> Json:
    about = resources or {"Resource": ["*"]}
    statement = {"Effect": "Deny", "Action": list(actions), **about}
    return {**statement, "Condition": condition} if condition else statement


NEVER: Mapping[str, Json] = {
    "a role without the boundary": deny("iam:CreateRole", condition=UNBOUNDED),
    "a write to a role without the boundary": deny(
        "iam:AttachRolePolicy",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        condition=UNBOUNDED,
    ),
    "another boundary": deny("iam:PutRolePermissionsBoundary", condition=UNBOUNDED),
    "no boundary any more": deny("iam:DeleteRolePermissionsBoundary"),
    "a change of the boundary": deny("iam:*", Resource=[BOUNDARY]),
    "a change of itself": deny(
        "iam:*", Resource=[f"{IAM}:role/personac-launch", f"{IAM}:policy/personac/launch/*"]
    ),
    "anything off the paths": deny("iam:*", NotResource=[*ROLES, *POLICIES, SERVICE_ROLES]),
    "another policy": deny(
        "iam:AttachRolePolicy", condition={"ArnNotLike": {"iam:PolicyARN": ATTACHABLE}}
    ),
    "a role of another path passed": deny("iam:PassRole", NotResource=ROLES),
    "a role passed to another service": deny(
        "iam:PassRole",
        condition={"StringNotEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    ),
}
"""What must not be, as the statement that denies it."""

ELSEWHERE: Mapping[str, Json] = {
    "a stack that is not Service Catalog's": deny(
        "cloudformation:*Stack*",
        "cloudformation:*ChangeSet*",
        NotResource=[
            "arn:aws:cloudformation:*:111122223333:stack/SC-*",
            "arn:aws:cloudformation:*:111122223333:changeSet/SC-*",
        ],
    ),
    "a domain or a profile that no product made": deny(
        "sagemaker:Delete*",
        "sagemaker:Update*",
        condition={"Null": {"aws:ResourceTag/personac:persona": "true"}},
    ),
    "a permission set that no product made": deny(
        "sso:DeletePermissionSet",
        "sso:PutInlinePolicyToPermissionSet",
        "sso:UpdatePermissionSet",
        Resource=["arn:aws:sso:::permissionSet/*"],
        condition={"Null": {"aws:ResourceTag/personac:persona": "true"}},
    ),
    "somebody let in": deny("sso:*Assignment*", "sso-directory:*", "sts:*", "organizations:*"),
    "an object that is no template": deny(
        "s3:*",
        condition={"StringNotEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}},
    ),
    "a service that products do not use": {
        "Effect": "Deny",
        "NotAction": [
            f"{each}:*"
            for each in ("cloudformation", "iam", "identitystore", "kms", "s3", "sagemaker", "sso")
        ],
        "Resource": ["*"],
    },
}
"""The same of other services than IAM; the role's own Deny statements are about IAM alone."""


def statements(body: Json) -> list[Json]:
    """The statements of all policies of a template, as IAM has them."""
    rendered = render(body, Launch())
    assert not rendered.managed_policy_arns
    return [each for policy in rendered.policies for each in policy.document["Statement"]]


def done(held: Sequence[Json], never: Mapping[str, Json]) -> set[str]:
    """What of it policies allow in some request. What could not be decided counts as allowed."""
    access = Access(policies=(_policy(held),))
    found = set()
    for name, each in never.items():
        denying = Access(policies=(*access.policies, _policy([each])))
        more, unknown = gained(denying, access)
        if more or unknown:
            found.add(name)
    return found


def allows(held: Sequence[Json]) -> list[Json]:
    """Without the Deny statements."""
    return [each for each in held if each["Effect"] == "Allow"]


def administrator(held: Sequence[Json]) -> list[Json]:
    """The Deny statements, beside permission to do everything."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return [everything, *(each for each in held if each["Effect"] == "Deny")]


def _policy(held: Sequence[Json]) -> Any:
    return parse({"Version": "2012-10-17", "Statement": list(held)}, name="policy")
