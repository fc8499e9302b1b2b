"""Shares of portfolios, and the portfolios that an account has of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.moto_api._internal.managed_state_model import ManagedState

from compiler.sandbox.service_catalog import transition

ACCOUNT = "ACCOUNT"
"""The type of a share with one account; the others are ORGANIZATION and ORGANIZATIONAL_UNIT."""

ORGANIZATION_MEMBER_ACCOUNT = "ORGANIZATION_MEMBER_ACCOUNT"
"""The type of a share with one account of the organization, made by OrganizationNode."""


@dataclass(eq=False)
class Share:
    """A share as the portfolio's account keeps it."""

    type: str
    principal_id: str
    """An account, or the id of an organization or of an organizational unit."""

    accepted: bool
    share_tag_options: bool
    share_principals: bool

    def detail(self) -> dict[str, Any]:
        """PortfolioShareDetail."""
        return {
            "PrincipalId": self.principal_id,
            "Type": self.type,
            "Accepted": self.accepted,
            "ShareTagOptions": self.share_tag_options,
            "SharePrincipals": self.share_principals,
        }


class ShareOperation(ManagedState):
    """What a PortfolioShareToken stands for: sharing with an organization takes its time."""

    def __init__(
        self, *, token: str, portfolio_id: str, node_value: str, accounts: list[str]
    ) -> None:
        super().__init__(transition.SHARE, transition.SHARING)
        self.token = token
        self.portfolio_id = portfolio_id
        self.node_value = node_value
        self.accounts = accounts
        """The accounts that it reaches."""
