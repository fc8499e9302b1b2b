"""compiler.iam.operators: every operator that IAM documents, taken apart."""

from __future__ import annotations

import pytest

from compiler.iam.operators import OPERATORS, Operator, differs, fits, fitting, is_list, parse

QUANTIFIERS = ("", "ForAllValues", "ForAnyValue")

WRITTEN = [
    f"{quantifier}{':' if quantifier else ''}{name}{exists}"
    for quantifier in QUANTIFIERS
    for name in OPERATORS
    for exists in ("", "IfExists")
]

FITTING = {
    "String": "String",
    "ARN": "Arn String",
    "Bool": "Bool",
    "Numeric": "Numeric",
    "Date": "Date",
    "IPAddress": "IpAddress",
    "Binary": "Binary",
    "ArrayOfString": "String",
    "ArrayOfARN": "Arn String",
    "ArrayOfBool": "Bool",
    "Unheard": "String",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_an_operator_comes_apart_and_together(written: str) -> None:
    quantifier, _, rest = written.rpartition(":")
    found = parse(written)

    if rest.startswith("Null") and written != "Null":
        assert found is None
        return
    assert found
    assert found.quantifier == quantifier
    assert (
        written
        == f"{quantifier}{':' if quantifier else ''}{found.name}{'IfExists' if found.if_exists else ''}"
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        "StringEqual",
        "stringequals",
        ":StringEquals",
        "ForAll:StringEquals",
        "foranyvalue:StringEquals",
        "ForAnyValue:ForAnyValue:StringEquals",
        "ForAnyValue:",
        "StringEqualsIfExistsIfExists",
        "IfExists",
        "NullIfExists",
        "BoolNotEquals",
    ],
)
def test_iam_has_none_of_that_name(written: str) -> None:
    assert parse(written) is None


def test_the_parts_of_one() -> None:
    assert parse("ForAnyValue:StringNotLikeIfExists") == Operator(
        name="StringNotLike", quantifier="ForAnyValue", family="String", if_exists=True
    )


@pytest.mark.parametrize("kind", FITTING)
@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_fits_the_types_of_its_family(name: str, kind: str) -> None:
    operator = parse(name)
    assert operator

    assert fits(operator, kind) == (name == "Null" or operator.family in FITTING[kind].split())
    assert " ".join(fitting(kind)) == FITTING[kind]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("String", "StringNotEquals"),
        ("ArrayOfString", "StringNotEquals"),
        ("ARN", "ArnNotEquals"),
        ("Numeric", "NumericNotEquals"),
        ("Date", "DateNotEquals"),
        ("IPAddress", "NotIpAddress"),
        ("Bool", None),
        ("Binary", None),
    ],
)
def test_the_operator_for_what_differs(kind: str, expected: str | None) -> None:
    assert differs(kind) == expected
    assert expected is None or parse(expected)


def test_lists_are_told_by_their_type() -> None:
    assert is_list("ArrayOfString")
    assert not is_list("String")
