"""Pairs of policies to compare: AWS's managed ones with their neighbours, and with changed forms of themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.catalog.launches import all_managed, managed
from tests.iam.judges.mutations import mutate
from tests.iam.judges.vocabulary import statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.iam.judges.mutations import Way
    from tests.iam.judges.vocabulary import Document


_LONG = 20_000
"""Characters of two documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two policies."""

    name: str
    old: Document
    new: Document
    way: Way
    """Which way the difference can go at most."""

    @property
    def is_large(self) -> bool:
        """Whether it takes a while: long documents, or all services that there are."""
        return len(json.dumps([self.old, self.new])) > _LONG or any(
            each.except_actions or "*" in each.actions
            for document in (self.old, self.new)
            for each in statements(document)
        )


@cache
def managed_names() -> tuple[str, ...]:
    """The names of all AWS managed policies that moto keeps, in their order."""
    return tuple(sorted(all_managed()))


def pairs(rng: Random) -> Iterator[Pair]:
    """Pairs without end: one neighbour for every two changed forms.

    Args:
        rng: decides.
    """
    names = managed_names()
    while True:
        name = rng.choice(names)
        yield neighbours(rng, name)
        for _ in range(2):
            found = changed(rng, rng.choice(names))
            if found is not None:
                yield found


def neighbours(rng: Random, name: str) -> Pair:
    """A managed policy and another that names a service of its."""
    service = rng.choice(sorted(_services(name)))
    other = rng.choice(_naming()[service])
    return Pair(name=f"{name} and {other}", old=managed(name), new=managed(other), way="either")


def changed(rng: Random, name: str, change: str | None = None) -> Pair | None:
    """A managed policy and the same with one statement changed; None where the change fits none."""
    found = mutate(rng, managed(name), change)
    if found is None:
        return None
    title = f"{name}, {found.name} at {found.index}"
    return Pair(name=title, old=managed(name), new=found.document, way=found.way)


@cache
def _services(name: str) -> frozenset[str]:
    return frozenset(
        pattern.partition(":")[0] for each in statements(managed(name)) for pattern in each.actions
    )


@cache
def _naming() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in managed_names():
        for service in sorted(_services(name)):
            found.setdefault(service, []).append(name)
    return found
