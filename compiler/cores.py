"""Do the same work for many things, on all cores where that pays."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")


def on_all_cores(
    work: Callable[[T], R], items: Sequence[T], *, worth: int, at_once: int = 1
) -> Iterator[R]:
    """Do the work for each item; results come in the order of the items.

    Other processes inherit the items by a fork, so that only results travel. Where the system
    cannot fork, or a thread is running that a fork would break, everything is done here.

    Args:
        work: what to do with one item.
        items: all of them.
        worth: from how many items on other processes are worth their start.
        at_once: how many items a process takes at a time.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if len(items) < worth or cores == 1 or threading.active_count() > 1:
        yield from map(work, items)
        return
    # For few items their import would take longer than the work.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(
        max_workers=min(cores, len(items)),
        mp_context=multiprocessing.get_context("fork"),
        initializer=_Inherited.take,
        initargs=(work, items),
    ) as pool:
        try:
            yield from pool.map(_Inherited.do, range(len(items)), chunksize=at_once)
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


class _Inherited:
    """What a forked process works on."""

    work: Callable[[Any], Any]
    items: Sequence[Any]

    @classmethod
    def take(cls, work: Callable[[Any], Any], items: Sequence[Any]) -> None:
        # Ctrl-C ends the parent, which ends these: one message, not one from each.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.work, cls.items = staticmethod(work), items

    @classmethod
    def do(cls, index: int) -> Any:
        return cls.work(cls.items[index])
