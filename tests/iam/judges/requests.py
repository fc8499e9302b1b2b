"""Random requests, made of the policies' own patterns: where two policies part is where their words meet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from typing import TYPE_CHECKING

from tests.iam.judges import universe
from tests.iam.judges.vocabulary import made, substituted, vocabulary
from tests.iam.judges.words import altered, arn, exactly, matches, word
from tests.iam.judges.words import glob as globbed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from compiler.iam.arn import Steps
    from tests.iam.judges.universe import Asked
    from tests.iam.judges.vocabulary import Comparison, Document, Said

PARTITIONS = ("aws", "aws", "aws", "aws-cn", "aws-us-gov")
REGIONS = ("eu-west-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2", "us-gov-west-1")
ACCOUNTS = (universe.ACCOUNT, universe.ACCOUNT, universe.ACCOUNT, "444455556666")

MOST_ELEMENTS = 3
"""Of a key that holds a list."""

_GLOBALS = (
    "aws:calledvia", "aws:principalorgid", "aws:principaltag/team", "aws:requestedregion",
    "aws:resourceaccount", "aws:resourcetag/team", "aws:securetransport", "aws:sourceip",
    "aws:tagkeys", "aws:username", "aws:viaawsservice",
)  # fmt: skip
"""Keys that any request may carry, mentioned or not."""

_ARN = "arn:aws:iam::111122223333:role/fresh"
_ARNS = re.compile(r"arn:aws(-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:[a-z0-9-]*:.+")
"""What a key of type ARN may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One request."""

    action: str
    made: bool
    resource: str
    context: dict[str, str | list[str]]


class Drawer:
    """Draws requests out of the patterns of some policies."""

    def __init__(self, rng: Random, documents: Sequence[Document]) -> None:
        self.rng = rng
        self.words = vocabulary(documents)
        self.about: dict[str, list[Said]] = {}

    def draw(self) -> Drawn | None:
        """One request; None where what was chosen does not go together."""
        rng = self.rng
        odd = rng.random() < 0.75
        target = rng.choice(self.words.odd if odd else self.words.statements)
        action = self._action(target)
        if action is None:
            return None
        asked = universe.asked(action)
        about = self.about.get(action)
        if about is None:
            about = [each for each in self.words.statements if each.is_about(action)]
            self.about[action] = about
        if not about:
            return None
        if target not in about:
            target = rng.choice(about)
        context = self._context(action, target, about)
        resource = self._resource(asked, target, about, context)
        if resource is None:
            return None
        return Drawn(action=asked.action, made=asked.made, resource=resource, context=context)

    # ------------------------------------------------------------------------------- the action

    def _action(self, target: Said) -> str | None:
        rng = self.rng
        if target.except_actions:
            other = rng.choice(self.words.statements)
            pattern = "*" if other.except_actions else rng.choice(other.actions)
        else:
            pattern = rng.choice(target.actions)
        if "*" in pattern and rng.random() < 0.1:
            return self._unmade(pattern)
        named = made(pattern)
        return rng.choice(named) if named else None

    def _unmade(self, pattern: str) -> str:
        if pattern == "*":
            services = [universe.UNMADE_SERVICE, "s3", "sagemaker"]
            return f"{self.rng.choice(services)}:{universe.UNMADE}"
        prefix, _, name = pattern.partition(":")
        filled = name.replace("*", universe.UNMADE, 1).replace("*", "").replace("?", "x")
        return f"{prefix.lower()}:{filled}"

    # ----------------------------------------------------------------------------- the resource

    def _resource(
        self,
        asked: Asked,
        target: Said,
        about: Sequence[Said],
        context: dict[str, str | list[str]],
    ) -> str | None:
        rng = self.rng
        if not asked.formats or (asked.bare and rng.random() < 0.2):
            return "*" if asked.bare else None
        shape = self._format(rng.choice(asked.formats))
        wanted: list[Steps] = []
        chance = rng.random()
        if chance < 0.9 and target.resources:
            wanted += self._patterns(target, context)
        if chance < 0.5:
            wanted += self._patterns(rng.choice(about), context)
        for some in (wanted, wanted[:1], []):
            found = word(rng, self.words.pieces, shape, *some)
            if found is not None:
                break
        else:
            return None
        if rng.random() < 0.15:
            off = altered(rng, found)
            found = off if matches(shape, off) else found
        return found

    def _format(self, written: str) -> Steps:
        rng = self.rng
        regions = (*REGIONS, *self.words.regions)
        accounts = (*ACCOUNTS, *self.words.accounts)
        return arn(written, rng.choice(PARTITIONS), rng.choice(regions), rng.choice(accounts))

    def _patterns(self, said: Said, context: dict[str, str | list[str]]) -> list[Steps]:
        """One of the statement's resources, as this request reads it."""
        if not said.resources:
            return []
        text = self.rng.choice(said.resources)
        return [] if text == "*" else self._read(said, text, context)

    def _read(self, said: Said, text: str, context: dict[str, str | list[str]]) -> list[Steps]:
        if not said.variables or "${" not in text:
            return [globbed(text)]
        pieces = substituted(text, context)
        if pieces is None:
            return []
        steps: Steps = ()
        for piece, special in pieces:
            steps += globbed(piece) if special else exactly(piece)
        return [steps]

    # ------------------------------------------------------------------------------ the context

    def _context(
        self, action: str, target: Said, about: Sequence[Said]
    ) -> dict[str, str | list[str]]:
        rng = self.rng
        mentions = self._mentions(about)
        context: dict[str, str | list[str]] = {}
        eager = rng.random() < 0.6
        # Variables first: what other values are compared with may hold them.
        for key in sorted(mentions, key=lambda each: (each not in self.words.variables, each)):
            if not universe.may_carry(action, key, self.words.variables):
                continue
            if key == "aws:principalaccount":
                context[key] = universe.ACCOUNT
                continue
            wanted = [each for each in mentions[key] if each[0] is target]
            pleasing = bool(wanted) and eager
            if not pleasing:
                wanted = mentions[key]
                if rng.random() < 0.25:
                    continue
            value = self._value(key, rng.choice(wanted), context, pleasing=pleasing)
            if value:
                context[key] = value
        return context

    def _mentions(
        self, about: Sequence[Said]
    ) -> dict[str, list[tuple[Said | None, Comparison | None]]]:
        """The keys that a request may be asked for, each with what asks for it."""
        found: dict[str, list[tuple[Said | None, Comparison | None]]] = {}
        for said in about:
            for each in said.comparisons:
                found.setdefault(each.key, []).append((said, each))
        for key in sorted(self.words.variables):
            found.setdefault(key, []).append((None, None))
        # Now and then a key that nobody mentions.
        if self.rng.random() < 0.1:
            found.setdefault(self.rng.choice(_GLOBALS), []).append((None, None))
        return found

    def _value(
        self,
        key: str,
        mention: tuple[Said | None, Comparison | None],
        context: dict[str, str | list[str]],
        *,
        pleasing: bool,
    ) -> str | list[str] | None:
        kind, several = universe.kind(key)
        if not several:
            return self._one(key, kind, mention, context, pleasing=pleasing)
        number = self.rng.choice((1, 1, 1, 2, 2, MOST_ELEMENTS))
        drawn = (self._one(key, kind, mention, context, pleasing=pleasing) for _ in range(number))
        return list(dict.fromkeys(each for each in drawn if each))

    def _one(
        self,
        key: str,
        kind: str,
        mention: tuple[Said | None, Comparison | None],
        context: dict[str, str | list[str]],
        *,
        pleasing: bool,
    ) -> str | None:
        rng = self.rng
        said, comparison = mention
        if comparison is not None and comparison.family == "Null":
            if pleasing and "true" in comparison.values:
                return None
            comparison = None
        if kind == "Bool":
            return rng.choice(("true", "false"))
        if comparison is None or said is None:
            value = rng.choice(self.words.pieces) if rng.random() < 0.5 else "fresh"
        else:
            value = self._compared(said, comparison, context, pleasing=pleasing) or "fresh"
        return _fit(rng, kind, value, in_variable=key in self.words.variables)

    def _compared(
        self,
        said: Said,
        comparison: Comparison,
        context: dict[str, str | list[str]],
        *,
        pleasing: bool,
    ) -> str | None:
        """A value that the comparison's own values suggest."""
        rng = self.rng
        written = rng.choice(comparison.values)
        beside = _BESIDE.get(comparison.family)
        if beside is not None:
            return beside(rng, written)
        if comparison.family not in ("String", "Arn"):
            return written
        pieces = substituted(written, context) if said.variables else [(written, True)]
        if pieces is None:
            return None
        special = "Like" in comparison.operator or comparison.family == "Arn"
        steps: Steps = ()
        for piece, open_ in pieces:
            steps += globbed(piece) if special and open_ else exactly(piece)
        value = word(rng, self.words.pieces, steps)
        chance = rng.random()
        if value is None or chance < 0.5 or (pleasing and "Not" not in comparison.operator):
            return value
        return altered(rng, value) if chance < 0.8 else value.swapcase()


def _fit(rng: Random, kind: str, value: str, *, in_variable: bool) -> str | None:
    """A value as its type has it; None where this cannot be."""
    value = "".join(each for each in value if " " <= each <= "~")
    if in_variable:
        # How a value matches that holds these, nobody says.
        value = "".join(each for each in value if each not in "*?$")
    match kind:
        case "ARN":
            return value if _ARNS.fullmatch(value) else _ARN
        case "Numeric":
            return value if _is_number(value) else str(rng.randint(0, 100))
        case "Date":
            return value if _is_date(value) else "2026-11-22T12:00:00Z"
        case "IPAddress":
            return value if _is_address(value) else "192.0.2.1"
        case _:
            return value or None


def _beside_number(rng: Random, written: str) -> str:
    beside = Decimal(written) + rng.choice((-1, 0, 0, 1, Decimal("-0.5"), Decimal("0.5")))
    return format(beside, "f")


def _beside_date(rng: Random, written: str) -> str:
    if written.isdecimal():
        date = datetime.fromtimestamp(int(written), UTC)
    else:
        date = datetime.fromisoformat(written)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
    beside = date + timedelta(seconds=rng.choice((-1, 0, 0, 1, 86_400, -86_400)))
    return beside.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _beside_network(rng: Random, written: str) -> str:
    network = ip_network(written, strict=False)
    first, last = network.network_address, network.broadcast_address
    inside = first + rng.randrange(network.num_addresses)
    choices = [first, last, inside]
    if int(first):
        choices.append(first - 1)
    if int(last) < 2**network.max_prefixlen - 1:
        choices.append(last + 1)
    return str(rng.choice(choices))


_BESIDE: Mapping[str, Callable[[Random, str], str]] = {
    "Numeric": _beside_number,
    "Date": _beside_date,
    "IpAddress": _beside_network,
}
"""For each type that has boundaries, values at and beside one."""


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        network = ip_network(text)
    except ValueError:
        return False
    return network.num_addresses == 1 and "/" not in text
