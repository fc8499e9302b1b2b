"""compiler.iam.classes: the classes of requests that statements tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.iam import reference
from compiler.iam.classes import ActionClass, Partition
from compiler.iam.language import ANY_ARN
from tests.iam.asking import access, allow, deny, policy

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "arn:${Partition}:s3:::${BucketName}"
OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"


def partition(*statements: dict[str, Any], careful: bool = False) -> Partition:
    parsed = access(policy(*statements)).statements
    allowing = sum(1 << index for index, each in enumerate(parsed) if each.effect == "Allow")
    return Partition(parsed, allowing, careful=careful)


def groups(*statements: dict[str, Any]) -> dict[int, set[str]]:
    return {about: set(actions) for about, actions in partition(*statements).groups()}


def classes(*statements: dict[str, Any], careful: bool = False) -> Iterator[ActionClass]:
    divided = partition(*statements, careful=careful)
    for about, actions in divided.groups():
        yield from divided.classes(about, actions)


def keys(*statements: dict[str, Any], careful: bool = False) -> set[frozenset[str]]:
    return {each.keys for each in classes(*statements, careful=careful)}


def test_actions_are_divided_by_the_statements_that_name_them() -> None:
    found = groups(
        allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
        deny("S3:putobject"),
        allow("s3:DeleteObject"),
    )

    assert found == {0b001: {"s3:GetObject"}, 0b011: {"s3:PutObject"}, 0b101: {"s3:DeleteObject"}}


def test_what_nobody_allows_is_of_no_interest() -> None:
    assert groups(deny("s3:*"), allow("s3:GetObject")) == {0b11: {"s3:GetObject"}}


def test_not_action_names_all_others() -> None:
    statement = {"Effect": "Allow", "NotAction": ["s3:*", "iam:Pass*"], "Resource": "*"}

    (found,) = groups(statement).values()

    assert {"iam:CreateUser", "sqs:SendMessage", "unmade:Unmade"} <= found
    assert not [each for each in found if each.startswith("s3:") or each == "iam:PassRole"]


def test_a_wildcard_names_what_aws_may_yet_make() -> None:
    made = {str(each) for each in reference.expand("sqs:*")}

    (found,) = groups(allow("sqs:*")).values()

    assert found - made == {"sqs:Unmade"}
    assert groups(allow(sorted(made))) == {1: made}


def test_what_statements_tell_of_unmade_actions_is_told_apart() -> None:
    found = groups(allow("s3:*"), deny("s3:Get*"), deny("s3:*Tagging"))

    for about in (0b001, 0b011, 0b101, 0b111):
        assert [each for each in found[about] if not reference.expand(each)], about


def test_an_action_that_only_a_policy_names_is_one() -> None:
    assert groups(allow("s3:NotYet")) == {1: {"s3:NotYet"}}
    assert groups(allow("nowhere:NotYet")) == {1: {"nowhere:NotYet"}}
    assert groups(deny("s3:NotYet"), allow("sqs:SendMessage")) == {0b10: {"sqs:SendMessage"}}


def test_an_action_is_named_in_any_case() -> None:
    divided = partition(allow("S3:GET*"), deny("*"), allow("sqs:*"))

    assert divided.about("s3:getObject") == 0b011
    assert divided.about("sqs:SendMessage") == 0b110
    assert divided.about("s3x:Get") == 0b010


@pytest.mark.parametrize(
    ("action", "forms"),
    [
        ("s3:ListAllMyBuckets", {"*"}),
        ("s3:DeleteBucket", {BUCKET}),
        ("s3:NotYet", {"arn:${Partition}:s3:${Region?}:${Account?}:${Resource}", ANY_ARN, "*"}),
    ],
)
def test_arn_formats_are_those_that_the_action_takes(action: str, forms: set[str]) -> None:
    assert {each.form for each in classes(allow(action))} == forms


def test_a_class_has_the_actions_of_one_format() -> None:
    found = {each.form: each.actions for each in classes(allow(["s3:GetObject", "s3:PutObject"]))}

    assert found[OBJECT] == ("s3:GetObject", "s3:PutObject")


@pytest.mark.parametrize(
    ("key", "has"),
    [
        ("aws:SourceIp", True),  # global
        ("aws:PrincipalTag/Team", True),
        ("s3:ExistingObjectTag/x", True),  # of the action; its end is free
        ("s3:prefix", False),  # of another action
        ("sqs:MessageSystemAttribute", False),
        ("sagemaker:DomainId", True),  # of no action: it is of the session
        ("ssm:SourceInstanceArn", True),
        ("s3:NoSuchKey", False),  # named by no documentation
        ("aws:NoSuchKey", False),
        ("nowhere:Key", False),
    ],
)
def test_keys_are_those_that_a_request_may_have(key: str, has: bool) -> None:
    statement = allow("s3:GetObject", Condition={"StringEquals": {key: "x"}})

    assert keys(statement) == {frozenset({key.lower()} if has else ())}


@pytest.mark.parametrize("key", ["s3:NoSuchKey", "aws:NoSuchKey", "nowhere:Key"])
def test_carefully_keys_that_no_documentation_names_may_be_there(key: str) -> None:
    statement = allow("s3:GetObject", Condition={"StringEquals": {key: "x"}})

    assert keys(statement, careful=True) == {frozenset({key.lower()})}


def test_carefully_documented_keys_of_others_are_still_absent() -> None:
    statement = allow("s3:GetObject", Condition={"StringEquals": {"s3:prefix": "x"}})

    assert keys(statement, careful=True) == {frozenset()}


def test_what_is_a_variable_every_request_may_have() -> None:
    assert keys(allow("s3:GetObject", f"{'arn:aws:s3:::'}${{s3:NoSuchKey}}")) == {
        frozenset({"s3:nosuchkey"})
    }


def test_an_unmade_action_may_have_the_keys_of_its_service() -> None:
    mentioned = {"s3:prefix": "x", "sqs:MessageSystemAttribute": "x", "s3:NoSuchKey": "x"}

    assert keys(allow("s3:NotYet", Condition={"StringEquals": mentioned})) == {
        frozenset({"s3:prefix"})
    }


def test_only_the_keys_that_the_statements_about_the_action_mention() -> None:
    found = keys(
        allow("s3:GetObject", Condition={"Null": {"aws:username": "true"}}),
        allow("s3:PutObject", Condition={"Null": {"aws:userid": "true"}}),
    )

    assert found == {frozenset({"aws:username"}), frozenset({"aws:userid"})}
