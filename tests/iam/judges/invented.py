"""Small invented policies whose statements meet, touch and miss each other in every way, for Hypothesis.

AWS's own policies seldom deny, hardly use numbers or networks, and have long names that never meet: here a
few short words do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.iam.judges.vocabulary import Document

ACTIONS = {
    "s3": ("s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*Object", "s3:*"),
    "iam": ("iam:PassRole", "iam:?assRole"),
    "sagemaker": ("sagemaker:CreateTrainingJob", "sagemaker:Create*Job", "SageMaker:createtrainingjob"),
    "sqs": ("sqs:SendMessage", "sqs:*", "SQS:Send*"),
}  # fmt: skip

RESOURCES = {
    "s3": (
        "arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::*a/b*", "arn:aws:s3:::ab/*", "arn:aws:s3:::a?/*",
        "arn:*:s3:::*b", "arn:aws:s3:::a/${aws:username}/*", "arn:aws:s3:::${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::${aws:PrincipalTag/team, 'a'}/b", "arn:aws:s3:::a/${*}b", "arn:aws:s3:::a/*/${aws:username}",
    ),
    "iam": (
        "arn:aws:iam::111122223333:role/a*", "arn:aws:iam::${aws:PrincipalAccount}:role/*b",
        "arn:aws:iam::*:role/a/b", "arn:aws:iam::*:role/?b",
    ),
    "sagemaker": (
        "arn:aws:sagemaker:*:*:training-job/a*b", "arn:aws:sagemaker:eu-west-1:*:*",
        "arn:aws:sagemaker:*:111122223333:*job/*", "arn:aws:sagemaker:*:*:training-job/${sagemaker:DomainId}-*",
    ),
    "sqs": ("arn:aws:sqs:*:*:a*", "arn:aws:sqs:eu-*:*:*b", "arn:aws:*:*:*:*a"),
}  # fmt: skip

_TEXTS = ("a", "b", "ab", "A", "aab", "${aws:username}", "x${aws:PrincipalTag/team, 'b'}")
_GLOBS = (*_TEXTS, "a*", "*b", "?", "a*b", "a?*", "${aws:PrincipalTag/team}*")
"""Not for exact operators: what a variable does that holds a wildcard is nowhere said."""

_ARNS = (
    "arn:aws:iam::111122223333:role/a", "arn:aws:iam::*:role/a*", "arn:aws:iam::111122223333:role/*/b",
    "arn:*:*:*:*:*b", "arn:aws:kms:eu-west-1:111122223333:key/a",
)  # fmt: skip

_KEYS = {
    "aws:PrincipalTag/team": "String", "aws:username": "String", "iam:PassedToService": "String",
    "aws:RequestedRegion": "String", "sagemaker:DomainId": "String", "sqs:NoSuchKey": "String",
    "aws:ResourceTag/team": "String", "aws:TagKeys": "List", "aws:CalledVia": "List",
    "sagemaker:InstanceTypes": "List", "sagemaker:VpcSubnets": "List", "aws:PrincipalArn": "Arn",
    "sagemaker:VolumeKmsKey": "Arn", "aws:SourceArn": "Arn", "aws:MultiFactorAuthAge": "Numeric",
    "sagemaker:MaxRuntimeInSeconds": "Numeric", "aws:CurrentTime": "Date", "aws:SecureTransport": "Bool",
    "aws:MultiFactorAuthPresent": "Bool", "aws:SourceIp": "IpAddress",
}  # fmt: skip

_STRING = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike")  # fmt: skip
_ARN = ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringLike", "StringNotEquals")
_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")

_OPERATORS = {
    "String": _STRING,
    "List": _STRING,
    "Arn": _ARN,
    "Numeric": tuple(f"Numeric{each}" for each in _ORDERS),
    "Date": tuple(f"Date{each}" for each in _ORDERS),
    "Bool": ("Bool",),
    "IpAddress": ("IpAddress", "NotIpAddress"),
}

_VALUES = {
    "String": _TEXTS,
    "List": _TEXTS,
    "Arn": _ARNS,
    "Numeric": ("1", "2", "2.25", "3"),
    "Date": ("2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z", "2026-11-23", "1700000000"),
    "Bool": ("true", "false"),
    "IpAddress": (
        "203.0.113.0/24",
        "203.0.113.128/25",
        "203.0.113.7",
        "0.0.0.0/0",
        "2001:db8::/32",
    ),
}


@st.composite
def comparisons(draw: st.DrawFn, among: Sequence[str] = tuple(_KEYS)) -> tuple[str, str, Any]:
    """Operator, key, values."""
    key = draw(st.sampled_from(among))
    kind = _KEYS[key]
    if draw(st.integers(0, 5)) == 0:
        return "Null", key, draw(st.sampled_from(("true", "false")))
    operator = draw(st.sampled_from(_OPERATORS[kind]))
    known = _GLOBS if operator in ("StringLike", "StringNotLike") else _VALUES[kind]
    if kind == "Arn":
        known = _ARNS
    values = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    quantifier = ""
    if kind == "List" or draw(st.integers(0, 7)) == 0:
        quantifier = draw(st.sampled_from(("ForAllValues:", "ForAnyValue:")))
    if_exists = draw(st.sampled_from(("", "", "", "IfExists")))
    return f"{quantifier}{operator}{if_exists}", key, values


@st.composite
def bodies(draw: st.DrawFn, effect: str | None = None) -> dict[str, Any]:
    """One statement."""
    services = st.lists(st.sampled_from(tuple(ACTIONS)), min_size=1, max_size=2, unique=True)
    named = draw(services)
    actions = [each for service in named for each in ACTIONS[service]]
    known = ["*", *(each for service in named for each in RESOURCES[service])]
    several = st.lists(st.sampled_from(actions), min_size=1, max_size=3, unique=True)
    resources = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    body: dict[str, Any] = {
        "Effect": effect or draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        "Action": draw(several),
        "NotResource" if draw(st.integers(0, 5)) == 0 else "Resource": draw(resources),
    }
    condition: dict[str, dict[str, Any]] = {}
    for operator, key, values in draw(st.lists(comparisons(), max_size=3)):
        condition.setdefault(operator, {})[key] = values
    return {**body, "Condition": condition} if condition else body


@st.composite
def policies(draw: st.DrawFn, most: int = 5) -> Document:
    """A policy of the newer version, or now and then of the older one."""
    version = draw(st.sampled_from(("2012-10-17",) * 7 + ("2008-10-17",)))
    return policy(draw(st.lists(bodies(), min_size=1, max_size=most)), version)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document]:
    """Two policies that have something in common."""
    old = draw(policies())
    kept = [each for each in old["Statement"] if draw(st.integers(0, 3))]
    new = [*kept, *draw(st.lists(bodies(), min_size=0 if kept else 1, max_size=2))]
    return old, policy(new, old["Version"])


@st.composite
def dense(draw: st.DrawFn) -> tuple[Document, Document]:
    """Two policies about one action that compare nothing but one key, or two of one kind."""
    kind = draw(st.sampled_from(sorted(set(_KEYS.values()))))
    alike = [key for key, own in _KEYS.items() if own == kind and not key.startswith("sqs:")]
    keys = draw(st.lists(st.sampled_from(alike), min_size=1, max_size=2, unique=True))
    base = [_ALLOWED] if draw(st.booleans()) else []
    old, new = (draw(st.lists(_conditions(keys), min_size=1, max_size=2)) for _ in range(2))
    return policy([*base, *old]), policy([*base, *new])


_ALLOWED = {"Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*"}


@st.composite
def _conditions(draw: st.DrawFn, keys: Sequence[str]) -> dict[str, Any]:
    condition: dict[str, dict[str, Any]] = {}
    for operator, key, values in draw(st.lists(comparisons(keys), min_size=1, max_size=3)):
        condition.setdefault(operator, {})[key] = values
    effect = draw(st.sampled_from(("Allow", "Deny")))
    return {**_ALLOWED, "Effect": effect, "Condition": condition}


def policy(statements: list[dict[str, Any]], version: str = "2012-10-17") -> Document:
    """A policy of statements."""
    return {"Version": version, "Statement": statements}
