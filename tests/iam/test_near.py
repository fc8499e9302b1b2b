"""Why nothing allowed a request."""

from __future__ import annotations

from typing import Any

from compiler.iam import document
from compiler.iam.near import Near, nearest
from compiler.iam.request import Access, Request


def near(statements: list[dict[str, Any]], request: Request) -> list[tuple[Any, ...]]:
    policy = document.parse({"Version": "2012-10-17", "Statement": statements}, name="P")
    return [told(each) for each in nearest(Access(policies=(policy,)), request)]


def told(each: Near) -> tuple[Any, ...]:
    keys = [one.key for one in each.comparisons]
    return each.statement.sid, each.resource, each.principal, keys


def allow(sid: str, **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": "s3:Get*", "Resource": "*", **more}


def test_what_each_statement_lacks_the_nearest_first() -> None:
    statements = [
        allow("Elsewhere", Resource="arn:aws:s3:::b/*"),
        allow("OtherAction", Action="s3:PutObject"),
        allow(
            "TwoKeys",
            Condition={
                "StringEquals": {"aws:SourceVpc": "v", "aws:SourceVpce": "w"},
                "Null": {"aws:username": "true"},
            },
        ),
        allow("OneKey", Condition={"StringEquals": {"aws:SourceVpc": "v"}}),
        {**allow("Denies"), "Effect": "Deny", "Resource": "arn:aws:s3:::b/*"},
        allow("Except", Resource=None),
    ]
    del statements[-1]["Resource"]
    statements[-1]["NotResource"] = "arn:aws:s3:::a/*"

    found = near(statements, Request(action="s3:GetObject", resource="arn:aws:s3:::a/x"))

    assert found == [
        ("OneKey", False, False, ["aws:SourceVpc"]),
        ("Elsewhere", True, False, []),
        ("TwoKeys", False, False, ["aws:SourceVpc", "aws:SourceVpce"]),
        ("Except", True, False, []),
    ]


def test_a_value_that_an_operator_cannot_take_is_lacking() -> None:
    statement = allow("N", Condition={"NumericLessThan": {"s3:max-keys": "10"}})
    request = Request(
        action="s3:GetObject", resource="arn:aws:s3:::a/x", context={"s3:max-keys": "many"}
    )

    assert near([statement], request) == [("N", False, False, ["s3:max-keys"])]


def test_a_trust_policy() -> None:
    policy = document.parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "a.amazonaws.com"},
            },
        },
        name="trust",
        kind="trust",
    )
    request = Request(
        action="sts:AssumeRole", principal=document.Principal("Service", "b.amazonaws.com")
    )

    found = nearest(Access(policies=(policy,)), request)

    assert [told(each) for each in found] == [(None, False, True, [])]
