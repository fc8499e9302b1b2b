"""Intrinsic functions: moto leaves nulls, reads what it put in, and knows one partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.cloudformation.conditions import decide_conditions
from compiler.sandbox.cloudformation.intrinsics import NO_VALUE as GONE
from compiler.sandbox.cloudformation.intrinsics import Scope, ValidationError, references, resolve
from tests.sandbox.templates import NO_VALUE, Json, document, policy, role, statement, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

BUCKETS: Json = {"Fn::Split": [",", {"Fn::Sub": "${Buckets},?,?"}]}


def slot(number: int) -> Json:
    item = {"Item": {"Fn::Select": [number - 1, BUCKETS]}}
    arn = {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Item}/*", item]}
    return {"Fn::If": [f"Buckets{number}", arn, NO_VALUE]}


PERSONA: Json = template(
    parameters={
        "Buckets": {"Type": "String", "AllowedPattern": "[a-z]+(,[a-z]+){0,2}"},
        "Subnets": {"Type": "String", "Default": ""},
        "Roles": {"Type": "String", "Default": "arn:aws:iam::123456789012:role/a"},
    },
    Conditions={
        "Network": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Subnets"}, ""]}]},
        "Buckets2": {"Fn::Not": [{"Fn::Equals": [{"Fn::Select": [1, BUCKETS]}, "?"]}]},
        "Buckets3": {"Fn::Not": [{"Fn::Equals": [{"Fn::Select": [2, BUCKETS]}, "?"]}]},
        "Both": {"Fn::And": [{"Condition": "Network"}, {"Condition": "Buckets2"}]},
        "Open": {"Fn::Not": [{"Condition": "Network"}]},
    },
    Policy1=policy(
        statement(
            "s3:GetObject",
            [
                {
                    "Fn::Sub": [
                        "arn:${AWS::Partition}:s3:::${B}/*",
                        {"B": {"Fn::Select": [0, BUCKETS]}},
                    ]
                },
                slot(2),
                slot(3),
            ],
        ),
        {
            "Fn::If": [
                "Network",
                statement(
                    "sagemaker:CreateTrainingJob",
                    Condition={
                        "ForAnyValue:StringEquals": {
                            "sagemaker:VpcSubnets": {"Fn::Split": [",", {"Ref": "Subnets"}]}
                        }
                    },
                ),
                NO_VALUE,
            ]
        },
        statement("iam:PassRole", {"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "Roles"}]]}]}),
        statement("s3:PutObject", {"Fn::Sub": "arn:aws:s3:::x!^/${!aws:username}/${AWS::Region}"}),
    ),
    Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}]),
    Outputs={
        "RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}},
        "Subnets": {"Condition": "Network", "Value": {"Ref": "Subnets"}},
        "Both": {"Condition": "Both", "Value": "both"},
        "Open": {"Condition": "Open", "Value": "open"},
        "Where": {
            "Value": {
                "Fn::Sub": "${AWS::Partition} ${AWS::AccountId} ${AWS::Region} ${AWS::URLSuffix}"
            }
        },
        "Stack": {
            "Value": {"Fn::Join": [" ", [{"Ref": "AWS::StackName"}, {"Ref": "AWS::StackId"}]]}
        },
    },
)


def test_a_persona_with_everything_left_out(cloud: Cloud) -> None:
    cloud.create(PERSONA, Buckets="one")

    assert cloud.document(cloud.physical_id("Policy1")) == document(
        statement("s3:GetObject", ["arn:aws:s3:::one/*"]),
        statement("iam:PassRole", ["arn:aws:iam::123456789012:role/a"]),
        statement("s3:PutObject", "arn:aws:s3:::x!^/${aws:username}/eu-west-1"),
    )
    assert set(cloud.outputs()) == {"RoleArn", "Open", "Where", "Stack"}


def test_a_persona_with_everything_filled_in(cloud: Cloud) -> None:
    cloud.create(
        PERSONA,
        Buckets="one,two,three",
        Subnets="subnet-1,subnet-2",
        Roles="arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:role/b",
    )

    found = cloud.document(cloud.physical_id("Policy1"))["Statement"]
    assert found[0]["Resource"] == [f"arn:aws:s3:::{b}/*" for b in ("one", "two", "three")]
    assert found[1]["Condition"] == {
        "ForAnyValue:StringEquals": {"sagemaker:VpcSubnets": ["subnet-1", "subnet-2"]}
    }
    assert found[2]["Resource"] == [f"arn:aws:iam::123456789012:role/{r}" for r in "ab"]
    assert (cloud.outputs()["Both"], cloud.outputs()["Subnets"]) == ("both", "subnet-1,subnet-2")
    assert "Open" not in cloud.outputs()


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("us-east-1", "aws", "amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
    ],
)
def test_a_stack_knows_where_it_is(cloud: Cloud, region: str, partition: str, suffix: str) -> None:
    made = template(
        Role=role(
            ManagedPolicyArns=[
                {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"}
            ]
        ),
        Outputs={**PERSONA["Outputs"], "Name": {"Value": {"Ref": "Role"}}},
    )
    for name in ("Subnets", "Both", "Open"):
        del made["Outputs"][name]

    stack = cloud.create(made, region)

    found = cloud.outputs(region=region)
    assert found["Where"] == f"{partition} 123456789012 {region} {suffix}"
    assert found["Stack"] == f"team {stack['StackId']}"
    assert stack["StackId"].startswith(f"arn:{partition}:cloudformation:{region}:123456789012:")
    assert found["RoleArn"] == f"arn:{partition}:iam::123456789012:role/{found['Name']}"
    assert cloud.attached(found["Name"], region) == {
        f"arn:{partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"
    }


def test_two_regions_of_an_account_share_iam_and_not_stacks(cloud: Cloud) -> None:
    made = template(Role=role())
    cloud.create(made, "eu-west-1")
    cloud.create(made, "us-east-1")
    assert len(cloud.roles()) == 2

    cloud.cloudformation("us-east-1").delete_stack(StackName="team")

    assert cloud.roles() == [cloud.physical_id("Role")]


def scope(**values: Any) -> Scope:
    return Scope(
        values=values,
        mappings={"M": {"a": {"b": "c"}}},
        conditions={"Yes": True, "No": False},
        reference=lambda name: f"ref-{name}",
        attribute=lambda name, attribute: f"{name}-{attribute}",
        exports={"e": "exported"},
    )


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Fn::Sub": "${A}${!A}${R}${R.Arn}"}, "${B}${A}ref-RR-Arn"),
        ({"Fn::Sub": ["${A}-${B}", {"B": "${A}$$"}]}, "${B}-${A}$$"),
        ({"Fn::Sub": '"${A}"^!${B.C}'}, '"${B}"^!B-C'),
        ({"Fn::Join": ["", [True, 1, NO_VALUE, "x"]]}, "true1x"),
        ({"Fn::Split": [",", ""]}, [""]),
        ({"Fn::Select": ["1", {"Ref": "L"}]}, "y"),
        ([1, {"Fn::If": ["No", 2, NO_VALUE]}, 3], [1, 3]),
        ({"a": {"Fn::If": ["Yes", NO_VALUE, 2]}, "b": []}, {"b": []}),
        ({"Fn::If": ["No", 1, {"Fn::If": ["Yes", NO_VALUE, 2]}]}, GONE),
        ({"Fn::FindInMap": ["M", "a", {"Ref": "K"}]}, "c"),
        ({"Fn::GetAtt": "R.Outputs.X"}, "R-Outputs.X"),
        ({"Fn::ImportValue": "e"}, "exported"),
        ({"Fn::Base64": "x"}, "eA=="),
        ({"Ref": "L", "beside": 1}, {"Ref": "L", "beside": 1}),
    ],
)
def test_each_function_resolves(node: Any, value: Any) -> None:
    assert resolve(node, scope(A="${B}", K="b", L=["x", "y"])) == value


@pytest.mark.parametrize(
    "node",
    [
        {"Fn::Select": [2, {"Ref": "L"}]},
        {"Fn::Select": [-1, {"Ref": "L"}]},
        {"Fn::Sub": "${L}"},
        {"Fn::Join": ["", "text"]},
        {"Fn::If": ["Nope", 1, 2]},
        {"Fn::FindInMap": ["M", "a", "z"]},
        {"Fn::Nope": 1},
    ],
)
def test_misuse_is_an_error_of_validation(node: Json) -> None:
    with pytest.raises(ValidationError):
        resolve(node, scope(L=["x", "y"]))


def test_only_branches_that_are_taken_refer_to_anything() -> None:
    node = [
        {"Fn::If": ["No", {"Ref": "Untaken"}, {"Fn::GetAtt": ["A", "Arn"]}]},
        {"Fn::Sub": ["${B}${C.Arn}${!D}${E}", {"E": {"Ref": "F"}}]},
    ]

    assert set(references(node, {"No": False})) == {"A", "B", "C", "F"}


def test_conditions_may_name_each_other_in_any_order_but_not_in_a_circle() -> None:
    conditions = {
        "All": {"Fn::And": [{"Condition": "Alias"}, {"Fn::Or": [{"Condition": "Last"}]}]},
        "Alias": {"Condition": "Last"},
        "Last": {"Fn::Equals": [{"Fn::If": ["First", "a", "b"]}, "a"]},
        "First": {"Fn::Equals": [{"Ref": "X"}, True]},
    }
    assert decide_conditions(conditions, scope(X="true")) == dict.fromkeys(conditions, True)
    assert decide_conditions(conditions, scope(X="1")) == dict.fromkeys(conditions, False)

    with pytest.raises(ValidationError, match="circular"):
        decide_conditions({"A": {"Condition": "B"}, "B": {"Condition": "A"}}, scope())
