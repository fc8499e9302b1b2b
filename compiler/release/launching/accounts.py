"""The accounts that a catalog's portfolios are shared to, and how to see into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.hub import PORTFOLIO_TAG
from compiler.release.aws import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.release.aws import Aws
    from compiler.release.launching.clone import Clone

"""The tag of a portfolio of ours; its value is `<catalog>/<portfolio>`."""

_MEMBERS = {"ORGANIZATION": "the organization", "ORGANIZATIONAL_UNIT": "the organizational unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What could not be looked into."""

    target: str
    """An account, an organizational unit, or an organization."""

    region: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Where launches may stand beside the account that asks."""

    accounts: tuple[str, ...]
    unseen: tuple[Unseen, ...]


def shared_accounts(aws: Aws, clone: Clone) -> Shared:
    """The accounts that portfolios are shared to, by the clone and by Service Catalog.

    Args:
        aws: the account that publishes, or another one.
        clone: whose portfolios say whom they are shared to.

    Raises:
        AwsError: where AWS cannot be reached.
    """
    targets = _declared(clone)
    unseen: list[Unseen] = []
    try:
        targets |= set(_observed(aws, clone))
    except AwsError as error:
        if not error.code:
            raise
        unseen.append(
            Unseen(target="shares", region=aws.region, reason=f"they may not be listed: {error}")
        )
    accounts = {target for kind, target in targets if kind == "ACCOUNT"}
    for kind, target in sorted(targets):
        if kind == "ACCOUNT":
            continue
        reason = ""
        try:
            members = set(_members(aws, kind, target))
        except AwsError as error:
            if not error.code:
                raise
            members, reason = set(), str(error)
        if kind == "ORGANIZATION" and not members:
            # There is always the management account: whoever sees none sees nothing.
            reason = reason or "AWS Organizations tells of none"
        if reason:
            told = f"the accounts of {_MEMBERS[kind]} may not be listed: {reason}"
            unseen.append(Unseen(target=target, region=None, reason=told))
        accounts |= members
    return Shared(accounts=tuple(sorted(accounts - {aws.account})), unseen=tuple(unseen))


def role_arn(aws: Aws, account: str, name: str) -> str:
    """The ARN of a role that each account has.

    Args:
        aws: whose partition it is.
        account: twelve digits.
        name: with its path, where it has one.
    """
    return f"arn:{aws.partition}:iam::{account}:role/{name.lstrip('/')}"


def _declared(clone: Clone) -> set[tuple[str, str]]:
    portfolios = {} if clone.desired is None else clone.desired.portfolios
    return {target for each in portfolios.values() for target in each.shares}


def _observed(aws: Aws, clone: Clone) -> Iterator[tuple[str, str]]:
    """The shares that Service Catalog has of portfolios of ours."""
    prefix = f"{clone.desired.catalog}/" if clone.desired else ""
    for each in aws.pages("ListPortfolios", "PortfolioDetails", PageSize=20):
        tags = aws.call("servicecatalog", "DescribePortfolio", Id=each["Id"]).get("Tags", ())
        own = {tag["Key"]: tag["Value"] for tag in tags}.get(PORTFOLIO_TAG)
        if own is None or not own.startswith(prefix):
            continue
        for kind in ("ACCOUNT", *_MEMBERS):
            listed = aws.pages(
                "DescribePortfolioShares",
                "PortfolioShareDetails",
                PortfolioId=each["Id"],
                Type=kind,
            )
            for share in listed:
                # An organization or a unit is named by its ARN, or by its id.
                yield kind, share["PrincipalId"].rpartition("/")[2]


def _members(aws: Aws, kind: str, target: str) -> Iterator[str]:
    """The active accounts of an organization, or of an organizational unit and those below it.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
    """
    if kind == "ORGANIZATION":
        yield from _active(aws.pages("ListAccounts", "Accounts", "organizations"))
        return
    waiting = [target]
    while waiting:
        parent = waiting.pop()
        yield from _active(
            aws.pages("ListAccountsForParent", "Accounts", "organizations", ParentId=parent)
        )
        below = aws.pages(
            "ListOrganizationalUnitsForParent",
            "OrganizationalUnits",
            "organizations",
            ParentId=parent,
        )
        waiting += [each["Id"] for each in below]


def _active(accounts: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (each["Id"] for each in accounts if each.get("Status", "ACTIVE") == "ACTIVE")
