"""Permissions of the roles that publishing runs with, as statements of their policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import awacs.aws
from awacs.aws import Condition, Statement
from troposphere import If, NoValue, Ref, Sub, encode_to_dict

from compiler.emit.statements import action
from compiler.iam import quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.template import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One statement that allows."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    """ARNs; `${Name}` in one is a parameter of the template."""

    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Operator to key to values, which are texts as the resources are."""

    when: str | None = None
    """The Condition of the template that the statement exists with."""


def document(permissions: Iterable[Permission]) -> Body:
    """The policy document of permissions, as JSON."""
    return {"Version": quota.VERSION, "Statement": [_statement(each) for each in permissions]}


def text(value: str) -> Any:
    """A text of a template: a literal, a reference, or one with references in it."""
    if value.startswith("${") and value.endswith("}") and value.count("${") == 1:
        return Ref(value[2:-1])
    return Sub(value) if "${" in value else value


def condition(operators: Mapping[str, Mapping[str, Any]]) -> Condition:
    """A condition block: operator, as IAM spells it, to key to value."""
    return Condition([getattr(awacs.aws, name)(dict(keys)) for name, keys in operators.items()])


def _statement(permission: Permission) -> Any:
    conditions = {
        operator: {
            key: text(values[0]) if len(values) == 1 else [text(each) for each in values]
            for key, values in keys.items()
        }
        for operator, keys in permission.conditions.items()
    }
    statement = Statement(
        Sid=permission.sid,
        Effect="Allow",
        Action=[action(each) for each in permission.actions],
        Resource=[text(each) for each in permission.resources],
        **({"Condition": condition(conditions)} if conditions else {}),
    )
    if permission.when:
        return encode_to_dict(If(permission.when, statement, NoValue))
    return encode_to_dict(statement)
