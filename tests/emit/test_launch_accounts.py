"""compiler.emit.launch_accounts: boundary and launch role in the accounts of an organization."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from compiler.artifact import artifact
from compiler.build import compile_account
from compiler.emit.launch_accounts import LARGEST_BODY, BodyError, emit_launch_accounts
from compiler.intrinsics import ParameterError
from compiler.lint import lint
from compiler.place import Place
from compiler.rules import templates
from compiler.template import AccountTemplate
from tests.emit.hub import GUARDRAIL, SETTINGS, hub, matches, ours, resolved, small

UNITS = "ou-ab12-11111111,ou-ab12-22222222"


def account(name: str, **sections: Any) -> AccountTemplate:
    return AccountTemplate(name=name, body=sections, origins={(): Place(path="catalog.yaml")})


def spread(*account: AccountTemplate) -> AccountTemplate:
    return emit_launch_accounts(small(), account)


ROLE = account(
    "launch-role",
    Resources={"LaunchRole": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}}},
    Outputs={"LaunchRoleArn": {"Value": {"Fn::GetAtt": ["LaunchRole", "Arn"]}}},
)
BOUNDARY = account(
    "boundary", Resources={"Boundary": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {}}}
)


def properties(template: AccountTemplate, **given: str) -> Any:
    made = resolved(template, {"OrganizationalUnits": UNITS, **given})
    return made["LaunchAccounts"]["Properties"]


def inner(template: AccountTemplate) -> Any:
    return json.loads(properties(template)["TemplateBody"])


def test_the_whole_template() -> None:
    matches(spread(BOUNDARY, ROLE))


def test_the_stacks_hold_what_an_account_needs() -> None:
    bounded = f"{SETTINGS}permissions_boundary: personac/boundary/small\n"
    catalog = small({"guardrails/buckets.yaml": GUARDRAIL, "catalog.yaml": bounded})
    needed = compile_account(catalog)
    held = inner(hub(catalog)["launch-accounts"])

    assert [each.name for each in needed] == ["boundary", "launch-role"]
    for each in needed:
        for name, resource in each.body["Resources"].items():
            ordered = {**held["Resources"][name]}
            ordered.pop("DependsOn", None)
            assert ordered == {key: value for key, value in resource.items() if key != "DependsOn"}
        assert each.body.get("Outputs", {}).items() <= held["Outputs"].items()


def test_new_accounts_get_them_and_parting_ones_keep_them() -> None:
    made = properties(spread(BOUNDARY, ROLE))
    (instances,) = made["StackInstancesGroup"]

    assert made["PermissionModel"] == "SERVICE_MANAGED"
    assert made["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    assert instances["DeploymentTargets"] == {"OrganizationalUnitIds": UNITS.split(",")}
    assert instances["Regions"] == ["eu-west-1"]


@pytest.mark.parametrize("call_as", ["SELF", "DELEGATED_ADMIN"])
def test_it_works_from_a_delegated_account_too(call_as: str) -> None:
    assert properties(spread(ROLE), CallAs=call_as)["CallAs"] == call_as


@pytest.mark.parametrize("units", ["", "ou-ab12", "111122223333", "r-ab12,", "*"])
def test_only_units_and_roots_are_targets(units: str) -> None:
    with pytest.raises(ParameterError, match="OrganizationalUnits"):
        properties(spread(ROLE), OrganizationalUnits=units)


def test_a_role_waits_for_the_boundary_that_it_names() -> None:
    bounded = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "arn:…"}}
    held = inner(spread(account("launch-role", Resources={"LaunchRole": bounded}), BOUNDARY))

    assert held["Resources"]["LaunchRole"]["DependsOn"] == "Boundary"
    assert "DependsOn" not in inner(spread(BOUNDARY, ROLE))["Resources"]["LaunchRole"]


def test_the_names_of_two_templates_do_not_meet() -> None:
    with pytest.raises(BodyError, match=r"Resources\.LaunchRole stands in two"):
        spread(ROLE, replace(ROLE, name="another"))


def test_a_text_that_a_stack_set_does_not_take_is_no_template() -> None:
    large = account("large", Resources={"Large": {"Metadata": "x" * LARGEST_BODY}})

    with pytest.raises(BodyError, match=r"has 51,\d{3} bytes; a StackSet takes 51,200"):
        spread(large)


def test_ours_is_what_aws_takes() -> None:
    template = hub(ours())["launch-accounts"]
    file = artifact(template)
    body = template.body["Resources"]["LaunchAccounts"]["Properties"]["TemplateBody"]

    assert file.path == "hub/launch-accounts.template.json"
    assert templates.check(template, len(file.content)) == ()
    for each in (file.content.decode(), body):
        assert lint(each, ours().settings.regions) == ()
