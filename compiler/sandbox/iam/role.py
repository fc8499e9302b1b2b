"""AWS::IAM::Role, all of whose properties are taken over, at creation and on update.

moto's model ignores ManagedPolicyArns, and on update everything but the description.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.utilities.utils import get_partition

from compiler.sandbox.cloudformation.tags import StackTagged, gone_tags
from compiler.sandbox.iam.handlers import role_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handled, Handler

_REPLACING = ("RoleName", "Path")


class RoleResource(StackTagged, Role):
    """The model of the type; the roles that it makes are moto's."""

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Role:
        properties = cloudformation_json["Properties"]
        iam = iam_backends[account_id][get_partition(region_name)]
        role = iam.create_role(
            role_name=resource_name,
            assume_role_policy_document=_text(properties["AssumeRolePolicyDocument"]),
            path=properties.get("Path", "/"),
            permissions_boundary=properties.get("PermissionsBoundary"),
            description=properties.get("Description", ""),
            tags=properties.get("Tags", []),
            max_session_duration=properties.get("MaxSessionDuration", 3600),
        )
        try:
            _set_policies(iam, role, {}, properties)
        except Exception:
            # CloudFormation deletes what a failed creation has left.
            _remove(iam, role.name, properties)
            raise
        return role

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Role,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Role:
        properties = cloudformation_json["Properties"]
        previous = cloudformation_json["PreviousProperties"]
        iam = iam_backends[account_id][get_partition(region_name)]
        name = original_resource.name
        iam.update_assume_role_policy(name, _text(properties["AssumeRolePolicyDocument"]))
        role = iam.update_role(
            name, properties.get("Description", ""), properties.get("MaxSessionDuration", 3600)
        )
        if "PermissionsBoundary" in properties:
            iam.put_role_permissions_boundary(name, properties["PermissionsBoundary"])
        elif "PermissionsBoundary" in previous:
            iam.delete_role_permissions_boundary(name)
        iam.untag_role(name, gone_tags(previous, properties))
        iam.tag_role(name, properties.get("Tags", []))
        _set_policies(iam, role, previous, properties)
        return role

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
        return role_calls(handler, handled)

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new role."""
        return any(previous.get(name) != properties.get(name) for name in _REPLACING)


def _set_policies(
    iam: IAMBackend, role: Role, previous: Mapping[str, Any], properties: Mapping[str, Any]
) -> None:
    """Take away what only the previous properties name, then give what these name.

    What was attached by others stays: CloudFormation compares templates, not the account.
    """
    arns, inline = _arns(properties), _inline(properties)
    for arn in _arns(previous):
        if arn not in arns and arn in role.managed_policies:
            iam.detach_role_policy(arn, role.name)
    for name in _inline(previous):
        if name not in inline and name in role.policies:
            iam.delete_role_policy(role.name, name)
    for arn in arns:
        iam.attach_role_policy(arn, role.name)
    for name, document in inline.items():
        iam.put_role_policy(role.name, name, document)


def _remove(iam: IAMBackend, name: str, properties: Mapping[str, Any]) -> None:
    """Delete a role with the policies that its properties name; others make IAM refuse.

    A role that is gone already counts as deleted.
    """
    try:
        role = iam.get_role(name)
    except NotFoundException:
        return
    _set_policies(iam, role, properties, {})
    iam.delete_role(name)


def _arns(properties: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(properties.get("ManagedPolicyArns", [])))


def _inline(properties: Mapping[str, Any]) -> dict[str, str]:
    policies = properties.get("Policies", [])
    return {policy["PolicyName"]: _text(policy["PolicyDocument"]) for policy in policies}


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
