"""What a comparison asks of one value, and the values that tell predicates apart.

Several operators ask the same: StringEquals is StringLike without wildcards, ArnEquals is ArnLike.
What is negated, and what becomes of several values or of none, is `formula`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from compiler.iam.document import value
from compiler.iam.text import Hole, Text, Variable
from compiler.iam.text import Literal as Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.iam.document import Comparison, Value
    from compiler.iam.operators import Operator
    from compiler.iam.text import Token

Kind = Literal["text", "any-case", "arn", "Bool", "Binary", "IpAddress", "Numeric", "Date"]
TEXTS: tuple[Kind, ...] = ("text", "any-case", "arn")

Linked = Mapping[str, tuple[str, ...] | None]
"""A hole's name, or a variable's key in lower case, to its values; None: the request lacks the key."""

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
        values = [_lower(each) for each in values if isinstance(each, tuple)]
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


def _lower(text: Text) -> Text:
    return tuple(Plain(each.text.lower()) if isinstance(each, Plain) else each for each in text)


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
    made: list[tuple[Token, ...]] = [()]
    for token in text:
        options = tuple(_options(token, values))
        made = [_append(before, option) for before in made for option in options]
    yield from made


def _options(token: Token, values: Linked) -> Iterator[Token]:
    name = token.key if isinstance(token, Variable) else getattr(token, "name", None)
    if name is None or name not in values:
        yield token
        return
    given = values[name]
    if given is None and isinstance(token, Variable) and token.default is not None:
        given = (token.default,)
    for each in given or ():
        yield Plain(each)


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
    beside = [each for number in ordered for each in (number - 1, number, number + 1)]
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    # A whole number reads best, and few keys know others.
    for each in sorted({*beside, *between}, key=lambda one: (one != int(one), one < 0, one)):
        yield f"{each.normalize():f}"


def _dates(values: Iterable[Value]) -> Iterator[str]:
    second = timedelta(seconds=1)
    ordered = sorted({each for each in values if isinstance(each, datetime)})
    beside = [each for date in ordered for each in (date - second, date, date + second)]
    between = [low + (high - low) / 2 for low, high in pairwise(ordered)]
    for each in dict.fromkeys((*beside, *between)):
        yield each.isoformat().replace("+00:00", "Z")


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
    import base64

    held = sorted({each for each in values if isinstance(each, bytes)})
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


def surely_covers(narrow: Predicate, one: Text, wide: Predicate, other: Text) -> bool:
    """Whether what is like a text of one predicate is surely like a text of another."""
    return narrow.kind == wide.kind and covers(other, one, segmented=wide.kind == "arn")


@lru_cache(maxsize=100_000)
def covers(wide: Text, narrow: Text, *, segmented: bool = False) -> bool:
    """Whether a text surely matches whatever another one does, variables and holes being equal.

    A yes is a proof; a no is none.

    Args:
        wide: the one.
        narrow: the other.
        segmented: whether they are read as ARNs, whose first five segments no wildcard leaves.
    """
    if wide == narrow:
        return True
    one, two = _symbols(wide, segmented=segmented), _symbols(narrow, segmented=segmented)
    # Where in `wide` a match of the symbols of `narrow` so far may stand.
    at = {0}
    for each in two:
        at = {
            index if one[index] in _MANY else index + 1
            for index in _skipping(one, at)
            if index < len(one) and _includes(one[index], each)
        }
        if not at:
            return False
    return len(one) in _skipping(one, at)


_MANY = ("*", "*:")
_SEGMENTS = 6


def _includes(mine: object, other: object) -> bool:
    """Whether a symbol stands for all that another one does."""
    if mine in (other, "*"):
        return True
    if isinstance(other, Variable | Hole) or other == "*":
        return False
    if mine == "?":
        return other != "*:"
    # Within a segment there is no colon.
    if mine == "*:":
        return other not in (":", "?")
    return mine == "?:" and other not in (":", "?", "*:")


def _skipping(symbols: tuple[object, ...], at: set[int]) -> set[int]:
    reached = set(at)
    waiting = list(at)
    while waiting:
        index = waiting.pop()
        if index < len(symbols) and symbols[index] in _MANY and index + 1 not in reached:
            reached.add(index + 1)
            waiting.append(index + 1)
    return reached


@lru_cache(maxsize=100_000)
def _symbols(text: Text, *, segmented: bool) -> tuple[object, ...]:
    """Characters, wildcards, variables and holes, each as one. A literal `*` is set apart.

    `*:` and `?:` are wildcards that match no colon.
    """
    found: list[object] = []
    for token in text:
        within = ":" if segmented and found.count(":") < _SEGMENTS - 1 else ""
        match token:
            case Plain(characters):
                found += [("", each) if each in "*?" else each for each in characters]
            case Variable() | Hole():
                found.append(token)
            case _:
                found.append(("*" if token.many else "?") + within)
    return tuple(found)
