"""Who may share with the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.templates import refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

SERVICE = "servicecatalog.amazonaws.com"


def status(catalog: Catalog) -> str:
    found: str = catalog.api.get_aws_organizations_access_status()["AccessStatus"]
    return found


def share(catalog: Catalog, portfolio: str, unit: str) -> None:
    catalog.api.create_portfolio_share(
        PortfolioId=portfolio, OrganizationNode={"Type": "ORGANIZATIONAL_UNIT", "Value": unit}
    )


def test_access_is_enabled_and_disabled(catalog: Catalog) -> None:
    catalog.organize()
    organizations = catalog.client("organizations")

    assert status(catalog) == "DISABLED"
    for _ in range(2):
        catalog.api.enable_aws_organizations_access()
        assert status(catalog) == "ENABLED"
    trusted = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [each["ServicePrincipal"] for each in trusted] == [SERVICE]
    for _ in range(2):
        catalog.api.disable_aws_organizations_access()
        assert status(catalog) == "DISABLED"
    organizations.enable_aws_service_access(ServicePrincipal=SERVICE)
    assert status(catalog) == "ENABLED"


def test_without_access_nothing_new_is_shared(catalog: Catalog) -> None:
    portfolio, unit = catalog.portfolio(), catalog.organize()
    member = catalog.of(catalog.member(unit))
    with refused("InvalidStateException", "access is not enabled"):
        share(catalog, portfolio, unit)
    catalog.api.enable_aws_organizations_access()
    share(catalog, portfolio, unit)

    catalog.api.disable_aws_organizations_access()

    assert member.api.describe_portfolio(Id=portfolio)["PortfolioDetail"]["Id"] == portfolio
    with refused("InvalidStateException", "access is not enabled"):
        share(catalog, catalog.portfolio("another"), unit)


@pytest.mark.parametrize(
    "operation",
    [
        "enable_aws_organizations_access",
        "disable_aws_organizations_access",
        "get_aws_organizations_access_status",
    ],
)
def test_only_who_manages_an_organization_asks(catalog: Catalog, operation: str) -> None:
    with refused("OperationNotSupportedException", "management account"):
        getattr(catalog.api, operation)()
    catalog.organize()
    member = catalog.of(catalog.member())
    with refused("OperationNotSupportedException", "management account"):
        getattr(member.api, operation)()


def test_a_member_shares_with_the_organization_by_delegation(catalog: Catalog) -> None:
    unit = catalog.organize()
    catalog.api.enable_aws_organizations_access()
    member = catalog.of(catalog.member())
    portfolio = member.portfolio()
    with refused("OperationNotSupportedException", "delegated administrator"):
        share(member, portfolio, unit)
    with refused("OperationNotSupportedException", "delegated administrator"):
        member.api.describe_portfolio_share_status(PortfolioShareToken="share-none")

    catalog.client("organizations").register_delegated_administrator(
        AccountId=member.account, ServicePrincipal=SERVICE
    )

    share(member, portfolio, unit)
    assert status(member) == "ENABLED"
    found = member.api.list_organization_portfolio_access(
        PortfolioId=portfolio, OrganizationNodeType="ORGANIZATIONAL_UNIT"
    )
    assert found["OrganizationNodes"] == [{"Type": "ORGANIZATIONAL_UNIT", "Value": unit}]
    with refused("OperationNotSupportedException", "management account"):
        member.api.enable_aws_organizations_access()
    with refused("InvalidStateException", "active delegated administrators"):
        catalog.api.disable_aws_organizations_access()
