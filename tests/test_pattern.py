"""compiler.pattern: a bounded part of regular expressions, that means what Python's mean."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compiler.pattern import (
    Choice,
    PatternError,
    alphabet,
    longest,
    matches,
    parse,
    sample,
    shortest,
    size,
)
from tests.strategies import PATTERNS, SETTINGS


def compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", FutureWarning
        )  # of sets in classes, which it does not have yet
        return re.compile(pattern, re.ASCII)


@pytest.mark.parametrize(
    ("pattern", "problem", "offset"),
    [
        ("a*", "'*' repeats without bound; say how often, as in {1,64}", 1),
        ("[a-z]+", "'+' repeats without bound; say how often, as in {1,64}", 5),
        (
            "^a$",
            "'^' has no meaning here (a pattern is always matched whole); write '\\^' for itself",
            0,
        ),
        (".", "'.' has no meaning here; write '\\.' for itself", 0),
        ("a{2", "a count is {m} or {m,n}, with m at most n and n at most 4096", 1),
        ("a{3,2}", "a count is {m} or {m,n}, with m at most n and n at most 4096", 1),
        ("a{2,}", "a count is {m} or {m,n}; both numbers are needed", 1),
        ("a{", "a count is {m} or {m,n}; both numbers are needed", 1),
        ("a{٣}", "a count is {m} or {m,n}; both numbers are needed", 1),
        ("a{4097}", "a count is {m} or {m,n}, with m at most n and n at most 4096", 1),
        (
            "a{" + "9" * 5_000 + "}",
            "a count is {m} or {m,n}, with m at most n and n at most 4096",
            1,
        ),
        ("(a", "this group is not closed", 0),
        ("a)", "')' does not belong here", 1),
        ("(?=a)", "of the groups that begin with '(?' only '(?:' is known", 0),
        ("(" * 30 + ")" * 30, "groups stand in at most 20 others", 20),
        ("[a", "this class is not closed", 0),
        ("[]", "this class is empty", 0),
        ("[^a]", "a class says what is allowed; '[^' says what is not", 0),
        ("[z-a]", "a range goes from a character to a later one", 0),
        ("[\\d-z]", "a range goes from a character to a later one", 0),
        ("[a-\\w]", "a range goes from a character to a later one", 0),
        ("[a[b]", "write '\\[' for '[' in a class", 2),
        ("[a&&b]", "write '\\&' for '&' in a class", 2),
        ("\\s", "of the escapes with a letter only \\d and \\w are known, not \\s", 0),
        ("\\", "an escape ends too early", 0),
    ],
)
def test_what_is_not_in_the_language_is_refused_at_its_place(
    pattern: str, problem: str, offset: int
) -> None:
    with pytest.raises(PatternError) as refused:
        parse(pattern)

    assert (str(refused.value), refused.value.offset) == (problem, offset)


@given(st.text("ab0.^$*+?{}[]()|\\-,:é\n", max_size=20))
@SETTINGS
def test_parse_gives_a_pattern_or_its_own_error(text: str) -> None:
    offset = 0
    try:
        parse(text)
    except PatternError as refused:
        offset = refused.offset

    assert 0 <= offset <= max(0, len(text) - 1)


@given(PATTERNS)
@example("(a|ab)(c|bcd)")
@SETTINGS
def test_the_longest_and_the_shortest_are_matched(pattern: str) -> None:
    node = parse(pattern)

    for value in (longest(node), shortest(node)):
        assert matches(node, value)
        assert compiled(pattern).fullmatch(value)
        assert set(value) <= alphabet(node)
    assert len(shortest(node)) <= len(longest(node))


@given(PATTERNS)
@SETTINGS
def test_size_is_a_bound_of_the_longest(pattern: str) -> None:
    node = parse(pattern)

    assert len(longest(node).encode()) <= size(node)
    if pattern.isascii():
        assert len(longest(node)) == size(node)


@given(PATTERNS, st.data())
@SETTINGS
def test_matches_is_fullmatch(pattern: str, data: st.DataObject) -> None:
    letters = sorted(alphabet(parse(pattern)) | set("aZ0-é"))
    near = st.text(st.sampled_from(letters), max_size=8)
    text = data.draw(st.one_of(near, st.from_regex(compiled(pattern), fullmatch=True)))

    assert matches(parse(pattern), text) is bool(compiled(pattern).fullmatch(text))


@given(st.text("ab-.\\[]09|(){}?,é", max_size=10), st.text("ab-.09é", max_size=6))
@SETTINGS
def test_what_is_parsed_python_reads_in_the_same_way(pattern: str, text: str) -> None:
    try:
        node = parse(pattern)
    except PatternError:
        return

    assert matches(node, text) is bool(compiled(pattern).fullmatch(text))


def test_what_has_billions_of_characters_is_measured_without_building_it() -> None:
    node = parse("((((a{4096}){4096}){4096}){4096}){4096}")

    assert size(node) == 4096**5


@pytest.mark.parametrize(
    "pattern", ["(((a?){4096}){4096}){4096}", "((){4096}){4096}", "((a|a){9}){4096}"]
)
def test_hostile_repetition_is_matched_in_no_time(pattern: str) -> None:
    began = time.process_time()

    assert not matches(parse(pattern), "aaab")
    assert time.process_time() - began < 2


def test_alternatives_are_a_choice_only_where_there_are_several() -> None:
    assert isinstance(parse("a|b"), Choice)
    assert not isinstance(parse("(a)"), Choice)


@pytest.mark.parametrize(
    ("pattern", "liked", "expected"),
    [
        ("[a-z]{3,8}", "xyz", "xxx"),
        ("[0-9]{2}", "xyz", "00"),  # nothing is liked: the first there is
        ("[a-z0-9-]{1,4}", "", "-"),
        ("ab|cdef", "f", "ab"),
        ("(a|b)?", "b", ""),
        ("arn:aws(?:-cn)?:[a-z]{2}", "q", "arn:aws:qq"),
    ],
)
def test_a_sample_is_of_the_characters_that_are_liked(
    pattern: str, liked: str, expected: str
) -> None:
    assert sample(parse(pattern), liked) == expected


@given(PATTERNS, st.text("az09-é", max_size=4))
@SETTINGS
def test_a_sample_is_matched(pattern: str, liked: str) -> None:
    node = parse(pattern)

    assert matches(node, sample(node, liked))
