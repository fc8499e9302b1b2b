"""The question of the exact difference, put to z3: does a request exist that one side allows alone?

Made from the documents' JSON and the reference. What is not encoded is refused, and counted by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TYPE_CHECKING, Any, Literal

import z3

from tests.iam.judges import universe
from tests.iam.judges.expressions import (
    Mark,
    Named,
    NotEncodedError,
    Part,
    Star,
    any_arn,
    documented,
    expression,
    parts,
    plain,
    printable,
    segmented,
    united,
)
from tests.iam.judges.requests import Drawn
from tests.iam.judges.vocabulary import statements, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.iam.judges.vocabulary import Comparison, Document, Said

Verdict = Literal["sat", "unsat", "unknown"]

ELEMENTS = 3
"""Of a key that holds a list, at most."""

EFFORT = 2_000_000
"""Less than a second of z3's mostly, a minute where formats are many and texts long."""

_FORMATS = 3
"""How many ARN formats may be given up on, before the action is."""

_LATEST = 4_102_444_800
"""Seconds since 1970 of the last moment that a request may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What z3 says."""

    verdict: Verdict
    request: Drawn | None = None
    """Where it says sat: its model, as a request."""


def ask(
    old: Sequence[Document], new: Sequence[Document], action: str, *, effort: int = EFFORT
) -> Answer:
    """Whether some request for an action is allowed by new and not by old.

    Args:
        old: policies that decide together.
        new: likewise.
        action: its name.
        effort: after how much work z3 gives up, in its own unit, all ARN formats together. No clock:
            the answer is the same on every machine.

    Raises:
        NotEncodedError: where this judge does not know how to ask.
    """
    asked = universe.asked(action)
    idle = z3.Solver()
    idle.check()
    last = _worked(idle) + effort
    given_up = False
    for form in (*asked.formats, *((None,) if asked.bare else ())):
        question = _Question(old, new, asked.action, form)
        solver = z3.Solver()
        solver.set("rlimit", effort // _FORMATS)
        solver.add(*question.assertions)
        found = solver.check()
        if found == z3.sat:
            return Answer(verdict="sat", request=question.request(solver.model(), made=asked.made))
        given_up = given_up or found == z3.unknown
        if _worked(solver) > last:
            return Answer(verdict="unknown")
    return Answer(verdict="unknown" if given_up else "unsat")


def _worked(solver: Any) -> int:
    """How much z3 has worked so far, whatever on, as a solver knows that was asked."""
    return int(solver.statistics().get_key_value("rlimit count"))


class _Key:
    """A condition key of the request: whether it is there, and its values, each a term."""

    def __init__(self, key: str, *, several: bool, made: bool) -> None:
        self.key = key
        self.kind, self.is_list = universe.kind(key)
        number = ELEMENTS if several else 1
        self.there = [z3.Bool(f"{key}#{index}?") for index in range(number)] if made else []
        self.values = [self._term(f"{key}#{index}") for index in range(len(self.there))]
        self.six = [z3.Bool(f"{key}#{index}/6") for index in range(len(self.there))]

    def _term(self, name: str) -> Any:
        match self.kind:
            case "Numeric":
                return z3.Real(name)
            case "Date" | "IPAddress":
                return z3.Int(name)
            case _:
                return z3.String(name)

    @property
    def present(self) -> Any:
        return self.there[0] if self.there else z3.BoolVal(val=False)

    def domain(self, *, in_variable: bool) -> Iterable[Any]:
        """What holds for the values, whatever is asked."""
        for index, value in enumerate(self.values):
            if index:
                yield z3.Implies(self.there[index], self.there[index - 1])
            match self.kind:
                case "Numeric":
                    yield value >= 0
                case "Date":
                    yield z3.And(value >= 0, value <= _LATEST)
                case "IPAddress":
                    most = z3.If(self.six[index], z3.IntVal(2**128), z3.IntVal(2**32))
                    yield z3.And(value >= 0, value < most)
                case "Bool":
                    yield z3.Or(value == "true", value == "false")
                case _:
                    yield z3.InRe(value, z3.Plus(plain() if in_variable else printable()))
                    if self.kind == "ARN":
                        yield z3.InRe(value, any_arn())


class _Question:
    """One question, about one ARN format (None: the resource is `*`)."""

    def __init__(
        self, old: Sequence[Document], new: Sequence[Document], action: str, form: str | None
    ) -> None:
        self.action = action
        self.variables = vocabulary([*old, *new]).variables
        sides = [
            [each for document in side for each in statements(document) if each.is_about(action)]
            for side in (old, new)
        ]
        about = [each for side in sides for each in side]
        mentioned = dict.fromkeys(one.key for each in about for one in each.comparisons)
        # An operator for single values takes no list: then a request holds one value at most.
        single = {
            one.key for each in about for one in each.comparisons
            if ":" not in one.operator and one.operator != "Null"
        } | self.variables  # fmt: skip
        self.keys = {
            key: _Key(
                key,
                several=universe.kind(key)[1] and key not in single,
                made=universe.may_carry(action, key, self.variables),
            )
            for key in (*mentioned, *self.variables)
        }
        self.resource = z3.String("resource")
        before, after = map(self._allowed, sides)
        self.assertions = [
            z3.InRe(self.resource, documented(form)) if form else self.resource == "*",
            *(one for key, each in self.keys.items()
              for one in each.domain(in_variable=key in self.variables)),
            *self._constants(),
            after,
            z3.Not(before),
        ]  # fmt: skip

    def _constants(self) -> Iterable[Any]:
        account = self.keys.get("aws:principalaccount")
        if account is not None:
            yield account.present
            yield account.values[0] == universe.ACCOUNT

    def _allowed(self, said: Sequence[Said]) -> Any:
        allows = [self._applies(each) for each in said if each.effect == "Allow"]
        denies = [self._applies(each) for each in said if each.effect == "Deny"]
        return z3.And(z3.Or(*allows), z3.Not(z3.Or(*denies)))

    def _applies(self, said: Said) -> Any:
        resources = self._any_text(
            self.resource, said.resources, variables=said.variables, wildcards=True
        )
        about = z3.Not(resources) if said.except_resources else resources
        return z3.And(about, *(self._compared(said, each) for each in said.comparisons))

    # ------------------------------------------------------------------------------- conditions

    def _compared(self, said: Said, comparison: Comparison) -> Any:
        key = self.keys[comparison.key]
        operator = comparison.operator
        if operator == "Null":
            wants_absence = set(comparison.values) == {"true"}
            return z3.Not(key.present) if wants_absence else key.present
        quantifier, _, rest = operator.rpartition(":")
        name = rest.removesuffix("IfExists")
        positive = name.replace("Not", "")
        each = []
        for index, (there, value) in enumerate(zip(key.there, key.values, strict=True)):
            six = key.six[index]
            matched = self._matched(said, comparison, positive, key.kind, (value, six))
            each.append((there, z3.Not(matched) if "Not" in name else matched))
        if quantifier == "ForAllValues":
            holds = z3.And(*(z3.Implies(there, one) for there, one in each))
        elif quantifier == "ForAnyValue":
            holds = z3.Or(*(z3.And(there, one) for there, one in each))
        elif "Not" in name:
            holds = z3.Or(z3.Not(key.present), *(one for _, one in each))
        else:
            holds = z3.And(key.present, *(one for _, one in each))
        return z3.Or(z3.Not(key.present), holds) if name != rest else holds

    def _matched(
        self, said: Said, comparison: Comparison, positive: str, kind: str, one: tuple[Any, Any]
    ) -> Any:
        """Whether one value of the request matches any of the policy's.

        Args:
            said: the statement.
            comparison: one of its comparisons.
            positive: its operator without negation.
            kind: the type of the key.
            one: the value, and whether it is an address of IPv6.
        """
        value, six = one
        family = comparison.family
        fitting = {
            "Numeric": ("Numeric",), "Date": ("Date",), "IPAddress": ("IpAddress",),
            "Bool": ("Bool",), "String": ("String", "Arn"), "ARN": ("String", "Arn"),
        }.get(kind, ())  # fmt: skip
        if family not in fitting:
            raise NotEncodedError(f"{comparison.operator} on a key of type {kind}")
        written = comparison.values
        match family:
            case "Numeric":
                numbers = [z3.RealVal(str(Decimal(each))) for each in written]
                return z3.Or(*(_ordered(positive, value, each) for each in numbers))
            case "Date":
                seconds = [z3.IntVal(_seconds(each)) for each in written]
                return z3.Or(*(_ordered(positive, value, each) for each in seconds))
            case "IpAddress":
                return z3.Or(*(_in_network(each, value, six) for each in written))
            case "Bool":
                return z3.Or(*(value == each.lower() for each in written))
            case _:
                return self._any_text(
                    value, written, variables=said.variables,
                    wildcards=positive.endswith("Like") or family == "Arn",
                    segments=family == "Arn", any_case=positive.endswith("IgnoreCase"),
                )  # fmt: skip

    # ------------------------------------------------------------------------------------ texts

    def _any_text(
        self,
        value: Any,
        written: Sequence[str],
        *,
        variables: bool,
        wildcards: bool,
        segments: bool = False,
        any_case: bool = False,
    ) -> Any:
        """Whether a term matches any of some texts. Those without variables are one expression."""
        fixed, linked = [], []
        for text in written:
            taken = self._constant(parts(text, wildcards=wildcards, variables=variables))
            if any(isinstance(each, Named) for each in taken):
                if any_case or (segments and any(isinstance(each, Star | Mark) for each in taken)):
                    raise NotEncodedError(
                        "a variable in a text that is matched in a way of its own"
                    )
                linked.append(self._linked(value, taken))
            else:
                fixed.append(segmented(taken) if segments else expression(taken, any_case=any_case))
        found = [z3.InRe(value, united(fixed))] if fixed else []
        return z3.Or(*found, *linked)

    def _constant(self, taken: Iterable[Part]) -> tuple[Part, ...]:
        return tuple(
            universe.ACCOUNT
            if isinstance(each, Named) and each.key == "aws:principalaccount"
            else each
            for each in taken
        )

    def _linked(self, value: Any, taken: tuple[Part, ...]) -> Any:
        """A text with variables.

        What stands before its first wildcard and after its last is compared as a whole, and what is
        between by an expression.
        """
        wild = [index for index, each in enumerate(taken) if isinstance(each, Star | Mark)]
        if not wild:
            found, conditions = self._term(taken)
            return z3.And(value == found, *conditions)
        head, before = self._term(taken[: wild[0]])
        tail, after = self._term(taken[wild[-1] + 1 :])
        room = z3.Length(value) - z3.Length(head) - z3.Length(tail)
        between = z3.SubString(value, z3.Length(head), room)
        middle = expression(taken[wild[0] : wild[-1] + 1])
        return z3.And(
            z3.PrefixOf(head, value), z3.SuffixOf(tail, value), room >= 0,
            z3.InRe(between, middle), *before, *after,
        )  # fmt: skip

    def _term(self, taken: Iterable[Part]) -> tuple[Any, list[Any]]:
        terms, conditions = [], []
        for each in taken:
            if isinstance(each, str):
                terms.append(z3.StringVal(each))
            elif isinstance(each, Named):
                key = self.keys[each.key]
                if key.is_list or not z3.is_string(key.values[0]):
                    raise NotEncodedError(f"a variable of type {key.kind}")
                if each.default is None:
                    terms.append(key.values[0])
                    conditions.append(key.present)
                else:
                    default = z3.StringVal(each.default)
                    terms.append(z3.If(key.present, key.values[0], default))
        if not terms:
            return z3.StringVal(""), conditions
        return (terms[0] if len(terms) == 1 else z3.Concat(*terms)), conditions

    # ---------------------------------------------------------------------------------- requests

    def request(self, model: Any, *, made: bool) -> Drawn:
        """The request of a model."""
        context: dict[str, str | list[str]] = {}
        for key, each in self.keys.items():
            values = [
                _said(each, index, model)
                for index, there in enumerate(each.there)
                if z3.is_true(model.eval(there, model_completion=True))
            ]
            if values:
                context[key] = values if len(each.there) > 1 else values[0]
        resource = _text(model.eval(self.resource, model_completion=True))
        return Drawn(action=self.action, made=made, resource=resource, context=context)


def _text(term: Any) -> str:
    return str(term.as_string())


def _said(key: _Key, index: int, model: Any) -> str:
    """One value as a request says it."""
    value = model.eval(key.values[index], model_completion=True)
    match key.kind:
        case "Numeric":
            fraction = value.as_fraction()
            return format(Decimal(fraction.numerator) / Decimal(fraction.denominator), "f")
        case "Date":
            return datetime.fromtimestamp(value.as_long(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "IPAddress":
            six = z3.is_true(model.eval(key.six[index], model_completion=True))
            return str(IPv6Address(value.as_long()) if six else IPv4Address(value.as_long()))
        case _:
            return _text(value)


def _ordered(positive: str, value: Any, bound: Any) -> Any:
    match positive.removeprefix("Numeric").removeprefix("Date"):
        case "Equals":
            return value == bound
        case "LessThan":
            return value < bound
        case "LessThanEquals":
            return value <= bound
        case "GreaterThan":
            return value > bound
        case _:
            return value >= bound


def _seconds(written: str) -> int:
    if written.isdecimal():
        return int(written)
    date = datetime.fromisoformat(written)
    seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    if seconds != int(seconds):
        raise NotEncodedError("a part of a second")
    return int(seconds)


def _in_network(written: str, value: Any, six: Any) -> Any:
    network = ip_network(written, strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    version = six if network.version == 6 else z3.Not(six)
    return z3.And(version, value >= z3.IntVal(first), value <= z3.IntVal(last))
