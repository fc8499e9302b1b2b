"""compiler.iam.folding: characters that are the same where case is ignored."""

from __future__ import annotations

import sys

import pytest

from compiler.iam.folding import alike, expanding


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("a", {"a", "A"}),
        ("k", {"k", "K", "\u212a"}),
        ("s", {"s", "S", "\u017f"}),
        ("ss", {"ß", "ẞ"}),
        ("\u03c3", {"\u03c3", "\u03c2", "\u03a3"}),
        ("1", {"1"}),
        ("-", {"-"}),
        ("A", set()),  # nothing folds to it
        ("ab", set()),
    ],
)
def test_the_characters_that_fold_to_a_text(folded: str, expected: set[str]) -> None:
    assert alike(folded) == expected


def test_those_that_fold_to_several_are_all_of_pythons() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    several = {each for each in every if len(each.casefold()) > 1}

    assert frozenset().union(*expanding().values()) == several
