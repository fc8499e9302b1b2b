"""Activities that a launch switches on and off: what `render` prints is what IAM holds."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING

import boto3
import pytest

from compiler.build import compile_persona
from compiler.load import load, read_tree
from tests.test_deployed import (
    ALWAYS,
    CONTROLS,
    FIRST,
    ROOT,
    SECOND,
    _empty,
    arguments,
    held,
    rendered,
    running,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.build import Product

__all__ = ["_empty", "running"]

pytestmark = pytest.mark.slow

PERSONAS = ("custom", "data-science-administrator", "data-science-engineer")
PLACE = ("network", "encryption")
"""The controls are switches too."""

Row = tuple[bool, ...]
Pair = tuple[int, int, bool, bool]
"""Two switches, and what they are."""


@cache
def compiled(persona: str) -> Product:
    catalog = load("catalog", read_tree(ROOT / "catalog")[0]).catalog
    found, problems = compile_persona(catalog, persona)
    assert found, problems
    return found


def switches(persona: str) -> tuple[str, ...]:
    """All that a launch of the persona can switch on."""
    entitlements = compiled(persona).packing.entitlements
    return (*(each.parameter for each in entitlements.options.values()), *PLACE)


def pairwise(width: int) -> Iterator[Row]:
    """Rows in which each two switches are off and off, off and on, on and off, on and on.

    Greedy: each row takes, switch by switch, the value that covers more pairs not seen yet.
    """
    left: set[Pair] = {
        (one, other, first, second)
        for one, other in combinations(range(width), 2)
        for first, second in product((False, True), repeat=2)
    }
    while left:
        one, other, first, second = min(left)
        row = {one: first, other: second}
        for index in range(width):
            if index not in row:
                off, on = (len(left & _pairs(row, index, value)) for value in (False, True))
                row[index] = on > off
        left -= {(a, b, row[a], row[b]) for a, b in combinations(range(width), 2)}
        yield tuple(row[index] for index in range(width))


def _pairs(row: Mapping[int, bool], index: int, value: bool) -> set[Pair]:
    return {
        (index, other, value, row[other]) if index < other else (other, index, row[other], value)
        for other in row
    }


def values(persona: str, row: Sequence[bool]) -> dict[str, str]:
    """What a launch gives for a row: no more than what is on needs."""
    entitlements = compiled(persona).packing.entitlements
    on = dict(zip(switches(persona), row, strict=True))
    given = {
        each.parameter: "yes" if on[each.parameter] else "no"
        for each in entitlements.options.values()
    }
    for control in PLACE:
        given |= CONTROLS[control] if on[control] else {}
    conditions = {each.condition for each in entitlements.options.values() if on[each.parameter]}
    conditions |= {each.capitalize() for each in PLACE if on[each]}
    for name, each in entitlements.parameters.items():
        gate = entitlements.needed.get(name)
        is_needed = all(conditions & set(group) for group in gate or ())
        if name in ALWAYS and is_needed and (gate or each.default is None):
            given[name] = ALWAYS[name].partition(",")[0]
    return given


def rows(persona: str) -> tuple[Row, ...]:
    width = len(switches(persona))
    everything, nothing = (True,) * width, (False,) * width
    return (nothing, everything, *pairwise(width))


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_two_switches_meet_in_every_way(persona: str) -> None:
    found = rows(persona)
    for one, other in combinations(range(len(switches(persona))), 2):
        assert {(row[one], row[other]) for row in found} == set(product((False, True), repeat=2))


@pytest.mark.parametrize("persona", PERSONAS)
def test_iam_holds_what_render_prints_whatever_is_on(persona: str) -> None:
    found = compiled(persona)
    client = boto3.client("cloudformation", region_name=FIRST)
    seen = set()

    for number, row in enumerate(rows(persona)):
        given = values(persona, row)
        change = client.update_stack if number else client.create_stack
        change(**arguments(found, persona, given))

        assert held(FIRST, persona) == rendered(found, FIRST, given)
        seen.add(str(held(FIRST, persona)))

    assert len(seen) == len(set(rows(persona)))


def test_with_everything_off_nothing_is_made_but_the_role() -> None:
    found = compiled("custom")
    given = values("custom", (False,) * len(switches("custom")))
    client = boto3.client("cloudformation", region_name=FIRST)
    client.create_stack(**arguments(found, "custom", given))

    assert held(FIRST, "custom")["policies"] == []
    assert held(FIRST, "custom")["managed"] == []
    resources = client.list_stack_resources(StackName="custom")["StackResourceSummaries"]
    assert [each["LogicalResourceId"] for each in resources] == ["Role"]


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("region", [FIRST, SECOND])
def test_with_everything_on_it_fits(persona: str, region: str) -> None:
    found = compiled(persona)
    given = values(persona, (True,) * len(switches(persona)))
    client = boto3.client("cloudformation", region_name=region)
    client.create_stack(**arguments(found, persona, given))

    assert held(region, persona) == rendered(found, region, given)
    assert len(held(region, persona)["managed"]) + len(found.packing.managed) <= 10


def test_what_is_on_has_to_be_given_what_it_needs() -> None:
    client = boto3.client("cloudformation", region_name=FIRST)

    with pytest.raises(client.exceptions.ClientError, match="Buckets is needed with"):
        client.create_stack(**arguments(compiled("custom"), "custom", {"S3BucketAccess": "yes"}))
