"""A hub on the sandbox: its bucket, its launch role, and the publisher in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.artifact import canonical
from compiler.demo import surroundings
from compiler.release import aws as door
from compiler.release import publish as publishing
from compiler.release.aws import Aws
from compiler.release.desired import read_desired
from compiler.release.facts import facts
from compiler.release.observe import Looking, observe
from compiler.release.regions import Hub, carry_out, plan_regions
from compiler.release.saved_plan import plan_view, read_plan
from compiler.sandbox import Sandbox
from tests.release.offers import trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from compiler.release.event import Event
    from compiler.release.facts import Facts
    from compiler.release.plan import Plan
    from compiler.release.regions import Outcome
    from compiler.release.saved_plan import SavedPlan
    from compiler.release.state import State

REGION = "eu-west-1"
ACCOUNT = "123456789012"


class Killed(BaseException):
    """The publisher is dead."""


@dataclass
class Life:
    """How many calls a publisher makes before it dies; it never dies if none is given."""

    dies_at: int = 0
    before: bool = True
    calls: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return bool(self.dies_at) and len(self.calls) > self.dies_at


class Mortal(Aws):
    """The door to AWS of a publisher that dies before or after the effect of one of its calls."""

    life: Life

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        life = self.life
        life.calls.append(f"{service}:{operation}")
        if life.is_over or (life.before and len(life.calls) == life.dies_at):
            raise Killed
        answer = super().call(service, operation, **members)
        if len(life.calls) == life.dies_at:
            raise Killed
        return answer


@dataclass
class Site:
    """The hub of a catalog, and what publishes to it."""

    sandbox: Sandbox
    monkeypatch: pytest.MonkeyPatch
    _made: dict[str, Aws] = field(default_factory=dict)

    def connect(self, region: str) -> Aws:
        if region not in self._made:
            self._made[region] = Aws(region)
        return self._made[region]

    def aws(self) -> Aws:
        return self.connect(REGION)

    def hub(self, folder: Path, **more: Any) -> Hub:
        said = {"connect": self.connect, "pause": 0.01, "patience": 10.0, "lease": 0.05, **more}
        return Hub(desired=read_desired(folder), folder=folder, **said)

    def mortal(self, life: Life) -> Callable[[str], Aws]:
        def connect(region: str) -> Aws:
            made = Mortal(region)
            made.life = life
            # The clients are made once: that takes longer than all their calls.
            made._clients = self.connect(region)._clients  # noqa: SLF001
            return made

        return connect

    def prepare(self, catalog: str = "small") -> None:
        """What bootstrap makes, and the launch role."""
        aws = self.aws()
        aws.call(
            "s3",
            "CreateBucket",
            Bucket=f"personac-{catalog}-{ACCOUNT}",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
        aws.call("iam", "CreateRole", RoleName="personac-launch", AssumeRolePolicyDocument=trust())

    def planned(self, folder: Path, looking: Looking | None = None) -> Plan:
        ((plan, _),) = plan_regions(self.hub(folder), [REGION], looking)
        return plan

    def saved(self, folder: Path, looking: Looking | None = None) -> SavedPlan:
        hub = self.hub(folder)
        view = plan_view(hub.desired, plan_regions(hub, [REGION], looking))
        return read_plan(canonical(view))

    def publish(
        self,
        folder: Path,
        saved: SavedPlan | None = None,
        watch: Callable[[Event], None] = lambda _: None,
        **more: Any,
    ) -> Outcome:
        (outcome,) = carry_out(
            self.hub(folder, **more), self.saved(folder) if saved is None else saved, watch
        )
        return outcome

    def state(self, folder: Path, *, verify: bool = False) -> State:
        return observe(self.aws(), self.hub(folder).desired, Looking(verify=verify))

    def held(self, folder: Path) -> Facts:
        """What Service Catalog holds, templates read back; the same for every way that led here."""
        state = self.state(folder, verify=True)
        found = facts(state)
        for slug, product in state.products.items():
            for number, version in enumerate(product.versions):
                found[f"{slug}|{number}"] = f"{version.name} {version.read} {version.description}"
        for slug, portfolio in state.portfolios.items():
            for each in sorted(portfolio.constraints, key=lambda one: (one.product, one.type)):
                name = f"{slug}|{state.slug(each.product)}|{each.type}"
                found[name] = json.dumps(each.parameters, sort_keys=True)
            found[f"{slug}|constraints"] = str(len(portfolio.constraints))
        found["others"] = str(state.others)
        return found

    def one_at_a_time(self) -> None:
        """Make the order of the calls the same in every run."""
        self.monkeypatch.setattr(publishing, "AT_ONCE", 1)

    def patient_retries(self, attempts: int) -> None:
        self.monkeypatch.setattr(door, "ATTEMPTS", attempts)
        self._made.clear()


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def empty(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The sandbox with nothing in it."""
    _sandbox.reset()
    with surroundings(_sandbox.endpoint):
        yield Site(_sandbox, monkeypatch)


@pytest.fixture
def site(empty: Site) -> Site:
    """The sandbox with a hub in it."""
    empty.prepare()
    return replace(empty)
