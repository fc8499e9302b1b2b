"""The texts of policies as regular expressions and string terms of z3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import z3

from tests.iam.judges.vocabulary import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PARTITIONS = (
    "aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f",
)  # fmt: skip

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}|<[^>]*>")
_TOKEN = re.compile(
    r"\$\{(?P<literal>[*?$])\}|(?P<variable>" + VARIABLE.pattern + r")|(?P<wild>[*?])"
)
_SEGMENTS = 6


class NotEncodedError(Exception):
    """A question that the judge does not put to z3."""


@dataclass(frozen=True, slots=True)
class Star:
    """Any characters, or none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One character."""


@dataclass(frozen=True, slots=True)
class Named:
    """A policy variable."""

    key: str
    default: str | None


Part = str | Star | Mark | Named
"""Of a text; a `str` stands for itself."""


@cache
def parts(text: str, *, wildcards: bool, variables: bool) -> tuple[Part, ...]:
    """Take a text apart."""
    found: list[Part] = []
    end = 0
    for each in _TOKEN.finditer(text):
        if each["wild"] is None and not variables:
            if each["literal"] is not None and wildcards and each["literal"] != "$":
                raise NotEncodedError("a wildcard between braces, where there are no variables")
            continue
        if each["wild"] is not None and not wildcards:
            continue
        found.append(text[end : each.start()])
        end = each.end()
        if each["wild"] is not None:
            found.append(Star() if each["wild"] == "*" else Mark())
        elif each["literal"] is not None:
            found.append(each["literal"])
        else:
            found.append(Named(each.group(3).strip().lower(), each.group(4)))
    found.append(text[end:])
    if any(isinstance(each, str) and not each.isascii() for each in found):
        raise NotEncodedError("a text that is not ASCII")
    return tuple(each for each in found if each != "")


# ------------------------------------------------------------------------------------ expressions


def _between(first: str, last: str) -> Any:
    return z3.Range(z3.StringVal(first), z3.StringVal(last))


@cache
def printable() -> Any:
    """One printable character."""
    return _between(" ", "~")


@cache
def plain() -> Any:
    """One printable character that is not special in any text."""
    return z3.Union(*(_between(*each) for each in (" #", "%)", "+>", "@~")))


@cache
def no_colon() -> Any:
    """One printable character that is not a colon."""
    return z3.Union(_between(" ", "9"), _between(";", "~"))


@cache
def _of_bucket() -> Any:
    """One character of a bucket's name."""
    return z3.Union(_between(" ", "."), _between("0", "9"), _between(";", "~"))


@cache
def _name() -> Any:
    return z3.Union(_between("a", "z"), _between("0", "9"), _literal("-"))


def _literal(text: str) -> Any:
    return z3.Re(z3.StringVal(text))


@cache
def _any_case(text: str) -> Any:
    each = [
        z3.Union(_literal(one.lower()), _literal(one.upper())) if one.isalpha() else _literal(one)
        for one in text
    ]
    return concatenated(each)


def concatenated(several: Sequence[Any]) -> Any:
    """One after the other."""
    if not several:
        return _literal("")
    return several[0] if len(several) == 1 else z3.Concat(*several)


def united(several: Sequence[Any]) -> Any:
    """Any of them."""
    return several[0] if len(several) == 1 else z3.Union(*several)


def expression(several: Iterable[Part], *, any_case: bool = False) -> Any:
    """A text without variables."""
    found = []
    for each in several:
        match each:
            case str():
                found.append(_any_case(each) if any_case else _literal(each))
            case Star():
                found.append(z3.Star(printable()))
            case Mark():
                found.append(printable())
            case Named():
                raise NotEncodedError("a variable between wildcards")
    return concatenated(found)


def segmented(several: Iterable[Part]) -> Any:
    """A text without variables, matched as an ARN, segment by segment of six."""
    found = []
    colons = 0
    for each in several:
        one = printable() if colons == _SEGMENTS - 1 else no_colon()
        match each:
            case str():
                found.append(_literal(each))
                colons = min(colons + each.count(":"), _SEGMENTS - 1)
            case Star():
                found.append(z3.Star(one))
            case Mark():
                found.append(one)
            case Named():
                raise NotEncodedError("a variable in what is matched segment by segment")
    if colons < _SEGMENTS - 1:
        raise NotEncodedError("an ARN of less than six segments")
    return concatenated(found)


@cache
def any_arn() -> Any:
    """What a key of type ARN may hold."""
    name = z3.Plus(_name())
    return concatenated([
        _literal("arn:"), _partition(), _literal(":"), name, _literal(":"), z3.Option(name),
        _literal(":"), z3.Option(name), _literal(":"), z3.Plus(printable()),
    ])  # fmt: skip


@cache
def _partition() -> Any:
    return united([_literal(each) for each in PARTITIONS])


@cache
def documented(pattern: str) -> Any:
    """The ARNs of a format as the reference writes it; no placeholder is empty."""
    head = pattern.split(":", _SEGMENTS - 1)
    head = [
        "${Any}" if each == "*" and index < _SEGMENTS - 1 else each
        for index, each in enumerate(head)
    ]
    pattern = ":".join(head)
    found = []
    end = 0
    for each in _PLACEHOLDER.finditer(pattern):
        found.append(
            expression(parts(pattern[end : each.start()], wildcards=True, variables=False))
        )
        end = each.end()
        if each[1] == "Partition":
            found.append(_partition())
        elif pattern[: each.start()].count(":") < _SEGMENTS - 1:
            found.append(z3.Plus(_name()))
        else:
            found.append(z3.Plus(_of_bucket() if each[1] == "BucketName" else printable()))
    found.append(expression(parts(pattern[end:], wildcards=True, variables=False)))
    return concatenated(found)
