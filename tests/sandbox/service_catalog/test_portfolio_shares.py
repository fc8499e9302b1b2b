"""Shares as the account sees them that has the portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.service_catalog import quotas
from tests.sandbox.service_catalog.catalog import HUB, SPOKE, pages
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog


def shares(catalog: Catalog, portfolio: str, kind: str = "ACCOUNT") -> list[Json]:
    answer = catalog.api.describe_portfolio_shares(PortfolioId=portfolio, Type=kind)
    found: list[Json] = answer["PortfolioShareDetails"]
    return found


def node(kind: str, value: str) -> Json:
    return {"OrganizationNode": {"Type": kind, "Value": value}}


def settle(catalog: Catalog, answer: Json) -> list[str]:
    """The statuses of a share until it is there."""
    seen: list[str] = []
    while not seen or seen[-1] != "COMPLETED":
        token = answer["PortfolioShareToken"]
        found = catalog.api.describe_portfolio_share_status(PortfolioShareToken=token)
        seen.append(found["Status"])
    return seen


@pytest.fixture
def unit(catalog: Catalog) -> str:
    """An organizational unit of an organization that the hub may share with."""
    made = catalog.organize()
    catalog.api.enable_aws_organizations_access()
    return made


def organization_id(catalog: Catalog) -> str:
    found: str = catalog.client("organizations").describe_organization()["Organization"]["Id"]
    return found


def test_a_share_with_an_account_waits_to_be_accepted(catalog: Catalog, spoke: Catalog) -> None:
    portfolio = catalog.portfolio()

    answer = catalog.api.create_portfolio_share(
        PortfolioId=portfolio, AccountId=SPOKE, ShareTagOptions=True
    )

    assert "PortfolioShareToken" not in answer
    share = {
        "PrincipalId": SPOKE,
        "Type": "ACCOUNT",
        "Accepted": False,
        "ShareTagOptions": True,
        "SharePrincipals": False,
    }
    assert shares(catalog, portfolio) == [share]
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    assert shares(catalog, portfolio) == [{**share, "Accepted": True}]
    found = catalog.api.list_portfolio_access(PortfolioId=portfolio)
    assert found["AccountIds"] == [SPOKE]


def test_to_share_again_changes_nothing(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    catalog.share(portfolio)

    catalog.api.create_portfolio_share(PortfolioId=portfolio, AccountId=SPOKE, ShareTagOptions=True)

    (share,) = shares(catalog, portfolio)
    assert share["ShareTagOptions"] is False


def test_update_changes_the_flags_that_it_names(catalog: Catalog, unit: str) -> None:
    portfolio = catalog.portfolio()
    share = {"PortfolioId": portfolio, **node("ORGANIZATIONAL_UNIT", unit)}
    settle(catalog, catalog.api.create_portfolio_share(**share))

    answer = catalog.api.update_portfolio_share(**share, SharePrincipals=True)
    assert answer["Status"] == "NOT_STARTED"
    settle(catalog, answer)
    settle(catalog, catalog.api.update_portfolio_share(**share, ShareTagOptions=True))

    (found,) = shares(catalog, portfolio, "ORGANIZATIONAL_UNIT")
    assert (found["ShareTagOptions"], found["SharePrincipals"]) == (True, True)


def test_update_of_a_share_with_an_account_is_done_at_once(catalog: Catalog) -> None:
    portfolio = catalog.portfolio()
    catalog.share(portfolio)

    answer = catalog.api.update_portfolio_share(
        PortfolioId=portfolio, AccountId=SPOKE, ShareTagOptions=True
    )

    assert answer["Status"] == "COMPLETED"
    assert "PortfolioShareToken" not in answer
    assert shares(catalog, portfolio)[0]["ShareTagOptions"] is True


@pytest.mark.parametrize("operation", ["create", "update"])
def test_principals_are_not_shared_with_one_account(
    catalog: Catalog, unit: str, operation: str
) -> None:
    portfolio, member = catalog.portfolio(), catalog.member(unit)
    call = getattr(catalog.api, f"{operation}_portfolio_share")
    targets: list[Json] = [{"AccountId": SPOKE}, node("ACCOUNT", member)]
    if operation == "update":
        for target in targets:
            catalog.api.create_portfolio_share(PortfolioId=portfolio, **target)

    for target in targets:
        with refused("InvalidParametersException", "only supported for ORGANIZATION"):
            call(PortfolioId=portfolio, **target, SharePrincipals=True)


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
@pytest.mark.parametrize(
    "target", [{}, {"AccountId": SPOKE, **node("ORGANIZATION", "o-abcdefghij")}]
)
def test_a_share_is_with_an_account_or_a_node(
    catalog: Catalog, operation: str, target: Json
) -> None:
    with refused("InvalidParametersException", "Either AccountId or OrganizationNode"):
        getattr(catalog.api, f"{operation}_portfolio_share")(
            PortfolioId=catalog.portfolio(), **target
        )


def test_a_portfolio_is_not_shared_with_its_own_account(catalog: Catalog) -> None:
    with refused("InvalidParametersException", "its own account"):
        catalog.share(catalog.portfolio(), HUB)


def test_what_was_shared_is_not_shared_on(catalog: Catalog, spoke: Catalog) -> None:
    product, portfolio = catalog.listed()
    catalog.share(portfolio)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    local = spoke.portfolio()
    spoke.api.associate_product_with_portfolio(
        ProductId=product, PortfolioId=local, SourcePortfolioId=portfolio
    )

    with refused("InvalidParametersException", f"products that were shared: {product}"):
        spoke.share(local, HUB)
    with refused("ResourceNotFoundException", portfolio):
        spoke.share(portfolio, "333333333333")


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_share_that_is_not_there(catalog: Catalog, unit: str, operation: str) -> None:
    call = getattr(catalog.api, f"{operation}_portfolio_share")
    for target in ({"AccountId": SPOKE}, node("ORGANIZATIONAL_UNIT", unit)):
        with refused("ResourceNotFoundException", "is not shared with"):
            call(PortfolioId=catalog.portfolio(), **target)


def test_shares_are_listed_in_pages_and_by_type(catalog: Catalog, unit: str) -> None:
    api, portfolio = catalog.api, catalog.portfolio()
    accounts = [f"{number}" * 12 for number in range(5)]
    for account in accounts:
        catalog.share(portfolio, account)
    member = catalog.member()
    for target in (
        node("ORGANIZATIONAL_UNIT", unit),
        node("ORGANIZATION", organization_id(catalog)),
        node("ACCOUNT", member),
    ):
        api.create_portfolio_share(PortfolioId=portfolio, **target)

    found = pages(
        lambda **page: api.describe_portfolio_shares(PortfolioId=portfolio, Type="ACCOUNT", **page),
        "PortfolioShareDetails",
    )
    assert [each["PrincipalId"] for each in found] == accounts
    found = pages(
        lambda **page: api.list_portfolio_access(PortfolioId=portfolio, **page), "AccountIds"
    )
    assert found == accounts
    for kind, principal in {
        "ORGANIZATIONAL_UNIT": unit,
        "ORGANIZATION": organization_id(catalog),
        "ORGANIZATION_MEMBER_ACCOUNT": member,
    }.items():
        (share,) = shares(catalog, portfolio, kind)
        assert (share["PrincipalId"], share["Accepted"]) == (principal, True)


def test_a_share_with_the_organization_takes_a_while(catalog: Catalog, unit: str) -> None:
    portfolio, member = catalog.portfolio(), catalog.member(unit)
    share = {"PortfolioId": portfolio, **node("ORGANIZATIONAL_UNIT", unit)}

    answer = catalog.api.create_portfolio_share(**share)
    with refused("InvalidStateException", "is IN_PROGRESS"):
        catalog.api.update_portfolio_share(**share, ShareTagOptions=True)
    assert settle(catalog, answer) == ["COMPLETED"]

    again = catalog.api.create_portfolio_share(**share)
    assert settle(catalog, again) == ["IN_PROGRESS", "COMPLETED"]
    found = catalog.api.describe_portfolio_share_status(
        PortfolioShareToken=again["PortfolioShareToken"]
    )
    assert found["PortfolioId"] == portfolio
    assert found["OrganizationNodeValue"] == unit
    assert found["ShareDetails"] == {"SuccessfulShares": [member], "ShareErrors": []}
    with refused("ResourceNotFoundException", "share-none"):
        catalog.api.describe_portfolio_share_status(PortfolioShareToken="share-none")


def test_nodes_are_named_by_their_arns_too(catalog: Catalog, unit: str) -> None:
    portfolio, organizations = catalog.portfolio(), catalog.client("organizations")
    arns = {
        "ORGANIZATION": organizations.describe_organization()["Organization"]["Arn"],
        "ORGANIZATIONAL_UNIT": organizations.describe_organizational_unit(
            OrganizationalUnitId=unit
        )["OrganizationalUnit"]["Arn"],
    }
    for kind, arn in arns.items():
        catalog.api.create_portfolio_share(PortfolioId=portfolio, **node(kind, arn))

    for kind, value in {
        "ORGANIZATION": organization_id(catalog),
        "ORGANIZATIONAL_UNIT": unit,
        "ACCOUNT": None,
    }.items():
        found = catalog.api.list_organization_portfolio_access(
            PortfolioId=portfolio, OrganizationNodeType=kind
        )
        expected = [{"Type": kind, "Value": value}] if value else []
        assert found["OrganizationNodes"] == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ORGANIZATION", "o-abcdefghij"),
        ("ORGANIZATIONAL_UNIT", "ou-abcd-abcdefgh"),
        ("ACCOUNT", SPOKE),
    ],
)
def test_a_node_must_be_of_the_organization(
    catalog: Catalog, unit: str, kind: str, value: str
) -> None:
    assert value != unit
    with refused("ResourceNotFoundException", f"{kind} {value}"):
        catalog.api.create_portfolio_share(PortfolioId=catalog.portfolio(), **node(kind, value))


def test_accounts_of_a_node_are_told_by_its_parent(catalog: Catalog, unit: str) -> None:
    portfolio, inside = catalog.portfolio(), catalog.member(unit)
    catalog.member()
    settle(
        catalog,
        catalog.api.create_portfolio_share(
            PortfolioId=portfolio, **node("ORGANIZATIONAL_UNIT", unit)
        ),
    )

    def accounts(parent: str) -> Any:
        return catalog.api.list_portfolio_access(
            PortfolioId=portfolio, OrganizationParentId=parent
        )["AccountIds"]

    assert accounts(unit) == [inside]
    assert accounts(organization_id(catalog)) == [inside]
    assert catalog.api.list_portfolio_access(PortfolioId=portfolio)["AccountIds"] == []


def test_at_most_so_many_accounts_share_a_portfolio(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quotas.SHARED_ACCOUNTS_PER_PORTFOLIO == 5_000
    # The sandbox is in this process, and 5,000 shares would take 10 s.
    monkeypatch.setattr(quotas, "SHARED_ACCOUNTS_PER_PORTFOLIO", 3)
    portfolio = catalog.portfolio()
    for number in range(3):
        catalog.share(portfolio, f"{number}" * 12)

    with refused("LimitExceededException", "3 accounts"):
        catalog.share(portfolio, "9" * 12)
    catalog.share(portfolio, "0" * 12)
