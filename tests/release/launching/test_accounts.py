"""The accounts that portfolios are shared to, in an organization of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.release.launching.accounts import role_arn, shared_accounts
from compiler.release.launching.clone import read_clone
from compiler.sandbox.faults import Fault, FaultKind, Faults
from tests.release.launching.shop import template, write_output

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.release.launching.accounts import Shared
    from tests.release.conftest import Site


class Organization:
    """A unit with an account, a unit below it with another one, and an account beside them."""

    def __init__(self, site: Site) -> None:
        self.call = site.aws().call
        self.id = self.call("organizations", "CreateOrganization", FeatureSet="ALL")[
            "Organization"
        ]["Id"]
        (root,) = self.call("organizations", "ListRoots")["Roots"]
        self.root = root["Id"]
        self.unit, self.below = self._unit("teams", self.root), ""
        self.below = self._unit("fraud", self.unit)
        self.accounts = [self._account(each) for each in (self.unit, self.below, None)]

    def _unit(self, name: str, parent: str) -> str:
        made = self.call("organizations", "CreateOrganizationalUnit", ParentId=parent, Name=name)
        found: str = made["OrganizationalUnit"]["Id"]
        return found

    def _account(self, unit: str | None) -> str:
        made = self.call(
            "organizations", "CreateAccount", AccountName=f"in {unit}", Email=f"{unit}@example.com"
        )
        account: str = made["CreateAccountStatus"]["AccountId"]
        if unit:
            self.call(
                "organizations", "MoveAccount",
                AccountId=account, SourceParentId=self.root, DestinationParentId=unit,
            )  # fmt: skip
        return account


def shares(*targets: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"type": kind, "target": target, "principals": False, "tag_options": False}
        for kind, target in targets
    ]


def shared(site: Site, folder: Path, *targets: tuple[str, str]) -> Shared:
    write_output(folder, {"1.0.0": template("1.0.0")}, shares=shares(*targets))
    return shared_accounts(site.aws(), read_clone(str(folder)))


def test_a_unit_is_its_accounts_and_those_of_the_units_below(empty: Site, tmp_path: Path) -> None:
    held = Organization(empty)
    found = shared(empty, tmp_path, ("ORGANIZATIONAL_UNIT", held.unit), ("ACCOUNT", "2" * 12))
    assert found.accounts == tuple(sorted([*held.accounts[:2], "2" * 12]))
    assert found.unseen == ()


def test_an_organization_is_all_its_accounts_but_the_one_that_asks(
    empty: Site, tmp_path: Path
) -> None:
    held = Organization(empty)
    found = shared(empty, tmp_path, ("ORGANIZATION", held.id))
    assert found.accounts == tuple(sorted(held.accounts))


def test_shares_that_only_service_catalog_knows(empty: Site, tmp_path: Path) -> None:
    call = empty.aws().call
    for name, catalog in (("ours", "machine-learning/data-science"), ("other", "finance/a")):
        made = call(
            "servicecatalog",
            "CreatePortfolio",
            DisplayName=name,
            ProviderName="Platform",
            Tags=[{"Key": "personac:portfolio", "Value": catalog}],
            IdempotencyToken=name,
        )
        call(
            "servicecatalog", "CreatePortfolioShare",
            PortfolioId=made["PortfolioDetail"]["Id"], AccountId={"ours": "3", "other": "4"}[name] * 12,
        )  # fmt: skip
    assert shared(empty, tmp_path).accounts == ("3" * 12,)


@pytest.mark.parametrize(
    ("operation", "target", "reason"),
    [
        ("ListPortfolios", "shares", "they may not be listed: the permission"),
        (
            "ListAccountsForParent",
            "ou-abcd-abcdefgh",
            "the accounts of the organizational unit may not be listed: the permission",
        ),
    ],
)
def test_what_may_not_be_listed_is_told(
    empty: Site, tmp_path: Path, operation: str, target: str, reason: str
) -> None:
    empty.sandbox.faults = Faults(Fault(kind=FaultKind.ACCESS_DENIED, operation=operation))
    found = shared(empty, tmp_path, ("ORGANIZATIONAL_UNIT", "ou-abcd-abcdefgh"))
    told = {each.target: each.reason for each in found.unseen}
    assert told[target].startswith(reason)


def test_a_role_may_stand_on_a_path(empty: Site) -> None:
    assert role_arn(empty.aws(), "2" * 12, "/audit/reader") == (
        "arn:aws:iam::222222222222:role/audit/reader"
    )
