"""compiler.entitlement: the words between resolving and emitting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.entitlement import Entitlement, meaning, parameters_of, pascal
from compiler.expression import parse
from compiler.place import Place

ENTITLEMENT = Entitlement(
    sid="S",
    effect="Allow",
    actions=("a:B",),
    resources=(parse("${Two}/${One}"), parse("${AWS::Region}${aws:username}")),
    conditions=(("Op", (("k", (parse("${Three}"), parse("${One}"))), ("l", (parse("${Four}"),)))),),
    origin=Place(path="here"),
)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("manage-ml-jobs", "ManageMlJobs"),
        ("a", "A"),
        ("s3-full-access", "S3FullAccess"),
        ("x-2-y", "X2Y"),
    ],
)
def test_the_name_that_templates_have_for_an_id(identifier: str, name: str) -> None:
    assert pascal(identifier) == name


def test_the_parameters_of_a_statement_each_once_in_order() -> None:
    assert parameters_of(ENTITLEMENT) == ("Two", "One", "Three", "Four")


def test_two_statements_are_two_things_though_they_say_the_same() -> None:
    twin = replace(ENTITLEMENT)

    assert twin != ENTITLEMENT
    assert meaning(twin) == meaning(ENTITLEMENT)
    assert meaning(replace(ENTITLEMENT, sid="Other")) == meaning(ENTITLEMENT)


@pytest.mark.parametrize(
    "change",
    [
        {"effect": "Deny"},
        {"actions": ("a:C",)},
        {"resources": (parse("*"),)},
        {"except_resources": True},
        {"conditions": ()},
    ],
    ids=str,
)
def test_whatever_else_differs_is_another_meaning(change: dict[str, object]) -> None:
    other = replace(ENTITLEMENT, **change)  # type: ignore[arg-type]  # any field

    assert meaning(other) != meaning(ENTITLEMENT)
