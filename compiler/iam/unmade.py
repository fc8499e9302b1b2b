"""Actions that AWS has not made yet, one for each thing that patterns can say of them.

Without them a wildcard would be equal to the list of what it matches today.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from compiler.iam import reference, text
from compiler.iam.automaton import EVERY, Builder, Machine, characters
from compiler.iam.word import cells, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNMADE_SERVICE = "unmade"
"""The prefix of a service that AWS has not made yet."""

_WORDS = ("Unmade", "Zzz", "Qjx", "A", "0")
"""What stands for wildcards in a name."""

_MOST_STATES = 20_000
_MOST_CELLS = 500
"""Names of one service that statements tell apart."""

Sets = tuple[frozenset[str], ...]
"""Sets of patterns of one service, each in lower case: what statements name."""


def unmade(sets: Iterable[Iterable[str]]) -> Iterator[str]:
    """Names of actions that do not exist: one for each choice of sets that may name one.

    Args:
        sets: patterns of actions, as they are written; those of one statement are one set, since it
            is the same to the statement by which of them it names an action.

    Raises:
        TooHardError: where the sets tell too many names apart.
    """
    yield f"{UNMADE_SERVICE}:{_WORDS[0]}"
    by_service: dict[str, dict[frozenset[str], dict[str, None]]] = {}
    for each in sets:
        named: dict[str, dict[str, None]] = {}
        for pattern in each:
            if pattern != "*" and set(pattern) & set("*?"):
                named.setdefault(pattern.partition(":")[0].lower(), {})[pattern] = None
        for prefix, patterns in named.items():
            lower = frozenset(map(str.lower, patterns))
            by_service.setdefault(prefix, {}).setdefault(lower, {}).update(patterns)
    for prefix, found in by_service.items():
        written = [each for patterns in found.values() for each in patterns]
        yield from _told_apart(prefix, tuple(found), written)


def _told_apart(prefix: str, sets: Sets, written: Iterable[str]) -> Iterator[str]:
    """A name for each choice of a service's sets that may name an action that does not exist."""
    machines = tuple(_machine(each) for each in sets)
    found: dict[tuple[bool, ...], str] = {}
    for pattern in (f"{prefix}:*", *written):
        for each in _WORDS:
            rest = pattern.partition(":")[2].replace("*", each).replace("?", "x")
            name = f"{prefix}:{rest}"
            if not _exists(name):
                found.setdefault(tuple(one.has(name.lower()) for one in machines), name)
    for choice, name in cells((_spelling(prefix), *machines), _MOST_CELLS, _MOST_STATES):
        if choice not in found:
            other = _another(prefix, machines, choice) if _exists(name) else name
            if other is not None:
                found[choice] = other
    yield from dict.fromkeys(found.values())


def _another(prefix: str, machines: Sequence[Machine], choice: Sequence[bool]) -> str | None:
    """A name by the same sets that is no action; None if there is none."""
    inside = [each for each, named in zip(machines, choice, strict=True) if named]
    outside = [each for each, named in zip(machines, choice, strict=True) if not named]
    taken: list[Machine] = []
    while True:
        found = word((_spelling(prefix), *inside), (*outside, *taken), _MOST_STATES)
        if found is None or not _exists(found):
            return found
        taken.append(_machine(frozenset((found,))))


def _exists(name: str) -> bool:
    prefix, _, rest = name.partition(":")
    service = reference.service(prefix.lower())
    return service is not None and service.action(rest) is not None


@cache
def _spelling(prefix: str) -> Machine:
    """What the name of an action is made of: https://docs.aws.amazon.com/service-authorization/."""
    letters = characters("abcdefghijklmnopqrstuvwxyz0123456789")
    builder = Builder()
    name = builder.one(builder.literal(builder.start(), f"{prefix}:"), letters)
    builder.end(builder.many(name, letters))
    return builder.machine()


@cache
def _machine(patterns: frozenset[str]) -> Machine:
    builder = Builder()
    for pattern in sorted(patterns):
        state = builder.start()
        for token in text.parse(pattern, variables=False):
            if isinstance(token, text.Wildcard):
                state = builder.many(state) if token.many else builder.one(state, EVERY)
            elif isinstance(token, text.Literal):
                state = builder.literal(state, token.text)
        builder.end(state)
    return builder.machine()
