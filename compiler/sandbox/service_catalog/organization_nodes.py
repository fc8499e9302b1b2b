"""Sharing with the organization: who may, and with which part of it.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_EnableAWSOrganizationsAccess.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from compiler.sandbox.service_catalog import organization
from compiler.sandbox.service_catalog.errors import (
    InvalidStateException,
    OperationNotSupportedException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.share import ACCOUNT, ORGANIZATION_MEMBER_ACCOUNT
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from moto.organizations.models import OrganizationsBackend

SHARE_TYPES = {
    "ACCOUNT": ORGANIZATION_MEMBER_ACCOUNT,
    "ORGANIZATION": "ORGANIZATION",
    "ORGANIZATIONAL_UNIT": "ORGANIZATIONAL_UNIT",
}
"""For each type of OrganizationNode, what DescribePortfolioShares calls its share."""


class OrganizationNodes(Store):
    """The operations on the organization's access, and what shares know of it."""

    def enable_aws_organizations_access(self) -> None:
        organized = self._managed()
        if not organization.has_access(organized):
            organized.services.append(
                {"ServicePrincipal": organization.SERVICE, "DateEnabled": utcnow().timestamp()}
            )

    def disable_aws_organizations_access(self) -> None:
        organized = self._managed()
        if any(organization.SERVICE in admin.services for admin in organized.admins):
            raise InvalidStateException("There are active delegated administrators.")
        organized.services = [
            each for each in organized.services if each["ServicePrincipal"] != organization.SERVICE
        ]

    def get_aws_organizations_access_status(self) -> dict[str, Any]:
        enabled = organization.has_access(self.administered())
        return {"AccessStatus": "ENABLED" if enabled else "DISABLED"}

    def list_organization_portfolio_access(
        self,
        accept_language: str | None,
        portfolio_id: str,
        organization_node_type: str,
        page_token: str | None,
        page_size: int | None,
    ) -> dict[str, Any]:
        self.administered()
        portfolio = self.portfolio(portfolio_id)
        kind = SHARE_TYPES[organization_node_type]
        found = [
            {"Type": organization_node_type, "Value": share.principal_id}
            for share in portfolio.shares.values()
            if share.type == kind
        ]
        listed = f"nodes of {portfolio_id} {organization_node_type}"
        shown, token = page(found, page_token, page_size, of=listed)
        return {"OrganizationNodes": shown, "NextPageToken": token}

    def administered(self) -> OrganizationsBackend:
        """The organization that this account may share with.

        :raises OperationNotSupportedException: if it is in none, or another account's to manage.
        """
        found = organization.of(self.account_id, self.partition)
        if found is None or not organization.is_administrator(self.account_id, found):
            raise OperationNotSupportedException(
                "This operation can only be called by the management account of the organization "
                "or by a delegated administrator."
            )
        return found

    def node(self, node: Mapping[str, str]) -> tuple[str, str]:
        """The type of a share with an OrganizationNode, and the id of its principal.

        :raises OperationNotSupportedException: as :meth:`administered`.
        :raises InvalidStateException: if Service Catalog has no access to the organization.
        :raises ResourceNotFoundException: if the organization has no such node.
        """
        organized = self.administered()
        if not organization.has_access(organized):
            raise InvalidStateException("AWS Organizations access is not enabled.")
        kind, value = node.get("Type", ""), node.get("Value", "").rpartition("/")[2]
        known: dict[str, Sequence[str]] = {
            "ACCOUNT": [account.id for account in organized.accounts],
            "ORGANIZATION": [organized.org.id] if organized.org else [],
            "ORGANIZATIONAL_UNIT": [unit.id for unit in organized.ou if unit.type != "ROOT"],
        }
        if value not in known.get(kind, ()):
            raise ResourceNotFoundException(f"Organization node {kind} {value} not found.")
        return SHARE_TYPES[kind], value

    def accounts_of(self, kind: str, principal_id: str) -> list[str]:
        """The accounts that a share reaches, without this one."""
        if kind in {ACCOUNT, ORGANIZATION_MEMBER_ACCOUNT}:
            return [principal_id]
        organized = organization.of(self.account_id, self.partition)
        found = organization.accounts_in(principal_id, organized) if organized else []
        return [account for account in found if account != self.account_id]

    def _managed(self) -> OrganizationsBackend:
        found = organization.of(self.account_id, self.partition)
        if found is None or not organization.is_manager(self.account_id, found):
            raise OperationNotSupportedException(
                "This operation can only be called by the management account of the organization."
            )
        return found
