"""A request may be repeated by its token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.service_catalog.catalog import TEMPLATE, url
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog


def without_metadata(answer: Json) -> Json:
    return {name: each for name, each in answer.items() if name != "ResponseMetadata"}


def requests(catalog: Catalog) -> dict[str, tuple[Json, Json]]:
    """For each operation with a token, what it asks, and what else it may ask."""
    product, portfolio = catalog.listed()
    parameters = catalog.parameters("2.0.0")
    rules = {"Pin": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}
    return {
        "create_portfolio": (
            {"DisplayName": "People", "ProviderName": "Platform"},
            {"ProviderName": "Other"},
        ),
        "create_product": (
            {
                "Name": "People",
                "Owner": "Platform",
                "ProductType": "CLOUD_FORMATION_TEMPLATE",
                "ProvisioningArtifactParameters": parameters,
            },
            {"Owner": "Other"},
        ),
        "create_provisioning_artifact": (
            {"ProductId": product, "Parameters": parameters},
            {"Parameters": {**parameters, "Description": "other"}},
        ),
        "create_constraint": (
            {
                "ProductId": product,
                "PortfolioId": portfolio,
                "Type": "TEMPLATE",
                "Parameters": json.dumps({"Rules": rules}),
            },
            {"Description": "other"},
        ),
    }


@pytest.mark.parametrize(
    "operation",
    ["create_portfolio", "create_product", "create_provisioning_artifact", "create_constraint"],
)
def test_the_same_token_gives_the_first_answer(catalog: Catalog, operation: str) -> None:
    members, other = requests(catalog)[operation]

    def call(token: str | None = "a", **more: Any) -> Json:  # noqa: S107 - of idempotency
        given = {"IdempotencyToken": token} if token else {}
        return without_metadata(getattr(catalog.api, operation)(**{**members, **given, **more}))

    first = call()
    assert call() == first
    with refused("InvalidParametersException", "used before with different parameters"):
        call(**other)
    assert call("b") != first
    # boto3 makes a token of its own for each call.
    assert call(None) != call(None)


def test_a_token_is_one_of_its_operation_and_account(catalog: Catalog, spoke: Catalog) -> None:
    names = {"DisplayName": "People", "ProviderName": "Platform", "IdempotencyToken": "a"}
    made = catalog.api.create_portfolio(**names)["PortfolioDetail"]["Id"]

    catalog.product(IdempotencyToken="a")
    assert spoke.api.create_portfolio(**names)["PortfolioDetail"]["Id"] != made


def test_a_refusal_uses_no_token_up(catalog: Catalog) -> None:
    members: Json = {
        "ProductId": catalog.product(),
        "Parameters": {"Name": "2.0.0", "Info": {"LoadTemplateFromURL": url("late.json")}},
        "IdempotencyToken": "a",
    }
    with refused("InvalidParametersException", "no such key"):
        catalog.api.create_provisioning_artifact(**members)

    catalog.upload(TEMPLATE, "late.json")
    for _ in range(2):
        catalog.api.create_provisioning_artifact(**members)

    assert [each["Name"] for each in catalog.versions(members["ProductId"])] == ["1.0.0", "2.0.0"]


def test_the_first_answer_stands_when_the_thing_is_gone(catalog: Catalog) -> None:
    names = {"DisplayName": "People", "ProviderName": "Platform", "IdempotencyToken": "a"}
    made = without_metadata(catalog.api.create_portfolio(**names))
    catalog.api.delete_portfolio(Id=made["PortfolioDetail"]["Id"])

    assert without_metadata(catalog.api.create_portfolio(**names)) == made
    assert catalog.api.list_portfolios()["PortfolioDetails"] == []
