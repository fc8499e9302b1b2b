"""The launch role: whom it has to trust, what it needs, and in which account it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox import authorisation
from tests.sandbox.service_catalog.catalog import HUB, SPOKE
from tests.sandbox.service_catalog.team import Team, admit, constrain, launch_role, person
from tests.sandbox.templates import trust

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog
    from tests.sandbox.service_catalog.shop import Shop


def error(record: object) -> str:
    assert isinstance(record, dict)
    assert record["RecordDetail"]["Status"] == "FAILED"
    (only,) = record["RecordDetail"]["RecordErrors"]
    return str(only["Description"])


def test_a_launch_role_that_does_not_exist_fails_the_launch(shop: Shop) -> None:
    iam = shop.catalog.client("iam")
    iam.delete_role_policy(RoleName="launch", PolicyName="launch")
    iam.delete_role(RoleName="launch")

    told = error(shop.team.provision(shop.product))

    assert "Access denied while assuming the role" in told
    assert f"arn:aws:iam::{HUB}:role/launch: it does not exist" in told
    assert (shop.team.launched()["Status"], shop.stacks()) == ("ERROR", [])


def test_a_launch_role_has_to_trust_service_catalog(shop: Shop) -> None:
    shop.catalog.client("iam").update_assume_role_policy(
        RoleName="launch", PolicyDocument=json.dumps(trust("ec2.amazonaws.com"))
    )

    told = error(shop.team.provision(shop.product))

    assert "it does not trust servicecatalog.amazonaws.com" in told


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:CreateStack",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplateSummary",
        "s3:GetObject",
    ],
)
def test_a_launch_needs_each_permission(shop: Shop, action: str) -> None:
    launch_role(shop.catalog, "lacking", without=action)
    shop.constrain_role("lacking")

    told = error(shop.team.provision(shop.product))

    assert f"is not authorized to perform: {action}" in told
    assert "assumed-role/lacking/servicecatalog" in told


@pytest.mark.parametrize(
    ("action", "operation"),
    [("cloudformation:UpdateStack", "update"), ("cloudformation:DeleteStack", "terminate")],
)
def test_what_follows_a_launch_needs_its_permission(
    shop: Shop, action: str, operation: str
) -> None:
    launch_role(shop.catalog, "lacking", without=action)
    shop.constrain_role("lacking")
    shop.team.provision(shop.product)

    done = (
        shop.team.update(shop.product, "1.1.0") if operation == "update" else shop.team.terminate()
    )

    assert f"is not authorized to perform: {action}" in error(done)
    assert shop.team.launched()["Status"] == "TAINTED"
    assert len(shop.roles()) == 1


def test_the_template_is_read_as_one_that_service_catalog_keeps(shop: Shop) -> None:
    authorisation.asked.clear()

    shop.team.provision(shop.product)

    (read,) = [each for each in authorisation.asked if each.action == "s3:GetObject"]
    assert read.resource.startswith("arn:aws:s3:::")
    assert read.context["s3:ExistingObjectTag/servicecatalog:provisioning"] == "true"
    (create,) = [each for each in authorisation.asked if "CreateStack" in each.action]
    assert create.resource.startswith(f"arn:aws:cloudformation:eu-west-1:{HUB}:stack/SC-")
    assert "managed-by" in create.context["aws:TagKeys"]


def test_without_a_launch_constraint_people_launch_as_themselves(shop: Shop) -> None:
    shop.unconstrain()

    record = shop.team.provision(shop.product)["RecordDetail"]

    assert record["Status"] == "SUCCEEDED"
    assert "LaunchRoleArn" not in record
    assert not shop.stacks()[0].get("RoleARN")


def shared(shop: Shop, spoke: Catalog) -> Team:
    """A team of another account, which the portfolio is shared with."""
    shop.catalog.share(shop.portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=shop.portfolio)
    team = Team(spoke, person(spoke))
    admit(spoke, shop.portfolio, team.role_arn)
    return team


def test_a_local_role_is_that_of_the_account_that_launches(shop: Shop, spoke: Catalog) -> None:
    team = shared(shop, spoke)
    assert f"arn:aws:iam::{SPOKE}:role/launch: it does not exist" in error(
        team.provision(shop.product)
    )
    team.terminate()
    launch_role(spoke)

    record = team.provision(shop.product)["RecordDetail"]

    assert record["LaunchRoleArn"] == f"arn:aws:iam::{SPOKE}:role/launch"
    assert team.outputs()["RoleArn"].startswith(f"arn:aws:iam::{SPOKE}:role/SC-{SPOKE}-pp-")
    assert shop.roles() == []
    # Each account sees its own launches.
    assert (
        shop.team.api.scan_provisioned_products(
            AccessLevelFilter={"Key": "Account", "Value": "self"}
        )["ProvisionedProducts"]
        == []
    )


def test_a_role_by_its_arn_makes_stacks_in_its_own_account(shop: Shop, spoke: Catalog) -> None:
    team = shared(shop, spoke)
    shop.unconstrain()
    constrain(
        shop.catalog,
        shop.product,
        shop.portfolio,
        LAUNCH={"RoleArn": f"arn:aws:iam::{HUB}:role/launch"},
    )

    assert team.provision(shop.product)["RecordDetail"]["Status"] == "SUCCEEDED"

    (role,) = shop.roles()
    assert role["Arn"] == team.outputs()["RoleArn"]
    assert team.terminate()["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.roles() == []


def test_an_administrator_can_give_one_launch_a_role_of_its_own(shop: Shop) -> None:
    shop.team.provision(shop.product)
    identifier = shop.team.launched()["Id"]
    arn = launch_role(shop.catalog, "mending")

    done = shop.catalog.api.update_provisioned_product_properties(
        ProvisionedProductId=identifier,
        ProvisionedProductProperties={"LAUNCH_ROLE": arn},
        IdempotencyToken="one",
    )

    assert done["Status"] == "SUCCEEDED"
    assert shop.team.launched()["LaunchRoleArn"] == arn
    record = shop.team.update(shop.product, "1.1.0")["RecordDetail"]
    assert (record["Status"], record["LaunchRoleArn"]) == ("SUCCEEDED", arn)
