"""What people may launch, and what a launch asks for.

An administrator finds nothing here but what a portfolio lets them launch: there are other
operations for them.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProduct.html
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

from compiler.sandbox.cloudformation.template import parse
from compiler.sandbox.service_catalog import templates
from compiler.sandbox.service_catalog.access import Access
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.launch_path import launch_role, lets_tags_change, rules
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.product_search import SORTS, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.sandbox.service_catalog.constraint import Constraint
    from compiler.sandbox.service_catalog.product import Product


class Discovery(Access):
    """The operations by which people find what they may launch."""

    def search_products(
        self,
        accept_language: str | None,
        filters: Mapping[str, Sequence[str]] | None,
        page_size: int | None,
        sort_by: str | None,
        sort_order: str | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        found = [
            product
            for product in self.reached_products().values()
            if matches(product, filters or {})
        ]
        if sort_by:
            found.sort(key=SORTS[sort_by], reverse=sort_order == "DESCENDING")
        asked = json.dumps([filters, sort_by, sort_order])
        shown, token = page(found, page_token, page_size, of=f"search {asked}")
        return {
            "ProductViewSummaries": [self._view(product) for product in shown],
            "ProductViewAggregations": _aggregations(found),
            "NextPageToken": token,
        }

    def describe_product(
        self,
        accept_language: str | None,
        id: str | None,
        name: str | None,
    ) -> dict[str, Any]:
        product = self.reached_product(id, name)
        paths = self.launch_paths(product.id)
        return {
            **self._described(product),
            "Budgets": [],
            "LaunchPaths": [{"Id": path.id, "Name": path.name} for path in paths],
        }

    def describe_product_view(
        self,
        accept_language: str | None,
        id: str,
    ) -> dict[str, Any]:
        for product in self.reached_products().values():
            if product.summary()["Id"] == id:
                return self._described(product)
        raise ResourceNotFoundException(f"Product view {id} not found.")

    def list_launch_paths(
        self,
        accept_language: str | None,
        product_id: str,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        paths = self.launch_paths(product_id)
        if not paths:
            raise ResourceNotFoundException(f"No launch paths found for resource: {product_id}")
        shown, token = page(paths, page_token, page_size, of=f"paths {product_id}")
        return {
            "LaunchPathSummaries": [
                path.summary(self.constraints_of(path.portfolio, product_id)) for path in shown
            ],
            "NextPageToken": token,
        }

    def describe_provisioning_parameters(
        self,
        accept_language: str | None,
        product_id: str | None,
        product_name: str | None,
        provisioning_artifact_id: str | None,
        provisioning_artifact_name: str | None,
        path_id: str | None,
        path_name: str | None,
    ) -> dict[str, Any]:
        product = self.reached_product(product_id, product_name)
        path = self.chosen_path(product, path_id, path_name)
        artifact = self.chosen_artifact(
            product, provisioning_artifact_id, provisioning_artifact_name
        )
        constraints = self.constraints_of(path.portfolio, product.id)
        outputs = [
            {"Key": key, "Description": output.get("Description")}
            for key, output in _template(artifact.template).get("Outputs", {}).items()
        ]
        return {
            "ProvisioningArtifactParameters": templates.parameters(artifact.template),
            "ConstraintSummaries": [constraint.summary() for constraint in constraints],
            "UsageInstructions": self._instructions(artifact.template, constraints),
            "TagOptions": [
                {"Key": key, "Values": values} for key, values in self.tag_choices(path).items()
            ],
            "ProvisioningArtifactOutputs": outputs,
            "ProvisioningArtifactOutputKeys": outputs,
        }

    def _instructions(self, body: str, constraints: Sequence[Constraint]) -> list[dict[str, str]]:
        """UsageInstructions: the rules that hold, and how the template and the launch are.

        AWS documents that they hold such things, and not what all of them are called.
        """
        template = _template(body)
        said = {
            "rules": json.dumps({**rules(constraints), **template.get("Rules", {})}),
            "tagUpdateOnProvisionedProduct": (
                "ALLOWED" if lets_tags_change(constraints) else "NOT_ALLOWED"
            ),
        }
        if "AWSTemplateFormatVersion" in template:
            said["version"] = str(template["AWSTemplateFormatVersion"])
        if "Metadata" in template:
            said["metadata"] = json.dumps(template["Metadata"])
        role = launch_role(constraints, self.account_id, self.partition)
        if role:
            said["launchAsRole"] = role
        return [{"Type": kind, "Value": value} for kind, value in said.items()]

    def _described(self, product: Product) -> dict[str, Any]:
        seen = [artifact.view() for artifact in product.artifacts.values() if artifact.active]
        return {"ProductViewSummary": self._view(product), "ProvisioningArtifacts": seen}

    def _view(self, product: Product) -> dict[str, Any]:
        return product.summary(has_default_path=len(self.launch_paths(product.id)) == 1)


def _template(body: str) -> dict[str, Any]:
    """A template.

    :raises InvalidParametersException: if it is none, which nobody validated.
    """
    try:
        return parse(body)
    except ValidationError as error:
        raise InvalidParametersException(templates.INVALID) from error


def _aggregations(products: Iterable[Product]) -> dict[str, list[dict[str, Any]]]:
    """How many of the products found have each owner, type and vendor."""
    counted = {
        "Owner": Counter(product.owner for product in products),
        "ProductType": Counter(product.product_type for product in products),
        "Vendor": Counter(product.distributor for product in products if product.distributor),
    }
    return {
        name: [{"Value": value, "ApproximateCount": n} for value, n in counts.items()]
        for name, counts in counted.items()
        if counts
    }
