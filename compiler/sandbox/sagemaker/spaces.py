"""The spaces and apps of SageMaker's domains, which keep profiles and domains from being deleted.

https://docs.aws.amazon.com/sagemaker/latest/dg/domain-user-profile-remove.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound
from moto.sagemaker.models import SageMakerModelBackend
from moto.utilities.paginator import paginate

from compiler.sandbox.constraints import ValidationException
from compiler.sandbox.sagemaker.studio import App, Space, StudioDomain, UserProfile, profile_arn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.sandbox.sagemaker.studio import Tags

_PAGES = {"input_token": "next_token", "limit_key": "max_results", "limit_default": 10}
PAGINATION_MODEL = {
    name: {**_PAGES, "unique_attribute": "arn"}
    for name in ("list_user_profiles", "list_spaces", "list_apps")
}

Listed = TypeVar("Listed", UserProfile, Space, App)
AppKey = tuple[str, str, str, str, str]


class SpacesBackend(SageMakerModelBackend):
    """moto's SageMaker with spaces and apps; names are told apart without regard to case."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.user_profiles: dict[tuple[str, str], UserProfile] = {}
        self.spaces: dict[tuple[str, str], Space] = {}
        self.apps: dict[AppKey, App] = {}

    def create_space(
        self,
        domain_id: str,
        space_name: str,
        tags: Tags | None,
        space_settings: dict[str, Any] | None,
        ownership_settings: dict[str, Any] | None,
        space_sharing_settings: dict[str, Any] | None,
        space_display_name: str | None,
    ) -> Space:
        domain = self.domain(domain_id)
        if bool(ownership_settings) is not bool(space_sharing_settings):
            raise ValidationException(
                "OwnershipSettings and SpaceSharingSettings must be provided together."
            )
        space = Space(
            domain,
            space_name,
            tags,
            space_settings,
            ownership_settings,
            space_sharing_settings,
            space_display_name,
        )
        if space.owner:
            self.user_profile(domain_id, space.owner)
        if (domain.id, space_name.lower()) in self.spaces:
            raise ResourceInUseException(f"Space [{space.arn}] already exists.")
        self.spaces[domain.id, space_name.lower()] = space
        return space

    def describe_space(self, domain_id: str, space_name: str) -> dict[str, Any]:
        return self.space(domain_id, space_name).describe()

    @paginate(pagination_model=PAGINATION_MODEL)
    def list_spaces(
        self,
        sort_order: str | None,
        sort_by: str | None,
        domain_id_equals: str | None,
        space_name_contains: str | None,
    ) -> list[Space]:
        part = (space_name_contains or "").lower()
        found = (space for space in self.spaces.values() if part in space.space_name.lower())
        return listed(found, domain_id_equals, sort_by, sort_order)

    def delete_space(self, domain_id: str, space_name: str) -> None:
        space = self.space(domain_id, space_name)
        apps = self._apps_of(domain_id, space_name=space_name)
        require_unused(f"Space [{space.arn}]", App=bool(apps))
        del self.spaces[domain_id, space_name.lower()]

    def create_app(
        self,
        domain_id: str,
        user_profile_name: str | None,
        space_name: str | None,
        app_type: str,
        app_name: str,
        tags: Tags | None,
        resource_spec: dict[str, Any] | None,
        recovery_mode: bool | None,
    ) -> App:
        domain = self.domain(domain_id)
        key = app_key(domain_id, user_profile_name, space_name, app_type, app_name)
        if user_profile_name:
            self.user_profile(domain_id, user_profile_name)
        if space_name:
            self.space(domain_id, space_name)
        app = App(
            domain,
            user_profile_name,
            space_name,
            app_type,
            app_name,
            tags,
            resource_spec,
            recovery_mode,
        )
        if key in self.apps and not self.apps[key].is_deleted:
            raise ResourceInUseException(f"App [{app.arn}] already exists.")
        self.apps[key] = app
        return app

    def describe_app(
        self,
        domain_id: str,
        user_profile_name: str | None,
        space_name: str | None,
        app_type: str,
        app_name: str,
    ) -> dict[str, Any]:
        key = app_key(domain_id, user_profile_name, space_name, app_type, app_name)
        return self._app(key).describe()

    @paginate(pagination_model=PAGINATION_MODEL)
    def list_apps(
        self,
        sort_order: str | None,
        sort_by: str | None,
        domain_id_equals: str | None,
        user_profile_name_equals: str | None,
        space_name_equals: str | None,
    ) -> list[App]:
        profile, space = (user_profile_name_equals or "").lower(), (space_name_equals or "").lower()
        found = (
            app
            for app in self.apps.values()
            if profile in ("", (app.user_profile_name or "").lower())
            and space in ("", (app.space_name or "").lower())
        )
        return listed(found, domain_id_equals, sort_by, sort_order)

    def delete_app(
        self,
        domain_id: str,
        user_profile_name: str | None,
        space_name: str | None,
        app_type: str,
        app_name: str,
    ) -> None:
        key = app_key(domain_id, user_profile_name, space_name, app_type, app_name)
        app = self._app(key)
        if app.is_deleted:
            raise ResourceInUseException(f"App [{app.arn}] is already deleted.")
        app.status = "Deleted"

    def domain(self, domain_id: str) -> StudioDomain:
        """A domain by its id.

        :raises ResourceNotFound: if there is none.
        """
        found = self.domains.get(domain_id)
        if not isinstance(found, StudioDomain):
            raise ResourceNotFound(f"Domain [{domain_id}] does not exist.")
        return found

    def user_profile(self, domain_id: str, user_profile_name: str) -> UserProfile:
        """A user profile by its name, in any case.

        :raises ResourceNotFound: if there is none, or not the domain.
        """
        domain = self.domain(domain_id)
        found = self.user_profiles.get((domain_id, user_profile_name.lower()))
        if found is None:
            arn = profile_arn(domain, user_profile_name)
            raise ResourceNotFound(f"UserProfile [{arn}] does not exist.")
        return found

    def space(self, domain_id: str, space_name: str) -> Space:
        """A space by its name, in any case.

        :raises ResourceNotFound: if there is none, or not the domain.
        """
        self.domain(domain_id)
        found = self.spaces.get((domain_id, space_name.lower()))
        if found is None:
            raise ResourceNotFound(f"Space [{space_name}] does not exist in Domain [{domain_id}].")
        return found

    def _app(self, key: AppKey) -> App:
        self.domain(key[0])
        if key not in self.apps:
            raise ResourceNotFound(f"App [{'/'.join(filter(None, key))}] does not exist.")
        return self.apps[key]

    def _apps_of(
        self, domain_id: str, *, user_profile_name: str = "", space_name: str = ""
    ) -> list[App]:
        """The apps that are not deleted: of a user profile, of a space, or of a whole domain."""
        wanted = (user_profile_name.lower(), space_name.lower())
        return [
            app
            for (domain, *owner, _, _), app in self.apps.items()
            if not app.is_deleted and domain == domain_id and wanted in (("", ""), tuple(owner))
        ]


def require_unused(subject: str, **held: bool) -> None:
    """Refuse to delete what holds something.

    :param held: whether there is something of each kind.
    :raises ResourceInUseException: in AWS's words.
    """
    for kind, is_held in held.items():
        if is_held:
            raise ResourceInUseException(
                f"Unable to delete {subject} because {kind}(s) are associated with it."
            )


def listed(
    found: Iterable[Listed], domain_id: str | None, sort_by: str | None, sort_order: str | None
) -> list[Listed]:
    """Those of a domain, or all, in the order that was asked for."""
    field = "last_modified_time" if sort_by == "LastModifiedTime" else "creation_time"
    wanted = [each for each in found if domain_id in (None, each.domain_id)]
    return sorted(wanted, key=lambda each: getattr(each, field), reverse=sort_order == "Descending")


def app_key(
    domain_id: str,
    user_profile_name: str | None,
    space_name: str | None,
    app_type: str,
    app_name: str,
) -> AppKey:
    """What tells an app from all others.

    :raises ValidationException: if it is neither a user profile's nor a space's.
    """
    if not user_profile_name and not space_name:
        raise ValidationException("Either UserProfileName or SpaceName must be provided.")
    profile, space = (user_profile_name or "").lower(), (space_name or "").lower()
    return domain_id, profile, space, app_type, app_name.lower()
