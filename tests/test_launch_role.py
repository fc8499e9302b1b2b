"""compiler.launch_role: what products need, all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from compiler.build import compile_persona
from compiler.catalog import Persona
from compiler.guardrail import deny_statements, rendered
from compiler.handlers import NEEDED_BY, handlers
from compiler.iam import quota
from compiler.launch_permissions import (
    PROPERTIES,
    attached,
    for_products,
    products,
    resource_types,
    stacks,
)
from compiler.launch_role import launch_role
from compiler.load import load
from compiler.portfolio import Listing, Portfolio
from compiler.render import Launch
from tests.catalog import launches
from tests.launch_permissions.confinement import done
from tests.small import ACCESS, OPEN, overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.launch_role import LaunchRole

BOUNDED = "permissions_boundary: small/boundary\n"


def small(**files: str) -> Catalog:
    text = overlay({})["catalog.yaml"].decode() + BOUNDED
    loaded = load("catalog", overlay({"catalog.yaml": text, **files}))
    assert not loaded.diagnostics
    return loaded.catalog


def made(catalog: Catalog) -> LaunchRole:
    found = launch_role(catalog)
    assert found
    return found


def allowed(catalog: Catalog) -> set[str]:
    return {
        action
        for policy in made(catalog).policies
        for each in policy
        if each.effect == "Allow"
        for action in each.actions
    }


@cache
def needed() -> frozenset[str]:
    """What the handlers need for the products of this repository."""
    kinds = resource_types(launches.catalog())
    return frozenset().union(*(handlers(each).needed(PROPERTIES[each]) for each in kinds))


def test_all_that_products_need_is_allowed_and_nothing_else() -> None:
    """If this fails: a newer schema lists another action.

    Say in launch_permissions where it is allowed, or in handlers which property alone needs it.
    """
    always = {action for each in stacks(launches.catalog()) for action in each.actions}
    always.discard("sns:Publish")

    assert allowed(launches.catalog()) == needed() | always


def test_no_place_is_kept_for_what_no_schema_lists() -> None:
    catalog = launches.catalog()
    grants = for_products(catalog, resource_types(catalog), attached(catalog))
    placed = {action for each in grants for action in each.actions}

    assert placed <= needed()


def _properties(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, each in node.items():
            yield name
            yield from _properties(each)
    elif isinstance(node, list):
        for each in node:
            yield from _properties(each)


def test_the_types_and_properties_are_those_of_the_templates() -> None:
    catalog = launches.catalog()
    found: dict[str, set[str]] = {}
    for persona in products(catalog):
        product, _ = compile_persona(catalog, persona)
        assert product
        for each in product.template.body["Resources"].values():
            names = set(_properties(each["Properties"]))
            found.setdefault(each["Type"], set()).update(names & NEEDED_BY[each["Type"]].keys())

    assert found.keys() == resource_types(catalog)
    assert found == {kind: set(PROPERTIES[kind]) for kind in found}


def test_without_a_boundary_there_is_none() -> None:
    catalog = small()
    settings = replace(catalog.settings, permissions_boundary=None)

    assert launch_role(replace(catalog, settings=settings)) is None


def test_without_portfolios_all_personas_are_products() -> None:
    catalog = small(**{"personas/user.yaml": ACCESS, "activities/open.yaml": OPEN})

    assert products(catalog) == ("analyst", "user")
    assert made(catalog).resource_types == (
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::SSO::PermissionSet",
    )


def listed(*names: str, **more: Any) -> Portfolio:
    return Portfolio(
        title="Users",
        description="What users launch.",
        products={each: Listing() for each in names},
        **more,
    )


def test_what_no_portfolio_lists_is_not_allowed_for() -> None:
    files = {"personas/user.yaml": ACCESS, "activities/open.yaml": OPEN}
    catalog = replace(small(**files), portfolios={"users": listed("user")})

    assert products(catalog) == ("user",)
    assert "sso:CreatePermissionSet" in allowed(catalog)
    assert "iam:CreateRole" not in allowed(catalog)
    assert "iam:CreateRole" in allowed(small(**files))


def test_policies_inside_of_roles_need_no_managed_ones() -> None:
    catalog = small()
    inline = replace(catalog, settings=replace(catalog.settings, policies="inline"))

    assert "iam:CreatePolicy" in allowed(catalog)
    assert "iam:CreatePolicy" not in allowed(inline)


def test_topics_of_portfolios_are_told() -> None:
    topic, other = (f"arn:aws:sns:eu-west-1:111122223333:{each}" for each in ("one", "two"))
    listing = Listing(notifications=(other,))
    portfolio = replace(listed("analyst", notifications=(topic,)), products={"analyst": listing})
    catalog = replace(small(), portfolios={"users": portfolio})

    told = next(each for each in stacks(catalog) if each.actions == ("sns:Publish",))

    assert told.resources == (topic, other)
    assert "sns:Publish" in allowed(catalog)
    assert "sns:Publish" not in allowed(small())


def test_only_the_roles_of_what_is_made_are_passed() -> None:
    def passed(catalog: Catalog) -> list[str]:
        return [
            resource
            for each in for_products(catalog, resource_types(catalog), ())
            if each.actions == ("iam:PassRole",)
            for resource in each.resources
        ]

    domain = Persona(title="Domain", description="A domain.", version="1.0.0", kind="domain")
    catalog = small()

    assert passed(catalog) == []
    with_domain = replace(catalog, personas={**catalog.personas, "domain": domain})
    assert passed(with_domain) == [
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/small/execution/*"
    ]
    onboarding = replace(catalog.personas["analyst"], onboarding="user-profile")
    assert passed(replace(catalog, personas={"analyst": onboarding})) == [
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/small/people/*"
    ]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_its_policies_fit_and_are_as_few_as_fit(partition: str) -> None:
    pseudo = Launch(partition=partition, account="999999999999").pseudo()
    sizes = [
        quota.characters(
            {"Version": quota.VERSION, "Statement": [rendered(each, pseudo) for each in policy]}
        )
        for policy in made(launches.catalog()).policies
    ]

    assert max(sizes) <= quota.MANAGED_POLICY
    assert len(sizes) == -(-sum(sizes) // quota.MANAGED_POLICY)
    assert len(sizes) <= quota.ATTACHED_POLICIES


def test_of_the_guardrails_it_breaks_those_that_are_its_work() -> None:
    """What personas may never do, and making personas is: roles, their users, stacks of them."""
    catalog, pseudo = launches.catalog(), Launch().pseudo()
    held = [rendered(each, pseudo) for policy in made(catalog).policies for each in policy]
    broken = set()
    for name, guardrail in catalog.guardrails.items():
        steps = {str(index): each for index, (each, _) in enumerate(deny_statements(catalog, name))}
        taken = done(held, steps)
        if taken == set(steps) if guardrail.escalation else taken:
            broken.add(name)

    assert broken == {
        "change-sets",
        "identity-changes",
        "pass-roles",
        "running-compute",
        "studio-administration",
    }
