"""Products and versions by what a request calls them: an id or a name.

Names are not unique: https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProductAsAdmin.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from compiler.sandbox.service_catalog.product import Product, ProvisioningArtifact


class Named(Store):
    """Looks up what is named."""

    def named_product(self, product_id: str | None, name: str | None) -> Product:
        """The product of this account's, or imported, that a request names by its id or its name.

        :raises InvalidParametersException: if it names none, or several.
        :raises ResourceNotFoundException: if there is none.
        """
        if product_id is not None:
            return self.seen_product(product_id)
        if name is None:
            raise InvalidParametersException(
                "Either the id or the name of a product must be given."
            )
        found = {each.id: each for each in self.products.values() if each.name == name}
        for portfolio, _ in self.imported_portfolios():
            for each in portfolio.products:
                product = self.seen_product(each)
                if product.name == name:
                    found[product.id] = product
        if len(found) > 1:
            raise InvalidParametersException(f"Multiple Product with name {name} found.")
        if not found:
            raise ResourceNotFoundException(f"Product with name {name} not found.")
        return found.popitem()[1]

    def named_artifact(
        self, product: Product, artifact_id: str | None, name: str | None
    ) -> ProvisioningArtifact:
        """The version of a product that a request names by its id or its name.

        :raises InvalidParametersException: if it names none, or several.
        :raises ResourceNotFoundException: if there is none.
        """
        if artifact_id is not None:
            return self.artifact(product, artifact_id)
        if name is None:
            raise InvalidParametersException(
                "Either the id or the name of a provisioning artifact must be given."
            )
        found = [each for each in product.artifacts.values() if each.name == name]
        if len(found) > 1:
            raise InvalidParametersException(
                f"Multiple Provisioning Artifact with name {name} found."
            )
        if not found:
            raise ResourceNotFoundException(f"Provisioning Artifact with name {name} not found.")
        return found[0]
