"""The template of a persona: a role, its policies, what a launch asks for and what it answers."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troposphere import (
    And,
    AWSHelperFn,
    Condition,
    Equals,
    GetAtt,
    If,
    Join,
    Not,
    NoValue,
    Or,
    Output,
    Parameter,
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

from compiler.emit.statements import emit_assumption, emit_statement, slotted_by
from compiler.emit.values import emit_values, has_conditions, sub_text
from compiler.entitlement import parameters_of, pascal
from compiler.expression import Parameter as Named
from compiler.expression import names
from compiler.iam import quota
from compiler.template import Body, Template, TemplatePath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.entitlement import Entitlement, Entitlements, LaunchParameter, Switch
    from compiler.expression import Expression
    from compiler.pack import Packing, Policy
    from compiler.place import Place

ROLE = "Role"
"""The logical id of the role. It never changes: another id would replace the role."""

MOST_OPERANDS = 10
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html"""

TAG_PREFIX = "personac:"


def emit(packing: Packing) -> Template:
    """Emit the template of a packed persona.

    What many personas share, statements above all, is encoded once: encoding takes troposphere
    longer than everything else does.
    """
    entitlements = packing.entitlements
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _description(entitlements),
        "Metadata": _metadata(entitlements),
        "Parameters": {each.name: _parameter(each) for each in entitlements.parameters.values()},
        "Conditions": _conditions(packing),
        "Rules": {
            f"{pascal(each.control)}Together": encode_to_dict(_together(each))
            for each in entitlements.switches.values()
            if len(each.parameters) > 1
        },
        "Resources": _resources(packing),
        "Outputs": _outputs(entitlements),
    }
    return Template(
        persona=entitlements.persona,
        version=entitlements.version,
        body={key: value for key, value in body.items() if value},
        origins=_origins(packing),
    )


def _description(entitlements: Entitlements) -> str:
    # CloudFormation takes 1,024 bytes.
    text = f"{entitlements.title}. {entitlements.description.strip()}"
    return text.encode()[:1024].decode(errors="ignore")


def _metadata(entitlements: Entitlements) -> Body:
    groups: dict[str, list[str]] = {}
    for each in entitlements.parameters.values():
        groups.setdefault(each.group, []).append(each.name)
    metadata: Body = {
        "personac": {
            "catalog": entitlements.catalog,
            "persona": entitlements.persona,
            "version": entitlements.version,
        }
    }
    if groups:
        metadata["AWS::CloudFormation::Interface"] = {
            "ParameterGroups": [
                {"Label": {"default": label}, "Parameters": members}
                for label, members in groups.items()
            ],
            "ParameterLabels": {
                each.name: {"default": each.label} for each in entitlements.parameters.values()
            },
        }
    return metadata


@lru_cache(maxsize=4096)
def _parameter(parameter: LaunchParameter) -> Body:
    several = parameter.max_items or 1
    wanted = "one value" if several == 1 else f"up to {several} values, separated by commas,"
    empty = "empty, or " if parameter.optional else ""
    default = {} if parameter.default is None else {"Default": parameter.default}
    made = Parameter(
        parameter.name,
        Type="String",
        Description=parameter.description.strip(),
        AllowedPattern=parameter.allowed_pattern,
        ConstraintDescription=f"{empty}{wanted} of the form {parameter.allowed_pattern}",
        **default,
    )
    return dict(made.to_dict())


def _conditions(packing: Packing) -> dict[str, Any]:
    entitlements = packing.entitlements
    conditions: dict[str, Any] = {}
    for switch in entitlements.switches.values():
        empty = [Equals(Ref(name), "") for name in switch.parameters]
        # On as soon as one is given: what a Rule would refuse is then denied, not allowed.
        conditions[pascal(switch.control)] = encode_to_dict(Not(_nested(And, empty)))
    for name in sorted(_slotted(entitlements)):
        conditions |= _has_conditions(entitlements.parameters[name])
    for policy in packing.policies:
        if policy.switches and len(policy.switches) > 1:
            either = [Condition(pascal(each)) for each in sorted(policy.switches)]
            conditions[f"{policy.name}Exists"] = encode_to_dict(_nested(Or, either))
    return conditions


def _nested(function: type[And | Or], operands: list[Any]) -> Any:
    """Fn::And and Fn::Or take two to ten operands; more are put into each other."""
    if len(operands) == 1:
        return operands[0]
    while len(operands) > MOST_OPERANDS:
        operands = [*operands[MOST_OPERANDS:], function(*operands[:MOST_OPERANDS])]
    return function(*operands)


@lru_cache(maxsize=4096)
def _has_conditions(parameter: LaunchParameter) -> Body:
    return dict(encode_to_dict(has_conditions(parameter)))


def _slotted(entitlements: Entitlements) -> frozenset[str]:
    each = (slotted_by(one, entitlements.parameters) for one in entitlements.statements)
    return frozenset().union(*each)


def _together(switch: Switch) -> Body:
    """Rules know Ref and the rule functions only.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    empty = [Equals(Ref(name), "") for name in switch.parameters]
    given = [Not(each) for each in empty]
    listed = ", ".join(switch.parameters)
    return {
        "Assertions": [
            {
                "Assert": Or(_nested(And, empty), _nested(And, given)),
                "AssertDescription": f"{switch.title}: give all of {listed}, or none of them",
            }
        ]
    }


def _condition_of(policy: Policy) -> str | None:
    """The condition that a policy exists under, where all of its statements may be gone."""
    if policy.switches is None:
        return None
    if len(policy.switches) == 1:
        return pascal(next(iter(policy.switches)))
    return f"{policy.name}Exists"


def _document(policy: Policy, entitlements: Entitlements) -> Body:
    whole = _condition_of(policy)
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
    condition = _condition_of(policy)
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
    condition = _condition_of(policy)
    return If(condition, value, NoValue) if condition else value


def _role_name(prefix: str) -> AWSHelperFn:
    """The prefix and the last part of the stack's id: names of roles are unique over Regions."""
    identifier = Select(2, Split("/", StackId))
    return Sub(f"{prefix}-${{Suffix}}", {"Suffix": Select(4, Split("-", identifier))})


def _outputs(entitlements: Entitlements) -> Body:
    outputs: Body = {}

    def add(name: str, description: str, value: AWSHelperFn) -> None:
        outputs[name] = Output(name, Description=description, Value=value).to_dict()

    add("RoleArn", "The role.", GetAtt(ROLE, "Arn"))
    add("RoleName", "The role's name.", Ref(ROLE))
    if entitlements.execution_roles:
        description = "The roles to name in jobs; the role itself is not one of them."
        add("ExecutionRoles", description, Ref(entitlements.execution_roles))
    for name, statements in _key_statements(entitlements).items():
        named = dict.fromkeys(each for one in statements for each in parameters_of(one))
        parameters = tuple(entitlements.parameters[each] for each in named)
        outputs[f"{name}PolicyStatement"] = _key_output(name, tuple(statements), parameters)
    return outputs


@lru_cache(maxsize=4096)
def _key_output(
    name: str, statements: tuple[Entitlement, ...], parameters: tuple[LaunchParameter, ...]
) -> Body:
    whens = {each.when for each in statements}
    when = next(iter(whens)) if len(whens) == 1 else None
    made: Body = Output(
        f"{name}PolicyStatement",
        Description=f"What the key policy of {name} must allow, unless it lets IAM decide.",
        Value=_key_policy(statements, {each.name: each for each in parameters}),
        **({"Condition": pascal(when)} if when else {}),
    ).to_dict()
    return made


def _key_statements(entitlements: Entitlements) -> dict[str, list[Entitlement]]:
    """The statements that use a KMS key, by the parameter that names the key.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    found: dict[str, list[Entitlement]] = {}
    for each in entitlements.statements:
        uses_key = each.effect == "Allow" and all(one.startswith("kms:") for one in each.actions)
        for resource in each.resources if uses_key else ():
            if len(resource) == 1 and isinstance(resource[0], Named):
                found.setdefault(resource[0].name, []).append(each)
    return found


def _key_policy(
    statements: Iterable[Entitlement], parameters: Mapping[str, LaunchParameter]
) -> Sub:
    """Statements of a key policy, as text; those under equal conditions are one."""
    lists: dict[str, AWSHelperFn] = {}
    merged: dict[str, dict[str, None]] = {}

    def text(value: Expression) -> str:
        if not any(parameters[each].is_list for each in names(value)):
            return sub_text(value)
        # All values of the list, with the quotes between them, by a name that no parameter has.
        lists[f"list{len(lists) + 1}"] = Join('","', emit_values((value,), parameters))
        return f"${{list{len(lists)}}}"

    for each in statements:
        conditions = {
            operator: {key: [text(value) for value in values] for key, values in keys}
            for operator, keys in each.conditions
        }
        merged.setdefault(json.dumps(conditions), {}).update(dict.fromkeys(each.actions))
    written = json.dumps(
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"${{{ROLE}.Arn}}"},
                "Action": list(actions),
                "Resource": "*",
                **({"Condition": json.loads(conditions)} if conditions != "{}" else {}),
            }
            for conditions, actions in merged.items()
        ]
    )
    return Sub(written, lists) if lists else Sub(written)


def _origins(packing: Packing) -> dict[TemplatePath, Place]:
    entitlements = packing.entitlements
    role: TemplatePath = ("Resources", ROLE, "Properties")
    origins: dict[TemplatePath, Place] = {
        (): entitlements.origin,
        ("Description",): _within(entitlements.origin, "description"),
        (*role, "Description"): _within(entitlements.origin, "description"),
        **{
            (*role, name): _within(entitlements.settings_origin, key)
            for name, key in _FROM_SETTINGS.items()
        },
    }
    own = len(packing.policies) if entitlements.storage == "managed" else 0
    for index in range(len(entitlements.managed_policies)):
        place = _within(entitlements.origin, "managed_policies", index)
        origins[*role, "ManagedPolicyArns", own + index] = place
    for parameter in entitlements.parameters.values():
        origins["Parameters", parameter.name] = parameter.origin
    trust: TemplatePath = (*role, "AssumeRolePolicyDocument", "Statement")
    for index, each in enumerate(entitlements.trust):
        origins[*trust, index] = each.origin
    for number, policy in enumerate(packing.policies):
        document: TemplatePath = ("Resources", policy.name, "Properties", "PolicyDocument")
        if entitlements.storage == "inline":
            document = ("Resources", ROLE, "Properties", "Policies", number, "PolicyDocument")
        for index, statement in enumerate(policy.statements):
            origins[*document, "Statement", index] = statement.origin
    return origins


_FROM_SETTINGS = {
    "MaxSessionDuration": "session_duration",
    "PermissionsBoundary": "permissions_boundary",
    "RoleName": "role_name_prefix",
    "Tags": "tags",
}
"""Properties of the role that catalog.yaml sets."""


@lru_cache(maxsize=4096)
def _within(place: Place, *route: str | int) -> Place:
    return replace(place, route=(*place.route, *route))
