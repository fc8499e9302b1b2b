"""The calls of AWS's handlers of AWS::IAM::Role and AWS::IAM::ManagedPolicy.

Which ones there are is in the schemas of the registry; what each is about is in the Service
Authorization Reference.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from compiler.sandbox.authorisation import Call, request_tags, resource_tags
from compiler.sandbox.cloudformation.tags import gone_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from moto.iam.models import IAMBackend

    from compiler.sandbox.cloudformation.handled import Handled, Handler, Properties

BOUNDARY, POLICY_ARN = "iam:PermissionsBoundary", "iam:PolicyARN"

MAX_VERSIONS = 5
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

_HOLDERS = {"Groups": ("Group", "group"), "Roles": ("Role", "role"), "Users": ("User", "user")}
"""What a managed policy is attached to: in the names of actions, and in ARNs."""


def role_calls(handler: Handler, handled: Handled) -> Iterator[Call]:
    """The calls of a handler of AWS::IAM::Role."""
    arn = _arn(handled, f"role{handled.properties.get('Path', '/')}{handled.name}")
    properties, previous = handled.properties, handled.previous
    if handler == "create":
        context = {**_boundary(properties), **request_tags(handled.tags)}
        yield Call("iam:CreateRole", arn, context)
        if handled.tags:
            yield Call("iam:TagRole", arn, request_tags(handled.tags))
        yield from _policies(arn, {}, properties, _boundary(properties))
        return
    tags = resource_tags(handled.tags, "iam")
    bounded = _boundary_of(handled)
    if handler == "read":
        # Before a role is made its boundary is the one that it will have.
        yield Call("iam:GetRole", arn, {**(bounded or _boundary(properties)), **tags})
        yield Call("iam:ListAttachedRolePolicies", arn, tags)
        yield Call("iam:ListRolePolicies", arn, tags)
        if properties.get("Policies"):
            yield Call("iam:GetRolePolicy", arn, tags)
    elif handler == "update":
        yield from _role_updates(arn, handled, {**bounded, **tags})
    else:
        yield Call("iam:GetRole", arn, {**bounded, **tags})
        yield Call("iam:ListAttachedRolePolicies", arn, tags)
        yield Call("iam:ListRolePolicies", arn, tags)
        yield from _policies(arn, previous or properties, {}, {**bounded, **tags})
        yield Call("iam:DeleteRole", arn, {**bounded, **tags})


def policy_calls(handler: Handler, handled: Handled) -> Iterator[Call]:
    """The calls of a handler of AWS::IAM::ManagedPolicy."""
    properties, previous = handled.properties, handled.previous
    # The physical id of a policy is its ARN.
    named = f"policy{properties.get('Path', '/')}{handled.name}"
    arn = handled.name if handled.name.startswith("arn:") else _arn(handled, named)
    if handler == "create":
        yield Call("iam:CreatePolicy", arn)
        yield from _attachments(handled, arn, {}, properties)
    elif handler == "read":
        for action in ("GetPolicy", "GetPolicyVersion", "ListEntitiesForPolicy"):
            yield Call(f"iam:{action}", arn)
    elif handler == "update":
        yield Call("iam:GetPolicy", arn)
        yield Call("iam:ListPolicyVersions", arn)
        if _versions(handled, arn) >= MAX_VERSIONS:
            yield Call("iam:DeletePolicyVersion", arn)
        yield Call("iam:CreatePolicyVersion", arn)
        yield from _attachments(handled, arn, previous, properties)
    else:
        for action in ("GetPolicy", "ListPolicyVersions", "ListEntitiesForPolicy"):
            yield Call(f"iam:{action}", arn)
        yield from _attachments(handled, arn, properties, {})
        if _versions(handled, arn) > 1:
            yield Call("iam:DeletePolicyVersion", arn)
        yield Call("iam:DeletePolicy", arn)


def _role_updates(arn: str, handled: Handled, context: dict[str, str]) -> Iterator[Call]:
    properties, previous = handled.properties, handled.previous
    if "PermissionsBoundary" in properties:
        context = {**context, **_boundary(properties)}
        yield Call("iam:PutRolePermissionsBoundary", arn, context)
    elif "PermissionsBoundary" in previous:
        yield Call("iam:DeleteRolePermissionsBoundary", arn, context)
    for action in ("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"):
        yield Call(f"iam:{action}", arn, context)
    tags = resource_tags(handled.tags, "iam")
    if gone := gone_tags(previous, properties):
        yield Call("iam:UntagRole", arn, {**tags, "aws:TagKeys": gone})
    if added := handled.added_tags():
        yield Call("iam:TagRole", arn, {**tags, **request_tags(added)})
    yield from _policies(arn, previous, properties, context)


def _policies(
    arn: str, previous: Properties, properties: Properties, context: dict[str, str]
) -> Iterator[Call]:
    """What is attached to a role and put into it, and what is taken away."""
    before, after = previous.get("ManagedPolicyArns", []), properties.get("ManagedPolicyArns", [])
    for each in before:
        if each not in after:
            yield Call("iam:DetachRolePolicy", arn, {**context, POLICY_ARN: each})
    for each in after:
        if each not in before:
            yield Call("iam:AttachRolePolicy", arn, {**context, POLICY_ARN: each})
    inline = [each["PolicyName"] for each in properties.get("Policies", [])]
    if any(each["PolicyName"] not in inline for each in previous.get("Policies", [])):
        yield Call("iam:DeleteRolePolicy", arn, context)
    if inline:
        yield Call("iam:PutRolePolicy", arn, context)


def _attachments(
    handled: Handled, arn: str, previous: Properties, properties: Properties
) -> Iterator[Call]:
    """What a policy is attached to, and taken from, by its own properties."""
    for name, (kind, prefix) in _HOLDERS.items():
        before, after = previous.get(name, []), properties.get(name, [])
        changes = (("Detach", _without(before, after)), ("Attach", _without(after, before)))
        for verb, holders in changes:
            for each in holders:
                holder = _role_arn(handled, each) if kind == "Role" else None
                context = _boundary_at(handled, each) if kind == "Role" else {}
                resource = holder or _arn(handled, f"{prefix}/{each}")
                yield Call(f"iam:{verb}{kind}Policy", resource, {**context, POLICY_ARN: arn})


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [each for each in some if each not in others]


def _boundary(properties: Properties) -> dict[str, str]:
    """The boundary that a call gives a role."""
    boundary = properties.get("PermissionsBoundary")
    return {BOUNDARY: boundary} if boundary else {}


def _boundary_of(handled: Handled) -> dict[str, str]:
    """The boundary that the role has."""
    return _boundary_at(handled, handled.name)


def _boundary_at(handled: Handled, role: str) -> dict[str, str]:
    held = _role(handled, role)
    boundary = held.permissions_boundary_arn if held else None
    return {BOUNDARY: boundary} if boundary else {}


def _role_arn(handled: Handled, name: str) -> str | None:
    held = _role(handled, name)
    return held.arn if held else None


def _role(handled: Handled, name: str) -> Any:
    try:
        return _iam(handled).get_role(name)
    except NotFoundException:
        return None


def _versions(handled: Handled, arn: str) -> int:
    try:
        return len(_iam(handled).get_policy(arn).versions)
    except NotFoundException:
        return 0


def _iam(handled: Handled) -> IAMBackend:
    backend: IAMBackend = iam_backends[handled.account_id][handled.partition]
    return backend


def _arn(handled: Handled, rest: str) -> str:
    return f"arn:{handled.partition}:iam::{handled.account_id}:{rest}"
