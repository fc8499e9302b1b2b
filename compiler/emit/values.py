"""The catalog's texts as intrinsic functions of CloudFormation.

A list parameter is a String whose values are separated by commas, since only a String takes a
pattern. Alone, it becomes the whole list by Fn::Split. Inside a longer text, the text is written
once for each value that the list may have, the second and later ones under a condition: Fn::Join
takes no function as delimiter, so a text that holds `${AWS::Region}` cannot be repeated by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from troposphere import (
    AWSHelperFn,
    Equals,
    If,
    Not,
    NoValue,
    Ref,
    Select,
    Split,
    Sub,
)

from compiler.entitlement import given_condition
from compiler.expression import Expression, Parameter, Pseudo, Text, Token, Variable, names

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from compiler.entitlement import LaunchParameter

Emitted: TypeAlias = str | AWSHelperFn


FILLER = "?"
"""Stands for a value that a list does not have. No pattern admits it: a wildcard is refused."""


def emit_values(
    values: tuple[Expression, ...],
    parameters: Mapping[str, LaunchParameter],
    left_out: Container[str] = (),
) -> list[Emitted] | AWSHelperFn:
    """A list of texts; a lone list parameter is the whole list.

    Args:
        values: the texts.
        parameters: those that they name.
        left_out: parameters whose values are left out while they are empty.
    """
    if len(values) == 1 and (name := _bare(values[0])) and parameters[name].is_list:
        return Split(",", Ref(name))
    return [emitted for value in values for emitted in _each(value, parameters, left_out)]


def emit_text(value: Expression) -> Emitted:
    """A text that names no list parameter."""
    if all(isinstance(token, Text | Variable) for token in value):
        # Only Fn::Sub reads `${…}`: to it, IAM's own variables would have to be escaped.
        return "".join(_literal(token) for token in value)
    if len(value) == 1 and isinstance(value[0], Parameter | Pseudo):
        return Ref(value[0].name)
    return Sub(sub_text(value))


def _literal(token: Token) -> str:
    return token.text if isinstance(token, Text) else f"${{{token.name}}}"


def sub_text(value: Expression) -> str:
    """A text as Fn::Sub reads it: IAM's own variables escaped as `${!…}`."""
    written: list[str] = []
    for token in value:
        match token:
            case Text(text):
                written.append(text)
            case Parameter(name) | Pseudo(name):
                written.append(f"${{{name}}}")
            case Variable(name):
                written.append(f"${{!{name}}}")
    return "".join(written)


def slotted(
    values: Iterable[Expression], parameters: Mapping[str, LaunchParameter]
) -> frozenset[str]:
    """The list parameters whose values are written one by one, and so need conditions."""
    several = tuple(values)
    if len(several) == 1 and _bare(several[0]):
        return frozenset()
    return frozenset(name for value in several for name in names(value) if parameters[name].is_list)


def has_condition(name: str, number: int) -> str:
    """The name of the condition that a list parameter has a value of that number, from 2."""
    return f"{name}Has{number}"


def has_conditions(parameter: LaunchParameter) -> dict[str, AWSHelperFn]:
    """The conditions of a list parameter, by name.

    AWS ParallelCluster's templates test list elements so, by Select and Split inside Conditions.
    """
    conditions: dict[str, AWSHelperFn] = {}
    for number in range(2, (parameter.max_items or 1) + 1):
        padded = Sub(f"${{{parameter.name}}}" + f",{FILLER}" * (number - 1))
        element = Select(number - 1, Split(",", padded))
        conditions[has_condition(parameter.name, number)] = Not(Equals(element, FILLER))
    return conditions


def _bare(value: Expression) -> str | None:
    """The parameter, where a text is one parameter and nothing else."""
    return value[0].name if len(value) == 1 and isinstance(value[0], Parameter) else None


def _each(
    value: Expression, parameters: Mapping[str, LaunchParameter], left_out: Container[str]
) -> Iterable[Emitted]:
    repeated = next((name for name in names(value) if parameters[name].is_list), None)
    if repeated is None:
        missing = next((name for name in names(value) if name in left_out), None)
        text = emit_text(value)
        yield If(given_condition(missing), text, NoValue) if missing else text
        return
    for number in range(1, (parameters[repeated].max_items or 1) + 1):
        element = Select(number - 1, Split(",", Ref(repeated)))
        # Inside the text the list's own name stands for the one value.
        text = element if _bare(value) else Sub(sub_text(value), {repeated: element})
        if number > 1:
            yield If(has_condition(repeated, number), text, NoValue)
        elif repeated in left_out:
            yield If(given_condition(repeated), text, NoValue)
        else:
            yield text
