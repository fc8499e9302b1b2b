"""What goes wrong between a client and the sandbox, when a test asks for it.

A client of AWS is throttled, gets a 5xx, waits, or never hears what became of its call. Faults are
counted over the calls that arrive, so that a test can ask for "the 17th call", and chosen by a seed
where it asks for a share: the same calls fail in each run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Call", "Fault", "FaultKind", "Faults", "death"]


class FaultKind(Enum):
    """What a client sees of a fault.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
    """

    THROTTLING = "throttling"
    """ThrottlingException, 400; SlowDown, 503, from S3."""
    INTERNAL_FAILURE = "internal failure"
    """500."""
    SERVICE_UNAVAILABLE = "service unavailable"
    """503."""
    ACCESS_DENIED = "access denied"
    """403; 400 from services that speak JSON."""
    EXPIRED_TOKEN = "expired token"  # noqa: S105 - a kind of fault
    """403; 400 from S3."""
    LOST = "lost"
    """The connection is closed, and no answer is sent."""
    DELAY = "delay"
    """The right answer, late."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request that reached the sandbox."""

    number: int
    """From 1, since the sandbox started or was reset."""
    service: str
    """As boto3 calls it: ``servicecatalog``, ``s3``; empty if the request is not signed."""
    operation: str
    """As AWS calls it: ``CreateProduct``; empty where it cannot be told."""
    parameters: Mapping[str, Any]
    """The members of the request, as far as they can be read; bodies of objects are left out."""
    region: str
    access_key_id: str
    status: int | None
    """The HTTP status that was answered; None where the answer was lost."""
    fault: FaultKind | None
    """What was made to go wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that goes wrong with some of the calls."""

    kind: FaultKind
    operation: str | None = None
    """``CreateProduct``, or ``s3:PutObject``; None matches each call."""
    first: int = 1
    """The first of the matching calls that it befalls, from 1."""
    last: int | None = None
    """The last of them; None: all that follow."""
    share: float = 1.0
    """How many of these it befalls, from 0 to 1, chosen by the seed."""
    effect: bool = False
    """Whether the call is carried out before the client is told otherwise. A delay always is."""
    seconds: float = 0.0
    """How long the client waits for what it gets."""

    @classmethod
    def nth(cls, number: int, kind: FaultKind, *, effect: bool = False) -> Fault:
        """What befalls one call of all, counted from 1."""
        return cls(kind=kind, first=number, last=number, effect=effect)

    def befalls(self, service: str, operation: str) -> bool:
        """Whether a call of an operation counts for this fault."""
        return self.operation in (None, operation, f"{service}:{operation}")


class Faults:
    """Faults, with the count of the calls that each has seen. The first that befalls a call counts.

    They are counted from when they are made: make new ones for each test.
    """

    def __init__(self, *faults: Fault, seed: int = 0) -> None:
        """Begin to count.

        :param seed: chooses the calls of faults that befall a share of them.
        """
        self._faults = faults
        self._seen = [0] * len(faults)
        self._chance = [random.Random(f"{seed}/{n}") for n in range(len(faults))]  # noqa: S311 - chosen by a seed

    def next(self, service: str, operation: str) -> Fault | None:
        """Count one call, and say what befalls it."""
        found: Fault | None = None
        for place, fault in enumerate(self._faults):
            if not fault.befalls(service, operation):
                continue
            self._seen[place] += 1
            number = self._seen[place]
            if number < fault.first or (fault.last is not None and number > fault.last):
                continue
            # Each fault draws for each of its calls, so that one does not move another's choice.
            chosen = self._chance[place].random() < fault.share
            if chosen and found is None:
                found = fault
        return found


def death(number: int, *, effect: bool) -> Faults:
    """A client that dies at its Nth call: of this one and of all later ones it hears nothing.

    :param number: the call, from 1.
    :param effect: whether the call was carried out before it died.
    """
    return Faults(
        Fault.nth(number, FaultKind.LOST, effect=effect),
        Fault(kind=FaultKind.LOST, first=number + 1),
    )
