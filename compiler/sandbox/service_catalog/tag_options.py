"""TagOptions: the values that the tags of launches may have.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog import identifiers, quotas
from compiler.sandbox.service_catalog.errors import (
    DuplicateResourceException,
    InvalidParametersException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.portfolio import Portfolio
from compiler.sandbox.service_catalog.store import Store
from compiler.sandbox.service_catalog.tag_option import TagOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.service_catalog.product import Product

RESOURCE_TYPES = ("Portfolio", "Product")
"""What a TagOption is associated with.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListResourcesForTagOption.html"""


class TagOptions(Store):
    """The operations on TagOptions."""

    def create_tag_option(self, key: str, value: str) -> dict[str, Any]:
        self._verify_new(key, value)
        values = sum(option.key == key for option in self.tag_options.values())
        if values >= quotas.VALUES_PER_TAG_OPTION:
            raise LimitExceededException(f"At most {quotas.VALUES_PER_TAG_OPTION} values of a key.")
        option = TagOption(identifiers.new("tag"), key, value, self.account_id)
        self.tag_options[option.id] = option
        return {"TagOptionDetail": option.detail()}

    def describe_tag_option(self, id: str) -> dict[str, Any]:
        return {"TagOptionDetail": self._tag_option(id).detail()}

    def update_tag_option(
        self,
        id: str,
        value: str | None,
        active: bool | None,
    ) -> dict[str, Any]:
        option = self._tag_option(id)
        if value is not None and value != option.value:
            self._verify_new(option.key, value)
            option.value = value
        if active is not None:
            option.active = active
        return {"TagOptionDetail": option.detail()}

    def delete_tag_option(self, id: str) -> None:
        option = self._tag_option(id)
        for resource in self._resources(option):
            raise ResourceInUseException(f"TagOption {id} is associated with {resource.id}.")
        del self.tag_options[id]

    def list_tag_options(
        self,
        filters: Mapping[str, Any] | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        details = [option.detail() for option in self.tag_options.values()]
        wanted = (filters or {}).items()
        found = [one for one in details if all(one[name] == value for name, value in wanted)]
        listed = f"tag options {json.dumps(filters)}"
        shown, token = page(found, page_token, page_size, of=listed)
        return {"TagOptionDetails": shown, "PageToken": token}

    def associate_tag_option_with_resource(self, resource_id: str, tag_option_id: str) -> None:
        resource, option = self._resource(resource_id), self._tag_option(tag_option_id)
        if option.id in resource.tag_options:
            raise DuplicateResourceException(
                f"TagOption {tag_option_id} is already associated with {resource_id}."
            )
        if len(resource.tag_options) >= quotas.TAG_OPTIONS_PER_RESOURCE:
            raise LimitExceededException(
                f"At most {quotas.TAG_OPTIONS_PER_RESOURCE} TagOptions of a resource."
            )
        resource.tag_options.append(option.id)

    def disassociate_tag_option_from_resource(self, resource_id: str, tag_option_id: str) -> None:
        resource, option = self._resource(resource_id), self._tag_option(tag_option_id)
        if option.id not in resource.tag_options:
            raise ResourceNotFoundException(
                f"TagOption {tag_option_id} is not associated with {resource_id}."
            )
        resource.tag_options.remove(option.id)

    def list_resources_for_tag_option(
        self,
        tag_option_id: str,
        resource_type: str | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        if resource_type not in {None, *RESOURCE_TYPES}:
            raise InvalidParametersException(
                f"ResourceType {resource_type} is none of {', '.join(RESOURCE_TYPES)}."
            )
        found = [
            detail
            for resource in self._resources(self._tag_option(tag_option_id))
            for kind, detail in [_resource_detail(resource)]
            if resource_type in {None, kind}
        ]
        listed = f"resources of {tag_option_id} {resource_type}"
        shown, token = page(found, page_token, page_size, of=listed)
        return {"ResourceDetails": shown, "PageToken": token}

    def _tag_option(self, option_id: str) -> TagOption:
        found = self.tag_options.get(option_id)
        if found is None:
            raise ResourceNotFoundException(f"TagOption {option_id} not found.")
        return found

    def _verify_new(self, key: str, value: str) -> None:
        if any((one.key, one.value) == (key, value) for one in self.tag_options.values()):
            raise DuplicateResourceException(f"There is already a TagOption {key}: {value}.")

    def _resource(self, resource_id: str) -> Portfolio | Product:
        if resource_id in self.portfolios:
            return self.portfolios[resource_id]
        return self.product(resource_id)

    def _resources(self, option: TagOption) -> list[Portfolio | Product]:
        owned: list[Portfolio | Product] = [*self.portfolios.values(), *self.products.values()]
        return [resource for resource in owned if option.id in resource.tag_options]


def _resource_detail(resource: Portfolio | Product) -> tuple[str, dict[str, Any]]:
    """The type of a resource, and its ResourceDetail."""
    if isinstance(resource, Portfolio):
        kind, name = "Portfolio", resource.display_name
    else:
        kind, name = "Product", resource.name
    return kind, {
        "Id": resource.id,
        "ARN": resource.arn,
        "Name": name,
        "Description": resource.description,
        "CreatedTime": resource.created_time,
    }
