"""moto's SageMaker with the domains and user profiles of Studio.

The module has moto's name for it: a backend finds its urls beside its models.
https://docs.aws.amazon.com/sagemaker/latest/dg/sm-domain.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound
from moto.sagemaker.models import sagemaker_backends
from moto.utilities.paginator import paginate

from compiler.sandbox.constraints import ValidationException
from compiler.sandbox.sagemaker.settings import (
    merged,
    require_execution_role,
    require_landing,
    require_network,
    require_user_settings,
)
from compiler.sandbox.sagemaker.spaces import (
    PAGINATION_MODEL,
    SpacesBackend,
    listed,
    require_unused,
)
from compiler.sandbox.sagemaker.studio import StudioDomain, UserProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.sagemaker.studio import Tags

_RSTUDIO = "RStudioServerProDomainSettings"


class SandboxSageMakerBackend(SpacesBackend):
    """SageMaker of one account in one Region."""

    def create_domain(
        self,
        domain_name: str,
        auth_mode: str,
        default_user_settings: dict[str, Any],
        subnet_ids: list[str],
        vpc_id: str,
        domain_settings: dict[str, Any] | None,
        tags: Tags | None,
        app_network_access_type: str | None,
        home_efs_file_system_kms_key_id: str | None,
        kms_key_id: str | None,
        app_security_group_management: str | None,
        default_space_settings: dict[str, Any] | None,
        tag_propagation: str | None = None,
        home_efs_file_system_creation: str | None = None,
    ) -> dict[str, Any]:
        if any(domain.domain_name == domain_name for domain in self.domains.values()):
            raise ResourceInUseException(
                f"Resource Already Exists: Domain with name {domain_name} already exists. "
                "Choose a different name."
            )
        require_network(app_network_access_type, vpc_id, subnet_ids, domain_settings)
        domain = StudioDomain(
            domain_name=domain_name,
            auth_mode=auth_mode,
            default_user_settings=default_user_settings,
            subnet_ids=subnet_ids,
            vpc_id=vpc_id,
            domain_settings=domain_settings,
            tags=tags,
            app_network_access_type=app_network_access_type,
            home_efs_file_system_kms_key_id=home_efs_file_system_kms_key_id,
            kms_key_id=kms_key_id,
            app_security_group_management=app_security_group_management,
            default_space_settings=default_space_settings,
            tag_propagation=tag_propagation,
            home_efs_file_system_creation=home_efs_file_system_creation,
            account_id=self.account_id,
            region_name=self.region_name,
        )
        self._require_roles(domain.arn, default_user_settings, default_space_settings)
        require_landing(default_user_settings)
        self.domains[domain.id] = domain
        return {"DomainArn": domain.arn, "DomainId": domain.id, "Url": domain.url}

    def describe_domain(self, domain_id: str) -> dict[str, Any]:
        return self.domain(domain_id).describe()

    def update_domain(
        self,
        domain_id: str,
        default_user_settings: dict[str, Any] | None,
        domain_settings_for_update: dict[str, Any] | None,
        app_security_group_management: str | None,
        default_space_settings: dict[str, Any] | None,
        subnet_ids: list[str] | None,
        app_network_access_type: str | None,
        tag_propagation: str | None,
        home_efs_file_system_creation: str | None,
        vpc_id: str | None,
    ) -> StudioDomain:
        domain = self.domain(domain_id)
        access_type = app_network_access_type or domain.app_network_access_type
        subnets = domain.subnet_ids if subnet_ids is None else subnet_ids
        settings = _updated_settings(domain.domain_settings, domain_settings_for_update)
        is_moved = access_type != domain.app_network_access_type
        if is_moved or not set(domain.subnet_ids or ()).issubset(subnets or ()):
            self._require_no_apps(domain)
        _require_same(domain, vpc_id, home_efs_file_system_creation)
        require_network(access_type, vpc_id or domain.vpc_id, subnets, settings)
        self._require_roles(domain.arn, default_user_settings, default_space_settings)
        user_settings = merged(domain.default_user_settings, default_user_settings)
        require_landing(user_settings)
        domain.default_user_settings = user_settings
        if default_space_settings:
            space_settings = merged(domain.default_space_settings, default_space_settings)
            domain.default_space_settings = space_settings
        domain.domain_settings = settings
        domain.app_network_access_type = access_type
        domain.subnet_ids = subnets
        domain.vpc_id = vpc_id or domain.vpc_id
        domain.app_security_group_management = (
            app_security_group_management or domain.app_security_group_management
        )
        domain.tag_propagation = tag_propagation or domain.tag_propagation
        domain.home_efs_file_system_creation = (
            home_efs_file_system_creation or domain.home_efs_file_system_creation
        )
        domain.last_modified_time = utcnow()
        return domain

    def delete_domain(self, domain_id: str, retention_policy: dict[str, str] | None = None) -> None:
        domain = self.domain(domain_id)
        require_unused(
            f"Domain [{domain.arn}]",
            UserProfile=any(key[0] == domain_id for key in self.user_profiles),
            Space=any(key[0] == domain_id for key in self.spaces),
        )
        del self.domains[domain_id]

    def create_user_profile(
        self,
        domain_id: str,
        user_profile_name: str,
        single_sign_on_user_identifier: str | None,
        single_sign_on_user_value: str | None,
        tags: Tags | None,
        user_settings: dict[str, Any] | None,
    ) -> UserProfile:
        domain = self.domain(domain_id)
        _require_sign_on(domain, single_sign_on_user_identifier, single_sign_on_user_value)
        profile = UserProfile(
            domain,
            user_profile_name,
            single_sign_on_user_identifier,
            single_sign_on_user_value,
            tags,
            user_settings,
        )
        if (domain_id, user_profile_name.lower()) in self.user_profiles:
            raise ResourceInUseException(f"UserProfile [{profile.arn}] already exists.")
        self._require_roles(profile.arn, user_settings)
        require_user_settings(domain, user_settings)
        self.user_profiles[domain_id, user_profile_name.lower()] = profile
        return profile

    def describe_user_profile(self, domain_id: str, user_profile_name: str) -> dict[str, Any]:
        return self.user_profile(domain_id, user_profile_name).describe()

    def update_user_profile(
        self, domain_id: str, user_profile_name: str, user_settings: dict[str, Any] | None
    ) -> UserProfile:
        profile = self.user_profile(domain_id, user_profile_name)
        settings = merged(profile.user_settings, user_settings)
        self._require_roles(profile.arn, user_settings)
        require_user_settings(self.domain(domain_id), settings)
        profile.user_settings = settings
        profile.last_modified_time = utcnow()
        return profile

    @paginate(pagination_model=PAGINATION_MODEL)
    def list_user_profiles(
        self,
        sort_order: str | None,
        sort_by: str | None,
        domain_id_equals: str | None,
        user_profile_name_contains: str | None,
    ) -> list[UserProfile]:
        part = (user_profile_name_contains or "").lower()
        found = (each for (_, name), each in self.user_profiles.items() if part in name)
        return listed(found, domain_id_equals, sort_by, sort_order)

    def delete_user_profile(self, domain_id: str, user_profile_name: str) -> None:
        profile = self.user_profile(domain_id, user_profile_name)
        name = user_profile_name.lower()
        owners = {(domain, space.owner) for (domain, _), space in self.spaces.items()}
        require_unused(
            f"UserProfile [{profile.arn}]",
            App=bool(self._apps_of(domain_id, user_profile_name=name)),
            Space=(domain_id, name) in owners,
        )
        del self.user_profiles[domain_id, name]

    def add_tags(self, arn: str, tags: Tags) -> Tags:
        resource = self._get_resource_from_arn(arn)
        added = {tag["Key"] for tag in tags}
        resource.tags = [tag for tag in resource.tags if tag["Key"] not in added] + tags
        return cast("Tags", resource.tags)

    def _get_resource_from_arn(self, arn: str) -> Any:
        kind = arn.split(":", maxsplit=5)[-1].split("/", maxsplit=1)[0]
        held: dict[str, Mapping[Any, Any]] = {
            "app": self.apps,
            "domain": self.domains,
            "space": self.spaces,
            "user-profile": self.user_profiles,
        }
        if kind not in held:
            return super()._get_resource_from_arn(arn)
        for resource in held[kind].values():
            if resource.arn == arn:
                return resource
        raise ResourceNotFound(f"Resource [{arn}] does not exist.")

    def _require_roles(self, source_arn: str, *settings: Mapping[str, Any] | None) -> None:
        for each in settings:
            require_execution_role(each, source_arn, self.account_id, self.region_name)

    def _require_no_apps(self, domain: StudioDomain) -> None:
        if self._apps_of(domain.id):
            raise ValidationException(
                f"Unable to update Domain [{domain.arn}] with InService App. Delete all InService "
                "apps in the domain including shared Apps for [domain-shared] User Profile, and "
                "try again."
            )


def backend_of(account_id: str, region_name: str) -> SandboxSageMakerBackend:
    """SageMaker of an account in a Region."""
    return cast("SandboxSageMakerBackend", sagemaker_backends[account_id][region_name])


def _updated_settings(
    settings: dict[str, Any] | None, changed: dict[str, Any] | None
) -> dict[str, Any] | None:
    """The settings of a domain after an update, which calls those of RStudio differently."""
    if not changed:
        return settings
    named = {key.replace(f"{_RSTUDIO}ForUpdate", _RSTUDIO): each for key, each in changed.items()}
    return merged(settings, named)


def _require_same(domain: StudioDomain, vpc_id: str | None, efs: str | None) -> None:
    """Refuse to change what a domain has once and for all.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html
    """
    if vpc_id and domain.vpc_id and vpc_id != domain.vpc_id:
        raise ValidationException(f"The VpcId of Domain [{domain.arn}] cannot be changed.")
    if efs == "Disabled" and domain.home_efs_file_system_creation == "Enabled":
        raise ValidationException(
            f"HomeEfsFileSystemCreation of Domain [{domain.arn}] cannot be changed from Enabled "
            "to Disabled."
        )


def _require_sign_on(domain: StudioDomain, identifier: str | None, value: str | None) -> None:
    """Refuse a user profile that does not say who signs on, or says it where nobody does.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateUserProfile.html
    """
    names = "SingleSignOnUserIdentifier and SingleSignOnUserValue"
    if domain.auth_mode == "SSO" and not (identifier and value):
        raise ValidationException(
            f"{names} are required: the AuthMode of Domain [{domain.arn}] is SSO."
        )
    if domain.auth_mode != "SSO" and (identifier or value):
        raise ValidationException(
            f"{names} cannot be specified: the AuthMode of Domain [{domain.arn}] is "
            f"{domain.auth_mode}."
        )
