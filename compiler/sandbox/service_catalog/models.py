"""The backend: all themes of the API over one store.

The module has moto's name for it: a backend finds its urls beside its models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.servicecatalog.models import servicecatalog_backends

from compiler.sandbox.service_catalog.accepted_shares import AcceptedShares
from compiler.sandbox.service_catalog.constraints import Constraints
from compiler.sandbox.service_catalog.discovery import Discovery
from compiler.sandbox.service_catalog.portfolio_shares import PortfolioShares
from compiler.sandbox.service_catalog.portfolios import Portfolios
from compiler.sandbox.service_catalog.principals import Principals
from compiler.sandbox.service_catalog.product_search import ProductSearch
from compiler.sandbox.service_catalog.products import Products
from compiler.sandbox.service_catalog.provisioning import Provisioning
from compiler.sandbox.service_catalog.tag_options import TagOptions

if TYPE_CHECKING:
    from collections.abc import Iterator


class SandboxServiceCatalogBackend(
    Portfolios,
    Products,
    ProductSearch,
    Constraints,
    Principals,
    TagOptions,
    PortfolioShares,
    AcceptedShares,
    Discovery,
    Provisioning,
    TaggableResourcesMixin,
):
    """Service Catalog of an account in a Region.

    Each operation is a method of its name, which takes the members of the request by their
    snake-case names and gives the members of the answer by their own.
    """

    SERVICE_NAMESPACE: ClassVar[str] = "catalog"

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for portfolio in self.portfolios.values():
            yield TaggedResource(portfolio.arn, portfolio.tags, "servicecatalog:portfolio")
        for product in self.products.values():
            yield TaggedResource(product.arn, product.tags, "servicecatalog:product")


def backend_of(account_id: str, region_name: str) -> SandboxServiceCatalogBackend:
    """Service Catalog of an account in a Region."""
    return cast("SandboxServiceCatalogBackend", servicecatalog_backends[account_id][region_name])
