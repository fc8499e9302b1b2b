"""compiler.emit.access: one document, as an IAM policy or as a permission set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.build import compile_persona
from compiler.emit.access import duration
from compiler.intrinsics import ParameterError, Resolver
from compiler.load import load
from compiler.render import Launch, render
from tests.small import ACCESS, OPEN, SMALL, overlay

if TYPE_CHECKING:
    from compiler.build import Product

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
SET = {"AccessForm": "permission set", "InstanceArn": INSTANCE}


def compiled(settings: str = "") -> Product:
    tree = overlay(
        {
            "catalog.yaml": f"{SMALL['catalog.yaml']}{settings}",
            "personas/analyst.yaml": ACCESS,
            "activities/open.yaml": OPEN,
        }
    )
    product, problems = compile_persona(load("catalog", tree).catalog, "analyst")
    assert not problems
    assert product
    return product


BODY = json.loads(compiled().artifact.content)


def standing(template: Any, **given: str) -> dict[str, Any]:
    launch = Launch(parameters=given)
    resolver = Resolver(template, launch.parameters, launch.pseudo())
    resolver.refuse_values()
    return {
        name: resolver.value(each["Properties"], ())
        for name, each in template["Resources"].items()
        if resolver.condition(each["Condition"])
    }


def test_a_launch_makes_one_of_two_things() -> None:
    assert list(standing(BODY)) == ["Policy1"]
    assert list(standing(BODY, **SET)) == ["PermissionSet"]


def test_both_say_the_same() -> None:
    assert (
        standing(BODY)["Policy1"]["PolicyDocument"]
        == (standing(BODY, **SET)["PermissionSet"]["InlinePolicy"])
    )


def test_the_policy_stands_on_the_path_of_people() -> None:
    assert standing(BODY)["Policy1"]["Path"] == "/small/people/"


def test_the_permission_set() -> None:
    template = json.loads(compiled("session_duration: 7200\n").artifact.content)
    made = standing(template, **SET, PermissionSetName="studio")["PermissionSet"]

    assert made["Name"] == "studio"
    assert made["InstanceArn"] == INSTANCE
    assert made["SessionDuration"] == "PT2H"
    assert {each["Key"] for each in made["Tags"]} == {"personac:persona", "personac:version"}


def test_a_catalog_of_inline_policies_makes_the_same() -> None:
    assert json.loads(compiled("policies: inline\n").artifact.content) == BODY


@pytest.mark.parametrize(
    ("seconds", "written"), [(3600, "PT1H"), (5400, "PT90M"), (3601, "PT3601S"), (43200, "PT12H")]
)
def test_a_duration_as_identity_center_takes_it(seconds: int, written: str) -> None:
    assert duration(seconds) == written


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"AccessForm": "permission set"}, "InstanceArn is needed with a permission set"),
        ({"InstanceArn": INSTANCE}, "InstanceArn goes with a permission set: leave it empty"),
        ({"AccessForm": "role"}, "AccessForm is 'role'; allowed are IAM policy, permission set"),
    ],
)
def test_a_launch_that_does_not_hold_together_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(ParameterError) as caught:
        standing(BODY, **given)

    assert str(caught.value) == told


def test_it_renders_without_a_trust_policy() -> None:
    alone = render(BODY, Launch())
    chosen = render(BODY, Launch(parameters=SET))

    assert alone.trust is None
    assert chosen.trust is None
    assert [each.name for each in alone.policies] == ["Policy1"]
    assert [each.name for each in chosen.policies] == ["PermissionSet"]
    assert alone.policies[0].document == chosen.policies[0].document
    assert alone.managed_policy_arns == ()
    assert alone.permissions_boundary is None


def test_parts_come_from_where_they_are_written() -> None:
    template = compiled().template
    statement = template.origin(("Resources", "PermissionSet", "Properties", "InlinePolicy",
                                 "Statement", 0, "Resource"))  # fmt: skip

    assert statement.path == "catalog/activities/open.yaml"
    assert template.origin(("Resources", "PermissionSet", "Properties", "Tags", 0)).path == (
        "catalog/catalog.yaml"
    )
