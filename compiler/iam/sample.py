"""Values for holes of which nothing was asked, the ones that read best first."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.iam import example
from compiler.iam.automaton import Builder, TooHardError
from compiler.iam.word import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.iam.automaton import Machine
    from compiler.iam.finding import Universe
    from compiler.pattern import Node

_MOST = 20_000
"""States after which a better value is no longer searched for."""

_LIKED = ("abcdefghijklmnopqrstuvwxyz0123456789", "zyxwvutsrqponmlkjihgfedcba9876543210")


def samples(node: Node | None, universe: Universe) -> Iterator[str]:
    """Values that a pattern admits.

    Args:
        node: the pattern; None where any text is admitted.
        universe: the partition, the Region and the account that are preferred.
    """
    if node is None:
        yield example.WORD
        return
    place = (universe.partition, universe.region, universe.account)
    best = _best(node, place)
    if best is not None:
        yield best
    for each in _LIKED:
        yield pattern.sample(node, each)
    yield pattern.shortest(node)


@lru_cache(maxsize=4_096)
def _best(node: Node, place: tuple[str, str, str]) -> str | None:
    """The shortest value that is an ARN of the place, or ends in a word that says what it is."""
    partition, region, account = place
    admitted = Builder()
    admitted.end(admitted.node(admitted.start(), node))
    known = admitted.machine()
    for head in (f"{partition}:|:{region}:{account}:", f"{partition}:|::{account}:"):
        before, _, after = head.partition("|")
        for tail in (example.WORD, ""):
            if found := _like(known, ("arn:" + before, after, tail)):
                return found
    return _like(known, ("", example.WORD))


def _like(known: Machine, parts: tuple[str, ...]) -> str | None:
    """A shortest value that begins with the first part, ends with the last, and has all between."""
    builder = Builder()
    state = builder.literal(builder.start(), parts[0])
    for each in parts[1:]:
        state = builder.literal(builder.many(state), each)
    builder.end(state)
    try:
        return word((known, builder.machine()), (), _MOST)
    except TooHardError:
        return None
