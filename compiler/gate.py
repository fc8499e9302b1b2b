"""What a statement exists with: switches of a launch, of which one in each group must be on."""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Gate = tuple[tuple[str, ...], ...]
"""Groups of switches, by their names: of each group one has to be on."""

OPEN: Gate = ()
"""The gate that is always open."""

SHUT: Gate = ((),)
"""The gate that is never open."""


def gate(*switches: str) -> Gate:
    """The gate that is open while all of some switches are on."""
    return both(tuple((each,) for each in switches), OPEN)


@lru_cache(maxsize=65_536)
def both(one: Gate, other: Gate) -> Gate:
    """The gate that is open while both are."""
    return _least((*one, *other))


@lru_cache(maxsize=65_536)
def either(one: Gate, other: Gate) -> Gate:
    """The gate that is open while one of two is."""
    return _least(tuple(dict.fromkeys((*first, *second))) for first, second in product(one, other))


def any_of(gates: Iterable[Gate]) -> Gate:
    """The gate that is open while one of some, at least one, is."""
    return reduce(either, gates)


def is_open(gate: Gate, on: Collection[str]) -> bool:
    """Whether a gate is open while these switches are on."""
    return all(any(each in on for each in group) for group in gate)


def implies(one: Gate, other: Gate) -> bool:
    """Whether the other gate is open whenever the one is."""
    return all(any({*mine} <= {*group} for mine in one) for group in other)


def names_of(gate: Gate) -> tuple[str, ...]:
    """The switches that a gate depends on, each once."""
    return tuple(dict.fromkeys(each for group in gate for each in group))


def _least(groups: Iterable[tuple[str, ...]]) -> Gate:
    """Without the groups that another one implies."""
    several = tuple(dict.fromkeys(groups))
    unlike = {frozenset(each): each for each in several}
    return tuple(each for held, each in unlike.items() if not any(other < held for other in unlike))
