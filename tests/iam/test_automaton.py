"""compiler.iam.automaton: sets of words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import pattern
from compiler.iam.automaton import (
    ABSORBED,
    DEAD,
    EVERY,
    Builder,
    TooHardError,
    characters,
    readable,
)
from tests.iam.globs import LETTERS, globs, machine, matches, words
from tests.laws import LAWS
from tests.strategies import PATTERNS


def walked(*several: str, said: str, prune: bool = True) -> int:
    made = machine(*several, prune=prune)
    state = made.start
    for each in said:
        if state != ABSORBED:
            state = made.step(state, characters(each).bit_length() - 1)
    return state


@LAWS
@given(st.lists(globs, max_size=3), st.booleans())
def test_the_words_are_those_that_one_of_the_globs_matches(several: list[str], prune: bool) -> None:
    made = machine(*several, prune=prune)

    for each in words(f"{LETTERS}c", 4):
        assert made.has(each) is matches(several, each)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("ab", ABSORBED),  # everything follows
        ("ab?*", ABSORBED),
        ("b", DEAD),  # nothing does
        ("aa", DEAD),
    ],
)
def test_a_state_knows_that_all_or_nothing_follows(said: str, state: int) -> None:
    assert walked("ab*", said=said) == state


def test_an_end_behind_a_star_absorbs_and_a_letter_behind_it_does_not() -> None:
    assert walked("a*b", said="ab") != ABSORBED
    assert walked("a*b", "ab*", said="ab") == ABSORBED
    assert walked("*", said="") == ABSORBED


def test_unpruned_nothing_absorbs() -> None:
    assert walked("*", said="", prune=False) != ABSORBED


def test_before_the_highest_star_nothing_is_kept() -> None:
    """What was before the second star in an alternative: it can do no more than the star can."""
    assert walked("*a*b", said="aaa") == walked("*a*b", said="a")
    assert walked("*a*b", said="aaa", prune=False) != walked("*a*b", said="", prune=False)


def test_a_machine_of_nothing_has_no_word() -> None:
    made = machine()

    assert made.start == DEAD
    assert not made.has("")
    assert not made.has("a")


def test_the_one_character_that_leads_on_is_known() -> None:
    made = machine("ab")

    assert readable(made.only(made.start)) == "a"
    assert machine("a", "b").only(machine("a", "b").start) == -1
    assert machine("?").only(machine("?").start) == -1


def test_characters_beyond_ascii_are_told_apart() -> None:
    made = machine("é?", "\U0001f600*")

    assert made.has("éé")
    assert made.has("é\U0001f600")
    assert made.has("\U0001f600")
    assert not made.has("e?")
    assert not made.has("é")


def test_a_character_that_no_text_names_is_spelled_as_one_that_none_does() -> None:
    first = readable(1_023)
    assert machine(first).has(first)

    assert readable(1_023) != first


def test_any_of_a_set_any_number_of_times() -> None:
    builder = Builder()
    builder.end(builder.many(builder.literal(builder.start(), "x"), characters("ab")))
    made = builder.machine()

    assert [each for each in ("x", "xab", "xabc", "", "ab") if made.has(each)] == ["x", "xab"]


def test_one_of_several_words_and_what_follows() -> None:
    builder = Builder()
    state = builder.choice(builder.start(), ("aws", "aws-cn"))
    builder.end(builder.literal(state, ":"))
    made = builder.machine()

    assert [each for each in ("aws:", "aws-cn:", "aws", "aws-:", ":") if made.has(each)] == [
        "aws:", "aws-cn:",
    ]  # fmt: skip


@LAWS
@given(PATTERNS, st.data())
def test_node_admits_what_the_pattern_matches(written: str, data: st.DataObject) -> None:
    node = pattern.parse(written)
    builder = Builder()
    builder.end(builder.node(builder.start(), node))
    made = builder.machine()
    letters = sorted(pattern.alphabet(node) | set("a-"))[:40]
    likely = st.sampled_from([pattern.longest(node), pattern.shortest(node)])
    said = data.draw(st.text(st.sampled_from(letters), max_size=6) | likely)

    assert made.has(said) is pattern.matches(node, said)


# Not only ASCII: K stands for k, and a final sigma for others.
FOLDED = "aAsSßẞkK\u212a\u03c3\u03c2\u03a3ﬀfF1"


@LAWS
@given(st.text(FOLDED, max_size=4), st.text(FOLDED, max_size=4))
def test_where_case_is_ignored_words_are_alike_that_casefold_alike(one: str, other: str) -> None:
    builder = Builder()
    builder.end(builder.folded(builder.start(), one))
    builder.ignore_case()

    assert builder.machine().has(other) is (one.casefold() == other.casefold())


@LAWS
@given(
    st.sampled_from(["[a-k]{1,2}", "ß", "[sß]{2}", "a(ss|f)?"]), st.text("aAsSßẞﬀfFk", max_size=5)
)
def test_a_folded_pattern_admits_what_is_like_one_of_its_values(written: str, said: str) -> None:
    node = pattern.parse(written)
    builder = Builder()
    builder.end(builder.node(builder.start(), node, folded=True))
    builder.ignore_case()
    values = {each.casefold() for each in words("abcdefghijkßs", 3) if pattern.matches(node, each)}

    assert builder.machine().has(said) is (said.casefold() in values)


def test_one_character_may_stand_across_the_begin_of_what_is_not_known() -> None:
    """`ß` is an s of the text and an s of the value behind it."""
    builder = Builder()
    state = builder.folded(builder.start(), "as")
    builder.end(builder.many(builder.one(state, EVERY)))
    builder.ignore_case()
    made = builder.machine()

    assert [each for each in ("aß", "asx", "ASS", "as", "a", "ß") if made.has(each)] == [
        "aß", "asx", "ASS",
    ]  # fmt: skip


def test_a_pattern_of_too_many_states_is_too_hard() -> None:
    builder = Builder()

    with pytest.raises(TooHardError, match="takes more than 200,000 states"):
        builder.node(builder.start(), pattern.parse("(a{4096}){4096}"))
