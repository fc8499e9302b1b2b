"""AWS::SageMaker::UserProfile: moto has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import (
    GROUPS,
    ROLE_ARN,
    UNKNOWN_ROLE,
    domain,
    execution_role,
    new_domain,
    profile,
    studio,
)
from tests.sandbox.templates import NO_VALUE, Json, refused, role

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

SIGN_ON = {"SingleSignOnUserIdentifier": "UserName", "SingleSignOnUserValue": "ann@example.com"}


def disk(gigabytes: Any) -> Json:
    sizes = {"DefaultEbsVolumeSizeInGb": gigabytes, "MaximumEbsVolumeSizeInGb": 500}
    return {"SpaceStorageSettings": {"DefaultEbsStorageSettings": sizes}}


def described(cloud: Cloud) -> Json:
    name, domain_id = cloud.physical_id("Profile").split("|")
    answer: Json = cloud.client("sagemaker").describe_user_profile(
        DomainId=domain_id, UserProfileName=name
    )
    return answer


def names(cloud: Cloud) -> list[str]:
    found = cloud.client("sagemaker").list_user_profiles()["UserProfiles"]
    return [each["UserProfileName"] for each in found]


def test_ref_is_name_and_domain_and_the_arn_is_in_lower_case(cloud: Cloud) -> None:
    cloud.create(
        studio(
            Profile=profile(UserProfileName="Ann"),
            Outputs={
                "Ref": {"Value": {"Ref": "Profile"}},
                "Arn": {"Value": {"Fn::GetAtt": ["Profile", "UserProfileArn"]}},
            },
        )
    )

    domain_id = cloud.physical_id("Domain")
    assert cloud.outputs() == {
        "Ref": f"Ann|{domain_id}",
        "Arn": f"arn:aws:sagemaker:eu-west-1:123456789012:user-profile/{domain_id}/ann",
    }


def test_a_profile_has_its_settings_and_tags(cloud: Cloud) -> None:
    tags = [{"Key": "team", "Value": "a"}]
    settings = {"ExecutionRole": ROLE_ARN, "DefaultLandingUri": "studio::", **disk(60)}
    cloud.create(studio(Profile=profile(UserSettings=settings, Tags=tags)))

    found = described(cloud)
    arn = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]["Arn"]
    assert found["UserSettings"] == {**settings, "ExecutionRole": arn}
    assert found["Status"] == "InService"
    assert cloud.client("sagemaker").list_tags(ResourceArn=found["UserProfileArn"])["Tags"] == tags


def test_a_number_that_comes_from_a_parameter_is_a_number(cloud: Cloud) -> None:
    made = studio(Profile=profile(UserSettings=disk({"Ref": "Gigabytes"})))
    made["Parameters"] = {"Gigabytes": {"Type": "Number", "MinValue": 5, "MaxValue": 500}}

    cloud.create(made, Gigabytes="90")

    assert described(cloud)["UserSettings"] == disk(90)


def test_user_settings_and_tags_are_updated_in_place(cloud: Cloud) -> None:
    tags = [{"Key": "team", "Value": "a"}, {"Key": "gone", "Value": "soon"}]
    cloud.create(studio(Profile=profile(UserSettings=disk(60), Tags=tags)))
    made = described(cloud)

    tags = [{"Key": "team", "Value": "b"}]
    cloud.update(studio(Profile=profile(UserSettings=disk(120), Tags=tags)))

    found = described(cloud)
    assert found["UserSettings"] == disk(120)
    assert found["CreationTime"] == made["CreationTime"]
    assert cloud.client("sagemaker").list_tags(ResourceArn=found["UserProfileArn"])["Tags"] == tags


def test_an_update_that_fails_leaves_the_profile_as_it_was(cloud: Cloud) -> None:
    cloud.create(studio(Profile=profile(UserSettings=disk(60))))

    stack = cloud.update(
        studio(
            Profile=profile(UserSettings=disk(120)),
            Second=profile(UserProfileName="bob", UserSettings={"ExecutionRole": UNKNOWN_ROLE}),
        )
    )

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert described(cloud)["UserSettings"] == disk(60)
    assert names(cloud) == ["ann"]


def test_a_new_name_replaces_the_profile(cloud: Cloud) -> None:
    cloud.create(studio(Profile=profile()))

    cloud.update(studio(Profile=profile(UserProfileName="bob")))

    assert names(cloud) == ["bob"]


def test_another_domain_replaces_the_profile(cloud: Cloud) -> None:
    other = domain(DomainName="other")
    cloud.create(studio(Other=other, Profile=profile()))

    cloud.update(studio(Other=other, Profile=profile(DomainId={"Ref": "Other"})))

    assert cloud.physical_id("Profile") == f"ann|{cloud.physical_id('Other')}"
    assert names(cloud) == ["ann"]


def rstudio(status: str, group: str) -> Json:
    settings = {"AccessStatus": status, "UserGroup": group}
    return {"UserSettings": {"RStudioServerProAppSettings": settings}}


@pytest.mark.parametrize(
    "change",
    [
        {"SingleSignOnUserValue": "bob@example.com"},
        rstudio("ENABLED", "R_STUDIO_ADMIN"),
        rstudio("DISABLED", "R_STUDIO_USER"),
    ],
    ids=["person", "group", "access"],
)
def test_a_replacement_under_the_same_name_fails_and_keeps_the_profile(
    cloud: Cloud, change: Json
) -> None:
    sso, ann = domain(AuthMode="SSO"), {**SIGN_ON, **rstudio("ENABLED", "R_STUDIO_USER")}
    cloud.create(studio(Domain=sso, Profile=profile(**ann)))
    before = described(cloud)

    stack = cloud.update(studio(Domain=sso, Profile=profile(**{**ann, **change})))

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "already exists" in stack["StackStatusReason"]
    assert {**described(cloud), "ResponseMetadata": 0} == {**before, "ResponseMetadata": 0}


def test_a_replacement_leaves_behind_a_profile_with_apps(cloud: Cloud) -> None:
    cloud.create(studio(Profile=profile()))
    start(cloud, cloud.physical_id("Domain"), "ann")

    stack = cloud.update(studio(Profile=profile(UserProfileName="bob")))

    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert names(cloud) == ["ann", "bob"]


def start(cloud: Cloud, domain_id: str, name: str) -> None:
    cloud.client("sagemaker").create_app(
        DomainId=domain_id, UserProfileName=name, AppType="JupyterLab", AppName="default"
    )


def test_a_profile_with_apps_is_not_deleted_before_them(cloud: Cloud) -> None:
    cloud.create(studio(Profile=profile()))
    sagemaker, domain_id = cloud.client("sagemaker"), cloud.physical_id("Domain")
    start(cloud, domain_id, "ANN")

    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.stack()["StackStatus"] == "DELETE_FAILED"
    with refused("ResourceInUse", r"Unable to delete UserProfile .*App\(s\) are associated"):
        sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ann")

    (app,) = sagemaker.list_apps(DomainIdEquals=domain_id, UserProfileNameEquals="ann")["Apps"]
    place = {key: app[key] for key in ("DomainId", "UserProfileName", "AppType", "AppName")}
    sagemaker.delete_app(**place)
    assert sagemaker.describe_app(**place)["Status"] == "Deleted"
    cloud.cloudformation().delete_stack(StackName="team")
    assert (names(cloud), sagemaker.list_domains()["Domains"]) == ([], [])


def test_a_profile_that_owns_a_space_is_not_deleted_before_it(cloud: Cloud) -> None:
    domain_id, sagemaker = new_domain(cloud), cloud.client("sagemaker")
    for name in ("Ann", "bob"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=name)
    sagemaker.create_space(
        DomainId=domain_id,
        SpaceName="mine",
        OwnershipSettings={"OwnerUserProfileName": "ann"},
        SpaceSharingSettings={"SharingType": "Private"},
    )
    place = {"DomainId": domain_id, "SpaceName": "mine", "AppType": "JupyterLab"}
    sagemaker.create_app(**place, AppName="default")

    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="bob")
    with refused("ResourceInUse", r"Unable to delete UserProfile .*Space\(s\) are associated"):
        sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ann")
    with refused("ResourceInUse", r"Unable to delete Space .*App\(s\) are associated"):
        sagemaker.delete_space(DomainId=domain_id, SpaceName="mine")

    sagemaker.delete_app(**place, AppName="default")
    sagemaker.delete_space(DomainId=domain_id, SpaceName="mine")
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ann")
    assert names(cloud) == []


def test_names_are_told_apart_without_regard_to_case(cloud: Cloud) -> None:
    domain_id, sagemaker = new_domain(cloud), cloud.client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="Ann")

    with refused("ResourceInUse", f"UserProfile .*user-profile/{domain_id}/ann. already exists"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="aNN")

    answer = sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="ANN")
    assert answer["UserProfileName"] == "Ann"


@pytest.mark.parametrize(
    ("mode", "members", "words"),
    [
        ("IAM", SIGN_ON, "cannot be specified: the AuthMode of Domain .* is IAM"),
        ("IAM", {"SingleSignOnUserValue": "ann"}, "cannot be specified"),
        ("SSO", {}, "are required: the AuthMode of Domain .* is SSO"),
        ("SSO", {"SingleSignOnUserValue": "ann"}, "are required"),
        ("SSO", {**SIGN_ON, "SingleSignOnUserIdentifier": "Email"}, "pattern: UserName"),
        ("IAM", {"UserProfileName": "ann.lee"}, "'ann.lee' at 'userProfileName' .*pattern"),
        ("IAM", {"UserProfileName": "a" * 64}, "length less than or equal to 63; Value"),
        ("IAM", {"UserSettings": {"ExecutionRole": UNKNOWN_ROLE}}, "Could not assume role"),
        (
            "IAM",
            {"UserSettings": disk(16385)},
            r"'userSettings\.spaceStorageSettings\.defaultEbsStorageSettings\.default\w+' .*less than or equal to 16384",
        ),
        (
            "IAM",
            {"UserSettings": {"DefaultLandingUri": "studio::", "StudioWebPortal": "DISABLED"}},
            "only if StudioWebPortal is ENABLED",
        ),
        (
            "IAM",
            {"Tags": [{"Key": "a!", "Value": "b"}]},
            r"Value 'a!' at 'tags\.1\.member\.key' .*pattern",
        ),
    ],
)
def test_what_aws_refuses_of_a_new_profile_is_refused(
    cloud: Cloud, mode: str, members: Json, words: str
) -> None:
    request = {"DomainId": new_domain(cloud, AuthMode=mode), "UserProfileName": "ann", **members}

    with refused("ValidationException", words):
        cloud.client("sagemaker").create_user_profile(**request)

    assert names(cloud) == []


def test_a_vpc_only_domain_needs_security_groups_somewhere(cloud: Cloud) -> None:
    arn = execution_role(cloud)
    domain_id = new_domain(cloud, DefaultUserSettings={"ExecutionRole": arn})
    sagemaker = cloud.client("sagemaker")

    with refused("ValidationException", "SecurityGroups must be provided"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ann")
    sagemaker.create_user_profile(
        DomainId=domain_id, UserProfileName="ann", UserSettings={"SecurityGroups": GROUPS}
    )

    assert names(cloud) == ["ann"]


def test_an_unknown_domain_or_profile_is_not_found(cloud: Cloud) -> None:
    sagemaker = cloud.client("sagemaker")
    with refused("ResourceNotFound", r"Domain \[d-nowhere\] does not exist"):
        sagemaker.create_user_profile(DomainId="d-nowhere", UserProfileName="ann")

    place = {"DomainId": new_domain(cloud), "UserProfileName": "nobody"}
    for call in ("describe_user_profile", "update_user_profile", "delete_user_profile"):
        with refused("ResourceNotFound", "UserProfile .*/nobody. does not exist"):
            getattr(sagemaker, call)(**place)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"DomainId": "d-nowhere"}, "Domain [d-nowhere] does not exist. (ResourceNotFound)"),
        ({**SIGN_ON}, "is IAM. (ValidationException)"),
        ({"UserSettings": {"ExecutionRole": UNKNOWN_ROLE}}, "(ValidationException)"),
    ],
    ids=["domain", "sign-on", "role"],
)
def test_a_refusal_fails_the_stack_and_takes_the_role_back(
    cloud: Cloud, properties: Json, reason: str
) -> None:
    stack = cloud.create(studio(Profile=profile(**properties)))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "failed to create: [Profile]" in stack["StackStatusReason"]
    assert reason in stack["StackStatusReason"]
    assert (names(cloud), cloud.roles()) == ([], [])


def test_one_switch_gives_or_takes_the_sign_on_fields(cloud: Cloud) -> None:
    fields = {name: {"Fn::If": ["Sso", value, NO_VALUE]} for name, value in SIGN_ON.items()}
    made = studio(
        Conditions={"Sso": {"Fn::Equals": [{"Ref": "Mode"}, "SSO"]}},
        Domain=domain(AuthMode={"Ref": "Mode"}),
        Profile=profile(**fields),
    )
    made["Parameters"] = {"Mode": {"Type": "String", "AllowedValues": ["IAM", "SSO"]}}

    for mode in ("IAM", "SSO"):
        stack = cloud.create(made, name=mode, Mode=mode)
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        cloud.cloudformation().delete_stack(StackName=mode)


def test_lists_are_filtered_sorted_and_paged(cloud: Cloud) -> None:
    domain_id, sagemaker = new_domain(cloud), cloud.client("sagemaker")
    other = new_domain(cloud, DomainName="other")
    for name in ("ann", "bob", "Joanne"):
        sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=name)
    sagemaker.create_user_profile(DomainId=other, UserProfileName="ann")

    def listed(**members: Any) -> list[str]:
        pages = sagemaker.get_paginator("list_user_profiles").paginate(**members)
        return [each["UserProfileName"] for page in pages for each in page["UserProfiles"]]

    assert listed(DomainIdEquals=domain_id) == ["ann", "bob", "Joanne"]
    assert listed(DomainIdEquals=domain_id, UserProfileNameContains="ann") == ["ann", "Joanne"]
    assert listed(DomainIdEquals=other) == ["ann"]
    assert listed(SortOrder="Descending", MaxResults=1) == ["ann", "Joanne", "bob", "ann"]
    assert len(sagemaker.list_user_profiles(MaxResults=3)["UserProfiles"]) == 3


def test_the_role_of_the_stack_can_be_the_role_of_the_profile_in_a_given_domain(
    cloud: Cloud,
) -> None:
    domain_id = new_domain(cloud)
    made = {
        "Parameters": {"DomainId": {"Type": "String"}},
        "Resources": {
            "Role": role(),
            "Profile": profile(
                DomainId={"Ref": "DomainId"}, UserSettings={"ExecutionRole": ROLE_ARN}
            ),
        },
    }

    cloud.create(made, DomainId=domain_id)

    arn = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]["Arn"]
    assert described(cloud)["UserSettings"] == {"ExecutionRole": arn}
    cloud.cloudformation().delete_stack(StackName="team")
    assert names(cloud) == []
