"""Shares as the account sees them that they are offered to.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.errors import ResourceNotFoundException
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.share import ACCOUNT
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from compiler.sandbox.service_catalog.portfolio import Portfolio
    from compiler.sandbox.service_catalog.share import Share

IMPORTED = "IMPORTED"
"""The PortfolioShareType of what accounts share, which is meant if none is given."""

ORGANIZATIONS = "AWS_ORGANIZATIONS"
"""That of what an organization shares. The third, AWS_SERVICECATALOG, has no portfolios."""


class AcceptedShares(Store):
    """The operations of those who are shared with."""

    def accept_portfolio_share(
        self, accept_language: str | None, portfolio_id: str, portfolio_share_type: str | None
    ) -> None:
        for _, share in self._offered(portfolio_id, portfolio_share_type):
            share.accepted = True

    def reject_portfolio_share(
        self, accept_language: str | None, portfolio_id: str, portfolio_share_type: str | None
    ) -> None:
        for portfolio, share in self._offered(portfolio_id, portfolio_share_type):
            share.accepted = False
            self.of(portfolio.account_id).forget_unshared(portfolio)

    def list_accepted_portfolio_shares(
        self,
        accept_language: str | None,
        page_token: str | None,
        page_size: int | None,
        portfolio_share_type: str | None,
    ) -> dict[str, Any]:
        kind = portfolio_share_type or IMPORTED
        found = {
            portfolio.id: portfolio.detail()
            for portfolio, share in self.imported_portfolios()
            if _type(share) == kind
        }
        listed = f"accepted {kind}"
        shown, token = page(list(found.values()), page_token, page_size, of=listed)
        return {"PortfolioDetails": shown, "NextPageToken": token}

    def _offered(self, portfolio_id: str, share_type: str | None) -> list[tuple[Portfolio, Share]]:
        """A portfolio, with each share of a type by which it is offered to this account.

        :raises ResourceNotFoundException: if it is not, as always for AWS_SERVICECATALOG.
        """
        found = [
            (portfolio, share)
            for portfolio, share in self.shared_portfolios()
            if portfolio.id == portfolio_id and _type(share) == (share_type or IMPORTED)
        ]
        if not found:
            raise ResourceNotFoundException(f"Portfolio not found: {portfolio_id}")
        return found


def _type(share: Share) -> str:
    return IMPORTED if share.type == ACCOUNT else ORGANIZATIONS
