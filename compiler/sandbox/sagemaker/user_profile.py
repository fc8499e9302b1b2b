"""AWS::SageMaker::UserProfile.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-userprofile.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.sagemaker.exceptions import ResourceNotFound

from compiler.sandbox.cloudformation.tags import StackTagged, gone_tags
from compiler.sandbox.constraints import arguments
from compiler.sandbox.sagemaker.handlers import user_profile_calls
from compiler.sandbox.sagemaker.models import backend_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handled, Handler
    from compiler.sandbox.sagemaker.studio import UserProfile

_REPLACING = (
    ("DomainId",),
    ("SingleSignOnUserIdentifier",),
    ("SingleSignOnUserValue",),
    ("UserProfileName",),
    ("UserSettings", "RStudioServerProAppSettings", "AccessStatus"),
    ("UserSettings", "RStudioServerProAppSettings", "UserGroup"),
)
"""The create-only properties of the type's schema."""


class UserProfileResource(StackTagged, CloudFormationModel):
    """The model of the type; the user profiles that it makes are the backend's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "UserProfileName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SageMaker::UserProfile"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "UserProfileArn"

    @staticmethod
    def get_cfn_attribute(profile: UserProfile, attribute_name: str) -> str:
        """A return value of Fn::GetAtt."""
        if attribute_name != "UserProfileArn":
            raise UnformattedGetAttTemplateException
        return profile.arn

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> UserProfile:
        request = arguments("sagemaker", "CreateUserProfile", cloudformation_json["Properties"])
        return backend_of(account_id, region_name).create_user_profile(**request)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: UserProfile,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> UserProfile:
        properties = cloudformation_json["Properties"]
        sagemaker = backend_of(account_id, region_name)
        request = arguments("sagemaker", "UpdateUserProfile", properties)
        profile = sagemaker.update_user_profile(**request)
        gone = gone_tags(cloudformation_json["PreviousProperties"], properties)
        sagemaker.delete_tags(profile.arn, gone)
        sagemaker.add_tags(profile.arn, properties.get("Tags", []))
        return profile

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        name, domain_id = resource_name.split("|")
        sagemaker = backend_of(account_id, region_name)
        try:
            sagemaker.user_profile(domain_id, name)
        except ResourceNotFound:
            # What is gone already counts as deleted.
            return
        sagemaker.delete_user_profile(domain_id, name)

    def is_created(self) -> bool:
        return True

    @classmethod
    def calls(cls, handler: Handler, handled: Handled) -> Iterator[Call]:
        """What CloudFormation calls for one."""
        return user_profile_calls(handler, handled)

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new user profile."""
        return any(_value(previous, path) != _value(properties, path) for path in _REPLACING)


def _value(properties: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = properties
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
