"""compiler.iam.compare: condition keys compared, one sentence of the reference a test.

tests/iam/test_evaluate_law.py compares with a second reading of the documentation.
"""

from __future__ import annotations

from typing import Any

import pytest

from compiler.iam.request import RequestError
from tests.iam.asking import ALLOWED, BUCKET, EXPLICIT, IMPLICIT, allow, ask, deny, holds


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", "a", False),
        ("StringLike", "*", False),
        ("StringNotEquals", "a", True),
        ("StringNotLike", "*", True),
        ("ArnNotLike", "arn:aws:s3:::*", True),
        ("NumericNotEquals", "1", True),
        ("NotIpAddress", "0.0.0.0/0", True),
        ("NumericLessThan", "1", False),
        ("Bool", "false", False),
        ("StringEqualsIfExists", "a", True),
        ("StringNotEqualsIfExists", "a", True),
        ("Null", "true", True),
        ("Null", "false", False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringNotEquals", "a", True),
        ("ForAnyValue:StringEquals", "a", False),
        ("ForAnyValue:StringNotEquals", "a", False),
        ("ForAnyValue:StringEqualsIfExists", "a", True),
    ],
)
def test_what_a_missing_key_does(operator: str, values: Any, expected: bool) -> None:
    """Positive operators are false, negated ones true, IfExists is true; an empty list is no key."""
    assert holds(operator, values, {}) is expected
    assert holds(operator, values, {"aws:Key": []}) is expected


def test_a_key_that_is_there_is_not_null() -> None:
    assert not holds("Null", "true", {"aws:Key": "a"})
    assert holds("Null", "false", {"aws:key": ["a"]})


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAnyValue:StringEquals", ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["c", "d"], False),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["c", "a"], False),
        ("ForAnyValue:StringNotEquals", ["c", "a"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
    ],
)
def test_set_operators_look_element_by_element(operator: str, given: Any, expected: bool) -> None:
    assert holds(operator, ["a", "b"], {"aws:Key": given}) is expected


def test_several_values_are_or_and_for_negated_operators_and() -> None:
    assert holds("StringEquals", ["a", "b"], {"aws:Key": "b"})
    assert not holds("StringNotEquals", ["a", "b"], {"aws:Key": "b"})
    assert holds("StringNotEquals", ["a", "b"], {"aws:Key": "c"})


def test_several_keys_and_several_operators_are_and() -> None:
    both = {"StringEquals": {"aws:A": "a", "aws:B": "b"}, "Bool": {"aws:C": "true"}}
    right = {"aws:A": "a", "aws:B": "b", "aws:C": "true"}

    assert ask(allow(Condition=both), context=right) == ALLOWED
    for key in right:
        assert ask(allow(Condition=both), context={**right, key: "false"}) == IMPLICIT


@pytest.mark.parametrize(
    ("operator", "written", "given", "expected"),
    [
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", "${*}", "*", True),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringLike", "a?", "a", False),
        ("NumericEquals", "5", "5.0", True),
        ("NumericLessThanEquals", "5", "5", True),
        ("NumericGreaterThan", "5", "05.01", True),
        ("NumericLessThan", "10", "9", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00", True),
        ("DateEquals", "1767225600", "2026-01-01", True),
        ("DateGreaterThanEquals", "2026-01-01", "2025-12-31T23:59:59Z", False),
        ("Bool", "true", "TRUE", True),
        ("BinaryEquals", "AAE=", "AAE=", True),
        ("BinaryEquals", "AAE=", "AAI=", False),
        ("IpAddress", "10.0.0.0/8", "10.200.0.1", True),
        ("IpAddress", "10.1.2.3", "10.1.2.4", False),
        ("IpAddress", "0.0.0.0/0", "::1", False),
        ("NotIpAddress", "2001:db8::/32", "2001:db9::1", True),
    ],
)
def test_each_type_of_value_has_its_own_comparison(
    operator: str, written: str, given: str, expected: bool
) -> None:
    assert holds(operator, written, {"aws:Key": given}) is expected


def test_keys_ignore_case_and_their_values_do_not() -> None:
    assert holds("StringEquals", "a", {"AWS:key": "a"})
    assert not holds("StringEquals", "a", {"aws:Key": "A"})
    assert holds("StringEqualsIgnoreCase", "Straße", {"aws:Key": "STRASSE"})
    assert holds("StringEqualsIgnoreCase", "STRASSE", {"aws:Key": "Straße"})


@pytest.mark.parametrize(
    ("operator", "values", "given", "message"),
    [
        (
            "StringEquals",
            "a",
            ["a"],
            "aws:Key has a list, which StringEquals compares under ForAllValues and ForAnyValue alone",
        ),
        (
            "NumericEquals",
            "1",
            "one",
            "aws:Key: 'one' is no number, and NumericEquals compares it",
        ),
        (
            "ForAllValues:DateLessThan",
            "2026-01-01",
            ["2026-01-02", "soon"],
            "aws:Key: 'soon' is no date, and DateLessThan compares it",
        ),
        (
            "ForAnyValue:Bool",
            "true",
            ["true", "yes"],
            "aws:Key: 'yes' is neither true nor false, and Bool compares it",
        ),
        (
            "BinaryEquals",
            "AAE=",
            "A",
            "aws:Key: 'A' is not in base 64, and BinaryEquals compares it",
        ),
        (
            "IpAddress",
            "10.0.0.0/8",
            "10.0.0.0/9",
            "aws:Key: '10.0.0.0/9' is no IP address, and IpAddress compares it",
        ),
    ],
)
def test_a_value_that_an_operator_cannot_take(
    operator: str, values: str, given: Any, message: str
) -> None:
    """Also where another comparison of the statement is false, on whichever side of it."""
    false = {"StringLike": {"aws:Other": "*"}}
    wrong = {operator: {"aws:Key": values}}
    for conditions in (wrong, {**false, **wrong}, {**wrong, **false}):
        with pytest.raises(RequestError) as caught:
            ask(allow(Condition=conditions), context={"aws:Key": given})

        assert message == str(caught.value)


def test_a_value_that_nothing_compares_is_no_error() -> None:
    wrong = {"NumericEquals": {"aws:Key": "1"}}
    context = {"aws:Key": "one"}

    assert ask(allow("iam:*", Condition=wrong), context=context) == IMPLICIT
    assert ask(allow(resources=BUCKET, Condition=wrong), context=context) == IMPLICIT
    assert ask(deny(), allow(Condition=wrong), context=context) == EXPLICIT
