"""What stands and what was done: searches, access levels, records, outputs, properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.service_catalog.provisioned_product import finder
from tests.sandbox.service_catalog.catalog import pages
from tests.sandbox.service_catalog.team import Team, admit, person

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.shop import Shop
    from tests.sandbox.templates import Json

ACCOUNT = {"Key": "Account", "Value": "self"}
LAUNCHED = {
    "Id": "pp-aaaaaaaaaaaaa",
    "Name": "lab",
    "Arn": "arn:aws:servicecatalog:eu-west-1:123456789012:stack/lab/pp-aaaaaaaaaaaaa",
    "ProductId": "prod-bbbbbbbbbbbbb",
    "ProvisioningArtifactName": "1.0.0",
    "Status": "AVAILABLE",
    "Tags": [{"Key": "team", "Value": "blue"}],
    "UserArnSession": "arn:aws:sts::123456789012:assumed-role/team/ada",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name:lab", True),
        ("name:LAB", True),
        ('name:"lab"', True),
        ("name:la", False),
        ("name:l*", True),
        ("productId:prod-bbbbbbbbbbbbb", True),
        ("productId:prod-a", False),
        ("status:AVAILABLE", True),
        ("status:ERROR", False),
        ("provisioningArtifactName:1.0.0", True),
        ("tags:blue", True),
        ("tags:red", False),
        (f"arn:{LAUNCHED['Arn']}", True),
        (str(LAUNCHED["Arn"]), True),
        ("lab", True),
        ("pp-aaa*", True),
        ("prod-c", False),
        ("physicalId:x", False),
    ],
)
def test_a_query_finds_a_launch_by_its_fields(query: str, found: bool) -> None:
    assert finder(query)(LAUNCHED) is found


def launch(team: Team, product: str, *names: str) -> None:
    for name in names:
        team.provision(product, name=name)


def names(rows: list[Json]) -> list[str]:
    return [str(row["Name"]) for row in rows]


def search(api: Any, *queries: str, **members: Any) -> list[Json]:
    found: list[Json] = api.search_provisioned_products(
        Filters={"SearchQuery": list(queries)}, **members
    )["ProvisionedProducts"]
    return found


def test_launches_are_searched_by_product_and_version(shop: Shop) -> None:
    launch(shop.team, shop.product, "lab", "den")
    shop.team.update(shop.product, "1.1.0", "den")
    api = shop.team.api

    rows = search(api, f"productId:{shop.product}")

    assert names(rows) == ["lab", "den"]
    assert [row["ProvisioningArtifactName"] for row in rows] == ["1.0.0", "1.1.0"]
    assert {row["ProductName"] for row in rows} == {"Data Scientist"}
    assert [row["PhysicalId"] for row in rows] == [each["StackId"] for each in shop.stacks()]
    assert names(search(api, "provisioningArtifactName:1.1.0")) == ["den"]
    assert names(search(api, f"productId:{shop.product}", "name:lab")) == ["lab"]
    assert search(api, "productId:prod-aaaaaaaaaaaaa") == []
    assert names(search(api, "status:AVAILABLE", SortBy="name")) == ["den", "lab"]
    assert names(search(api, "lab", SortOrder="DESCENDING")) == ["lab"]


@pytest.mark.parametrize(
    "members",
    [
        {"Filters": {"SearchQuery": ["colour:red"]}},
        {"SortBy": "colour"},
        {"AccessLevelFilter": {"Key": "User", "Value": "someone"}},
        {"PageToken": "garbage"},
    ],
)
def test_a_search_for_what_there_is_not_is_refused(shop: Shop, members: Json) -> None:
    with pytest.raises(ClientError, match="InvalidParametersException"):
        shop.team.api.search_provisioned_products(**members)


def test_an_access_level_shows_the_session_the_role_or_the_account(shop: Shop) -> None:
    bob = Team(shop.catalog, shop.team.role_arn, "bob")
    other = Team(shop.catalog, person(shop.catalog, "other"))
    admit(shop.catalog, shop.portfolio, other.role_arn)
    launch(shop.team, shop.product, "ada")
    launch(bob, shop.product, "bob")
    launch(other, shop.product, "other")

    def seen(level: str | None) -> list[str]:
        level_filter = {"AccessLevelFilter": {"Key": level, "Value": "self"}} if level else {}
        api = shop.team.api
        scanned = names(api.scan_provisioned_products(**level_filter)["ProvisionedProducts"])
        found = names(api.search_provisioned_products(**level_filter)["ProvisionedProducts"])
        records = api.list_record_history(**level_filter)["RecordDetails"]
        assert scanned == found
        assert [each["ProvisionedProductName"] for each in records] == scanned[::-1]
        return found

    assert seen(None) == seen("User") == ["ada"]
    assert seen("Role") == ["ada", "bob"]
    assert seen("Account") == ["ada", "bob", "other"]
    (row,) = search(other.api, "name:other")
    assert row["UserArn"] == other.role_arn
    assert row["UserArnSession"].endswith("assumed-role/other/ada")


def test_launches_records_and_outputs_come_in_pages(shop: Shop) -> None:
    wanted = ["a", "b", "c"]
    launch(shop.team, shop.product, *wanted)
    api = shop.team.api
    record = api.list_record_history()["RecordDetails"][0]["RecordId"]

    assert names(pages(api.scan_provisioned_products, "ProvisionedProducts")) == wanted
    assert names(pages(api.search_provisioned_products, "ProvisionedProducts")) == wanted
    assert len(pages(api.list_record_history, "RecordDetails")) == 3
    assert api.search_provisioned_products(PageSize=1)["TotalResultsCount"] == 3
    assert len(api.describe_record(Id=record, PageSize=1)["RecordOutputs"]) == 1
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        api.describe_record(Id=record, PageToken="garbage")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        api.describe_record(Id="rec-aaaaaaaaaaaaa")


def test_records_stay_when_the_launch_is_gone(shop: Shop) -> None:
    launch(shop.team, shop.product, "lab")
    identifier = shop.team.launched()["Id"]
    launch(shop.team, shop.product, "den")
    shop.team.terminate()

    def done(key: str, value: str) -> list[tuple[str, str]]:
        rows = shop.team.api.list_record_history(SearchFilter={"Key": key, "Value": value})
        return [(row["ProvisionedProductName"], row["RecordType"]) for row in rows["RecordDetails"]]

    assert done("provisionedproduct", identifier) == [
        ("lab", "TERMINATE_PROVISIONED_PRODUCT"),
        ("lab", "PROVISION_PRODUCT"),
    ]
    assert len(done("product", shop.product)) == 3
    with pytest.raises(ClientError, match="cannot be searched for by colour"):
        done("colour", "red")


def test_outputs_are_asked_for_by_key(shop: Shop) -> None:
    launch(shop.team, shop.product, "lab")
    api = shop.team.api

    rows = api.get_provisioned_product_outputs(
        ProvisionedProductName="lab", OutputKeys=["RoleArn"]
    )["Outputs"]

    assert [(row["OutputKey"], row["Description"]) for row in rows] == [("RoleArn", "The role")]
    with pytest.raises(ClientError, match=r"has no outputs \['Nothing'\]"):
        api.get_provisioned_product_outputs(ProvisionedProductName="lab", OutputKeys=["Nothing"])


def test_a_launch_can_be_given_to_another_owner(shop: Shop) -> None:
    launch(shop.team, shop.product, "lab")
    identifier = shop.team.launched()["Id"]
    other = Team(shop.catalog, person(shop.catalog, "other"))
    session = "arn:aws:sts::123456789012:assumed-role/other/ada"

    done = shop.catalog.api.update_provisioned_product_properties(
        ProvisionedProductId=identifier,
        ProvisionedProductProperties={"OWNER": session},
        IdempotencyToken="one",
    )

    assert done["ProvisionedProductProperties"] == {"OWNER": session}
    assert names(other.api.scan_provisioned_products()["ProvisionedProducts"]) == ["lab"]
    assert shop.team.api.scan_provisioned_products()["ProvisionedProducts"] == []


@pytest.mark.parametrize(
    "properties",
    [
        {"OWNER": "ada"},
        {"OWNER": "arn:aws:iam::123456789012:group/science"},
        {"LAUNCH_ROLE": "arn:aws:iam::123456789012:role/none"},
    ],
)
def test_properties_that_cannot_be_are_refused(shop: Shop, properties: Json) -> None:
    launch(shop.team, shop.product, "lab")

    with pytest.raises(ClientError, match="InvalidParametersException"):
        shop.catalog.api.update_provisioned_product_properties(
            ProvisionedProductId=shop.team.launched()["Id"],
            ProvisionedProductProperties=properties,
            IdempotencyToken="one",
        )


def test_nothing_is_set_while_a_launch_is_under_change(shop: Shop) -> None:
    record = shop.team.api.provision_product(
        ProductId=shop.product,
        ProvisioningArtifactName="1.0.0",
        ProvisionedProductName="lab",
        ProvisioningParameters=[{"Key": "Team", "Value": "blue"}],
    )["RecordDetail"]

    with pytest.raises(ClientError, match="InvalidStateException"):
        shop.catalog.api.update_provisioned_product_properties(
            ProvisionedProductId=record["ProvisionedProductId"],
            ProvisionedProductProperties={"OWNER": shop.team.role_arn},
            IdempotencyToken="one",
        )


def test_a_product_is_found_by_its_view_and_by_words(shop: Shop) -> None:
    api = shop.team.api
    (view,) = api.search_products(Filters={"FullTextSearch": ["scientist"]})["ProductViewSummaries"]

    told = api.describe_product_view(Id=view["Id"])

    assert told["ProductViewSummary"] == view
    assert [each["Name"] for each in told["ProvisioningArtifacts"]] == ["1.0.0", "1.1.0"]
    assert api.describe_product(Name="Data Scientist")["ProductViewSummary"] == view
    aggregations = api.search_products()["ProductViewAggregations"]
    assert aggregations["Owner"] == [{"Value": "Platform", "ApproximateCount": 1}]
    assert api.search_products(Filters={"Owner": ["Nobody"]})["ProductViewSummaries"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        api.describe_product_view(Id="prodview-aaaaaaaaaaaaa")
    with pytest.raises(ClientError, match="No Product found with name Nobody"):
        api.describe_product(Name="Nobody")
