"""Texts of policies compiled into tests of a request's texts: sets, prefixes, regular expressions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from compiler.iam import text
from compiler.iam.request import RequestError
from compiler.iam.text import ANY, Text, Token, Variable, Wildcard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Keys = Mapping[str, str | Sequence[str]]
"""A context with its keys in lower case, without those whose list is empty."""

Known = Callable[[str], bool]
"""Whether a text of a request is one of those of a policy."""

Made = TypeVar("Made")

Reading = Literal["exact", "ignoring-case", "wide", "arn"]
"""How a text is read: as it stands (its wildcards are characters); with wildcards that cross colons
and slashes, as a resource is; or as an ARN, whose first five segments no wildcard leaves."""

_COLONS = 5
_KEPT = 256
"""How many sets of values are kept of the variables of one place in a policy."""


def has_variables(one: Text) -> bool:
    """Whether it takes a request to know the text."""
    return any(isinstance(each, Variable) for each in one)


def always(texts: Iterable[Text], reading: Reading) -> bool:
    """Whether every text is one of those given: where `*` alone stands among them."""
    return reading == "wide" and (ANY,) in texts


def resolved(
    texts: Iterable[Text], make: Callable[[Sequence[Text]], Made]
) -> Callable[[Keys], Made]:
    """What is made of texts once a request has given values to their variables.

    A variable stands for the characters of the value: what would be a wildcard in a policy is none
    in a value. A text is left out where one of its variables has no value and no default.

    Raises:
        RequestError: by what is returned, where a variable has a list.
    """
    several = tuple(texts)
    variables = tuple(
        dict.fromkeys(each for one in several for each in one if isinstance(each, Variable))
    )

    @lru_cache(maxsize=_KEPT)
    def made(values: tuple[str | None, ...]) -> Made:
        given = dict(zip(variables, values, strict=True))
        replaced = (_replaced(each, given) for each in several)
        return make([each for each in replaced if each is not None])

    def resolve(keys: Keys) -> Made:
        values = []
        for variable in variables:
            value = keys.get(variable.key, variable.default)
            if value is not None and not isinstance(value, str):
                message = f"{variable.key} has a list, and a policy variable needs one value"
                raise RequestError(message)
            values.append(value)
        return made(tuple(values))

    return resolve


def _replaced(one: Text, values: Mapping[Variable, str | None]) -> Text | None:
    """The text with a value for each of its variables; None where one has none."""
    tokens: list[Token] = []
    for each in one:
        token: Token = each
        if isinstance(each, Variable):
            value = values[each]
            if value is None:
                return None
            token = text.Literal(value)
        last = tokens[-1] if tokens else None
        if isinstance(token, text.Literal) and isinstance(last, text.Literal):
            tokens[-1] = text.Literal(last.text + token.text)
        else:
            tokens.append(token)
    return tuple(tokens)


def known(texts: Iterable[Text], reading: Reading) -> Known:
    """Whether a text of a request is one of these, which have no variables."""
    if reading == "ignoring-case":
        folded = frozenset((text.plain(each) or "").casefold() for each in texts)
        return lambda value: value.casefold() in folded
    exact: set[str] = set()
    prefixes: list[str] = []
    sources: list[str] = []
    for each in texts:
        if reading == "arn" and _colons(each) < _COLONS:
            continue  # no ARN, so it is like none
        plain = text.plain(each)
        prefix = _prefix(each)
        if plain is not None:
            exact.add(plain)
        elif prefix is not None:
            prefixes.append(prefix)
        else:
            sources.append(_arn(each) if reading == "arn" else _glob(each, "."))
    return _cheapest(frozenset(exact), tuple(prefixes), "|".join(sources))


def _cheapest(exact: frozenset[str], prefixes: tuple[str, ...], source: str) -> Known:
    if not prefixes and not source:
        return exact.__contains__
    if not source:
        if not exact:
            return lambda value: value.startswith(prefixes)
        return lambda value: value in exact or value.startswith(prefixes)
    fullmatch = re.compile(source, re.DOTALL).fullmatch
    return lambda value: (
        value in exact or value.startswith(prefixes) or fullmatch(value) is not None
    )


def _prefix(each: Text) -> str | None:
    """What a text that has nothing but a `*` at its end begins with."""
    if not each or each[-1] != ANY:
        return None
    return text.plain(each[:-1])


def _colons(each: Text) -> int:
    return sum(token.text.count(":") for token in each if isinstance(token, text.Literal))


def _arn(each: Text) -> str:
    """The regular expression of an ARN, each of whose six segments is matched by itself."""
    segments = list(_segments(each))
    return ":".join(
        [*(_glob(segment, "[^:]") for segment in segments[:-1]), _glob(segments[-1], ".")]
    )


def _segments(each: Text) -> Iterator[Text]:
    segment: list[Token] = []
    colons = 0
    for token in each:
        if not isinstance(token, text.Literal):
            segment.append(token)
            continue
        *ended, rest = token.text.split(":", _COLONS - colons)
        for part in ended:
            yield (*segment, text.Literal(part))
            segment = []
        colons += len(ended)
        segment.append(text.Literal(rest))
    yield tuple(segment)


def _glob(each: Iterable[Token], character: str) -> str:
    """The regular expression of a text whose wildcards stand for so many of some character.

    What stands between two `*` may be taken where it is first found, for good: so the time is no
    more than the product of both lengths, whatever is written.
    """
    parts = [""]
    for token in each:
        match token:
            case text.Literal(characters):
                parts[-1] += re.escape(characters)
            case Wildcard(many=True):
                parts.append("")
            case _:
                parts[-1] += character
    first, *middle = parts[: len(parts) - 1 or 1]
    between = "".join(f"(?>{character}*?{part})" for part in middle)
    return first + between + (f"{character}*{parts[-1]}" if len(parts) > 1 else "")
