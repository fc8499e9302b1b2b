"""Who may launch from a portfolio.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from compiler.sandbox.service_catalog import quotas
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    LimitExceededException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.portfolio import Principal
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from compiler.sandbox.service_catalog.portfolio import Portfolio

PATTERN = "IAM_PATTERN"

_FORMS = {
    "IAM": re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:user|group|role)/[\w+=,.@/-]+", re.ASCII),
    # Wildcards stand in the path and the name alone.
    PATTERN: re.compile(r"arn:aws[a-z-]*:iam:::(?:user|group|role)/[\w+=,.@/*?-]+", re.ASCII),
}


class Principals(Store):
    """The operations on principals: on this account's portfolios, and on those it imported."""

    def associate_principal_with_portfolio(
        self,
        accept_language: str | None,
        portfolio_id: str,
        principal_arn: str,
        principal_type: str,
    ) -> None:
        portfolio = self.seen_portfolio(portfolio_id)
        principal = Principal(principal_arn, principal_type)
        known = self.principals.setdefault(portfolio.id, {})
        if principal in known:
            return
        self._verify(principal)
        patterns = sum(each.type == PATTERN for each in known)
        if principal_type == PATTERN and patterns >= quotas.PATTERNS_PER_PORTFOLIO:
            raise LimitExceededException(
                f"At most {quotas.PATTERNS_PER_PORTFOLIO} principals of type {PATTERN}."
            )
        if len(known) >= quotas.PRINCIPALS_PER_PORTFOLIO:
            raise LimitExceededException(
                f"At most {quotas.PRINCIPALS_PER_PORTFOLIO} principals of a portfolio."
            )
        known[principal] = None

    def disassociate_principal_from_portfolio(
        self,
        accept_language: str | None,
        portfolio_id: str,
        principal_arn: str,
        principal_type: str | None,
    ) -> None:
        portfolio = self.seen_portfolio(portfolio_id)
        principal = Principal(principal_arn, principal_type or "IAM")
        if principal not in self.principals.get(portfolio.id, {}):
            raise ResourceNotFoundException(
                f"Principal {principal_arn} of type {principal.type} is not associated "
                f"with portfolio {portfolio_id}."
            )
        del self.principals[portfolio.id][principal]

    def list_principals_for_portfolio(
        self,
        accept_language: str | None,
        portfolio_id: str,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        portfolio = self.seen_portfolio(portfolio_id)
        listed = f"principals of {portfolio_id}"
        shown, token = page(self.admitted(portfolio), page_token, page_size, of=listed)
        return {"Principals": [each.detail() for each in shown], "NextPageToken": token}

    def admitted(self, portfolio: Portfolio) -> list[Principal]:
        """Whom a portfolio lets launch here: what this account says, and the patterns shared to it.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
        """
        found = dict(self.principals.get(portfolio.id, {}))
        for imported, share in self.imported_portfolios():
            if imported.id == portfolio.id and share.share_principals:
                named = self.of(portfolio.account_id).principals.get(portfolio.id, {})
                found |= {each: None for each in named if each.type == PATTERN}
        return list(found)

    def _verify(self, principal: Principal) -> None:
        """Refuse an ARN of another form, and a principal that this account does not have."""
        if not _FORMS[principal.type].fullmatch(principal.arn):
            raise InvalidParametersException(
                f"{principal.arn} is no PrincipalARN of type {principal.type}."
            )
        if principal.type == PATTERN:
            return
        iam = iam_backends[self.account_id][self.partition]
        known = {
            *(role.arn for role in iam.get_roles()),
            *(user.arn for user in iam.users.values()),
            *(group.arn for group in iam.groups.values()),
        }
        if principal.arn not in known:
            raise InvalidParametersException(f"Principal {principal.arn} does not exist.")
