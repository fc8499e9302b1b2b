"""moto's permission sets with the names, limits and refusals of AWS's.

The module has moto's name for it: a backend finds its urls beside its models. An instance is known
by the form of its ARN: it belongs to the management account, which is not this one.
https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from moto.core.exceptions import ServiceException
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.moto_api._internal import mock_random
from moto.ssoadmin.models import (
    ManagedPolicy,
    PermissionSet,
    SSOAdminBackend,
    ssoadmin_backends,
)

from compiler.sandbox.constraints import ValidationException
from compiler.sandbox.iam.documents import verify_identity_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

Tags = list[dict[str, str]]

SESSION_HOURS = (1, 12)
"""The shortest and the longest session.
https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html"""

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (86_400, 3_600, 60, 1)


class ConflictException(ServiceException):
    """What is there already, or is still needed."""

    code = "ConflictException"


class ResourceNotFoundException(ServiceException):
    """What is not there."""

    code = "ResourceNotFoundException"


class BoundedPermissionSet(PermissionSet):
    """moto's permission set, with an ARN as AWS gives it, and with a permissions boundary."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        instance = self.instance_arn.replace(":instance/", ":permissionSet/")
        self.permission_set_arn = f"{instance}/ps-{mock_random.get_random_hex(16)}"
        self.tags: Tags = list(self.tags or [])
        self.permissions_boundary: dict[str, Any] | None = None

    @property
    def physical_resource_id(self) -> str:
        """The primary identifier of the type's schema, in its order, as Ref gives it."""
        return f"{self.instance_arn}|{self.permission_set_arn}"

    def to_json(self, include_creation_date: bool = False) -> dict[str, Any]:
        described = super().to_json(include_creation_date)
        return {key: value for key, value in described.items() if value is not None}


class SandboxSSOAdminBackend(SSOAdminBackend):
    """Identity Center of one account in one Region."""

    permission_sets: list[PermissionSet]

    def create_permission_set(
        self,
        name: str,
        description: str | None,
        instance_arn: str,
        session_duration: str | None,
        relay_state: str | None,
        tags: Tags | None,
    ) -> dict[str, Any]:
        duration = _session(session_duration or "PT1H")
        for other in self.permission_sets:
            if (other.instance_arn, other.name) == (instance_arn, name):
                raise ConflictException(f"PermissionSet with name {name} already exists.")
        permission_set = BoundedPermissionSet(
            name, description, instance_arn, duration, relay_state, tags
        )
        self.permission_sets.append(permission_set)
        return permission_set.to_json(include_creation_date=True)

    def update_permission_set(
        self,
        instance_arn: str,
        permission_set_arn: str,
        description: str | None,
        session_duration: str | None,
        relay_state: str | None,
    ) -> dict[str, Any]:
        known = self.permission_set(instance_arn, permission_set_arn)
        return super().update_permission_set(
            instance_arn,
            permission_set_arn,
            description or known.description,
            _session(session_duration or known.session_duration),
            relay_state or known.relay_state,
        )

    def delete_permission_set(self, instance_arn: str, permission_set_arn: str) -> dict[str, Any]:
        if any(one.permission_set_arn == permission_set_arn for one in self.account_assignments):
            raise ConflictException(
                "Could not delete because PermissionSet has ApplicationProfile associated with it"
            )
        return super().delete_permission_set(instance_arn, permission_set_arn)

    def put_inline_policy_to_permission_set(
        self, instance_arn: str, permission_set_arn: str, inline_policy: str
    ) -> None:
        try:
            verify_identity_policy(inline_policy)
        except MalformedPolicyDocument as error:
            raise ValidationException(f"Invalid policy document: {error.message}") from error
        super().put_inline_policy_to_permission_set(instance_arn, permission_set_arn, inline_policy)

    def put_permissions_boundary_to_permission_set(
        self, instance_arn: str, permission_set_arn: str, permissions_boundary: dict[str, Any]
    ) -> None:
        if len(permissions_boundary) != 1:
            raise ValidationException(
                "Only ManagedPolicyArn or CustomerManagedPolicyReference should be given."
            )
        if "ManagedPolicyArn" in permissions_boundary:
            self._find_managed_policy(permissions_boundary["ManagedPolicyArn"])
        known = self.permission_set(instance_arn, permission_set_arn)
        known.permissions_boundary = permissions_boundary

    def get_permissions_boundary_for_permission_set(
        self, instance_arn: str, permission_set_arn: str
    ) -> dict[str, Any]:
        known = self.permission_set(instance_arn, permission_set_arn)
        if known.permissions_boundary is None:
            raise ResourceNotFoundException("PermissionsBoundary not found")
        return known.permissions_boundary

    def delete_permissions_boundary_from_permission_set(
        self, instance_arn: str, permission_set_arn: str
    ) -> None:
        self.permission_set(instance_arn, permission_set_arn).permissions_boundary = None

    def tag_resource(self, resource_arn: str, tags: Tags, instance_arn: str | None = None) -> None:
        known = self._tagged(resource_arn)
        added = {tag["Key"] for tag in tags}
        known.tags = [tag for tag in known.tags if tag["Key"] not in added] + tags

    def untag_resource(
        self, resource_arn: str, tag_keys: Sequence[str], instance_arn: str | None = None
    ) -> None:
        known = self._tagged(resource_arn)
        known.tags = [tag for tag in known.tags if tag["Key"] not in tag_keys]

    def list_tags_for_resource(
        self, resource_arn: str, instance_arn: str | None = None, next_token: str | None = None
    ) -> Tags:
        return self._tagged(resource_arn).tags

    def permission_set(self, instance_arn: str, permission_set_arn: str) -> BoundedPermissionSet:
        """A permission set by its ARN.

        :raises ResourceNotFoundException: if the instance has none of that ARN.
        """
        for one in self.permission_sets:
            if (one.instance_arn, one.permission_set_arn) == (instance_arn, permission_set_arn):
                return cast("BoundedPermissionSet", one)
        name = permission_set_arn.rpartition("/")[2]
        raise ResourceNotFoundException(f"Could not find PermissionSet with id {name}")

    def _find_permission_set(self, instance_arn: str, permission_set_arn: str) -> PermissionSet:
        return self.permission_set(instance_arn, permission_set_arn)

    def _find_managed_policy(self, managed_policy_arn: str) -> ManagedPolicy:
        # moto looks for the path of a policy under a name that its data does not have.
        policies = iam_backends[self.account_id][self.partition].managed_policies
        found = policies.get(managed_policy_arn)
        if not isinstance(found, AWSManagedPolicy):
            raise ResourceNotFoundException(f"Policy does not exist with ARN: {managed_policy_arn}")
        return ManagedPolicy(managed_policy_arn, found.name)

    def _tagged(self, arn: str) -> BoundedPermissionSet:
        for one in self.permission_sets:
            if one.permission_set_arn == arn:
                return cast("BoundedPermissionSet", one)
        raise ResourceNotFoundException(f"Could not find resource {arn}")


def backend_of(account_id: str, region_name: str) -> SandboxSSOAdminBackend:
    """Identity Center of an account in a Region."""
    return cast("SandboxSSOAdminBackend", ssoadmin_backends[account_id][region_name])


def _session(duration: str) -> str:
    """Refuse a session that is too short or too long.

    :raises ValidationException: if it is, or counts in months, which have no length.
    """
    found = _DURATION.fullmatch(duration)
    shortest, longest = SESSION_HOURS
    counts = [int(count or 0) for count in found.groups()] if found else [0]
    seconds = sum(count * unit for count, unit in zip(counts, _SECONDS, strict=False))
    if not shortest <= seconds / 3_600 <= longest:
        raise ValidationException(
            f"SessionDuration {duration} is not between {shortest} and {longest} hours."
        )
    return duration
