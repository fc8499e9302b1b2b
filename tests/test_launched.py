"""Every product is launched, updated and terminated with nothing but the launch role's policies."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from compiler.build import compile_persona
from compiler.deploy import Account
from compiler.handlers import NEVER, handlers
from compiler.launch_permissions import PROPERTIES, products
from compiler.launch_role import launch_role
from compiler.load import load, read_tree
from compiler.sandbox.authorisation import asked
from tests.account import ACCOUNT, LAUNCH_ROLE, ROOT, prepare
from tests.test_deployed import ALWAYS, BUCKET, CONTROLS, FIRST, arguments, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.build import Product
    from compiler.catalog import Catalog
    from compiler.sandbox import Sandbox

__all__ = ["running"]

QUICK = ("data-scientist", "studio-user")
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
TAGS = ({"cost-center": "a", "team": "fraud"}, {"cost-center": "b"}, {"team": "payments"})


@cache
def catalog() -> Catalog:
    return load("catalog", read_tree(ROOT / "catalog")[0]).catalog


@cache
def product(persona: str) -> Product:
    found, problems = compile_persona(catalog(), persona)
    assert found, problems
    return found


@pytest.fixture(autouse=True)
def _ready(running: Sandbox) -> None:
    running.reset()
    prepare("boundary", "launch-role")
    Account(FIRST).create_bucket(BUCKET)
    asked.clear()


@cache
def listed() -> frozenset[str]:
    """What the schemas list for the handlers of what products make."""
    return frozenset(
        each
        for kind in PROPERTIES
        for actions in handlers(kind).actions.values()
        for each in actions
    )


def client() -> Any:
    return boto3.client("cloudformation", region_name=FIRST)


def provisioned(
    change: Any, persona: str, parameters: Mapping[str, str], tags: Mapping[str, str]
) -> dict[str, str]:
    """What Service Catalog does: a stack with the launch role, and its outputs."""
    name = f"SC-{ACCOUNT}-{persona}"
    given = arguments(product(persona), name, parameters)
    labels = [{"Key": key, "Value": value} for key, value in tags.items()]
    change(**given, RoleARN=LAUNCH_ROLE, Tags=labels)
    (stack,) = client().describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, stack
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def terminated(persona: str) -> None:
    name = f"SC-{ACCOUNT}-{persona}"
    client().delete_stack(StackName=name)
    with pytest.raises(client().exceptions.ClientError, match="does not exist"):
        client().describe_stacks(StackName=name)


def domain(mode: str) -> str:
    """A domain of a product of ours, whose default role is one of ours too."""
    role = provisioned(
        client().create_stack,
        "sagemaker-compute-role",
        least("sagemaker-compute-role"),
        TAGS[0],
    )
    given = {
        "DomainName": "fraud-detection",
        "DomainMode": mode,
        "DefaultRole": role["RoleArn"],
        "EncryptionKey": f"arn:aws:kms:{FIRST}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "Subnets": "subnet-0a1b2c3d4e5f60718,subnet-0123456789abcdef0",
        "SecurityGroups": "sg-0a1b2c3d4e5f60718",
    }
    made = provisioned(client().create_stack, "studio-domain", given, TAGS[0])
    provisioned(client().update_stack, "studio-domain", {**given, "IdleMinutes": "60"}, TAGS[1])
    return made["DomainId"]


def declared(persona: str, given: Mapping[str, str]) -> dict[str, str]:
    slots = product(persona).template.body.get("Parameters", {})
    return {name: each for name, each in given.items() if name in slots}


def least(persona: str) -> dict[str, str]:
    """Every switch off, and all that has to be given."""
    slots = product(persona).template.body.get("Parameters", {})
    entitlements = product(persona).packing.entitlements
    off = {each.parameter: "no" for each in entitlements.options.values()}
    controls = {name: each for one in CONTROLS.values() for name, each in one.items()}
    needed = {
        name: each
        for name, each in {**ALWAYS, **controls}.items()
        if name in slots and "Default" not in slots[name]
    }
    return {**needed, **off}


def most(persona: str) -> dict[str, str]:
    """Every switch on, and a value for each parameter."""
    entitlements = product(persona).packing.entitlements
    on = {each.parameter: "yes" for each in entitlements.options.values()}
    controls = {name: each for one in CONTROLS.values() for name, each in one.items()}
    first = {name: each.partition(",")[0] for name, each in {**ALWAYS, **controls}.items()}
    return declared(persona, {**first, **on})


def forms(persona: str) -> Sequence[dict[str, str]]:
    """What a launch is made with, and what it is updated to, one after the other."""
    if persona == "studio-user":
        given = {"AccessForm": "permission set", "InstanceArn": INSTANCE}
        return ({}, given, given, {**given, "PermissionSetName": "others"})
    off, on = least(persona), most(persona)
    if not catalog().personas[persona].onboarding:
        return (off, on, off)
    user = {"DomainMode": "SSO", "SingleSignOnUser": "jane.doe@example.com"}
    identity = user if persona == "ml-ops" else {"DomainMode": "IAM"}
    profile = {
        "DomainId": domain(identity["DomainMode"]),
        "UserProfileName": "jane-doe",
        **identity,
    }
    lab = {**profile, "JupyterLabInstanceType": "ml.m5.large"}
    return (off, {**on, **profile}, {**on, **lab}, off)


def personas() -> Iterator[Any]:
    for each in products(catalog()):
        # It is launched where a user profile is.
        if each != "studio-domain":
            yield each if each in QUICK else pytest.param(each, marks=pytest.mark.slow)


def differing(persona: str) -> list[tuple[dict[str, str], Mapping[str, str]]]:
    """Each form with the tags that the stack has then; where one form is all, tags change alone."""
    found = forms(persona)
    return [(each, TAGS[min(index, len(TAGS) - 1)]) for index, each in enumerate(found)]


def played(persona: str) -> None:
    """The whole life of a launch, and of the domain that it was made in."""
    for number, (given, tags) in enumerate(differing(persona)):
        change = client().update_stack if number else client().create_stack
        provisioned(change, persona, given, tags)
    terminated(persona)
    if catalog().personas[persona].onboarding:
        terminated("studio-domain")
        terminated("sagemaker-compute-role")


@pytest.mark.parametrize("persona", [*personas()])
def test_a_product_is_launched_updated_and_terminated_with_the_launch_role(persona: str) -> None:
    played(persona)

    assert {each.role_arn for each in asked} == {LAUNCH_ROLE}
    assert all(each.allowed for each in asked)
    # Nothing that the registry does not know a handler to call.
    assert {each.action for each in asked} <= listed() - NEVER
    iam = boto3.client("iam", region_name=FIRST)
    assert iam.list_roles(PathPrefix="/personac/")["Roles"] == []
    # CloudFormation was not told to let anything be.
    held = {each["PolicyName"] for each in iam.list_policies(Scope="Local")["Policies"]}
    assert not [each for each in held if each.startswith("SC-")]


@pytest.mark.slow
def test_nearly_all_that_the_role_is_allowed_is_asked_for() -> None:
    """The rest is listed for handlers, and it is not known what calls it."""
    for persona in ("custom", "data-scientist", "ml-ops", "studio-user"):
        played(persona)
    made = launch_role(catalog())
    assert made
    allowed = {
        action
        for policy in made.policies
        for each in policy
        if each.effect == "Allow"
        for action in each.actions
        if action in listed()
    }

    assert allowed - {each.action for each in asked} == {
        "iam:ListRoleTags",
        "identitystore:DescribeUser",
        "sso:DeleteInlinePolicyFromPermissionSet",
        "sso:DescribeInstance",
    }


def _tampered(name: str) -> dict[str, Any]:
    """A product's template with something in it that the launch role must not make."""
    body = copy.deepcopy(product("sagemaker-compute-role").template.body)
    properties = body["Resources"]["Role"]["Properties"]
    match name:
        case "no boundary":
            del properties["PermissionsBoundary"]
        case "a boundary of its own":
            properties["PermissionsBoundary"] = {"Ref": "Policy1"}
        case "another path":
            properties["Path"] = "/elsewhere/"
        case "an administrator":
            arn = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
            properties["ManagedPolicyArns"].append(arn)
        case _:
            boundary = body["Resources"]["Policy1"]["Properties"]
            boundary |= {"Path": "/personac/boundary/", "ManagedPolicyName": "machine-learning"}
    return body


@pytest.mark.parametrize(
    ("tampering", "refused"),
    [
        ("no boundary", "iam:CreateRole"),
        ("a boundary of its own", "iam:CreateRole"),
        ("another path", "iam:CreateRole"),
        ("an administrator", "iam:AttachRolePolicy"),
        ("the boundary rewritten", "iam:CreatePolicy"),
    ],
)
def test_what_no_product_makes_is_refused_and_rolled_back(tampering: str, refused: str) -> None:
    given = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in least("sagemaker-compute-role").items()
    ]
    client().create_stack(
        StackName="SC-tampered",
        TemplateBody=json.dumps(_tampered(tampering), separators=(",", ":")),
        Parameters=given,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        RoleARN=LAUNCH_ROLE,
    )

    (stack,) = client().describe_stacks(StackName="SC-tampered")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = f"is not authorized to perform: {refused} on resource"
    events = client().describe_stack_events(StackName="SC-tampered")["StackEvents"]
    assert any(reason in each.get("ResourceStatusReason", "") for each in events)
    iam = boto3.client("iam", region_name=FIRST)
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["personac-launch"]
