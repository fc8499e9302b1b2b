"""AWS::IAM::ManagedPolicy: moto neither updates nor deletes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.templates import document, policy, role, statement, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def attached(action: str, **properties: Any) -> dict[str, Any]:
    return template(
        Policy1=policy(statement(action), **properties),
        Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}]),
    )


def test_update_makes_a_new_default_version_and_keeps_attachments(cloud: Cloud) -> None:
    cloud.create(attached("s3:GetObject"))
    arn = cloud.physical_id("Policy1")

    cloud.update(attached("s3:PutObject"))

    assert cloud.physical_id("Policy1") == arn
    assert cloud.document(arn) == document(statement("s3:PutObject"))
    found = cloud.iam().get_policy(PolicyArn=arn)["Policy"]
    assert (found.get("DefaultVersionId"), found.get("AttachmentCount")) == ("v2", 1)
    assert cloud.attached(cloud.physical_id("Role")) == {arn}


def test_updates_never_keep_more_than_five_versions(cloud: Cloud) -> None:
    actions = [
        "GetObject",
        "PutObject",
        "DeleteObject",
        "ListBucket",
        "GetBucketAcl",
        "GetBucketTagging",
    ]
    cloud.create(attached("s3:ListAllMyBuckets"))
    for action in actions:
        stack = cloud.update(attached(f"s3:{action}"))
        assert stack["StackStatus"] == "UPDATE_COMPLETE"

    arn = cloud.physical_id("Policy1")
    versions = cloud.iam().list_policy_versions(PolicyArn=arn)["Versions"]
    assert sorted(version["VersionId"] for version in versions) == ["v3", "v4", "v5", "v6", "v7"]
    assert cloud.document(arn) == document(statement("s3:GetBucketTagging"))


@pytest.mark.parametrize(
    "properties", [{"Path": "/new/"}, {"Description": "new"}, {"ManagedPolicyName": "new"}]
)
def test_what_cannot_be_updated_replaces_the_policy(
    cloud: Cloud, properties: dict[str, str]
) -> None:
    cloud.create(attached("s3:GetObject"))
    before = cloud.physical_id("Policy1")

    cloud.update(attached("s3:GetObject", **properties))

    after = cloud.physical_id("Policy1")
    assert after != before
    assert cloud.policies() == [after]
    assert cloud.attached(cloud.physical_id("Role")) == {after}


def test_ref_is_the_arn_and_attributes_resolve(cloud: Cloud) -> None:
    cloud.create(
        template(
            Policy1=policy(Path="/team/"),
            Outputs={
                "Ref": {"Value": {"Ref": "Policy1"}},
                "Arn": {"Value": {"Fn::GetAtt": ["Policy1", "PolicyArn"]}},
            },
        )
    )

    (arn,) = cloud.policies()
    assert arn.startswith("arn:aws:iam::123456789012:policy/team/team-Policy1-")
    assert cloud.outputs() == {"Ref": arn, "Arn": arn}


def test_roles_of_the_policy_are_attached_exchanged_and_detached(cloud: Cloud) -> None:
    cloud.iam().create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    cloud.iam().create_role(RoleName="two", AssumeRolePolicyDocument=TRUST)
    cloud.create(template(Policy1=policy(Roles=["one"])))
    arn = cloud.physical_id("Policy1")
    assert cloud.attached("one") == {arn}

    cloud.update(template(Policy1=policy(Roles=["two"])))
    assert (cloud.attached("one"), cloud.attached("two")) == (set(), {arn})

    cloud.cloudformation().delete_stack(StackName="team")
    assert (cloud.attached("two"), cloud.policies()) == (set(), [])


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"glue.amazonaws.com"}}]}'
)
