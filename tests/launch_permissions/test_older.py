"""compiler.launch_permissions.older: launches of older versions can still be changed and deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.artifact import canonical, template_path
from compiler.base import Base, Blob, Released
from compiler.build import compile_account, compile_persona
from compiler.launch_permissions import NONE, Older, older
from compiler.launch_role import launch_role
from compiler.publication import older_templates
from tests.catalog import launches
from tests.launch_permissions.confinement import done, statements

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.catalog import Catalog


def template(**resources: Any) -> bytes:
    return canonical({"Resources": resources})


def role(*attached: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": list(attached)}}


def theirs(name: str) -> dict[str, str]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"}


def without(catalog: Catalog, *names: str) -> Catalog:
    """A catalog whose portfolios do not list some personas."""
    return replace(
        catalog,
        portfolios={
            name: replace(
                each,
                products={one: how for one, how in each.products.items() if one not in names},
            )
            for name, each in catalog.portfolios.items()
        },
    )


def test_nothing_is_older_than_nothing() -> None:
    assert older([]) == NONE == Older()


def test_what_older_templates_make_and_attach() -> None:
    domain = {"Type": "AWS::SageMaker::Domain", "Properties": {}}
    chosen = {"Fn::If": ["Canvas", theirs("service-role/Canvas"), {"Ref": "AWS::NoValue"}]}

    found = older([template(Domain=domain), template(Role=role(theirs("ReadOnlyAccess"), chosen))])

    assert found.resource_types == {"AWS::SageMaker::Domain", "AWS::IAM::Role"}
    assert found.attached == {"ReadOnlyAccess", "service-role/Canvas"}


def test_what_is_no_resource_or_not_attached_is_passed_over() -> None:
    statement = {"Action": "iam:AttachRolePolicy", "Resource": "arn:aws:iam::aws:policy/Any"}
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": statement}}
    subnets = {"Subnets": {"Type": "AWS::EC2::Subnet::Id"}}

    found = older([canonical({"Parameters": subnets, "Resources": {"Policy1": policy}})])

    assert found == Older(resource_types=frozenset({"AWS::IAM::ManagedPolicy"}))


def test_our_own_templates_are_read_as_they_are() -> None:
    catalog = launches.catalog()
    product, _ = compile_persona(catalog, "all-ml-activities")
    assert product

    found = older([product.artifact.content])

    assert found.attached == {each.name for each in product.packing.entitlements.attachments}
    assert found.attached
    made = {each["Type"] for each in product.template.body["Resources"].values()}
    assert found.resource_types == made


def test_what_only_an_older_version_needs_is_allowed_still() -> None:
    catalog = without(launches.catalog(), "studio-domain")
    needed = Older(
        resource_types=frozenset({"AWS::SageMaker::Domain"}), attached=frozenset({"Old"})
    )

    def allowed(older: Older) -> str:
        made = launch_role(catalog, older)
        assert made
        return repr(
            [
                (each.actions, each.resources, each.conditions)
                for policy in made.policies
                for each in policy
            ]
        )

    assert "sagemaker:DeleteDomain" not in allowed(NONE)
    assert "sagemaker:DeleteDomain" in allowed(needed)
    assert "policy/Old" not in allowed(NONE)
    # In the grant, and in the limit.
    assert allowed(needed).count("policy/Old") == 2


def test_it_is_confined_with_them_too() -> None:
    needed = Older(attached=frozenset({"Old"}))
    _, template = compile_account(launches.catalog(), needed)
    attach = {
        "Effect": "Deny",
        "Action": "iam:AttachRolePolicy",
        "Resource": "*",
        "Condition": {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/Old"}},
    }
    other = json.loads(json.dumps(attach).replace('policy/Old"', 'policy/Other"'))

    assert done(statements(template.body), {"old": attach, "other": other}) == {"old"}


def test_older_versions_are_those_of_the_output_but_not_the_catalogs(tmp_path: Path) -> None:
    for persona, version in (("ml-ops", "0.9.0"), ("ml-ops", "1.0.0"), ("gone", "1.0.0")):
        file = tmp_path / template_path(persona, version)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{persona} {version}")
    catalog = launches.catalog()

    assert list(older_templates(None, catalog, tmp_path)) == [b"ml-ops 0.9.0"]
    # What no portfolio lists was never launched.
    assert not list(older_templates(None, without(catalog, "ml-ops"), tmp_path))
    released = Released(sha256="", lifecycle="active", portfolios=("ml-ops",))
    base = Base(
        ref="main",
        commit="0" * 40,
        versions={},
        templates={"gone": {"1.0.0": Blob(id="0" * 40, top=tmp_path)}},
        released={("gone", "1.0.0"): released},
    )
    assert list(older_templates(base, catalog, tmp_path)) == [b"gone 1.0.0", b"ml-ops 0.9.0"]
