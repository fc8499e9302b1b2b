"""AWS::IAM::ManagedPolicy, which is versioned on update and deleted with its versions.

moto's model has no update and no delete: a stack says that it did both, and nothing has changed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, ManagedPolicy, iam_backends
from moto.utilities.utils import get_partition

from compiler.sandbox.iam.handlers import policy_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handled, Handler

MAX_VERSIONS = 5
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

_REPLACING = ("ManagedPolicyName", "Path", "Description")


class ManagedPolicyResource(ManagedPolicy):
    """The model of the type; the policies that it makes are moto's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "ManagedPolicyName"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in _ATTRIBUTES

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """A return value of Fn::GetAtt."""
        if attribute_name not in _ATTRIBUTES:
            raise UnformattedGetAttTemplateException
        return _ATTRIBUTES[attribute_name](self)

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> ManagedPolicy:
        properties = cloudformation_json["Properties"]
        iam = iam_backends[account_id][get_partition(region_name)]
        policy = iam.create_policy(
            description=properties.get("Description"),
            path=properties.get("Path", "/"),
            policy_document=_text(properties["PolicyDocument"]),
            policy_name=resource_name,
            tags=[],
        )
        try:
            _set_attachments(iam, policy, {}, properties)
        except Exception:
            # CloudFormation deletes what a failed creation has left.
            _remove(iam, policy.arn, properties)
            raise
        return policy

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: ManagedPolicy,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> ManagedPolicy:
        properties = cloudformation_json["Properties"]
        iam = iam_backends[account_id][get_partition(region_name)]
        policy = iam.get_policy(original_resource.arn)
        _set_document(iam, policy, _text(properties["PolicyDocument"]))
        _set_attachments(iam, policy, cloudformation_json["PreviousProperties"], properties)
        return policy

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        iam = iam_backends[account_id][get_partition(region_name)]
        _remove(iam, resource_name, cloudformation_json["Properties"])

    @classmethod
    def calls(cls, handler: Handler, handled: Handled) -> Iterator[Call]:
        """What CloudFormation calls for one."""
        return policy_calls(handler, handled)

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new policy."""
        return any(previous.get(name) != properties.get(name) for name in _REPLACING)


def _set_document(iam: IAMBackend, policy: ManagedPolicy, document: str) -> None:
    """Make a document the default version; the oldest other version goes if there are too many."""
    current = iam.get_policy_version(policy.arn, policy.default_version_id)
    if json.loads(current.document) == json.loads(document):
        return
    others = [one for one in policy.versions if one.version_id != policy.default_version_id]
    if len(policy.versions) >= MAX_VERSIONS:
        oldest = min(others, key=lambda version: int(version.version_id.removeprefix("v")))
        iam.delete_policy_version(policy.arn, oldest.version_id)
    iam.create_policy_version(policy.arn, document, set_as_default=True)


def _set_attachments(
    iam: IAMBackend,
    policy: ManagedPolicy,
    previous: Mapping[str, Any],
    properties: Mapping[str, Any],
) -> None:
    """Attach the policy to what these properties name, and to nothing else that the last named."""
    attach = {
        "Roles": iam.attach_role_policy,
        "Groups": iam.attach_group_policy,
        "Users": iam.attach_user_policy,
    }
    detach = {
        "Roles": iam.detach_role_policy,
        "Groups": iam.detach_group_policy,
        "Users": iam.detach_user_policy,
    }
    for kind, attach_one in attach.items():
        before, after = previous.get(kind, []), properties.get(kind, [])
        for name in before:
            if name not in after:
                _detach(detach[kind], policy.arn, name)
        for name in after:
            if name not in before:
                attach_one(policy.arn, name)


def _detach(detach: Callable[[str, str], None], arn: str, name: str) -> None:
    try:
        detach(arn, name)
    except NotFoundException:
        # Whatever was attached is gone, and the attachment with it.
        return


def _remove(iam: IAMBackend, arn: str, properties: Mapping[str, Any]) -> None:
    """Delete a policy with its versions; one that others have attached makes IAM refuse.

    A policy that is gone already counts as deleted.
    """
    try:
        policy = iam.get_policy(arn)
    except NotFoundException:
        return
    _set_attachments(iam, policy, properties, {})
    for version in list(policy.versions):
        if version.version_id != policy.default_version_id:
            iam.delete_policy_version(arn, version.version_id)
    iam.delete_policy(arn)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


_ATTRIBUTES: dict[str, Callable[[ManagedPolicy], Any]] = {
    "AttachmentCount": lambda policy: policy.attachment_count,
    "CreateDate": lambda policy: policy.create_date.isoformat(),
    "DefaultVersionId": lambda policy: policy.default_version_id,
    "IsAttachable": lambda policy: policy.is_attachable,
    "PermissionsBoundaryUsageCount": lambda _: 0,
    "PolicyArn": lambda policy: policy.arn,
    "PolicyId": lambda policy: policy.id,
    "UpdateDate": lambda policy: policy.update_date.isoformat(),
}
