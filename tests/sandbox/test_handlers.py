"""What the sandbox's CloudFormation calls for a resource, also for what products do not use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.handlers import handlers
from compiler.iam import reference
from compiler.sandbox.cloudformation.handled import Handled
from compiler.sandbox.cloudformation.registry import model_of
from tests.sandbox.templates import document, trust

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handler
    from tests.sandbox.conftest import Cloud

pytestmark = pytest.mark.usefixtures("cloud")

ACCOUNT = "123456789012"
IAM = f"arn:aws:iam::{ACCOUNT}"
SAGEMAKER = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}"
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
BOUNDARY = f"{IAM}:policy/bound"
TAGS = [{"Key": "team", "Value": "fraud"}, {"Key": "empty", "Value": ""}]

ROLE = {
    "AssumeRolePolicyDocument": trust(),
    "ManagedPolicyArns": [f"{IAM}:policy/one"],
    "Path": "/people/",
    "PermissionsBoundary": BOUNDARY,
    "Policies": [{"PolicyName": "own", "PolicyDocument": document()}],
    "Tags": TAGS,
}
POLICY = {
    "PolicyDocument": document(),
    "Path": "/people/",
    "Groups": ["analysts"],
    "Roles": ["analyst"],
    "Users": ["jane"],
}
DOMAIN = {
    "AuthMode": "IAM",
    "DefaultUserSettings": {
        "ExecutionRole": f"{IAM}:role/jobs",
        "SecurityGroups": ["sg-0a1b2c3d4e5f60718"],
        "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.large"}},
    },
    "DomainName": "fraud",
    "KmsKeyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
    "SubnetIds": ["subnet-0a1b2c3d4e5f60718"],
    "Tags": TAGS,
}
PROFILE = {
    "DomainId": "d-abc",
    "SingleSignOnUserValue": "jane",
    "Tags": TAGS,
    "UserProfileName": "jane",
    "UserSettings": {"ExecutionRole": f"{IAM}:role/jane"},
}
SET = {
    "InstanceArn": INSTANCE,
    "Name": "analysts",
    "InlinePolicy": document(),
    "ManagedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "CustomerManagedPolicyReferences": [{"Name": "own"}],
    "PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    "Tags": TAGS,
}
TYPES: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "AWS::IAM::Role": ("analyst", "analyst", ROLE),
    "AWS::IAM::ManagedPolicy": ("own", f"{IAM}:policy/people/own", POLICY),
    "AWS::SageMaker::Domain": ("fraud", "d-abc", DOMAIN),
    "AWS::SageMaker::UserProfile": ("jane", "jane|d-abc", PROFILE),
    "AWS::SSO::PermissionSet": (
        "analysts",
        f"{INSTANCE}|arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1",
        SET,
    ),
}
"""Type to a name, an id, and properties with everything in them that decides what is called."""

LEAST: Mapping[str, dict[str, Any]] = {
    "AWS::IAM::Role": {"AssumeRolePolicyDocument": trust(), "Path": "/people/"},
    "AWS::IAM::ManagedPolicy": {"PolicyDocument": document(), "Path": "/people/"},
    "AWS::SageMaker::Domain": {"AuthMode": "IAM", "DomainName": "fraud"},
    "AWS::SageMaker::UserProfile": {"DomainId": "d-abc", "UserProfileName": "jane"},
    "AWS::SSO::PermissionSet": {"InstanceArn": INSTANCE, "Name": "analysts"},
}


def calls(
    kind: str,
    handler: Handler,
    properties: Mapping[str, Any] | None = None,
    previous: Mapping[str, Any] | None = None,
) -> list[Call]:
    name, identifier, everything = TYPES[kind]
    handled = Handled(
        name=name if handler == "create" else identifier,
        properties=everything if properties is None else properties,
        previous=previous or {},
        account_id=ACCOUNT,
        region="eu-west-1",
    )
    return list(model_of(kind).calls(handler, handled))


def every(kind: str) -> Mapping[str, list[Call]]:
    """The calls of each handler, an update that gives everything and one that takes it away."""
    everything, least = TYPES[kind][2], LEAST[kind]
    return {
        "create": calls(kind, "create"),
        "read": calls(kind, "read"),
        "update": [
            *calls(kind, "update", everything, least),
            *calls(kind, "update", least, everything),
        ],
        "delete": calls(kind, "delete"),
    }


@pytest.mark.parametrize("kind", TYPES)
def test_each_handler_calls_what_its_schema_lists(kind: str) -> None:
    for handler, found in every(kind).items():
        assert found
        assert {each.action for each in found} <= set(handlers(kind).actions[handler]), handler


@pytest.mark.parametrize("kind", TYPES)
def test_each_call_is_as_the_service_authorization_reference_has_it(kind: str) -> None:
    """Its keys are keys of the action, and no value is empty: AWS has no such requests."""
    for found in every(kind).values():
        for each in found:
            (action,) = reference.expand(each.action)
            for key, value in each.context.items():
                assert reference.supports(action, key), (each.action, key)
                assert all([value] if isinstance(value, str) else value)
            assert each.resource != "*" or not action.needs_resource, each


@pytest.mark.parametrize("kind", LEAST)
def test_what_is_not_there_is_not_called_for(kind: str) -> None:
    least = {each.action for each in calls(kind, "create", LEAST[kind])}
    full = {each.action for each in calls(kind, "create")}

    assert least < full
    assert not [each for each in least if "Tag" in each or "Pass" in each or "Attach" in each]


def test_a_role_is_made_with_its_boundary_and_its_tags() -> None:
    made, tagged, *rest = calls("AWS::IAM::Role", "create")

    assert (made.action, made.resource) == ("iam:CreateRole", f"{IAM}:role/people/analyst")
    assert made.context == {
        "iam:PermissionsBoundary": BOUNDARY,
        "aws:RequestTag/team": "fraud",
        "aws:TagKeys": ["team", "empty"],
    }
    assert tagged.action == "iam:TagRole"
    assert [each.context.get("iam:PolicyARN") for each in rest] == [f"{IAM}:policy/one", None]
    assert all(each.context["iam:PermissionsBoundary"] == BOUNDARY for each in rest)


def test_a_role_that_stands_has_the_boundary_that_iam_holds(cloud: Cloud) -> None:
    iam = cloud.iam()
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=_text())["Policy"]["Arn"]
    iam.create_role(
        RoleName="analyst",
        Path="/people/",
        AssumeRolePolicyDocument=_text(trust()),
        PermissionsBoundary=bound,
    )
    without = {name: each for name, each in ROLE.items() if name != "PermissionsBoundary"}

    attach = next(
        each
        for each in calls("AWS::IAM::Role", "update", without, LEAST["AWS::IAM::Role"])
        if each.action == "iam:AttachRolePolicy"
    )
    removed = calls("AWS::IAM::Role", "update", without, ROLE)

    assert attach.context["iam:PermissionsBoundary"] == bound
    assert "iam:DeleteRolePermissionsBoundary" in {each.action for each in removed}


def test_the_sixth_version_of_a_policy_takes_the_place_of_one(cloud: Cloud) -> None:
    iam = cloud.iam()
    iam.create_policy(PolicyName="own", Path="/people/", PolicyDocument=_text())
    arn = f"{IAM}:policy/people/own"
    least = LEAST["AWS::IAM::ManagedPolicy"]

    def called() -> set[str]:
        return {each.action for each in calls("AWS::IAM::ManagedPolicy", "update", least, least)}

    assert "iam:DeletePolicyVersion" not in called()
    for number in range(4):
        text = _text(document({"Effect": "Allow", "Action": f"s3:Get{number}*", "Resource": "*"}))
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text)
    assert "iam:DeletePolicyVersion" in called()


def test_what_studio_is_made_with_is_in_the_request() -> None:
    made = calls("AWS::SageMaker::Domain", "create")
    by_action = {each.action: each for each in made}

    assert by_action["sagemaker:CreateDomain"].resource == f"{SAGEMAKER}:domain/*"
    context = by_action["sagemaker:CreateDomain"].context
    assert context["sagemaker:VpcSubnets"] == DOMAIN["SubnetIds"]
    assert context["sagemaker:InstanceTypes"] == ["ml.m5.large"]
    assert by_action["sagemaker:AddTags"].context["sagemaker:TaggingAction"] == "CreateDomain"
    assert by_action["iam:PassRole"].resource == f"{IAM}:role/jobs"
    assert by_action["iam:PassRole"].context["iam:PassedToService"] == "sagemaker.amazonaws.com"
    assert by_action["kms:CreateGrant"].context["kms:GrantIsForAWSResource"] == "true"


def test_a_tag_that_stays_is_not_given_again() -> None:
    team, other = {"Key": "team", "Value": "fraud"}, {"Key": "stage", "Value": "test"}
    least = LEAST["AWS::SageMaker::UserProfile"]

    tagged = [
        each
        for each in calls(
            "AWS::SageMaker::UserProfile",
            "update",
            {**least, "Tags": [team, other]},
            {**least, "Tags": [team, {"Key": "gone", "Value": "x"}]},
        )
        if "Tags" in each.action and "List" not in each.action
    ]

    assert [(each.action, each.context["aws:TagKeys"]) for each in tagged] == [
        ("sagemaker:DeleteTags", ["gone"]),
        ("sagemaker:AddTags", ["stage"]),
    ]
    assert all(each.context["aws:ResourceTag/gone"] == "x" for each in tagged)


def test_a_permission_set_is_asked_for_with_its_instance() -> None:
    deleted = calls("AWS::SSO::PermissionSet", "delete")

    assert [(each.action, each.resource) for each in deleted] == [
        ("sso:DeletePermissionSet", INSTANCE),
        ("sso:DeletePermissionSet", TYPES["AWS::SSO::PermissionSet"][1].partition("|")[2]),
    ]


def _text(body: Any = None) -> str:
    return json.dumps(document() if body is None else body)
