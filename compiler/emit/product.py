"""The template of a persona: a role, its policies, and the template around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import (
    AWSHelperFn,
    If,
    NoValue,
    Ref,
    Select,
    Split,
    StackId,
    Sub,
    Tags,
    encode_to_dict,
)
from troposphere.iam import ManagedPolicy, Role
from troposphere.iam import Policy as InlinePolicy

from compiler.emit.conditions import condition_of, conditions_of
from compiler.emit.form import metadata_of, parameter_of, together
from compiler.emit.names import ROLE, TAG_PREFIX
from compiler.emit.origins import origins_of
from compiler.emit.outputs import outputs_of
from compiler.emit.statements import emit_assumption, emit_statement
from compiler.entitlement import pascal
from compiler.iam import quota
from compiler.template import Body, Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.entitlement import Entitlements
    from compiler.pack import Packing, Policy


def emit(packing: Packing) -> Template:
    """Emit the template of a packed persona.

    What many personas share, statements above all, is encoded once: encoding takes troposphere
    longer than everything else does.
    """
    entitlements = packing.entitlements
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _description(entitlements),
        "Metadata": metadata_of(entitlements),
        "Parameters": {each.name: parameter_of(each) for each in entitlements.parameters.values()},
        "Conditions": conditions_of(packing),
        "Rules": {
            f"{pascal(each.control)}Together": encode_to_dict(together(each))
            for each in entitlements.switches.values()
            if len(each.parameters) > 1
        },
        "Resources": _resources(packing),
        "Outputs": outputs_of(entitlements),
    }
    return Template(
        persona=entitlements.persona,
        version=entitlements.version,
        body={key: value for key, value in body.items() if value},
        origins=origins_of(packing),
    )


def _description(entitlements: Entitlements) -> str:
    # CloudFormation takes 1,024 bytes.
    text = f"{entitlements.title}. {entitlements.description.strip()}"
    return text.encode()[:1024].decode(errors="ignore")


def _document(policy: Policy, entitlements: Entitlements) -> Body:
    whole = condition_of(policy)
    statements = []
    for each in policy.statements:
        statement = emit_statement(each, entitlements.parameters)
        if each.when and pascal(each.when) != whole:
            statement = {"Fn::If": [pascal(each.when), statement, NoValue.data]}
        statements.append(statement)
    return {"Version": quota.VERSION, "Statement": statements}


def _resources(packing: Packing) -> Body:
    entitlements = packing.entitlements
    documents = {policy.name: _document(policy, entitlements) for policy in packing.policies}
    resources = {ROLE: _role(packing, documents).to_dict()}
    if entitlements.storage == "managed":
        for policy in packing.policies:
            resource = _managed(policy, entitlements).to_dict()
            resource["Properties"]["PolicyDocument"] = documents[policy.name]
            resources[policy.name] = resource
    return resources


def _managed(policy: Policy, entitlements: Entitlements) -> ManagedPolicy:
    condition = condition_of(policy)
    return ManagedPolicy(
        policy.name,
        # A change of either replaces the policy: neither holds a version or a count.
        Description=f"Permissions of the persona {entitlements.persona}.",
        Path=entitlements.role_path,
        PolicyDocument={},
        **({"Condition": condition} if condition else {}),
    )


def _role(packing: Packing, documents: Mapping[str, Body]) -> Role:
    entitlements = packing.entitlements
    optional: dict[str, Any] = {}
    attached: list[Any] = []
    if entitlements.storage == "managed":
        attached += [_if_exists(policy, Ref(policy.name)) for policy in packing.policies]
    else:
        optional["Policies"] = [
            _if_exists(policy, InlinePolicy(PolicyName=policy.name, PolicyDocument=document))
            for policy, document in zip(packing.policies, documents.values(), strict=True)
        ]
    attached += [
        Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{name}")
        for name in entitlements.managed_policies
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
        Tags=Tags(
            {
                **entitlements.tags,
                f"{TAG_PREFIX}persona": entitlements.persona,
                f"{TAG_PREFIX}version": entitlements.version,
            }
        ),
        **optional,
    )


def _if_exists(policy: Policy, value: Any) -> Any:
    condition = condition_of(policy)
    return If(condition, value, NoValue) if condition else value


def _role_name(prefix: str) -> AWSHelperFn:
    """The prefix and the last part of the stack's id: names of roles are unique over Regions."""
    identifier = Select(2, Split("/", StackId))
    return Sub(f"{prefix}-${{Suffix}}", {"Suffix": Select(4, Split("-", identifier))})
