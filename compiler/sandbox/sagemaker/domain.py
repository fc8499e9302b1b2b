"""AWS::SageMaker::Domain.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-domain.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.sagemaker.exceptions import ResourceNotFound

from compiler.sandbox.cloudformation.tags import StackTagged, gone_tags
from compiler.sandbox.constraints import arguments
from compiler.sandbox.sagemaker.handlers import domain_calls
from compiler.sandbox.sagemaker.models import backend_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handled, Handler
    from compiler.sandbox.sagemaker.studio import StudioDomain

_RSTUDIO = "RStudioServerProDomainSettings"
_REPLACING = ("AuthMode", "DomainName", "KmsKeyId")
_ATTRIBUTES = (
    "DomainArn",
    "DomainId",
    "HomeEfsFileSystemId",
    "SecurityGroupIdForDomainBoundary",
    "SingleSignOnApplicationArn",
    "SingleSignOnManagedApplicationInstanceId",
    "Url",
)


class DomainResource(StackTagged, CloudFormationModel):
    """The model of the type; the domains that it makes are the backend's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "DomainName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SageMaker::Domain"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in _ATTRIBUTES

    @staticmethod
    def get_cfn_attribute(domain: StudioDomain, attribute_name: str) -> str:
        """A return value of Fn::GetAtt; a domain does not have all of them."""
        described = domain.describe()
        if attribute_name not in _ATTRIBUTES or attribute_name not in described:
            raise UnformattedGetAttTemplateException
        return str(described[attribute_name])

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> StudioDomain:
        sagemaker = backend_of(account_id, region_name)
        request = arguments("sagemaker", "CreateDomain", cloudformation_json["Properties"])
        return sagemaker.domain(sagemaker.create_domain(**request)["DomainId"])

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: StudioDomain,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> StudioDomain:
        properties = cloudformation_json["Properties"]
        sagemaker = backend_of(account_id, region_name)
        members = {
            **properties,
            "DomainId": original_resource.id,
            "DomainSettingsForUpdate": _for_update(properties.get("DomainSettings")),
        }
        domain = sagemaker.update_domain(**arguments("sagemaker", "UpdateDomain", members))
        gone = gone_tags(cloudformation_json["PreviousProperties"], properties)
        sagemaker.delete_tags(domain.arn, gone)
        sagemaker.add_tags(domain.arn, properties.get("Tags", []))
        return domain

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        sagemaker = backend_of(account_id, region_name)
        try:
            domain = sagemaker.domain(resource_name)
        except ResourceNotFound:
            # What is gone already counts as deleted.
            return
        sagemaker.delete_domain(domain.id)

    def is_created(self) -> bool:
        return True

    @classmethod
    def calls(cls, handler: Handler, handled: Handled) -> Iterator[Call]:
        """What CloudFormation calls for one."""
        return domain_calls(handler, handled)

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change makes a new domain: a VPC can be given to one that has none."""
        vpc = previous.get("VpcId")
        return (
            any(previous.get(name) != properties.get(name) for name in _REPLACING)
            or (vpc is not None and vpc != properties.get("VpcId"))
            or _rstudio_resources(previous) != _rstudio_resources(properties)
        )


def _for_update(settings: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The settings of a domain as UpdateDomain calls them."""
    if settings is None:
        return None
    return {f"{key}ForUpdate" if key == _RSTUDIO else key: each for key, each in settings.items()}


def _rstudio_resources(properties: Mapping[str, Any]) -> Any:
    rstudio = properties.get("DomainSettings", {}).get(_RSTUDIO, {})
    return rstudio.get("DefaultResourceSpec")
