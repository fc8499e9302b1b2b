"""Where a value leaves its form: the value, and under it the mark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.release.launching.misfit import LONGEST_VALUE, misfit

BUCKETS = {"AllowedPattern": "^[a-z][a-z0-9-]{2,9}(,[a-z][a-z0-9-]{2,9}){0,2}$"}
ROLE = {"AllowedPattern": "^arn:aws:iam::[0-9]{12}:role/people/[a-z]{1,8}$"}
MAYBE = {"AllowedPattern": "^(subnet-[0-9a-f]{8})?$"}


@pytest.mark.parametrize(
    ("declared", "value", "mark", "why"),
    [
        (BUCKETS, "my-data,My-data", "        ^", "'M' is not allowed here in value 2"),
        (BUCKETS, "my-*", "   ^", "'*' is not allowed here"),
        (BUCKETS, "my-data,", "        ^", "value 2 is empty"),
        (BUCKETS, "ab", "  ^", "it ends too early"),
        (BUCKETS, "abcdefghijk", "          ^", "'k' is not allowed, where it has to end"),
        (BUCKETS, "aaa,bbb,ccc,ddd", "            ^^^", "at most 3 values are allowed, and these are 4"),
        (BUCKETS, "", "", "it may not be empty"),
        (ROLE, "arn:aws:iam::123456789012:role/admin", "                               ^", "'people/' has to stand here, not 'a'"),
        (ROLE, "arn:aws:iam::123456789012:", "                          ^", "it ends too early: 'role/people/' has to follow"),
        (MAYBE, "subnet-0123", "           ^", "it ends too early"),
        ({"AllowedPattern": "^[^x]+$"}, "x", "^", "it is not of its form"),
        ({"AllowedValues": ["Studio", "Studio Classic"]}, "studio", "^^^^^^", "'studio' is none of its values"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a,c", "  ^", "'c' is none of its values"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-01234567,sg-1", "                 ^", "'ubnet-' has to stand here, not 'g'"),
        ({"Type": "Number", "MinValue": 5}, "4", "^", "it is less than 5"),
        ({"Type": "Number", "MaxValue": "5"}, "6", "^", "it is more than 5"),
        ({"Type": "Number"}, "four", "^^^^", "it is no number"),
        ({"MinLength": "3"}, "ab", "^^", "it has 2 characters, and 3 are needed"),
        ({"MaxLength": 3}, "abcde", "   ^^", "it has 5 characters, and 3 are allowed"),
        ({}, "é" * 2_049, "^" * 2_049, "it has 4,098 bytes, and 4,096 are allowed"),
    ],
)  # fmt: skip
def test_where_a_value_leaves_its_form(
    declared: dict[str, Any], value: str, mark: str, why: str
) -> None:
    found = misfit(value, {"Type": "String", **declared})
    assert found is not None
    width = found.end - found.start or (1 if value else 0)
    assert (" " * found.start + "^" * width, found.why) == (mark, why)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (BUCKETS, "my-data,abc"),
        (MAYBE, ""),
        ({}, "anything"),
        ({"AllowedValues": ["1", 2]}, "2"),
        ({"AllowedPattern": "(?P<x"}, "Java may know this pattern"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-01234567,subnet-0123456789abcdef0"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 3}, "2"),
        ({"MaxLength": 3}, "abc"),
    ],
)
def test_what_fits(declared: dict[str, Any], value: str) -> None:
    assert misfit(value, {"Type": "String", **declared}) is None


@given(st.text(alphabet="ab,-A*é", max_size=20))
def test_a_value_misfits_exactly_where_its_pattern_does_not_match(value: str) -> None:
    found = misfit(value, {"Type": "String", **BUCKETS})
    assert (found is None) == bool(re.fullmatch(BUCKETS["AllowedPattern"], value))
    if found:
        assert 0 <= found.start <= found.end <= len(value) <= LONGEST_VALUE
