"""Whether one text surely matches whatever another one does, told by their characters alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.iam.text import Hole, Literal, Text, Variable

if TYPE_CHECKING:
    from compiler.iam.predicate import Predicate


def surely_covers(narrow: Predicate, one: Text, wide: Predicate, other: Text) -> bool:
    """Whether what is like a text of one predicate is surely like a text of another."""
    return narrow.kind == wide.kind and covers(other, one, segmented=wide.kind == "arn")


@lru_cache(maxsize=100_000)
def covers(wide: Text, narrow: Text, *, segmented: bool = False) -> bool:
    """Whether a text surely matches whatever another one does, variables and holes being equal.

    A yes is a proof; a no is none.

    Args:
        wide: the one.
        narrow: the other.
        segmented: whether they are read as ARNs, whose first five segments no wildcard leaves.
    """
    if wide == narrow:
        return True
    one, two = _symbols(wide, segmented=segmented), _symbols(narrow, segmented=segmented)
    # Where in `wide` a match of the symbols of `narrow` so far may stand.
    at = {0}
    for each in two:
        at = {
            index if one[index] in _MANY else index + 1
            for index in _skipping(one, at)
            if index < len(one) and _includes(one[index], each)
        }
        if not at:
            return False
    return len(one) in _skipping(one, at)


_MANY = ("*", "*:")
_SEGMENTS = 6


def _includes(mine: object, other: object) -> bool:
    """Whether a symbol stands for all that another one does."""
    if mine in (other, "*"):
        return True
    if isinstance(other, Variable | Hole) or other == "*":
        # Without a default there is nothing to match while the key is absent.
        return other == Variable(getattr(mine, "key", ""))
    if mine == "?":
        return other != "*:"
    # Within a segment there is no colon.
    if mine == "*:":
        return other not in (":", "?")
    return mine == "?:" and other not in (":", "?", "*:")


def _skipping(symbols: tuple[object, ...], at: set[int]) -> set[int]:
    reached = set(at)
    waiting = list(at)
    while waiting:
        index = waiting.pop()
        if index < len(symbols) and symbols[index] in _MANY and index + 1 not in reached:
            reached.add(index + 1)
            waiting.append(index + 1)
    return reached


@lru_cache(maxsize=100_000)
def _symbols(text: Text, *, segmented: bool) -> tuple[object, ...]:
    """Characters, wildcards, variables and holes, each as one. A literal `*` is set apart.

    `*:` and `?:` are wildcards that match no colon.
    """
    found: list[object] = []
    for token in text:
        within = ":" if segmented and found.count(":") < _SEGMENTS - 1 else ""
        match token:
            case Literal(characters):
                found += [("", each) if each in "*?" else each for each in characters]
            case Variable() | Hole():
                found.append(token)
            case _:
                found.append(("*" if token.many else "?") + within)
    return tuple(found)
