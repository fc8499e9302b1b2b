"""The keys of a model as lines of YAML: those in use as they are, all others as comments."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from compiler.decode import fields_of
from compiler.schema import explanations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 110
"""Characters of a line, where it can be broken or cut."""

Lines = tuple[str, ...]


def keys(
    model: Any, used: Mapping[str, Lines], examples: Mapping[str, Lines], indent: str = ""
) -> Iterator[str]:
    """Every key of a model, each below what the model says of it; at the top with room between.

    Args:
        model: what a file, or a part of one, holds.
        used: keys that are in use, and their lines.
        examples: lines for other keys; those that are left out get some value that they take.
        indent: what every line begins with.
    """
    documented = explanations(model)
    for name, field in fields_of(model).items():
        default = _default(model, name)
        if not indent:
            yield ""
        yield from told(f"{documented[name]}{_allowed(field.hint, default)}", indent)
        if name in used:
            yield from (f"{indent}{each}" for each in used[name])
        else:
            lines = examples.get(name) or (f"{name}: {_some(field.hint, default)}",)
            yield from (f"{indent}# {each}" for each in lines)


def told(text: str, indent: str = "") -> Iterator[str]:
    """A comment for people, as many lines as it needs."""
    wrapper = textwrap.TextWrapper(
        width=WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    yield from wrapper.wrap(text)


def beside(lines: Sequence[tuple[str, str]], indent: str = "") -> Lines:
    """Lines with a comment at the end of each, in one column, cut where they get too long."""
    column = max((len(line) for line, _ in lines), default=0) + 2
    room = WIDTH - column - len(indent) - 2

    def cut(text: str) -> str:
        return textwrap.shorten(text, room, placeholder="…")

    return tuple(f"{indent}{line.ljust(column)}# {cut(text)}" for line, text in lines)


def _default(model: Any, name: str) -> Any:
    (found,) = (each.default for each in fields(model) if each.name == name)
    return None if found is MISSING else found


def _allowed(hint: Any, default: Any) -> str:
    """What a key takes, where that is one of a few words."""
    words = _words(hint)
    if not words:
        return ""
    *others, last = words
    several = f"{', '.join(others)} or {last}" if others else last
    left_out = "" if default is None else f"; {_spelled(default)} if left out"
    return f" {'Each' if get_origin(hint) is Mapping else 'It'} is {several}{left_out}."


def _words(hint: Any) -> Lines:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is bool:
        return ("true", "false")
    if origin is Literal:
        return tuple(str(each) for each in arguments)
    if origin is Annotated:
        return _words(arguments[0])
    if origin is Mapping:
        return _words(arguments[1])
    # What may be missing is a union with None.
    return _words(arguments[0]) if type(None) in arguments else ()


def _some(hint: Any, default: Any) -> str:
    """Some value that a key takes."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _some(get_args(hint)[0], default)
    if origin is Mapping or is_dataclass(hint):
        return "{}"
    if origin is tuple:
        return "[]"
    if hint is bool:
        # A flag is named to set it.
        return "true"
    words = _words(hint)
    return _spelled(default) if default is not None else next(iter(words), "something")


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
