"""What launch parameters admit, read back from templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import pattern
from compiler.admitted import Admitted, AdmittedError, admitted, changes, example
from tests.catalog.launches import PERSONAS, catalog, template
from tests.laws import LAWS


def of(form: str, **more: Any) -> Admitted:
    return admitted({"Type": "String", "AllowedPattern": form, **more})


@pytest.mark.parametrize(
    ("form", "item", "most", "may_be_empty"),
    [
        ("^[a-z]{1,3}$", "[a-z]{1,3}", 1, False),
        ("^([a-z]{1,3})?$", "[a-z]{1,3}", 1, True),
        ("^[a-z]{1,3}(,[a-z]{1,3}){0,9}$", "[a-z]{1,3}", 10, False),
        ("^([a-z]{1,3}(,[a-z]{1,3}){0,9})?$", "[a-z]{1,3}", 10, True),
        ("^(a|bc)(,(a|bc)){0,1}$", "a|bc", 2, False),
        ("^sg-[0-9](,sg-[0-9]){0,4}$", "sg-[0-9]", 5, False),
        ("^a,b$", "a,b", 1, False),
    ],
)
def test_the_forms(form: str, item: str, most: int, may_be_empty: bool) -> None:
    found = of(form)

    assert found.node == pattern.parse(item)
    assert (found.most, found.may_be_empty, found.written) == (most, may_be_empty, form)


def test_every_parameter_of_our_catalog_is_read_back_as_it_was_written() -> None:
    held = catalog()
    for persona in PERSONAS:
        for name, declared in template(persona)["Parameters"].items():
            from compiler.launch_parameter import setting_in_pattern

            if name not in held.parameters:
                # One of the user profile's, or of an optional activity.
                continue
            found, meant = admitted(declared), held.parameters[name]
            assert found.node == pattern.parse(setting_in_pattern(held, meant.pattern))
            assert found.most == (meant.max_items or 1)
            assert found.may_be_empty is (declared.get("Default") == "")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"Type": "String"}, (None, 1, True)),
        ({"Type": "String", "MinLength": 1}, (None, 1, False)),
        ({"Type": "CommaDelimitedList"}, (None, 1000, False)),
        (
            {"Type": "List<AWS::EC2::Subnet::Id>"},
            (pattern.parse("subnet-([0-9a-f]{8}|[0-9a-f]{17})"), 1000, False),
        ),
        ({"Type": "String", "AllowedValues": ["yes", "no"]}, (pattern.parse("yes|no"), 1, False)),
    ],
    ids=["text", "of one character", "list", "subnets", "allowed values"],
)
def test_without_a_pattern(
    declared: dict[str, Any], expected: tuple[pattern.Node | None, int, bool]
) -> None:
    found = admitted(declared)

    assert (found.node, found.most, found.may_be_empty) == expected


def test_a_pattern_that_a_proof_cannot_read() -> None:
    with pytest.raises(AdmittedError, match=r"its pattern \.\* cannot be read: "):
        of(".*")


ITEMS = st.sampled_from(["a", "[ab]", "[a-c]{1,2}", "a|bc", "x{0,2}y", "a(b|c)?", "[a-z]{2}"])


@LAWS
@given(ITEMS, ITEMS)
def test_an_example_is_of_the_one_and_not_of_the_other(first: str, second: str) -> None:
    """And where there is none, everything that the one admits the other admits."""
    inside, outside = of(f"^{first}$"), of(f"^{second}$")
    assert inside.node
    assert outside.node

    found = example(inside, outside)

    if found is None:
        assert pattern.matches(outside.node, pattern.longest(inside.node))
        assert pattern.matches(outside.node, pattern.shortest(inside.node))
    else:
        assert pattern.matches(inside.node, found)
        assert not pattern.matches(outside.node, found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("^[ab]$", "^[ab]$", None),
        ("^[ab]$", "^(a|b)$", None),
        ("^[ab]$", "^[abc]$", ("wider", "c", None)),
        ("^[abc]$", "^[ab]$", ("narrower", None, "c")),
        ("^[ab]$", "^[bc]$", ("changed", "c", "a")),
        ("^a(,a){0,1}$", "^a(,a){0,2}$", ("wider", None, None)),
        ("^a(,a){0,2}$", "^[ab](,[ab]){0,1}$", ("changed", "b", None)),
    ],
)
def test_what_changes(
    old: str, new: str, expected: tuple[str, str | None, str | None] | None
) -> None:
    found = [
        (each.change, each.gained, each.lost) for each in changes({"P": of(old)}, {"P": of(new)})
    ]

    assert found == ([expected] if expected else [])


def test_parameters_that_come_and_go() -> None:
    one = of("^a$")

    found = [
        (each.name, each.change) for each in changes({"A": one, "B": None}, {"B": one, "C": one})
    ]

    assert found == [("A", "removed"), ("C", "added")]


def test_a_value_that_aws_looks_up_is_not_read() -> None:
    """The pattern there is that of the parameter's name in SSM, not of its value."""
    kind = "AWS::SSM::Parameter::Value<String>"

    with pytest.raises(AdmittedError, match=f"^its value is looked up by AWS, as {kind}$"):
        admitted({"Type": kind, "AllowedPattern": "^[a-z]$"})


def test_other_bounds_than_patterns_are_not_known_to_be_the_same() -> None:
    found = list(changes({"A": of("^[a-z]{1,9}$", MaxLength=2)}, {"A": of("^[a-z]{1,9}$")}))

    assert [each.change for each in found] == ["unknown"]
    assert not list(changes({"A": of("^a$", MaxLength=2)}, {"A": of("^a$", MaxLength=2)}))
