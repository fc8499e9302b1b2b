"""IAM's quotas and refusals, most of which moto does not have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.templates import Json, document, refused, statement, trust

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


def sized(characters: int, make: Any = document) -> str:
    """A policy document of a size in characters, and as much white space again."""
    empty = len(text(make(statement(resource="arn:aws:s3:::"))).replace(" ", ""))
    full = text(make(statement(resource="arn:aws:s3:::" + "a" * (characters - empty))))
    return full + " " * characters


def sized_trust(characters: int) -> str:
    def make(external_id: str) -> Json:
        made = trust()
        made["Statement"][0]["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
        return made

    empty = len(text(make("")).replace(" ", ""))
    return text(make("a" * (characters - empty)))


def make_role(cloud: Cloud, name: str = "role", **options: Any) -> None:
    cloud.iam().create_role(
        **{"RoleName": name, "AssumeRolePolicyDocument": text(trust()), **options}
    )


def test_a_managed_policy_holds_6144_characters_without_white_space(cloud: Cloud) -> None:
    iam = cloud.iam()
    arn = iam.create_policy(PolicyName="p", PolicyDocument=sized(6144))["Policy"]["Arn"]

    with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144"):
        iam.create_policy(PolicyName="q", PolicyDocument=sized(6145))
    with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(6145))
    assert cloud.policies() == [arn]


def test_the_inline_policies_of_a_role_hold_10240_characters_together(cloud: Cloud) -> None:
    make_role(cloud)
    put = cloud.iam().put_role_policy
    put(RoleName="role", PolicyName="one", PolicyDocument=sized(5000))
    put(RoleName="role", PolicyName="two", PolicyDocument=sized(5240))

    with refused("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role role"):
        put(RoleName="role", PolicyName="two", PolicyDocument=sized(5241))
    put(RoleName="role", PolicyName="one", PolicyDocument=sized(4000))


def test_a_trust_policy_holds_2048_characters(cloud: Cloud) -> None:
    make_role(cloud, AssumeRolePolicyDocument=sized_trust(2048))

    with refused("LimitExceeded", "ACLSizePerRole: 2048"):
        make_role(cloud, "other", AssumeRolePolicyDocument=sized_trust(2049))
    with refused("LimitExceeded", "ACLSizePerRole: 2048"):
        cloud.iam().update_assume_role_policy(RoleName="role", PolicyDocument=sized_trust(2049))


def test_a_role_takes_ten_managed_policies_and_each_once(cloud: Cloud) -> None:
    make_role(cloud)
    iam = cloud.iam()
    policies = iam.list_policies(Scope="AWS", MaxItems=11)["Policies"]
    arns = [policy["Arn"] for policy in policies]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)

    with refused("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10"):
        iam.attach_role_policy(RoleName="role", PolicyArn=arns[10])
    assert cloud.attached("role") == set(arns[:10])
    assert iam.get_policy(PolicyArn=arns[0])["Policy"].get("AttachmentCount") == 1


def test_a_policy_keeps_five_versions(cloud: Cloud) -> None:
    iam = cloud.iam()
    arn = iam.create_policy(PolicyName="p", PolicyDocument=sized(200))["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(200), SetAsDefault=True)

    with refused("LimitExceeded", "up to 5 versions"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(200))


def test_a_version_is_the_default_only_if_it_is_said(cloud: Cloud) -> None:
    iam = cloud.iam()
    arn = iam.create_policy(PolicyName="p", PolicyDocument=sized(200))["Policy"]["Arn"]

    iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(300), SetAsDefault=False)
    assert iam.get_policy(PolicyArn=arn)["Policy"].get("DefaultVersionId") == "v1"

    iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(300), SetAsDefault=True)
    assert iam.get_policy(PolicyArn=arn)["Policy"].get("DefaultVersionId") == "v3"


def test_a_policy_in_use_or_with_versions_cannot_be_deleted(cloud: Cloud) -> None:
    iam = cloud.iam()
    arn = iam.create_policy(PolicyName="p", PolicyDocument=sized(200))["Policy"]["Arn"]
    make_role(cloud, PermissionsBoundary=arn)
    with refused("DeleteConflict", "attached to entities"):
        iam.delete_policy(PolicyArn=arn)

    iam.delete_role_permissions_boundary(RoleName="role")
    iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    with refused("DeleteConflict", "attached to entities"):
        iam.delete_policy(PolicyArn=arn)

    iam.detach_role_policy(RoleName="role", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=sized(200))
    with refused("DeleteConflict", "more than one version"):
        iam.delete_policy(PolicyArn=arn)

    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert cloud.policies() == []


def test_a_boundary_must_exist(cloud: Cloud) -> None:
    nowhere = "arn:aws:iam::123456789012:policy/nope"

    with refused("NoSuchEntity", f"Scope ARN: {nowhere} does not exist or is not attachable"):
        make_role(cloud, PermissionsBoundary=nowhere)
    assert cloud.roles() == []
    make_role(cloud)
    with refused("NoSuchEntity", "Scope ARN"):
        cloud.iam().put_role_permissions_boundary(RoleName="role", PermissionsBoundary=nowhere)


@pytest.mark.parametrize(
    "options",
    [
        {"RoleName": "a" * 65},
        {"RoleName": "a b"},
        {"Path": "/no-end"},
        {"MaxSessionDuration": 43201},
    ],
)
def test_names_paths_and_sessions_have_their_form(cloud: Cloud, options: Json) -> None:
    with refused("ValidationError", "."):
        make_role(cloud, **options)
    assert cloud.roles() == []


def test_the_policies_of_aws_are_there_and_not_ours_to_change(cloud: Cloud) -> None:
    iam = cloud.iam()
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"].get("PolicyName") == "ReadOnlyAccess"

    with refused("AccessDenied", "outside your own account"):
        iam.create_policy_version(PolicyArn=READ_ONLY, PolicyDocument=sized(200))
    with refused("AccessDenied", "outside your own account"):
        iam.delete_policy(PolicyArn=READ_ONLY)


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        "[]",
        {**document(), "Version": "2012-10-18"},
        {"Statement": document()["Statement"]},
        document(statement(Effect="Maybe")),
        document({"Effect": "Allow", "Action": "s3:GetObject"}),
        document({"Effect": "Allow", "Resource": "*"}),
        document(statement(resource=[["arn:aws:s3:::a"]])),
        document(statement(resource=["arn:aws:s3:::a", None])),
        document(statement(resource=[])),
        document(statement(resource="bucket")),
        document(statement(Sid="A"), statement(Sid="A")),
        document(statement(Sid="not alphanumeric")),
        document(statement(Colour="red")),
        document(statement(action="GetObject")),
        document(statement(Condition={"StringIs": {"a": "b"}})),
        document(statement(Principal="*")),
        {**document(), "Statement": []},
        text(document()).replace('"Version"', '"Version": "2012-10-17", "Version"'),
    ],
    ids=repr,
)
def test_a_malformed_policy_is_refused_everywhere(cloud: Cloud, policy: Any) -> None:
    iam = cloud.iam()
    make_role(cloud)
    arn = iam.create_policy(PolicyName="sound", PolicyDocument=sized(200))["Policy"]["Arn"]

    with refused("MalformedPolicyDocument", "."):
        iam.create_policy(PolicyName="p", PolicyDocument=text(policy))
    with refused("MalformedPolicyDocument", "."):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text(policy))
    with refused("MalformedPolicyDocument", "."):
        iam.put_role_policy(RoleName="role", PolicyName="p", PolicyDocument=text(policy))


def trusting(**changes: Any) -> Json:
    made = trust()
    made["Statement"][0] |= changes
    return made


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        trusting(Effect="Maybe"),
        trusting(Resource="*"),
        trusting(Action="s3:GetObject"),
        trusting(Action="iam:PassRole"),
        trusting(Principal={}),
        document({"Effect": "Allow", "Action": "sts:AssumeRole"}),
        {**trust(), "Version": "2030-01-01"},
    ],
    ids=repr,
)
def test_a_malformed_trust_policy_is_refused_everywhere(cloud: Cloud, policy: Any) -> None:
    make_role(cloud)

    with refused("MalformedPolicyDocument", "."):
        make_role(cloud, "other", AssumeRolePolicyDocument=text(policy))
    with refused("MalformedPolicyDocument", "."):
        cloud.iam().update_assume_role_policy(RoleName="role", PolicyDocument=text(policy))


@pytest.mark.parametrize(
    "policy",
    [
        {**trust(), "Version": "2008-10-17"},
        {"Statement": trust()["Statement"]},
        trusting(Action=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]),
        trusting(Action="sts:SetContext"),
    ],
    ids=repr,
)
def test_a_trust_policy_may_be_old_and_set_a_context(cloud: Cloud, policy: Json) -> None:
    make_role(cloud, AssumeRolePolicyDocument=text(policy))

    cloud.iam().update_assume_role_policy(RoleName="role", PolicyDocument=text(policy))

    found = cloud.iam().get_role(RoleName="role")["Role"]["AssumeRolePolicyDocument"]
    assert found == policy
