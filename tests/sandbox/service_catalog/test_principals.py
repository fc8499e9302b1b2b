"""Who may launch from a portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.service_catalog import quotas
from tests.sandbox.service_catalog.catalog import HUB, SPOKE, pages
from tests.sandbox.templates import refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

SSO = (
    "arn:aws:iam:::role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_DataScience_????????????????"
)


def associate(catalog: Catalog, portfolio: str, arn: str, kind: str = "IAM_PATTERN") -> None:
    catalog.api.associate_principal_with_portfolio(
        PortfolioId=portfolio, PrincipalARN=arn, PrincipalType=kind
    )


def principals(catalog: Catalog, portfolio: str) -> list[tuple[str, str]]:
    answer = catalog.api.list_principals_for_portfolio(PortfolioId=portfolio)
    return [(each["PrincipalARN"], each["PrincipalType"]) for each in answer["Principals"]]


def test_principals_are_those_that_were_associated(catalog: Catalog) -> None:
    portfolio, iam = catalog.portfolio(), catalog.client("iam")
    arns = [
        catalog.role("team", "/people/"),
        iam.create_user(UserName="ada")["User"]["Arn"],
        iam.create_group(GroupName="teams")["Group"]["Arn"],
    ]
    for arn in arns:
        associate(catalog, portfolio, arn, "IAM")
    associate(catalog, portfolio, SSO)
    # Once more changes nothing.
    associate(catalog, portfolio, SSO)

    assert principals(catalog, portfolio) == [
        *((arn, "IAM") for arn in arns),
        (SSO, "IAM_PATTERN"),
    ]


def test_principals_are_listed_in_pages(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    for number in range(5):
        associate(catalog, portfolio, f"arn:aws:iam:::role/team-{number}")

    found = pages(
        lambda **page: catalog.api.list_principals_for_portfolio(PortfolioId=portfolio, **page),
        "Principals",
    )
    assert [each["PrincipalARN"][-1] for each in found] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam:::role/team",
        "arn:aws:iam:::role/path/team_*",
        "arn:aws:iam:::role/*/team_?",
        "arn:aws:iam:::role/*",
        "arn:aws:iam:::user/ada",
        "arn:aws-cn:iam:::group/team*",
    ],
)
def test_patterns_that_may_be(catalog: Catalog, arn: str) -> None:
    portfolio = catalog.portfolio()

    associate(catalog, portfolio, arn)

    assert principals(catalog, portfolio) == [(arn, "IAM_PATTERN")]


@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("IAM_PATTERN", "arn:aws:iam:::*/team"),
        ("IAM_PATTERN", "arn:aws:iam:::rol?/team"),
        ("IAM_PATTERN", f"arn:aws:iam::{HUB}:role/team"),
        ("IAM_PATTERN", "arn:aws:iam::*:role/team"),
        ("IAM_PATTERN", "arn:aws:sts:::assumed-role/team"),
        ("IAM_PATTERN", "arn:aws:iam:::role/"),
        ("IAM_PATTERN", "team"),
        ("IAM", "arn:aws:iam:::role/team"),
        ("IAM", f"arn:aws:iam::{HUB}:role/te*m"),
        ("IAM", f"arn:aws:iam::{HUB}:root"),
        ("IAM", f"arn:aws:sts::{HUB}:assumed-role/team/session"),
        ("IAM", "team"),
    ],
)
def test_arns_that_are_no_principals(catalog: Catalog, kind: str, arn: str) -> None:
    portfolio = catalog.portfolio()
    catalog.role("team")

    with refused("InvalidParametersException", f"no PrincipalARN of type {kind}"):
        associate(catalog, portfolio, arn, kind)
    assert principals(catalog, portfolio) == []


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{HUB}:role/none",
        f"arn:aws:iam::{HUB}:role/team",
        f"arn:aws:iam::{HUB}:user/people/team",
        f"arn:aws:iam::{SPOKE}:role/people/team",
    ],
)
def test_a_principal_of_iam_must_be_there(catalog: Catalog, arn: str) -> None:
    portfolio = catalog.portfolio()
    catalog.role("team", "/people/")

    with refused("InvalidParametersException", "does not exist"):
        associate(catalog, portfolio, arn, "IAM")


def test_a_portfolio_has_at_most_ten_patterns(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    for number in range(10):
        associate(catalog, portfolio, f"arn:aws:iam:::role/{number}")

    with refused("LimitExceededException", "10 principals of type IAM_PATTERN"):
        associate(catalog, portfolio, "arn:aws:iam:::role/more")
    associate(catalog, portfolio, "arn:aws:iam:::role/0")
    associate(catalog, portfolio, catalog.role(), "IAM")


def test_a_portfolio_has_at_most_so_many_principals(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quotas.PRINCIPALS_PER_PORTFOLIO == 100
    # The sandbox is in this process, and 100 roles would take a second.
    monkeypatch.setattr(quotas, "PRINCIPALS_PER_PORTFOLIO", 2)
    portfolio = catalog.portfolio()
    for number in range(2):
        associate(catalog, portfolio, catalog.role(f"role-{number}"), "IAM")

    with refused("LimitExceededException", "2 principals"):
        associate(catalog, portfolio, "arn:aws:iam:::role/more")


def test_a_principal_is_taken_away_by_its_arn_and_type(catalog: Catalog) -> None:
    portfolio, role = catalog.portfolio(), catalog.role()
    associate(catalog, portfolio, role, "IAM")
    associate(catalog, portfolio, SSO)

    def disassociate(**members: Any) -> None:
        catalog.api.disassociate_principal_from_portfolio(PortfolioId=portfolio, **members)

    for wrong in (
        {"PrincipalARN": SSO},
        {"PrincipalARN": role, "PrincipalType": "IAM_PATTERN"},
        {"PrincipalARN": "arn:aws:iam:::role/none", "PrincipalType": "IAM_PATTERN"},
    ):
        with refused("ResourceNotFoundException", "is not associated with portfolio"):
            disassociate(**wrong)
    disassociate(PrincipalARN=role)
    assert principals(catalog, portfolio) == [(SSO, "IAM_PATTERN")]
    disassociate(PrincipalARN=SSO, PrincipalType="IAM_PATTERN")
    assert principals(catalog, portfolio) == []


def test_who_imports_a_portfolio_says_who_launches_there(catalog: Catalog, spoke: Catalog) -> None:
    portfolio = catalog.portfolio()
    associate(catalog, portfolio, SSO)
    role = spoke.role("theirs")
    with refused("ResourceNotFoundException", portfolio):
        associate(spoke, portfolio, role, "IAM")

    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    associate(spoke, portfolio, role, "IAM")

    assert principals(spoke, portfolio) == [(role, "IAM")]
    assert principals(catalog, portfolio) == [(SSO, "IAM_PATTERN")]


def test_patterns_are_shared_by_name_with_an_organization(catalog: Catalog) -> None:
    portfolio, unit = catalog.portfolio(), catalog.organize()
    member = catalog.of(catalog.member(unit))
    associate(catalog, portfolio, SSO)
    associate(catalog, portfolio, catalog.role(), "IAM")
    catalog.api.enable_aws_organizations_access()

    for shared, expected in ((False, []), (True, [(SSO, "IAM_PATTERN")])):
        share = {
            "PortfolioId": portfolio,
            "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": unit},
        }
        token = catalog.api.create_portfolio_share(**share, SharePrincipals=shared)
        assert principals(member, portfolio) == expected
        for _ in range(2):
            catalog.api.describe_portfolio_share_status(**token_of(token))
        catalog.api.delete_portfolio_share(**share)


def token_of(answer: dict[str, Any]) -> dict[str, Any]:
    return {"PortfolioShareToken": answer["PortfolioShareToken"]}
