"""compiler.emit.launch_role: the launch role as a template of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import artifact, canonical
from compiler.cli import main
from compiler.emit import emit_launch_role
from compiler.guardrail import rendered
from compiler.launch_role import launch_role
from compiler.lint import lint
from compiler.place import Place
from compiler.render import Launch, render
from compiler.rules import templates
from tests.catalog import launches

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.template import AccountTemplate


@cache
def emitted(name: str = "personac-launch") -> AccountTemplate:
    catalog = launches.catalog()
    catalog = replace(catalog, settings=replace(catalog.settings, launch_role=name))
    made = launch_role(catalog)
    assert made
    return emit_launch_role(catalog, made)


def test_the_role_is_where_launch_constraints_look_for_it() -> None:
    properties = emitted("ml-launch").body["Resources"]["Role"]["Properties"]

    assert (properties["Path"], properties["RoleName"]) == ("/", "ml-launch")
    assert properties["Tags"] == [
        {"Key": "managed-by", "Value": "personac"},
        {"Key": "personac:catalog", "Value": "machine-learning"},
    ]


def test_service_catalog_alone_assumes_it() -> None:
    assert render(emitted().body, Launch()).trust == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ServiceCatalog",
                "Effect": "Allow",
                "Principal": {"Service": "servicecatalog.amazonaws.com"},
                "Action": ["sts:AssumeRole"],
            }
        ],
    }


def test_its_policies_stand_off_every_path_that_it_writes_to() -> None:
    resources = emitted().body["Resources"]
    own = [each for each in resources.values() if each["Type"] == "AWS::IAM::ManagedPolicy"]

    assert {each["Properties"]["Path"] for each in own} == {"/personac/launch/"}
    assert resources["Role"]["Properties"]["ManagedPolicyArns"] == [
        {"Ref": f"Policy{number}"} for number, _ in enumerate(own, 1)
    ]
    assert "PermissionsBoundary" not in resources["Role"]["Properties"]


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_stack_of_it_holds_what_was_decided(partition: str) -> None:
    launch = Launch(partition=partition, account="999999999999")
    made = launch_role(launches.catalog())
    assert made

    held = [each.document["Statement"] for each in render(emitted().body, launch).policies]

    wanted = [[rendered(each, launch.pseudo()) for each in one] for one in made.policies]
    assert held == wanted


def test_aws_takes_it() -> None:
    file = artifact(emitted())

    assert file.path == "account/launch-role.template.json"
    assert templates.check(emitted(), len(file.content)) == ()
    assert lint(file.content.decode(), launches.catalog().settings.regions) == ()


def test_what_is_found_in_it_is_told_at_the_settings() -> None:
    assert emitted().origin(("Resources", "Policy1")) == Place(
        path=f"{launches.catalog().root}/catalog.yaml", route=("launch_role",)
    )


def test_two_of_it_are_compared_as_any_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.loads(artifact(emitted()).content)
    wider = json.dumps(body).replace("policy/AmazonS3ReadOnlyAccess", "policy/AdministratorAccess")
    files = {"old": canonical(body), "new": canonical(json.loads(wider))}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_bytes(content)

    main(["diff", str(tmp_path / "old.json"), str(tmp_path / "new.json"), "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "changed"
    (gained,) = told["gained"]
    assert gained["actions"] == ["iam:AttachRolePolicy"]
    context = gained["witness"]["context"]
    assert context["iam:PolicyARN"] == "arn:aws:iam::aws:policy/AdministratorAccess"
