"""A text of a policy, taken apart: characters, wildcards, policy variables, holes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

HOLE_BEGIN, HOLE_END = "\ue000", "\ue001"
"""Between these two stands the name of a hole. No policy of IAM's may hold either character."""

_SPECIAL = re.compile(
    r"\$\{(?P<literal>[*?$])\}"
    # Neither a key nor a default can be made of a hole.
    rf"|\$\{{(?P<key>[A-Za-z0-9_-]+:[^,'{{}}{HOLE_BEGIN}]+?)"
    rf"(?:\s*,\s*'(?P<default>[^'{{}}{HOLE_BEGIN}]*)')?\s*\}}"
    rf"|{HOLE_BEGIN}(?P<hole>[^{HOLE_BEGIN}{HOLE_END}]+){HOLE_END}"
    r"|(?P<wild>[*?])"
)


class TextError(ValueError):
    """A text that IAM does not document how to read."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`*`, any characters or none, or `?`, exactly one."""

    many: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: the value that the request has for a key, which has to be a single one.

    Where the request has none, `default` stands in; without a default the text matches nothing.
    """

    key: str
    """In lower case: IAM ignores the case of keys."""

    default: str | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that is not known yet: a launch parameter's.

    Where the parameter is a list, the hole is any one of its values, and the text stands once for
    each of them.
    """

    name: str


Token = Literal | Wildcard | Variable | Hole
Text = tuple[Token, ...]

ANY = Wildcard(many=True)
ONE = Wildcard(many=False)


def hole(name: str) -> str:
    """How a hole is written inside a text."""
    return f"{HOLE_BEGIN}{name}{HOLE_END}"


@lru_cache(maxsize=65_536)
def parse(written: str, *, variables: bool = True, wildcards: bool = True) -> Text:
    """Take a text apart.

    Args:
        written: as the policy has it.
        variables: whether `${…}` means anything: not in policies of version 2008-10-17.
        wildcards: whether `*` and `?` do: not under StringEquals, for one.

    Raises:
        TextError: for a `${` that cannot be read.
    """
    tokens: list[Token] = []
    end = 0
    for found in _SPECIAL.finditer(written):
        tokens.append(_literal(written[end : found.start()], variables=variables))
        tokens += _special(found, variables=variables, wildcards=wildcards)
        end = found.end()
    tokens.append(_literal(written[end:], variables=variables))
    return tuple(_folded(tokens))


def _literal(characters: str, *, variables: bool) -> Literal:
    if variables and "${" in characters:
        raise TextError(f"the variable in '{characters}' cannot be read")
    return Literal(characters)


def _special(found: re.Match[str], *, variables: bool, wildcards: bool) -> Text:
    whole = found.group()
    if not variables and whole.startswith("$"):
        # Without variables its characters are like others, but `${*}` holds a wildcard.
        return (Literal("$"), *parse(whole[1:], variables=False, wildcards=wildcards))
    if found.group("wild"):
        return (ANY if whole == "*" else ONE,) if wildcards else (Literal(whole),)
    if name := found.group("hole"):
        return (Hole(name),)
    if escaped := found.group("literal"):
        return (Literal(escaped),)
    return (Variable(found.group("key").strip().lower(), found.group("default")),)


def _folded(tokens: list[Token]) -> list[Token]:
    """Literals side by side are one, `**` is `*`, and `*?` is `?*`."""
    folded: list[Token] = []
    for each in tokens:
        if each == Literal(""):
            continue
        last = folded[-1] if folded else None
        if isinstance(last, Literal) and isinstance(each, Literal):
            folded[-1] = Literal(last.text + each.text)
        elif last == ANY and each == ANY:
            continue
        elif last == ANY and each == ONE:
            folded[-1:] = [ONE, ANY]
        else:
            folded.append(each)
    return folded


def written(text: Text) -> str:
    """A text as a policy would have it, its holes as `${Name}`."""
    return "".join(map(_written, text))


def _written(token: Token) -> str:
    match token:
        case Literal(characters):
            return characters
        case Wildcard(many):
            return "*" if many else "?"
        case Variable(key, default):
            return f"${{{key}}}" if default is None else f"${{{key}, '{default}'}}"
        case Hole(name):
            return f"${{{name}}}"


def plain(text: Text) -> str | None:
    """The characters of a text that has nothing else in it, otherwise None."""
    if not text:
        return ""
    first = text[0]
    return first.text if len(text) == 1 and isinstance(first, Literal) else None


def holes(text: Text) -> tuple[str, ...]:
    """The names of the holes of a text."""
    return tuple(each.name for each in text if isinstance(each, Hole))
