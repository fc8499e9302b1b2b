"""Constraints of products in portfolios."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from moto.moto_api import state_manager

from compiler.sandbox.service_catalog import transition
from tests.sandbox.service_catalog.catalog import HUB, SPOKE, pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

TOPIC = f"arn:aws:sns:eu-west-1:{HUB}:launches"
RULES: Json = {
    "PinSubnets": {
        "Assertions": [
            {
                "Assert": {"Fn::Contains": [["subnet-a,subnet-b"], {"Ref": "Subnets"}]},
                "AssertDescription": "These subnets",
            }
        ]
    }
}
CONDITION: Json = {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}
STACKSET: Json = {
    "AccountList": [SPOKE],
    "RegionList": ["eu-west-1"],
    "AdminRole": f"arn:aws:iam::{HUB}:role/administrator",
    "ExecutionRole": "execution",
}
VALID: dict[str, Json] = {
    "LAUNCH": {"LocalRoleName": "launch"},
    "NOTIFICATION": {"NotificationArns": [TOPIC]},
    "RESOURCE_UPDATE": {
        "Version": "2.0",
        "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"},
    },
    "STACKSET": {"Version": "1.0", "Properties": STACKSET},
    "TEMPLATE": {"Rules": RULES},
}


def rules(**members: Any) -> Json:
    return {"Rules": {"Pin": members}}


def update(value: str) -> Json:
    return {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": value}}


def constrain(
    catalog: Catalog, listed: tuple[str, str], kind: str, parameters: Any = None, **more: str
) -> Json:
    made: Json = catalog.api.create_constraint(
        ProductId=listed[0],
        PortfolioId=listed[1],
        Type=kind,
        Parameters=parameters
        if isinstance(parameters, str)
        else json.dumps(VALID[kind] if parameters is None else parameters),
        **more,
    )
    return made


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_constraint_is_what_it_was_made_as(catalog: Catalog, kind: str) -> None:
    catalog.role("launch")
    product, portfolio = catalog.listed()

    made = constrain(catalog, (product, portfolio), kind, Description="sha256=0")

    detail = made["ConstraintDetail"]
    assert re.fullmatch(r"cons-[a-z0-9]{13}", detail["ConstraintId"])
    assert detail == {
        "ConstraintId": detail["ConstraintId"],
        "Type": kind,
        "Description": "sha256=0",
        "Owner": HUB,
        "ProductId": product,
        "PortfolioId": portfolio,
    }
    assert made["Status"] == "CREATING"
    assert json.loads(made["ConstraintParameters"]) == VALID[kind]
    found = catalog.api.describe_constraint(Id=detail["ConstraintId"])
    assert (found["ConstraintDetail"], found["Status"]) == (detail, "AVAILABLE")
    listed = catalog.api.list_constraints_for_portfolio(PortfolioId=portfolio)
    assert listed["ConstraintDetails"] == [detail]


def test_a_constraint_may_take_longer(catalog: Catalog) -> None:
    made = constrain(catalog, catalog.listed(), "TEMPLATE")["ConstraintDetail"]["ConstraintId"]
    state_manager.set_transition(transition.CONSTRAINT, {"progression": "manual", "times": 2})
    try:
        seen = [catalog.api.describe_constraint(Id=made)["Status"] for _ in range(3)]
    finally:
        state_manager.unset_transition(transition.CONSTRAINT)

    assert seen == ["CREATING", "AVAILABLE", "AVAILABLE"]


def test_update_changes_parameters_and_description(catalog: Catalog) -> None:
    made = constrain(catalog, catalog.listed(), "RESOURCE_UPDATE", Description="before")
    constraint = made["ConstraintDetail"]["ConstraintId"]
    catalog.api.describe_constraint(Id=constraint)

    answer = catalog.api.update_constraint(
        Id=constraint, Parameters=json.dumps(update("NOT_ALLOWED"))
    )
    assert answer["Status"] == "CREATING"
    assert answer["ConstraintDetail"]["Description"] == "before"
    catalog.api.update_constraint(Id=constraint, Description="after")

    found = catalog.api.describe_constraint(Id=constraint)
    assert json.loads(found["ConstraintParameters"]) == update("NOT_ALLOWED")
    assert found["ConstraintDetail"]["Description"] == "after"
    assert found["Status"] == "AVAILABLE"
    with refused("InvalidParametersException", "ALLOWED or NOT_ALLOWED"):
        catalog.api.update_constraint(Id=constraint, Parameters=json.dumps(update("MAYBE")))


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("LAUNCH", "{", "no JSON"),
        ("LAUNCH", "[]", "no object"),
        ("LAUNCH", {}, "either RoleArn or LocalRoleName"),
        ("LAUNCH", {"LocalRoleName": "launch", "RoleArn": "arn"}, "either RoleArn"),
        ("LAUNCH", {"LocalRoleName": "a/b"}, "LocalRoleName is 'a/b'"),
        ("LAUNCH", {"LocalRoleName": ["a"]}, r"LocalRoleName is \['a'\]"),
        ("LAUNCH", {"RoleArn": f"arn:aws:iam::{HUB}:user/a"}, "RoleArn is"),
        ("LAUNCH", {"LocalRoleName": "none"}, "none does not exist in account"),
        ("LAUNCH", {"RoleArn": f"arn:aws:iam::{HUB}:role/none"}, "none does not exist"),
        ("NOTIFICATION", {"NotificationArns": []}, "has NotificationArns"),
        ("NOTIFICATION", {"Topics": [TOPIC]}, "has NotificationArns"),
        ("NOTIFICATION", {"NotificationArns": ["topic"]}, "'topic' is no ARN"),
        ("NOTIFICATION", {"NotificationArns": [TOPIC] * 6}, "at most 5 topics"),
        ("RESOURCE_UPDATE", {"Properties": {}}, '"Version": "2.0"'),
        ("RESOURCE_UPDATE", {**update("ALLOWED"), "Version": "1.0"}, '"Version": "2.0"'),
        ("RESOURCE_UPDATE", update("allowed"), "ALLOWED or NOT_ALLOWED"),
        ("STACKSET", {"Version": "1.0"}, "Version and Properties"),
        ("STACKSET", {"Version": "1.0", "Properties": {}}, "AccountList, RegionList"),
        *(
            (
                "STACKSET",
                {"Version": "1.0", "Properties": {**STACKSET, "AccountList": accounts}},
                "AccountList has accounts",
            )
            for accounts in (["a"], 1)
        ),
        ("TEMPLATE", {"Rules": {}}, "has Rules"),
        ("TEMPLATE", {"Rules": RULES, "Resources": {}}, "and no more"),
        ("TEMPLATE", {"Rules": {"a-b": RULES["PinSubnets"]}}, "'a-b' is no name"),
        ("TEMPLATE", rules(), "has no Assertions"),
        ("TEMPLATE", rules(Assertions=[]), "has no Assertions"),
        ("TEMPLATE", rules(Assertions=["a"]), "has no Assert"),
        ("TEMPLATE", rules(Assertions=[{"Assert": CONDITION, "More": 1}]), "more than AWS knows"),
        ("TEMPLATE", rules(Assertions=[{"Assert": CONDITION}], More=1), "RuleCondition and"),
        ("BUDGET", {}, "Constraint type BUDGET is none of LAUNCH"),
    ],
)
def test_parameters_that_cannot_be(
    catalog: Catalog, kind: str, parameters: Any, words: str
) -> None:
    listed = catalog.listed()

    with refused("InvalidParametersException", words):
        constrain(catalog, listed, kind, parameters)
    found = catalog.api.list_constraints_for_portfolio(PortfolioId=listed[1])
    assert found["ConstraintDetails"] == []


def test_a_rule_may_have_a_condition(catalog: Catalog) -> None:
    constrain(
        catalog,
        catalog.listed(),
        "TEMPLATE",
        rules(RuleCondition=CONDITION, Assertions=[{"Assert": CONDITION}]),
    )


def test_a_role_is_named_by_its_whole_arn_or_of_another_account(catalog: Catalog) -> None:
    listed, arn = catalog.listed(), catalog.role("launch", "/personac/")

    with refused("InvalidParametersException", "does not exist"):
        constrain(catalog, listed, "LAUNCH", {"RoleArn": f"arn:aws:iam::{HUB}:role/launch"})
    made = constrain(catalog, listed, "LAUNCH", {"RoleArn": arn})
    catalog.api.delete_constraint(Id=made["ConstraintDetail"]["ConstraintId"])
    constrain(catalog, listed, "LAUNCH", {"RoleArn": f"arn:aws:iam::{SPOKE}:role/any"})


@pytest.mark.parametrize("kind", ["LAUNCH", "RESOURCE_UPDATE", "STACKSET"])
def test_at_most_one_of_some(catalog: Catalog, kind: str) -> None:
    catalog.role("launch")
    listed = catalog.listed()
    made = constrain(catalog, listed, kind)

    with refused("DuplicateResourceException", f"already a {kind} constraint"):
        constrain(catalog, listed, kind)
    catalog.api.delete_constraint(Id=made["ConstraintDetail"]["ConstraintId"])
    constrain(catalog, listed, kind)


@pytest.mark.parametrize("kinds", [("LAUNCH", "STACKSET"), ("STACKSET", "LAUNCH")])
def test_a_launch_is_by_a_role_or_by_a_stack_set(catalog: Catalog, kinds: tuple[str, str]) -> None:
    catalog.role("launch")
    listed = catalog.listed()
    constrain(catalog, listed, kinds[0])

    with refused("InvalidParametersException", "both a LAUNCH and a STACKSET"):
        constrain(catalog, listed, kinds[1])
    other = catalog.portfolio("another")
    catalog.api.associate_product_with_portfolio(ProductId=listed[0], PortfolioId=other)
    constrain(catalog, (listed[0], other), kinds[1])


def test_a_product_must_be_in_the_portfolio(catalog: Catalog) -> None:
    product, portfolio = catalog.product(), catalog.portfolio()

    with refused("ResourceNotFoundException", "is not associated with portfolio"):
        constrain(catalog, (product, portfolio), "TEMPLATE")
    with refused("ResourceNotFoundException", "port-none"):
        constrain(catalog, (product, "port-none"), "TEMPLATE")


def test_a_product_in_a_portfolio_has_at_most_a_hundred(catalog: Catalog) -> None:
    listed = catalog.listed()
    for _ in range(100):
        constrain(catalog, listed, "TEMPLATE")

    with refused("LimitExceededException", "100 constraints"):
        constrain(catalog, listed, "TEMPLATE")
    constrain(catalog, catalog.listed(), "TEMPLATE")


@pytest.mark.parametrize("operation", ["describe", "update", "delete"])
def test_a_constraint_that_is_not_there(catalog: Catalog, operation: str) -> None:
    with refused("ResourceNotFoundException", "cons-none"):
        getattr(catalog.api, f"{operation}_constraint")(Id="cons-none")


def test_constraints_are_listed_in_pages_and_by_product(catalog: Catalog) -> None:
    api, (product, portfolio) = catalog.api, catalog.listed()
    other = catalog.product("other")
    api.associate_product_with_portfolio(ProductId=other, PortfolioId=portfolio)
    for each in (product, other, product):
        constrain(catalog, (each, portfolio), "TEMPLATE")

    found = pages(
        lambda **page: api.list_constraints_for_portfolio(PortfolioId=portfolio, **page),
        "ConstraintDetails",
    )
    assert [each["ProductId"] for each in found] == [product, other, product]
    found = api.list_constraints_for_portfolio(PortfolioId=portfolio, ProductId=other)
    assert [each["ProductId"] for each in found["ConstraintDetails"]] == [other]


def test_who_imported_a_portfolio_sees_its_constraints(catalog: Catalog, spoke: Catalog) -> None:
    listed = catalog.listed()
    made = constrain(catalog, listed, "TEMPLATE")["ConstraintDetail"]
    with refused("ResourceNotFoundException", made["ConstraintId"]):
        spoke.api.describe_constraint(Id=made["ConstraintId"])

    catalog.share(listed[1])
    spoke.api.accept_portfolio_share(PortfolioId=listed[1])

    found = spoke.api.list_constraints_for_portfolio(PortfolioId=listed[1])
    assert found["ConstraintDetails"] == [made]
    found = spoke.api.describe_constraint(Id=made["ConstraintId"])
    assert found["ConstraintDetail"] == made
    for operation in ("update", "delete"):
        with refused("ResourceNotFoundException", made["ConstraintId"]):
            getattr(spoke.api, f"{operation}_constraint")(Id=made["ConstraintId"])
    with refused("ResourceNotFoundException", listed[1]):
        constrain(spoke, listed, "TEMPLATE")
