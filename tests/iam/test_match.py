"""compiler.iam.match: wildcards and variables, as policies that are asked read them.

tests/iam/test_evaluate_law.py compares with a second reading of the documentation.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Request, RequestError
from tests.iam.asking import ALLOWED, BUCKET, EXPLICIT, IMPLICIT, access, allow, ask, holds, policy

if TYPE_CHECKING:
    from compiler.iam.request import Context, Decision


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "s3:GetObject", ALLOWED),
        ("s3:*", "s3:GetObject", ALLOWED),
        ("s3:*", "s3express:CreateSession", IMPLICIT),
        ("s3:Get*", "s3:ListBucket", IMPLICIT),
        ("s3:?etObject", "s3:GetObject", ALLOWED),
        ("s3:GetObject?", "s3:GetObject", IMPLICIT),
        ("s3:*Object*", "s3:GetObjectAcl", ALLOWED),
    ],
)
def test_wildcards_in_actions(pattern: str, action: str, expected: Decision) -> None:
    assert expected == ask(allow(pattern), action=action)


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", ALLOWED),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/", ALLOWED),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", IMPLICIT),
        ("arn:aws:sns:*:*:topic", "arn:aws:sns:a:b:c:topic", ALLOWED),
        ("arn:aws:s3:::a?b*", "arn:aws:s3:::a:b:c", ALLOWED),
        ("arn:aws:s3:::a*a*b", "arn:aws:s3:::aab", ALLOWED),
        ("arn:aws:s3:::a*a*b", "arn:aws:s3:::ab", IMPLICIT),
        ("arn:aws:s3:::a*bc*cd", "arn:aws:s3:::abcd", IMPLICIT),
        ("arn:aws:s3:::a*b", "arn:aws:s3:::a\nb", ALLOWED),
        ("arn:aws:s3:::a.b", "arn:aws:s3:::axb", IMPLICIT),
        ("*", "*", ALLOWED),
        ("arn:aws:s3:::*", "*", IMPLICIT),
    ],
)
def test_wildcards_in_resources_cross_colons_and_slashes(
    pattern: str, resource: str, expected: Decision
) -> None:
    """A `*` that ends a segment may "expand to match beyond the colon boundaries"; here all may."""
    assert expected == ask(allow(resources=["arn:aws:s3:::other", pattern]), resource=resource)


def test_many_wildcards_cost_no_more_than_the_product_of_both_lengths() -> None:
    pattern = "arn:aws:s3:::" + "*a" * 100 + "*b"
    evaluator = Evaluator(access(policy(allow(resources=[pattern, f"{pattern}?"]))))
    started = time.process_time()

    answer = evaluator.decide(
        Request(action="s3:GetObject", resource="arn:aws:s3:::" + "a" * 1_000)
    )

    assert answer.decision == IMPLICIT
    assert time.process_time() - started < 1


@pytest.mark.parametrize("operator", ["ArnLike", "ArnEquals"])
@pytest.mark.parametrize(
    ("written", "given", "expected"),
    [
        ("arn:aws:sns:*:*:topic", "arn:aws:sns:eu-west-1:111122223333:topic", True),
        ("arn:aws:sns:*:*:topic", "arn:aws:sns:eu-west-1:1:1:topic", False),
        ("arn:aws:sns:*:topic:*", "arn:aws:sns:a:b:topic:c", False),
        ("arn:aws:s3:::a*", "arn:aws:s3:::a:b:c", True),
        ("arn:aws:s?:::a", "arn:aws:s::::a", False),
        ("arn:aws:s3:::a", "arn:aws:s3:::a", True),
        ("arn:aws:s3:::a", "a", False),
    ],
)
def test_arns_are_compared_segment_by_segment_of_six(
    operator: str, written: str, given: str, expected: bool
) -> None:
    assert holds(operator, written, {"aws:Key": given}) is expected


def test_a_variable_is_the_value_that_the_request_has() -> None:
    home = allow(resources="arn:aws:s3:::home/${aws:username}/*")
    theirs = {"aws:UserName": "ada"}

    assert ask(home, resource="arn:aws:s3:::home/ada/x", context=theirs) == ALLOWED
    assert ask(home, resource="arn:aws:s3:::home/bob/x", context=theirs) == IMPLICIT


def test_a_variable_without_a_value_matches_nothing() -> None:
    resource = "arn:aws:s3:::${aws:PrincipalTag/x}"
    tagged: Context = {"aws:Key": "a"}

    assert ask(allow(resources=resource), resource="arn:aws:s3:::") == IMPLICIT
    assert ask(allow(resources=[resource, BUCKET]), resource=BUCKET) == ALLOWED
    inverted = {"Effect": "Deny", "Action": "*", "NotResource": resource}
    assert ask(allow(), inverted, resource="arn:aws:s3:::") == EXPLICIT
    assert not holds("StringLike", "${aws:PrincipalTag/x}*", tagged)
    assert holds("StringNotLike", "${aws:PrincipalTag/x}*", tagged)
    assert holds("StringEquals", ["${aws:PrincipalTag/x}", "a"], tagged)


def test_a_variable_may_have_a_default() -> None:
    resource = "arn:aws:s3:::${aws:PrincipalTag/Team, 'none'}/*"
    context = {"aws:principaltag/team": "red"}

    assert ask(allow(resources=resource), resource="arn:aws:s3:::none/a") == ALLOWED
    assert ask(allow(resources=resource), resource="arn:aws:s3:::red/a") == IMPLICIT
    assert ask(allow(resources=resource), resource="arn:aws:s3:::red/a", context=context) == ALLOWED
    assert holds("StringEqualsIgnoreCase", "${aws:x, 'NONE'}", {"aws:Key": "none"})


def test_what_would_be_a_wildcard_is_none_in_a_value() -> None:
    resource = "arn:aws:s3:::${aws:username}*"
    context = {"aws:username": "a*c"}

    assert ask(allow(resources=resource), resource="arn:aws:s3:::abc", context=context) == IMPLICIT
    assert ask(allow(resources=resource), resource="arn:aws:s3:::a*cd", context=context) == ALLOWED


def test_a_variable_may_hold_segments_of_an_arn() -> None:
    given = "arn:aws:sns:eu-west-1:1:a/b"

    for source, expected in (
        ("arn:aws:sns:eu-west-1:1:a", True),
        ("arn:aws:sns:eu-west-1:1:b", False),
        ("arn:aws:sns:eu-west-1:1", False),
        ("arn:aws:sns", False),
    ):
        context = {"aws:SourceArn": source, "aws:Key": given}
        assert holds("ArnLike", "${aws:SourceArn}*", context) is expected
        assert holds("ArnNotLike", "${aws:SourceArn}*", context) is not expected


@pytest.mark.parametrize(("written", "given"), [("${*}", "*"), ("${?}", "?"), ("${$}", "$")])
def test_three_variables_are_characters(written: str, given: str) -> None:
    resource = f"{BUCKET}/{written}"

    assert ask(allow(resources=resource), resource=f"{BUCKET}/{given}") == ALLOWED
    assert ask(allow(resources=resource), resource=f"{BUCKET}/x") == IMPLICIT


def test_in_version_2008_a_variable_is_text_like_other_text() -> None:
    resource = f"{BUCKET}/${{aws:username}}"
    asked: Any = {"context": {"aws:username": "ada"}, "version": "2008-10-17"}

    assert ask(allow(resources=resource), resource=f"{BUCKET}/ada", **asked) == IMPLICIT
    assert ask(allow(resources=resource), resource=resource, **asked) == ALLOWED


def test_a_variable_needs_one_value() -> None:
    context = {"aws:TagKeys": ["a"]}
    resource = f"{BUCKET}/${{aws:TagKeys}}"

    message = "aws:tagkeys has a list, and a policy variable needs one value"
    with pytest.raises(RequestError, match=message):
        ask(allow(resources=resource), resource=BUCKET, context=context)
    with pytest.raises(RequestError, match=message):
        holds("StringLike", "${aws:TagKeys}", {**context, "aws:Key": "a"})
    assert ask(allow(resources=[resource, "*"]), resource=BUCKET, context=context) == ALLOWED
