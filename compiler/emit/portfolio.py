"""The desired state of a portfolio: all that publishing reads beside the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.artifact import template_path
from compiler.hub import PORTFOLIO_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog, Persona
    from compiler.portfolio import Listing, Portfolio, Share
    from compiler.template import Body


Digests = dict[str, dict[str, str]]
"""Persona to the SHA-256 of the template of each of its versions."""


def emit_portfolio(catalog: Catalog, name: str, digests: Mapping[str, Mapping[str, str]]) -> Body:
    """What a portfolio has to be, as JSON.

    Args:
        catalog: one that the rules found no error in.
        name: the portfolio's id.
        digests: persona to version to the SHA-256 of its template, for each product.
    """
    settings, found = catalog.settings, catalog.portfolios[name]
    return {
        "schema": PORTFOLIO_SCHEMA,
        "catalog": settings.name,
        "portfolio": name,
        "title": found.title,
        "description": found.description.strip(),
        "provider": found.provider or settings.provider,
        "home_region": settings.regions[0],
        "regions": list(found.regions or settings.regions),
        "tags": _tags(catalog, found),
        "tag_options": {key: list(values) for key, values in found.tag_options.items()},
        "principals": [_principal(each) for each in found.principals],
        "shares": [_share(each) for each in found.shares],
        "products": {
            product: {
                **_product(catalog, catalog.personas[product]),
                "versions": _versions(catalog, product, digests[product]),
                "constraints": _constraints(catalog, found, listing),
            }
            for product, listing in found.products.items()
        },
    }


def _tags(catalog: Catalog, found: Portfolio) -> Body:
    """The tags of a portfolio: its own, and those of the catalog that no product has otherwise.

    A launch gets the tags of the portfolio and those of the product: with one key, one value.
    """
    own = {key for product in found.products for key in catalog.personas[product].tags}
    shared = {key: each for key, each in catalog.settings.tags.items() if key not in own}
    return {**shared, **found.tags}


def _product(catalog: Catalog, persona: Persona) -> Body:
    """What is said of a product, the same in each portfolio that lists it."""
    return {
        "title": persona.title,
        "description": persona.description.strip(),
        "owner": catalog.settings.provider,
        "tags": {**catalog.settings.tags, **persona.tags},
    }


def _versions(catalog: Catalog, product: str, digests: Mapping[str, str]) -> Body:
    lifecycle = catalog.personas[product].lifecycle
    return {
        version: {
            "template": template_path(product, version),
            "sha256": sha256,
            "lifecycle": lifecycle.get(version, "active"),
        }
        for version, sha256 in digests.items()
    }


def _principal(arn: str) -> Body:
    account = arn.split(":")[4]
    return {"type": "IAM" if account else "IAM_PATTERN", "arn": arn}


def _share(share: Share) -> Body:
    targets = {
        "ACCOUNT": share.account,
        "ORGANIZATIONAL_UNIT": share.organizational_unit,
        "ORGANIZATION": share.organization,
    }
    kind, target = next((kind, target) for kind, target in targets.items() if target is not None)
    return {
        "type": kind,
        "target": target,
        "principals": share.principals,
        "tag_options": share.tag_options,
    }


def _constraints(catalog: Catalog, portfolio: Portfolio, listing: Listing) -> Body:
    """The parameters of each constraint, by its type; one that is not wanted is not there.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
    """
    role = listing.launch_role or portfolio.launch_role or catalog.settings.launch_role
    made: Body = {"LAUNCH": {"RoleArn" if role.startswith("arn:") else "LocalRoleName": role}}
    # Without a constraint the tags of a launch stay as they are.
    if (listing.tag_updates or portfolio.tag_updates) == "allowed":
        properties = {"TagUpdateOnProvisionedProduct": "ALLOWED"}
        made["RESOURCE_UPDATE"] = {"Version": "2.0", "Properties": properties}
    topics = portfolio.notifications if listing.notifications is None else listing.notifications
    if topics:
        made["NOTIFICATION"] = {"NotificationArns": list(topics)}
    if listing.pin:
        made["TEMPLATE"] = {
            "Rules": {f"Pin{name}": _pin(name, values) for name, values in listing.pin.items()}
        }
    return made


def _pin(parameter: str, values: tuple[str, ...]) -> Body:
    """A rule that holds a parameter to one of several whole values.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html
    """
    *others, last = (f"'{each}'" for each in values)
    either = f"{', '.join(others)} or {last}" if others else last
    assertion = {
        "Assert": {"Fn::Contains": [list(values), {"Ref": parameter}]},
        "AssertDescription": f"{parameter} is {either} in this portfolio",
    }
    return {"Assertions": [assertion]}
