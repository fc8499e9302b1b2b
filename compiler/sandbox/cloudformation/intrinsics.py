"""The intrinsic functions of CloudFormation, resolved as AWS documents them.

moto resolves them with string replacement: it leaves null where a list item is AWS::NoValue, reads
what a Sub puts in as if it were template text, and stops at ``!``, ``^`` and quotes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation.exceptions import ExportNotFound, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["NO_VALUE", "Scope", "ValidationError", "function_call", "references", "resolve"]

NO_VALUE: Final = object()
"""What ``{"Ref": "AWS::NoValue"}`` resolves to: the item or property that holds it goes away."""

_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What the functions of one stack may refer to."""

    values: Mapping[str, Any]
    """Parameters and pseudo parameters by name; lists stand as lists."""
    mappings: Mapping[str, Any]
    """The Mappings section."""
    conditions: Mapping[str, bool]
    """The Conditions section, decided."""
    reference: Callable[[str], Any]
    """The Ref of a resource by its logical id."""
    attribute: Callable[[str, str], Any]
    """An attribute of a resource by logical id and name."""
    exports: Mapping[str, str]
    """The exports of the Region by name."""


def resolve(node: Any, scope: Scope) -> Any:
    """The value of a part of a template, or NO_VALUE.

    :raises ValidationError: if a function is misused, unknown, or refers to what is not there.
    """
    if isinstance(node, list):
        items = (resolve(item, scope) for item in node)
        return [item for item in items if item is not NO_VALUE]
    if not isinstance(node, dict):
        return node
    call = function_call(node)
    if call is None:
        pairs = ((key, resolve(value, scope)) for key, value in node.items())
        return {key: value for key, value in pairs if value is not NO_VALUE}
    name, argument = call
    if name not in _FUNCTIONS:
        raise ValidationError(message=f"the sandbox does not know the function {name}")
    return _FUNCTIONS[name](argument, scope)


def function_call(node: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The function that an object calls and its argument, or nothing if it is plain data."""
    if len(node) != 1:
        return None
    ((name, argument),) = node.items()
    if name == "Ref" or name.startswith("Fn::"):
        return name, argument
    return None


def references(  # noqa: C901 - each function refers in its own way
    node: Any, conditions: Mapping[str, bool]
) -> Iterator[str]:
    """Every name that a part of a template refers to, in the branches of Fn::If that are taken."""
    if isinstance(node, list):
        for item in node:
            yield from references(item, conditions)
    if not isinstance(node, dict):
        return
    name, argument = function_call(node) or ("", None)
    if name == "Ref":
        yield str(argument)
    elif name == "Fn::GetAtt":
        yield _attribute_path(argument)[0]
    elif name == "Fn::If":
        yield from references(_branch(argument, conditions), conditions)
    elif name == "Fn::Sub":
        text, own = argument if isinstance(argument, list) else (argument, {})
        yield from references(own, conditions)
        for literal, variable in _VARIABLE.findall(text):
            if not literal and variable not in own:
                yield variable.split(".")[0]
    else:
        for value in node.values():
            yield from references(value, conditions)


def _branch(argument: Any, conditions: Mapping[str, bool]) -> Any:
    condition, when_true, when_false = argument
    if condition not in conditions:
        raise ValidationError(
            message=f"Template error: unresolved condition dependency {condition} in Fn::If"
        )
    return when_true if conditions[condition] else when_false


def _attribute_path(argument: Any) -> tuple[str, str]:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    return parts[0], ".".join(parts[1:])


def _ref(argument: Any, scope: Scope) -> Any:
    if argument == "AWS::NoValue":
        return NO_VALUE
    return scope.values[argument] if argument in scope.values else scope.reference(argument)


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, attribute = _attribute_path(argument)
    return scope.attribute(logical_id, resolve(attribute, scope))


def _if(argument: Any, scope: Scope) -> Any:
    return resolve(_branch(argument, scope.conditions), scope)


def _join(argument: Any, scope: Scope) -> str:
    delimiter, items = argument
    return str(delimiter).join(_text(item, "Fn::Join") for item in _list(items, "Fn::Join", scope))


def _split(argument: Any, scope: Scope) -> list[str]:
    delimiter, source = argument
    return _text(resolve(source, scope), "Fn::Split").split(delimiter)


def _select(argument: Any, scope: Scope) -> Any:
    index = int(resolve(argument[0], scope))
    items = _list(argument[1], "Fn::Select", scope)
    if not 0 <= index < len(items):
        raise ValidationError(
            message=f"Template error: Fn::Select cannot select nonexistent value at index {index}"
        )
    return items[index]


def _sub(argument: Any, scope: Scope) -> str:
    text, own = argument if isinstance(argument, list) else (argument, {})

    def replacement(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return f"${{{name}}}"
        if name in own:
            value = resolve(own[name], scope)
        elif "." in name and name not in scope.values:
            value = _get_att(name, scope)
        else:
            value = _ref(name, scope)
        return _text(value, "Fn::Sub")

    return _VARIABLE.sub(replacement, text)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    names = [resolve(part, scope) for part in argument[:3]]
    found: Any = scope.mappings
    for name in names:
        if not isinstance(found, dict) or str(name) not in found:
            raise ValidationError(
                message=f"Template error: Unable to get mapping for {'::'.join(map(str, names))}"
            )
        found = found[str(name)]
    return found


def _import_value(argument: Any, scope: Scope) -> str:
    name = resolve(argument, scope)
    if name not in scope.exports:
        raise ExportNotFound(name)
    return scope.exports[name]


def _get_azs(argument: Any, scope: Scope) -> list[str]:
    region = resolve(argument, scope) or scope.values["AWS::Region"]
    return [f"{region}{zone}" for zone in "abc"]


def _base64(argument: Any, scope: Scope) -> str:
    text = _text(resolve(argument, scope), "Fn::Base64")
    return base64.b64encode(text.encode()).decode()


def _to_json_string(argument: Any, scope: Scope) -> str:
    return json.dumps(resolve(argument, scope))


def _list(node: Any, function: str, scope: Scope) -> Sequence[Any]:
    value = resolve(node, scope)
    if not isinstance(value, list):
        raise ValidationError(message=f"Template error: {function} needs a list, not {value!r}")
    return value


def _text(value: Any, function: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValidationError(
        message=f"Template error: a value in {function} does not resolve to a string"
    )


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::GetAZs": _get_azs,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json_string,
}
