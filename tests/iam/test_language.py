"""compiler.iam.language: the words of texts and ARN formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import pattern
from compiler.iam import match
from compiler.iam.finding import PARTITIONS, Universe
from compiler.iam.language import ANY_ARN, ANY_TEXT, Languages, is_apart, is_of, tidy
from compiler.iam.text import hole, parse
from tests.laws import LAWS

if TYPE_CHECKING:
    from compiler.iam.predicate import Kind

UNIVERSE = Universe(holes={"Team": pattern.parse("[a-z]{2}")}, partitions=("aws", "aws-cn"))
LANGUAGES = Languages(UNIVERSE, prune=True)
UNPRUNED = Languages(UNIVERSE, prune=False)
READINGS: dict[Kind, match.Reading] = {
    "text": "wide", "any-case": "ignoring-case", "arn": "arn",
}  # fmt: skip

SEGMENTS = ["arn", "aws", "*", "?", "a*", "", "a?b"]
arns = st.lists(st.sampled_from(SEGMENTS), min_size=4, max_size=8).map(":".join)
said = st.lists(st.sampled_from(["arn", "aws", "a", "", "axb"]), min_size=4, max_size=8).map(
    ":".join
)


@LAWS
@given(st.lists(arns, min_size=1, max_size=3), said, st.sampled_from(["text", "arn"]))
def test_a_machine_has_what_the_evaluator_matches(
    written: list[str], word: str, kind: Kind
) -> None:
    texts = [parse(each) for each in written]
    expected = match.known(texts, READINGS[kind])(word)

    for languages in (LANGUAGES, UNPRUNED):
        assert languages.machine(frozenset((kind, each) for each in texts)).has(word) is expected
    assert LANGUAGES.test(kind, frozenset(texts))(word) is expected


@LAWS
@given(st.text("aAsSßkK\u212a*", max_size=4), st.text("aAsSßkK\u212a*", max_size=4))
def test_ignoring_case_too(written: str, word: str) -> None:
    text = parse(written, wildcards=False)

    has = LANGUAGES.machine(frozenset({("any-case", text)})).has
    assert has(word) is match.known([text], "ignoring-case")(word)


@pytest.mark.parametrize(
    ("kind", "written", "has", "has_not"),
    [
        ("text", "a${aws:username}b", ["axb", "axyb"], ["ab", "ax"]),
        ("text", "a${aws:username, ''}b", ["ab", "axb"], ["a"]),
        ("text", f"a{hole('Team')}", ["axy"], ["ax", "axyz", "aXY"]),
        ("text", f"a{hole('Any')}", ["a", "a:b"], ["b"]),
        ("any-case", hole("Team"), ["xY", "XY"], ["x", "xyz"]),
        # Where the segments are is not known: a variable may hold colons.
        ("arn", "arn:aws:${aws:username}:*", ["arn:aws:a:b:c:d"], ["arn:aws"]),
    ],
)
def test_what_is_open_takes_every_value(
    kind: Kind, written: str, has: list[str], has_not: list[str]
) -> None:
    test = LANGUAGES.test(kind, frozenset({parse(written)}))

    assert [each for each in (*has, *has_not) if test(each)] == has


def test_what_is_no_arn_is_like_none() -> None:
    for kind, expected in (("text", True), ("arn", False)):
        texts = frozenset({(kind, parse("a:b")), (kind, parse("a:*"))})
        assert LANGUAGES.machine(texts).has("a:b") is expected  # type: ignore[arg-type]


FORMS = {
    "arn:${Partition}:s3:::${BucketName}": (
        ["arn:aws:s3:::a", "arn:aws-cn:s3:::a.b"],
        ["arn:aws:s3:::", "arn:aws:s3:::a/b", "arn:aws:s3:::a:b", "arn:gcp:s3:::a"],
    ),
    "arn:${Partition}:s3:::${BucketName}/${ObjectName}": (
        ["arn:aws:s3:::a/b/c:d"],
        ["arn:aws:s3:::a", "arn:aws:s3:::a/"],
    ),
    "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}": (
        ["arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:sqs:a:b:c:d"],
        ["arn:aws:sqs::111122223333:q", "arn:aws:sqs:EU:1:q"],
    ),
    ANY_ARN: (
        ["arn:aws:s3:::a", "arn:aws:iam::111122223333:role/r"],
        ["arn:aws::::a", "arn:aws:s3::", "a"],
    ),
    ANY_TEXT: (["a", "arn:aws:s3:::a", "\n"], [""]),
}


@pytest.mark.parametrize("form", FORMS)
def test_formats(form: str) -> None:
    has, has_not = FORMS[form]

    for test in (LANGUAGES.form(form).has, is_of(form, UNIVERSE.partitions)):
        assert [each for each in (*has, *has_not) if test(each)] == has


def test_every_partition_unless_they_are_known() -> None:
    every = Languages(Universe(), prune=True).form("arn:${Partition}:s3:::${BucketName}")

    assert all(every.has(f"arn:{each}:s3:::a") for each in PARTITIONS)
    assert not LANGUAGES.form("arn:${Partition}:s3:::${BucketName}").has("arn:aws-iso:s3:::a")


def test_tidy_names_have_no_colon() -> None:
    form = tidy("arn:${Partition}:sqs:${Region}:${Account}:${QueueName}")
    has = LANGUAGES.form(form).has

    assert has("arn:aws:sqs:eu-west-1:111122223333:a/b.c")
    assert not has("arn:aws:sqs:eu-west-1:111122223333:a:b")
    assert not LANGUAGES.form(tidy("arn:${Partition}:s3:::${BucketName}")).has("arn:aws:s3:::a/b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arn:aws:sqs:*:*:fraud-*", False),
        ("arn:*:sqs:*:*:*", False),
        ("arn:aws:sns:*:*:*", True),
        ("arn:aws:sqs:*:*:other/*", False),
        ("arn:aws:sqs:*", False),
        ("arn:aws:sqs:*:*:*:x", False),
    ],
)
def test_a_look_at_segments_shows_what_no_tidy_name_is_like(text: str, expected: bool) -> None:
    form = tidy("arn:${Partition}:sqs:${Region}:${Account}:${QueueName}")

    assert is_apart(form, parse(text)) is expected
    assert not is_apart("arn:${Partition}:sqs:${Region}:${Account}:${QueueName}", parse(text))


def test_a_type_of_another_name_is_apart() -> None:
    form = tidy("arn:${Partition}:sagemaker:${Region}:${Account}:model/${ModelName}")

    assert is_apart(form, parse("arn:aws:sagemaker:*:*:training-job/*"))
    assert not is_apart(form, parse("arn:aws:sagemaker:*:*:model/*"))
    assert not is_apart(form, parse("arn:aws:sagemaker:*:*:mod*"))
    assert not is_apart(form, parse("arn:aws:sagemaker:*:*:${aws:username}/x"))
