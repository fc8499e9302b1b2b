"""compiler.boundary: guardrails as one policy that a role cannot get past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.boundary import Boundary, boundary
from compiler.load import load
from compiler.render import Launch
from tests import brute_force
from tests.laws import LAWS
from tests.small import overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = "title: Example\ndescription: An example.\n"
ALLOW = {"Sid": "AllowAllElse", "Effect": "Allow", "Action": ["*"], "Resource": ["*"]}


def made(guardrails: Mapping[str, str]) -> Boundary:
    """The boundary of the small catalog with guardrails, by id."""
    files = {f"guardrails/{name}.yaml": HEAD + text for name, text in guardrails.items()}
    loaded = load("catalog", overlay(files))
    assert not loaded.diagnostics
    return boundary(loaded.catalog)


def denied(found: Boundary) -> list[tuple[str, list[str]]]:
    """Sid and actions of each statement but the first."""
    return [(each["Sid"], each["Action"]) for each in found.document()["Statement"][1:]]


def deny(*actions: str, rest: str = "") -> str:
    return f"deny:\n  - actions: [{', '.join(actions)}]\n{rest}"


def test_all_is_allowed_but_what_a_guardrail_denies() -> None:
    found = made({"buckets": deny("s3:PutBucketPolicy")})

    assert found.document() == {
        "Version": "2012-10-17",
        "Statement": [
            ALLOW,
            {
                "Sid": "Buckets",
                "Effect": "Deny",
                "Action": ["s3:PutBucketPolicy"],
                "Resource": ["*"],
            },
        ],
    }


def test_of_an_escalation_the_bounded_step_is_denied_alone() -> None:
    found = made(
        {
            "functions": (
                "escalation:\n  - actions: [iam:PassRole]\n"
                "  - {actions: [lambda:CreateFunction], bounded: true}\n"
                "  - actions: [lambda:InvokeFunction]\n"
            )
        }
    )

    assert denied(found) == [("Functions", ["lambda:CreateFunction"])]


def test_equal_resources_and_conditions_become_one_statement() -> None:
    condition = "    conditions: {StringNotEquals: {aws:RequestedRegion: [eu-west-1]}}\n"
    found = made(
        {
            "b-buckets": deny("s3:PutBucketPolicy", "s3:DeleteBucket"),
            "a-keys": deny("kms:PutKeyPolicy"),
            "c-regions": deny("s3:CreateBucket", rest=condition),
        }
    )

    assert denied(found) == [
        ("AKeysAndMore", ["kms:PutKeyPolicy", "s3:DeleteBucket", "s3:PutBucketPolicy"]),
        ("CRegions", ["s3:CreateBucket"]),
    ]
    assert found.guardrails == {
        "a-keys": ("AKeysAndMore",),
        "b-buckets": ("AKeysAndMore",),
        "c-regions": ("CRegions",),
    }


def test_what_is_denied_anyway_is_left_out_and_still_accounted_for() -> None:
    condition = "    conditions: {StringNotEquals: {aws:RequestedRegion: [eu-west-1]}}\n"
    found = made(
        {
            "narrow": deny("s3:DeleteBucket", rest=condition),
            "wide": deny("s3:delete*", "s3:DeleteBucketPolicy"),
        }
    )

    assert denied(found) == [("WideAndMore", ["s3:delete*"])]
    assert found.guardrails == {"narrow": ("WideAndMore",), "wide": ("WideAndMore",)}


def test_of_names_that_say_the_same_one_stays() -> None:
    assert denied(made({"a": deny("s3:delete*", "s3:Delete*", "'s3:delete**'")})) == [
        ("A", ["s3:Delete*"])
    ]


def test_other_conditions_and_other_resources_are_not_the_same() -> None:
    resources = '    except_resources: ["arn:aws:s3:::a"]\n'
    condition = "    conditions: {StringNotEquals: {aws:RequestedRegion: [eu-west-1]}}\n"
    found = made(
        {
            "a": deny("s3:DeleteBucket", rest=resources),
            "b": deny("s3:DeleteBucket", rest=condition),
            "c": deny("s3:DeleteBucket", rest=condition.replace("eu", "us")),
        }
    )

    assert [sid for sid, _ in denied(found)] == ["A", "B", "C"]


def test_a_guardrail_of_several_statements_numbers_them() -> None:
    several = (
        deny("s3:DeleteBucket", rest='    resources: ["arn:aws:s3:::a"]\n')
        + "  - actions: [s3:PutBucketPolicy]\n"
    )

    assert [sid for sid, _ in denied(made({"buckets": several}))] == ["Buckets", "Buckets2"]


def test_it_is_measured_where_the_names_of_places_are_longest() -> None:
    resources = '    resources: ["arn:${AWS::Partition}:s3:::${AWS::AccountId}"]\n'
    found = made({"a": deny("s3:DeleteBucket", rest=resources)})

    written = (
        '{"Version":"2012-10-17","Statement":['
        '{"Sid":"AllowAllElse","Effect":"Allow","Action":["*"],"Resource":["*"]},'
        '{"Sid":"A","Effect":"Deny","Action":["s3:DeleteBucket"],'
        '"Resource":["arn:aws-us-gov:s3:::111122223333"]}]}'
    )
    assert found.document(Launch(partition="aws-us-gov")) == json.loads(written)
    assert found.characters == len(written)


ACTIONS = st.sampled_from(
    ["s3:GetObject", "s3:Get*", "s3:*", "s3:*Object", "s3:?Object", "s3:?utObject"]
)
RESOURCES = st.sampled_from(["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b"])
CONDITIONS = st.sampled_from(
    [
        "{}",
        "{StringEquals: {aws:RequestedRegion: eu-west-1}}",
        "{StringNotEquals: {aws:RequestedRegion: eu-west-1}}",
        '{StringNotEquals: {aws:RequestedRegion: eu-west-1}, Bool: {aws:SecureTransport: "true"}}',
    ]
)


@st.composite
def prohibitions(draw: st.DrawFn) -> str:
    actions = json.dumps(draw(st.lists(ACTIONS, min_size=1, max_size=2)))
    key = draw(st.sampled_from(["resources", "except_resources"]))
    rest = f'    {key}: ["{draw(RESOURCES)}"]\n    conditions: {draw(CONDITIONS)}\n'
    return f"deny:\n  - actions: {actions}\n{rest}"


@LAWS
@given(texts=st.lists(prohibitions(), min_size=1, max_size=4))
def test_merging_denies_no_more_and_no_less(texts: list[str]) -> None:
    """Statements about the same become one, and what another denies anyway is left out."""
    found = made({f"g-{number}": text for number, text in enumerate(texts)})
    document = found.document()
    apart = [made({"g": text}).document() for text in texts]

    for action in ("s3:GetObject", "s3:PutObject", "s3:ListBucket"):
        for resource in ("arn:aws:s3:::a/b", "arn:aws:s3:::c/b", "arn:aws:s3:::a"):
            for context in CONTEXTS:
                each = [brute_force.decide([one], action, resource, context) for one in apart]
                wanted = "allowed" if set(each) == {"allowed"} else "explicitly-denied"
                assert brute_force.decide([document], action, resource, context) == wanted


CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"aws:RequestedRegion": "eu-west-1"},
    {"aws:RequestedRegion": "us-east-1", "aws:SecureTransport": "true"},
)
