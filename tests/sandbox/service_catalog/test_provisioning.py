"""Launches, updates and terminations, and the stacks that they make, change and delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.service_catalog.team import constrain

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.shop import Shop
    from tests.sandbox.templates import Json

AUTO = "aws:servicecatalog:"
ALLOWED = {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}}


def test_a_launch_makes_a_stack_as_the_launch_role(shop: Shop) -> None:
    answer = shop.team.provision(shop.product)

    record, launched = answer["RecordDetail"], shop.team.launched()
    (stack,), (role,) = shop.stacks(), shop.roles()
    assert (record["Status"], record["RecordType"]) == ("SUCCEEDED", "PROVISION_PRODUCT")
    assert (launched["Status"], launched["Type"]) == ("AVAILABLE", "CFN_STACK")
    assert launched["ProvisioningArtifactId"] == shop.version("1.0.0")
    assert record["LaunchRoleArn"] == "arn:aws:iam::123456789012:role/launch"
    assert stack["RoleARN"] == record["LaunchRoleArn"]
    assert stack["StackName"] == f"SC-123456789012-{launched['Id']}"
    assert launched["Arn"].endswith(f":stack/lab/{launched['Id']}")
    assert shop.team.outputs() == {
        "CloudformationStackARN": stack["StackId"],
        "RoleArn": role["Arn"],
    }
    assert [row["OutputKey"] for row in answer["RecordOutputs"]] == [
        "CloudformationStackARN",
        "RoleArn",
    ]
    assert role["Description"] == "blue none"


def test_a_launch_has_the_tags_of_its_origin(shop: Shop) -> None:
    shop.team.provision(shop.product, Tags=[{"Key": "team", "Value": "blue"}])

    tags = {tag["Key"]: tag["Value"] for tag in shop.roles()[0]["Tags"]}
    launched = shop.team.launched()
    assert tags == {
        "managed-by": "personac",
        "persona": "data-scientist",
        "team": "blue",
        f"{AUTO}portfolioArn": f"arn:aws:catalog:eu-west-1:123456789012:portfolio/{shop.portfolio}",
        f"{AUTO}productArn": f"arn:aws:catalog:eu-west-1:123456789012:product/{shop.product}",
        f"{AUTO}provisionedProductArn": launched["Arn"],
        f"{AUTO}provisioningArtifactIdentifier": shop.version("1.0.0"),
        f"{AUTO}provisioningPrincipalArn": ("arn:aws:sts::123456789012:assumed-role/team/ada"),
    }


def test_what_came_of_it_is_told_later(shop: Shop) -> None:
    api = shop.team.api
    asked = {
        "ProductId": shop.product,
        "ProvisioningArtifactName": "1.0.0",
        "ProvisionedProductName": "lab",
        "ProvisioningParameters": [{"Key": "Team", "Value": "blue"}],
    }
    record = api.provision_product(**asked)["RecordDetail"]
    assert record["Status"] == "CREATED"
    with pytest.raises(ClientError, match="under change"):
        shop.team.update(shop.product)
    with pytest.raises(ClientError, match="under change"):
        api.terminate_provisioned_product(ProvisionedProductName="lab")

    seen = [api.describe_record(Id=record["RecordId"]) for _ in range(3)]

    assert [each["RecordDetail"]["Status"] for each in seen] == [
        "IN_PROGRESS",
        "SUCCEEDED",
        "SUCCEEDED",
    ]
    assert [bool(each["RecordOutputs"]) for each in seen] == [False, True, True]


def test_a_record_begins_before_the_events_of_its_stack(shop: Shop) -> None:
    cloudformation = shop.catalog.client("cloudformation")
    done = [
        shop.team.provision(shop.product),
        shop.team.update(shop.product, "1.1.0"),
        shop.team.terminate(),
    ]
    stack = done[0]["RecordOutputs"][0]["OutputValue"]
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]

    for record, action in zip(done, ("CREATE", "UPDATE", "DELETE"), strict=True):
        times = [each["Timestamp"] for each in events if each["ResourceStatus"].startswith(action)]
        # The API tells milliseconds.
        began = record["RecordDetail"]["CreatedTime"].timestamp()
        assert round(min(times).timestamp(), 3) >= began
        assert record["RecordDetail"]["UpdatedTime"].timestamp() >= began


def test_who_looks_at_a_launch_alone_sees_it_end(shop: Shop) -> None:
    shop.team.api.provision_product(
        ProductId=shop.product,
        ProvisioningArtifactName="1.0.0",
        ProvisionedProductName="lab",
        ProvisioningParameters=[{"Key": "Team", "Value": "blue"}],
    )

    assert [shop.team.launched()["Status"] for _ in range(2)] == ["UNDER_CHANGE", "AVAILABLE"]


def test_the_same_token_launches_once(shop: Shop) -> None:
    first, second = (
        shop.team.provision(shop.product, ProvisionToken="once")["RecordDetail"] for _ in range(2)
    )

    assert first["RecordId"] == second["RecordId"]
    assert len(shop.stacks()) == 1
    with pytest.raises(ClientError, match="InvalidParametersException"):
        shop.team.provision(shop.product, "1.1.0", ProvisionToken="once")


def test_a_name_is_taken_once(shop: Shop) -> None:
    shop.team.provision(shop.product)

    with pytest.raises(ClientError, match="A stack named lab already exists"):
        shop.team.provision(shop.product)

    shop.team.terminate()
    assert shop.team.provision(shop.product)["RecordDetail"]["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"ProductId": "prod-aaaaaaaaaaaaa"}, "No launch paths found for resource"),
        ({"ProductName": "Data Scientist"}, "name or ID of the product, but not both"),
        ({"PathId": "lpv2-aaaaaaaaaaaaa"}, "No launch paths found for resource"),
        ({"PathId": "lpv2-a", "PathName": "Data Science"}, "not both"),
        ({"ProvisioningArtifactName": "9.9.9"}, "No ProvisioningArtifact 9.9.9"),
        ({"ProvisioningArtifactId": "pa-aaaaaaaaaaaaa"}, "provisioning artifact, but not both"),
        ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, "must not begin with aws:"),
        ({"Tags": [{"Key": "x", "Value": "y"}] * 2}, "Duplicate tag keys"),
        ({"ProvisioningPreferences": {"StackSetRegions": ["eu-west-1"]}}, "no StackSets"),
        ({"ProvisioningParameters": [{"Key": "Team", "Value": "a"}] * 2}, "more than once"),
    ],
)
def test_what_cannot_be_launched_is_refused_at_once(shop: Shop, members: Json, words: str) -> None:
    with pytest.raises(ClientError, match=words):
        shop.team.provision(shop.product, **members)

    assert shop.team.api.list_record_history()["RecordDetails"] == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ([], r"Parameters: \[Team\] must have values"),
        ([{"Key": "Team", "Value": "BLUE"}], "Parameter Team failed to satisfy constraint"),
        ([{"Key": "Team", "Value": "a"}, {"Key": "No", "Value": "1"}], r"\[No\] do not exist"),
    ],
)
def test_a_launch_that_cloudformation_refuses_has_failed(
    shop: Shop, parameters: list[Json], words: str
) -> None:
    record = shop.team.provision(shop.product, ProvisioningParameters=parameters)

    (error,) = record["RecordDetail"]["RecordErrors"]
    assert record["RecordDetail"]["Status"] == "FAILED"
    assert re.search(words, error["Description"])
    launched = shop.team.launched()
    assert (launched["Status"], launched["StatusMessage"]) == ("ERROR", error["Description"])
    assert shop.stacks() == []
    # What failed is terminated like anything else.
    assert shop.team.terminate()["RecordDetail"]["Status"] == "SUCCEEDED"


def test_inactive_versions_are_launched_by_nobody(shop: Shop) -> None:
    shop.team.provision(shop.product)
    shop.set_version("1.1.0", Active=False)

    for call in (shop.team.provision, shop.team.update):
        with pytest.raises(ClientError, match=r"No ProvisioningArtifact 1\.1\.0"):
            call(shop.product, "1.1.0")

    seen = shop.team.api.describe_product(Id=shop.product)["ProvisioningArtifacts"]
    assert [each["Name"] for each in seen] == ["1.0.0"]


def test_deprecated_versions_are_updated_to_and_not_launched(shop: Shop) -> None:
    shop.team.provision(shop.product)
    shop.set_version("1.1.0", Guidance="DEPRECATED")

    with pytest.raises(ClientError, match="is deprecated and cannot be launched"):
        shop.team.provision(shop.product, "1.1.0", "second")

    assert shop.team.update(shop.product, "1.1.0")["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.team.launched()["ProvisioningArtifactId"] == shop.version("1.1.0")


def test_an_update_keeps_what_it_says_to_keep(shop: Shop) -> None:
    shop.team.provision(
        shop.product,
        ProvisioningParameters=[
            {"Key": "Team", "Value": "blue"},
            {"Key": "Note", "Value": "first"},
        ],
    )
    before = shop.roles()[0]

    record = shop.team.update(
        shop.product,
        "1.1.0",
        ProvisioningParameters=[
            {"Key": "Team", "Value": "red"},
            {"Key": "Note", "UsePreviousValue": True},
        ],
    )["RecordDetail"]

    role = shop.roles()[0]
    assert (record["Status"], record["RecordType"]) == (
        "SUCCEEDED",
        "UPDATE_PROVISIONED_PRODUCT",
    )
    assert (before["MaxSessionDuration"], role["MaxSessionDuration"]) == (3600, 7200)
    assert (role["Arn"], role["Description"]) == (before["Arn"], "red first")
    assert shop.team.outputs()["RoleArn"] == role["Arn"]


def test_an_update_that_changes_nothing_succeeds(shop: Shop) -> None:
    shop.team.provision(shop.product)

    assert shop.team.update(shop.product)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert "RoleArn" in shop.team.outputs()


def test_an_update_that_fails_leaves_the_launch_tainted_as_it_was(shop: Shop) -> None:
    shop.team.provision(shop.product)
    before = shop.roles()

    refused = shop.team.update(
        shop.product, "1.1.0", ProvisioningParameters=[{"Key": "Team", "Value": "RED"}]
    )

    launched = shop.team.launched()
    assert refused["RecordDetail"]["Status"] == "FAILED"
    assert launched["Status"] == "TAINTED"
    assert launched["ProvisioningArtifactId"] == shop.version("1.0.0")
    assert launched["LastRecordId"] != launched["LastSuccessfulProvisioningRecordId"]
    assert shop.roles() == before
    # A tainted launch is ready for the next operation.
    assert shop.team.update(shop.product, "1.1.0")["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.team.launched()["Status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"ProvisionedProductName": "none"}, "Provisioned product none not found"),
        ({"ProvisionedProductId": "pp-a"}, "provisioned product, but not both"),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "no RESOURCE_UPDATE constraint allows it"),
    ],
)
def test_what_cannot_be_updated_is_refused(shop: Shop, members: Json, words: str) -> None:
    shop.team.provision(shop.product)

    with pytest.raises(ClientError, match=words):
        shop.team.update(shop.product, **members)


def test_tags_change_only_where_a_constraint_allows_it(shop: Shop) -> None:
    shop.team.provision(shop.product, Tags=[{"Key": "team", "Value": "blue"}])
    shop.team.update(shop.product, "1.1.0")
    first = {tag["Key"]: tag["Value"] for tag in shop.roles()[0]["Tags"]}
    constrain(shop.catalog, shop.product, shop.portfolio, RESOURCE_UPDATE=ALLOWED)

    shop.team.update(shop.product, "1.1.0", Tags=[{"Key": "floor", "Value": "3"}])

    tags = {tag["Key"]: tag["Value"] for tag in shop.roles()[0]["Tags"]}
    artifact = f"{AUTO}provisioningArtifactIdentifier"
    assert first[artifact] == shop.version("1.0.0")
    assert tags == {**first, "floor": "3", artifact: shop.version("1.1.0")}


def test_a_termination_deletes_the_stack(shop: Shop) -> None:
    shop.team.provision(shop.product)
    identifier = shop.team.launched()["Id"]

    record = shop.team.terminate()["RecordDetail"]

    assert (record["Status"], record["RecordType"]) == (
        "SUCCEEDED",
        "TERMINATE_PROVISIONED_PRODUCT",
    )
    assert (shop.roles(), shop.stacks()) == ([], [])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        shop.team.api.describe_provisioned_product(Id=identifier)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        shop.team.terminate()


def test_a_termination_can_leave_what_was_made(shop: Shop) -> None:
    shop.team.provision(shop.product)

    record = shop.team.terminate(RetainPhysicalResources=True)["RecordDetail"]

    assert record["Status"] == "SUCCEEDED"
    assert (len(shop.roles()), shop.stacks()) == (1, [])


@pytest.mark.parametrize("ignored", [False, True])
def test_a_termination_that_fails_is_told_or_ignored(shop: Shop, ignored: bool) -> None:
    shop.team.provision(shop.product)
    # Somebody attached a policy: IAM deletes no such role.
    shop.catalog.client("iam").attach_role_policy(
        RoleName=shop.roles()[0]["RoleName"],
        PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess",
    )

    record = shop.team.terminate(IgnoreErrors=ignored)["RecordDetail"]

    assert record["Status"] == ("SUCCEEDED" if ignored else "FAILED")
    assert len(shop.roles()) == 1
    scanned = shop.team.api.scan_provisioned_products()["ProvisionedProducts"]
    assert [each["Status"] for each in scanned] == ([] if ignored else ["TAINTED"])


def test_a_version_that_is_launched_cannot_be_deleted(shop: Shop) -> None:
    shop.team.provision(shop.product)
    used, unused = shop.version("1.0.0"), shop.version("1.1.0")

    with pytest.raises(ClientError, match="ResourceInUseException"):
        shop.catalog.api.delete_provisioning_artifact(
            ProductId=shop.product, ProvisioningArtifactId=used
        )

    shop.catalog.api.delete_provisioning_artifact(
        ProductId=shop.product, ProvisioningArtifactId=unused
    )
