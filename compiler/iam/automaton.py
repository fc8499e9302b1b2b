"""Sets of words as automata, and the shortest word that is in some of them and in none of others.

A machine is built nondeterministic; its deterministic states are made when they are first reached,
and kept. Machines are never multiplied beforehand: `word` walks all of them at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Characters = int
"""A set of characters, one bit each: the lowest are those that read best in a witness."""

_BEST = "abcdefghijklmnopqrstuvwxyz0123456789-/_.ABCDEFGHIJKLMNOPQRSTUVWXYZ:@+=,#~^%&!;|'\"`()[]{}<>\\ ?*$"
_ALPHABET = 1_024
"""Characters that are told apart. What no text names, the last ones stand for."""

_named: list[str] = list(_BEST)
_number: dict[str, int] = {each: index for index, each in enumerate(_BEST)}

EVERY: Characters = (1 << _ALPHABET) - 1

ABSORBED = -1
"""The state in which every continuation is accepted."""

DEAD = 0
"""The state in which none is."""


class TooHardError(Exception):
    """The question is over the limits: its answer is not known."""


def _numbered(character: str) -> int:
    found = _number.get(character)
    if found is None:
        if len(_named) == _ALPHABET - 1:
            raise TooHardError("the policies name more different characters than are told apart")
        found = _number[character] = len(_named)
        _named.append(character)
    return found


def _readable(number: int) -> str:
    # A number that no character has yet stands for whatever no text names.
    return _named[number] if number < len(_named) else chr(0x4E00 + number)


@lru_cache(maxsize=65_536)
def characters(allowed: str | frozenset[str]) -> Characters:
    """The set of the given characters."""
    return sum({1 << _numbered(each) for each in allowed})


def _bits(state: int) -> Iterator[int]:
    while state:
        lowest = state & -state
        yield lowest.bit_length() - 1
        state ^= lowest


class Machine:
    """A set of words. A state is a set of the builder's states, as bits, or `ABSORBED` or `DEAD`."""

    def __init__(self, builder: Builder, *, prune: bool) -> None:
        self._edges = builder.edges
        self._closures = builder.closures()
        self._ends = sum({1 << each for each in builder.ends})
        self._loops = sum(1 << each for each in builder.below) if prune else 0
        self._below = builder.below
        self._absorbing = sum(
            1 << each for each in builder.below if prune and self._closures[each] & self._ends
        )
        self._steps: dict[tuple[int, int], int] = {}
        self._labels: dict[int, frozenset[Characters]] = {}
        self._only: dict[int, int] = {}
        start = 0
        for each in builder.starts:
            start |= self._closures[each]
        self.start = self._settled(start)

    def accepts(self, state: int) -> bool:
        """Whether a word may end here."""
        return state == ABSORBED or bool(state & self._ends)

    def step(self, state: int, number: int) -> int:
        """Where a character leads."""
        known = self._steps.get((state, number))
        if known is None:
            after, bit = 0, 1 << number
            for each in _bits(state):
                for allowed, target in self._edges[each]:
                    if allowed & bit:
                        after |= self._closures[target]
            known = self._steps[state, number] = self._settled(after)
        return known

    def labels(self, state: int) -> frozenset[Characters]:
        """The sets of characters by which a state is left."""
        known = self._labels.get(state)
        if known is None:
            known = self._labels[state] = frozenset(
                allowed for each in _bits(state) for allowed, _ in self._edges[each]
            )
        return known

    def only(self, state: int) -> int:
        """The one character by which a state is left, or -1 where there are several."""
        known = self._only.get(state)
        if known is None:
            labels = self.labels(state)
            label = next(iter(labels)) if len(labels) == 1 else 0
            single = label and not label & (label - 1)
            known = self._only[state] = label.bit_length() - 1 if single else -1
        return known

    def has(self, text: str) -> bool:
        """Whether a text is one of the words."""
        state = self.start
        for each in text:
            if state == ABSORBED:
                return True
            state = self.step(state, _numbered(each))
        return self.accepts(state)

    def _settled(self, state: int) -> int:
        """Forget what adds no word.

        Who stands in a loop over every character can do whatever can be done from before it: all
        words of that alternative have to pass there.
        """
        if state & self._absorbing:
            return ABSORBED
        for each in _bits(state & self._loops):
            state &= ~self._below[each]
        return state


@dataclass(slots=True)
class Builder:
    """Builds a machine: from `start` on, words are written part by part, until `end`."""

    edges: list[list[tuple[Characters, int]]] = field(default_factory=list)
    skips: list[list[int]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)
    """Loops over every character, and the states of the same alternative that stand before each."""

    def start(self) -> int:
        """Begin an alternative."""
        self.starts.append(self._state())
        return self.starts[-1]

    def end(self, state: int) -> None:
        """End it."""
        self.ends.append(state)

    def one(self, state: int, allowed: Characters) -> int:
        """One character of a set."""
        after = self._state()
        self.edges[state].append((allowed, after))
        return after

    def many(self, state: int, allowed: Characters = EVERY) -> int:
        """Any number of characters of a set, none included."""
        loop = self._state()
        self.skips[state].append(loop)
        self.edges[loop].append((allowed, loop))
        if allowed == EVERY:
            self.below[loop] = (1 << loop) - (1 << self.starts[-1])
        return loop

    def literal(self, state: int, text: str, *, any_case: bool = False) -> int:
        """Characters as they stand, or in either case."""
        for each in text:
            allowed = frozenset((each.lower(), each.upper())) if any_case else frozenset(each)
            state = self.one(state, characters(allowed))
        return state

    def choice(self, state: int, words: Iterable[str]) -> int:
        """One of several words."""
        after = self._state()
        for word in words:
            self.skips[self.literal(self._branch(state), word)].append(after)
        return self._branch(after)

    def node(self, state: int, node: pattern.Node) -> int:
        """A value that a pattern admits."""
        match node:
            case pattern.Characters(allowed):
                return self.one(state, characters(allowed))
            case pattern.Sequence(parts):
                for part in parts:
                    state = self.node(state, part)
                return state
            case pattern.Choice(options):
                after = self._state()
                for option in options:
                    self.skips[self.node(self._branch(state), option)].append(after)
                return self._branch(after)
            case pattern.Repeat(part, least, most):
                for _ in range(least):
                    state = self.node(state, part)
                after = self._state()
                self.skips[state].append(after)
                for _ in range(least, most):
                    state = self.node(state, part)
                    self.skips[state].append(after)
                return self._branch(after)

    def machine(self, *, prune: bool = True) -> Machine:
        """What was built.

        Args:
            prune: whether states forget what adds no word. The words are the same.
        """
        return Machine(self, prune=prune)

    def closures(self) -> tuple[int, ...]:
        """Each state with those that it reaches without a character."""
        found = []
        for state in range(len(self.edges)):
            seen, waiting = 0, [state]
            while waiting:
                each = waiting.pop()
                if not seen >> each & 1:
                    seen |= 1 << each
                    waiting += self.skips[each]
            found.append(seen)
        return tuple(found)

    def _state(self) -> int:
        self.edges.append([])
        self.skips.append([])
        return len(self.edges) - 1

    def _branch(self, state: int) -> int:
        after = self._state()
        self.skips[state].append(after)
        return after


def word(inside: Sequence[Machine], outside: Sequence[Machine], most: int) -> str | None:
    """A shortest word that is in all of some machines, and in none of others.

    Args:
        inside: at least one.
        outside: as many as there are.
        most: states, of all machines together, after which the search is given up.

    Returns:
        None where there is no such word: that is a proof.

    Raises:
        TooHardError: where the search was given up.
    """
    machines = (*inside, *outside)
    within = len(inside)
    start = tuple(each.start for each in machines)
    if DEAD in start[:within] or ABSORBED in start[within:]:
        return None
    came: dict[tuple[int, ...], tuple[tuple[int, ...], int] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        states = waiting.popleft()
        if _is_accepted(machines, within, states):
            return _spelt(came, states)
        for number in _telling(machines, within, states):
            after = tuple(
                [
                    state if state in (ABSORBED, DEAD) else each.step(state, number)
                    for each, state in zip(machines, states, strict=True)
                ]
            )
            if after in came or DEAD in after[:within] or ABSORBED in after[within:]:
                continue
            came[after] = states, number
            if len(came) > most:
                raise TooHardError(f"no end after {most:,} states of the automata")
            waiting.append(after)
    return None


def _is_accepted(machines: Sequence[Machine], within: int, states: tuple[int, ...]) -> bool:
    return all(
        each.accepts(state) is (index < within)
        for index, (each, state) in enumerate(zip(machines, states, strict=True))
    )


def _spelt(
    came: dict[tuple[int, ...], tuple[tuple[int, ...], int] | None], states: tuple[int, ...]
) -> str:
    letters = []
    while before := came[states]:
        states, number = before
        letters.append(_readable(number))
    return "".join(reversed(letters))


def _telling(machines: Sequence[Machine], within: int, states: tuple[int, ...]) -> tuple[int, ...]:
    """Characters enough: any other one does what one of these does."""
    for index in range(within):
        if states[index] != ABSORBED:
            only = machines[index].only(states[index])
            if only >= 0:
                return (only,)
    demanded = frozenset(
        machines[index].labels(states[index])
        for index in range(within)
        if states[index] != ABSORBED
    )
    avoided = frozenset(
        label
        for index in range(within, len(machines))
        if states[index] != DEAD
        for label in machines[index].labels(states[index])
    )
    return _representatives(demanded, avoided)


@lru_cache(maxsize=100_000)
def _representatives(
    demanded: frozenset[frozenset[Characters]], avoided: frozenset[Characters]
) -> tuple[int, ...]:
    allowed = EVERY
    for labels in demanded:
        either = 0
        for label in labels:
            either |= label
        allowed &= either
    cells = [allowed] if allowed else []
    for label in avoided.union(*demanded):
        cells = [part for cell in cells for part in (cell & label, cell & ~label) if part]
    return tuple(sorted((cell & -cell).bit_length() - 1 for cell in cells))
