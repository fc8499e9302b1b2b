"""Plans in files: what was planned, for what output, and what was seen then."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.release.changes import AdoptProduct
from compiler.release.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.release.changes import Change
    from compiler.release.desired import Desired
    from compiler.release.facts import Facts
    from compiler.release.plan import Plan
    from compiler.release.state import State

SCHEMA = "personac.plan/1"


class PlanError(ValueError):
    """A plan that cannot be carried out; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRegion:
    """What was planned for one Region."""

    region: str
    account: str
    facts: Facts
    adopted: Mapping[str, str]
    """Product to the id of one that is to become ours."""

    effects: Mapping[str, frozenset[str | None]]
    """Fact to the values that the plan gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan that was saved."""

    digest: str
    """Of the files of output/ that it is for."""

    regions: Mapping[str, SavedRegion]


def plan_view(desired: Desired, planned: Iterable[tuple[Plan, State]]) -> dict[str, Any]:
    """A plan as JSON: what is shown, and what is saved."""
    return {
        "schema": SCHEMA,
        "catalog": desired.catalog,
        "output": desired.digest,
        "regions": [_region(plan, state) for plan, state in planned],
    }


def _region(plan: Plan, state: State) -> dict[str, Any]:
    return {
        "region": plan.region,
        "account": plan.account,
        "changes": [change_view(each) for each in plan.changes],
        "notes": [dataclasses.asdict(each) for each in plan.notes],
        "others": state.others,
        "adopted": {
            each.product: each.id for each in plan.changes if isinstance(each, AdoptProduct)
        },
        "facts": dict(sorted(facts(state).items())),
    }


def change_view(change: Change) -> dict[str, Any]:
    """A change as JSON."""
    return {
        "change": type(change).__name__,
        "sign": change.sign,
        "text": change.text,
        "why": change.why,
        "drift": change.drift,
        "subjects": list(change.subjects),
        "effects": {name: list(values) for name, values in change.effects().items()},
    }


def read_plan(raw: bytes) -> SavedPlan:
    """Read a saved plan.

    Raises:
        PlanError: where it is none.
    """
    try:
        body = json.loads(raw)
        if body.get("schema") != SCHEMA:
            raise PlanError(f"this is no plan of the form {SCHEMA}")
        regions = [_saved(each) for each in body["regions"]]
        digest = str(body["output"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, PlanError):
            raise
        message = "this is no plan that 'personac plan --out' wrote"
        raise PlanError(f"{message} ({type(error).__name__}: {error})") from error
    return SavedPlan(digest=digest, regions={each.region: each for each in regions})


def _saved(body: Mapping[str, Any]) -> SavedRegion:
    effects: dict[str, frozenset[str | None]] = {}
    for change in body["changes"]:
        for name, values in change["effects"].items():
            effects[name] = effects.get(name, frozenset()) | frozenset(values)
    return SavedRegion(
        region=body["region"],
        account=body["account"],
        facts={str(name): str(value) for name, value in body["facts"].items()},
        adopted={str(product): str(id_) for product, id_ in body["adopted"].items()},
        effects=effects,
    )


def moved(saved: SavedRegion, state: State) -> tuple[str, ...]:
    """What became of a state since a plan was made for it, but for what the plan itself does.

    A publish of the plan that was stopped somewhere has moved the state only so: it can go on.
    """
    now = facts(state)
    differing = (
        name for name in sorted({*saved.facts, *now}) if saved.facts.get(name) != now.get(name)
    )
    return tuple(
        f"{name.replace('|', ' ')}: {saved.facts.get(name, 'nothing')} → {now.get(name, 'nothing')}"
        for name in differing
        if now.get(name) not in saved.effects.get(name, frozenset())
    )


def unplanned(saved: SavedRegion, plan: Plan) -> tuple[str, ...]:
    """What there is to do now that the saved plan did not hold."""
    return tuple(
        each.text
        for each in plan.changes
        if any(
            not saved.effects.get(name, frozenset()).issuperset(values)
            for name, values in each.effects().items()
        )
    )
