"""Stacks with a role: it may do what its policies say, as the sandbox's IAM holds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.authorisation import AccessDenied, asked, require
from tests.sandbox.templates import Json, body, policy, role, template, trust
from tests.sandbox.templates import document as document_of

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

ACCOUNT = "123456789012"
LAUNCH = f"arn:aws:iam::{ACCOUNT}:role/launch"
TRUST = json.dumps(trust("cloudformation.amazonaws.com"))


def document(*statements: Json) -> str:
    return json.dumps(document_of(*statements))


def allow(*actions: str, **more: Json) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def deny(*actions: str) -> Json:
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*"}


def launch_role(cloud: Cloud, *statements: Json, boundary: str | None = None) -> str:
    """A role with one inline policy."""
    more: Json = {"PermissionsBoundary": boundary} if boundary else {}
    cloud.iam().create_role(RoleName="launch", AssumeRolePolicyDocument=TRUST, **more)
    if statements:
        cloud.iam().put_role_policy(
            RoleName="launch", PolicyName="own", PolicyDocument=document(*statements)
        )
    asked.clear()
    return LAUNCH


def launched(cloud: Cloud, role_arn: str, made: Any) -> Any:
    cloud.cloudformation().create_stack(
        StackName="team",
        TemplateBody=body(made),
        RoleARN=role_arn,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return cloud.stack()


def reasons(cloud: Cloud, status: str) -> dict[str, str]:
    events = cloud.cloudformation().describe_stack_events(StackName="team")["StackEvents"]
    return {
        each["LogicalResourceId"]: each.get("ResourceStatusReason", "")
        for each in events
        if each["ResourceStatus"] == status
    }


PAIR = template(
    Policy=policy(Path="/people/"),
    Role=role(Path="/people/", RoleName="analyst", ManagedPolicyArns=[{"Ref": "Policy"}]),
)


def test_without_a_role_a_stack_may_do_everything(cloud: Cloud) -> None:
    asked.clear()

    assert cloud.create(PAIR)["StackStatus"] == "CREATE_COMPLETE"
    assert not asked


def test_a_role_without_policies_may_do_nothing(cloud: Cloud) -> None:
    stack = launched(cloud, launch_role(cloud), PAIR)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    (reason,) = reasons(cloud, "CREATE_FAILED").values()
    assert reason.startswith(
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/launch/AWSCloudFormation is not authorized to "
        f"perform: iam:CreatePolicy on resource: arn:aws:iam::{ACCOUNT}:policy/people/team-Policy-"
    )
    assert reason.endswith(
        "because no identity-based policy allows the iam:CreatePolicy action (AccessDenied)"
    )
    assert cloud.policies() == []
    assert [(each.action, each.allowed) for each in asked] == [("iam:CreatePolicy", False)]


def test_what_was_made_before_a_refusal_is_rolled_back_with_the_same_role(cloud: Cloud) -> None:
    stack = launched(cloud, launch_role(cloud, allow("iam:*"), deny("iam:AttachRolePolicy")), PAIR)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert (
        "with an explicit deny in an identity-based policy"
        in (reasons(cloud, "CREATE_FAILED")["Role"])
    )
    assert cloud.policies() == []
    assert cloud.roles() == ["launch"]
    assert asked[-1].action == "iam:DeletePolicy"


def test_a_rollback_fails_where_the_role_may_not_delete(cloud: Cloud) -> None:
    stack = launched(
        cloud,
        launch_role(cloud, allow("iam:CreatePolicy", "iam:Get*", "iam:List*")),
        PAIR,
    )

    assert stack["StackStatus"] == "ROLLBACK_FAILED"
    assert len(cloud.policies()) == 1


def test_an_update_that_is_refused_leaves_the_stack_as_it_was(cloud: Cloud) -> None:
    role_arn = launch_role(cloud, allow("iam:*"), deny("iam:UpdateAssumeRolePolicy"))
    launched(cloud, role_arn, template(Role=role(Path="/people/", Description="before")))

    cloud.cloudformation().update_stack(
        StackName="team",
        TemplateBody=body(template(Role=role(Path="/people/", Description="after"))),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    # Not even the reversal was allowed, as it is another update of the role.
    assert cloud.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    held = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert held["Description"] == "before"


def test_a_deletion_needs_the_role_too(cloud: Cloud) -> None:
    role_arn = launch_role(cloud, allow("iam:*"), deny("iam:DeletePolicy"))
    launched(cloud, role_arn, PAIR)

    cloud.cloudformation().delete_stack(StackName="team")

    assert cloud.stack()["StackStatus"] == "DELETE_FAILED"
    assert "iam:DeletePolicy" in reasons(cloud, "DELETE_FAILED")["Policy"]
    cloud.iam().delete_role_policy(RoleName="launch", PolicyName="own")
    cloud.iam().put_role_policy(
        RoleName="launch", PolicyName="own", PolicyDocument=document(allow("iam:*"))
    )
    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.policies() == []


def test_a_deletion_may_name_another_role(cloud: Cloud) -> None:
    launched(cloud, launch_role(cloud, allow("iam:*"), deny("iam:DeletePolicy")), PAIR)
    cloud.iam().create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)
    cloud.iam().attach_role_policy(
        RoleName="other", PolicyArn="arn:aws:iam::aws:policy/IAMFullAccess"
    )

    cloud.cloudformation().delete_stack(
        StackName="team", RoleARN=f"arn:aws:iam::{ACCOUNT}:role/other"
    )

    assert cloud.policies() == []


def test_a_role_that_does_not_exist_cannot_be_assumed(cloud: Cloud) -> None:
    stack = launched(cloud, f"arn:aws:iam::{ACCOUNT}:role/nobody", PAIR)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "invalid or cannot be assumed" in reasons(cloud, "CREATE_FAILED")["Policy"]


def test_a_type_whose_calls_are_not_known_takes_no_role(cloud: Cloud) -> None:
    bucket = template(Bucket={"Type": "AWS::S3::Bucket"})

    launched(cloud, launch_role(cloud, allow("*")), bucket)

    assert (
        "does not know what CloudFormation calls for AWS::S3::Bucket"
        in (reasons(cloud, "CREATE_FAILED")["Bucket"])
    )


def test_the_condition_keys_of_a_call_decide(cloud: Cloud) -> None:
    boundary = cloud.iam().create_policy(PolicyName="bound", PolicyDocument=document(allow("*")))[
        "Policy"
    ]["Arn"]
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    role_arn = launch_role(
        cloud,
        allow("iam:CreateRole", Condition=bounded),
        allow("iam:Get*", "iam:List*", "iam:Delete*"),
    )

    assert launched(cloud, role_arn, template(Role=role()))["StackStatus"] == "ROLLBACK_COMPLETE"
    cloud.cloudformation().delete_stack(StackName="team")
    bound = template(Role=role(PermissionsBoundary=boundary))
    assert launched(cloud, role_arn, bound)["StackStatus"] == "CREATE_COMPLETE"


def test_the_policies_are_those_that_iam_holds_now(cloud: Cloud) -> None:
    """Inline, managed, a new version of one, and one of AWS's."""
    role_arn = launch_role(cloud)
    with pytest.raises(AccessDenied):
        require(role_arn, "s3:ListAllMyBuckets")
    own = cloud.iam().create_policy(PolicyName="own", PolicyDocument=document(allow("sqs:*")))
    arn = own["Policy"]["Arn"]
    cloud.iam().attach_role_policy(RoleName="launch", PolicyArn=arn)
    with pytest.raises(AccessDenied):
        require(role_arn, "s3:ListAllMyBuckets")

    cloud.iam().create_policy_version(
        PolicyArn=arn, PolicyDocument=document(allow("s3:*")), SetAsDefault=True
    )
    require(role_arn, "s3:ListAllMyBuckets")
    cloud.iam().detach_role_policy(RoleName="launch", PolicyArn=arn)
    cloud.iam().attach_role_policy(
        RoleName="launch", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    require(role_arn, "s3:ListAllMyBuckets")

    assert [each.allowed for each in asked] == [False, False, True, True]


def test_the_boundary_takes_away_and_says_so(cloud: Cloud) -> None:
    arn = cloud.iam().create_policy(PolicyName="bound", PolicyDocument=document(allow("s3:*")))
    role_arn = launch_role(cloud, allow("*"), boundary=arn["Policy"]["Arn"])

    require(role_arn, "s3:ListAllMyBuckets")
    with pytest.raises(AccessDenied, match="because no permissions boundary allows the sqs:List"):
        require(role_arn, "sqs:ListQueues")


def test_every_call_has_its_principal(cloud: Cloud) -> None:
    own = {"StringEquals": {"aws:PrincipalArn": LAUNCH}}
    role_arn = launch_role(cloud, allow("s3:*", Condition=own))

    require(role_arn, "s3:ListAllMyBuckets")
    with pytest.raises(AccessDenied, match="assumed-role/launch/servicecatalog is not authorized"):
        require(role_arn, "sqs:ListQueues", session="servicecatalog")
