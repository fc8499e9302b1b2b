"""Updates of stacks: moto forgets conditions, deletes before it creates, and stops halfway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.templates import (
    NO_VALUE,
    Json,
    document,
    policy,
    refused,
    role,
    statement,
    template,
)

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def optional(**more: Any) -> Json:
    """A role with a policy that stands only if the parameter Extra says yes."""
    return template(
        parameters={"Extra": {"Type": "String", "AllowedValues": ["yes", "no"]}},
        Conditions={"HasExtra": {"Fn::Equals": [{"Ref": "Extra"}, "yes"]}},
        Policy1=policy(),
        Policy2={**policy(), "Condition": "HasExtra"},
        Role=role(
            ManagedPolicyArns=[
                {"Ref": "Policy1"},
                {"Fn::If": ["HasExtra", {"Ref": "Policy2"}, NO_VALUE]},
            ],
            **more,
        ),
        Outputs={"Extra": {"Condition": "HasExtra", "Value": {"Ref": "Policy2"}}},
    )


def test_a_condition_that_turns_true_creates_its_resource(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")
    assert cloud.logical_ids() == {"Policy1", "Role"}
    assert cloud.outputs() == {}

    cloud.update(optional(), Extra="yes")

    assert cloud.attached(cloud.physical_id("Role")) == set(cloud.policies())
    assert len(cloud.policies()) == 2
    assert cloud.outputs() == {"Extra": cloud.physical_id("Policy2")}


def test_a_condition_that_turns_false_deletes_its_resource(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="yes")

    cloud.update(optional(), Extra="no")

    assert cloud.policies() == [cloud.physical_id("Policy1")]
    assert cloud.attached(cloud.physical_id("Role")) == {cloud.physical_id("Policy1")}
    assert cloud.logical_ids() == {"Policy1", "Role"}
    assert cloud.outputs() == {}


def test_a_policy_can_be_removed_from_the_role_and_the_template_at_once(cloud: Cloud) -> None:
    cloud.create(
        template(
            Policy1=policy(),
            Policy2=policy(),
            Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}, {"Ref": "Policy2"}]),
        )
    )

    stack = cloud.update(
        template(Policy1=policy(), Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}]))
    )

    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert cloud.policies() == [cloud.physical_id("Policy1")]


def test_a_parameter_reaches_a_resource_through_a_condition_and_a_sub(cloud: Cloud) -> None:
    made = template(
        parameters={"Bucket": {"Type": "String"}},
        Policy1=policy(statement("s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"})),
    )
    cloud.create(made, Bucket="one")

    cloud.update(made, Bucket="two")

    found = cloud.document(cloud.physical_id("Policy1"))
    assert found["Statement"][0]["Resource"] == "arn:aws:s3:::two/*"


def test_an_update_that_changes_nothing_is_refused(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")

    with refused("ValidationError", "No updates are to be performed."):
        cloud.update(optional(), Extra="no")
    with refused("ValidationError", "No updates are to be performed."):
        cloud.cloudformation().update_stack(
            StackName="team",
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": "Extra", "UsePreviousValue": True}],
            Capabilities=["CAPABILITY_IAM"],
        )
    assert cloud.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_a_parameter_that_an_update_leaves_out_takes_its_default(cloud: Cloud) -> None:
    made = template(
        parameters={"Text": {"Type": "String", "Default": "default"}},
        Role=role(Description={"Ref": "Text"}),
    )
    cloud.create(made, Text="given")

    cloud.update(made)

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert found.get("Description") == "default"


def test_a_default_can_be_kept_as_the_previous_value(cloud: Cloud) -> None:
    old = template(
        parameters={"Text": {"Type": "String", "Default": "old"}},
        Role=role(Description={"Ref": "Text"}),
    )
    new = template(
        parameters={"Text": {"Type": "String", "Default": "new"}},
        Role=role(Description={"Ref": "Text"}, Path="/moved/"),
    )
    cloud.create(old)

    cloud.cloudformation().update_stack(
        StackName="team",
        TemplateBody=str(new).replace("'", '"'),
        Parameters=[{"ParameterKey": "Text", "UsePreviousValue": True}],
        Capabilities=["CAPABILITY_IAM"],
    )

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert found.get("Description") == "old"


def test_a_failed_update_restores_what_was_before(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")
    before = state(cloud)
    broken = optional(PermissionsBoundary="arn:aws:iam::123456789012:policy/nope")
    broken["Resources"]["Policy1"] = policy(statement("s3:PutObject"), statement("s3:GetObject"))

    stack = cloud.update(broken, Extra="yes")

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert state(cloud) == before
    assert stack.get("Parameters") == [{"ParameterKey": "Extra", "ParameterValue": "no"}]


def test_a_failed_update_undoes_replacements(cloud: Cloud) -> None:
    cloud.create(template(Policy1=policy(Path="/a/"), Role=role(Path="/a/")))
    before = state(cloud)

    stack = cloud.update(
        template(
            Policy1=policy(Path="/b/"),
            Role=role(
                Path="/b/",
                ManagedPolicyArns=[{"Ref": "Policy1"}, "arn:aws:iam::aws:policy/NoSuchPolicy"],
            ),
        )
    )

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert state(cloud) == before


def test_a_stack_can_be_updated_after_a_rollback(cloud: Cloud) -> None:
    cloud.create(template(Role=role()))
    cloud.update(template(Role=role(PermissionsBoundary="arn:aws:iam::123456789012:policy/nope")))

    cloud.update(template(Role=role(PermissionsBoundary=READ_ONLY)))

    assert cloud.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_a_failed_creation_rolls_back_and_says_why(cloud: Cloud) -> None:
    stack = cloud.create(
        template(Policy1=policy(), Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}, NOWHERE]))
    )

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert (cloud.roles(), cloud.policies(), cloud.logical_ids()) == ([], [], set())
    events = cloud.cloudformation().describe_stack_events(StackName="team")["StackEvents"]
    (reason,) = [
        event["ResourceStatusReason"]
        for event in events
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert NOWHERE in reason
    assert NOWHERE in stack.get("StackStatusReason", "")


def test_a_stack_that_rolled_back_cannot_be_updated_but_deleted(cloud: Cloud) -> None:
    cloud.create(template(Role=role(ManagedPolicyArns=[NOWHERE])))

    with refused("ValidationError", "ROLLBACK_COMPLETE state and can not be updated"):
        cloud.update(template(Role=role()))

    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.create(template(Role=role()))["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("option", "status", "policies"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", 1),
        ({"DisableRollback": True}, "CREATE_FAILED", 1),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE", 0),
    ],
)
def test_the_caller_says_what_a_failed_creation_leaves(
    cloud: Cloud, option: dict[str, Any], status: str, policies: int
) -> None:
    made = template(
        Policy1=policy(),
        Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}, NOWHERE]),
        Outputs={"Name": {"Value": {"Ref": "Role"}}},
    )

    stack_id = cloud.cloudformation().create_stack(
        StackName="team",
        TemplateBody=str(made).replace("'", '"'),
        Capabilities=["CAPABILITY_IAM"],
        **option,
    )["StackId"]

    assert cloud.stack(stack_id)["StackStatus"] == status
    assert (cloud.roles(), len(cloud.policies())) == ([], policies)


def test_deleting_a_stack_leaves_nothing(cloud: Cloud) -> None:
    cloud.create(optional(Policies=[{"PolicyName": "P", "PolicyDocument": document()}]), Extra="no")
    cloud.update(optional(), Extra="yes")

    cloud.cloudformation().delete_stack(StackName="team")

    assert (cloud.roles(), cloud.policies()) == ([], [])
    with refused("ValidationError", "does not exist"):
        cloud.stack()


def test_what_others_attached_makes_a_deletion_fail_and_can_be_repaired(cloud: Cloud) -> None:
    cloud.create(
        template(
            Policy1=policy(),
            Policy2=policy(),
            Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}]),
            Outputs={"Other": {"Value": {"Ref": "Policy2"}}},
        )
    )
    name, outputs = cloud.physical_id("Role"), cloud.outputs()
    cloud.iam().attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)

    cloud.cloudformation().delete_stack(StackName="team")
    stack = cloud.stack()
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert "Role" in stack.get("StackStatusReason", "")
    assert cloud.outputs() == outputs

    cloud.iam().detach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    cloud.cloudformation().delete_stack(StackName="team")
    assert (cloud.roles(), cloud.policies()) == ([], [])


def test_a_deletion_policy_keeps_a_resource(cloud: Cloud) -> None:
    cloud.create(template(Policy1={**policy(), "DeletionPolicy": "Retain"}, Role=role()))

    cloud.cloudformation().delete_stack(StackName="team")

    assert (cloud.roles(), len(cloud.policies())) == ([], 1)


def test_termination_protection_protects(cloud: Cloud) -> None:
    cloud.cloudformation().create_stack(
        StackName="team",
        TemplateBody=str(template(Role=role())).replace("'", '"'),
        Capabilities=["CAPABILITY_IAM"],
        EnableTerminationProtection=True,
    )

    with refused("ValidationError", "TerminationProtection"):
        cloud.cloudformation().delete_stack(StackName="team")
    assert len(cloud.roles()) == 1


def test_a_resource_removed_by_hand_does_not_stop_a_deletion(cloud: Cloud) -> None:
    cloud.create(template(Policy1=policy(), Role=role()))
    cloud.iam().delete_role(RoleName=cloud.physical_id("Role"))
    cloud.iam().delete_policy(PolicyArn=cloud.physical_id("Policy1"))

    cloud.cloudformation().delete_stack(StackName="team")

    with refused("ValidationError", "does not exist"):
        cloud.stack()


NOWHERE = "arn:aws:iam::aws:policy/NoSuchPolicy"


def state(cloud: Cloud) -> list[Any]:
    """All that IAM says about roles and policies, but for version ids."""
    return [
        [
            {key: value for key, value in role.items() if key != "RoleLastUsed"}
            for role in cloud.iam().list_roles()["Roles"]
        ],
        {name: cloud.attached(name) for name in cloud.roles()},
        {arn: cloud.document(arn) for arn in cloud.policies()},
    ]
