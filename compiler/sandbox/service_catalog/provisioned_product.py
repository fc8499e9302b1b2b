"""A provisioned product: one launch of a product, and how it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.utilities.utils import get_partition

from compiler.sandbox.service_catalog.record import PROVISIONED_PRODUCT_TYPE, Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

AVAILABLE = "AVAILABLE"
UNDER_CHANGE = "UNDER_CHANGE"
TAINTED = "TAINTED"
ERROR = "ERROR"

_TERM = re.compile(r'(?P<field>[A-Za-z]+):(?P<value>"[^"]*"|.+)', re.DOTALL)


@dataclass(eq=False, kw_only=True)
class ProvisionedProduct:
    """A provisioned product as the account that launched it keeps it."""

    id: str
    name: str
    account_id: str
    region_name: str
    created_time: datetime
    idempotency_token: str
    product_id: str
    product_name: str
    artifact_id: str
    artifact_name: str | None
    path_id: str
    user_arn: str
    """Who owns it, as a user or a role."""

    session_arn: str
    tags: dict[str, str]
    launch_role_arn: str | None
    """The role that launched it last, and that ends it."""

    own_launch_role_arn: str | None = None
    """The role that was set for it alone: it comes before what a constraint says."""

    settled: str = AVAILABLE
    """Its status when the last record has ended."""

    message: str | None = None
    stack_id: str | None = None
    """None as long as no stack was made."""

    records: list[Record] = field(default_factory=list)
    """What was done to it, the oldest first."""

    @property
    def arn(self) -> str:
        """Its ARN.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
        """
        place = f"{self.region_name}:{self.account_id}"
        partition = get_partition(self.region_name)
        return f"arn:{partition}:servicecatalog:{place}:stack/{self.name}/{self.id}"

    @property
    def stack_name(self) -> str:
        """What its stack is called."""
        return f"SC-{self.account_id}-{self.id}"

    @property
    def status(self) -> str:
        """How it stands.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductDetail.html
        """
        return self.settled if self.records[-1].has_ended else UNDER_CHANGE

    def advance(self) -> None:
        """Look at it once: what is being done goes on."""
        self.records[-1].advance()

    def detail(self) -> dict[str, Any]:
        """ProvisionedProductDetail."""
        return {**self._described(), "LaunchRoleArn": self.launch_role_arn}

    def attribute(self) -> dict[str, Any]:
        """ProvisionedProductAttribute, which SearchProvisionedProducts gives."""
        return {
            **self._described(),
            "ProductName": self.product_name,
            "ProvisioningArtifactName": self.artifact_name,
            "PhysicalId": self.stack_id,
            "UserArn": self.user_arn,
            "UserArnSession": self.session_arn,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }

    def _described(self) -> dict[str, Any]:
        provisioning = [one for one in self.records if "TERMINATE" not in one.type]
        well = [one for one in provisioning if one.outcome.error is None and one.has_ended]
        status = self.status
        return {
            "Id": self.id,
            "Name": self.name,
            "Arn": self.arn,
            "Type": PROVISIONED_PRODUCT_TYPE,
            "Status": status,
            "StatusMessage": None if status == UNDER_CHANGE else self.message,
            "CreatedTime": self.created_time,
            "IdempotencyToken": self.idempotency_token,
            "LastRecordId": self.records[-1].id,
            "LastProvisioningRecordId": provisioning[-1].id,
            "LastSuccessfulProvisioningRecordId": well[-1].id if well else None,
            "ProductId": self.product_id,
            "ProvisioningArtifactId": self.artifact_id,
        }


SEARCHED: tuple[str, ...] = (
    "Arn",
    "CreatedTime",
    "Id",
    "IdempotencyToken",
    "LastProvisioningRecordId",
    "LastRecordId",
    "LastSuccessfulProvisioningRecordId",
    "Name",
    "PhysicalId",
    "ProductId",
    "ProductName",
    "ProvisioningArtifactId",
    "ProvisioningArtifactName",
    "Status",
    "Tags",
    "Type",
    "UserArn",
    "UserArnSession",
)
"""The members that a query can name, by a name that begins with a small letter.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html"""


def finder(query: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a query finds a provisioned product.

    ``field:value`` looks for a whole value, a ``*`` at its end for a beginning; a word alone looks
    in every field. AWS documents no more of the language than examples.

    :raises KeyError: if the query names a field that there is not.
    """
    term = _TERM.fullmatch(query)
    names = {name[0].lower() + name[1:]: name for name in SEARCHED}
    # The value of a field, or an ARN alone.
    if term is None or (term["field"] == "arn" and not term["value"].startswith(("arn:", '"'))):
        sought, fields = query, SEARCHED
    else:
        sought, fields = term["value"], (names[term["field"]],)
    return lambda attribute: any(
        _is_like(text, sought) for name in fields for text in _texts(attribute.get(name))
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for tag in value for text in (tag["Key"], tag["Value"])]
    return [] if value is None else [str(value)]


def _is_like(text: str, sought: str) -> bool:
    text, sought = text.lower(), sought.strip('"').lower()
    return text.startswith(sought[:-1]) if sought.endswith("*") else text == sought
