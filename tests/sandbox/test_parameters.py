"""Parameters and Rules: moto checks neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.templates import Json, body, refused, role, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def parameter(**slot: Any) -> Json:
    return template(parameters={"X": {"Type": "String", **slot}}, Role=role(Description=SHOWN))


SHOWN: Json = {"Ref": "X"}
ITEMS: Json = template(
    parameters={
        "X": {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"},
        "Size": {"Type": "Number", "Default": 3, "MinValue": 2, "MaxValue": 4},
    },
    Role=role(
        Description={"Fn::Join": ["-", {"Ref": "X"}]},
        Tags=[{"Key": "size", "Value": {"Ref": "Size"}}],
    ),
)
NAMES = parameter(AllowedPattern=r"^(\d[a-z]{1,3}(,\d[a-z]{1,3}){0,2})?$", Default="")


@pytest.mark.parametrize(
    ("made", "good", "bad", "words"),
    [
        (parameter(AllowedPattern="[a-z]+"), ["abc"], ["", "Abc", "abc\n"], r"match pattern"),
        (NAMES, ["", "1a", "1abc,2b,3c"], ["1", "1a,", "1a,2b,3c,4d", "٣a"], r"match pattern"),
        (parameter(AllowedPattern=r"[\p{Upper}_]+|\p{Digit}"), ["A_B", "7"], ["a", "77"], "match"),
        (parameter(AllowedValues=["yes", "no"]), ["yes"], ["y", ""], r"one of \[yes, no\]"),
        (parameter(MinLength=2, MaxLength=3), ["ab", "abc"], ["a", "abcd"], "characters"),
        (ITEMS, ["a", "a,b"], ["a,,b", "a,B", ""], r"match pattern \[a-z\]\+"),
    ],
    ids=["pattern", "list in a pattern", "java", "values", "length", "members"],
)
def test_each_constraint_admits_and_refuses(
    cloud: Cloud, made: Json, good: list[str], bad: list[str], words: str
) -> None:
    for value in bad:
        with refused("ValidationError", f"Parameter X failed to satisfy constraint: .*{words}"):
            cloud.create(made, X=value)
    assert cloud.roles() == []
    for number, value in enumerate(good):
        stack = cloud.create(made, name=f"team{number}", X=value)
        assert stack["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(("size", "words"), [("1", "at least 2"), ("5", "at most 4"), ("x", "num")])
def test_numbers_are_bounded(cloud: Cloud, size: str, words: str) -> None:
    with refused("ValidationError", f"Parameter Size failed to satisfy constraint: .*{words}"):
        cloud.create(ITEMS, X="a", Size=size)


def test_lists_and_numbers_reach_the_template_and_are_shown_as_given(cloud: Cloud) -> None:
    stack = cloud.create(ITEMS, X="a,b")

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert found.get("Description") == "a-b"
    assert found.get("Tags") == [{"Key": "size", "Value": "3"}]
    shown = {p.get("ParameterKey"): p.get("ParameterValue") for p in stack.get("Parameters", [])}
    assert shown == {"X": "a,b", "Size": "3"}


def test_a_constraint_is_described_in_the_words_of_the_template(cloud: Cloud) -> None:
    made = parameter(AllowedPattern="[a-z]+", ConstraintDescription="must be a word")

    with refused("ValidationError", "Parameter X failed to satisfy constraint: must be a word"):
        cloud.create(made, X="1")


def test_missing_and_unknown_parameters_are_refused(cloud: Cloud) -> None:
    with refused("ValidationError", r"Parameters: \[X\] must have values"):
        cloud.create(parameter())
    with refused("ValidationError", r"Parameters: \[Y, Z\] do not exist in the template"):
        cloud.create(parameter(), X="a", Z="b", Y="c")


def test_an_update_is_held_to_the_constraints(cloud: Cloud) -> None:
    cloud.create(NAMES, X="1a")

    with refused("ValidationError", "Parameter X failed to satisfy constraint"):
        cloud.update(NAMES, X="a")
    assert cloud.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_a_secret_is_not_shown_but_used(cloud: Cloud) -> None:
    stack = cloud.create(parameter(NoEcho=True), X="secret")

    assert stack.get("Parameters") == [{"ParameterKey": "X", "ParameterValue": "****"}]
    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert found.get("Description") == "secret"


def test_a_pattern_that_only_java_reads_is_refused_as_such(cloud: Cloud) -> None:
    with refused("ValidationError", "the sandbox cannot read the AllowedPattern"):
        cloud.create(parameter(AllowedPattern="[a-z&&[^b]]+"), X="a")


def test_subnets_must_exist(cloud: Cloud) -> None:
    made = template(
        parameters={
            "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
            "Groups": {"Type": "List<AWS::EC2::SecurityGroup::Id>"},
            "Vpc": {"Type": "AWS::EC2::VPC::Id"},
        },
        Role=role(
            Description={
                "Fn::Join": [
                    " ",
                    [
                        {"Ref": "Vpc"},
                        {"Fn::Select": [0, {"Ref": "Subnets"}]},
                        {"Fn::Select": [0, {"Ref": "Groups"}]},
                    ],
                ]
            }
        ),
    )
    ec2 = cloud.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    given = {"Subnets": ",".join(subnets), "Groups": group, "Vpc": vpc}

    for name, nowhere in [("Subnets", "subnet-0"), ("Groups", "sg-0"), ("Vpc", "vpc-0")]:
        with refused("ValidationError", f"parameter value {nowhere} for parameter name {name} "):
            cloud.create(made, **{**given, name: nowhere})
    assert cloud.create(made, **given)["StackStatus"] == "CREATE_COMPLETE"


BOTH_OR_NEITHER: Json = {
    "Network": {
        "RuleCondition": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Subnets"}, ""]}]},
        "Assertions": [
            {
                "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Groups"}, ""]}]},
                "AssertDescription": "Subnets need security groups",
            }
        ],
    }
}


def test_a_rule_refuses_with_its_description(cloud: Cloud) -> None:
    made = template(
        parameters={name: {"Type": "String", "Default": ""} for name in ("Subnets", "Groups")},
        rules=BOTH_OR_NEITHER,
        Role=role(Description={"Fn::Sub": "${Subnets}${Groups}"}),
    )

    with refused("ValidationError", "Subnets need security groups"):
        cloud.create(made, Subnets="s")
    assert cloud.roles() == []

    cloud.create(made)
    with refused("ValidationError", "Subnets need security groups"):
        cloud.update(made, Subnets="s")
    assert cloud.update(made, Subnets="s", Groups="g")["StackStatus"] == "UPDATE_COMPLETE"


IS_A: Json = {"Fn::Equals": [{"Ref": "X"}, "a"]}


@pytest.mark.parametrize(
    ("function", "good", "bad"),
    [
        ({"Fn::Contains": [["a", "b"], {"Ref": "X"}]}, ["a"], ["c"]),
        ({"Fn::EachMemberIn": [{"Ref": "L"}, ["a", "b"]]}, ["a,b"], ["a,c"]),
        ({"Fn::EachMemberEquals": [{"Ref": "L"}, "a"]}, ["a,a"], ["a,b"]),
        ({"Fn::Or": [IS_A, {"Fn::Equals": [{"Ref": "X"}, "b"]}]}, ["a", "b"], ["c"]),
        ({"Fn::And": [IS_A, {"Fn::Contains": [{"Ref": "L"}, "a"]}]}, ["a"], ["b"]),
    ],
    ids=["contains", "in", "equal", "or", "and"],
)
def test_each_function_of_rules(
    cloud: Cloud, function: Json, good: list[str], bad: list[str]
) -> None:
    made = template(
        parameters={"X": {"Type": "String"}, "L": {"Type": "CommaDelimitedList"}},
        rules={"Rule": {"Assertions": [{"Assert": function}]}},
        Role=role(
            Description={"Fn::Join": [",", [{"Ref": "X"}, {"Fn::Select": [0, {"Ref": "L"}]}]]}
        ),
    )

    for value in bad:
        with refused("ValidationError", "rule Rule failed"):
            cloud.create(made, X=value, L=value)
    for number, value in enumerate(good):
        cloud.create(made, name=f"team{number}", X=value, L=value)


def test_a_function_that_rules_do_not_have_is_refused_though_it_lints(cloud: Cloud) -> None:
    joined = {"Fn::Equals": [{"Fn::Join": ["", [{"Ref": "X"}]]}, "a"]}
    made = {**parameter(), "Rules": {"Rule": {"Assertions": [{"Assert": joined}]}}}

    with refused("ValidationError", "cannot stand in a rule"):
        cloud.create(body(made), X="a")
