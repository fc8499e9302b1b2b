"""compiler.iam.arn: patterns of ARNs, and whether two can name one thing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam.arn import ANY, Step, Steps, documented, literal, overlap, resource_prefix
from tests.laws import LAWS

LETTERS = "ab/"
LONGEST = 4

steps = st.builds(
    Step,
    st.none() | st.frozensets(st.sampled_from(LETTERS), min_size=1),
    many=st.booleans(),
)
patterns = st.lists(steps, max_size=4).map(tuple)


def matching(pattern: Steps) -> set[str]:
    """All texts over the letters, up to a length, that a pattern matches."""
    texts = ("".join(each) for size in range(LONGEST + 1) for each in product(LETTERS, repeat=size))
    return {text for text in texts if matches(pattern, text)}


def matches(pattern: Steps, text: str) -> bool:
    if not pattern:
        return not text
    step, rest = pattern[0], pattern[1:]
    head = (
        bool(text)
        and (step.allowed is None or text[0] in step.allowed)
        and text[0] not in step.forbidden
    )
    if step.many:
        return matches(rest, text) or (head and matches(pattern, text[1:]))
    return head and matches(rest, text[1:])


@LAWS
@given(patterns, patterns)
def test_overlap_is_that_some_text_matches_both(first: Steps, second: Steps) -> None:
    """Of patterns of up to four steps a text of at most eight letters is a witness."""
    shared = matching(first) & matching(second)

    assert overlap(first, second) == overlap(second, first)
    if shared:
        assert overlap(first, second)
    elif len([each for each in (*first, *second) if not each.many]) <= LONGEST:
        # A shortest witness has a letter for each single step at most, and so was looked at.
        assert not overlap(first, second)


@LAWS
@given(patterns)
def test_everything_overlaps_the_wildcard_and_itself(pattern: Steps) -> None:
    assert overlap(pattern, (ANY,))
    assert overlap(pattern, pattern)


@pytest.mark.parametrize(
    ("written", "reference", "expected"),
    [
        ("arn:aws:s3:::bucket", "arn:${Partition}:s3:::${BucketName}", True),
        ("arn:aws:s3:::bucket/*", "arn:${Partition}:s3:::${BucketName}", False),
        ("arn:aws:s3:::bucket/key", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:::bucket", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", False),
        ("arn:aws:s3:::*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("*", "arn:${Partition}:s3:::${BucketName}", True),
        ("arn:aws:s3:::", "arn:${Partition}:s3:::${BucketName}", False),
        (
            "arn:aws:iam::1:role/a/b/c",
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
            True,
        ),
        (
            "arn:aws:iam::1:user/a",
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
            False,
        ),
        ("arn:aws:x:::a?c", "arn:${Partition}:x:::abc", True),
        ("arn:aws:x:::a?", "arn:${Partition}:x:::abc", False),
        ("arn:aws:x:::tag", "arn:${Partition}:x:::<name>", True),
    ],
)
def test_what_is_written_against_what_is_documented(
    written: str,
    reference: str,
    expected: bool,
) -> None:
    assert expected == overlap(literal(written), documented(reference))


def test_text_matches_itself_alone() -> None:
    assert overlap(literal("a.b"), literal("a.b"))
    assert not overlap(literal("a.b"), literal("axb"))
    assert literal("a*?") == (Step(frozenset("a")), ANY, Step(None))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Step(frozenset("ab")), Step(frozenset("bc")), True),
        (Step(frozenset("a")), Step(frozenset("b")), False),
        (Step(None, frozenset("/")), Step(frozenset("/")), False),
        (Step(None, frozenset("/")), Step(frozenset("/a")), True),
        (Step(None, frozenset("/")), Step(None), True),
    ],
)
def test_two_steps_meet_in_a_character(one: Step, other: Step, expected: bool) -> None:
    assert expected == one.meets(other)
    assert expected == other.meets(one)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:${Partition}:sagemaker:${Region}:${Account}:model/${ModelName}", "model/"),
        ("arn:${Partition}:s3:::${BucketName}/${ObjectName}", ""),
        ("arn:${Partition}:glue:${Region}:${Account}:catalog", "catalog"),
    ],
)
def test_the_resource_of_a_documented_arn_begins_so(pattern: str, expected: str) -> None:
    assert resource_prefix(documented(pattern)) == expected


def test_where_a_wildcard_may_hold_a_colon_nothing_is_known_of_the_resource() -> None:
    assert resource_prefix(literal("arn:aws:sagemaker:*:model/x:a")) == ""
