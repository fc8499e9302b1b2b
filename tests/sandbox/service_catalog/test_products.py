"""Products as their administrator sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.service_catalog import quotas
from tests.sandbox.service_catalog.catalog import HUB, pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

ALL: Json = {
    "Name": "Data Scientist",
    "Owner": "Platform",
    "Description": "Explores data",
    "Distributor": "Team",
    "SupportDescription": "Ask us",
    "SupportEmail": "platform@example.com",
    "SupportUrl": "https://example.com/platform",
}


def names(answer: Json) -> list[str]:
    return [each["ProductViewSummary"]["Name"] for each in answer["ProductViewDetails"]]


def test_a_product_is_what_it_was_made_as(catalog: Catalog) -> None:
    made = catalog.api.create_product(
        **ALL,
        ProductType="CLOUD_FORMATION_TEMPLATE",
        Tags=[{"Key": "personac:product", "Value": "ml/data-scientist"}],
        ProvisioningArtifactParameters=catalog.parameters(Description="sha256=0"),
    )

    detail = made["ProductViewDetail"]
    product = detail["ProductViewSummary"]["ProductId"]
    assert re.fullmatch(r"prod-[a-z0-9]{13}", product)
    assert detail["ProductARN"] == f"arn:aws:catalog:eu-west-1:{HUB}:product/{product}"
    assert detail["Status"] == "AVAILABLE"
    assert detail["ProductViewSummary"] == {
        **{name: text for name, text in ALL.items() if name != "Description"},
        "Id": f"prodview-{product.removeprefix('prod-')}",
        "ProductId": product,
        "ShortDescription": "Explores data",
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "HasDefaultPath": False,
    }
    version = made["ProvisioningArtifactDetail"]
    assert (version["Name"], version["Description"]) == ("1.0.0", "sha256=0")
    assert (version["Active"], version["Guidance"]) == (True, "DEFAULT")
    described = catalog.api.describe_product_as_admin(Id=product)
    assert described["ProductViewDetail"] == detail
    assert described["Tags"] == [{"Key": "personac:product", "Value": "ml/data-scientist"}]
    (summary,) = described["ProvisioningArtifactSummaries"]
    assert (summary["Id"], summary["Name"]) == (version["Id"], "1.0.0")


def test_update_changes_what_it_names(catalog: Catalog) -> None:
    product = catalog.product(Description="Explores data")

    answer = catalog.api.update_product(
        Id=product,
        Name="Scientist",
        SupportUrl="http://example.com",
        AddTags=[{"Key": "personac:shared", "Value": "true"}],
    )

    summary = answer["ProductViewDetail"]["ProductViewSummary"]
    assert (summary["Name"], summary["ShortDescription"]) == ("Scientist", "Explores data")
    assert summary["SupportUrl"] == "http://example.com"
    assert answer["Tags"] == [{"Key": "personac:shared", "Value": "true"}]
    answer = catalog.api.update_product(Id=product, Description="", RemoveTags=["personac:shared"])
    assert answer["ProductViewDetail"]["ProductViewSummary"]["ShortDescription"] == ""
    assert answer["Tags"] == []


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"Name": ""}, "Name must not be empty"),
        ({"Owner": ""}, "Owner must not be empty"),
        ({"SupportUrl": "ftp://example.com"}, "SupportUrl must begin"),
        ({"ProductType": "TERRAFORM_OPEN_SOURCE"}, "no products of type TERRAFORM_OPEN_SOURCE"),
        ({"Tags": [{"Key": "AWS:team", "Value": "a"}]}, "aws:"),
    ],
)
def test_a_product_that_cannot_be(catalog: Catalog, members: Json, words: str) -> None:
    with refused("InvalidParametersException", words):
        catalog.product(**{"name": members.pop("Name", "Data Scientist"), **members})
    assert catalog.api.search_products_as_admin()["ProductViewDetails"] == []


def test_a_product_has_a_version_from_the_start(catalog: Catalog) -> None:
    with refused("InvalidParametersException", "ProvisioningArtifactParameters must be given"):
        catalog.api.create_product(
            Name="none", Owner="Platform", ProductType="CLOUD_FORMATION_TEMPLATE"
        )


def test_a_region_has_at_most_so_many(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert quotas.PRODUCTS == 350
    # The sandbox is in this process, and 350 products would take a second.
    monkeypatch.setattr(quotas, "PRODUCTS", 2)
    parameters = catalog.parameters()
    for number in range(2):
        catalog.product(str(number), ProvisioningArtifactParameters=parameters)

    with refused("LimitExceededException", "2 products"):
        catalog.product("one more", ProvisioningArtifactParameters=parameters)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("describe_product_as_admin", {"Id": "prod-none"}),
        ("update_product", {"Id": "prod-none"}),
        ("delete_product", {"Id": "prod-none"}),
        ("list_portfolios_for_product", {"ProductId": "prod-none"}),
        ("list_provisioning_artifacts", {"ProductId": "prod-none"}),
        (
            "describe_provisioning_artifact",
            {"ProductId": "prod-none", "ProvisioningArtifactId": "pa-none"},
        ),
        (
            "update_provisioning_artifact",
            {"ProductId": "prod-none", "ProvisioningArtifactId": "pa-none"},
        ),
        (
            "delete_provisioning_artifact",
            {"ProductId": "prod-none", "ProvisioningArtifactId": "pa-none"},
        ),
    ],
)
def test_a_product_that_is_not_there(catalog: Catalog, operation: str, members: Any) -> None:
    with refused("ResourceNotFoundException", "prod-none"):
        getattr(catalog.api, operation)(**members)


def test_a_product_is_found_by_its_name_if_that_is_its_alone(catalog: Catalog) -> None:
    product = catalog.product("Data Scientist")
    catalog.product("twice")
    catalog.product("twice")

    found = catalog.api.describe_product_as_admin(Name="Data Scientist")
    assert found["ProductViewDetail"]["ProductViewSummary"]["ProductId"] == product
    with refused("InvalidParametersException", "Multiple Product with name twice found"):
        catalog.api.describe_product_as_admin(Name="twice")
    with refused("ResourceNotFoundException", "none"):
        catalog.api.describe_product_as_admin(Name="none")
    with refused("InvalidParametersException", "id or the name"):
        catalog.api.describe_product_as_admin()


def test_a_product_in_a_portfolio_is_not_deleted(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()

    with refused("ResourceInUseException", f"still associated with portfolio {portfolio}"):
        catalog.api.delete_product(Id=product)
    catalog.api.disassociate_product_from_portfolio(ProductId=product, PortfolioId=portfolio)
    catalog.api.delete_product(Id=product)
    with refused("ResourceNotFoundException", product):
        catalog.api.describe_product_as_admin(Id=product)


def test_products_are_found_in_pages(catalog: Catalog) -> None:
    parameters = catalog.parameters()
    for number in range(5):
        catalog.product(str(number), ProvisioningArtifactParameters=parameters)

    found = pages(catalog.api.search_products_as_admin, "ProductViewDetails")

    assert names({"ProductViewDetails": found}) == ["0", "1", "2", "3", "4"]


def test_products_are_found_by_portfolio_and_filters(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()
    catalog.product("ML Ops", Owner="Operations", Description="Runs pipelines")

    def found(**members: Any) -> list[str]:
        return names(catalog.api.search_products_as_admin(**members))

    assert found() == ["Data Scientist", "ML Ops"]
    assert found(PortfolioId=portfolio) == ["Data Scientist"]
    assert found(Filters={"FullTextSearch": ["pipelines ops"]}) == ["ML Ops"]
    assert found(Filters={"FullTextSearch": [product]}) == ["Data Scientist"]
    assert found(Filters={"Owner": ["Platform", "Nobody"]}) == ["Data Scientist"]
    assert found(Filters={"Owner": ["Operations"], "FullTextSearch": ["scientist"]}) == []
    assert found(Filters={"ProductType": ["MARKETPLACE"]}) == []
    assert found(Filters={"SourceProductId": [product]}) == []
    assert found(ProductSource="ACCOUNT") == ["Data Scientist", "ML Ops"]


def test_products_are_sorted(catalog: Catalog) -> None:
    products = [catalog.product(name) for name in ("b", "c", "a")]
    catalog.version(products[-1])

    def found(by: str, order: str) -> list[str]:
        return names(catalog.api.search_products_as_admin(SortBy=by, SortOrder=order))

    assert found("Title", "ASCENDING") == ["a", "b", "c"]
    assert found("Title", "DESCENDING") == ["c", "b", "a"]
    assert found("CreationDate", "ASCENDING") == ["b", "c", "a"]
    assert found("VersionCount", "DESCENDING")[0] == "a"


def test_a_token_belongs_to_its_search(catalog: Catalog) -> None:
    for name in ("a", "b"):
        catalog.product(name)
    token = catalog.api.search_products_as_admin(PageSize=1)["NextPageToken"]

    with refused("InvalidParametersException", "page token"):
        catalog.api.search_products_as_admin(
            PageSize=1, PageToken=token, Filters={"Owner": ["Platform"]}
        )


def test_what_is_tagged_is_found_by_its_tags(catalog: Catalog) -> None:
    tags = [{"Key": "team", "Value": "a"}]
    product, portfolio = catalog.product(Tags=tags), catalog.portfolio(Tags=tags)
    catalog.product("without")

    tagging = catalog.client("resourcegroupstaggingapi")
    found = tagging.get_resources(TagFilters=[{"Key": "team"}])["ResourceTagMappingList"]

    prefix = f"arn:aws:catalog:eu-west-1:{HUB}"
    assert [each["ResourceARN"] for each in found] == [
        f"{prefix}:portfolio/{portfolio}",
        f"{prefix}:product/{product}",
    ]


def test_a_product_is_not_kept_by_a_repository(catalog: Catalog) -> None:
    connection = f"arn:aws:codestar-connections:eu-west-1:{HUB}:connection/a"
    source = {
        "Type": "CODESTAR",
        "ConnectionParameters": {
            "CodeStar": {
                "ConnectionArn": connection,
                "Repository": "team/catalog",
                "Branch": "main",
                "ArtifactPath": "a.json",
            }
        },
    }

    with refused("InvalidParametersException", "no connections to repositories"):
        catalog.api.update_product(Id=catalog.product(), SourceConnection=source)
