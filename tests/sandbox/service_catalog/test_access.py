"""Who sees which products, and by which paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.callers import Caller
from compiler.sandbox.service_catalog.access import is_admitted
from compiler.sandbox.service_catalog.portfolio import Principal
from tests.sandbox.service_catalog.catalog import HUB, Catalog, pages
from tests.sandbox.service_catalog.team import Team, admit, client_of, person

if TYPE_CHECKING:
    from collections.abc import Callable

STUDIO = (
    "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/"
    "AWSReservedSSO_DataScience_0123456789abcdef"
)
IDENTITY_CENTER = "arn:aws:iam:::role/aws-reserved/sso.amazonaws.com*/"


@pytest.mark.parametrize(
    ("pattern", "admitted"),
    [
        (f"{IDENTITY_CENTER}AWSReservedSSO_DataScience_????????????????", True),
        (f"{IDENTITY_CENTER}AWSReservedSSO_DataScience_???????????????", False),
        (f"{IDENTITY_CENTER}AWSReservedSSO_DataScience_?????????????????????", True),
        (f"{IDENTITY_CENTER}AWSReservedSSO_DataScience_*", True),
        (f"{IDENTITY_CENTER}AWSReservedSSO_Data_????????????????", False),
        ("arn:aws:iam:::role/*", True),
        ("arn:aws:iam:::role/AWSReservedSSO*", False),
        ("arn:aws:iam:::user/*", False),
        ("arn:aws-cn:iam:::role/*", False),
        ("arn:aws:iam:::role/aws.reserved*", False),
    ],
)
def test_a_pattern_stands_for_roles_of_any_account(pattern: str, admitted: bool) -> None:
    caller = Caller(arn=STUDIO, session_arn="")

    assert is_admitted(caller, [Principal(pattern, "IAM_PATTERN")]) is admitted


def test_a_name_is_no_pattern_and_a_group_admits_its_users() -> None:
    group = "arn:aws:iam::123456789012:group/science"
    caller = Caller(arn="arn:aws:iam::123456789012:user/ada", session_arn="", groups=(group,))

    assert is_admitted(caller, [Principal(group, "IAM")])
    assert not is_admitted(caller, [Principal("arn:aws:iam::123456789012:user/*", "IAM")])
    assert not is_admitted(caller, [])


def found(api: Any) -> set[str]:
    return {each["ProductId"] for each in api.search_products()["ProductViewSummaries"]}


def as_role(catalog: Catalog) -> Any:
    return Team(catalog, f"arn:aws:iam::{HUB}:role/team").api


def as_user(catalog: Catalog) -> Any:
    catalog.client("iam").create_user(UserName="ada")
    return by_keys(catalog, "ada")


def by_keys(catalog: Catalog, user: str) -> Any:
    return client_of(catalog, catalog.client("iam").create_access_key(UserName=user)["AccessKey"])


@pytest.mark.parametrize(
    ("arn", "kind", "by", "sees"),
    [
        (f"arn:aws:iam::{HUB}:role/team", "IAM", as_role, True),
        (f"arn:aws:iam::{HUB}:role/other", "IAM", as_role, False),
        ("arn:aws:iam:::role/te?m", "IAM_PATTERN", as_role, True),
        (f"arn:aws:iam::{HUB}:user/ada", "IAM", as_user, True),
        (f"arn:aws:iam::{HUB}:role/team", "IAM", as_user, False),
    ],
)
def test_a_caller_sees_the_portfolios_that_admit_it(
    catalog: Catalog, *, arn: str, kind: str, by: Callable[[Catalog], Any], sees: bool
) -> None:
    product, portfolio = catalog.listed()
    person(catalog)
    person(catalog, "other")
    api = by(catalog)
    admit(catalog, portfolio, arn, kind)

    assert found(api) == ({product} if sees else set())
    if not sees:
        with pytest.raises(ClientError, match="No launch paths found for resource"):
            api.describe_product(Id=product)
        with pytest.raises(ClientError, match="No launch paths found for resource"):
            api.list_launch_paths(ProductId=product)


def test_an_administrator_sees_nothing_that_no_principal_admits(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()
    admit(catalog, portfolio, "arn:aws:iam:::role/*", "IAM_PATTERN")

    assert found(catalog.api) == set()
    assert catalog.api.describe_product_as_admin(Id=product)["ProductViewDetail"]


def test_a_group_admits_its_users(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()
    iam = catalog.client("iam")
    group = iam.create_group(GroupName="science")["Group"]["Arn"]
    iam.create_user(UserName="ada")
    admit(catalog, portfolio, group)
    api = by_keys(catalog, "ada")
    assert found(api) == set()

    iam.add_user_to_group(GroupName="science", UserName="ada")

    assert found(api) == {product}


def test_a_shared_portfolio_is_seen_when_it_is_accepted_and_admits(
    catalog: Catalog, spoke: Catalog
) -> None:
    product, portfolio = catalog.listed()
    team = Team(spoke, person(spoke))
    catalog.share(portfolio)
    assert found(team.api) == set()

    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    assert found(team.api) == set()
    # The principals of another account are not this one's.
    admit(catalog, portfolio, "arn:aws:iam:::role/team", "IAM_PATTERN")
    assert found(team.api) == set()

    admit(spoke, portfolio, team.role_arn)
    assert found(team.api) == {product}
    assert team.api.describe_product(Id=product)["LaunchPaths"][0]["Name"] == "Data Science"


@pytest.mark.parametrize("shared", [True, False])
def test_an_organization_shares_principals_by_pattern_if_it_says_so(
    catalog: Catalog, shared: bool
) -> None:
    product, portfolio = catalog.listed()
    organizations = catalog.client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    made = organizations.create_account(Email="a@example.com", AccountName="spoke")
    account = made["CreateAccountStatus"]["AccountId"]
    catalog.api.enable_aws_organizations_access()
    admit(catalog, portfolio, "arn:aws:iam:::role/team", "IAM_PATTERN")
    catalog.api.create_portfolio_share(
        PortfolioId=portfolio,
        OrganizationNode={"Type": "ORGANIZATION", "Value": organization},
        SharePrincipals=shared,
    )

    team = Team(*_member(catalog, account))

    assert found(team.api) == ({product} if shared else set())


def _member(catalog: Catalog, account: str) -> tuple[Catalog, str]:
    member = Catalog(catalog.endpoint, account)
    return member, person(member)


def team_of(catalog: Catalog, *portfolios: str) -> Team:
    team = Team(catalog, person(catalog))
    for portfolio in portfolios:
        admit(catalog, portfolio, team.role_arn)
    return team


def test_a_product_has_a_path_for_each_portfolio_that_admits(catalog: Catalog) -> None:
    product, first = catalog.listed()
    second, third = catalog.portfolio("Machine Learning"), catalog.portfolio("Others")
    for portfolio in (second, third):
        catalog.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    team = team_of(catalog, first, second)

    paths = team.api.list_launch_paths(ProductId=product)["LaunchPathSummaries"]

    assert [path["Name"] for path in paths] == ["Data Science", "Machine Learning"]
    assert len({path["Id"] for path in paths}) == 2
    described = team.api.describe_product(Id=product)
    assert described["ProductViewSummary"]["HasDefaultPath"] is False
    with pytest.raises(ClientError, match="More than one launch path ids exist"):
        team.api.describe_provisioning_parameters(
            ProductId=product, ProvisioningArtifactName="1.0.0"
        )
    for path in ({"PathId": paths[1]["Id"]}, {"PathName": "Machine Learning"}):
        assert team.api.describe_provisioning_parameters(
            ProductId=product, ProvisioningArtifactName="1.0.0", **path
        )["ProvisioningArtifactParameters"]


def test_products_and_paths_come_in_pages(catalog: Catalog) -> None:
    portfolios = [catalog.portfolio(f"Portfolio {n}") for n in range(3)]
    products = [catalog.product(f"Product {n}") for n in range(3)]
    for product in products:
        catalog.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolios[0])
    for portfolio in portfolios[1:]:
        catalog.api.associate_product_with_portfolio(ProductId=products[0], PortfolioId=portfolio)
    team = team_of(catalog, *portfolios)

    listed = pages(team.api.search_products, "ProductViewSummaries")
    paths = pages(
        lambda **page: team.api.list_launch_paths(ProductId=products[0], **page),
        "LaunchPathSummaries",
    )

    assert [each["ProductId"] for each in listed] == products
    assert len(paths) == 3
    with pytest.raises(ClientError, match="Invalid page token"):
        team.api.search_products(PageToken="garbage")
