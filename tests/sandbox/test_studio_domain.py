"""AWS::SageMaker::Domain: moto has no model of it, and refuses nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import (
    GROUPS,
    ROLE_ARN,
    SUBNETS,
    UNKNOWN_ROLE,
    VPC,
    domain,
    execution_role,
    new_domain,
    profile,
    studio,
)
from tests.sandbox.templates import NO_VALUE, Json, body, refused, role, trust

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def described(cloud: Cloud) -> Json:
    answer: Json = cloud.client("sagemaker").describe_domain(DomainId=cloud.physical_id("Domain"))
    return answer


def attributes(*names: str) -> Json:
    outputs: Json = {name: {"Value": {"Fn::GetAtt": ["Domain", name]}} for name in names}
    return {**outputs, "Ref": {"Value": {"Ref": "Domain"}}}


def test_a_domain_has_what_its_properties_say(cloud: Cloud) -> None:
    cloud.create(studio(Domain=domain(KmsKeyId=KEY, TagPropagation="ENABLED")))

    found = described(cloud)
    arn = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]["Arn"]
    said = {
        "DomainName": "team",
        "AuthMode": "IAM",
        "AppNetworkAccessType": "VpcOnly",
        "VpcId": VPC,
        "SubnetIds": SUBNETS,
        "KmsKeyId": KEY,
        "TagPropagation": "ENABLED",
        "DefaultUserSettings": {"ExecutionRole": arn, "SecurityGroups": GROUPS},
        "Status": "InService",
    }
    assert {name: found[name] for name in said} == said


def test_ref_is_the_id_and_attributes_resolve(cloud: Cloud) -> None:
    names = ("DomainArn", "DomainId", "HomeEfsFileSystemId", "Url")
    cloud.create(studio(Outputs=attributes(*names)))

    found = cloud.outputs()
    assert re.fullmatch("d-[a-z0-9]{12}", found["Ref"])
    assert found["DomainId"] == found["Ref"]
    assert found["DomainArn"] == f"arn:aws:sagemaker:eu-west-1:123456789012:domain/{found['Ref']}"
    assert found["Url"] == f"https://{found['Ref']}.studio.eu-west-1.sagemaker.aws"
    assert re.fullmatch("fs-[0-9a-f]{17}", found["HomeEfsFileSystemId"])


def test_a_domain_in_sso_mode_has_an_application(cloud: Cloud) -> None:
    cloud.create(
        studio(
            Domain=domain(AuthMode="SSO"),
            Outputs=attributes(
                "SingleSignOnApplicationArn", "SingleSignOnManagedApplicationInstanceId"
            ),
        )
    )

    found = cloud.outputs()["SingleSignOnApplicationArn"]
    assert re.fullmatch(r"arn:aws:sso::123456789012:application/ssoins-\w{16}/apl-\w{16}", found)


@pytest.mark.parametrize("name", ["SingleSignOnApplicationArn", "SecurityGroupIdForDomainBoundary"])
def test_an_attribute_that_a_domain_does_not_have_fails_the_stack(cloud: Cloud, name: str) -> None:
    stack = cloud.create(studio(Outputs=attributes(name)))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert cloud.client("sagemaker").list_domains()["Domains"] == []


def test_the_tags_of_the_stack_and_of_the_template_are_kept(cloud: Cloud) -> None:
    def tags() -> dict[str, str]:
        arn = described(cloud)["DomainArn"]
        found = cloud.client("sagemaker").list_tags(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    own = [{"Key": "team", "Value": "own"}, {"Key": "gone", "Value": "soon"}]
    cloud.cloudformation().create_stack(
        StackName="team",
        TemplateBody=body(studio(Domain=domain(Tags=own))),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "team", "Value": "stack"}, {"Key": "cost", "Value": "7"}],
    )
    assert tags() == {"team": "own", "gone": "soon", "cost": "7"}

    own = [{"Key": "team", "Value": "new"}]
    cloud.cloudformation().update_stack(
        StackName="team",
        TemplateBody=body(studio(Domain=domain(Tags=own))),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "cost", "Value": "8"}],
    )
    assert tags() == {"team": "new", "cost": "8"}


@pytest.mark.parametrize(
    "change",
    [
        {"AppNetworkAccessType": "PublicInternetOnly"},
        {"SubnetIds": [*SUBNETS, "subnet-0123456789abcdef2"]},
        {"TagPropagation": "ENABLED"},
        {"AppSecurityGroupManagement": "Service"},
        {"DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}}},
        {"DefaultSpaceSettings": {"SecurityGroups": GROUPS, "ExecutionRole": ROLE_ARN}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_update_changes_these_in_place(cloud: Cloud, change: Json) -> None:
    cloud.create(studio())
    before = cloud.physical_id("Domain")

    stack = cloud.update(studio(Domain=domain(**change)))

    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert cloud.physical_id("Domain") == before
    ((name, value),) = change.items()
    if name != "DefaultSpaceSettings":
        assert described(cloud)[name] == value
    assert name in described(cloud)


def test_update_keeps_the_default_settings_that_it_does_not_name(cloud: Cloud) -> None:
    domain_id = new_domain(cloud)
    sagemaker = cloud.client("sagemaker")
    before = sagemaker.describe_domain(DomainId=domain_id)["DefaultUserSettings"]

    sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings={"StudioWebPortal": "DISABLED"})

    after = sagemaker.describe_domain(DomainId=domain_id)["DefaultUserSettings"]
    assert after == {**before, "StudioWebPortal": "DISABLED"}


def test_a_new_name_replaces_the_domain(cloud: Cloud) -> None:
    cloud.create(studio())
    before = cloud.physical_id("Domain")

    cloud.update(studio(Domain=domain(DomainName="other")))

    after = cloud.physical_id("Domain")
    (found,) = cloud.client("sagemaker").list_domains()["Domains"]
    assert after != before
    assert (found["DomainId"], found["DomainName"]) == (after, "other")


@pytest.mark.parametrize(
    "change",
    [
        {"AuthMode": "SSO"},
        {"KmsKeyId": KEY},
        {"VpcId": "vpc-0123456789abcdef1"},
        {
            "DomainSettings": {
                "RStudioServerProDomainSettings": {
                    "DomainExecutionRoleArn": ROLE_ARN,
                    "DefaultResourceSpec": {"InstanceType": "system"},
                }
            }
        },
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_replacement_under_the_same_name_fails_and_keeps_the_domain(
    cloud: Cloud, change: Json
) -> None:
    cloud.create(studio())
    before = cloud.physical_id("Domain")

    stack = cloud.update(studio(Domain=domain(**change)))

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Domain with name team already exists" in stack["StackStatusReason"]
    assert [each["DomainId"] for each in cloud.client("sagemaker").list_domains()["Domains"]] == [
        before
    ]


def test_a_domain_of_unified_studio_takes_a_vpc_later(cloud: Cloud) -> None:
    unified = {
        "AppNetworkAccessType": "PublicInternetOnly",
        "DomainSettings": {"UnifiedStudioSettings": {"DomainId": "dzd_0123456789abcd"}},
    }
    cloud.create(studio(Domain=domain(VpcId=NO_VALUE, SubnetIds=NO_VALUE, **unified)))
    before = cloud.physical_id("Domain")
    assert "VpcId" not in described(cloud)

    cloud.update(studio(Domain=domain(**unified)))

    assert cloud.physical_id("Domain") == before
    assert described(cloud)["VpcId"] == VPC


def test_deleting_the_stack_deletes_the_domain_and_what_is_in_it(cloud: Cloud) -> None:
    cloud.create(studio(Profile=profile()))

    cloud.cloudformation().delete_stack(StackName="team")

    sagemaker = cloud.client("sagemaker")
    assert sagemaker.list_domains()["Domains"] == []
    assert sagemaker.list_user_profiles()["UserProfiles"] == []


def test_a_domain_with_profiles_of_others_is_not_deleted(cloud: Cloud) -> None:
    cloud.create(studio())
    sagemaker, domain_id = cloud.client("sagemaker"), cloud.physical_id("Domain")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="bob")

    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.stack()["StackStatus"] == "DELETE_FAILED"
    with refused("ResourceInUse", r"Unable to delete Domain .*UserProfile\(s\) are associated"):
        sagemaker.delete_domain(DomainId=domain_id)

    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="bob")
    cloud.cloudformation().delete_stack(StackName="team")
    assert sagemaker.list_domains()["Domains"] == []


def test_a_domain_with_shared_spaces_is_not_deleted(cloud: Cloud) -> None:
    domain_id, sagemaker = new_domain(cloud), cloud.client("sagemaker")
    sagemaker.create_space(DomainId=domain_id, SpaceName="all")

    with refused("ResourceInUse", r"Unable to delete Domain .*Space\(s\) are associated"):
        sagemaker.delete_domain(DomainId=domain_id)


def test_a_stack_deletes_a_domain_that_is_gone(cloud: Cloud) -> None:
    cloud.create(studio())
    cloud.client("sagemaker").delete_domain(DomainId=cloud.physical_id("Domain"))

    cloud.cloudformation().delete_stack(StackName="team")

    with refused("ValidationError", "does not exist"):
        cloud.stack()


def test_its_execution_role_can_be_deleted(cloud: Cloud) -> None:
    new_domain(cloud)

    cloud.iam().delete_role(RoleName="runs-team")

    assert cloud.roles() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SubnetIds": None}, "SubnetIds must be provided"),
        ({"VpcId": None}, "VpcId must be provided"),
        ({"VpcId": None, "AppNetworkAccessType": None}, "VpcId must be provided"),
        (
            {"DomainName": "a_b"},
            r"Value 'a_b' at 'domainName' .*pattern: \[a-zA-Z0-9\]\(-\*\[a-zA-Z0-9\]\)\{0,62\}",
        ),
        ({"AuthMode": "LDAP"}, r"'LDAP' at 'authMode' .*enum value set: \[SSO, IAM\]"),
        (
            {"AuthMode": "LDAP", "DomainName": "-"},
            "2 validation errors detected: Value '-' at 'domainName' .*; Value 'LDAP' at",
        ),
        (
            {"DefaultUserSettings": {"ExecutionRole": UNKNOWN_ROLE}},
            f"Could not assume role {UNKNOWN_ROLE}",
        ),
        (
            {"DefaultSpaceSettings": {"ExecutionRole": UNKNOWN_ROLE}},
            f"Could not assume role {UNKNOWN_ROLE}",
        ),
        (
            {
                "DefaultUserSettings": {
                    "DefaultLandingUri": "studio::",
                    "StudioWebPortal": "DISABLED",
                }
            },
            "only if StudioWebPortal is ENABLED",
        ),
    ],
)
def test_what_aws_refuses_of_a_new_domain_is_refused(
    cloud: Cloud, change: Json, words: str
) -> None:
    with refused("ValidationException", words):
        new_domain(cloud, **change)

    assert cloud.client("sagemaker").list_domains()["Domains"] == []


def test_a_refusal_fails_the_stack_with_the_code_of_the_service(cloud: Cloud) -> None:
    stack = cloud.create(studio(Role=role(AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert re.search(
        r"failed to create: \[Domain\]\. Could not assume role .*'sagemaker\.amazonaws\.com' to "
        r"assume the role\. \(ValidationException\)",
        stack["StackStatusReason"],
    )
    assert cloud.roles() == []


@pytest.mark.parametrize(
    ("condition", "is_taken"),
    [
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "210987654321"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:*:123456789012:*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:us-east-1:123456789012:*"}}, False),
        ({"StringEquals": {"sts:ExternalId": "x"}}, False),
    ],
)
def test_the_conditions_of_a_trust_policy_decide(
    cloud: Cloud, condition: Any, is_taken: bool
) -> None:
    settings = {"ExecutionRole": execution_role(cloud, **condition), "SecurityGroups": GROUPS}

    if is_taken:
        assert new_domain(cloud, DefaultUserSettings=settings).startswith("d-")
    else:
        with refused("ValidationException", "Could not assume role"):
            new_domain(cloud, DefaultUserSettings=settings)


def test_a_second_domain_of_the_name_is_refused(cloud: Cloud) -> None:
    new_domain(cloud)

    with refused("ResourceInUse", "Domain with name team already exists"):
        new_domain(cloud, DefaultUserSettings={"ExecutionRole": execution_role(cloud)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DefaultUserSettings": {"ExecutionRole": UNKNOWN_ROLE}}, "Could not assume role"),
        ({"AppNetworkAccessType": "PublicInternetOnly"}, "Delete all InService apps"),
        ({"SubnetIds": SUBNETS[:1]}, "Delete all InService apps"),
        ({"HomeEfsFileSystemCreation": "Disabled"}, "from Enabled to Disabled"),
        ({"VpcId": "vpc-0123456789abcdef1"}, "cannot be changed"),
    ],
    ids=lambda change: next(iter(change)) if isinstance(change, dict) else "",
)
def test_what_aws_refuses_of_an_update_changes_nothing(
    cloud: Cloud, change: Json, words: str
) -> None:
    domain_id, sagemaker = new_domain(cloud), cloud.client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ann")
    sagemaker.create_app(
        DomainId=domain_id, UserProfileName="ann", AppType="JupyterServer", AppName="default"
    )

    def found() -> Json:
        answer: Json = sagemaker.describe_domain(DomainId=domain_id)
        del answer["ResponseMetadata"]
        return answer

    before = found()
    with refused("ValidationException", words):
        sagemaker.update_domain(DomainId=domain_id, **change)
    assert found() == before


@pytest.mark.parametrize("call", ["describe_domain", "update_domain", "delete_domain"])
def test_an_unknown_domain_is_not_found(cloud: Cloud, call: str) -> None:
    with refused("ResourceNotFound", r"Domain \[d-nowhere\] does not exist"):
        getattr(cloud.client("sagemaker"), call)(DomainId="d-nowhere")
