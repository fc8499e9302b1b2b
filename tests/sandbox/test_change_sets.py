"""Change sets: moto's lose parameters, conditions and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.templates import Json, body, policy, refused, role, statement, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def make(cloud: Cloud, made: Json, kind: Any = "UPDATE", **parameters: str) -> Any:
    cloudformation = cloud.cloudformation()
    cloudformation.create_change_set(
        StackName="team",
        ChangeSetName="set",
        ChangeSetType=kind,
        TemplateBody=body(made),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    return cloudformation.describe_change_set(StackName="team", ChangeSetName="set")


def execute(cloud: Cloud) -> None:
    cloud.cloudformation().execute_change_set(StackName="team", ChangeSetName="set")


def optional(path: str = "/", action: str = "s3:GetObject") -> Json:
    return template(
        parameters={"Extra": {"Type": "String"}},
        Conditions={"Extra": {"Fn::Equals": [{"Ref": "Extra"}, "yes"]}},
        Policy1=policy(statement(action)),
        Policy2={**policy(), "Condition": "Extra"},
        Role=role(Path=path),
        Outputs={"Name": {"Value": {"Ref": "Role"}}},
    )


def test_a_stack_is_created_by_a_change_set(cloud: Cloud) -> None:
    found = make(cloud, optional(), "CREATE", Extra="no")
    assert found["Status"] == "CREATE_COMPLETE"
    assert {change["ResourceChange"]["LogicalResourceId"] for change in found["Changes"]} == {
        "Policy1",
        "Role",
    }
    assert cloud.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert cloud.roles() == []

    execute(cloud)

    assert cloud.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert cloud.outputs() == {"Name": cloud.physical_id("Role")}
    assert cloud.stack().get("Parameters") == [{"ParameterKey": "Extra", "ParameterValue": "no"}]


def test_a_change_set_announces_what_it_does(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")
    policy1, role_name = cloud.physical_id("Policy1"), cloud.physical_id("Role")

    found = make(cloud, optional("/new/", "s3:PutObject"), Extra="yes")

    changes = [change["ResourceChange"] for change in found["Changes"]]
    assert {change["LogicalResourceId"]: change["Action"] for change in changes} == {
        "Policy1": "Modify",
        "Policy2": "Add",
        "Role": "Modify",
    }
    assert {
        change["PhysicalResourceId"]: change["Replacement"]
        for change in changes
        if change["Action"] == "Modify"
    } == {policy1: "False", role_name: "True"}

    execute(cloud)
    assert cloud.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert cloud.logical_ids() == {"Policy1", "Policy2", "Role"}
    assert cloud.outputs() == {"Name": cloud.physical_id("Role")}
    assert cloud.physical_id("Role") != role_name


def test_a_change_set_without_changes_fails_and_cannot_be_executed(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")

    found = make(cloud, optional(), Extra="no")

    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in found["StatusReason"]
    with refused("ValidationError", "cannot be executed"):
        execute(cloud)


def test_a_change_set_whose_execution_fails_rolls_back(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")
    broken = optional()
    broken["Resources"]["Role"] = role(PermissionsBoundary="arn:aws:iam::123456789012:policy/no")

    make(cloud, broken, Extra="yes")
    execute(cloud)

    assert cloud.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.logical_ids() == {"Policy1", "Role"}


def test_a_change_set_cannot_create_what_exists(cloud: Cloud) -> None:
    cloud.create(optional(), Extra="no")

    with refused("ValidationError", "already exists and cannot be created again"):
        make(cloud, optional(), "CREATE", Extra="no")
    with refused("ValidationError", r"Parameters: \[Extra\] must have values"):
        make(cloud, optional())
