"""Sets of words as automata.

A machine is built nondeterministic; its deterministic states are made when they are first reached,
and kept. Machines are never multiplied beforehand: `word` walks all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.iam import folding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Characters = int
"""A set of characters, one bit each: the lowest are those that read best in a witness."""

_BEST = (
    "abcdefghijklmnopqrstuvwxyz0123456789-/_.ABCDEFGHIJKLMNOPQRSTUVWXYZ:@+=,"
    "#~^%&!;|'\"`()[]{}<>\\ ?*$"
)
_ALPHABET = 1_024
"""Characters that are told apart. What no text names, the last ones stand for."""

_UNNAMED = 0x4E00
"""Where characters begin of which hardly any policy names one: those of Chinese."""

_MOST_STATES = 200_000
"""States of one machine, as it is built."""

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


def readable(number: int) -> str:
    """The character that a bit stands for; some one that no text names for the last ones."""
    if number < len(_named):
        return _named[number]
    return next(each for each in map(chr, range(_UNNAMED, 0x10000)) if each not in _number)


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
    """A set of words. A state is a set of the builder's, as bits, or `ABSORBED` or `DEAD`."""

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

    def literal(self, state: int, text: str) -> int:
        """Characters as they stand."""
        for each in text:
            state = self.one(state, characters(each))
        return state

    def folded(self, state: int, text: str) -> int:
        """Characters, or others that are the same where case is ignored. See `ignore_case`."""
        for each in text.casefold():
            state = self.one(state, characters(folding.alike(each)))
        return state

    def ignore_case(self) -> None:
        """Let one character do for several that it folds to, in the last alternative.

        Its characters have to be `folded`: then its words are those whose folded form they are.
        """
        for state in range(self.starts[-1], len(self.edges)):
            for text, alike in folding.expanding().items():
                allowed = characters(alike)
                for target in self._read({state}, text):
                    if (EVERY, target) not in self.edges[state]:
                        self.edges[state].append((allowed, target))

    def _read(self, states: set[int], text: str) -> set[int]:
        """Where a text leads, which begins without a step that takes no character."""
        for index, each in enumerate(text):
            bit = characters(each)
            before = self._reached(states) if index else states
            states = {to for one in before for allowed, to in self.edges[one] if allowed & bit}
            if not states:
                break
        return states

    def choice(self, state: int, words: Iterable[str]) -> int:
        """One of several words."""
        after = self._state()
        for word in words:
            self.skips[self.literal(self._branch(state), word)].append(after)
        return self._branch(after)

    def node(self, state: int, node: pattern.Node, *, folded: bool = False) -> int:
        """A value that a pattern admits; what it folds to and what is `folded` like it."""
        match node:
            case pattern.Characters(allowed):
                return self._set(state, allowed, folded=folded)
            case pattern.Sequence(parts):
                for part in parts:
                    state = self.node(state, part, folded=folded)
                return state
            case pattern.Choice(options):
                after = self._state()
                for option in options:
                    ended = self.node(self._branch(state), option, folded=folded)
                    self.skips[ended].append(after)
                return self._branch(after)
            case pattern.Repeat(part, least, most):
                for _ in range(least):
                    state = self.node(state, part, folded=folded)
                after = self._state()
                self.skips[state].append(after)
                for _ in range(least, most):
                    state = self.node(state, part, folded=folded)
                    self.skips[state].append(after)
                return self._branch(after)

    def _set(self, state: int, allowed: frozenset[str], *, folded: bool) -> int:
        if not folded:
            return self.one(state, characters(allowed))
        folds = sorted({each.casefold() for each in allowed})
        alike = [folding.alike(each) for each in folds if len(each) == 1]
        after = self.one(state, characters(frozenset().union(*alike)))
        for each in folds:
            if len(each) > 1:
                self.skips[self.folded(state, each)].append(after)
        return self._branch(after)

    def machine(self, *, prune: bool = True) -> Machine:
        """What was built.

        Args:
            prune: whether states forget what adds no word. The words are the same.
        """
        return Machine(self, prune=prune)

    def closures(self) -> tuple[int, ...]:
        """Each state with those that it reaches without a character."""
        return tuple(
            sum(1 << each for each in self._reached({state})) for state in range(len(self.edges))
        )

    def _reached(self, states: set[int]) -> set[int]:
        """States with those that they reach without a character."""
        reached, waiting = set(states), list(states)
        while waiting:
            for each in self.skips[waiting.pop()]:
                if each not in reached:
                    reached.add(each)
                    waiting.append(each)
        return reached

    def _state(self) -> int:
        if len(self.edges) == _MOST_STATES:
            raise TooHardError(f"a text or a pattern takes more than {_MOST_STATES:,} states")
        self.edges.append([])
        self.skips.append([])
        return len(self.edges) - 1

    def _branch(self, state: int) -> int:
        after = self._state()
        self.skips[state].append(after)
        return after
