"""Shares as the account sees them that has the portfolio.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog import identifiers, quotas
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    InvalidStateException,
    LimitExceededException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.organization_nodes import OrganizationNodes
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.share import ACCOUNT, Share, ShareOperation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.service_catalog.portfolio import Portfolio


class PortfolioShares(OrganizationNodes):
    """The operations of who shares."""

    def create_portfolio_share(
        self,
        accept_language: str | None,
        portfolio_id: str,
        account_id: str | None,
        organization_node: Mapping[str, str] | None,
        share_tag_options: bool | None,
        share_principals: bool | None,
    ) -> dict[str, Any] | None:
        portfolio = self.portfolio(portfolio_id)
        kind, principal_id = self._target(account_id, organization_node)
        self._verify_shareable(portfolio)
        _verify_share_principals(kind, share_principals)
        accounts = self.accounts_of(kind, principal_id)
        if (kind, principal_id) not in portfolio.shares:
            self._verify_quota(portfolio, accounts)
            portfolio.shares[kind, principal_id] = Share(
                type=kind,
                principal_id=principal_id,
                # What an organization shares is imported without being accepted.
                accepted=kind != ACCOUNT,
                share_tag_options=bool(share_tag_options),
                share_principals=bool(share_principals),
            )
        if kind == ACCOUNT:
            return None
        return {"PortfolioShareToken": self._begin(portfolio, principal_id, accounts).token}

    def update_portfolio_share(
        self,
        accept_language: str | None,
        portfolio_id: str,
        account_id: str | None,
        organization_node: Mapping[str, str] | None,
        share_tag_options: bool | None,
        share_principals: bool | None,
    ) -> dict[str, Any]:
        portfolio = self.portfolio(portfolio_id)
        kind, principal_id = self._target(account_id, organization_node)
        share = _share(portfolio, kind, principal_id)
        _verify_share_principals(kind, share_principals)
        self._verify_settled(portfolio, principal_id)
        if share_tag_options is not None:
            share.share_tag_options = share_tag_options
        if share_principals is not None:
            share.share_principals = share_principals
        if kind == ACCOUNT:
            return {"Status": "COMPLETED"}
        accounts = self.accounts_of(kind, principal_id)
        operation = self._begin(portfolio, principal_id, accounts)
        return {"PortfolioShareToken": operation.token, "Status": operation.status}

    def delete_portfolio_share(
        self,
        accept_language: str | None,
        portfolio_id: str,
        account_id: str | None,
        organization_node: Mapping[str, str] | None,
    ) -> dict[str, Any] | None:
        portfolio = self.portfolio(portfolio_id)
        kind, principal_id = self._target(account_id, organization_node)
        share = _share(portfolio, kind, principal_id)
        self._verify_settled(portfolio, principal_id)
        accounts = self.accounts_of(kind, principal_id)
        del portfolio.shares[share.type, share.principal_id]
        self.forget_unshared(portfolio)
        if kind == ACCOUNT:
            return None
        return {"PortfolioShareToken": self._begin(portfolio, principal_id, accounts).token}

    def describe_portfolio_share_status(self, portfolio_share_token: str) -> dict[str, Any]:
        self.administered()
        operation = self.share_operations.get(portfolio_share_token)
        if operation is None:
            raise ResourceNotFoundException(
                f"Portfolio share token {portfolio_share_token} not found."
            )
        operation.advance()
        status = operation.status
        done = operation.accounts if status == "COMPLETED" else []
        return {
            "PortfolioShareToken": operation.token,
            "PortfolioId": operation.portfolio_id,
            "OrganizationNodeValue": operation.node_value,
            "Status": status,
            "ShareDetails": {"SuccessfulShares": done, "ShareErrors": []},
        }

    def describe_portfolio_shares(
        self,
        portfolio_id: str,
        type: str,
        page_token: str | None,
        page_size: int | None,
    ) -> dict[str, Any]:
        portfolio = self.portfolio(portfolio_id)
        found = [share for share in portfolio.shares.values() if share.type == type]
        shown, token = page(found, page_token, page_size, of=f"shares of {portfolio_id} {type}")
        return {"PortfolioShareDetails": [each.detail() for each in shown], "NextPageToken": token}

    def list_portfolio_access(
        self,
        accept_language: str | None,
        portfolio_id: str,
        organization_parent_id: str | None,
        page_token: str | None,
        page_size: int | None,
    ) -> dict[str, Any]:
        portfolio = self.portfolio(portfolio_id)
        if organization_parent_id is None:
            found = [key for kind, key in portfolio.shares if kind == ACCOUNT]
        else:
            found = self._inheriting(portfolio, organization_parent_id)
        listed = f"access to {portfolio_id} {organization_parent_id}"
        shown, token = page(found, page_token, page_size, of=listed)
        return {"AccountIds": shown, "NextPageToken": token}

    def _target(self, account_id: str | None, node: Mapping[str, str] | None) -> tuple[str, str]:
        """With whom a portfolio is shared: the type of the share and the principal's id."""
        if (account_id is None) == (node is None):
            raise InvalidParametersException(
                "Either AccountId or OrganizationNode must be given, and not both."
            )
        if account_id == self.account_id:
            raise InvalidParametersException("A portfolio cannot be shared with its own account.")
        return self.node(node) if node is not None else (ACCOUNT, str(account_id))

    def _begin(self, portfolio: Portfolio, node_value: str, accounts: list[str]) -> ShareOperation:
        operation = ShareOperation(
            token=identifiers.new("share"),
            portfolio_id=portfolio.id,
            node_value=node_value,
            accounts=accounts,
        )
        self.share_operations[operation.token] = operation
        return operation

    def _verify_shareable(self, portfolio: Portfolio) -> None:
        """Refuse what is not this account's to share.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
        """
        foreign = [product for product in portfolio.products if product not in self.products]
        if foreign:
            raise InvalidParametersException(
                f"Portfolio {portfolio.id} has products that were shared: {', '.join(foreign)}."
            )

    def _verify_settled(self, portfolio: Portfolio, node_value: str) -> None:
        """Refuse to change a share that is still on its way.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdatePortfolioShare.html
        """
        for operation in reversed(self.share_operations.values()):
            if (operation.portfolio_id, operation.node_value) == (portfolio.id, node_value):
                operation.advance()
                if operation.status != "COMPLETED":
                    raise InvalidStateException(f"A share of {portfolio.id} is {operation.status}.")
                return

    def _verify_quota(self, portfolio: Portfolio, accounts: list[str]) -> None:
        reached = set(accounts)
        for share in portfolio.shares.values():
            reached.update(self.accounts_of(share.type, share.principal_id))
        if len(reached) > quotas.SHARED_ACCOUNTS_PER_PORTFOLIO:
            raise LimitExceededException(
                f"At most {quotas.SHARED_ACCOUNTS_PER_PORTFOLIO} accounts share a portfolio."
            )

    def _inheriting(self, portfolio: Portfolio, parent_id: str) -> list[str]:
        """The accounts in a node of the organization that have a portfolio by a node above them."""
        inside = self.accounts_of("ORGANIZATIONAL_UNIT", parent_id)
        reached: set[str] = set()
        for share in portfolio.shares.values():
            if share.type != ACCOUNT:
                reached.update(self.accounts_of(share.type, share.principal_id))
        return [account for account in inside if account in reached]


def _share(portfolio: Portfolio, kind: str, principal_id: str) -> Share:
    found = portfolio.shares.get((kind, principal_id))
    if found is None:
        raise ResourceNotFoundException(
            f"Portfolio {portfolio.id} is not shared with {kind} {principal_id}."
        )
    return found


def _verify_share_principals(kind: str, share_principals: bool | None) -> None:
    """Refuse to share principals with one account.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
    """
    if share_principals and kind not in {"ORGANIZATION", "ORGANIZATIONAL_UNIT"}:
        raise InvalidParametersException(
            "SharePrincipals is only supported for ORGANIZATION and ORGANIZATIONAL_UNIT."
        )
