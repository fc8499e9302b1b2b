"""Template constraints, notifications and TagOptions: what a launch is held to, and told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.service_catalog.launch import Source
from compiler.sandbox.service_catalog.launch_path import tag_choices
from compiler.sandbox.service_catalog.tag_option import TagOption
from tests.sandbox.service_catalog.team import constrain
from tests.sandbox.templates import Json, body, role, template

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.shop import Shop


def pinned(parameter: str, *values: str) -> Json:
    """Rules that let a parameter have one of some values."""
    assertion = {
        "Assert": {"Fn::Contains": [list(values), {"Ref": parameter}]},
        "AssertDescription": f"{parameter} is one of {', '.join(values)}",
    }
    return {"Rules": {f"Pin{parameter}": {"Assertions": [assertion]}}}


def test_a_template_constraint_holds_launches_and_updates(shop: Shop) -> None:
    constrain(shop.catalog, shop.product, shop.portfolio, TEMPLATE=pinned("Team", "red", "green"))

    refused = shop.team.provision(shop.product)["RecordDetail"]
    shop.team.terminate()
    launched = shop.team.provision(
        shop.product, ProvisioningParameters=[{"Key": "Team", "Value": "red"}]
    )["RecordDetail"]
    updated = shop.team.update(
        shop.product, ProvisioningParameters=[{"Key": "Team", "Value": "blue"}]
    )["RecordDetail"]

    assert refused["RecordErrors"][0]["Description"] == (
        "Template error: rule PinTeam failed: Team is one of red, green"
    )
    assert [launched["Status"], updated["Status"]] == ["SUCCEEDED", "FAILED"]
    assert shop.roles()[0]["Description"] == "red none"


def test_rules_of_a_constraint_stand_before_those_of_the_template() -> None:
    own: Json = {"PinTeam": {"Assertions": []}, "Other": {"Assertions": []}}
    source = Source(
        template=body(template(rules=own, Role=role())),
        template_url="https://artifacts.s3.eu-west-1.amazonaws.com/t",
        rules=pinned("Team", "red")["Rules"],
        parameters={},
        kept_parameters=frozenset(),
        tags={},
        notification_arns=(),
    )

    rules = json.loads(source.body())["Rules"]

    assert list(rules) == ["PinTeam2", "PinTeam", "Other"]
    assert rules["PinTeam"] == {"Assertions": []}


def test_what_a_launch_asks_for_is_described(shop: Shop) -> None:
    constrain(
        shop.catalog,
        shop.product,
        shop.portfolio,
        TEMPLATE=pinned("Team", "red"),
        NOTIFICATION={"NotificationArns": ["arn:aws:sns:eu-west-1:123456789012:launches"]},
    )

    told = shop.team.api.describe_provisioning_parameters(
        ProductId=shop.product, ProvisioningArtifactName="1.0.0"
    )

    team, note = told["ProvisioningArtifactParameters"]
    assert team["ParameterKey"] == "Team"
    assert team["ParameterConstraints"]["AllowedPattern"] == "[a-z]+"
    assert (note["ParameterKey"], note["DefaultValue"]) == ("Note", "none")
    assert [each["Type"] for each in told["ConstraintSummaries"]] == [
        "LAUNCH",
        "TEMPLATE",
        "NOTIFICATION",
    ]
    said = {each["Type"]: each["Value"] for each in told["UsageInstructions"]}
    assert json.loads(said["rules"]) == pinned("Team", "red")["Rules"]
    assert said["launchAsRole"] == "arn:aws:iam::123456789012:role/launch"
    assert said["tagUpdateOnProvisionedProduct"] == "NOT_ALLOWED"
    assert told["ProvisioningArtifactOutputKeys"] == [{"Key": "RoleArn", "Description": "The role"}]


def test_topics_of_a_constraint_and_of_the_launch_hear_of_the_stack(shop: Shop) -> None:
    sns = shop.catalog.client("sns")
    topics = [sns.create_topic(Name=name)["TopicArn"] for name in ("one", "two")]
    constrain(
        shop.catalog, shop.product, shop.portfolio, NOTIFICATION={"NotificationArns": topics[:1]}
    )

    shop.team.provision(shop.product, NotificationArns=topics)

    assert shop.stacks()[0]["NotificationARNs"] == topics


def option(key: str, value: str, **members: Any) -> TagOption:
    return TagOption(id=f"tag-{key}{value}", key=key, value=value, owner="1", **members)


def test_tag_options_of_portfolio_and_product_are_what_both_let() -> None:
    found = tag_choices(
        [option("cost", "a"), option("cost", "b"), option("x", "1"), option("off", "1")],
        [
            option("cost", "b"),
            option("cost", "c"),
            option("x", "2"),
            option("off", "2"),
            option("own", "1", active=False),
        ],
    )

    assert found == {"cost": ["b"], "x": [], "off": []}


def offer(shop: Shop, resource: str, **values: str) -> None:
    """Give a portfolio or a product TagOptions: ``cost="a,b"``."""
    for key, texts in values.items():
        for value in texts.split(","):
            made = shop.catalog.api.create_tag_option(Key=key, Value=value)
            shop.catalog.api.associate_tag_option_with_resource(
                ResourceId=resource, TagOptionId=made["TagOptionDetail"]["Id"]
            )


def tags(shop: Shop) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in shop.roles()[0]["Tags"]}


def test_a_tag_option_with_one_value_is_set_and_of_several_one_is_chosen(shop: Shop) -> None:
    offer(shop, shop.portfolio, cost="a,b", floor="3")
    told = shop.team.api.describe_provisioning_parameters(
        ProductId=shop.product, ProvisioningArtifactName="1.0.0"
    )["TagOptions"]
    assert told == [{"Key": "cost", "Values": ["a", "b"]}, {"Key": "floor", "Values": ["3"]}]

    for wrong in ([], [{"Key": "cost", "Value": "c"}]):
        with pytest.raises(ClientError, match="has to be one of its TagOptions: a, b"):
            shop.team.provision(shop.product, Tags=wrong)
    with pytest.raises(ClientError, match="has to be one of its TagOptions: 3"):
        shop.team.provision(
            shop.product, Tags=[{"Key": "cost", "Value": "a"}, {"Key": "floor", "Value": "4"}]
        )
    shop.team.provision(shop.product, Tags=[{"Key": "cost", "Value": "b"}])

    assert (tags(shop)["cost"], tags(shop)["floor"]) == ("b", "3")


def test_tag_options_that_conflict_block_no_launch_and_say_so(shop: Shop) -> None:
    offer(shop, shop.portfolio, cost="a")
    offer(shop, shop.product, cost="b")
    told = shop.team.api.describe_provisioning_parameters(
        ProductId=shop.product, ProvisioningArtifactName="1.0.0"
    )["TagOptions"]

    shop.team.provision(shop.product)

    assert told == [{"Key": "cost", "Values": []}]
    assert tags(shop)["cost"] == f"sc-tagoption-conflict-{shop.portfolio}-{shop.product}"
