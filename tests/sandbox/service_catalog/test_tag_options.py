"""TagOptions: the values that the tags of launches may have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.service_catalog.catalog import HUB, pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog


def create(catalog: Catalog, key: str = "cost-center", value: str = "a") -> str:
    made: str = catalog.api.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
    return made


def associate(catalog: Catalog, resource: str, option: str) -> None:
    catalog.api.associate_tag_option_with_resource(ResourceId=resource, TagOptionId=option)


def listed(catalog: Catalog, **filters: Any) -> list[str]:
    answer = catalog.api.list_tag_options(Filters=filters)
    return [each["Value"] for each in answer["TagOptionDetails"]]


def test_a_tag_option_is_what_it_was_made_as(catalog: Catalog) -> None:
    made = catalog.api.create_tag_option(Key="cost-center", Value="a")["TagOptionDetail"]

    assert re.fullmatch(r"tag-[a-z0-9]{13}", made["Id"])
    assert made == {
        "Id": made["Id"],
        "Key": "cost-center",
        "Value": "a",
        "Active": True,
        "Owner": HUB,
    }
    assert catalog.api.describe_tag_option(Id=made["Id"])["TagOptionDetail"] == made


def test_update_changes_value_and_whether_it_is_active(catalog: Catalog) -> None:
    option = create(catalog)
    create(catalog, value="taken")

    catalog.api.update_tag_option(Id=option, Value="b")
    found = catalog.api.update_tag_option(Id=option, Active=False)["TagOptionDetail"]

    assert (found["Key"], found["Value"], found["Active"]) == ("cost-center", "b", False)
    catalog.api.update_tag_option(Id=option, Value="b")
    with refused("DuplicateResourceException", "cost-center: taken"):
        catalog.api.update_tag_option(Id=option, Value="taken")


def test_a_key_has_a_value_once_and_25_values(catalog: Catalog) -> None:
    create(catalog)
    with refused("DuplicateResourceException", "cost-center: a"):
        create(catalog)
    for number in range(24):
        create(catalog, value=str(number))

    with refused("LimitExceededException", "25 values"):
        create(catalog, value="more")
    create(catalog, key="team")


def test_tag_options_are_filtered_and_listed_in_pages(catalog: Catalog) -> None:
    options = [create(catalog, value=value) for value in "abcde"]
    create(catalog, key="team", value="a")
    catalog.api.update_tag_option(Id=options[0], Active=False)

    assert listed(catalog) == ["a", "b", "c", "d", "e", "a"]
    assert listed(catalog, Key="cost-center", Active=True) == ["b", "c", "d", "e"]
    assert listed(catalog, Value="a") == ["a", "a"]
    assert listed(catalog, Value="a", Active=False) == ["a"]
    found = pages(
        lambda **page: catalog.api.list_tag_options(Filters={"Key": "cost-center"}, **page),
        "TagOptionDetails",
        "PageToken",
    )
    assert [each["Id"] for each in found] == options


def test_resources_show_their_tag_options(catalog: Catalog) -> None:
    product, portfolio, option = catalog.product(), catalog.portfolio(), create(catalog)
    for resource in (product, portfolio):
        associate(catalog, resource, option)

    detail = catalog.api.describe_tag_option(Id=option)["TagOptionDetail"]
    assert catalog.api.describe_portfolio(Id=portfolio)["TagOptions"] == [detail]
    assert catalog.api.describe_product_as_admin(Id=product)["TagOptions"] == [detail]


def test_the_resources_of_a_tag_option_are_listed(catalog: Catalog) -> None:
    product, option = catalog.product(), create(catalog)
    held_by = [catalog.portfolio(str(number), Description="d") for number in range(3)]
    for resource in (product, *held_by):
        associate(catalog, resource, option)

    def found(**members: Any) -> list[Json]:
        answer = catalog.api.list_resources_for_tag_option(TagOptionId=option, **members)
        details: list[Json] = answer["ResourceDetails"]
        return details

    assert [each["Id"] for each in found(ResourceType="Product")] == [product]
    assert [each["Id"] for each in found(ResourceType="Portfolio")] == held_by
    detail = found(ResourceType="Portfolio")[0]
    portfolio = catalog.api.describe_portfolio(Id=held_by[0])["PortfolioDetail"]
    assert (detail["Name"], detail["Description"]) == ("0", "d")
    assert (detail["ARN"], detail["CreatedTime"]) == (portfolio["ARN"], portfolio["CreatedTime"])
    both = pages(
        lambda **page: catalog.api.list_resources_for_tag_option(TagOptionId=option, **page),
        "ResourceDetails",
        "PageToken",
    )
    assert [each["Id"] for each in both] == [*held_by, product]
    with refused("InvalidParametersException", "ResourceType Stack"):
        found(ResourceType="Stack")


def test_a_tag_option_in_use_is_not_deleted(catalog: Catalog) -> None:
    portfolio, option = catalog.portfolio(), create(catalog)
    associate(catalog, portfolio, option)

    with refused("ResourceInUseException", f"associated with {portfolio}"):
        catalog.api.delete_tag_option(Id=option)
    both = {"ResourceId": portfolio, "TagOptionId": option}
    catalog.api.disassociate_tag_option_from_resource(**both)
    with refused("ResourceNotFoundException", "is not associated"):
        catalog.api.disassociate_tag_option_from_resource(**both)
    catalog.api.delete_tag_option(Id=option)
    assert listed(catalog) == []


def test_a_resource_has_a_tag_option_once_and_25_of_them(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    options = [create(catalog, key=str(number)) for number in range(26)]
    for option in options[:25]:
        associate(catalog, portfolio, option)

    with refused("DuplicateResourceException", "already associated"):
        associate(catalog, portfolio, options[0])
    with refused("LimitExceededException", "25 TagOptions"):
        associate(catalog, portfolio, options[25])


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("describe_tag_option", {"Id": "tag-none"}),
        ("update_tag_option", {"Id": "tag-none"}),
        ("delete_tag_option", {"Id": "tag-none"}),
        ("list_resources_for_tag_option", {"TagOptionId": "tag-none"}),
    ],
)
def test_a_tag_option_that_is_not_there(catalog: Catalog, operation: str, members: Json) -> None:
    with refused("ResourceNotFoundException", "tag-none"):
        getattr(catalog.api, operation)(**members)


@pytest.mark.parametrize("operation", ["associate_tag_option_with", "disassociate_tag_option_from"])
def test_both_ends_must_be_there(catalog: Catalog, operation: str) -> None:
    call = getattr(catalog.api, f"{operation}_resource")

    with refused("ResourceNotFoundException", "prod-none"):
        call(ResourceId="prod-none", TagOptionId=create(catalog))
    with refused("ResourceNotFoundException", "tag-none"):
        call(ResourceId=catalog.portfolio(), TagOptionId="tag-none")


def test_tag_options_are_shared_where_the_share_says_so(catalog: Catalog, spoke: Catalog) -> None:
    product, portfolio = catalog.listed()
    option = create(catalog)
    for resource in (product, portfolio):
        associate(catalog, resource, option)
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)

    def seen() -> list[int]:
        in_portfolio = {"Id": product, "SourcePortfolioId": portfolio}
        answers = (
            spoke.api.describe_portfolio(Id=portfolio),
            spoke.api.describe_product_as_admin(**in_portfolio),
            spoke.api.describe_product_as_admin(Id=product),
        )
        return [len(answer["TagOptions"]) for answer in answers]

    assert seen() == [0, 0, 0]
    catalog.api.update_portfolio_share(
        PortfolioId=portfolio, AccountId=spoke.account, ShareTagOptions=True
    )
    assert seen() == [1, 1, 0]
    with refused("ResourceNotFoundException", "not found in"):
        catalog.api.describe_product_as_admin(Id=product, SourcePortfolioId=catalog.portfolio())
