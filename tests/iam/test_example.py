"""compiler.iam.example: values that read well."""

from __future__ import annotations

import pytest

from compiler.iam.example import filled, resources, values
from compiler.iam.finding import Universe
from compiler.iam.text import parse

QUEUE = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"
UNIVERSE = Universe()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a", "a"),
        ("*", "example"),
        ("a*", "a-example"),
        ("a/*", "a/example"),
        ("a?*", "ax-example"),
        ("*-?", "example-x"),
        ("", ""),
    ],
)
def test_wildcards_are_filled(written: str, expected: str) -> None:
    assert filled(parse(written)) == expected


def test_a_resource_is_first_the_format_itself() -> None:
    assert list(resources(QUEUE, [], UNIVERSE)) == ["arn:aws:sqs:eu-west-1:111122223333:example"]


def test_what_a_text_leaves_open_is_the_formats() -> None:
    found = list(resources(QUEUE, [parse("arn:aws:sqs:*:*:team-*")], UNIVERSE))

    assert found[1] == "arn:aws:sqs:eu-west-1:111122223333:team-example"


def test_placeholders_in_either_spelling() -> None:
    assert next(resources("arn:${Partition}:x:::<name>/${Other}", [], UNIVERSE)) == (
        "arn:aws:x:::example/example"
    )


@pytest.mark.parametrize(
    ("key", "arn", "expected"),
    [
        ("aws:username", False, "example"),
        ("aws:requestedregion", False, "eu-west-1"),
        ("aws:resourceaccount", False, "111122223333"),
        ("sagemaker:vpcsubnets", False, "subnet-0a1b2c3d4e5f60718"),
        ("aws:sourcearn", True, "arn:aws:aws:eu-west-1:111122223333:example"),
        (
            "sagemaker:volumekmskey",
            True,
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ),
    ],
)
def test_keys_have_values_of_their_own(key: str, arn: bool, expected: str) -> None:
    assert next(values(key, [], UNIVERSE, arn=arn)) == expected


def test_a_key_is_what_it_is_compared_with() -> None:
    assert list(values("aws:username", [parse("a*"), parse("b")], UNIVERSE, arn=False)) == [
        "a-example", "b", "example",
    ]  # fmt: skip
