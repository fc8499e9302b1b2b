"""moto's IAM with the quotas and refusals of AWS's.

The module has moto's name for it: a backend finds its urls beside its models.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import (
    DeleteConflictException,
    IAMException,
    LimitExceededException,
    NoSuchEntity,
    ValidationError,
)
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy, PolicyVersion, Role

from compiler.sandbox.iam.documents import (
    policy_size,
    verify_identity_policy,
    verify_trust_policy,
)

MANAGED_POLICY_CHARACTERS = 6144
"""The longest managed policy, without white space."""
INLINE_POLICY_CHARACTERS = 10240
"""The longest that all inline policies of a role may be together, without white space."""
TRUST_POLICY_CHARACTERS = 2048
"""The default quota of a trust policy."""
ATTACHED_POLICIES = 10
"""The default quota of managed policies attached to a role."""
MANAGED_POLICIES = 1500
"""The default quota of customer managed policies in an account."""
PATH_CHARACTERS = 512
"""The longest path of a role or a policy."""
SESSION_SECONDS = (3600, 43200)
"""The shortest and the longest MaxSessionDuration."""

_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_PATH = re.compile(r"/|/[\x21-\x7e]+/")


class SandboxIAMBackend(IAMBackend):
    """IAM of one account in one partition."""

    def reset(self) -> None:
        """Nothing: moto drops its backends right after it has reset them."""

    def _init_aws_policies(self) -> list[ManagedPolicy]:
        policies = list(aws_policies(self.account_id, self.region_name))
        for policy in policies:
            # All else about them is for AWS alone to change.
            policy.attachment_count = 0
        return policies

    def create_role(
        self,
        role_name: str,
        assume_role_policy_document: str,
        path: str,
        permissions_boundary: str | None,
        description: str,
        tags: list[dict[str, str]],
        max_session_duration: str | None,
        linked_service: str | None = None,
    ) -> Role:
        _verify_name("roleName", role_name, 64)
        _verify_path(path)
        self._verify_trust(assume_role_policy_document)
        _verify_session(max_session_duration)
        if permissions_boundary:
            self._require_policy(permissions_boundary, "Scope ARN: ")
        return super().create_role(
            role_name,
            assume_role_policy_document,
            path,
            permissions_boundary,
            description,
            tags,
            max_session_duration,
            linked_service,
        )

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        role = self.get_role(role_name)
        self._verify_trust(policy_document)
        role.assume_role_policy_document = policy_document

    def update_role(self, role_name: str, role_description: str, max_session_duration: str) -> Role:
        _verify_session(max_session_duration)
        return super().update_role(role_name, role_description, max_session_duration)

    def put_role_permissions_boundary(self, role_name: str, permissions_boundary: str) -> None:
        self.get_role(role_name)
        self._require_policy(permissions_boundary, "Scope ARN: ")
        super().put_role_permissions_boundary(role_name, permissions_boundary)

    def put_role_policy(self, role_name: str, policy_name: str, policy_json: str) -> None:
        role = self.get_role(role_name)
        _verify_name("policyName", policy_name, 128)
        verify_identity_policy(policy_json)
        documents = {**role.policies, policy_name: policy_json}
        if sum(policy_size(text) for text in documents.values()) > INLINE_POLICY_CHARACTERS:
            raise LimitExceededException(
                f"Maximum policy size of {INLINE_POLICY_CHARACTERS} bytes exceeded "
                f"for role {role_name}"
            )
        super().put_role_policy(role_name, policy_name, policy_json)

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        attached = self.get_role(role_name).managed_policies
        self._require_policy(policy_arn, "Policy ")
        if policy_arn in attached:
            # Attaching again succeeds on AWS; moto would count the attachment twice.
            return
        if len(attached) >= ATTACHED_POLICIES:
            raise LimitExceededException(
                f"Cannot exceed quota for PoliciesPerRole: {ATTACHED_POLICIES}"
            )
        super().attach_role_policy(policy_arn, role_name)

    def create_policy(
        self,
        description: str,
        path: str,
        policy_document: str,
        policy_name: str,
        tags: list[dict[str, str]],
    ) -> ManagedPolicy:
        _verify_name("policyName", policy_name, 128)
        _verify_path(path)
        self._verify_managed(policy_document)
        own = sum(not isinstance(one, AWSManagedPolicy) for one in self.managed_policies.values())
        if own >= MANAGED_POLICIES:
            raise LimitExceededException(
                f"Cannot exceed quota for PoliciesPerAccount: {MANAGED_POLICIES}"
            )
        return super().create_policy(description, path, policy_document, policy_name, tags)

    def create_policy_version(
        self, policy_arn: str, policy_document: str, set_as_default: bool
    ) -> PolicyVersion:
        self._own_policy(policy_arn)
        self._verify_managed(policy_document)
        default = str(set_as_default).lower() == "true"
        return super().create_policy_version(policy_arn, policy_document, default)

    def set_default_policy_version(self, policy_arn: str, version_id: str) -> bool:
        self._own_policy(policy_arn)
        return super().set_default_policy_version(policy_arn, version_id)

    def delete_policy_version(self, policy_arn: str, version_id: str) -> None:
        self._own_policy(policy_arn)
        super().delete_policy_version(policy_arn, version_id)

    def delete_policy(self, policy_arn: str) -> None:
        policy = self._own_policy(policy_arn)
        bounds = any(role.permissions_boundary_arn == policy_arn for role in self.get_roles())
        if policy.attachment_count or bounds:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy."
            )
        super().delete_policy(policy_arn)

    def _own_policy(self, arn: str) -> ManagedPolicy:
        policy = self.get_policy(arn)
        if isinstance(policy, AWSManagedPolicy):
            raise IAMException("AccessDenied", f"Policy {arn} is outside your own account.")
        return policy

    def _verify_managed(self, document: str) -> None:
        verify_identity_policy(document)
        if policy_size(document) > MANAGED_POLICY_CHARACTERS:
            raise LimitExceededException(
                f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_CHARACTERS}"
            )

    def _verify_trust(self, document: str) -> None:
        verify_trust_policy(document)
        if policy_size(document) > TRUST_POLICY_CHARACTERS:
            raise LimitExceededException(
                f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_CHARACTERS}"
            )

    def _require_policy(self, arn: str, subject: str) -> None:
        if arn not in self.managed_policies:
            raise NoSuchEntity(f"{subject}{arn} does not exist or is not attachable.")


@cache
def aws_policies(account_id: str, partition: str) -> tuple[ManagedPolicy, ...]:
    """The managed policies of AWS, as moto ships them, read once and not at every reset."""
    return tuple(
        AWSManagedPolicy.from_data(name, account_id, partition, data)
        for name, data in _aws_policy_data().items()
    )


@cache
def _aws_policy_data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(aws_managed_policies_data)
    return data


def _verify_name(member: str, name: str, longest: int) -> None:
    if len(name) > longest or not _NAME.fullmatch(name):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at '{member}' failed to satisfy "
            f"constraint: Member must have length less than or equal to {longest} and satisfy "
            r"regular expression pattern: [\w+=,.@-]+"
        )


def _verify_path(path: Any) -> None:
    if path and (len(path) > PATH_CHARACTERS or not _PATH.fullmatch(path)):
        raise ValidationError(
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters."
        )


def _verify_session(seconds: Any) -> None:
    shortest, longest = SESSION_SECONDS
    if seconds is not None and not shortest <= int(seconds) <= longest:
        raise ValidationError(
            f"1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to "
            f"satisfy constraint: Member must be between {shortest} and {longest}"
        )
