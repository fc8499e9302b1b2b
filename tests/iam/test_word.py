"""compiler.iam.word: the shortest word that is in some automata and in none of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam.automaton import EVERY, Builder, TooHardError, characters
from compiler.iam.word import word
from tests.iam.globs import LETTERS, globs, machine, matches, words
from tests.laws import LAWS

MOST = 10_000
unions = st.lists(globs, min_size=1, max_size=3)


@LAWS
@given(st.lists(unions, min_size=1, max_size=3), st.lists(unions, max_size=2), st.booleans())
def test_it_is_a_shortest_one_or_there_is_none(
    inside: list[list[str]], outside: list[list[str]], prune: bool
) -> None:
    """The reference: "breadth-first […]; the shortest word is the witness"."""

    def fits(said: str) -> bool:
        return all(matches(each, said) for each in inside) and not any(
            matches(each, said) for each in outside
        )

    found = word(
        [machine(*each, prune=prune) for each in inside],
        [machine(*each, prune=prune) for each in outside],
        MOST,
    )

    # One letter more than the globs name stands for all others.
    expected = next(filter(fits, words(f"{LETTERS}c", 6)), None)
    if expected is None:
        assert found is None or (len(found) > 6 and fits(found))
    else:
        assert found is not None
        assert fits(found)
        assert len(found) == len(expected)


@LAWS
@given(st.lists(unions, min_size=1, max_size=3), st.lists(unions, max_size=3))
def test_pruned_is_unpruned(inside: list[list[str]], outside: list[list[str]]) -> None:
    """The reference: "keep the star's position: a mistake here lost 3 % of findings"."""
    pruned, whole = (
        word(
            [machine(*each, prune=prune) for each in inside],
            [machine(*each, prune=prune) for each in outside],
            MOST,
        )
        for prune in (True, False)
    )

    assert (pruned is None) is (whole is None)
    assert len(pruned or "") == len(whole or "")


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [
        (["*"], [], ""),
        (["?*"], [], "a"),
        (["?*"], ["a"], "b"),
        (["?"], [*"abcdefghijklmnopqrstuvwxyz"], "0"),  # what reads best
        (["*b*", "a*"], [], "ab"),
        (["a*"], ["a", "a?"], "aaa"),
        (["a*"], ["*"], None),
        (["a"], ["?"], None),
        (["*"], ["", "?*"], None),
        (["é*"], ["é"], "éa"),
    ],
)
def test_examples(inside: list[str], outside: list[str], expected: str | None) -> None:
    found = word([machine(each) for each in inside], [machine(each) for each in outside], MOST)

    assert found == expected


def test_where_all_named_characters_are_refused_another_one_is_found() -> None:
    builder = Builder()
    builder.end(builder.one(builder.start(), EVERY))
    named = Builder()
    named.end(named.one(named.start(), characters("".join(map(chr, range(32, 127))))))

    found = word([builder.machine()], [named.machine()], MOST)

    assert found is not None
    assert not found.isascii()


def test_over_the_limit_the_search_is_given_up() -> None:
    refused = [machine(f"*{each}*") for each in ("aa", "bb", "ab")]

    with pytest.raises(TooHardError, match="no end after 3 states of the automata"):
        word([machine("a?????b")], refused, 3)
