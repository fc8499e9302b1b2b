"""compiler.iam.predicate: what a comparison asks of one value."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam import operators
from compiler.iam.automaton import TooHardError
from compiler.iam.document import Comparison
from compiler.iam.operators import OPERATORS
from compiler.iam.predicate import Linked, Predicate, holds, is_a, links, predicate, put, telling
from compiler.iam.text import Literal, hole, parse, written
from compiler.iam.value import value
from tests.laws import LAWS

Drawn = TypeVar("Drawn")


def asked(name: str, *values: str) -> Predicate:
    operator = operators.parse(name)
    assert operator
    if operator.family in ("String", "Arn"):
        held: Any = tuple(parse(each, wildcards="Like" in name) for each in values)
    else:
        held = tuple(value(operator.family, each) for each in values)
    return predicate(Comparison(operator, "aws:Key", held))


@pytest.mark.parametrize(
    ("name", "kind", "signs"),
    [
        ("StringEquals", "text", ()),
        ("StringNotLike", "text", ()),
        ("StringNotEqualsIgnoreCase", "any-case", ()),
        ("ArnEquals", "arn", ()),
        ("ForAnyValue:ArnNotLike", "arn", ()),
        ("BoolIfExists", "Bool", ()),
        ("NotIpAddress", "IpAddress", ()),
        ("BinaryEquals", "Binary", ()),
        ("NumericNotEquals", "Numeric", (0,)),
        ("NumericLessThan", "Numeric", (-1,)),
        ("DateLessThanEquals", "Date", (-1, 0)),
        ("DateGreaterThan", "Date", (1,)),
        ("NumericGreaterThanEqualsIfExists", "Numeric", (0, 1)),
    ],
)
def test_the_kind_of_an_operator(name: str, kind: str, signs: tuple[int, ...]) -> None:
    found = asked(name)

    assert (found.kind, found.signs) == (kind, signs)


@pytest.mark.parametrize("name", [each for each in OPERATORS if each != "Null"])
def test_every_operator_but_null_asks_something(name: str) -> None:
    assert asked(name).values == frozenset()


def test_null_asks_nothing_of_a_value() -> None:
    operator = operators.parse("Null")
    assert operator

    with pytest.raises(ValueError, match="Null asks nothing of a value"):
        predicate(Comparison(operator, "aws:Key", (True,)))


def test_operators_that_ask_the_same_are_equal() -> None:
    assert asked("StringEquals", "a") == asked("StringNotLike", "a")
    assert asked("ArnEquals", "arn:aws:s3:::a") == asked("ArnLike", "arn:aws:s3:::a")
    assert asked("StringEqualsIgnoreCase", "Straße") == asked("StringEqualsIgnoreCase", "STRASSE")


def test_what_a_text_depends_on() -> None:
    text = parse(f"a${{aws:UserName}}*{hole('Bucket')}${{s3:prefix, 'x'}}")

    assert list(links(text)) == ["aws:username", "Bucket", "s3:prefix"]


H = hole("H")


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a", {"H": ("b",)}, ["a"]),
        (f"x{H}y", {"H": ("b",)}, ["xby"]),
        (f"x{H}", {"H": ("b", "c")}, ["xb", "xc"]),  # a list: the text stands once for each
        (f"{H}/{H}", {"H": ("b", "c")}, ["b/b", "c/c"]),
        (f"{H}{hole('G')}", {"H": ("b", "c"), "G": ("1", "2")}, ["b1", "b2", "c1", "c2"]),
        (f"x{H}", {"H": ()}, []),
        (f"x{H}", {"H": None}, []),
        (f"x{H}", {}, ["x${H}"]),
        ("${aws:username}", {"aws:username": ("b*",)}, ["b*"]),
        ("${aws:username}", {"aws:username": None}, []),
        ("${aws:username, 'd'}", {"aws:username": None}, ["d"]),
        ("${aws:username, 'd'}", {"aws:username": ("b",)}, ["b"]),
        ("${aws:username, 'd'}${aws:username}", {"aws:username": None}, []),
    ],
)
def test_values_are_put_into_a_text(text: str, values: Linked, expected: list[str]) -> None:
    assert [written(each) for each in put(parse(text), values)] == expected


def test_what_would_be_a_wildcard_is_none_in_a_value() -> None:
    assert list(put(parse("a${aws:username}b"), {"aws:username": ("*",)})) == [(Literal("a*b"),)]


@pytest.mark.parametrize(
    ("name", "values", "said", "expected"),
    [
        ("NumericLessThan", ["5"], "4.9", True),
        ("NumericLessThan", ["5"], "5.0", False),
        ("NumericGreaterThanEquals", ["5", "9"], "5", True),
        ("NumericEquals", ["5", "9"], "9.0", True),
        ("DateEquals", ["2026-01-01"], "1767225600", True),
        ("DateLessThan", ["2026-01-01T00:00:00Z"], "2026-01-01T00:30:00+01:00", True),
        ("Bool", ["true"], "TRUE", True),
        ("Bool", ["true"], "false", False),
        ("BinaryEquals", ["AAE="], "AAE=", True),
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "10.255.0.1", True),
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
        ("IpAddress", ["10.0.0.0/8"], "11.0.0.0", False),
    ],
)
def test_holds(name: str, values: list[str], said: str, expected: bool) -> None:
    assert holds(asked(name, *values), said) is expected


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("Numeric", "1.5", True),
        ("Numeric", "one", False),
        ("Bool", "False", True),
        ("Bool", "0", False),
        ("Date", "2026-01-01", True),
        ("Date", "1", True),
        ("Date", "yesterday", False),
        ("IpAddress", "10.0.0.1", True),
        ("IpAddress", "10.0.0.0/8", False),  # a request has one address
        ("Binary", "AAE=", True),
        ("Binary", "AAE", False),
    ],
)
def test_values_are_of_types(kind: str, said: str, expected: bool) -> None:
    assert is_a(kind, said) is expected


def test_a_value_of_another_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="'one' is no number"):
        holds(asked("NumericEquals", "1"), "one")


# ------------------------------------------------------------------- values enough to tell apart
# Each law draws values densely, and asks for one of `telling` that all predicates decide alike.


def decided(several: list[Predicate], said: str) -> tuple[bool, ...]:
    return tuple(holds(each, said) for each in several)


def is_told(several: list[Predicate], said: str) -> bool:
    return decided(several, said) in {decided(several, each) for each in telling(several)}


ORDERS = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")


def few(one: st.SearchStrategy[Drawn]) -> st.SearchStrategy[list[Drawn]]:
    return st.lists(one, min_size=1, max_size=3)


numbers = st.decimals(-3, 3, places=1).map(str)


@LAWS
@given(few(st.tuples(st.sampled_from(ORDERS), few(numbers))), numbers)
def test_numbers_are_told_apart(drawn: list[tuple[str, list[str]]], said: str) -> None:
    """The reference: "representatives at and beside each boundary"."""
    assert is_told([asked(f"Numeric{order}", *held) for order, held in drawn], said)


BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
dates = st.integers(-4, 4).map(lambda n: (BEGIN + timedelta(seconds=n / 2)).isoformat())


@LAWS
@given(few(st.tuples(st.sampled_from(ORDERS), few(dates))), dates)
def test_dates_are_told_apart(drawn: list[tuple[str, list[str]]], said: str) -> None:
    assert is_told([asked(f"Date{order}", *held) for order, held in drawn], said)


networks = st.tuples(st.integers(0, 15), st.integers(28, 32)).map(
    lambda each: f"10.0.0.{each[0]}/{each[1]}"
) | st.tuples(st.integers(0, 15), st.integers(124, 128)).map(
    lambda each: f"2001:db8::{each[0]:x}/{each[1]}"
)
addresses = st.integers(0, 17).map(lambda n: f"10.0.0.{n}") | st.integers(0, 17).map(
    lambda n: f"2001:db8::{n:x}"
)


@LAWS
@given(few(few(networks)), addresses)
def test_addresses_are_told_apart(drawn: list[list[str]], said: str) -> None:
    assert is_told([asked("IpAddress", *held) for held in drawn], said)


binaries = st.binary(min_size=1, max_size=1).map(lambda each: base64.b64encode(each).decode())


@LAWS
@given(few(few(binaries)), binaries)
def test_bytes_are_told_apart(drawn: list[list[str]], said: str) -> None:
    assert is_told([asked("BinaryEquals", *held) for held in drawn], said)


@pytest.mark.parametrize("said", ["true", "false", "TRUE"])
@pytest.mark.parametrize("held", [["true"], ["false"], ["true", "false"]])
def test_booleans_are_told_apart(held: list[str], said: str) -> None:
    assert is_told([asked("Bool", *held)], said)


def test_whole_numbers_come_first_and_those_that_are_not_negative() -> None:
    found = telling([asked("NumericEquals", "1.5", "2")])

    assert found == ("1", "2", "3", "0.5", "1.5", "1.75", "2.5")


@pytest.mark.parametrize("number", ["1e30", "123456789012345678901234567890.5", "1e-30"])
def test_a_number_of_many_digits_is_told_from_its_neighbours(number: str) -> None:
    more, less = asked("NumericGreaterThan", number), asked("NumericLessThan", number)

    assert {decided([more, less], each) for each in telling([more, less])} == {
        (True, False), (False, True), (False, False),
    }  # fmt: skip


def test_a_number_of_too_many_digits_is_too_hard() -> None:
    with pytest.raises(TooHardError, match="a number of more than 1,000 digits is compared"):
        telling([asked("NumericEquals", "1e999999")])


def test_the_ends_of_time_have_one_side() -> None:
    last = asked("DateLessThan", "9999-12-31T23:59:59Z")
    first = asked("DateGreaterThan", "0001-01-01T00:00:00Z")

    assert telling([last]) == ("9999-12-31T23:59:58Z", "9999-12-31T23:59:59Z")
    assert telling([first]) == ("0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z")


def test_no_value_is_empty() -> None:
    assert "" not in telling([asked("BinaryEquals", "", "AAE=")])


def test_the_ends_of_the_addresses_have_one_side() -> None:
    found = telling([asked("IpAddress", "0.0.0.0/0")])

    assert [int(ip_address(each)) for each in found if "." in each] == [0, 2**32 - 1]


def test_texts_are_not_told_apart_here() -> None:
    assert telling([asked("StringEquals", "a"), asked("ArnLike", "arn:aws:s3:::a")]) == ()


def test_numbers_are_decimals() -> None:
    assert asked("NumericEquals", "0.1").values == frozenset({Decimal("0.1")})
