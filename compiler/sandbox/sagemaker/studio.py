"""What Studio is made of: a domain, and the user profiles, spaces and apps in it."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.sagemaker.models import BaseObject, Domain
from moto.sagemaker.utils import arn_formatter
from moto.utilities.utils import get_partition

Tags = list[dict[str, str]]


class StudioDomain(Domain):
    """moto's domain, with ids as AWS gives them, and a single sign-on only in SSO mode."""

    def __init__(
        self,
        *,
        tag_propagation: str | None,
        home_efs_file_system_creation: str | None,
        **properties: Any,
    ) -> None:
        super().__init__(**properties)
        self.tags: Tags = list(self.tags or [])
        self.tag_propagation = tag_propagation or "DISABLED"
        self.home_efs_file_system_creation = home_efs_file_system_creation or "Enabled"
        self.id = f"d-{_random_id(12)}"
        self.arn = arn_formatter("domain", self.id, self.account_id, self.region_name)
        self.url = f"https://{self.id}.studio.{self.region_name}.sagemaker.aws"
        self.home_efs_file_system_id = f"fs-{mock_random.get_random_hex(17)}"
        self.security_group_id_for_domain_boundary = f"sg-{mock_random.get_random_hex(17)}"
        instance = f"ssoins-{_random_id(16)}"
        self.single_sign_on_managed_application_instance_id = f"ins-{_random_id(16)}"
        self.single_sign_on_managed_application_arn = (
            f"arn:{get_partition(self.region_name)}:sso::{self.account_id}:application/"
            f"{instance}/apl-{_random_id(16)}"
        )

    @property
    def physical_resource_id(self) -> str:
        return self.id

    def describe(self) -> dict[str, Any]:
        """What there is to say of the domain; what it does not have is left out."""
        described = super().describe()
        described["TagPropagation"] = self.tag_propagation
        described["HomeEfsFileSystemCreation"] = self.home_efs_file_system_creation
        if self.home_efs_file_system_creation == "Disabled":
            del described["HomeEfsFileSystemId"]
        if self.auth_mode != "SSO":
            del described["SingleSignOnManagedApplicationInstanceId"]
            del described["SingleSignOnApplicationArn"]
        if not self.has_rstudio:
            del described["SecurityGroupIdForDomainBoundary"]
        return {key: value for key, value in described.items() if value not in (None, "")}

    @property
    def has_rstudio(self) -> bool:
        return "RStudioServerProDomainSettings" in (self.domain_settings or {})


class UserProfile(BaseObject):
    """One person in a domain."""

    def __init__(
        self,
        domain: StudioDomain,
        user_profile_name: str,
        single_sign_on_user_identifier: str | None,
        single_sign_on_user_value: str | None,
        tags: Tags | None,
        user_settings: dict[str, Any] | None,
    ) -> None:
        self.domain_id = domain.id
        self.user_profile_name = user_profile_name
        self.single_sign_on_user_identifier = single_sign_on_user_identifier
        self.single_sign_on_user_value = single_sign_on_user_value
        self.tags: Tags = list(tags or [])
        self.user_settings = dict(user_settings or {})
        self.arn = profile_arn(domain, user_profile_name)
        self.home_efs_file_system_uid = str(200_000 + mock_random.randint(0, 9_999))
        self.status = "InService"
        self.creation_time = self.last_modified_time = utcnow()

    @property
    def physical_resource_id(self) -> str:
        """The primary identifier of the type's schema, in its order, as Ref gives it."""
        return f"{self.user_profile_name}|{self.domain_id}"

    def describe(self) -> dict[str, Any]:
        described = {
            **self.summary(),
            "UserProfileArn": self.arn,
            "HomeEfsFileSystemUid": self.home_efs_file_system_uid,
            "SingleSignOnUserIdentifier": self.single_sign_on_user_identifier,
            "SingleSignOnUserValue": self.single_sign_on_user_value,
            "UserSettings": self.user_settings,
        }
        return {key: value for key, value in described.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        return {
            "DomainId": self.domain_id,
            "UserProfileName": self.user_profile_name,
            "Status": self.status,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
        }


class Space(BaseObject):
    """A place for apps in a domain: private, with an owner, or shared."""

    def __init__(
        self,
        domain: StudioDomain,
        space_name: str,
        tags: Tags | None,
        space_settings: dict[str, Any] | None,
        ownership_settings: dict[str, Any] | None,
        space_sharing_settings: dict[str, Any] | None,
        space_display_name: str | None,
    ) -> None:
        self.domain_id = domain.id
        self.space_name = space_name
        self.tags: Tags = list(tags or [])
        self.space_settings = space_settings
        self.ownership_settings = ownership_settings
        self.space_sharing_settings = space_sharing_settings
        self.space_display_name = space_display_name
        path = f"{domain.id}/{space_name.lower()}"
        self.arn = arn_formatter("space", path, domain.account_id, domain.region_name)
        self.status = "InService"
        self.creation_time = self.last_modified_time = utcnow()

    @property
    def owner(self) -> str:
        """The name of the user profile that owns it, in lower case; empty where nobody does."""
        return str((self.ownership_settings or {}).get("OwnerUserProfileName", "")).lower()

    def describe(self) -> dict[str, Any]:
        described = {
            **self.summary(),
            "SpaceArn": self.arn,
            "SpaceSettings": self.space_settings,
            "OwnershipSettings": self.ownership_settings,
            "SpaceSharingSettings": self.space_sharing_settings,
        }
        return {key: value for key, value in described.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        described = {
            "DomainId": self.domain_id,
            "SpaceName": self.space_name,
            "SpaceDisplayName": self.space_display_name,
            "Status": self.status,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            "OwnershipSettingsSummary": self.ownership_settings,
            "SpaceSharingSettingsSummary": self.space_sharing_settings,
        }
        return {key: value for key, value in described.items() if value is not None}


class App(BaseObject):
    """An app of a user profile or of a space."""

    def __init__(
        self,
        domain: StudioDomain,
        user_profile_name: str | None,
        space_name: str | None,
        app_type: str,
        app_name: str,
        tags: Tags | None,
        resource_spec: dict[str, Any] | None,
        recovery_mode: bool | None,
    ) -> None:
        self.domain_id = domain.id
        self.user_profile_name = user_profile_name
        self.space_name = space_name
        self.app_type = app_type
        self.app_name = app_name
        self.tags: Tags = list(tags or [])
        self.resource_spec = resource_spec
        self.recovery_mode = recovery_mode
        owner = (space_name or user_profile_name or "").lower()
        path = f"{domain.id}/{owner}/{app_type.lower()}/{app_name.lower()}"
        self.arn = arn_formatter("app", path, domain.account_id, domain.region_name)
        self.status = "InService"
        self.creation_time = utcnow()

    @property
    def is_deleted(self) -> bool:
        """Deleted apps stay in the lists for a day, and hold nothing back."""
        return self.status == "Deleted"

    def describe(self) -> dict[str, Any]:
        return {**self.summary(), "AppArn": self.arn, "RecoveryMode": bool(self.recovery_mode)}

    def summary(self) -> dict[str, Any]:
        described = {
            "DomainId": self.domain_id,
            "UserProfileName": self.user_profile_name,
            "SpaceName": self.space_name,
            "AppType": self.app_type,
            "AppName": self.app_name,
            "Status": self.status,
            "CreationTime": self.creation_time,
            "ResourceSpec": self.resource_spec,
        }
        return {key: value for key, value in described.items() if value is not None}


def profile_arn(domain: StudioDomain, user_profile_name: str) -> str:
    """The ARN of a user profile, in which SageMaker writes the name in lower case."""
    path = f"{domain.id}/{user_profile_name.lower()}"
    return arn_formatter("user-profile", path, domain.account_id, domain.region_name)


def _random_id(length: int) -> str:
    return mock_random.get_random_string(length, lower_case=True)
