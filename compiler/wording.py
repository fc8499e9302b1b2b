"""What pydantic finds in a catalog file, in our own words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.diagnostic import Diagnostic, suggest
from compiler.place import Place, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

SHOWN = 80
"""Characters of a value that a message quotes."""

_TYPES = {
    "string_type": "a string",
    "int_type": "an integer",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a mapping",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
"""Pydantic's errors about types, and what was wanted."""

_BOUNDS = {
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}

_LETTERS = re.compile(r"\^(\[[^]]+\])[*+]\$")
"""A pattern that says of each character, and of nothing else, whether it is allowed."""


class _Error(NamedTuple):
    """One error of pydantic's, and where in the catalog it is."""

    model: type[BaseModel]
    loc: Route
    kind: str
    context: Mapping[str, Any]
    found: Any
    place: Place

    def say(
        self, rule: str, message: str, *, hint: str | None = None, place: Place | None = None
    ) -> Diagnostic:
        return Diagnostic(
            rule=rule, severity="error", message=message, place=place or self.place, hint=hint
        )


def described(value: Any) -> str:
    """A value, as a message names it."""
    if value is None:
        return "nothing"
    for kind, words in ((bool, "the boolean {}"), (int, "the integer {}")):
        if isinstance(value, kind):
            return words.format(str(value).lower())
    if isinstance(value, tuple | dict):
        return "a list" if isinstance(value, tuple) else "a mapping"
    text = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in str(value))
    return f"'{text}'" if len(text) <= SHOWN else f"'{text[: SHOWN - 3]}…'"


def worded(model: type[BaseModel], path: str, at: Route, error: Any) -> Diagnostic:
    """Say what pydantic found.

    Args:
        model: what was validated.
        path: the file.
        at: the route to what was validated.
        error: one of `ValidationError.errors()`.
    """
    loc: Route = error["loc"]
    on_key = bool(loc) and loc[-1] == "[key]"
    route = at + tuple(each for each in loc if each != "[key]")
    found = _Error(
        model=model,
        loc=loc,
        kind=error["type"],
        context=error.get("ctx", {}),
        found=error["input"],
        place=Place(path=path, route=route, on="key" if on_key else "value"),
    )
    say = _WORDS.get(found.kind)
    return say(found) if say else found.say("wrong-value", error["msg"].lower().rstrip("."))


def _unknown_key(error: _Error) -> Diagnostic:
    allowed = _fields(error.model, error.loc[:-1])
    message = f"unknown key '{error.loc[-1]}'; allowed are {', '.join(allowed)}"
    hint = suggest(str(error.loc[-1]), allowed)
    return error.say("unknown-key", message, hint=hint, place=replace(error.place, on="key"))


def _missing_key(error: _Error) -> Diagnostic:
    above = replace(error.place, route=error.place.route[:-1], on="key")
    return error.say("missing-key", f"the key '{error.loc[-1]}' is missing", place=above)


def _wrong_type(error: _Error) -> Diagnostic:
    is_plain = error.kind == "string_type" and isinstance(error.found, bool | int)
    hint = f'quote it: "{str(error.found).lower()}"' if is_plain else None
    message = f"expected {_TYPES[error.kind]}, found {described(error.found)}"
    return error.say("wrong-type", message, hint=hint)


def _not_allowed(error: _Error) -> Diagnostic:
    expected = str(error.context["expected"])
    message = f"{described(error.found)} is not allowed; allowed are {expected}"
    hint = suggest(str(error.found), re.findall(r"'([^']*)'", expected))
    return error.say("wrong-value", message, hint=hint)


def _not_of_the_form(error: _Error) -> Diagnostic:
    letters = _LETTERS.fullmatch(error.context["pattern"])
    # Pydantic's regular expressions are Rust's: its \w has not every letter that Python's has.
    refused = letters and next((c for c in error.found if not re.fullmatch(letters[1], c)), None)
    if refused:
        message = f"the character {described(refused)} (U+{ord(refused):04X}) is not allowed here"
        return error.say("wrong-value", message, place=replace(error.place, fragment=refused))
    message = f"{described(error.found)} is not of the form {error.context['pattern']}"
    return error.say("wrong-value", message)


def _out_of_bounds(error: _Error) -> Diagnostic:
    if error.kind == "string_too_short" and not error.found:
        return error.say("wrong-value", "this is empty; it needs a text")
    bounds = _BOUNDS[error.kind].format(**error.context)
    return error.say("wrong-value", f"{described(error.found)} is out of bounds: {bounds}")


def _too_few(error: _Error) -> Diagnostic:
    return error.say("wrong-value", "this is empty; it needs at least one")


def _too_many(error: _Error) -> Diagnostic:
    held, most = error.context["actual_length"], error.context["max_length"]
    return error.say("wrong-value", f"these are {held}; at most {most} are allowed")


def _refused_by_us(error: _Error) -> Diagnostic:
    return error.say("wrong-value", str(error.context["error"]))


_WORDS: Mapping[str, Callable[[_Error], Diagnostic]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    **dict.fromkeys(_TYPES, _wrong_type),
    "literal_error": _not_allowed,
    "enum": _not_allowed,
    "string_pattern_mismatch": _not_of_the_form,
    **dict.fromkeys(_BOUNDS, _out_of_bounds),
    "too_short": _too_few,
    "too_long": _too_many,
    "value_error": _refused_by_us,
}
"""Type of pydantic's error to the words for it.
https://docs.pydantic.dev/latest/errors/validation_errors/"""


def _fields(model: type[BaseModel], loc: Route) -> tuple[str, ...]:
    """The keys that are allowed at a place of a model, in the order that the model has them."""
    schema = model.model_json_schema()
    here = schema
    for each in loc:
        here = _resolved(schema, here)
        if isinstance(each, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(each) or here.get("additionalProperties", {})
    return tuple(_resolved(schema, here).get("properties", {}))


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node
