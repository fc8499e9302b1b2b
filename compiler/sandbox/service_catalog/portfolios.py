"""Portfolios, and the products in them.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from compiler.sandbox.service_catalog import identifiers, quotas
from compiler.sandbox.service_catalog.errors import (
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.portfolio import Portfolio
from compiler.sandbox.service_catalog.store import Store
from compiler.sandbox.service_catalog.tags import Tags, tag_list, tagged

if TYPE_CHECKING:
    from compiler.sandbox.service_catalog.product import Product


class Portfolios(Store):
    """The operations on portfolios."""

    def create_portfolio(
        self,
        accept_language: str | None,
        display_name: str,
        description: str | None,
        provider_name: str,
        tags: Tags | None,
        idempotency_token: str | None,
    ) -> dict[str, Any]:
        if len(self.portfolios) >= quotas.PORTFOLIOS:
            raise LimitExceededException(f"At most {quotas.PORTFOLIOS} portfolios.")
        portfolio = Portfolio(
            id=identifiers.new("port"),
            account_id=self.account_id,
            region_name=self.region_name,
            display_name=display_name,
            description=description,
            provider_name=provider_name,
            created_time=utcnow(),
            tags=tagged({}, tags, ()),
        )
        self.portfolios[portfolio.id] = portfolio
        return {"PortfolioDetail": portfolio.detail(), "Tags": tag_list(portfolio.tags)}

    def describe_portfolio(self, accept_language: str | None, id: str) -> dict[str, Any]:
        portfolio = self.seen_portfolio(id)
        return {
            "PortfolioDetail": portfolio.detail(),
            "Tags": tag_list(portfolio.tags),
            "TagOptions": [option.detail() for option in self.seen_tag_options(portfolio)],
            "Budgets": [],
        }

    def update_portfolio(
        self,
        accept_language: str | None,
        id: str,
        display_name: str | None,
        description: str | None,
        provider_name: str | None,
        add_tags: Tags | None,
        remove_tags: list[str] | None,
    ) -> dict[str, Any]:
        portfolio = self.portfolio(id)
        portfolio.tags = tagged(portfolio.tags, add_tags, remove_tags)
        portfolio.display_name = display_name or portfolio.display_name
        portfolio.provider_name = provider_name or portfolio.provider_name
        if description is not None:
            portfolio.description = description
        return {"PortfolioDetail": portfolio.detail(), "Tags": tag_list(portfolio.tags)}

    def delete_portfolio(self, accept_language: str | None, id: str) -> None:
        portfolio = self.portfolio(id)
        held = {
            "Products": portfolio.products,
            "Principals": self.principals.get(id),
            "Constraints": any(each.portfolio_id == id for each in self.constraints.values()),
            "Shares": portfolio.shares,
        }
        for what, found in held.items():
            if found:
                raise ResourceInUseException(f"Portfolio {id} still has associated {what}")
        del self.portfolios[id]
        self.principals.pop(id, None)

    def list_portfolios(
        self, accept_language: str | None, page_token: str | None, page_size: int | None
    ) -> dict[str, Any]:
        found, token = page(list(self.portfolios.values()), page_token, page_size, of="portfolios")
        return {"PortfolioDetails": [each.detail() for each in found], "NextPageToken": token}

    def list_portfolios_for_product(
        self,
        accept_language: str | None,
        product_id: str,
        page_token: str | None,
        page_size: int | None,
    ) -> dict[str, Any]:
        product = self.seen_product(product_id)
        held_by = self.portfolios_with(product.id)
        found, token = page(held_by, page_token, page_size, of=f"portfolios of {product.id}")
        return {"PortfolioDetails": [each.detail() for each in found], "NextPageToken": token}

    def associate_product_with_portfolio(
        self,
        accept_language: str | None,
        product_id: str,
        portfolio_id: str,
        source_portfolio_id: str | None,
    ) -> None:
        portfolio = self.portfolio(portfolio_id)
        product, source = self._associable(product_id, source_portfolio_id)
        if product.id in portfolio.products:
            return
        if len(portfolio.products) >= quotas.PRODUCTS_PER_PORTFOLIO:
            raise LimitExceededException(
                f"At most {quotas.PRODUCTS_PER_PORTFOLIO} products in a portfolio."
            )
        portfolio.products[product.id] = source

    def disassociate_product_from_portfolio(
        self, accept_language: str | None, product_id: str, portfolio_id: str
    ) -> None:
        portfolio = self.portfolio(portfolio_id)
        if product_id not in portfolio.products:
            raise ResourceNotFoundException(
                f"Product {product_id} is not associated with portfolio {portfolio_id}."
            )
        if self.constraints_of(portfolio, product_id, inherited=False):
            raise ResourceInUseException(
                f"Product {product_id} still has constraints in portfolio {portfolio_id}."
            )
        del portfolio.products[product_id]
        self.forget_unshared(portfolio)

    def _associable(self, product_id: str, source: str | None) -> tuple[Product, str | None]:
        """A product to put into a portfolio, and the imported portfolio that it comes from.

        https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
        """
        if source is None or source in self.portfolios:
            return self.product(product_id), None
        if product_id not in self.seen_portfolio(source).products:
            raise ResourceNotFoundException(f"Product {product_id} not found in {source}.")
        return self.seen_product(product_id), source
