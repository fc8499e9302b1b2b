"""What the key policies of KMS keys must allow, for the role that a launch makes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from troposphere import AWSHelperFn, Join, Sub

from compiler.emit.names import ROLE
from compiler.emit.values import emit_values, sub_text
from compiler.entitlement import parameters_of
from compiler.expression import Parameter, names
from compiler.gate import any_of

if TYPE_CHECKING:
    from compiler.entitlement import Entitlement, Entitlements, LaunchParameter
    from compiler.expression import Expression
    from compiler.gate import Gate


def key_policies(entitlements: Entitlements) -> dict[str, AWSHelperFn]:
    """The statements of each key's policy, as text, by the parameter that names the key."""
    made = {}
    for name, statements in _key_statements(entitlements).items():
        named = dict.fromkeys(each for one in statements for each in parameters_of(one))
        parameters = tuple(entitlements.parameters[each] for each in named)
        made[name] = _key_policy(tuple(statements), parameters)
    return made


def key_gates(entitlements: Entitlements) -> dict[str, Gate]:
    """The switches that each key is used with, by the parameter that names the key."""
    return {
        name: any_of(each.when for each in statements)
        for name, statements in _key_statements(entitlements).items()
    }


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
            if len(resource) == 1 and isinstance(resource[0], Parameter):
                found.setdefault(resource[0].name, []).append(each)
    return found


@lru_cache(maxsize=4096)
def _key_policy(
    statements: tuple[Entitlement, ...], named: tuple[LaunchParameter, ...]
) -> AWSHelperFn:
    """Statements of a key policy, as text; those under equal conditions are one."""
    parameters = {each.name: each for each in named}
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
