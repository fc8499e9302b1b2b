"""What CloudFormation refuses before it touches anything; moto makes a green stack of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import Cloud
from tests.sandbox.templates import Json, body, policy, refused, role, template

Call = Callable[[Cloud, str], Any]


def create(cloud: Cloud, text: str) -> Any:
    return cloud.create(text, name="other")


def update(cloud: Cloud, text: str) -> Any:
    return cloud.update(text)


def create_change_set(cloud: Cloud, text: str) -> Any:
    return cloud.cloudformation().create_change_set(
        StackName="other",
        ChangeSetName="set",
        ChangeSetType="CREATE",
        TemplateBody=text,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def validate(cloud: Cloud, text: str) -> Any:
    return cloud.cloudformation().validate_template(TemplateBody=text)


CALLS = [create, update, create_change_set, validate]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            {"A": {"Type": "AWS::Nope::Nope"}, "B": {"Type": "Custom::Nope"}, "Role": role()},
            "the sandbox has no model for AWS::Nope::Nope, Custom::Nope",
        ),
        (
            {"Space": {"Type": "AWS::SageMaker::Space", "Properties": {}}},
            "the sandbox has no model for AWS::SageMaker::Space",
        ),
        (
            {"Role": role(Colour="red")},
            "cfn-lint finds E3002 at Resources/Role/Properties/Colour: .*'Colour'",
        ),
        (
            {"Role": role(AssumeRolePolicyDocument={"Statement": [{"Effect": "Maybe"}]})},
            "cfn-lint finds E3",
        ),
    ],
    ids=["unknown types", "type without a model", "lint", "effect"],
)
def test_a_template_that_aws_would_refuse_changes_nothing(
    cloud: Cloud, call: Call, broken: Json, words: str
) -> None:
    cloud.create(SOUND)
    before = cloud.roles()

    with refused("ValidationError", words):
        call(cloud, json.dumps({"Resources": broken}))

    stacks = cloud.cloudformation().describe_stacks()["Stacks"]
    assert [(stack["StackName"], stack["StackStatus"]) for stack in stacks] == [
        ("team", "CREATE_COMPLETE")
    ]
    assert cloud.roles() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Template format error"),
        ("[]", "unsupported structure"),
        ("{}", "At least one Resources member must be defined"),
        ('{"Transform": "AWS::LanguageExtensions", "Resources": {"A": {}}}', "no transforms"),
        (" " * 51_201, "less than or equal to 51200"),
    ],
)
def test_what_is_no_template_is_refused(cloud: Cloud, text: str, words: str) -> None:
    with refused("ValidationError", words):
        cloud.create(text)


@pytest.mark.parametrize(
    ("properties", "given", "required"),
    [
        ({}, [], "CAPABILITY_IAM"),
        ({}, ["CAPABILITY_AUTO_EXPAND"], "CAPABILITY_IAM"),
        ({"RoleName": "fixed"}, [], "CAPABILITY_NAMED_IAM"),
        ({"RoleName": "fixed"}, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
    ],
)
def test_iam_resources_need_their_capability(
    cloud: Cloud, properties: dict[str, str], given: list[Any], required: str
) -> None:
    text = body(template(Role=role(**properties)))
    words = rf"Requires capabilities : \[{required}\]"
    cloudformation = cloud.cloudformation()

    with refused("InsufficientCapabilitiesException", words):
        cloudformation.create_stack(StackName="team", TemplateBody=text, Capabilities=given)
    with refused("InsufficientCapabilitiesException", words):
        cloudformation.create_change_set(
            StackName="team",
            ChangeSetName="set",
            ChangeSetType="CREATE",
            TemplateBody=text,
            Capabilities=given,
        )
    assert cloud.roles() == []


def test_an_update_needs_the_capability_too(cloud: Cloud) -> None:
    cloud.create(SOUND)

    with refused("InsufficientCapabilitiesException", "CAPABILITY_IAM"):
        cloud.cloudformation().update_stack(
            StackName="team", TemplateBody=body(template(Policy1=policy(), Role=role()))
        )
    assert cloud.policies() == []


def test_a_name_is_taken_once(cloud: Cloud) -> None:
    cloud.create(SOUND)

    with refused("AlreadyExistsException", r"Stack \[team\] already exists"):
        cloud.create(SOUND)
    with refused("ValidationError", r"Stack \[nope\] does not exist"):
        cloud.update(SOUND, name="nope")


def test_a_resource_that_does_not_exist_cannot_be_referred_to(cloud: Cloud) -> None:
    made = template(
        parameters={"On": {"Type": "String"}},
        Conditions={"On": {"Fn::Equals": [{"Ref": "On"}, "yes"]}},
        Policy1={**policy(), "Condition": "On"},
        Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}]),
    )

    with refused("ValidationError", r"Unresolved resource dependencies \[Policy1\]"):
        cloud.create(made, On="no")
    assert cloud.create(made, On="yes")["StackStatus"] == "CREATE_COMPLETE"


def test_validation_names_parameters_and_capabilities(cloud: Cloud) -> None:
    text = body(
        template(
            parameters={"Text": {"Type": "String", "Default": "d", "Description": "t"}},
            Role=role(Description={"Ref": "Text"}),
        )
    )

    answer = cloud.cloudformation().validate_template(TemplateBody=text)

    (parameter,) = answer["Parameters"]
    assert (parameter.get("ParameterKey"), parameter.get("DefaultValue")) == ("Text", "d")
    assert answer["Capabilities"] == ["CAPABILITY_IAM"]
    summary = cloud.cloudformation().get_template_summary(TemplateBody=text)
    assert summary["ResourceTypes"] == ["AWS::IAM::Role"]
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]


def test_a_template_of_yaml_keeps_its_dates_as_text(cloud: Cloud) -> None:
    cloud.create(YAML)

    role_name = cloud.physical_id("Role")
    assert cloud.attached(role_name) == {cloud.physical_id("Policy1")}
    found = cloud.document(cloud.physical_id("Policy1"))
    assert found["Version"] == "2012-10-17"
    assert found["Statement"][0]["Resource"] == "arn:aws:s3:::b/${aws:username}/*"


def test_a_template_is_taken_from_s3(cloud: Cloud) -> None:
    s3 = cloud.client("s3", "us-east-1")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="v/1.json", Body=body(SOUND))
    cloudformation = cloud.cloudformation()
    urls = [
        "https://templates.s3.eu-west-1.amazonaws.com/v/1.json",
        "https://s3.amazonaws.com/templates/v/1.json",
        f"{cloud.endpoint}/templates/v/1.json",
    ]

    for number, url in enumerate(urls):
        name = f"team{number}"
        cloudformation.create_stack(
            StackName=name, TemplateURL=url, Capabilities=["CAPABILITY_IAM"]
        )
        assert cloud.stack(name)["StackStatus"] == "CREATE_COMPLETE"
    with refused("ValidationError", "S3 error"):
        cloudformation.create_stack(StackName="no", TemplateURL=urls[0].replace("1.json", "2"))


SOUND = template(Role=role())

YAML = """
Resources:
  Policy1:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "arn:${AWS::Partition}:s3:::b/${!aws:username}/*"
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Ref Policy1]
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: sts:AssumeRole}
"""
