"""Small policy documents for Hypothesis, and requests made of the same few words.

Each family of operators has its own keys, a single one and a list, with values near each other: so
that what is drawn is nearly always something that AWS documents how to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from compiler.iam.operators import OPERATORS, parse

if TYPE_CHECKING:
    from tests.brute_force import Context

Document = dict[str, Any]

POLICY_ACTIONS = ("*", "s3:*", "s3:Get*", "S3:getobject", "s3:P?tObject", "iam:*", "iam:PassRole")
ACTIONS = ("s3:GetObject", "s3:PutObject", "S3:GETOBJECT", "iam:PassRole")

POLICY_RESOURCES = (
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::*/b?",
    "arn:aws:s3:*b*:*:b",
    "arn:*:s3:::a*b*c",
    "arn:aws:s3:::${*}",
    "arn:aws:s3:::${aws:username}",
    "arn:aws:s3:::${aws:username, 'a'}/*",
    "arn:aws:s3:::${AWS:Username}/${aws:PrincipalTag/team, 'b'}c",
)
RESOURCES = (
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::A",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::a/bc",
    "arn:aws:s3:::ab/abc",
    "arn:aws-cn:s3:::a:b/c",
    "arn:aws:s3:b:a/b:b",
    "arn:aws:s3:::*",
    "arn:aws:s3:::${aws:username}",
)

KEYS = {
    "String": ("s3:prefix", "aws:username", "aws:PrincipalTag/team", "aws:TagKeys"),
    "Arn": ("aws:SourceArn", "x:Arns"),
    "Numeric": ("s3:max-keys", "x:Numbers"),
    "Date": ("aws:CurrentTime", "x:Dates"),
    "Bool": ("aws:SecureTransport", "x:Bools"),
    "Binary": ("x:Binary", "x:Binaries"),
    "IpAddress": ("aws:SourceIp", "x:Addresses"),
}
"""Family to its keys. The last of each has lists."""

VARIABLES = ("aws:username", "aws:PrincipalTag/team")
"""The keys that policies name as variables."""

LISTS = frozenset(keys[-1] for keys in KEYS.values())

POLICY_VALUES: dict[str, tuple[Any, ...]] = {
    "String": ("a", "A", "a*", "?b", "${aws:username}", "${aws:PrincipalTag/team, 'b'}", "x${*}"),
    "Arn": (
        "arn:aws:s3:::a",
        "arn:aws:s3:::a*",
        "arn:aws:*:::*b",
        "arn:aws:s*:a?:*:*",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:iam::*:role/a",
        "arn:aws:iam::1*1:role/*/b*",
    ),
    "Numeric": ("5", 6, "5.5", "-1"),
    "Date": ("2026-01-01", "2026-01-01T00:00:00+01:00", "1767225600"),
    "Bool": ("true", False),
    "Binary": ("AAE=", "AA=="),
    "IpAddress": ("10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "0.0.0.0/0"),
}
VALUES = {
    "String": ("a", "A", "ab", "b", "x*", "x", "a*"),
    "Arn": (
        "arn:aws:s3:::a",
        "arn:aws:s3:::a:b",
        "arn:aws:sns:a:b",
        "arn:aws:sns:ab::c:b",
        "arn:aws:iam::11:role/a",
        "arn:aws:iam::1:1:role/x/b",
        "a",
    ),
    "Numeric": ("5", "5.0", "5.5", "-2", "6"),
    "Date": ("2026-01-01T00:00:00Z", "2025-12-31T23:00:00Z", "1767225601", "2025-12-31"),
    "Bool": ("true", "FALSE"),
    "Binary": ("AAE=", "AA=="),
    "IpAddress": ("10.1.2.3", "11.0.0.1", "2001:db8::1", "::1"),
}

WRITTEN = tuple(
    f"{quantifier}{name}{exists}"
    for name in OPERATORS
    for quantifier in ("", "ForAllValues:", "ForAnyValue:")
    for exists in ("", "IfExists")
    if parse(f"{quantifier}{name}{exists}")
)
"""Every operator there is, as policies write it."""


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A policy of a few statements."""
    statements = draw(st.lists(_statements(), min_size=1, max_size=4))
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"]))
    return {"Version": version, "Statement": statements}


@st.composite
def _statements(draw: st.DrawFn) -> Document:
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        action: draw(_some(POLICY_ACTIONS)),
        resource: draw(_some(POLICY_RESOURCES)),
    }
    conditions: dict[str, dict[str, Any]] = {}
    for written in draw(st.lists(st.sampled_from(WRITTEN), max_size=2, unique=True)):
        key, values = draw(_compared(written))
        conditions[written] = {key: values}
    return {**statement, "Condition": conditions} if conditions else statement


@st.composite
def _compared(draw: st.DrawFn, written: str) -> tuple[str, Any]:
    operator = parse(written)
    assert operator
    if operator.family == "Null":
        keys = [key for each in KEYS.values() for key in each]
        return draw(st.sampled_from(keys)), draw(st.sampled_from(["true", "false", True]))
    # An operator without quantifier cannot take a list.
    keys = list(KEYS[operator.family][: None if operator.quantifier else -1])
    key = draw(st.sampled_from([*keys, *(each.upper() for each in keys)]))
    return key, draw(_some(POLICY_VALUES[operator.family]))


def _some(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    one = st.sampled_from(values)
    return one | st.lists(one, min_size=1, max_size=3, unique=True)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """The keys of a request, each there or not, lists with none, one or more values."""
    context: dict[str, str | list[str]] = {}
    for family, keys in KEYS.items():
        for key in keys:
            if draw(st.booleans()):
                # How a variable whose value holds a wildcard matches is not said.
                values = ("a", "ab", "b") if key in VARIABLES else VALUES[family]
                one = st.sampled_from(values)
                context[key] = draw(st.lists(one, max_size=3)) if key in LISTS else draw(one)
    return context


requests = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(RESOURCES), contexts())
"""Action, resource, context."""
