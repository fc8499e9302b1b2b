"""A role and its policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import AWSHelperFn, If, NoValue, Ref, Select, Split, StackId, Sub
from troposphere.iam import ManagedPolicy, Role
from troposphere.iam import Policy as InlinePolicy

from compiler.emit.conditions import condition_of
from compiler.emit.documents import document_of
from compiler.emit.names import ROLE
from compiler.emit.sections import tags_of
from compiler.emit.statements import emit_assumption
from compiler.iam import quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.gate import Gate
    from compiler.pack import Packing, Policy
    from compiler.template import Body


def resources_of(packing: Packing) -> Body:
    """The resources of a role, by logical id."""
    documents = {policy.name: document_of(policy, packing) for policy in packing.policies}
    resources = {ROLE: _role(packing, documents).to_dict()}
    for policy in packing.managed:
        resource = _managed(policy, packing).to_dict()
        resource["Properties"]["PolicyDocument"] = documents[policy.name]
        resources[policy.name] = resource
    return resources


def _managed(policy: Policy, packing: Packing) -> ManagedPolicy:
    condition = condition_of(packing, policy.when)
    return ManagedPolicy(
        policy.name,
        # A change of either replaces the policy: neither holds a version or a count.
        Description=f"Permissions of the persona {packing.entitlements.persona}.",
        Path=packing.entitlements.role_path,
        PolicyDocument={},
        **({"Condition": condition} if condition else {}),
    )


def _role(packing: Packing, documents: Mapping[str, Body]) -> Role:
    entitlements = packing.entitlements
    optional: dict[str, Any] = {}
    if packing.inline:
        optional["Policies"] = [
            _if_open(
                packing,
                policy.when,
                InlinePolicy(PolicyName=policy.name, PolicyDocument=documents[policy.name]),
            )
            for policy in packing.inline
        ]
    attached = [_if_open(packing, policy.when, Ref(policy.name)) for policy in packing.managed]
    attached += [
        _if_open(packing, each.when, Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{each.name}"))
        for each in entitlements.attachments
    ]
    if attached:
        optional["ManagedPolicyArns"] = attached
    if entitlements.permissions_boundary:
        boundary = f"policy/{entitlements.permissions_boundary}"
        optional["PermissionsBoundary"] = Sub(
            f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{boundary}"
        )
    if entitlements.role_name_prefix:
        optional["RoleName"] = _role_name(entitlements.role_name_prefix)
    return Role(
        ROLE,
        AssumeRolePolicyDocument={
            "Version": quota.VERSION,
            "Statement": [emit_assumption(each) for each in entitlements.trust],
        },
        Description=entitlements.description.strip(),
        MaxSessionDuration=entitlements.session_duration,
        Path=entitlements.role_path,
        Tags=tags_of(entitlements),
        **optional,
    )


def _if_open(packing: Packing, gate: Gate, value: Any) -> Any:
    condition = condition_of(packing, gate)
    return If(condition, value, NoValue) if condition else value


def _role_name(prefix: str) -> AWSHelperFn:
    """The prefix and the last part of the stack's id: names of roles are unique over Regions."""
    identifier = Select(2, Split("/", StackId))
    return Sub(f"{prefix}-${{Suffix}}", {"Suffix": Select(4, Split("-", identifier))})
