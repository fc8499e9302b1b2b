"""What a launch answers: the role, the roles to name in jobs, what key policies must allow."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from troposphere import AWSHelperFn, GetAtt, Join, Output, Ref, Sub

from compiler.emit.names import ROLE
from compiler.emit.values import emit_values, sub_text
from compiler.entitlement import parameters_of, pascal
from compiler.expression import Parameter as Named
from compiler.expression import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.entitlement import Entitlement, Entitlements, LaunchParameter
    from compiler.expression import Expression
    from compiler.template import Body


def outputs_of(entitlements: Entitlements) -> Body:
    """The outputs, by name."""
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
        uses_key = each.effect == "Allow" and all(
            one.lower().startswith("kms:") for one in each.actions
        )
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
