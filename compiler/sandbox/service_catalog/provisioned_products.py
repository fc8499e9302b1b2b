"""What stands, and what was done: the operations that look at provisioned products and records.

They reach the caller's account alone, also where the portfolio is another's.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.access import Access, require_one
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.provisioned_product import finder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from compiler.sandbox.service_catalog.provisioned_product import ProvisionedProduct
    from compiler.sandbox.service_catalog.record import Record

_SORTS = {"arn": "Arn", "id": "Id", "name": "Name", "lastRecordId": "LastRecordId"}
"""What SearchProvisionedProducts sorts by; what is sorted by nothing is in order of creation."""


class ProvisionedProducts(Access):
    """Provisioned products and records of one account."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.provisioned: dict[str, ProvisionedProduct] = {}
        """By id."""
        self.records: dict[str, Record] = {}
        """By id, the oldest first; those of what was terminated stay."""

    def uses(self, product_id: str, artifact_id: str | None = None) -> bool:
        return any(
            one.product_id == product_id and artifact_id in (None, one.artifact_id)
            for one in self.provisioned.values()
        )

    def provisioned_product(self, identifier: str | None, name: str | None) -> ProvisionedProduct:
        """A provisioned product by its id or its name.

        :raises InvalidParametersException: if both or none of these is given.
        :raises ResourceNotFoundException: if there is none.
        """
        require_one(identifier, name, "provisioned product")
        for one in self.provisioned.values():
            if identifier in (None, one.id) and name in (None, one.name):
                return one
        raise ResourceNotFoundException(f"Provisioned product {identifier or name} not found.")

    def describe_provisioned_product(
        self,
        accept_language: str | None,
        id: str | None,
        name: str | None,
    ) -> dict[str, Any]:
        found = self.provisioned_product(id, name)
        found.advance()
        return {"ProvisionedProductDetail": found.detail(), "CloudWatchDashboards": []}

    def scan_provisioned_products(
        self,
        accept_language: str | None,
        access_level_filter: Mapping[str, str] | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        found = [one.detail() for one in self._seen(access_level_filter)]
        asked = json.dumps(access_level_filter)
        shown, token = page(found, page_token, page_size, of=f"scan {asked}")
        return {"ProvisionedProducts": shown, "NextPageToken": token}

    def search_provisioned_products(
        self,
        accept_language: str | None,
        access_level_filter: Mapping[str, str] | None,
        filters: Mapping[str, Sequence[str]] | None,
        sort_by: str | None,
        sort_order: str | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        found = [one.attribute() for one in self._seen(access_level_filter)]
        try:
            queries = [finder(query) for query in (filters or {}).get("SearchQuery", ())]
        except KeyError as error:
            raise InvalidParametersException(f"{error} cannot be searched for.") from error
        found = [one for one in found if all(is_found(one) for is_found in queries)]
        if sort_by is not None and sort_by not in _SORTS:
            raise InvalidParametersException(f"SortBy is one of {', '.join(_SORTS)}.")
        if sort_by is not None:
            found.sort(key=lambda one: str(one[_SORTS[sort_by]]))
        if sort_order == "DESCENDING":
            found.reverse()
        asked = json.dumps([access_level_filter, filters, sort_by, sort_order])
        shown, token = page(found, page_token, page_size, of=f"provisioned {asked}")
        return {
            "ProvisionedProducts": shown,
            "TotalResultsCount": len(found),
            "NextPageToken": token,
        }

    def get_provisioned_product_outputs(
        self,
        accept_language: str | None,
        provisioned_product_id: str | None,
        provisioned_product_name: str | None,
        output_keys: Sequence[str] | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        found = self.provisioned_product(provisioned_product_id, provisioned_product_name)
        last = next((one for one in reversed(found.records) if one.outcome.error is None), None)
        outputs = [
            row
            for row in (last.outcome.outputs if last else ())
            if not output_keys or row["OutputKey"] in output_keys
        ]
        unknown = set(output_keys or ()).difference(row["OutputKey"] for row in outputs)
        if unknown:
            raise InvalidParametersException(
                f"Provisioned product {found.id} has no outputs {sorted(unknown)}."
            )
        asked = json.dumps([found.id, output_keys])
        shown, token = page(outputs, page_token, page_size, of=f"outputs {asked}")
        return {"Outputs": shown, "NextPageToken": token}

    def describe_record(
        self,
        accept_language: str | None,
        id: str,
        page_token: str | None,
        page_size: int | None,
    ) -> dict[str, Any]:
        record = self.records.get(id)
        if record is None:
            raise ResourceNotFoundException(f"Record {id} not found.")
        record.advance()
        detail = record.detail()
        outputs = record.outcome.outputs if record.has_ended else ()
        try:
            shown, token = page(outputs, page_token, page_size, of=f"record {id}")
        except InvalidParametersException as error:
            # The operation has no other error.
            raise ResourceNotFoundException(error.message) from error
        return {"RecordDetail": detail, "RecordOutputs": shown, "NextPageToken": token}

    def list_record_history(
        self,
        accept_language: str | None,
        access_level_filter: Mapping[str, str] | None,
        search_filter: Mapping[str, str] | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        is_seen = self._level(access_level_filter)
        found = [
            record
            for record in reversed(self.records.values())
            if is_seen(record) and _is_about(record, search_filter or {})
        ]
        asked = json.dumps([access_level_filter, search_filter])
        shown, token = page(found, page_token, page_size, of=f"records {asked}")
        for record in shown:
            record.advance()
        return {"RecordDetails": [one.detail() for one in shown], "NextPageToken": token}

    def _seen(self, access_level: Mapping[str, str] | None) -> list[ProvisionedProduct]:
        """The provisioned products of an access level, each looked at once."""
        is_seen = self._level(access_level)
        found = [one for one in self.provisioned.values() if is_seen(one)]
        for one in found:
            one.advance()
        return found

    def _level(
        self, access_level: Mapping[str, str] | None
    ) -> Callable[[ProvisionedProduct | Record], bool]:
        """Whose things an access level shows: by default the caller's own.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AccessLevelFilter.html

        :raises InvalidParametersException: for the things of someone else.
        """
        level, caller = access_level or {}, self.caller
        if level.get("Value", "self") != "self":
            raise InvalidParametersException("The value of an access level filter is self.")
        match level.get("Key", "User"):
            case "Account":
                return lambda _: True
            case "Role":
                return lambda one: one.user_arn == caller.arn
            case _:
                return lambda one: one.session_arn == caller.session_arn


def _is_about(record: Record, search: Mapping[str, str]) -> bool:
    """Whether a record is about the product or provisioned product that a filter names.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListRecordsSearchFilter.html

    :raises InvalidParametersException: if the filter has another key.
    """
    match search.get("Key"):
        case None:
            return True
        case "product":
            return record.product_id == search.get("Value")
        case "provisionedproduct":
            return record.provisioned_product_id == search.get("Value")
        case other:
            raise InvalidParametersException(f"Records cannot be searched for by {other}.")
