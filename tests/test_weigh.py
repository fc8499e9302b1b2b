"""compiler.weigh: statements, measured at their longest."""

from __future__ import annotations

import pytest

from compiler import pattern
from compiler.entitlement import Entitlement, LaunchParameter
from compiler.expression import parse
from compiler.place import Place
from compiler.weigh import LONGEST_PSEUDO, longest_value, weigh, weigh_trust

HERE = Place(path="here")


def parameter(name: str, form: str, max_items: int | None = None) -> LaunchParameter:
    return LaunchParameter(
        name=name,
        label=name,
        group="",
        description="",
        node=pattern.parse(form),
        allowed_pattern=form,
        max_items=max_items,
        optional=False,
        default=None,
        origin=HERE,
    )


PARAMETERS = {
    each.name: each
    for each in (
        parameter("One", "[a-z]{1,4}"),
        parameter("Three", "[a-z]{1,4}", 3),
        parameter("Sole", "[a-z]{1,4}", 1),
        parameter("Quoted", '["a]{2}'),
    )
}


def statement(*resources: str, **conditions: list[str]) -> Entitlement:
    return Entitlement(
        sid="S",
        effect="Allow",
        actions=("a:B",),
        resources=tuple(map(parse, resources)),
        conditions=tuple(
            (operator, (("k", tuple(map(parse, values))),))
            for operator, values in conditions.items()
        ),
        origin=HERE,
    )


@pytest.mark.parametrize(
    ("measured", "document"),
    [
        (statement("*"), '"Resource":["*"]'),
        (statement("x y\tz"), '"Resource":["xy\\tz"]'),
        (statement("${One}"), '"Resource":["aaaa"]'),
        (statement("${Three}"), '"Resource":["aaaa","aaaa","aaaa"]'),
        (statement("${Three}/*", "b"), '"Resource":["aaaa/*","aaaa/*","aaaa/*","b"]'),
        (statement("${Three}-${One}"), '"Resource":["aaaa-aaaa","aaaa-aaaa","aaaa-aaaa"]'),
        (statement("${Quoted}"), '"Resource":["\\"\\""]'),
        (statement("${aws:username}${*}"), '"Resource":["${aws:username}${*}"]'),
        (statement("ü"), '"Resource":["ü"]'),
        (
            statement("${AWS::Partition}:${AWS::Region}:${AWS::AccountId}:${AWS::URLSuffix}"),
            '"Resource":["aws-us-gov:us-isof-south-1:123456789012:amazonaws.com.cn"]',
        ),
        (statement("*", Op=["x"]), '"Resource":["*"],"Condition":{"Op":{"k":"x"}}'),
        (statement("*", Op=["x", "y"]), '"Resource":["*"],"Condition":{"Op":{"k":["x","y"]}}'),
        (statement("*", Op=["${One}"]), '"Resource":["*"],"Condition":{"Op":{"k":"aaaa"}}'),
        # A list of one value is split into a list, which has brackets.
        (statement("*", Op=["${Sole}"]), '"Resource":["*"],"Condition":{"Op":{"k":["aaaa"]}}'),
        (statement("*", Op=["${Sole}/x"]), '"Resource":["*"],"Condition":{"Op":{"k":"aaaa/x"}}'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_statement_weighs(measured: Entitlement, document: str) -> None:
    expected = f'{{"Sid":"S","Effect":"Allow","Action":["a:B"],{document}}}'

    assert len(expected) == weigh(measured, PARAMETERS)


def test_a_trust_without_conditions_has_none() -> None:
    assert weigh_trust([]) == len('{"Version":"2012-10-17","Statement":[]}')


@pytest.mark.parametrize(("name", "value"), [("One", "aaaa"), ("Three", "aaaa"), ("Quoted", '""')])
def test_a_longest_value(name: str, value: str) -> None:
    assert longest_value(PARAMETERS[name]) == value


def test_of_several_forms_the_one_that_is_longest_once_written() -> None:
    """JSON writes a quotation mark with a backslash."""
    assert longest_value(parameter("P", 'abcde|"""')) == '"""'


def test_every_pseudo_parameter_has_a_longest_value() -> None:
    import json
    from pathlib import Path

    import botocore

    from compiler.expression import PSEUDO

    raw = (Path(botocore.__file__).parent / "data/partitions.json").read_text(encoding="utf-8")
    partitions = json.loads(raw)["partitions"]
    regions = [
        name for each in partitions for name in each["regions"] if not name.endswith("-global")
    ]

    assert set(PSEUDO) == set(LONGEST_PSEUDO)
    assert max(map(len, regions)) <= len(LONGEST_PSEUDO["AWS::Region"])
    assert max(len(each["id"]) for each in partitions) <= len(LONGEST_PSEUDO["AWS::Partition"])
    suffixes = [each["outputs"]["dnsSuffix"] for each in partitions]
    assert max(map(len, suffixes)) <= len(LONGEST_PSEUDO["AWS::URLSuffix"])
