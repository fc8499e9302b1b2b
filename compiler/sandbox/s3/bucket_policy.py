"""What the policy of a bucket says to a request, its conditions included.

moto leaves conditions out: a policy that denies what comes without TLS denies everything there.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from moto.iam.access_control import IAMPolicy, PermissionResult

from compiler.iam.document import PolicyError, Principal, parse
from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Access, Request, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.s3.models import FakeBucket

headers: ContextVar[Mapping[str, str]] = ContextVar("headers", default={})  # noqa: B039 - read only
"""The headers of the request of this moment, set by ``responses``."""

caller: ContextVar[str] = ContextVar("caller", default="arn:aws:iam::123456789012:root")
"""The ARN of the user, role or root whose request it is, set by ``responses``."""

_KEYS = {
    "s3:if-none-match": "If-None-Match",
    "s3:if-match": "If-Match",
    "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (
        "x-amz-server-side-encryption-aws-kms-key-id"
    ),
    "s3:x-amz-storage-class": "x-amz-storage-class",
}
"""The condition keys that are headers of the request."""

_ACTIONS = {"s3:HeadObject": "s3:GetObject", "s3:PostObject": "s3:PutObject"}
"""The actions behind what moto calls them, by the method of the request."""


def permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """What the policy of a bucket says.

    The sandbox speaks HTTP to this machine alone, and stands for an endpoint that speaks TLS.

    :param action: as moto calls it, by the method of the request.
    """
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    text = bucket.policy.decode()
    sent = headers.get()
    keys = {key: sent[name] for key, name in _KEYS.items() if sent.get(name)}
    arn = caller.get()
    try:
        answer = _evaluator(text).decide(
            Request(
                action=_ACTIONS.get(action, action),
                resource=resource,
                principal=Principal("AWS", arn),
                context={
                    "aws:SecureTransport": "true",
                    "aws:PrincipalAccount": arn.split(":")[4],
                    "aws:PrincipalArn": arn,
                    **keys,
                },
            )
        )
    except (PolicyError, RequestError):
        # What cannot be decided here is moto's to decide.
        found: PermissionResult = IAMPolicy(text).is_action_permitted(action, resource)
        return found
    return {
        "allowed": PermissionResult.PERMITTED,
        "explicitly-denied": PermissionResult.DENIED,
        "implicitly-denied": PermissionResult.NEUTRAL,
    }[answer.decision]


@lru_cache(maxsize=64)
def _evaluator(text: str) -> Evaluator:
    policy = parse(json.loads(text), name="bucket policy", kind="resource")
    return Evaluator(Access(policies=(policy,)))
