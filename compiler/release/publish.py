"""Make exactly the changes of a plan, phase by phase, so that a stop anywhere does no harm.

What fails holds back what follows it for the same product or portfolio, and nothing else. Running
again finishes what is left: the state is looked at anew, and nothing is made twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

from compiler.release.apply import apply
from compiler.release.aws import AwsError
from compiler.release.event import Event
from compiler.release.lock import Halt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from compiler.release.apply import Site
    from compiler.release.changes import Change
    from compiler.release.event import Kind
    from compiler.release.plan import Plan

AT_ONCE = 4
"""Products or portfolios that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of a plan in one Region."""

    region: str
    done: tuple[Change, ...]
    failed: tuple[tuple[Change, str], ...]
    """With the reason, for people."""

    skipped: tuple[tuple[Change, str], ...]
    products: dict[str, str] = field(repr=False)
    """The ids that AWS gave the products, by our names."""

    versions: dict[tuple[str, str], str] = field(repr=False)
    """The ids of versions, by product and version."""

    @property
    def is_whole(self) -> bool:
        """Whether everything was done."""
        return not self.failed and not self.skipped


def publish(plan: Plan, site: Site, watch: Callable[[Event], None] = lambda _: None) -> Published:
    """Make the changes of a plan.

    Args:
        plan: for the state that `site` has learned.
        site: where.
        watch: is told what happens; of several threads, one at a time.

    Raises:
        Halt: where another publish took over meanwhile, or somebody said to stop.
    """
    return _Publisher(plan, site, watch).publish()


class _Publisher:
    def __init__(self, plan: Plan, site: Site, watch: Callable[[Event], None]) -> None:
        self.plan = plan
        self.site = site
        self.watch = watch
        self.turn = Lock()
        self.done: list[Change] = []
        self.failed: list[tuple[Change, str]] = []
        self.skipped: list[tuple[Change, str]] = []
        self.broken: dict[str, str] = {}

    def publish(self) -> Published:
        for _, several in groupby(self.plan.changes, key=lambda each: each.phase):
            with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
                # The list makes an exception come out here.
                list(pool.map(self._several, _by_subject(list(several))))
        return Published(
            region=self.plan.region,
            done=tuple(self.done),
            failed=tuple(self.failed),
            skipped=tuple(self.skipped),
            products=dict(self.site.products),
            versions=dict(self.site.versions),
        )

    def _several(self, several: Iterable[Change]) -> None:
        for each in several:
            self._one(each)

    def _one(self, change: Change) -> None:
        # Access that ends neither waits for anything nor holds anything back.
        subjects = change.subjects if change.phase else ()
        reason = next((self.broken[each] for each in subjects if each in self.broken), "")
        if reason:
            with self.turn:
                self.skipped.append((change, reason))
            self._tell("skipped", change, reason)
            return
        self._tell("start", change)
        try:
            apply(self.site, change)
        except Halt:
            raise
        except AwsError as error:
            with self.turn:
                self.failed.append((change, str(error)))
                self.broken |= dict.fromkeys(subjects, f"{change.text} failed")
            self._tell("failed", change, str(error))
        else:
            with self.turn:
                self.done.append(change)
            self._tell("done", change)

    def _tell(self, kind: Kind, change: Change, detail: str = "") -> None:
        with self.turn:
            event = Event(
                kind=kind,
                region=self.plan.region,
                text=change.text,
                sign=change.sign,
                detail=detail,
                done=len(self.done),
                of=len(self.plan.changes),
            )
            self.watch(event)


def _by_subject(changes: Sequence[Change]) -> list[list[Change]]:
    """The changes of one phase that have to be made one after another."""
    groups: dict[str, list[Change]] = {}
    for each in changes:
        groups.setdefault(each.subjects[-1], []).append(each)
    return list(groups.values())
