"""The shortest word that is in some automata and in none of others."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.iam.automaton import ABSORBED, DEAD, EVERY, TooHardError, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.iam.automaton import Characters, Machine


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


def cells(
    machines: Sequence[Machine], most: int, states: int
) -> Iterator[tuple[tuple[bool, ...], str]]:
    """The words of the first machine, one for each choice of the others that has any.

    Args:
        machines: at least one.
        most: choices after which the search is given up.
        states: of all machines together, after which it is given up too.

    Yields:
        For each of the other machines whether the word is in it, and a shortest such word.

    Raises:
        TooHardError: where the search was given up.
    """
    start = tuple(each.start for each in machines)
    came: dict[tuple[int, ...], tuple[tuple[int, ...], int] | None] = {start: None}
    waiting = deque([start])
    seen: set[tuple[bool, ...]] = set()
    while waiting:
        at = waiting.popleft()
        first, *choice = (each.accepts(state) for each, state in zip(machines, at, strict=True))
        if first and tuple(choice) not in seen:
            seen.add(tuple(choice))
            if len(seen) > most:
                raise TooHardError(f"patterns tell more than {most:,} names apart")
            yield tuple(choice), _spelt(came, at)
        for number in _telling(machines, 1, at):
            after = tuple(
                state if state in (ABSORBED, DEAD) else each.step(state, number)
                for each, state in zip(machines, at, strict=True)
            )
            if after[0] != DEAD and after not in came:
                came[after] = at, number
                if len(came) > states:
                    raise TooHardError(f"no end after {states:,} states of the automata")
                waiting.append(after)


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
        letters.append(readable(number))
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
        if states[index] not in (ABSORBED, DEAD)
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
