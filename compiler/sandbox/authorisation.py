"""What a role of the sandbox may do: moto asks nobody, and lets every call through.

The policies that decide are those that the sandbox's IAM holds for the role: inline and attached
ones, those of AWS's too, and its permissions boundary.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from compiler.iam.document import parse
from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Access, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from moto.iam.models import IAMBackend, Role

    from compiler.iam.evaluate import Answer
    from compiler.iam.request import Context

KEPT = 10_000
"""How many of the last calls are remembered."""

SESSION = "AWSCloudFormation"
"""What CloudFormation calls its sessions of a role."""

Policies = tuple[tuple[str, str], ...]
"""Name and text of each policy."""


class AccessDenied(ServiceException):
    """What IAM did not allow."""

    code = "AccessDenied"


@dataclass(frozen=True, slots=True)
class Call:
    """A call to AWS, as far as policies look at it."""

    action: str
    """As `iam:CreateRole`."""

    resource: str = "*"
    """An ARN; `*` for an action that takes no resource."""

    context: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call that was asked about, with the keys of every call in its context."""

    role_arn: str
    action: str
    resource: str
    context: Context
    allowed: bool


asked: deque[Asked] = deque(maxlen=KEPT)
"""The calls that were asked about since it was cleared last, the newest at the end."""


def require(
    role_arn: str,
    action: str,
    resource: str = "*",
    context: Context | None = None,
    *,
    session: str = SESSION,
) -> None:
    """Refuse what a role may not do.

    Args:
        role_arn: the role that calls.
        action: as `iam:CreateRole`.
        resource: an ARN; `*` for an action that takes no resource.
        context: condition keys of the call; those of every call are added to them.
        session: the name of the role's session, for the message.

    Raises:
        AccessDenied: in AWS's words, also where there is no such role.
            https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    keys = {**_of_every_call(role_arn), **(context or {})}
    answer = _evaluator(*_held(role_arn)).decide(
        Request(action=action, resource=resource, context=keys)
    )
    allowed = answer.decision == "allowed"
    asked.append(
        Asked(role_arn=role_arn, action=action, resource=resource, context=keys, allowed=allowed)
    )
    if not allowed:
        raise AccessDenied(
            f"User: {_session(role_arn, session)} is not authorized to perform: {action} "
            f"on resource: {resource} {_because(answer, action)}"
        )


def request_tags(tags: Iterable[Mapping[str, str]]) -> dict[str, str | Sequence[str]]:
    """The keys of a call that gives a resource tags; no key of a call has an empty value."""
    given = {each["Key"]: each["Value"] for each in tags}
    context: dict[str, str | Sequence[str]] = {
        f"aws:RequestTag/{key}": value for key, value in given.items() if value
    }
    return {**context, "aws:TagKeys": list(given)} if given else context


def resource_tags(tags: Iterable[Mapping[str, str]], *services: str) -> dict[str, str]:
    """The keys of a call about a resource that has tags.

    :param services: those that have a key of their own for it, such as ``iam:ResourceTag/KEY``.
    """
    given = {each["Key"]: each["Value"] for each in tags if each["Value"]}
    prefixes = ("aws", *services)
    return {f"{one}:ResourceTag/{key}": given[key] for one in prefixes for key in given}


def _of_every_call(role_arn: str) -> dict[str, str]:
    """Keys that AWS adds to every call.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    return {
        "aws:PrincipalAccount": _account(role_arn),
        "aws:PrincipalArn": role_arn,
        "aws:PrincipalType": "AssumedRole",
        "aws:SecureTransport": "true",
    }


def _held(role_arn: str) -> tuple[Policies, Policies | None]:
    """The policies of a role and its boundary, as IAM holds them now."""
    iam: IAMBackend = iam_backends[_account(role_arn)][role_arn.split(":")[1]]
    try:
        role: Role = iam.get_role_by_arn(role_arn)
    except NotFoundException:
        raise AccessDenied(f"Role {role_arn} is invalid or cannot be assumed") from None
    attached = {arn: _default(iam, arn) for arn in role.managed_policies}
    inline: dict[str, Any] = role.policies
    bound = role.permissions_boundary_arn
    return (
        (*inline.items(), *attached.items()),
        ((bound, _default(iam, bound)),) if bound else None,
    )


def _default(iam: IAMBackend, arn: str) -> str:
    policy = iam.get_policy(arn)
    return str(iam.get_policy_version(arn, policy.default_version_id).document)


@lru_cache(maxsize=256)
def _evaluator(policies: Policies, boundary: Policies | None) -> Evaluator:
    """Compiled once: a stack asks the same policies about every call that it makes."""
    return Evaluator(
        Access(
            policies=tuple(parse(json.loads(body), name=name) for name, body in policies),
            boundary=None
            if boundary is None
            else tuple(parse(json.loads(body), name=name) for name, body in boundary),
        )
    )


def _because(answer: Answer, action: str) -> str:
    """Why the call was refused, as AWS says it."""
    if answer.decision == "implicitly-denied":
        kind = "permissions boundary" if answer.withheld else "identity-based policy"
        return f"because no {kind} allows the {action} action"
    return "with an explicit deny in an identity-based policy"


def _session(role_arn: str, session: str) -> str:
    _, partition, _, _, account, name = role_arn.split(":", 5)
    return f"arn:{partition}:sts::{account}:assumed-role/{name.rpartition('/')[2]}/{session}"


def _account(role_arn: str) -> str:
    return role_arn.split(":")[4]
