"""Exports and StackSets: what stacks have to do with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.templates import body, role, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

EXPORTING = template(
    Role=role(),
    Outputs={"Name": {"Value": {"Ref": "Role"}, "Export": {"Name": "shared"}}},
)
IMPORTING = template(Role=role(Description={"Fn::ImportValue": "shared"}))


def test_an_export_is_imported_and_goes_with_its_stack(cloud: Cloud) -> None:
    cloud.create(EXPORTING, name="one")
    cloud.create(IMPORTING, name="two")

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role", "two"))["Role"]
    assert found.get("Description") == cloud.outputs("one")["Name"]

    cloud.cloudformation().delete_stack(StackName="one")
    assert cloud.cloudformation().list_exports()["Exports"] == []
    assert cloud.create(IMPORTING, name="three")["StackStatus"] == "ROLLBACK_COMPLETE"


def test_a_second_export_of_a_name_rolls_back(cloud: Cloud) -> None:
    cloud.create(EXPORTING, name="one")

    stack = cloud.create(EXPORTING, name="two")

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "already exported" in stack.get("StackStatusReason", "")
    assert cloud.roles() == [cloud.outputs("one")["Name"]]


def test_a_stack_set_makes_its_stacks_by_the_same_rules(cloud: Cloud) -> None:
    cloudformation = cloud.cloudformation()
    made = template(
        Role=role(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    )
    cloudformation.create_stack_set(StackSetName="set", TemplateBody=body(made))

    cloudformation.create_stack_instances(
        StackSetName="set", Accounts=["123456789012"], Regions=["us-east-1"]
    )
    (name,) = cloud.roles()
    assert cloud.attached(name) == {"arn:aws:iam::aws:policy/ReadOnlyAccess"}

    cloudformation.delete_stack_instances(
        StackSetName="set", Accounts=["123456789012"], Regions=["us-east-1"], RetainStacks=False
    )
    assert cloud.roles() == []
