"""Plain values become the catalog's models, and all that does not fit is said at its place.

The models are frozen dataclasses; what a field takes stands in its annotation. That one description
serves here and in `schema`. It is our own since it is the catalog language, in our own words, and
pydantic took 40 % of the time in which a persona is built.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from compiler.diagnostic import Diagnostic, suggest
from compiler.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M")

SHOWN = 80
"""Characters of a value that a message quotes."""

_LETTERS = re.compile(r"\^(\[[^]]+\])[*+]\$")
"""A pattern that says of each character, and of nothing else, whether it is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a text has to be."""

    pattern: str = ""
    """A regular expression, anchored at both ends, in what ECMAScript and Python share."""

    least: int = 0
    most: int | None = None
    """Characters."""

    refuse: Callable[[str], str | None] | None = None
    """Gives the reason why a text is refused."""

    hint: str = ""
    """What to write in place of a value that is no text, where quoting it is not what is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The bounds of an integer, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """How many a list or a mapping holds."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list of texts that may also be written as one value, and booleans and integers as words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key of a model."""

    name: str
    hint: Any
    required: bool


@cache
def fields_of(model: type[Any]) -> Mapping[str, Field]:
    """The keys of a model, in the order that it has them."""
    hints = get_type_hints(model, include_extras=True)
    return {
        each.name: Field(
            name=each.name,
            hint=hints[each.name],
            required=each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(model)
    }


def decode(model: type[M], data: Any, place: Place) -> tuple[M | None, tuple[Diagnostic, ...]]:
    """Make a model of plain values.

    Args:
        model: a frozen dataclass whose annotations say what it takes.
        data: what `source` read.
        place: where it stands.

    Returns:
        The model, or None where something does not fit, and all that does not.
    """
    decoder = _Decoder()
    value = decoder.value(model, data, place)
    return (None if decoder.found else value), tuple(decoder.found)


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


class _Decoder:
    """One walk over data and annotations together. What is refused is said, and gives None."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def value(self, hint: Any, data: Any, place: Place) -> Any:  # noqa: PLR0911 - one a kind
        origin = get_origin(hint)
        if is_dataclass(hint):
            return self._model(hint, data, place)
        if origin is Annotated:
            return self._constrained(hint, data, place)
        if origin is Literal:
            return self._literal(get_args(hint), data, place)
        if origin in {types.UnionType, Union}:
            # The only unions here are with None.
            return None if data is None else self.value(get_args(hint)[0], data, place)
        if origin is tuple:
            return self._list(get_args(hint)[0], data, place)
        if origin is Mapping:
            key_hint, value_hint = get_args(hint)
            return self._mapping(key_hint, value_hint, data, place)
        return self._plain(hint, data, place)

    def _say(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        self.found.append(
            Diagnostic(rule=rule, severity="error", message=message, place=place, hint=hint)
        )

    def _wrong_type(self, wanted: str, data: Any, place: Place, hint: str | None = None) -> None:
        self._say("wrong-type", f"expected {wanted}, found {described(data)}", place, hint)

    def _model(self, model: Any, data: Any, place: Place) -> Any:
        if not isinstance(data, dict):
            return self._wrong_type("a mapping", data, place)
        known = fields_of(model)
        for key in data.keys() - known.keys():
            message = f"unknown key '{key}'; allowed are {', '.join(known)}"
            at = replace(place, route=(*place.route, key), on="key")
            self._say("unknown-key", message, at, suggest(key, known))
        values = {}
        for name, field in known.items():
            if name in data:
                at = _below(place, name)
                values[name] = self.value(field.hint, data[name], at)
            elif field.required:
                self._say("missing-key", f"the key '{name}' is missing", replace(place, on="key"))
        return None if self.found else model(**values)

    def _list(self, hint: Any, data: Any, place: Place) -> Any:
        if not isinstance(data, tuple):
            return self._wrong_type("a list", data, place)
        return tuple(
            self.value(hint, each, _below(place, index)) for index, each in enumerate(data)
        )

    def _mapping(self, key_hint: Any, hint: Any, data: Any, place: Place) -> Any:
        if not isinstance(data, dict):
            return self._wrong_type("a mapping", data, place)
        for key in data:
            self.value(key_hint, key, replace(place, route=(*place.route, key), on="key"))
        return {key: self.value(hint, each, _below(place, key)) for key, each in data.items()}

    def _literal(self, allowed: tuple[str, ...], data: Any, place: Place) -> Any:
        if data in allowed:
            return data
        *others, last = (f"'{each}'" for each in allowed)
        listed = f"{', '.join(others)} or {last}" if others else last
        message = f"{described(data)} is not allowed; allowed are {listed}"
        return self._say("wrong-value", message, place, suggest(str(data), allowed))

    def _plain(self, hint: type, data: Any, place: Place) -> Any:
        if type(data) is hint:
            return data
        if hint is str:
            is_word = isinstance(data, bool | int)
            quoted = f'quote it: "{str(data).lower()}"' if is_word else None
            return self._wrong_type("a string", data, place, quoted)
        return self._wrong_type("true or false" if hint is bool else "an integer", data, place)

    def _constrained(self, hint: Any, data: Any, place: Place) -> Any:
        inner, *constraints = get_args(hint)
        meant = [each.hint for each in constraints if isinstance(each, Text) and each.hint]
        if meant and not isinstance(data, str):
            return self._wrong_type("a string", data, place, meant[0])
        if OneOrMany() in constraints:
            data = _words(data)
        before = len(self.found)
        value = self.value(inner, data, place)
        if len(self.found) == before and value is not None:
            for each in constraints:
                self._constrain(each, value, place)
        return value

    def _constrain(self, constraint: Any, value: Any, place: Place) -> None:
        match constraint:
            case Text():
                self._text(constraint, value, place)
            case Whole(least=least, most=most) if not least <= value <= most:
                bound = f"at least {least}" if value < least else f"at most {most}"
                self._out_of_bounds(value, bound, place)
            case Many(least=least) if len(value) < least:
                self._say("wrong-value", "this is empty; it needs at least one", place)
            case Many(most=int(most)) if len(value) > most:
                message = f"these are {len(value)}; at most {most} are allowed"
                self._say("wrong-value", message, place)

    def _text(self, constraint: Text, value: str, place: Place) -> None:
        if len(value) < constraint.least:
            if value:
                self._out_of_bounds(value, f"at least {constraint.least} characters", place)
            else:
                self._say("wrong-value", "this is empty; it needs a text", place)
        elif constraint.most is not None and len(value) > constraint.most:
            self._out_of_bounds(value, f"at most {constraint.most} characters", place)
        elif constraint.pattern and not re.fullmatch(constraint.pattern, value):
            self._not_of_the_form(constraint.pattern, value, place)
        elif constraint.refuse and (reason := constraint.refuse(value)):
            self._say("wrong-value", reason, place)

    def _out_of_bounds(self, value: object, bounds: str, place: Place) -> None:
        self._say("wrong-value", f"{described(value)} is out of bounds: {bounds}", place)

    def _not_of_the_form(self, pattern: str, value: str, place: Place) -> None:
        letters = _LETTERS.fullmatch(pattern)
        refused = next((x for x in value if letters and not re.fullmatch(letters[1], x)), None)
        if refused is None:
            self._say("wrong-value", f"{described(value)} is not of the form {pattern}", place)
            return
        message = f"the character '{refused}' (U+{ord(refused):04X}) is not allowed here"
        self._say("wrong-value", message, replace(place, fragment=refused))


def _below(place: Place, step: str | int) -> Place:
    """The place of a value inside another one."""
    return Place(path=place.path, route=(*place.route, step))


def _words(data: Any) -> Any:
    """One value or several, as texts: `true` is what IAM spells "true"."""
    several = data if isinstance(data, tuple) else (data,)
    return tuple(str(x).lower() if isinstance(x, bool | int) else x for x in several)
