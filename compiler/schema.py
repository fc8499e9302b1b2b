"""The JSON Schemas of catalog files, for editors, from the models that `load` decodes with."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from compiler import catalog, portfolio
from compiler.artifact import Artifact, canonical
from compiler.decode import Many, OneOrMany, Text, Whole, fields_of
from compiler.load import PARAMETER_NAME

KINDS: Mapping[str, Any] = {
    "catalog": catalog.Settings,
    "parameters": catalog.Parameter,
    "control": catalog.Control,
    "trust": catalog.Trust,
    "activity": catalog.Activity,
    "persona": catalog.Persona,
    "guardrail": catalog.Guardrail,
    "portfolio": portfolio.Portfolio,
}
"""What each schema is of; parameters.yaml holds parameters by name."""

_PLAIN = {str: "string", int: "integer", bool: "boolean"}


def artifacts() -> tuple[Artifact, ...]:
    """The files of `schema/` in a catalog."""
    return tuple(
        Artifact(path=f"schema/{kind}.schema.json", content=canonical(schema(kind)))
        for kind in KINDS
    )


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file, with what the models' docstrings say of each key."""
    definitions: dict[str, Any] = {}
    made = _model(KINDS[kind], definitions)
    if kind == "parameters":
        definitions["Parameter"] = made
        made = {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {f"^{PARAMETER_NAME.pattern}$": {"$ref": "#/$defs/Parameter"}},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"personac {kind}",
        **made,
        **({"$defs": definitions} if definitions else {}),
    }


def explanations(model: type[Any]) -> dict[str, str]:
    """What a model says of its keys, by the strings that stand below them."""
    documented: dict[str, str] = {}
    for each in reversed(model.__mro__):
        documented |= _field_docstrings().get(each.__name__, {})
    return documented


def _model(model: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    documented = explanations(model)
    defaults = {each.name: each.default for each in fields(model)}
    properties = {}
    for name, field in fields_of(model).items():
        node = _node(field.hint, definitions)
        if name in documented:
            node["description"] = documented[name]
        if defaults[name] is not MISSING and not is_dataclass(defaults[name]):
            node["default"] = defaults[name]
        properties[name] = node
    return {
        "type": "object",
        "description": inspect.cleandoc(model.__doc__ or ""),
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name, field in fields_of(model).items() if field.required],
    }


def _node(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - one a kind
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = _model(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if origin is Annotated:
        return _constrained(arguments[0], arguments[1:], definitions)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in {types.UnionType, Union}:
        return {"anyOf": [_node(arguments[0], definitions), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _node(arguments[0], definitions)}
    if origin is Mapping:
        names = {} if arguments[0] is str else {"propertyNames": _node(arguments[0], definitions)}
        held = _node(arguments[1], definitions)
        return {"type": "object", "additionalProperties": held, **names}
    return {"type": _PLAIN[hint]}


def _constrained(
    hint: Any, constraints: tuple[Any, ...], definitions: dict[str, Any]
) -> dict[str, Any]:
    node = _node(hint, definitions)
    # What may be null is bound where it is not.
    bound = node["anyOf"][0] if "anyOf" in node else node
    for each in constraints:
        match each:
            case Text(pattern=pattern, least=least, most=most):
                bound |= {"pattern": pattern} if pattern else {}
                bound |= {"minLength": least} if least else {}
                bound |= {"maxLength": most} if most is not None else {}
            case Whole(least=least, most=most):
                bound |= {"minimum": least, "maximum": most}
            case Many(least=least, most=most):
                what = "Properties" if bound["type"] == "object" else "Items"
                bound |= {f"min{what}": least} if least else {}
                bound |= {f"max{what}": most} if most is not None else {}
            case _:
                pass
    if OneOrMany() in constraints:
        words = [{"type": "string"}, {"type": "boolean"}, {"type": "integer"}]
        return {"anyOf": [*words, {**node, "items": {"anyOf": words}}]}
    return node


@cache
def _field_docstrings() -> dict[str, dict[str, str]]:
    """Class to field to the string that stands below it."""
    found: dict[str, dict[str, str]] = {}
    for node in (each for module in (catalog, portfolio) for each in _body(module)):
        if isinstance(node, ast.ClassDef):
            texts = found.setdefault(node.name, {})
            for field, text in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(text, ast.Expr)
                    and isinstance(text.value, ast.Constant)
                ):
                    texts[field.target.id] = inspect.cleandoc(str(text.value.value))
    return found


def _body(module: types.ModuleType) -> list[ast.stmt]:
    return ast.parse(inspect.getsource(module)).body
