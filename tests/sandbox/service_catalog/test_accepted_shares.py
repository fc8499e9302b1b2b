"""Shares as the account sees them that they are offered to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.service_catalog.catalog import pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.service_catalog.catalog import Catalog


def accepted(catalog: Catalog, **members: str) -> list[str]:
    answer = catalog.api.list_accepted_portfolio_shares(**members)
    return [each["Id"] for each in answer["PortfolioDetails"]]


def share_with_unit(catalog: Catalog, portfolio: str) -> tuple[Catalog, Json]:
    """Share with an organizational unit; an account in it, and the share."""
    unit = catalog.organize()
    catalog.api.enable_aws_organizations_access()
    share = {
        "PortfolioId": portfolio,
        "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": unit},
    }
    token = catalog.api.create_portfolio_share(**share)["PortfolioShareToken"]
    for _ in range(2):
        catalog.api.describe_portfolio_share_status(PortfolioShareToken=token)
    return catalog.of(catalog.member(unit)), share


def test_an_account_sees_a_portfolio_when_it_has_accepted_it(
    catalog: Catalog, spoke: Catalog
) -> None:
    product, portfolio = catalog.listed()
    catalog.share(portfolio)
    assert accepted(spoke) == []
    with refused("ResourceNotFoundException", portfolio):
        spoke.api.describe_portfolio(Id=portfolio)

    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    # Once more changes nothing.
    spoke.api.accept_portfolio_share(PortfolioId=portfolio, PortfolioShareType="IMPORTED")

    assert accepted(spoke) == accepted(spoke, PortfolioShareType="IMPORTED") == [portfolio]
    assert accepted(spoke, PortfolioShareType="AWS_ORGANIZATIONS") == []
    detail = spoke.api.describe_portfolio(Id=portfolio)["PortfolioDetail"]
    assert detail == catalog.api.describe_portfolio(Id=portfolio)["PortfolioDetail"]
    assert spoke.api.list_portfolios()["PortfolioDetails"] == []
    for found in (
        spoke.api.search_products_as_admin(),
        spoke.api.search_products_as_admin(PortfolioId=portfolio),
    ):
        (view,) = found["ProductViewDetails"]
        assert view["ProductViewSummary"]["ProductId"] == product
    own = spoke.api.search_products_as_admin(ProductSource="ACCOUNT")
    assert own["ProductViewDetails"] == []


def test_what_is_imported_cannot_be_changed(catalog: Catalog, spoke: Catalog) -> None:
    product, portfolio = catalog.listed()
    version = catalog.versions(product)[0]["Id"]
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    assert spoke.versions(product) == catalog.versions(product)
    assert spoke.api.describe_provisioning_artifact(
        ProductName="Data Scientist", ProvisioningArtifactId=version
    )

    both = {"ProductId": product, "ProvisioningArtifactId": version}
    for operation, members in {
        "update_portfolio": {"Id": portfolio},
        "delete_portfolio": {"Id": portfolio},
        "disassociate_product_from_portfolio": {"ProductId": product, "PortfolioId": portfolio},
        "update_product": {"Id": product},
        "delete_product": {"Id": product},
        "update_provisioning_artifact": both,
        "delete_provisioning_artifact": both,
    }.items():
        with refused("ResourceNotFoundException", "not found"):
            getattr(spoke.api, operation)(**members)
    with refused("ResourceNotFoundException", product):
        spoke.api.create_provisioning_artifact(ProductId=product, Parameters=catalog.parameters())


def test_an_imported_product_may_stand_in_a_portfolio_of_ones_own(
    catalog: Catalog, spoke: Catalog
) -> None:
    product, portfolio = catalog.listed()
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    local = spoke.portfolio("local")

    with refused("ResourceNotFoundException", product):
        spoke.api.associate_product_with_portfolio(ProductId=product, PortfolioId=local)
    with refused("ResourceNotFoundException", "prod-none not found"):
        spoke.api.associate_product_with_portfolio(
            ProductId="prod-none", PortfolioId=local, SourcePortfolioId=portfolio
        )
    spoke.api.associate_product_with_portfolio(
        ProductId=product, PortfolioId=local, SourcePortfolioId=portfolio
    )

    (view,) = spoke.api.search_products_as_admin(PortfolioId=local)["ProductViewDetails"]
    assert view["ProductViewSummary"]["ProductId"] == product


@pytest.mark.parametrize("end", ["disassociate", "unshare", "reject"])
def test_an_imported_product_is_lost_with_its_source(
    catalog: Catalog, spoke: Catalog, end: str
) -> None:
    product, portfolio = catalog.listed()
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    local = spoke.portfolio("local")
    in_local = {"ProductId": product, "PortfolioId": local}
    spoke.api.associate_product_with_portfolio(**in_local, SourcePortfolioId=portfolio)
    rules = {"Pin": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}
    spoke.api.create_constraint(
        **in_local, Type="TEMPLATE", Parameters=json.dumps({"Rules": rules})
    )

    ends: dict[str, Callable[[], Any]] = {
        "disassociate": lambda: catalog.api.disassociate_product_from_portfolio(
            ProductId=product, PortfolioId=portfolio
        ),
        "unshare": lambda: catalog.api.delete_portfolio_share(
            PortfolioId=portfolio, AccountId=spoke.account
        ),
        "reject": lambda: spoke.api.reject_portfolio_share(PortfolioId=portfolio),
    }
    ends[end]()

    assert spoke.api.search_products_as_admin(PortfolioId=local)["ProductViewDetails"] == []
    found = spoke.api.list_constraints_for_portfolio(PortfolioId=local)
    assert found["ConstraintDetails"] == []
    assert spoke.api.search_products_as_admin()["ProductViewDetails"] == []


def test_what_is_rejected_is_no_longer_seen(catalog: Catalog, spoke: Catalog) -> None:
    portfolio = catalog.portfolio()
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    principal = {
        "PortfolioId": portfolio,
        "PrincipalARN": "arn:aws:iam:::role/team",
        "PrincipalType": "IAM_PATTERN",
    }
    spoke.api.associate_principal_with_portfolio(**principal)

    spoke.api.reject_portfolio_share(PortfolioId=portfolio)

    assert accepted(spoke) == []
    shares = catalog.api.describe_portfolio_shares(PortfolioId=portfolio, Type="ACCOUNT")
    assert [each["Accepted"] for each in shares["PortfolioShareDetails"]] == [False]
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    assert spoke.api.list_principals_for_portfolio(PortfolioId=portfolio)["Principals"] == []


def test_what_is_no_longer_shared_is_no_longer_seen(catalog: Catalog, spoke: Catalog) -> None:
    portfolio = catalog.portfolio()
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)

    catalog.api.delete_portfolio_share(PortfolioId=portfolio, AccountId=spoke.account)

    assert accepted(spoke) == []
    for operation in ("accept", "reject"):
        with refused("ResourceNotFoundException", f"Portfolio not found: {portfolio}"):
            getattr(spoke.api, f"{operation}_portfolio_share")(PortfolioId=portfolio)


def test_what_the_organization_shares_is_imported_at_once(catalog: Catalog, spoke: Catalog) -> None:
    portfolio = catalog.portfolio()
    member, share = share_with_unit(catalog, portfolio)

    assert accepted(member, PortfolioShareType="AWS_ORGANIZATIONS") == [portfolio]
    assert accepted(member) == []
    assert member.api.describe_portfolio(Id=portfolio)["PortfolioDetail"]["Id"] == portfolio
    with refused("ResourceNotFoundException", portfolio):
        spoke.api.describe_portfolio(Id=portfolio)
    with refused("ResourceNotFoundException", f"Portfolio not found: {portfolio}"):
        member.api.accept_portfolio_share(PortfolioId=portfolio)
    member.api.accept_portfolio_share(PortfolioId=portfolio, PortfolioShareType="AWS_ORGANIZATIONS")

    catalog.api.delete_portfolio_share(**share)
    assert accepted(member, PortfolioShareType="AWS_ORGANIZATIONS") == []


@pytest.mark.parametrize("operation", ["accept", "reject"])
def test_service_catalog_itself_shares_nothing(
    catalog: Catalog, spoke: Catalog, operation: str
) -> None:
    portfolio = catalog.portfolio()
    catalog.share(portfolio)

    with refused("ResourceNotFoundException", portfolio):
        getattr(spoke.api, f"{operation}_portfolio_share")(
            PortfolioId=portfolio, PortfolioShareType="AWS_SERVICECATALOG"
        )
    assert accepted(spoke, PortfolioShareType="AWS_SERVICECATALOG") == []


def test_accepted_portfolios_are_listed_in_pages(catalog: Catalog, spoke: Catalog) -> None:
    shared = [catalog.portfolio(str(number)) for number in range(5)]
    for portfolio in shared:
        catalog.share(portfolio)
        spoke.api.accept_portfolio_share(PortfolioId=portfolio)

    found = pages(spoke.api.list_accepted_portfolio_shares, "PortfolioDetails")

    assert [each["Id"] for each in found] == shared
