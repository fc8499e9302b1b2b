"""Statements of policies, by awacs: actions and operators are its constants and its classes."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import awacs.aws
from awacs.aws import Action, Condition, Principal, Statement
from troposphere import encode_to_dict

from compiler.emit.values import emit_values, slotted
from compiler.entitlement import parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from compiler.entitlement import Assumption, Comparison, Entitlement, LaunchParameter
    from compiler.expression import Expression

Parameters = tuple["LaunchParameter", ...]


@cache
def action(written: str) -> Action:
    """The constant of awacs for an action.

    A wildcard has none, and neither has an action that AWS made after the release of awacs; whether
    those exist was checked against the Service Authorization Reference.
    """
    prefix, _, name = written.partition(":")
    constant = getattr(_module(prefix), name, None)
    return constant if isinstance(constant, Action) else Action(prefix, name)


def emit_statement(entitlement: Entitlement, parameters: Mapping[str, LaunchParameter]) -> Any:
    """A statement of a permissions policy, as JSON."""
    return _statement(entitlement, tuple(parameters[each] for each in parameters_of(entitlement)))


def slotted_by(
    entitlement: Entitlement, parameters: Mapping[str, LaunchParameter]
) -> frozenset[str]:
    """The list parameters whose values a statement writes one by one."""
    return _slotted(entitlement, tuple(parameters[each] for each in parameters_of(entitlement)))


@lru_cache(maxsize=65_536)
def _slotted(entitlement: Entitlement, parameters: Parameters) -> frozenset[str]:
    table = {each.name: each for each in parameters}
    lists = [entitlement.resources]
    lists += [values for _, keys in entitlement.conditions for _, values in keys]
    return frozenset().union(*(slotted(values, table) for values in lists))


@lru_cache(maxsize=1024)
def emit_assumption(assumption: Assumption) -> Any:
    """A statement of a trust policy, as JSON."""
    statement = Statement(
        Sid=assumption.sid,
        Effect=assumption.effect,
        Principal=_Principals(
            {kind: _scalar(emit_values(who, {}), who) for kind, who in assumption.principals}
        ),
        Action=[action(each) for each in assumption.actions],
        **_condition(assumption.conditions, {}),
    )
    return encode_to_dict(statement)


@lru_cache(maxsize=65_536)
def _statement(entitlement: Entitlement, parameters: Parameters) -> Any:
    table = {each.name: each for each in parameters}
    resources = "NotResource" if entitlement.except_resources else "Resource"
    statement = Statement(
        Sid=entitlement.sid,
        Effect=entitlement.effect,
        Action=[action(each) for each in entitlement.actions],
        **{resources: emit_values(entitlement.resources, table, entitlement.left_out)},
        **_condition(entitlement.conditions, table),
    )
    return encode_to_dict(statement)


def _condition(
    comparisons: tuple[Comparison, ...], parameters: dict[str, LaunchParameter]
) -> dict[str, Condition]:
    if not comparisons:
        return {}
    elements = [
        _operator(name)(
            {key: _scalar(emit_values(values, parameters), values) for key, values in keys}
        )
        for name, keys in comparisons
    ]
    return {"Condition": Condition(elements)}


def _scalar(emitted: Any, values: tuple[Expression, ...]) -> Any:
    """A single value stands without brackets."""
    return emitted[0] if isinstance(emitted, list) and len(values) == len(emitted) == 1 else emitted


def _operator(name: str) -> Any:
    known = getattr(awacs.aws, name.replace(":", ""), None)
    # awacs has not every operator of IAM's: the rules have checked that IAM has it.
    return known or type(name.replace(":", ""), (awacs.aws.ConditionElement,), {"condition": name})


@cache
def _module(prefix: str) -> ModuleType | None:
    """The module of awacs for a service.

    Only services of the Service Authorization Reference come here, so that a name from a catalog
    never imports anything else.
    """
    name = f"awacs.{prefix.replace('-', '_')}"
    if not prefix.replace("-", "").isalnum() or find_spec(name) is None:
        return None
    module = import_module(name)
    return module if getattr(module, "prefix", None) == prefix else None


class _Principals(Principal):
    """Several kinds of principal in one statement; awacs itself takes one kind."""

    def __init__(self, principals: dict[str, Any]) -> None:
        self.data = principals
