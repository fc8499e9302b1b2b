"""What Service Catalog knows of the organization: who is in it, and whether it may look.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.organizations.models import organizations_backends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.organizations.models import OrganizationsBackend

SERVICE = "servicecatalog.amazonaws.com"
"""The principal that trusted access and delegated administration are given to."""


def of(account_id: str, partition: str) -> OrganizationsBackend | None:
    """The organization that an account is in, as its management account keeps it."""
    backend = organizations_backends[account_id][partition]
    if backend.org:
        return backend
    manager = organizations_backends.master_accounts.get(account_id)
    return organizations_backends[manager[0]][manager[1]] if manager else None


def is_manager(account_id: str, organization: OrganizationsBackend) -> bool:
    """Whether an account is the management account of its organization."""
    return organization.account_id == account_id


def is_administrator(account_id: str, organization: OrganizationsBackend) -> bool:
    """Whether an account may share with the organization: it manages it, or does so by delegation.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
    """
    return is_manager(account_id, organization) or any(
        admin.account.id == account_id and SERVICE in admin.services
        for admin in organization.admins
    )


def has_access(organization: OrganizationsBackend) -> bool:
    """Whether Service Catalog has trusted access to the organization."""
    return any(service["ServicePrincipal"] == SERVICE for service in organization.services)


def nodes(account_id: str, organization: OrganizationsBackend) -> Iterator[str]:
    """The ids of what an account is in: its organizational units, then the organization."""
    parents = {account.id: account.parent_id for account in organization.accounts}
    parents |= {unit.id: str(unit.parent_id) for unit in organization.ou}
    parent = parents.get(account_id)
    while parent and parent in parents:
        yield parent
        parent = parents[parent]
    if organization.org:
        yield organization.org.id


def accounts_in(node_id: str, organization: OrganizationsBackend) -> list[str]:
    """The accounts in an organizational unit or the organization, in order of creation."""
    return [
        account.id
        for account in organization.accounts
        if node_id in nodes(account.id, organization)
    ]
