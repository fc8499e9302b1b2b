"""Portfolios and products: what they are called, what stands in them, and their constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.artifact import canonical
from compiler.hub import PORTFOLIO_TAG, PRODUCT_TAG, ROLLED_BACK_TAG, described
from compiler.release.apply.site import listed
from compiler.release.aws import AwsError
from compiler.release.facts import parameters_digest

if TYPE_CHECKING:
    from compiler.release.apply.site import Site
    from compiler.release.changes import (
        AdoptProduct,
        AssociateProduct,
        AssociateTagOption,
        CreateConstraint,
        CreatePortfolio,
        CreateTagOption,
        DeleteConstraint,
        DisassociateProduct,
        DisassociateTagOption,
        EndRollback,
        UpdateConstraint,
        UpdatePortfolio,
        UpdateProduct,
    )

_WORDS = {
    "portfolio": {"title": "DisplayName", "description": "Description", "provider": "ProviderName"},
    "product": {"title": "Name", "description": "Description", "owner": "Owner"},
}
"""Our words for what AWS calls otherwise."""


def create_portfolio(site: Site, change: CreatePortfolio) -> None:
    """Make a portfolio."""
    members: dict[str, Any] = {
        "DisplayName": change.title,
        "Description": change.description,
        "ProviderName": change.provider,
        "Tags": listed({**change.tags, PORTFOLIO_TAG: f"{site.catalog}/{change.portfolio}"}),
    }

    def look(made: dict[str, Any]) -> None:
        portfolio = made["PortfolioDetail"]["Id"]
        site.call("DescribePortfolio", Id=portfolio)
        site.portfolios[change.portfolio] = portfolio

    site.create("CreatePortfolio", look, **members)


def update_portfolio(site: Site, change: UpdatePortfolio) -> None:
    """Give a portfolio new words or tags."""
    members = _updated("portfolio", change)
    site.call("UpdatePortfolio", Id=site.portfolios[change.portfolio], **members)


def update_product(site: Site, change: UpdateProduct) -> None:
    """Give a product new words or tags."""
    members = _updated("product", change)
    site.call("UpdateProduct", Id=site.products[change.product], **members)


def adopt_product(site: Site, change: AdoptProduct) -> None:
    """Give a product our tag."""
    tags = listed({PRODUCT_TAG: f"{site.catalog}/{change.product}"})
    site.call("UpdateProduct", Id=change.id, AddTags=tags)
    site.products[change.product] = change.id


def end_rollback(site: Site, change: EndRollback) -> None:
    """Take the mark of a rollback off a product."""
    product = site.products[change.product]
    site.call("UpdateProduct", Id=product, RemoveTags=[ROLLED_BACK_TAG])


def associate_product(site: Site, change: AssociateProduct) -> None:
    """Put a product into a portfolio; where it is there already, AWS does nothing."""
    site.call("AssociateProductWithPortfolio", **_listing(site, change))


def disassociate_product(site: Site, change: DisassociateProduct) -> None:
    """Take a product out of a portfolio."""
    site.call("DisassociateProductFromPortfolio", **_listing(site, change))


def create_constraint(site: Site, change: CreateConstraint) -> None:
    """Make a constraint and wait until it holds."""
    members: dict[str, Any] = {
        **_listing(site, change),
        "Type": change.type,
        "Parameters": canonical(dict(change.parameters)).decode(),
        "Description": described(parameters_digest(change.parameters)),
    }

    def look(made: dict[str, Any]) -> None:
        _await_constraint(site, change, made["ConstraintDetail"]["ConstraintId"])

    site.create("CreateConstraint", look, **members)


def update_constraint(site: Site, change: UpdateConstraint) -> None:
    """Change a constraint and wait until it holds."""
    site.call(
        "UpdateConstraint",
        Id=change.id,
        Parameters=canonical(dict(change.parameters)).decode(),
        Description=described(parameters_digest(change.parameters)),
    )
    _await_constraint(site, change, change.id)


def delete_constraint(site: Site, change: DeleteConstraint) -> None:
    """Delete a constraint."""
    site.call("DeleteConstraint", Id=change.id)


def create_tag_option(site: Site, change: CreateTagOption) -> None:
    """Make a TagOption."""
    try:
        made = site.call("CreateTagOption", Key=change.key, Value=change.value)
        id_ = made["TagOptionDetail"]["Id"]
    except AwsError as error:
        if error.code != "DuplicateResourceException":
            raise
        # Made since we looked, or by a call whose answer was lost.
        filters = {"Key": change.key, "Value": change.value}
        (found, *_) = site.aws.pages("ListTagOptions", "TagOptionDetails", Filters=filters)
        id_ = found["Id"]
    site.tag_options[change.key, change.value] = id_


def associate_tag_option(site: Site, change: AssociateTagOption) -> None:
    """Ask launches from a portfolio for a tag."""
    try:
        site.call("AssociateTagOptionWithResource", **_tag_option(site, change))
    except AwsError as error:
        if error.code != "DuplicateResourceException":
            raise


def disassociate_tag_option(site: Site, change: DisassociateTagOption) -> None:
    """No longer ask launches from a portfolio for a tag."""
    site.call("DisassociateTagOptionFromResource", **_tag_option(site, change))


def _updated(kind: str, change: UpdatePortfolio | UpdateProduct) -> dict[str, Any]:
    members: dict[str, Any] = {_WORDS[kind][name]: value for name, value in change.fields.items()}
    if change.add_tags:
        members["AddTags"] = listed(dict(change.add_tags))
    if change.remove_tags:
        members["RemoveTags"] = list(change.remove_tags)
    return members


def _listing(
    site: Site,
    change: AssociateProduct | DisassociateProduct | CreateConstraint,
) -> dict[str, str]:
    return {
        "PortfolioId": site.portfolios[change.portfolio],
        "ProductId": site.products[change.product],
    }


def _tag_option(site: Site, change: AssociateTagOption | DisassociateTagOption) -> dict[str, str]:
    return {
        "ResourceId": site.portfolios[change.portfolio],
        "TagOptionId": site.tag_options[change.key, change.value],
    }


def _await_constraint(site: Site, change: CreateConstraint | UpdateConstraint, id_: str) -> None:
    def look() -> str:
        return str(site.call("DescribeConstraint", Id=id_)["Status"])

    site.wait(change.text, look)
