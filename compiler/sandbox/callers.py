"""Who makes a request: the user or the session that its access key belongs to.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from dataclasses import dataclass

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks."""

    arn: str
    """Of the user, or of the role whose session it is; of the account's root if the key is of
    neither."""

    session_arn: str
    """Of the session; of the user or root itself where there is none."""

    groups: tuple[str, ...] = ()
    """The ARNs of the groups that a user is in."""


def caller_of(account_id: str, partition: str, key: str) -> Caller:
    """Whose access key it is."""
    for session in sts_backends[account_id][partition].assumed_roles:
        if session.access_key_id == key:
            return Caller(arn=session.role_arn, session_arn=session.arn)
    iam = iam_backends[account_id][partition]
    user = iam.get_user_from_access_key_id(key)
    if user is None:
        root = f"arn:{partition}:iam::{account_id}:root"
        return Caller(arn=root, session_arn=root)
    groups = tuple(group.arn for group in iam.groups.values() if user in group.users)
    return Caller(arn=user.arn, session_arn=user.arn, groups=groups)
