"""How many characters a statement has at most: with every list full and every value its longest.

IAM counts what a launch makes, not what the template says. So a statement is measured as the
longest document that the patterns of its parameters admit, in the partition, Region and account
with the longest names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from compiler import pattern
from compiler.entitlement import parameters_of
from compiler.expression import Parameter, Pseudo, Text, Token, Variable, names
from compiler.iam import quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.entitlement import Assumption, Comparison, Entitlement, LaunchParameter
    from compiler.expression import Expression

LONGEST_PSEUDO = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "us-isof-south-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com.cn",
}
"""The longest value of each pseudo parameter over all partitions of AWS.
https://docs.aws.amazon.com/general/latest/gr/rande.html"""

Parameters = tuple["LaunchParameter", ...]


def weigh(entitlement: Entitlement, parameters: Mapping[str, LaunchParameter]) -> int:
    """The characters of a statement at most.

    Args:
        entitlement: the statement.
        parameters: at least those that it depends on.
    """
    return _weigh(entitlement, tuple(parameters[name] for name in parameters_of(entitlement)))


def weigh_trust(trust: Iterable[Assumption]) -> int:
    """The characters of a trust policy at most."""
    statements = [
        {
            "Sid": each.sid,
            "Effect": each.effect,
            "Principal": {kind: _values(who, {}) for kind, who in each.principals},
            "Action": list(each.actions),
            **({"Condition": _conditions(each.conditions, {})} if each.conditions else {}),
        }
        for each in trust
    ]
    return quota.characters({"Version": quota.VERSION, "Statement": statements})


@lru_cache(maxsize=65_536)
def _weigh(entitlement: Entitlement, parameters: Parameters) -> int:
    table = {each.name: each for each in parameters}
    statement: dict[str, Any] = {
        "Sid": entitlement.sid,
        "Effect": entitlement.effect,
        "Action": list(entitlement.actions),
    }
    resources = "NotResource" if entitlement.except_resources else "Resource"
    statement[resources] = _repeated(entitlement.resources, table)
    if entitlement.conditions:
        statement["Condition"] = _conditions(entitlement.conditions, table)
    return quota.characters(statement)


def _conditions(
    conditions: tuple[Comparison, ...], parameters: Mapping[str, LaunchParameter]
) -> dict[str, Any]:
    return {
        operator: {key: _values(values, parameters) for key, values in keys}
        for operator, keys in conditions
    }


def _values(
    values: tuple[Expression, ...], parameters: Mapping[str, LaunchParameter]
) -> str | list[str]:
    repeated = _repeated(values, parameters)
    # A list parameter alone stays a list, though it has one value.
    name = _bare(values[0]) if len(values) == 1 else None
    if name and parameters[name].is_list:
        return repeated
    return repeated[0] if len(values) == len(repeated) == 1 else repeated


def _bare(value: Expression) -> str | None:
    return value[0].name if len(value) == 1 and isinstance(value[0], Parameter) else None


def _repeated(
    values: tuple[Expression, ...], parameters: Mapping[str, LaunchParameter]
) -> list[str]:
    texts: list[str] = []
    for value in values:
        items = max((parameters[name].max_items or 1 for name in names(value)), default=1)
        texts += ["".join(_longest(token, parameters) for token in value)] * items
    return texts


def _longest(token: Token, parameters: Mapping[str, LaunchParameter]) -> str:
    match token:
        case Text(text):
            return text
        case Parameter(name):
            return longest_value(parameters[name])
        case Pseudo(name):
            return LONGEST_PSEUDO[name]
        case Variable(name):
            return f"${{{name}}}"


@lru_cache(maxsize=65_536)
def longest_value(parameter: LaunchParameter) -> str:
    """A longest value of the parameter; for a list, of one of its values."""
    return pattern.longest(parameter.node)
