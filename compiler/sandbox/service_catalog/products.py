"""Products as their administrator sees them.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_products.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from compiler.sandbox.service_catalog import identifiers, quotas
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.product import CLOUDFORMATION, Product
from compiler.sandbox.service_catalog.provisioning_artifacts import ProvisioningArtifacts
from compiler.sandbox.service_catalog.tags import Tags, tag_list, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUPPORT_URL = re.compile(r"https?://")
"""https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html"""

_TEXTS = (
    "name",
    "owner",
    "description",
    "distributor",
    "support_description",
    "support_email",
    "support_url",
)
"""What UpdateProduct may change."""


class Products(ProvisioningArtifacts):
    """The operations on products."""

    def create_product(
        self,
        accept_language: str | None,
        name: str,
        owner: str,
        description: str | None,
        distributor: str | None,
        support_description: str | None,
        support_email: str | None,
        support_url: str | None,
        product_type: str,
        tags: Tags | None,
        provisioning_artifact_parameters: Mapping[str, Any] | None,
        idempotency_token: str | None,
        source_connection: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        _refuse_what_is_not_made(product_type, source_connection)
        _verify_texts({"name": name, "owner": owner, "support_url": support_url})
        if provisioning_artifact_parameters is None:
            raise InvalidParametersException("ProvisioningArtifactParameters must be given.")
        if len(self.products) >= quotas.PRODUCTS:
            raise LimitExceededException(f"At most {quotas.PRODUCTS} products.")
        artifact = self.made_artifact(provisioning_artifact_parameters)
        product = Product(
            id=identifiers.new("prod"),
            account_id=self.account_id,
            region_name=self.region_name,
            name=name,
            owner=owner,
            description=description,
            distributor=distributor,
            support_description=support_description,
            support_email=support_email,
            support_url=support_url,
            product_type=product_type,
            created_time=utcnow(),
            tags=tagged({}, tags, ()),
            artifacts={artifact.id: artifact},
        )
        self.products[product.id] = product
        return {
            "ProductViewDetail": product.detail(),
            "ProvisioningArtifactDetail": artifact.detail(),
            "Tags": tag_list(product.tags),
        }

    def describe_product_as_admin(
        self,
        accept_language: str | None,
        id: str | None,
        name: str | None,
        source_portfolio_id: str | None,
    ) -> dict[str, Any]:
        product = self.named_product(id, name)
        if source_portfolio_id is not None:
            self._verify_source(product, source_portfolio_id)
        options = self.seen_tag_options(product, source_portfolio_id)
        return {
            "ProductViewDetail": product.detail(),
            "ProvisioningArtifactSummaries": [
                artifact.summary() for artifact in product.artifacts.values()
            ],
            "Tags": tag_list(product.tags),
            "TagOptions": [option.detail() for option in options],
            "Budgets": [],
        }

    def update_product(
        self,
        accept_language: str | None,
        id: str,
        add_tags: Tags | None,
        remove_tags: list[str] | None,
        source_connection: Mapping[str, Any] | None,
        **texts: str | None,
    ) -> dict[str, Any]:
        product = self.product(id)
        _refuse_what_is_not_made(product.product_type, source_connection)
        changed = {key: texts[key] for key in _TEXTS if texts[key] is not None}
        _verify_texts(changed)
        product.tags = tagged(product.tags, add_tags, remove_tags)
        for key, text in changed.items():
            setattr(product, key, text)
        return {"ProductViewDetail": product.detail(), "Tags": tag_list(product.tags)}

    def delete_product(self, accept_language: str | None, id: str) -> None:
        product = self.product(id)
        for store in (self, *self.others()):
            for portfolio in store.portfolios_with(id):
                raise ResourceInUseException(
                    f"Product {id} is still associated with portfolio {portfolio.id}"
                )
        del self.products[product.id]

    def _verify_source(self, product: Product, portfolio_id: str) -> None:
        if product.id not in self.seen_portfolio(portfolio_id).products:
            raise ResourceNotFoundException(f"Product {product.id} not found in {portfolio_id}.")


def _refuse_what_is_not_made(product_type: str, source_connection: object) -> None:
    """Say what this sandbox has no engine for."""
    if product_type != CLOUDFORMATION:
        raise InvalidParametersException(f"this sandbox makes no products of type {product_type}")
    if source_connection is not None:
        raise InvalidParametersException("this sandbox has no connections to repositories")


def _verify_texts(texts: Mapping[str, str | None]) -> None:
    for key in ("name", "owner"):
        if texts.get(key) == "":
            raise InvalidParametersException(f"{key.capitalize()} must not be empty.")
    url = texts.get("support_url")
    if url and not _SUPPORT_URL.match(url):
        raise InvalidParametersException("SupportUrl must begin with http:// or https://.")
