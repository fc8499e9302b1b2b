"""AWS::SSO::PermissionSet.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-permissionset.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.ssoadmin.models import CustomerManagedPolicy

from compiler.sandbox.cloudformation.tags import StackTagged, gone_tags
from compiler.sandbox.constraints import arguments
from compiler.sandbox.identity_center.handlers import permission_set_calls
from compiler.sandbox.identity_center.models import ResourceNotFoundException, backend_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.authorisation import Call
    from compiler.sandbox.cloudformation.handled import Handled, Handler
    from compiler.sandbox.identity_center.models import (
        BoundedPermissionSet,
        SandboxSSOAdminBackend,
    )

_REPLACING = ("InstanceArn", "Name")
"""The create-only properties of the type's schema."""

_LISTS = {
    "CustomerManagedPolicyReferences": (
        "CustomerManagedPolicyReference",
        "CustomerManagedPolicyReference",
    ),
    "ManagedPolicies": ("ManagedPolicy", "ManagedPolicyArn"),
}
"""For each list of the type, what the API's operations call an item, and its member."""


class PermissionSetResource(StackTagged, CloudFormationModel):
    """The model of the type; the permission sets that it makes are the backend's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SSO::PermissionSet"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "PermissionSetArn"

    @staticmethod
    def get_cfn_attribute(permission_set: BoundedPermissionSet, attribute_name: str) -> str:
        """A return value of Fn::GetAtt."""
        if attribute_name != "PermissionSetArn":
            raise UnformattedGetAttTemplateException
        return permission_set.permission_set_arn

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> BoundedPermissionSet:
        properties = cloudformation_json["Properties"]
        sso = backend_of(account_id, region_name)
        members = {**properties, "RelayState": properties.get("RelayStateType")}
        made = sso.create_permission_set(**arguments("sso-admin", "CreatePermissionSet", members))
        permission_set = sso.permission_set(properties["InstanceArn"], made["PermissionSetArn"])
        try:
            _set_policies(sso, permission_set, {}, properties)
        except Exception:
            # CloudFormation deletes what a failed creation has left.
            sso.delete_permission_set(
                permission_set.instance_arn, permission_set.permission_set_arn
            )
            raise
        return permission_set

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: BoundedPermissionSet,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> BoundedPermissionSet:
        properties = cloudformation_json["Properties"]
        previous = cloudformation_json["PreviousProperties"]
        sso = backend_of(account_id, region_name)
        arn = original_resource.permission_set_arn
        members = {
            **properties,
            "PermissionSetArn": arn,
            "RelayState": properties.get("RelayStateType"),
        }
        sso.update_permission_set(**arguments("sso-admin", "UpdatePermissionSet", members))
        permission_set = sso.permission_set(properties["InstanceArn"], arn)
        _set_policies(sso, permission_set, previous, properties)
        sso.untag_resource(arn, gone_tags(previous, properties))
        sso.tag_resource(arn, properties.get("Tags", []))
        return permission_set

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        instance_arn, arn = resource_name.split("|")
        sso = backend_of(account_id, region_name)
        try:
            sso.permission_set(instance_arn, arn)
        except ResourceNotFoundException:
            # What is gone already counts as deleted.
            return
        sso.delete_permission_set(instance_arn, arn)

    def is_created(self) -> bool:
        return True

    @classmethod
    def calls(cls, handler: Handler, handled: Handled) -> Iterator[Call]:
        """What CloudFormation calls for one."""
        return permission_set_calls(handler, handled)

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new permission set."""
        return any(previous.get(name) != properties.get(name) for name in _REPLACING)


def _set_policies(
    sso: SandboxSSOAdminBackend,
    permission_set: BoundedPermissionSet,
    previous: Mapping[str, Any],
    properties: Mapping[str, Any],
) -> None:
    """Take away what only the previous properties name, then give what these name."""

    def call(operation: str, **members: Any) -> None:
        where = {
            "InstanceArn": permission_set.instance_arn,
            "PermissionSetArn": permission_set.permission_set_arn,
        }
        request = arguments("sso-admin", operation, {**where, **members})
        getattr(sso, xform_name(operation))(**request)

    for name, (kind, member) in _LISTS.items():
        after = properties.get(name, [])
        for each in previous.get(name, []):
            # An update that failed may not have come to all that it names.
            if each not in after and _is_attached(permission_set, each):
                call(f"Detach{kind}FromPermissionSet", **{member: each})
        for each in after:
            if not _is_attached(permission_set, each):
                call(f"Attach{kind}ToPermissionSet", **{member: each})
    texts = {**properties, "InlinePolicy": _text(properties.get("InlinePolicy"))}
    for name in ("InlinePolicy", "PermissionsBoundary"):
        if texts.get(name):
            call(f"Put{name}ToPermissionSet", **{name: texts[name]})
        elif previous.get(name):
            call(f"Delete{name}FromPermissionSet")


def _is_attached(permission_set: BoundedPermissionSet, policy: Any) -> bool:
    if isinstance(policy, str):
        return any(one.arn == policy for one in permission_set.managed_policies)
    own = CustomerManagedPolicy(policy["Name"], policy.get("Path", "/"))
    return own in permission_set.customer_managed_policies


def _text(document: Any) -> str | None:
    if document is None or isinstance(document, str):
        return document
    return json.dumps(document, separators=(",", ":"))
