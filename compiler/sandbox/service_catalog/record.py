"""A record: one thing that was done to a provisioned product, and what came of it.

The work is done when it is asked for. As on AWS, who asks is told that it has begun, and learns
what came of it later: a record is CREATED in the answer, IN_PROGRESS when it is first looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal.managed_state_model import ManagedState

from compiler.sandbox.service_catalog import transition

if TYPE_CHECKING:
    from datetime import datetime

SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"

PROVISIONED_PRODUCT_TYPE = "CFN_STACK"
"""The type of what a CloudFormation template is launched as.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_RecordDetail.html"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of it."""

    error: str | None = None
    """Why it failed, in the words of who refused."""

    code: str = "ClientException"
    """What the error is called. AWS documents no names."""

    outputs: tuple[dict[str, Any], ...] = ()
    """RecordOutputs: the outputs of the stack, and its ARN."""

    @property
    def status(self) -> str:
        """The status that the record ends with."""
        return SUCCEEDED if self.error is None else FAILED


class Record(ManagedState):
    """A record as the account keeps it."""

    def __init__(
        self,
        *,
        identifier: str,
        type: str,
        provisioned_product_id: str,
        provisioned_product_name: str,
        product_id: str,
        artifact_id: str,
        path_id: str | None,
        created_time: datetime,
        updated_time: datetime,
        launch_role_arn: str | None,
        tags: dict[str, str],
        user_arn: str,
        session_arn: str,
        outcome: Outcome,
    ) -> None:
        super().__init__(
            transition.RECORD, [("CREATED", "IN_PROGRESS"), ("IN_PROGRESS", outcome.status)]
        )
        self.id = identifier
        self.type = type
        """PROVISION_PRODUCT, UPDATE_PROVISIONED_PRODUCT, TERMINATE_PROVISIONED_PRODUCT."""
        self.provisioned_product_id = provisioned_product_id
        self.provisioned_product_name = provisioned_product_name
        self.product_id = product_id
        self.artifact_id = artifact_id
        self.path_id = path_id
        self.created_time = created_time
        """Before anything was done."""
        self.updated_time = updated_time
        self.launch_role_arn = launch_role_arn
        self.tags = tags
        self.user_arn = user_arn
        """Who asked, as a user or a role."""
        self.session_arn = session_arn
        """Who asked, as a session."""
        self.outcome = outcome

    @property
    def has_ended(self) -> bool:
        """Whether there is no more to wait for."""
        return self.status in (SUCCEEDED, FAILED)

    def detail(self) -> dict[str, Any]:
        """RecordDetail; errors are told when it has ended."""
        status, error = self.status, self.outcome.error
        shown = error is not None and status == FAILED
        return {
            "RecordId": self.id,
            "RecordType": self.type,
            "Status": status,
            "CreatedTime": self.created_time,
            "UpdatedTime": self.updated_time,
            "ProvisionedProductId": self.provisioned_product_id,
            "ProvisionedProductName": self.provisioned_product_name,
            "ProvisionedProductType": PROVISIONED_PRODUCT_TYPE,
            "ProductId": self.product_id,
            "ProvisioningArtifactId": self.artifact_id,
            "PathId": self.path_id,
            "LaunchRoleArn": self.launch_role_arn,
            "RecordTags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "RecordErrors": [{"Code": self.outcome.code, "Description": error}] if shown else [],
        }
