"""Random texts that match several patterns at once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from compiler.iam.arn import Step, Steps, documented, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

ALPHABET = "abkxz019-_./"
_FEW = 3
"""Characters, at most, of a text that nothing suggests."""

_MOST_STATES = 20_000


@cache
def exactly(text: str) -> Steps:
    """A pattern in which nothing is a wildcard."""
    return tuple(Step(frozenset(each)) for each in text)


@cache
def glob(text: str) -> Steps:
    """A pattern in which only `*` and `?` are wildcards."""
    return literal(text)


@cache
def arn(pattern: str, partition: str, region: str, account: str) -> Steps:
    """The ARNs of a documented format that are of one partition, Region and account.

    Where the format says `*`, as some do for the account, it stands for any segment.
    """
    segments = pattern.split(":", 5)
    place = {1: partition, 3: region, 4: account}
    for index, own in place.items():
        if segments[index].startswith("${"):
            segments[index] = own
        elif segments[index] == "*":
            segments[index] = "${Any}"
    return tuple(map(_of_bucket, documented(":".join(segments))))


def _of_bucket(step: Step) -> Step:
    """A character of a bucket's name, which holds no colon either."""
    return replace(step, forbidden=frozenset("/:")) if "/" in step.forbidden else step


def word(rng: Random, fillers: Sequence[str], *patterns: Steps) -> str | None:
    """A text that matches all patterns, or None where there is none.

    A search of the patterns' product, depth first in random order; where every pattern stands in a
    wildcard of many characters, a filler or a few characters may go in.

    Args:
        rng: decides.
        fillers: texts to put in, such as the literals of other patterns.
        patterns: at least one.
    """
    ends = tuple(map(len, patterns))
    start = tuple(0 for _ in patterns)
    seen = {start}
    path: list[tuple[str, Iterator[tuple[str, tuple[int, ...]]]]] = [
        (_fill(rng, fillers, patterns, start), _moves(rng, patterns, start))
    ]
    while path:
        if len(seen) > _MOST_STATES:
            return None
        move = next(path[-1][1], None)
        if move is None:
            path.pop()
            continue
        character, state = move
        if state in seen:
            continue
        seen.add(state)
        text = character + _fill(rng, fillers, patterns, state)
        path.append((text, _moves(rng, patterns, state)))
        if state == ends:
            return "".join(each for each, _ in path)
    return None


def _moves(
    rng: Random, patterns: Sequence[Steps], state: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    steps = [
        pattern[at] if at < len(pattern) else None
        for pattern, at in zip(patterns, state, strict=True)
    ]
    moves: list[tuple[str, tuple[int, ...]]] = []
    for index, step in enumerate(steps):
        if step is not None and step.many:
            moves.append(("", (*state[:index], state[index] + 1, *state[index + 1 :])))
    present = [each for each in steps if each is not None]
    if len(present) == len(steps) and not all(each.many for each in present):
        character = _common(rng, present)
        if character:
            after = tuple(
                at if step.many else at + 1 for at, step in zip(state, present, strict=True)
            )
            moves.append((character, after))
    rng.shuffle(moves)
    return iter(moves)


def _common(rng: Random, steps: Sequence[Step]) -> str:
    """A character that all steps take, or nothing."""
    finite = [each.allowed for each in steps if each.allowed is not None]
    forbidden = frozenset[str]().union(*(each.forbidden for each in steps))
    if finite:
        characters = frozenset.intersection(*finite) - forbidden
        return rng.choice(sorted(characters)) if characters else ""
    return rng.choice([each for each in ALPHABET if each not in forbidden])


def _fill(
    rng: Random, fillers: Sequence[str], patterns: Sequence[Steps], state: tuple[int, ...]
) -> str:
    """A text for where every pattern stands in a wildcard of many characters; else nothing."""
    forbidden: set[str] = set()
    for pattern, at in zip(patterns, state, strict=True):
        if at >= len(pattern) or not pattern[at].many or pattern[at].allowed is not None:
            return ""
        forbidden |= pattern[at].forbidden
    chance = rng.random()
    if chance < 0.5:
        return ""
    if fillers and chance < 0.8:
        text = rng.choice(fillers)
    else:
        text = "".join(rng.choices(ALPHABET, k=rng.randint(1, _FEW)))
    return "".join(each for each in text if each not in forbidden)


def altered(rng: Random, text: str) -> str:
    """A text that is one character off: dropped, added, exchanged, or of the other case."""
    at = rng.randrange(len(text)) if text else 0
    match rng.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + rng.choice(ALPHABET) + text[at:]
        case 2:
            return text[:at] + rng.choice(ALPHABET) + text[at + 1 :]
        case _:
            return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]


def matches(pattern: Steps, text: str) -> bool:
    """Whether a text is of a pattern."""
    states = _closed(pattern, {0})
    for character in text:
        states = _closed(
            pattern,
            {
                at if pattern[at].many else at + 1
                for at in states
                if at < len(pattern) and _takes(pattern[at], character)
            },
        )
    return len(pattern) in states


def _takes(step: Step, character: str) -> bool:
    if step.allowed is None:
        return character not in step.forbidden
    return character in step.allowed


def _closed(pattern: Steps, states: set[int]) -> set[int]:
    """With the wildcards skipped that may be empty."""
    found = set(states)
    for at in sorted(states):
        here = at
        while here < len(pattern) and pattern[here].many:
            here += 1
            found.add(here)
    return found
