"""Domains, user profiles and people's access, deployed on the sandbox in two Regions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml

from compiler.build import compile_persona
from compiler.load import load, read_tree
from tests.test_deployed import ACCOUNT, ALWAYS, FIRST, SECOND, _empty, arguments, running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.build import Product

__all__ = ["_empty", "running"]

ROOT = Path(__file__).parents[1]
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
REGIONS = (FIRST, SECOND)


@cache
def product(persona: str) -> Product:
    catalog = load("catalog", read_tree(ROOT / "catalog")[0]).catalog
    found, problems = compile_persona(catalog, persona)
    assert found, problems
    return found


def created(region: str, persona: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Create a stack, and give its outputs."""
    client = boto3.client("cloudformation", region_name=region)
    client.create_stack(**arguments(product(persona), persona, parameters))
    return outputs(region, persona)


def updated(region: str, persona: str, parameters: Mapping[str, str]) -> dict[str, str]:
    client = boto3.client("cloudformation", region_name=region)
    client.update_stack(**arguments(product(persona), persona, parameters))
    return outputs(region, persona)


def outputs(region: str, stack: str) -> dict[str, str]:
    client = boto3.client("cloudformation", region_name=region)
    (described,) = client.describe_stacks(StackName=stack)["Stacks"]
    assert described["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, described
    return {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}


def deleted(region: str, stack: str) -> None:
    client = boto3.client("cloudformation", region_name=region)
    client.delete_stack(StackName=stack)
    with pytest.raises(client.exceptions.ClientError, match="does not exist"):
        client.describe_stacks(StackName=stack)


def studio(region: str) -> Any:
    return boto3.client("sagemaker", region_name=region)


def domain(region: str, mode: str = "IAM") -> str:
    """A domain of our own product, whose default role is one of our own too."""
    role = created(region, "sagemaker-compute-role", chosen("sagemaker-compute-role"))["RoleArn"]
    made = created(
        region,
        "studio-domain",
        {
            "DomainName": "fraud-detection",
            "DomainMode": mode,
            "DefaultRole": role,
            "EncryptionKey": f"arn:aws:kms:{region}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
            "VpcId": "vpc-0a1b2c3d4e5f60718",
            "Subnets": "subnet-0a1b2c3d4e5f60718,subnet-0123456789abcdef0",
            "SecurityGroups": "sg-0a1b2c3d4e5f60718",
        },
    )
    return made["DomainId"]


def chosen(persona: str, **given: str) -> dict[str, str]:
    """What the tests give, of what a persona asks for."""
    declared = product(persona).template.body["Parameters"]
    return {name: each for name, each in {**ALWAYS, **given}.items() if name in declared}


@pytest.mark.parametrize("region", REGIONS)
def test_a_domain_keeps_to_its_vpc_and_its_key(region: str) -> None:
    identifier = domain(region)

    found = studio(region).describe_domain(DomainId=identifier)
    assert found["AppNetworkAccessType"] == "VpcOnly"
    assert found["KmsKeyId"].endswith("key/11111111-2222-3333-4444-555555555555")
    assert found["SubnetIds"] == ["subnet-0a1b2c3d4e5f60718", "subnet-0123456789abcdef0"]
    assert found["DefaultUserSettings"]["ExecutionRole"].split("/")[1:3] == [
        "personac",
        "execution",
    ]

    deleted(region, "studio-domain")
    assert studio(region).list_domains()["Domains"] == []


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("persona", ["data-scientist", "ml-ops"])
def test_a_launch_makes_the_profile_that_works_with_its_role(region: str, persona: str) -> None:
    identifier = domain(region)
    given = chosen(persona, DomainId=identifier, UserProfileName="jane-doe")

    made = created(region, persona, given)

    def profile() -> Any:
        return studio(region).describe_user_profile(DomainId=identifier, UserProfileName="jane-doe")

    assert made["UserProfileName"] == "jane-doe"
    assert profile()["UserSettings"]["ExecutionRole"] == made["RoleArn"]
    assert profile()["UserSettings"]["DefaultLandingUri"] == "studio::"
    assert "JupyterLabAppSettings" not in profile()["UserSettings"]

    updated(region, persona, {**given, "JupyterLabInstanceType": "ml.m5.large"})
    lab = profile()["UserSettings"]["JupyterLabAppSettings"]
    assert lab["DefaultResourceSpec"]["InstanceType"] == "ml.m5.large"

    deleted(region, persona)
    assert studio(region).list_user_profiles(DomainIdEquals=identifier)["UserProfiles"] == []


def test_without_a_domain_no_profile_is_made() -> None:
    made = created(FIRST, "data-scientist", chosen("data-scientist"))

    assert "UserProfileName" not in made
    assert "OpenStudio" not in made


def test_the_defaults_of_the_sdk_name_the_first_execution_role() -> None:
    one, other = (f"arn:aws:iam::{ACCOUNT}:role/personac/execution/{each}" for each in "ab")
    made = created(
        FIRST, "data-scientist", chosen("data-scientist", ExecutionRoles=f"{one},{other}")
    )

    # yaml comes in by compiler.source in the compiler; here it reads as the SDK would.
    defaults = yaml.safe_load(made["SdkDefaults"])
    assert defaults["SchemaVersion"] == "1.0"
    assert defaults["SageMaker"]["TrainingJob"]["RoleArn"] == one
    assert other not in made["SdkDefaults"]


def test_in_a_domain_of_identity_center_the_profile_is_the_users() -> None:
    identifier = domain(FIRST, "SSO")
    given = chosen(
        "data-scientist",
        DomainId=identifier,
        UserProfileName="jane-doe",
        DomainMode="SSO",
        SingleSignOnUser="jane.doe@example.com",
    )

    created(FIRST, "data-scientist", given)

    found = studio(FIRST).describe_user_profile(DomainId=identifier, UserProfileName="jane-doe")
    assert found["SingleSignOnUserValue"] == "jane.doe@example.com"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"DomainId": "d-abcdefghijkl"}, "give both of DomainId, UserProfileName"),
        (
            {"DomainId": "d-abcdefghijkl", "UserProfileName": "jane", "DomainMode": "SSO"},
            "SingleSignOnUser is needed",
        ),
        (
            {"DomainId": "d-abcdefghijkl", "UserProfileName": "jane", "SingleSignOnUser": "jane"},
            "leave it empty without them",
        ),
    ],
)
def test_what_belongs_together_is_refused_apart(given: dict[str, str], told: str) -> None:
    client = boto3.client("cloudformation", region_name=FIRST)

    with pytest.raises(client.exceptions.ClientError, match=told):
        created(FIRST, "data-scientist", chosen("data-scientist", **given))


@pytest.mark.parametrize("region", REGIONS)
def test_access_is_a_policy_or_a_permission_set(region: str) -> None:
    policy = created(region, "studio-user", {})["PolicyArn"]
    iam = boto3.client("iam", region_name=region)
    held: Any = iam.get_policy_version(PolicyArn=policy, VersionId="v1")["PolicyVersion"][
        "Document"
    ]
    assert policy.split(":policy")[1].startswith("/personac/people/")

    made = updated(region, "studio-user", {"AccessForm": "permission set", "InstanceArn": INSTANCE})

    assert "PolicyArn" not in made
    center: Any = boto3.client("sso-admin", region_name=region)
    inline = center.get_inline_policy_for_permission_set(
        InstanceArn=INSTANCE, PermissionSetArn=made["PermissionSetArn"]
    )["InlinePolicy"]
    assert yaml.safe_load(inline) == held
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=policy)
