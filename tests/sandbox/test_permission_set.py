"""AWS::SSO::PermissionSet: moto has no model of it, and refuses nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.templates import Json, document, refused, statement, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
KEY = f"arn:aws:s3:::team/{'k' * 1000}"
BILLING = "arn:aws:iam::aws:policy/job-function/Billing"


def permission_set(**properties: Any) -> Json:
    return template(
        People={
            "Type": "AWS::SSO::PermissionSet",
            "Properties": {"InstanceArn": INSTANCE, "Name": "DataScientist", **properties},
        },
        Outputs={
            "Ref": {"Value": {"Ref": "People"}},
            "Arn": {"Value": {"Fn::GetAtt": ["People", "PermissionSetArn"]}},
        },
    )


def place(cloud: Cloud) -> dict[str, str]:
    return {"InstanceArn": INSTANCE, "PermissionSetArn": cloud.outputs()["Arn"]}


def arns(cloud: Cloud) -> list[str]:
    answer = cloud.client("sso-admin").list_permission_sets(InstanceArn=INSTANCE)
    found: list[str] = answer["PermissionSets"]
    return found


def described(cloud: Cloud) -> Json:
    found: Json = cloud.client("sso-admin").describe_permission_set(**place(cloud))["PermissionSet"]
    return found


def inline(cloud: Cloud) -> Any:
    answer = cloud.client("sso-admin").get_inline_policy_for_permission_set(**place(cloud))
    return json.loads(answer["InlinePolicy"] or "null")


def tags(cloud: Cloud) -> dict[str, str]:
    answer = cloud.client("sso-admin").list_tags_for_resource(
        InstanceArn=INSTANCE, ResourceArn=place(cloud)["PermissionSetArn"]
    )
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def test_ref_is_instance_and_permission_set(cloud: Cloud) -> None:
    cloud.create(permission_set())

    found = cloud.outputs()
    assert re.fullmatch(
        r"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-[0-9a-f]{16}", found["Arn"]
    )
    assert found["Ref"] == f"{INSTANCE}|{found['Arn']}"
    assert arns(cloud) == [found["Arn"]]


def test_a_permission_set_has_what_its_properties_say(cloud: Cloud) -> None:
    cloud.create(
        permission_set(
            Description="opens Studio",
            SessionDuration="PT8H",
            RelayStateType="https://console.aws.amazon.com/sagemaker",
            InlinePolicy=document(),
            ManagedPolicies=[READ_ONLY, BILLING],
            CustomerManagedPolicyReferences=[{"Name": "own", "Path": "/team/"}],
            PermissionsBoundary={"ManagedPolicyArn": READ_ONLY},
            Tags=[{"Key": "team", "Value": "a"}],
        )
    )

    sso, where = cloud.client("sso-admin"), place(cloud)
    found = described(cloud)
    assert (found["Name"], found["Description"]) == ("DataScientist", "opens Studio")
    assert found["SessionDuration"] == "PT8H"
    assert found["RelayState"] == "https://console.aws.amazon.com/sagemaker"
    assert inline(cloud) == document()
    managed = sso.list_managed_policies_in_permission_set(**where)["AttachedManagedPolicies"]
    assert [policy["Arn"] for policy in managed] == [READ_ONLY, BILLING]
    own = sso.list_customer_managed_policy_references_in_permission_set(**where)
    assert own["CustomerManagedPolicyReferences"] == [{"Name": "own", "Path": "/team/"}]
    boundary = sso.get_permissions_boundary_for_permission_set(**where)
    assert boundary["PermissionsBoundary"] == {"ManagedPolicyArn": READ_ONLY}
    assert tags(cloud) == {"team": "a"}


def test_a_session_takes_an_hour_if_nothing_is_said(cloud: Cloud) -> None:
    cloud.create(permission_set())

    assert described(cloud)["SessionDuration"] == "PT1H"
    assert inline(cloud) is None


def test_update_changes_all_but_name_and_instance_in_place(cloud: Cloud) -> None:
    cloud.create(
        permission_set(
            InlinePolicy=document(statement("s3:GetObject")),
            ManagedPolicies=[READ_ONLY],
            CustomerManagedPolicyReferences=[{"Name": "old"}],
            PermissionsBoundary={"ManagedPolicyArn": READ_ONLY},
            Tags=[{"Key": "team", "Value": "a"}, {"Key": "gone", "Value": "soon"}],
        )
    )
    before = place(cloud)

    cloud.update(
        permission_set(
            Description="new",
            SessionDuration="PT2H",
            InlinePolicy=json.dumps(document(statement("s3:PutObject"))),
            ManagedPolicies=[BILLING],
            Tags=[{"Key": "team", "Value": "b"}],
        )
    )

    sso = cloud.client("sso-admin")
    assert place(cloud) == before
    assert described(cloud)["SessionDuration"] == "PT2H"
    assert inline(cloud) == document(statement("s3:PutObject"))
    managed = sso.list_managed_policies_in_permission_set(**before)["AttachedManagedPolicies"]
    assert [policy["Arn"] for policy in managed] == [BILLING]
    own = sso.list_customer_managed_policy_references_in_permission_set(**before)
    assert own["CustomerManagedPolicyReferences"] == []
    with refused("ResourceNotFoundException", "PermissionsBoundary not found"):
        sso.get_permissions_boundary_for_permission_set(**before)
    assert tags(cloud) == {"team": "b"}

    cloud.update(permission_set())
    assert inline(cloud) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SessionDuration": "P1D"}, "not between 1 and 12 hours"),
        ({"Description": "new", "ManagedPolicies": [KEY]}, "at 'managedPolicyArn' failed"),
    ],
    ids=["session", "policy"],
)
def test_an_update_that_fails_leaves_it_as_it_was(cloud: Cloud, change: Json, reason: str) -> None:
    was = {"Description": "old", "SessionDuration": "PT2H", "InlinePolicy": document()}
    cloud.create(permission_set(**was))
    before = described(cloud)

    stack = cloud.update(
        permission_set(**{**was, "InlinePolicy": document(statement("s3:GetObject")), **change})
    )

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason in stack["StackStatusReason"]
    assert (described(cloud), inline(cloud)) == (before, document())


@pytest.mark.parametrize(
    "change", [{"Name": "Other"}, {"InstanceArn": INSTANCE.replace("ssoins-0", "ssoins-1")}]
)
def test_a_new_name_or_instance_replaces_the_permission_set(cloud: Cloud, change: Json) -> None:
    cloud.create(permission_set())
    before = cloud.outputs()["Arn"]

    cloud.update(permission_set(**change))

    assert cloud.outputs()["Arn"] != before
    assert before not in arns(cloud)


def test_deleting_the_stack_deletes_it_unless_someone_has_it(cloud: Cloud) -> None:
    cloud.create(permission_set())
    sso = cloud.client("sso-admin")
    assignment = {
        **place(cloud),
        "TargetId": "123456789012",
        "TargetType": "AWS_ACCOUNT",
        "PrincipalType": "GROUP",
        "PrincipalId": "11111111-2222-3333-4444-555555555555",
    }
    sso.create_account_assignment(**assignment)

    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.stack()["StackStatus"] == "DELETE_FAILED"

    sso.delete_account_assignment(**assignment)
    cloud.cloudformation().delete_stack(StackName="team")
    assert arns(cloud) == []


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"SessionDuration": "PT13H"}, "not between 1 and 12 hours. (ValidationException)"),
        ({"SessionDuration": "PT59M"}, "not between 1 and 12 hours. (ValidationException)"),
        ({"ManagedPolicies": ["arn:aws:iam::aws:policy/Nope"]}, "(ResourceNotFoundException)"),
        ({"InlinePolicy": '{"Statement": []}'}, "(ValidationException)"),
        (
            {"InlinePolicy": document(statement("s3:GetObject", [f"{KEY}{n}" for n in range(34)]))},
            "length less than or equal to 32768 (ValidationException)",
        ),
    ],
    ids=["long", "short", "managed", "empty", "size"],
)
def test_what_aws_refuses_fails_the_stack_and_leaves_nothing(
    cloud: Cloud, properties: Json, reason: str
) -> None:
    stack = cloud.create(permission_set(**properties))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason in stack["StackStatusReason"]
    assert arns(cloud) == []


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("InstanceArn", "arn:aws:sso:::instance/team", "at 'instanceArn' .*pattern"),
        ("Name", "Data Scientist", r"'Data Scientist' at 'name' .*pattern: \[\\w\+=,\.@-\]\+"),
        ("Name", "n" * 33, "at 'name' .*less than or equal to 32"),
    ],
)
def test_what_is_off_its_form_is_refused(cloud: Cloud, member: str, value: str, words: str) -> None:
    request = {"InstanceArn": INSTANCE, "Name": "DataScientist", member: value}

    with refused("ValidationException", words):
        cloud.client("sso-admin").create_permission_set(**request)


def test_a_second_permission_set_of_the_name_is_refused(cloud: Cloud) -> None:
    cloud.create(permission_set())

    with refused("ConflictException", "PermissionSet with name DataScientist already exists"):
        cloud.client("sso-admin").create_permission_set(InstanceArn=INSTANCE, Name="DataScientist")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("people", "invalid Json"),
        (json.dumps(document(statement(Sid="not a sid"))), "must be alpha-numeric"),
        (json.dumps(document(statement(Principal="*"))), "should not specify a principal"),
    ],
)
def test_a_document_that_iam_would_refuse_is_refused(cloud: Cloud, text: str, words: str) -> None:
    cloud.create(permission_set(InlinePolicy=document()))

    with refused("ValidationException", words):
        cloud.client("sso-admin").put_inline_policy_to_permission_set(
            **place(cloud), InlinePolicy=text
        )

    assert inline(cloud) == document()
