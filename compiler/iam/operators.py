"""The condition operators of IAM, and which of them fit which type of key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

Quantifier = Literal["", "ForAllValues", "ForAnyValue"]
Family = Literal["String", "Numeric", "Date", "Bool", "Binary", "IpAddress", "Arn", "Null"]

_FAMILIES: dict[str, Family] = {
    "StringEquals": "String",
    "StringNotEquals": "String",
    "StringEqualsIgnoreCase": "String",
    "StringNotEqualsIgnoreCase": "String",
    "StringLike": "String",
    "StringNotLike": "String",
    "NumericEquals": "Numeric",
    "NumericNotEquals": "Numeric",
    "NumericLessThan": "Numeric",
    "NumericLessThanEquals": "Numeric",
    "NumericGreaterThan": "Numeric",
    "NumericGreaterThanEquals": "Numeric",
    "DateEquals": "Date",
    "DateNotEquals": "Date",
    "DateLessThan": "Date",
    "DateLessThanEquals": "Date",
    "DateGreaterThan": "Date",
    "DateGreaterThanEquals": "Date",
    "Bool": "Bool",
    "BinaryEquals": "Binary",
    "IpAddress": "IpAddress",
    "NotIpAddress": "IpAddress",
    "ArnEquals": "Arn",
    "ArnLike": "Arn",
    "ArnNotEquals": "Arn",
    "ArnNotLike": "Arn",
    "Null": "Null",
}

# A key whose type is ARN is text too: AWS's own policies compare it with both.
_FITTING: dict[str, tuple[Family, ...]] = {
    "String": ("String",),
    "ARN": ("Arn", "String"),
    "Bool": ("Bool",),
    "Numeric": ("Numeric",),
    "Date": ("Date",),
    "IPAddress": ("IpAddress",),
    "Binary": ("Binary",),
}

_QUANTIFIERS: dict[str, Quantifier] = {
    "": "",
    "ForAllValues": "ForAllValues",
    "ForAnyValue": "ForAnyValue",
}

LIST_PREFIX = "ArrayOf"
"""How the types of keys begin that hold several values."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator as a policy writes it, taken apart."""

    name: str
    quantifier: Quantifier
    family: Family
    if_exists: bool


OPERATORS = tuple(_FAMILIES)
"""The operators without quantifier and without IfExists."""


@cache
def parse(written: str) -> Operator | None:
    """Take an operator apart; None where IAM has none of that name."""
    prefix, colon, rest = written.rpartition(":")
    quantifier = _QUANTIFIERS.get(prefix)
    if quantifier is None or (colon and not prefix):
        return None
    name = rest.removesuffix("IfExists")
    family = _FAMILIES.get(name)
    if family is None or (family == "Null" and (colon or name != rest)):
        return None
    return Operator(
        name=name,
        quantifier=quantifier,
        family=family,
        if_exists=name != rest,
    )


def differs(key_type: str) -> str | None:
    """The operator that is true where a value is none of those given, if the type has one."""
    family = fitting(key_type)[0]
    named = (f"{family}NotEquals", f"Not{family}")
    return next((each for each in named if each in _FAMILIES), None)


def is_list(key_type: str) -> bool:
    """Whether a key of this type holds several values."""
    return key_type.startswith(LIST_PREFIX)


def fits(operator: Operator, key_type: str) -> bool:
    """Whether an operator can compare a key of this type; Null fits every key."""
    return operator.family == "Null" or operator.family in fitting(key_type)


def fitting(key_type: str) -> tuple[Family, ...]:
    """The families of operators that fit a type; String where the type is not known."""
    return _FITTING.get(key_type.removeprefix(LIST_PREFIX), ("String",))
