"""What is launched: personas, the resource types of their templates, what their roles attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import Catalog, Persona

ROLE, POLICY = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"
DOMAIN, PROFILE = "AWS::SageMaker::Domain", "AWS::SageMaker::UserProfile"
SET = "AWS::SSO::PermissionSet"

PROPERTIES: Mapping[str, frozenset[str]] = {
    ROLE: frozenset({"ManagedPolicyArns", "PermissionsBoundary", "Policies"}),
    POLICY: frozenset(),
    DOMAIN: frozenset({"KmsKeyId"}),
    PROFILE: frozenset({"SingleSignOnUserIdentifier"}),
    SET: frozenset({"InlinePolicy"}),
}
"""Resource types of products, and those of their properties that some actions are needed for."""


def products(catalog: Catalog) -> tuple[str, ...]:
    """The personas that portfolios list; all, as long as there is no portfolio."""
    listed = {name for each in catalog.portfolios.values() for name in each.products}
    return tuple(name for name in catalog.personas if name in listed or not catalog.portfolios)


def resource_types(catalog: Catalog) -> frozenset[str]:
    """The resource types of the products' templates."""
    made = (_made(catalog, catalog.personas[each]) for each in products(catalog))
    return frozenset(kind for each in made for kind in each)


def attached(catalog: Catalog) -> frozenset[str]:
    """The AWS managed policies that products attach, by path and name."""
    found: set[str] = set()
    for persona in (catalog.personas[each] for each in products(catalog)):
        found.update(persona.managed_policies)
        for activity in persona.composed:
            found.update(catalog.activities[activity].managed_policies)
    return frozenset(found)


def _made(catalog: Catalog, persona: Persona) -> Iterator[str]:
    """The resource types of a persona's template, whatever a launch chooses."""
    match persona.kind:
        case "domain":
            yield DOMAIN
        case "access":
            yield from (POLICY, SET)
        case "role":
            yield ROLE
            if (persona.policies or catalog.settings.policies) != "inline":
                yield POLICY
            if persona.onboarding:
                yield PROFILE
