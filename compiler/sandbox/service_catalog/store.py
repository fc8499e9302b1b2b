"""What one account has in Service Catalog of one Region, and how it sees what others share.

The themes of the API are mixins over this; they find each other's things by it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from moto.core.base_backend import BaseBackend
from moto.servicecatalog.models import servicecatalog_backends

from compiler.sandbox.service_catalog import organization
from compiler.sandbox.service_catalog.errors import ResourceNotFoundException
from compiler.sandbox.service_catalog.share import ACCOUNT, ORGANIZATION_MEMBER_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.service_catalog.constraint import Constraint
    from compiler.sandbox.service_catalog.idempotency import Answered
    from compiler.sandbox.service_catalog.portfolio import Portfolio, Principal
    from compiler.sandbox.service_catalog.product import Product, ProvisioningArtifact
    from compiler.sandbox.service_catalog.share import Share, ShareOperation
    from compiler.sandbox.service_catalog.tag_option import TagOption


class Store(BaseBackend):
    """The things of an account in a Region, each by its id, in the order of creation."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.portfolios: dict[str, Portfolio] = {}
        self.products: dict[str, Product] = {}
        self.constraints: dict[str, Constraint] = {}
        """The constraints that this account made, on its portfolios."""
        self.tag_options: dict[str, TagOption] = {}
        self.principals: dict[str, dict[Principal, None]] = {}
        """Whom this account lets launch, by portfolio: its own, and those that it imported."""
        self.share_operations: dict[str, ShareOperation] = {}
        """By PortfolioShareToken."""
        self.answered: Answered = {}

    def portfolio(self, portfolio_id: str) -> Portfolio:
        """A portfolio of this account.

        :raises ResourceNotFoundException: if it has none of that id.
        """
        found = self.portfolios.get(portfolio_id)
        if found is None:
            raise ResourceNotFoundException(f"Portfolio {portfolio_id} not found.")
        return found

    def seen_portfolio(self, portfolio_id: str) -> Portfolio:
        """A portfolio of this account, or one that it imported.

        :raises ResourceNotFoundException: if it sees none of that id.
        """
        if portfolio_id not in self.portfolios:
            for portfolio, _ in self.imported_portfolios():
                if portfolio.id == portfolio_id:
                    return portfolio
        return self.portfolio(portfolio_id)

    def product(self, product_id: str) -> Product:
        """A product of this account.

        :raises ResourceNotFoundException: if it has none of that id.
        """
        found = self.products.get(product_id)
        if found is None:
            raise ResourceNotFoundException(f"Product {product_id} not found.")
        return found

    def seen_product(self, product_id: str) -> Product:
        """A product of this account, or one in a portfolio that it imported.

        :raises ResourceNotFoundException: if it sees none of that id.
        """
        if product_id not in self.products:
            for portfolio, _ in self.imported_portfolios():
                if product_id in portfolio.products:
                    return self.of(portfolio.account_id).seen_product(product_id)
        return self.product(product_id)

    def artifact(self, product: Product, artifact_id: str) -> ProvisioningArtifact:
        """A version of a product.

        :raises ResourceNotFoundException: if it has none of that id.
        """
        found = product.artifacts.get(artifact_id)
        if found is None:
            raise ResourceNotFoundException(
                f"ProvisioningArtifact {artifact_id} not found for product {product.id}."
            )
        return found

    def constraints_of(
        self, portfolio: Portfolio, product_id: str, *, inherited: bool = True
    ) -> list[Constraint]:
        """What holds for launches of a product from a portfolio of any account.

        :param inherited: whether to go on to what the owner of the portfolio asks that the product
            was imported from: it holds too.
        https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
        """
        owner = self.of(portfolio.account_id)
        found = [
            constraint
            for constraint in owner.constraints.values()
            if (constraint.portfolio_id, constraint.product_id) == (portfolio.id, product_id)
        ]
        source = portfolio.products.get(product_id)
        if source is not None and inherited:
            found += owner.constraints_of(owner.seen_portfolio(source), product_id)
        return found

    def portfolios_with(self, product_id: str) -> list[Portfolio]:
        """The portfolios of this account that hold a product."""
        return [one for one in self.portfolios.values() if product_id in one.products]

    def shared_portfolios(self) -> Iterator[tuple[Portfolio, Share]]:
        """The portfolios that others share with this account, accepted or not, with the share."""
        mine = {(ACCOUNT, self.account_id), (ORGANIZATION_MEMBER_ACCOUNT, self.account_id)}
        organized = organization.of(self.account_id, self.partition)
        if organized is not None:
            for node in organization.nodes(self.account_id, organized):
                kind = "ORGANIZATION" if node.startswith("o-") else "ORGANIZATIONAL_UNIT"
                mine.add((kind, node))
        for other in self.others():
            for portfolio in other.portfolios.values():
                for key, share in portfolio.shares.items():
                    if key in mine:
                        yield portfolio, share

    def imported_portfolios(self) -> Iterator[tuple[Portfolio, Share]]:
        """The portfolios of others that this account has: accepted, or by its organization."""
        for portfolio, share in self.shared_portfolios():
            if share.accepted:
                yield portfolio, share

    def seen_tag_options(
        self, resource: Portfolio | Product, source_portfolio_id: str | None = None
    ) -> list[TagOption]:
        """The TagOptions of a portfolio or product: another account's only where it shares them.

        :param source_portfolio_id: the imported portfolio that the product is looked at in.
        """
        portfolio_id = source_portfolio_id or resource.id
        shared = resource.account_id == self.account_id or any(
            share.share_tag_options
            for portfolio, share in self.imported_portfolios()
            if portfolio.id == portfolio_id
        )
        options = self.of(resource.account_id).tag_options
        return [options[each] for each in resource.tag_options] if shared else []

    def forget_unshared(self, portfolio: Portfolio) -> None:
        """Take from other accounts what they made of a portfolio of this one and no longer see."""
        for other in self.others():
            has = any(seen.id == portfolio.id for seen, _ in other.imported_portfolios())
            if not has:
                other.principals.pop(portfolio.id, None)
            kept = portfolio.products if has else {}
            for local in other.portfolios.values():
                for product_id, source in list(local.products.items()):
                    if source == portfolio.id and product_id not in kept:
                        other.remove_product(local, product_id)

    def remove_product(self, portfolio: Portfolio, product_id: str) -> None:
        """Take a product and its constraints out of a portfolio of this account."""
        for constraint in self.constraints_of(portfolio, product_id, inherited=False):
            del self.constraints[constraint.id]
        del portfolio.products[product_id]

    def uses(self, product_id: str, artifact_id: str | None = None) -> bool:
        """Whether a provisioned product of this account stands on a product, or on this version."""
        raise NotImplementedError

    def of(self, account_id: str) -> Store:
        """What another account has in this Region."""
        return cast("Store", servicecatalog_backends[account_id][self.region_name])

    def others(self) -> Iterator[Store]:
        """What each other account that is known here has in this Region."""
        for account_id in list(servicecatalog_backends):
            if account_id != self.account_id:
                yield self.of(account_id)
