"""Globs as automata, and the plainest test of whether one matches."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from compiler.iam.automaton import EVERY, Builder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.iam.automaton import Machine

LETTERS = "ab"

globs = st.text(f"{LETTERS}*?", max_size=5)


def machine(*several: str, prune: bool = True) -> Machine:
    """The words that one of some globs matches."""
    builder = Builder()
    for each in several:
        state = builder.start()
        for one in each:
            if one == "*":
                state = builder.many(state)
            else:
                state = builder.one(state, EVERY) if one == "?" else builder.literal(state, one)
        builder.end(state)
    return builder.machine(prune=prune)


def matches(several: Iterable[str], said: str) -> bool:
    return any(fnmatchcase(said, each) for each in several)


def words(letters: str, longest: int) -> Iterator[str]:
    """Every word of some letters, the shortest first."""
    for length in range(longest + 1):
        for each in product(letters, repeat=length):
            yield "".join(each)
