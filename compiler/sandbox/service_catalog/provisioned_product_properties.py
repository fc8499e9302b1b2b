"""What an administrator can change of a provisioned product: whose it is, and which role it has.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisionedProductProperties.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from compiler.sandbox.service_catalog import identifiers
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    InvalidStateException,
)
from compiler.sandbox.service_catalog.provisioned_product import UNDER_CHANGE
from compiler.sandbox.service_catalog.provisioned_products import ProvisionedProducts
from compiler.sandbox.service_catalog.record import Outcome, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWNER = re.compile(
    r"arn:[a-z-]+:(?:iam::\d{12}:(?:user|role)/.+|sts::\d{12}:assumed-role/(?P<role>[^/]+)/[^/]+)"
)


class ProvisionedProductProperties(ProvisionedProducts):
    """OWNER and LAUNCH_ROLE."""

    def update_provisioned_product_properties(
        self,
        accept_language: str | None,
        provisioned_product_id: str,
        provisioned_product_properties: Mapping[str, str],
        idempotency_token: str,
    ) -> dict[str, Any]:
        found = self.provisioned_product(provisioned_product_id, None)
        if found.status == UNDER_CHANGE:
            raise InvalidStateException(f"Provisioned product {found.id} is under change.")
        owner = provisioned_product_properties.get("OWNER")
        role = provisioned_product_properties.get("LAUNCH_ROLE")
        if owner is not None and not _OWNER.fullmatch(owner):
            raise InvalidParametersException(f"{owner} is no user, role or session.")
        if role is not None and not self._is_role(role):
            raise InvalidParametersException(f"{role} is no role of this account.")
        if owner is not None:
            found.user_arn = found.session_arn = owner
        if role is not None:
            found.own_launch_role_arn = found.launch_role_arn = role
        caller, now = self.caller, utcnow()
        record = Record(
            identifier=identifiers.new("rec"),
            # AWS does not document what it is called.
            type="UPDATE_PROVISIONED_PRODUCT_PROPERTIES",
            provisioned_product_id=found.id,
            provisioned_product_name=found.name,
            product_id=found.product_id,
            artifact_id=found.artifact_id,
            path_id=found.path_id,
            created_time=now,
            updated_time=now,
            launch_role_arn=found.launch_role_arn,
            tags=dict(found.tags),
            user_arn=caller.arn,
            session_arn=caller.session_arn,
            outcome=Outcome(),
        )
        # Nothing takes its time here.
        record.status = record.outcome.status
        self.records[record.id] = record
        return {
            "ProvisionedProductId": found.id,
            "ProvisionedProductProperties": dict(provisioned_product_properties),
            "RecordId": record.id,
            "Status": record.status,
        }

    def _is_role(self, arn: str) -> bool:
        try:
            iam_backends[self.account_id][self.partition].get_role_by_arn(arn)
        except NotFoundException:
            return False
        return True
