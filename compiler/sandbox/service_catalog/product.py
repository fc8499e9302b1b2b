"""A product and its versions, which the API calls provisioning artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal.managed_state_model import ManagedState

from compiler.sandbox.service_catalog import transition
from compiler.sandbox.service_catalog.identifiers import arn

if TYPE_CHECKING:
    from datetime import datetime

CLOUDFORMATION = "CLOUD_FORMATION_TEMPLATE"
"""The one type of product that is made here."""


class ProvisioningArtifact(ManagedState):
    """A version of a product. Its template is a copy: what S3 holds later is another thing."""

    def __init__(
        self,
        *,
        identifier: str,
        name: str | None,
        description: str | None,
        created_time: datetime,
        template_url: str,
        template: str,
    ) -> None:
        super().__init__(transition.ARTIFACT, transition.CREATING)
        self.id = identifier
        self.name = name
        self.description = description
        self.type = CLOUDFORMATION
        self.created_time = created_time
        self.active = True
        self.guidance = "DEFAULT"
        self.template_url = template_url
        """Where Service Catalog keeps the copy, as Info of the API shows it."""
        self.template = template

    def detail(self) -> dict[str, Any]:
        """ProvisioningArtifactDetail."""
        return {
            "Id": self.id,
            "Name": self.name,
            "Description": self.description,
            "Type": self.type,
            "CreatedTime": self.created_time,
            "Active": self.active,
            "Guidance": self.guidance,
        }

    def summary(self) -> dict[str, Any]:
        """ProvisioningArtifactSummary, which DescribeProductAsAdmin gives."""
        return {
            "Id": self.id,
            "Name": self.name,
            "Description": self.description,
            "CreatedTime": self.created_time,
            "ProvisioningArtifactMetadata": {},
        }

    def view(self) -> dict[str, Any]:
        """ProvisioningArtifact, which DescribeProduct and DescribeProductView give."""
        return {
            "Id": self.id,
            "Name": self.name,
            "Description": self.description,
            "CreatedTime": self.created_time,
            "Guidance": self.guidance,
        }


@dataclass(eq=False)
class Product:
    """A product as its account keeps it."""

    id: str
    account_id: str
    region_name: str
    name: str
    owner: str
    description: str | None
    distributor: str | None
    support_description: str | None
    support_email: str | None
    support_url: str | None
    product_type: str
    created_time: datetime
    tags: dict[str, str]
    artifacts: dict[str, ProvisioningArtifact] = field(default_factory=dict)
    """By id, the oldest first."""

    tag_options: list[str] = field(default_factory=list)
    """The ids of its TagOptions."""

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn(self.region_name, self.account_id, "product", self.id)

    def summary(self, *, has_default_path: bool = False) -> dict[str, Any]:
        """ProductViewSummary.

        :param has_default_path: whether the caller reaches it by a path that needs no choice.
        """
        return {
            # An identifier of the view, whose form AWS does not document.
            "Id": f"prodview-{self.id.removeprefix('prod-')}",
            "ProductId": self.id,
            "Name": self.name,
            "Owner": self.owner,
            "ShortDescription": self.description,
            "Type": self.product_type,
            "Distributor": self.distributor,
            "HasDefaultPath": has_default_path,
            "SupportEmail": self.support_email,
            "SupportDescription": self.support_description,
            "SupportUrl": self.support_url,
        }

    def detail(self) -> dict[str, Any]:
        """ProductViewDetail."""
        return {
            "ProductViewSummary": self.summary(),
            "Status": "AVAILABLE",
            "ProductARN": self.arn,
            "CreatedTime": self.created_time,
        }
