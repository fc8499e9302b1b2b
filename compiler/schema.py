"""The JSON Schemas of catalog files, for editors, from the models that `load` validates with."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from compiler import catalog
from compiler.artifact import Artifact, canonical
from compiler.load import PARAMETER_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, type[Any]] = {
    "catalog": catalog.Settings,
    "parameters": catalog.Parameter,
    "control": catalog.Control,
    "trust": catalog.Trust,
    "activity": catalog.Activity,
    "persona": catalog.Persona,
}
"""What each schema is of; parameters.yaml holds parameters by name."""


def artifacts() -> tuple[Artifact, ...]:
    """The files of `schema/` in a catalog."""
    return tuple(
        Artifact(path=f"schema/{kind}.schema.json", content=canonical(schema(kind)))
        for kind in KINDS
    )


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file, with what the models' docstrings say of each key."""
    made = TypeAdapter(KINDS[kind]).json_schema()
    documented = _field_docstrings()
    definitions = made.pop("$defs", {})
    for name, node in [(KINDS[kind].__name__, made), *definitions.items()]:
        for key, text in documented.get(name, {}).items():
            if key in node.get("properties", {}):
                node["properties"][key].setdefault("description", text)
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
        **{key: value for key, value in made.items() if key != "title"},
        **({"$defs": definitions} if definitions else {}),
    }


def _field_docstrings() -> dict[str, dict[str, str]]:
    """Class to field to the string that stands below it.

    Pydantic can do it while classes are made; that costs every start of the command 20 ms.
    """
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(catalog)).body:
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
