"""SearchProductsAsAdmin.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProductsAsAdmin.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from compiler.sandbox.service_catalog.product import Product

SORTS: dict[str, Callable[[Product], Any]] = {
    "Title": lambda product: product.name,
    "VersionCount": lambda product: len(product.artifacts),
    "CreationDate": lambda product: product.created_time,
}
"""The keys that products are sorted by."""


class ProductSearch(Store):
    """The search of administrators."""

    def search_products_as_admin(
        self,
        accept_language: str | None,
        portfolio_id: str | None,
        filters: Mapping[str, Sequence[str]] | None,
        sort_by: str | None,
        sort_order: str | None,
        page_token: str | None,
        page_size: int | None,
        product_source: str | None,
    ) -> dict[str, Any]:
        found = [
            product
            for product in self._products_in(portfolio_id)
            if matches(product, filters or {})
            and (product_source is None or product.account_id == self.account_id)
        ]
        if sort_by:
            found.sort(key=SORTS[sort_by], reverse=sort_order == "DESCENDING")
        asked = json.dumps([portfolio_id, filters, sort_by, sort_order, product_source])
        shown, token = page(found, page_token, page_size, of=f"products {asked}")
        return {"ProductViewDetails": [each.detail() for each in shown], "NextPageToken": token}

    def _products_in(self, portfolio_id: str | None) -> list[Product]:
        """The products of a portfolio, or all that this account made or imported."""
        if portfolio_id is not None:
            portfolio = self.seen_portfolio(portfolio_id)
            return [self.of(portfolio.account_id).seen_product(each) for each in portfolio.products]
        imported = {
            product_id: self.seen_product(product_id)
            for portfolio, _ in self.imported_portfolios()
            for product_id in portfolio.products
        }
        return list((self.products | imported).values())


def matches(product: Product, filters: Mapping[str, Sequence[str]]) -> bool:
    """Whether a product has one of the values of each filter.

    FullTextSearch finds a product by any word of it: AWS does not document where it looks.
    """
    texts = [product.id, product.name, product.owner, product.description, product.distributor]
    text = " ".join(each for each in texts if each).lower()
    has: dict[str, Callable[[str], bool]] = {
        "FullTextSearch": lambda value: all(word in text for word in value.lower().split()),
        "Owner": lambda value: value == product.owner,
        "ProductType": lambda value: value == product.product_type,
        # Copies of products are not made here.
        "SourceProductId": lambda _: False,
    }
    return all(any(has[name](value) for value in values) for name, values in filters.items())
