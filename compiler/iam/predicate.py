"""What a comparison asks of one value, and the values that tell predicates apart.

Several operators ask the same: StringEquals is StringLike without wildcards, ArnEquals is ArnLike.
What is negated, and what becomes of several values or of none, is `formula`'s.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import pairwise, product
from typing import TYPE_CHECKING, Literal

from compiler.iam.automaton import TooHardError
from compiler.iam.text import Hole, Text, Variable
from compiler.iam.text import Literal as Plain
from compiler.iam.value import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.iam.document import Comparison
    from compiler.iam.operators import Operator
    from compiler.iam.text import Token
    from compiler.iam.value import Value

Kind = Literal["text", "any-case", "arn", "Bool", "Binary", "IpAddress", "Numeric", "Date"]
TEXTS: tuple[Kind, ...] = ("text", "any-case", "arn")

Linked = Mapping[str, tuple[str, ...] | None]
"""A hole's name, or a variable's key in lower case, to its values; None: the key is absent."""

_MOST_DIGITS = 1_000
"""Digits of a number that is compared. AWS's own keys have 12 at most."""

_SIGNS = {
    "Equals": (0,),
    "LessThan": (-1,),
    "LessThanEquals": (-1, 0),
    "GreaterThan": (1,),
    "GreaterThanEquals": (0, 1),
}


@dataclass(frozen=True, slots=True)
class Predicate:
    """Holds for a value that is one of a set."""

    kind: Kind
    values: frozenset[Value]
    signs: tuple[int, ...] = ()
    """Of a number or a date: how it may compare with one of the values."""

    @property
    def texts(self) -> Iterator[Text]:
        """The values of a predicate of texts."""
        return (each for each in self.values if isinstance(each, tuple))


def predicate(comparison: Comparison) -> Predicate:
    """What a comparison asks of one value, its negation left out."""
    kind, signs = _kind(comparison.operator)
    values: Iterable[Value] = comparison.values
    if kind == "any-case":
        values = [_folded(each) for each in values if isinstance(each, tuple)]
    return Predicate(kind, frozenset(values), signs)


def _kind(operator: Operator) -> tuple[Kind, tuple[int, ...]]:
    match operator.family:
        case "String":
            return ("any-case" if operator.name.endswith("IgnoreCase") else "text"), ()
        case "Arn":
            return "arn", ()
        case "Numeric" | "Date" as family:
            return family, _SIGNS[operator.name.removeprefix(family).removeprefix("Not")]
        case "Bool" | "Binary" | "IpAddress" as family:
            return family, ()
        case "Null":
            raise ValueError("Null asks nothing of a value")


def _folded(text: Text) -> Text:
    return tuple(Plain(each.text.casefold()) if isinstance(each, Plain) else each for each in text)


def links(text: Text) -> Iterator[str]:
    """The keys of a text's variables and the names of its holes: what else it depends on."""
    for each in text:
        if isinstance(each, Variable):
            yield each.key
        elif isinstance(each, Hole):
            yield each.name


def put(text: Text, values: Linked) -> Iterator[Text]:
    """A text with values in it: once for each value of a hole, and not at all for one that is gone.

    What has no entry among the values stays as it is.
    """
    names = tuple(dict.fromkeys(name for name in links(text) if name in values))
    if not names:
        yield text
        return
    several = (values[name] for name in names)
    for chosen in product(*((None,) if each is None else each for each in several)):
        made = _with(text, dict(zip(names, chosen, strict=True)))
        if made is not None:
            yield made


def _with(text: Text, chosen: Mapping[str, str | None]) -> Text | None:
    """A text with one value for each name; None where a variable has none, and no default."""
    made: tuple[Token, ...] = ()
    for token in text:
        name = next(links((token,)), None)
        if name is None or name not in chosen:
            made = _append(made, token)
            continue
        given = chosen[name]
        if given is None and isinstance(token, Variable):
            given = token.default
        if given is None:
            return None
        made = _append(made, Plain(given))
    return made


def _append(text: Text, token: Token) -> Text:
    last = text[-1] if text else None
    if isinstance(last, Plain) and isinstance(token, Plain):
        return (*text[:-1], Plain(last.text + token.text))
    return (*text, token)


def holds(asked: Predicate, said: str) -> bool:
    """Whether a predicate of a type that is not text holds for a value of a request.

    Raises:
        ValueError: where the value is not of the type.
    """
    if asked.kind == "IpAddress":
        address = ip_address(said)
        networks = (each for each in asked.values if isinstance(each, IPv4Network | IPv6Network))
        return any(address in each for each in networks)
    found = value(asked.kind, said)
    if not asked.signs:
        return found in asked.values
    return any(_sign(found, each) in asked.signs for each in asked.values)


def is_a(kind: str, said: str) -> bool:
    """Whether a value of a request is of a type."""
    try:
        ip_address(said) if kind == "IpAddress" else value(kind, said)
    except ValueError:
        return False
    return True


def _sign(one: Value, other: Value) -> int:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one > other) - (one < other)
    raise TypeError(f"{one!r} and {other!r} have no order")


def telling(asked: Iterable[Predicate]) -> tuple[str, ...]:
    """Values enough: any other one is decided by the predicates as one of these is.

    Of numbers, dates and networks each boundary, and a value on each side of it.
    """
    found: dict[str, None] = {}
    for kind, values in _by_kind(asked).items():
        found |= dict.fromkeys(_TELLING[kind](values))
    return tuple(found)


def _by_kind(asked: Iterable[Predicate]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for each in asked:
        if each.kind not in TEXTS:
            found.setdefault(each.kind, []).extend(each.values)
    return found


def _numbers(values: Iterable[Value]) -> Iterator[str]:
    ordered = sorted({each for each in values if isinstance(each, Decimal)})
    with localcontext() as exactly:
        exactly.prec = max(map(_digits, ordered), default=0) + 2
        beside = [each for number in ordered for each in (number - 1, number, number + 1)]
        between = [(low + high) / 2 for low, high in pairwise(ordered)]
        # A whole number reads best, and few keys know others.
        found = sorted({*beside, *between}, key=lambda one: (one != int(one), one < 0, one))
        written = [f"{each.normalize():f}" for each in found]
    yield from written


def _digits(number: Decimal) -> int:
    """How many digits stand before and behind the point together, at most."""
    _, digits, exponent = number.as_tuple()
    count = len(digits) + abs(exponent) if isinstance(exponent, int) else _MOST_DIGITS
    if count >= _MOST_DIGITS:
        raise TooHardError(f"a number of more than {_MOST_DIGITS:,} digits is compared")
    return count


def _dates(values: Iterable[Value]) -> Iterator[str]:
    ordered = sorted({each.astimezone(UTC) for each in values if isinstance(each, datetime)})
    beside = [each for date in ordered for each in (_beside(date, -1), date, _beside(date, 1))]
    between = [low + (high - low) / 2 for low, high in pairwise(ordered)]
    for each in dict.fromkeys((*beside, *between)):
        yield each.isoformat().replace("+00:00", "Z")


def _beside(date: datetime, seconds: int) -> datetime:
    """A date before or after; the same one at the ends of time."""
    try:
        return date + timedelta(seconds=seconds)
    except OverflowError:
        return date


def _addresses(values: Iterable[Value]) -> Iterator[str]:
    for kind in (IPv4Network, IPv6Network):
        last = int(kind("0.0.0.0/0" if kind is IPv4Network else "::/0").broadcast_address)
        edges = {0, last}
        for each in values:
            if isinstance(each, kind):
                first, end = int(each.network_address), int(each.broadcast_address)
                edges |= {first - 1, first, end, end + 1}
        make = type(kind("0.0.0.0/0" if kind is IPv4Network else "::/0").network_address)
        yield from (str(make(each)) for each in sorted(edges) if 0 <= each <= last)


def _bytes(values: Iterable[Value]) -> Iterator[str]:
    # A key is never empty.
    held = sorted({each for each in values if isinstance(each, bytes) and each})
    other = b"another"
    while other in held:
        other += b"."
    for each in (*held, other):
        yield base64.b64encode(each).decode()


def _booleans(_values: Iterable[Value]) -> Iterator[str]:
    yield from ("true", "false")


_TELLING = {
    "Binary": _bytes,
    "Bool": _booleans,
    "Date": _dates,
    "IpAddress": _addresses,
    "Numeric": _numbers,
}
