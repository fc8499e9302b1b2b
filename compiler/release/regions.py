"""Plan and publish in several Regions, side by side."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from threading import Event as Signal
from threading import Lock as Turn
from typing import TYPE_CHECKING, Any

from compiler.release.apply import PATIENCE, PAUSE, Site
from compiler.release.aws import Aws, AwsError
from compiler.release.bucket import Bucket
from compiler.release.event import Event
from compiler.release.lock import LEASE, Halt, Lock
from compiler.release.observe import Looking, observe
from compiler.release.plan import Plan, plan
from compiler.release.publish import Published, publish
from compiler.release.receipt import keep, last_published, receipt
from compiler.release.saved_plan import moved, unplanned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from compiler.release.desired import Desired
    from compiler.release.saved_plan import SavedPlan, SavedRegion
    from compiler.release.state import State

AT_ONCE = 4
"""Regions that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Where to publish from, and how patiently."""

    desired: Desired
    folder: Path
    """The output folder."""

    bucket: str | None = None
    """The artifact bucket, where it is not the one that bootstrap makes."""

    connect: Callable[[str], Aws] = field(default_factory=lambda: cache(Aws))
    """Gives the hub account in a Region, connected to once."""

    commit: Callable[[str], str] = lambda _: ""
    """The commit that added a file of the output."""

    owner: str = "personac"
    lease: float = LEASE
    pause: float = PAUSE
    patience: float = PATIENCE

    def artifacts(self) -> Bucket:
        """The artifact bucket."""
        aws = self.connect(self.desired.home_region)
        return Bucket(aws, self.desired.catalog, self.bucket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a plan in one Region."""

    region: str
    published: Published | None = None
    problems: tuple[str, ...] = ()
    """Why nothing was done, or what failed."""

    is_refused: bool = False
    """Whether AWS refused; otherwise the state had been moved by somebody else."""

    done: int = 0
    """Changes that were made."""

    receipt: dict[str, Any] = field(default_factory=dict)


def plan_regions(
    hub: Hub,
    regions: Iterable[str],
    looking: Looking | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> list[tuple[Plan, State]]:
    """Observe Regions and plan for each of them.

    Raises:
        AwsError: where AWS refuses or cannot be reached.
    """
    listed = list(regions)
    artifacts = hub.artifacts()

    def one(region: str) -> tuple[Plan, State]:
        aws = hub.connect(region)
        state = observe(aws, hub.desired.within(region), looking, watch)
        return plan(hub.desired, state, _published(artifacts, region)), state

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(one, listed))


def carry_out(
    hub: Hub, saved: SavedPlan, watch: Callable[[Event], None] = lambda _: None
) -> tuple[Outcome, ...]:
    """Carry out a plan in all of its Regions; what happens in one does not stop the others.

    Nothing is done in a Region whose state has been moved by anything but this plan.
    """
    stopped = Signal()
    carrying = _Carrying(hub, hub.artifacts(), watch, stopped)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        begun = [pool.submit(carrying.carry_out, each) for each in saved.regions.values()]
        try:
            return tuple(each.result() for each in begun)
        except BaseException:
            # Whoever interrupts does not wait for the end of everything.
            stopped.set()
            raise


class _Carrying:
    def __init__(
        self, hub: Hub, artifacts: Bucket, watch: Callable[[Event], None], stopped: Signal
    ) -> None:
        self.hub = hub
        self.artifacts = artifacts
        self.watch = watch
        self.stopped = stopped
        self.turn = Turn()
        self.done: Counter[str] = Counter()

    def carry_out(self, saved: SavedRegion) -> Outcome:
        region = saved.region
        try:
            return self._carry_out(saved)
        except AwsError as error:
            done = self.done[region]
            return Outcome(region=region, problems=(str(error),), is_refused=True, done=done)

    def _carry_out(self, saved: SavedRegion) -> Outcome:
        hub, region = self.hub, saved.region
        aws = hub.connect(region)
        if aws.account != saved.account:
            problem = f"the plan is for the account {saved.account}, and this is {aws.account}"
            return Outcome(region=region, problems=(problem,))
        with Lock(
            self.artifacts, region, hub.owner, lease=hub.lease, waiting=self._waiting(region)
        ) as lock:
            state = observe(aws, hub.desired.within(region), Looking(adopt=saved.adopted))
            found = plan(hub.desired, state)
            if others := moved(saved, state) or unplanned(saved, found):
                problem = "Service Catalog has changed since the plan was made: plan again"
                return Outcome(region=region, problems=(problem, *others))
            site = Site(
                aws=aws,
                bucket=self.artifacts,
                catalog=hub.desired.catalog,
                folder=hub.folder,
                commit=hub.commit,
                live=partial(self._live, lock),
                patience=hub.patience,
                pause=hub.pause,
            )
            site.learn(state)
            published = publish(found, site, self._tell)
            body = receipt(published, state, hub.desired.digest, datetime.now(UTC))
            problems = [f"{each.text}: {why}" for each, why in published.failed]
            try:
                keep(self.artifacts, body)
            except AwsError as error:
                problems.append(f"the receipt is not kept: {error}")
        return Outcome(
            region=region,
            published=published,
            problems=tuple(problems),
            is_refused=bool(problems),
            done=len(published.done),
            receipt=body,
        )

    def _live(self, lock: Lock) -> None:
        if self.stopped.is_set():
            raise Halt("interrupted", code="Interrupted")
        lock.live()

    def _waiting(self, region: str) -> Callable[[str], None]:
        return lambda text: self._tell(Event(kind="waiting", region=region, text=text))

    def _tell(self, event: Event) -> None:
        with self.turn:
            self.done[event.region] += event.kind == "done"
            self.watch(event)


def _published(artifacts: Bucket, region: str) -> dict[str, str] | None:
    try:
        return last_published(artifacts, region)
    except AwsError as error:
        # Before bootstrap there is no bucket; a plan can be made all the same.
        if error.is_missing:
            return None
        raise
