"""AWS::IAM::OIDCProvider, which moto has as an API alone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from compiler.sandbox.cloudformation.tags import StackTagged, gone_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.iam.models import IAMBackend


@dataclass
class _Provider:
    """A provider, by its ARN. moto sets more of its attributes."""

    physical_resource_id: str


class IdentityProviderResource(StackTagged, CloudFormationModel):
    """The model of the type; the providers that it makes are moto's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::IAM::OIDCProvider"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "Arn"

    @staticmethod
    def get_cfn_attribute(provider: _Provider, attribute_name: str) -> str:
        """A return value of Fn::GetAtt."""
        if attribute_name != "Arn":
            raise UnformattedGetAttTemplateException
        return provider.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> _Provider:
        properties = cloudformation_json["Properties"]
        made = _backend(account_id, region_name).create_open_id_connect_provider(
            url=properties["Url"],
            thumbprint_list=properties.get("ThumbprintList", []),
            client_id_list=properties.get("ClientIdList", []),
            tags=properties.get("Tags", []),
        )
        return _Provider(made.arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: _Provider,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> _Provider:
        properties = cloudformation_json["Properties"]
        previous = cloudformation_json["PreviousProperties"]
        iam = _backend(account_id, region_name)
        arn = original_resource.physical_resource_id
        provider = iam.get_open_id_connect_provider(arn)
        provider.client_id_list = properties.get("ClientIdList", [])
        provider.thumbprint_list = properties.get("ThumbprintList", [])
        iam.untag_open_id_connect_provider(arn, gone_tags(previous, properties))
        iam.tag_open_id_connect_provider(arn, properties.get("Tags", []))
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        _backend(account_id, region_name).delete_open_id_connect_provider(resource_name)

    def is_created(self) -> bool:
        return True

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new provider."""
        return previous.get("Url") != properties.get("Url")


def _backend(account_id: str, region_name: str) -> IAMBackend:
    backend: IAMBackend = iam_backends[account_id][get_partition(region_name)]
    return backend
