"""Portfolios, and the products in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.service_catalog import quotas
from tests.sandbox.service_catalog.catalog import HUB, pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.service_catalog.catalog import Catalog


def tags(**values: str) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def test_a_portfolio_is_what_it_was_made_as(catalog: Catalog) -> None:
    made = catalog.api.create_portfolio(
        DisplayName="Data Science",
        Description="People",
        ProviderName="Platform",
        Tags=tags(team="a"),
    )

    found = made["PortfolioDetail"]
    assert re.fullmatch(r"port-[a-z0-9]{13}", found["Id"])
    assert found["ARN"] == f"arn:aws:catalog:eu-west-1:{HUB}:portfolio/{found['Id']}"
    assert (found["DisplayName"], found["Description"]) == ("Data Science", "People")
    assert found["ProviderName"] == "Platform"
    assert abs(datetime.now(UTC) - found["CreatedTime"]) < timedelta(minutes=5)
    assert made["Tags"] == tags(team="a")
    described = catalog.api.describe_portfolio(Id=found["Id"])
    assert described["PortfolioDetail"] == found
    assert (described["Tags"], described["TagOptions"]) == (tags(team="a"), [])


def test_update_changes_what_it_names(catalog: Catalog) -> None:
    portfolio = catalog.portfolio(Description="People", Tags=tags(team="a", gone="soon"))

    catalog.api.update_portfolio(Id=portfolio, DisplayName="Research")
    answer = catalog.api.update_portfolio(
        Id=portfolio, AddTags=tags(team="b", more="c"), RemoveTags=["gone", "unknown"]
    )

    assert answer["PortfolioDetail"]["DisplayName"] == "Research"
    assert answer["PortfolioDetail"]["Description"] == "People"
    assert answer["Tags"] == tags(team="b", more="c")


def test_a_portfolio_is_of_its_region(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    elsewhere = catalog.of(HUB, "us-east-1")

    with refused("ResourceNotFoundException", portfolio):
        elsewhere.api.describe_portfolio(Id=portfolio)
    assert elsewhere.api.list_portfolios()["PortfolioDetails"] == []


def test_portfolios_are_listed_in_pages(catalog: Catalog) -> None:
    made = [catalog.portfolio(str(number)) for number in range(5)]

    found = pages(catalog.api.list_portfolios, "PortfolioDetails")

    assert [each["Id"] for each in found] == made


def test_a_page_has_twenty_unless_it_is_asked_otherwise(catalog: Catalog) -> None:
    for number in range(21):
        catalog.portfolio(str(number))

    assert len(catalog.api.list_portfolios()["PortfolioDetails"]) == 20
    assert len(catalog.api.list_portfolios(PageSize=0)["PortfolioDetails"]) == 20
    assert len(catalog.api.list_portfolios(PageSize=100)["PortfolioDetails"]) == 21


def test_a_region_has_at_most_a_hundred(catalog: Catalog) -> None:
    for number in range(100):
        catalog.portfolio(str(number))

    with refused("LimitExceededException", "100 portfolios"):
        catalog.portfolio()


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("describe_portfolio", {"Id": "port-none"}),
        ("update_portfolio", {"Id": "port-none"}),
        ("delete_portfolio", {"Id": "port-none"}),
        ("list_principals_for_portfolio", {"PortfolioId": "port-none"}),
        ("list_constraints_for_portfolio", {"PortfolioId": "port-none"}),
        ("list_portfolio_access", {"PortfolioId": "port-none"}),
        ("describe_portfolio_shares", {"PortfolioId": "port-none", "Type": "ACCOUNT"}),
        ("search_products_as_admin", {"PortfolioId": "port-none"}),
        ("accept_portfolio_share", {"PortfolioId": "port-none"}),
    ],
)
def test_a_portfolio_that_is_not_there(catalog: Catalog, operation: str, members: Any) -> None:
    with refused("ResourceNotFoundException", "port-none"):
        getattr(catalog.api, operation)(**members)


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"DisplayName": "d" * 101}, "ValidationException", "'displayName'.* equal to 100"),
        ({"ProviderName": "p" * 51}, "ValidationException", "'providerName'.* equal to 50"),
        ({"Description": "d" * 2001}, "ValidationException", "'description'.* equal to 2000"),
        ({"Tags": tags(**{"<": "a"})}, "ValidationException", "regular expression"),
        ({"Tags": tags(**{str(n): "a" for n in range(21)})}, "ValidationException", "equal to 20"),
        ({"Tags": tags(a="1") + tags(a="2")}, "InvalidParametersException", "Duplicate tag keys"),
        ({"Tags": tags(**{"aws:team": "a"})}, "InvalidParametersException", "aws:"),
    ],
)
def test_a_portfolio_that_cannot_be(catalog: Catalog, members: Any, code: str, words: str) -> None:
    with refused(code, words):
        catalog.portfolio(**members)
    assert catalog.api.list_portfolios()["PortfolioDetails"] == []


def test_more_tags_than_twenty_cannot_be_added(catalog: Catalog) -> None:
    portfolio = catalog.portfolio(Tags=tags(**{str(n): "a" for n in range(20)}))

    catalog.api.update_portfolio(Id=portfolio, AddTags=tags(more="a"), RemoveTags=["0"])
    with refused("InvalidParametersException", "20 tags"):
        catalog.api.update_portfolio(Id=portfolio, AddTags=tags(again="a"))


def test_a_portfolio_that_holds_something_is_not_deleted(catalog: Catalog) -> None:
    api, (product, portfolio) = catalog.api, catalog.listed()
    principal = {
        "PortfolioId": portfolio,
        "PrincipalARN": "arn:aws:iam:::role/team",
        "PrincipalType": "IAM_PATTERN",
    }
    api.associate_principal_with_portfolio(**principal)
    catalog.share(portfolio)

    held: dict[str, Callable[[], Any]] = {
        "Products": lambda: api.disassociate_product_from_portfolio(
            PortfolioId=portfolio, ProductId=product
        ),
        "Principals": lambda: api.disassociate_principal_from_portfolio(**principal),
        "Shares": lambda: api.delete_portfolio_share(
            PortfolioId=portfolio, AccountId="210987654321"
        ),
    }
    for what, release in held.items():
        with refused("ResourceInUseException", f"{portfolio} still has associated {what}"):
            api.delete_portfolio(Id=portfolio)
        release()
    api.delete_portfolio(Id=portfolio)


def test_a_product_is_in_the_portfolios_that_it_was_put_into(catalog: Catalog) -> None:
    api, product = catalog.api, catalog.product()
    held_by = [catalog.portfolio(str(number)) for number in range(3)]
    catalog.portfolio("without")
    for portfolio in held_by:
        api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    # Once more changes nothing.
    api.associate_product_with_portfolio(ProductId=product, PortfolioId=held_by[0])

    found = pages(
        lambda **page: api.list_portfolios_for_product(ProductId=product, **page),
        "PortfolioDetails",
    )
    assert [each["Id"] for each in found] == held_by
    api.disassociate_product_from_portfolio(ProductId=product, PortfolioId=held_by[0])
    found = api.list_portfolios_for_product(ProductId=product)["PortfolioDetails"]
    assert [each["Id"] for each in found] == held_by[1:]


def test_a_portfolio_has_at_most_so_many_products(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quotas.PRODUCTS_PER_PORTFOLIO == 150
    # The sandbox is in this process, and 150 products would take a second.
    monkeypatch.setattr(quotas, "PRODUCTS_PER_PORTFOLIO", 2)
    portfolio, parameters = catalog.portfolio(), catalog.parameters()
    products = [
        catalog.product(str(number), ProvisioningArtifactParameters=parameters)
        for number in range(3)
    ]
    for product in products[:2]:
        catalog.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)

    with refused("LimitExceededException", "2 products"):
        catalog.api.associate_product_with_portfolio(ProductId=products[2], PortfolioId=portfolio)


@pytest.mark.parametrize("operation", ["associate_product_with", "disassociate_product_from"])
def test_a_product_and_a_portfolio_must_be_there(catalog: Catalog, operation: str) -> None:
    call = getattr(catalog.api, f"{operation}_portfolio")

    with refused("ResourceNotFoundException", "prod-none"):
        call(ProductId="prod-none", PortfolioId=catalog.portfolio())
    with refused("ResourceNotFoundException", "port-none"):
        call(ProductId=catalog.product(), PortfolioId="port-none")


def test_a_product_with_constraints_stays_in_its_portfolio(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()
    both = {"ProductId": product, "PortfolioId": portfolio}
    constraint = catalog.api.create_constraint(
        **both,
        Type="NOTIFICATION",
        Parameters=f'{{"NotificationArns": ["arn:aws:sns:eu-west-1:{HUB}:t"]}}',
    )["ConstraintDetail"]["ConstraintId"]

    with refused("ResourceInUseException", "still has constraints"):
        catalog.api.disassociate_product_from_portfolio(**both)
    catalog.api.delete_constraint(Id=constraint)
    catalog.api.disassociate_product_from_portfolio(**both)
