"""compiler.emit.statements and values: texts of the catalog as intrinsic functions."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import encode_to_dict

from compiler.emit.statements import action, emit_assumption, emit_statement, slotted_by
from compiler.emit.values import emit_values, has_conditions
from compiler.entitlement import Assumption, Entitlement
from compiler.expression import parse
from compiler.iam.operators import OPERATORS
from compiler.iam.operators import parse as operator
from compiler.place import Place
from tests.test_weigh import PARAMETERS, statement

HERE = Place(path="here")
NO_VALUE = {"Ref": "AWS::NoValue"}


def element(number: int) -> Any:
    return {"Fn::Select": [number, {"Fn::Split": [",", {"Ref": "Three"}]}]}


def slot(number: int, value: Any) -> Any:
    return {"Fn::If": [f"ThreeHas{number}", value, NO_VALUE]}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["*"], ["*"]),
        (["${AWS::Region}"], [{"Ref": "AWS::Region"}]),
        (["${One}"], [{"Ref": "One"}]),
        (["a-${One}"], [{"Fn::Sub": "a-${One}"}]),
        # Of IAM's own variables Fn::Sub must know nothing; elsewhere they are plain text.
        (["${aws:username}"], ["${aws:username}"]),
        (
            ["${One}${aws:username}${*}${?}${$}"],
            [{"Fn::Sub": "${One}${!aws:username}${!*}${!?}${!$}"}],
        ),
        (["${Three}"], {"Fn::Split": [",", {"Ref": "Three"}]}),
        (["${Sole}"], {"Fn::Split": [",", {"Ref": "Sole"}]}),
        (
            ["${Sole}/x"],
            [
                {
                    "Fn::Sub": [
                        "${Sole}/x",
                        {"Sole": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Sole"}]}]}},
                    ]
                }
            ],
        ),
        (["${Three}", "x"], [element(0), slot(2, element(1)), slot(3, element(2)), "x"]),
        (
            ["${Three}${One}${Three}"],
            [
                {"Fn::Sub": ["${Three}${One}${Three}", {"Three": element(0)}]},
                slot(2, {"Fn::Sub": ["${Three}${One}${Three}", {"Three": element(1)}]}),
                slot(3, {"Fn::Sub": ["${Three}${One}${Three}", {"Three": element(2)}]}),
            ],
        ),
    ],
    ids=str,
)
def test_values_become_functions(values: list[str], expected: Any) -> None:
    emitted = emit_values(tuple(map(parse, values)), PARAMETERS)

    assert expected == encode_to_dict({"v": emitted})["v"]


def test_a_list_has_a_condition_for_each_value_after_the_first() -> None:
    found = encode_to_dict(has_conditions(PARAMETERS["Three"]))

    assert list(found) == ["ThreeHas2", "ThreeHas3"]
    assert found["ThreeHas3"] == {
        "Fn::Not": [
            {
                "Fn::Equals": [
                    {"Fn::Select": [2, {"Fn::Split": [",", {"Fn::Sub": "${Three},?,?"}]}]},
                    "?",
                ]
            }
        ]
    }
    assert has_conditions(PARAMETERS["Sole"]) == {}
    assert has_conditions(PARAMETERS["One"]) == {}


@pytest.mark.parametrize(
    ("written", "lists"),
    [
        (statement("${Three}"), set()),
        (statement("${Three}/x"), {"Three"}),
        (statement("${Three}", "x"), {"Three"}),
        (statement("${One}", "x"), set()),
        (statement("*", Op=["${Three}-x"]), {"Three"}),
        (statement("*", Op=["${Three}"]), set()),
    ],
    ids=range(6),
)
def test_only_what_is_written_one_by_one_needs_conditions(
    written: Entitlement, lists: set[str]
) -> None:
    assert lists == slotted_by(written, PARAMETERS)


def test_a_statement() -> None:
    written = Entitlement(
        sid="S",
        effect="Deny",
        actions=("s3:GetObject", "s3:Put*"),
        resources=(parse("${One}"),),
        except_resources=True,
        conditions=(("Bool", (("aws:SecureTransport", (parse("false"),)),)),),
        origin=HERE,
    )

    assert emit_statement(written, PARAMETERS) == {
        "Sid": "S",
        "Effect": "Deny",
        "Action": ["s3:GetObject", "s3:Put*"],
        "NotResource": [{"Ref": "One"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_a_statement_of_a_trust_with_several_kinds_of_principal() -> None:
    written = Assumption(
        sid="S",
        effect="Allow",
        principals=(
            ("Service", (parse("sagemaker.${AWS::URLSuffix}"),)),
            ("AWS", (parse("a"), parse("arn:${AWS::Partition}:iam::1:root"))),
        ),
        actions=("sts:AssumeRole", "sts:TagSession"),
        origin=HERE,
    )

    assert emit_assumption(written) == {
        "Sid": "S",
        "Effect": "Allow",
        "Principal": {
            "Service": {"Fn::Sub": "sagemaker.${AWS::URLSuffix}"},
            "AWS": ["a", {"Fn::Sub": "arn:${AWS::Partition}:iam::1:root"}],
        },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_of_iam_is_written_as_the_author_wrote_it(name: str) -> None:
    """Those too that awacs does not know."""
    for written in (name, f"{name}IfExists", f"ForAnyValue:{name}", f"ForAllValues:{name}IfExists"):
        if operator(written):
            conditions = ((written, (("k", (parse("v"),)),)),)
            made = emit_statement(
                Entitlement(
                    sid="S",
                    effect="Allow",
                    actions=("a:B",),
                    resources=(parse("*"),),
                    conditions=conditions,
                    origin=HERE,
                ),
                {},
            )
            assert made["Condition"] == {written: {"k": "v"}}


@pytest.mark.parametrize(
    "written",
    [
        "s3:GetObject",
        "s3:Get*",
        "s3:NotYetInAwacs",
        "nope:X",
        "sagemaker:CreateTrainingJob",
        "ec2-instance-connect:SendSSHPublicKey",
        "s3:Action",
        "../aws:Action",
        "aws:Action",
    ],
)
def test_an_action_is_written_as_the_author_wrote_it(written: str) -> None:
    assert action(written).JSONrepr() == written
