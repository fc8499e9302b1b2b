"""The Custom persona with its activities on and off: what `render` prints is what IAM holds."""

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

PLACE = ("network", "encryption")
"""The controls are switches too."""

Row = tuple[bool, ...]
Pair = tuple[int, int, bool, bool]
"""Two switches, and what they are."""


@cache
def custom() -> Product:
    found, problems = compile_persona(
        load("catalog", read_tree(ROOT / "catalog")[0]).catalog, "custom"
    )
    assert found, problems
    return found


def switches() -> tuple[str, ...]:
    """All that a launch of the persona can switch on."""
    entitlements = custom().packing.entitlements
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


def values(row: Sequence[bool]) -> dict[str, str]:
    """What a launch gives for a row: no more than what is on needs."""
    product = custom()
    entitlements = product.packing.entitlements
    on = dict(zip(switches(), row, strict=True))
    given = {
        each.parameter: "yes" if on[each.parameter] else "no"
        for each in entitlements.options.values()
    }
    for control in PLACE:
        given |= CONTROLS[control] if on[control] else {}
    conditions = {each.condition for each in entitlements.options.values() if on[each.parameter]}
    conditions |= {each.capitalize() for each in PLACE if on[each]}
    for name, gate in entitlements.needed.items():
        if all(conditions & set(group) for group in gate):
            given[name] = ALWAYS[name].partition(",")[0]
    return given


def rows() -> tuple[Row, ...]:
    width = len(switches())
    everything, nothing = (True,) * width, (False,) * width
    return (nothing, everything, *pairwise(width))


def test_each_two_switches_meet_in_every_way() -> None:
    for one, other in combinations(range(len(switches())), 2):
        assert {(row[one], row[other]) for row in rows()} == set(product((False, True), repeat=2))


def test_iam_holds_what_render_prints_whatever_is_on() -> None:
    found = custom()
    client = boto3.client("cloudformation", region_name=FIRST)
    seen = set()

    for number, row in enumerate(rows()):
        given = values(row)
        change = client.update_stack if number else client.create_stack
        change(**arguments(found, "custom", given))

        assert held(FIRST, "custom") == rendered(found, FIRST, given)
        seen.add(str(held(FIRST, "custom")))

    assert len(seen) == len(set(rows()))


def test_with_everything_off_nothing_is_made_but_the_role() -> None:
    found = custom()
    given = values((False,) * len(switches()))
    client = boto3.client("cloudformation", region_name=FIRST)
    client.create_stack(**arguments(found, "custom", given))

    assert held(FIRST, "custom")["policies"] == []
    assert held(FIRST, "custom")["managed"] == []
    resources = client.list_stack_resources(StackName="custom")["StackResourceSummaries"]
    assert [each["LogicalResourceId"] for each in resources] == ["Role"]


@pytest.mark.parametrize("region", [FIRST, SECOND])
def test_with_everything_on_it_fits(region: str) -> None:
    found = custom()
    given = values((True,) * len(switches()))
    client = boto3.client("cloudformation", region_name=region)
    client.create_stack(**arguments(found, "custom", given))

    assert held(region, "custom") == rendered(found, region, given)
    assert len(held(region, "custom")["managed"]) + len(found.packing.managed) == 10


def test_what_is_on_has_to_be_given_what_it_needs() -> None:
    found = custom()
    client = boto3.client("cloudformation", region_name=FIRST)
    given = {"S3BucketAccess": "yes"}

    with pytest.raises(client.exceptions.ClientError, match="Buckets is needed with"):
        client.create_stack(**arguments(found, "custom", given))
