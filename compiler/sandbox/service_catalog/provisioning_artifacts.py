"""Versions of products, which the API calls provisioning artifacts.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/productmgmt-version.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from compiler.sandbox.service_catalog import identifiers, quotas, templates
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    LimitExceededException,
    ResourceInUseException,
)
from compiler.sandbox.service_catalog.named import Named
from compiler.sandbox.service_catalog.product import CLOUDFORMATION, ProvisioningArtifact

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProvisioningArtifacts(Named):
    """The operations on versions."""

    def create_provisioning_artifact(
        self,
        accept_language: str | None,
        product_id: str,
        parameters: Mapping[str, Any],
        idempotency_token: str | None,
    ) -> dict[str, Any]:
        product = self.product(product_id)
        if len(product.artifacts) >= quotas.VERSIONS_PER_PRODUCT:
            raise LimitExceededException(
                f"At most {quotas.VERSIONS_PER_PRODUCT} provisioning artifacts of a product."
            )
        artifact = self.made_artifact(parameters)
        product.artifacts[artifact.id] = artifact
        return _answer(artifact)

    def describe_provisioning_artifact(
        self,
        accept_language: str | None,
        provisioning_artifact_id: str | None,
        product_id: str | None,
        provisioning_artifact_name: str | None,
        product_name: str | None,
        verbose: bool | None,
        include_provisioning_artifact_parameters: bool | None,
    ) -> dict[str, Any]:
        product = self.named_product(product_id, product_name)
        artifact = self.named_artifact(
            product, provisioning_artifact_id, provisioning_artifact_name
        )
        artifact.advance()
        answer = _answer(artifact)
        if not verbose:
            del answer["Info"]
        if include_provisioning_artifact_parameters:
            answer["ProvisioningArtifactParameters"] = templates.parameters(artifact.template)
        return answer

    def update_provisioning_artifact(
        self,
        accept_language: str | None,
        product_id: str,
        provisioning_artifact_id: str,
        name: str | None,
        description: str | None,
        active: bool | None,
        guidance: str | None,
    ) -> dict[str, Any]:
        artifact = self.artifact(self.product(product_id), provisioning_artifact_id)
        _verify_name(name)
        if name is not None:
            artifact.name = name
        if description is not None:
            artifact.description = description
        if active is not None:
            artifact.active = active
        if guidance is not None:
            artifact.guidance = guidance
        return _answer(artifact)

    def delete_provisioning_artifact(
        self, accept_language: str | None, product_id: str, provisioning_artifact_id: str
    ) -> None:
        product = self.product(product_id)
        artifact = self.artifact(product, provisioning_artifact_id)
        if len(product.artifacts) == 1:
            raise ResourceInUseException(
                f"{artifact.id} is the last provisioning artifact of product {product.id}."
            )
        if any(store.uses(product.id, artifact.id) for store in (self, *self.others())):
            raise ResourceInUseException(f"A provisioned product uses {artifact.id}.")
        del product.artifacts[artifact.id]

    def list_provisioning_artifacts(
        self, accept_language: str | None, product_id: str
    ) -> dict[str, Any]:
        product = self.seen_product(product_id)
        found = [artifact.detail() for artifact in product.artifacts.values()]
        return {"ProvisioningArtifactDetails": found}

    def made_artifact(self, parameters: Mapping[str, Any]) -> ProvisioningArtifact:
        """A version from ProvisioningArtifactParameters, of no product yet.

        :raises InvalidParametersException: if there is no such template, or it is none.
        """
        kind, info = parameters.get("Type", CLOUDFORMATION), parameters.get("Info") or {}
        if kind != CLOUDFORMATION:
            raise InvalidParametersException(f"this sandbox makes no versions of type {kind}")
        if "ImportFromPhysicalId" in info:
            raise InvalidParametersException("this sandbox makes no versions from stacks")
        url = info.get("LoadTemplateFromURL")
        if not url or len(info) > 1:
            raise InvalidParametersException("Info must have LoadTemplateFromURL, and no more.")
        _verify_name(parameters.get("Name"))
        template = templates.stored(url, self.account_id, self.partition)
        if not parameters.get("DisableTemplateValidation"):
            templates.verify(template)
        identifier = identifiers.new("pa")
        return ProvisioningArtifact(
            identifier=identifier,
            name=parameters.get("Name"),
            description=parameters.get("Description"),
            created_time=utcnow(),
            template_url=templates.keep(template, identifier, self.region_name, self.partition),
            template=template,
        )


def _answer(artifact: ProvisioningArtifact) -> dict[str, Any]:
    return {
        "ProvisioningArtifactDetail": artifact.detail(),
        "Info": {"TemplateUrl": artifact.template_url},
        "Status": artifact.status,
    }


def _verify_name(name: str | None) -> None:
    """Refuse a name with spaces.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisioningArtifactProperties.html
    """
    if name is not None and any(character.isspace() for character in name):
        raise InvalidParametersException("The name of a provisioning artifact has no spaces.")
