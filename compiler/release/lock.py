"""One publish at a time in a Region: of two at once, one wins and the other says so.

A lock is a number; who writes its first object has it. While its holder lives it writes another one
now and then; the last one says that it is done. A lock whose holder has written nothing for a lease
is free, so that a publish that was killed holds up the next one no longer than that.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Self

from compiler.hub import LOCKS
from compiler.release.aws import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from compiler.release.bucket import Bucket

LEASE = 30.0
"""Seconds without a sign of life after which a lock is free."""

_BEATS = 3
"""Signs of life in a lease."""

_DONE = "999999-done"
_OWN = re.compile(r"([0-9]{8})/([0-9]{6}(?:-taken|-done)?)")


class Halt(AwsError):  # noqa: N818 - it is no error of AWS's, but an end
    """A publish has to end before its end: another one is at work, or somebody said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    number: int
    last: str
    age: float

    @property
    def is_done(self) -> bool:
        return self.last.endswith(_DONE)


class Lock:
    """The lock of a Region, from ``with`` to the end of its block."""

    def __init__(
        self,
        bucket: Bucket,
        region: str,
        owner: str,
        *,
        lease: float = LEASE,
        waiting: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare.

        :param owner: who publishes, for whoever finds the lock taken.
        :param lease: see :data:`LEASE`; the same for all who publish.
        :param waiting: is told when a lock may be a dead one's.
        """
        self._bucket = bucket
        self._prefix = f"{LOCKS}{region}/"
        self._region = region
        self._owner = owner
        self._lease = lease
        self._waiting = waiting
        self._number = 0
        self._beat = 0
        self._at = 0.0
        self._turn = RLock()

    def __enter__(self) -> Self:
        """Take it.

        :raises Halt: if another publish lives.
        :raises AwsError: where AWS refuses.
        """
        held = self._newest()
        if held and not held.is_done:
            self._outwait(held)
        self._number = held.number + 1 if held else 1
        if not self._write("000000-taken"):
            raise self._busy()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give it back; one who was killed does not."""
        if error is None or isinstance(error, Exception):
            self._write(_DONE)

    def live(self) -> None:
        """Say that this publish lives, if it is time to.

        :raises Halt: if another one has taken over meanwhile.
        """
        with self._turn:
            silent = time.monotonic() - self._at
            if silent < self._lease / _BEATS:
                return
            if silent > self._lease:
                held = self._newest()
                if held and held.number > self._number:
                    raise self._busy()
            self._beat += 1
            self._write(f"{self._beat:06}")

    def _outwait(self, held: _Held) -> None:
        """Wait until a lock is free, or its holder shows that it lives."""
        self._waiting(
            f"a publish to {self._region} has not ended: waiting up to {self._lease:.0f} s to see "
            "whether it lives"
        )
        until = time.monotonic() + self._lease
        while held.age < self._lease and time.monotonic() < until:
            time.sleep(min(1.0, self._lease / 10))
            newest = self._newest()
            if newest is None or newest.is_done:
                return
            if newest.number > held.number or newest.last != held.last:
                raise self._busy()
            held = newest

    def _newest(self) -> _Held | None:
        last = None
        for each in self._bucket.list(self._prefix):
            # What else somebody has put there is no lock.
            if found := _OWN.fullmatch(each.key.removeprefix(self._prefix)):
                last = _Held(number=int(found[1]), last=found[2], age=each.age)
        return last

    def _write(self, name: str) -> bool:
        self._at = time.monotonic()
        content = json.dumps({"owner": self._owner}).encode()
        return self._bucket.put(f"{self._prefix}{self._number:08}/{name}", content)

    def _busy(self) -> Halt:
        hint = "run again when it has ended: what it has done is then seen"
        return Halt(f"another publish to {self._region} is at work", code="Busy", hint=hint)
