"""compiler.iam.solve: the value of one subject that a set of literals asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler import pattern
from compiler.iam import operators
from compiler.iam.automaton import TooHardError
from compiler.iam.document import Comparison
from compiler.iam.finding import Universe
from compiler.iam.formula import RESOURCE, Atoms, Lit, negation
from compiler.iam.predicate import Predicate, predicate
from compiler.iam.solve import Limits, Solver
from compiler.iam.text import hole, parse
from compiler.iam.value import value

if TYPE_CHECKING:
    from compiler.iam.formula import Quantity
    from compiler.iam.solve import Found

BUCKET = "arn:${Partition}:s3:::${BucketName}"
OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
UNIVERSE = Universe(holes={"H": pattern.parse("[a-z]{3}")})
ATOMS = Atoms(lambda text: text)


def lit(written: str, *values: str, key: str = "k", quantity: Quantity = "one") -> Lit:
    operator = operators.parse(written.removeprefix("!"))
    assert operator
    held = tuple(
        parse(each, wildcards="Like" in written) if operator.family in ("String", "Arn")
        else value(operator.family, each)
        for each in values
    )  # fmt: skip
    found = Lit(
        ATOMS.atom(key, quantity, predicate(Comparison(operator, key, held))), positive=True
    )
    return negation(found) if written.startswith("!") else found  # type: ignore[return-value]


def resource(form: str, *literals: tuple[str, ...], universe: Universe = UNIVERSE) -> str | None:
    asked = {
        lit(f"{'!' if sign == '!' else ''}StringLike", *texts, key=RESOURCE)
        for sign, *texts in literals
    }
    return Solver(universe, Limits(), {}).resource(form, frozenset(asked))


@pytest.mark.parametrize(
    ("form", "literals", "expected"),
    [
        (BUCKET, [], "arn:aws:s3:::example"),
        (BUCKET, [("", "*"), ("", "arn:aws:s3:::a*")], "arn:aws:s3:::a-example"),
        (BUCKET, [("", "arn:aws:s3:::a*"), ("!", "arn:aws:s3:::a?*")], "arn:aws:s3:::a"),
        (BUCKET, [("", "arn:aws-cn:*")], "arn:aws-cn:s3:::a"),
        (BUCKET, [("", "arn:elsewhere:*")], None),
        (BUCKET, [("", "arn:aws:s3:::a/*")], None),  # a bucket's name has no slash
        (OBJECT, [("", "arn:aws:s3:::a/*")], "arn:aws:s3:::a/example"),
        (BUCKET, [("", "arn:aws:s3:::a*"), ("!", "arn:aws:s3:::*")], None),
        ("*", [], "*"),
        ("*", [("", "arn:aws:s3:::a")], None),
        ("*", [("!", "arn:aws:s3:::a")], "*"),
        ("*", [("!", hole("Any"))], "*"),  # what is open refuses nothing yet
        ("*", [("", hole("H"))], None),
        (BUCKET, [("", f"arn:aws:s3:::{hole('H')}")], "arn:aws:s3:::aaa"),
        (BUCKET, [("", f"arn:aws:s3:::{hole('H')}"), ("!", "arn:aws:s3:::???")], None),
        (BUCKET, [("", f"arn:aws:s3:::{hole('H')}"), ("!", f"arn:aws:s3:::{hole('H')}*")], None),
    ],
)
def test_resources(form: str, literals: list[tuple[str, ...]], expected: str | None) -> None:
    assert resource(form, *literals) == expected


def test_partition_region_and_account_are_those_that_are_preferred() -> None:
    """The reference: "Prefer the own account and a real Region"."""
    universe = Universe(partition="aws-cn", region="cn-north-1", account="000011112222")
    form = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"

    assert resource(form, universe=universe) == "arn:aws-cn:sqs:cn-north-1:000011112222:example"


def key(
    name: str, *literals: Lit, single: bool = True, families: tuple[str, ...] = ()
) -> tuple[Found] | None:
    solver = Solver(UNIVERSE, Limits(), {name: frozenset(families)} if families else {})
    return solver.key(name, single=single, literals=frozenset(literals))


PRESENT = Lit(ATOMS.atom("k", "absent"), positive=False)
ABSENT = Lit(ATOMS.atom("k", "absent"), positive=True)


@pytest.mark.parametrize(
    ("name", "literals", "expected"),
    [
        ("aws:username", [], (None,)),
        ("aws:username", [ABSENT], (None,)),
        ("aws:username", [PRESENT], ("example",)),
        ("aws:username", [PRESENT, ABSENT], None),
        ("aws:username", [lit("!StringEquals", "a")], (None,)),
        ("aws:username", [PRESENT, lit("!StringLike", "e*")], ("a",)),
        ("aws:username", [lit("StringEquals", "a", "b"), lit("!StringEquals", "a")], ("b",)),
        ("aws:username", [lit("StringEquals", "")], None),  # a key's value is never empty
        ("aws:username", [lit("StringEqualsIgnoreCase", "ab"), lit("!StringEquals", "ab", "Ab")],
         ("aB",)),
        # A request has the account of whoever asks, and no other.
        ("aws:principalaccount", [], ("111122223333",)),
        ("aws:principalaccount", [lit("StringEquals", "444455556666")], None),
        ("aws:principalaccount", [ABSENT], None),
        ("aws:sourcearn", [PRESENT], ("arn:aws:aws:eu-west-1:111122223333:example",)),
        ("aws:sourcearn", [lit("ArnLike", "arn:aws:s3:::a*")], ("arn:aws:s3:::a-example",)),
        ("aws:sourcearn", [lit("StringLike", "a*"), lit("!StringLike", "arn:*")], None),
        ("aws:multifactorauthpresent", [lit("Bool", "true")], ("true",)),
        ("aws:multifactorauthpresent", [PRESENT, lit("!Bool", "true")], ("false",)),
        ("aws:multifactorauthpresent", [lit("StringEquals", "maybe")], None),
        ("aws:multifactorauthage", [lit("NumericLessThan", "5")], ("4",)),
        ("aws:multifactorauthage", [lit("NumericLessThan", "5"), lit("NumericGreaterThan", "4")],
         ("4.5",)),
        ("aws:multifactorauthage", [lit("NumericLessThan", "5"), lit("NumericGreaterThan", "5")],
         None),
        ("aws:sourceip", [lit("IpAddress", "10.0.0.0/8"), lit("!IpAddress", "10.0.0.0/9")],
         ("10.128.0.0",)),
        ("aws:sourceip", [lit("IpAddress", "0.0.0.0/0"), lit("!IpAddress", "0.0.0.0/1"),
                          lit("!IpAddress", "128.0.0.0/1")], None),
        ("aws:sourceip", [PRESENT, lit("!IpAddress", "0.0.0.0/0")], ("::",)),
        # A type that is compared as text.
        ("aws:sourceip", [lit("StringLike", "10.*"), lit("!StringLike", "1*")], None),
        ("aws:sourceip", [lit("StringEquals", "10.0.0.1")], ("10.0.0.1",)),
    ],
)  # fmt: skip
def test_keys(name: str, literals: list[Lit], expected: tuple[Found] | None) -> None:
    assert key(name, *literals) == expected


@pytest.mark.parametrize(
    ("name", "literal"),
    [
        ("aws:sourceip", lit("StringLike", "10.1.*")),
        ("s3:max-keys", lit("StringLike", "9?*")),
        ("aws:currenttime", lit("StringLike", "2025-*")),
    ],
)
def test_what_is_no_text_and_compared_as_one_may_be_unknown_but_never_a_no(
    name: str, literal: Lit
) -> None:
    with pytest.raises(TooHardError, match=f"{name} is compared as values of several types"):
        key(name, literal)


def test_what_is_compared_by_two_types_is_of_both() -> None:
    families = ("Numeric", "Date")

    assert key("aws:epochtime", lit("NumericEquals", "7"), families=families) == ("7",)
    with pytest.raises(TooHardError, match="aws:epochtime is compared as values of several types"):
        key("aws:epochtime", lit("DateGreaterThan", "2026-01-01"), families=families)


def test_a_value_is_of_the_type_that_the_key_is_compared_as_elsewhere() -> None:
    """It is compared as a number by a statement that asks nothing here."""
    assert key("aws:principaltag/n", PRESENT, families=("Numeric",)) == ("1",)


@pytest.mark.parametrize(
    ("literals", "expected"),
    [
        ([lit("StringLike", "a", quantity="all")], (None,)),
        ([PRESENT, lit("StringLike", "a*", quantity="all")], (("a-example",),)),
        ([lit("StringLike", "a", quantity="any"), lit("StringLike", "b", quantity="any"),
          lit("StringLike", "c", quantity="any")], (("a", "b", "c"),)),
        # One that is not like it, and one that is.
        ([lit("!StringLike", "a", quantity="all"), lit("StringLike", "a", quantity="any")],
         (("a", "example"),)),
        ([lit("!StringLike", "a*", quantity="any"), lit("StringLike", "*b", quantity="any")],
         (("exampleb",),)),
        ([lit("!StringLike", "*", quantity="any"), PRESENT], None),
        ([lit("StringLike", "a", quantity="all"), lit("StringLike", "b", quantity="any")], None),
    ],
)  # fmt: skip
def test_lists_have_as_many_elements_as_are_needed(
    literals: list[Lit], expected: tuple[Found] | None
) -> None:
    """The reference: "List keys: one element for each existential requirement"."""
    assert key("aws:tagkeys", *literals, single=False) == expected


def test_each_key_has_values_that_are_its_own() -> None:
    solver = Solver(UNIVERSE, Limits(), {})
    names = ("aws:sourcevpc", "aws:sourcevpce", "aws:username")

    found = [solver.key(each, single=True, literals=frozenset({PRESENT})) for each in names]

    assert found == [("vpc-0a1b2c3d4e5f60718",), ("vpce-0a1b2c3d4e5f60718",), ("example",)]


@pytest.mark.parametrize(
    ("quantity", "positive", "found", "expected"),
    [
        ("any", True, None, False),
        ("any", True, ("x", "a"), True),
        ("any", False, ("x", "y"), True),
        ("all", True, None, True),
        ("all", True, ("a", "a"), True),
        ("all", True, ("a", "x"), False),
        ("all", False, ("a", "x"), True),
        ("one", True, "a", True),
        ("one", False, None, True),
    ],
)
def test_whether_a_literal_is_true(
    quantity: Quantity, positive: bool, found: Found, expected: bool
) -> None:
    asked = Predicate("text", frozenset({parse("a")}))

    literal = Lit(ATOMS.atom("k", quantity, asked), positive)

    assert Solver(UNIVERSE, Limits(), {}).is_true(literal, found) is expected


def test_over_the_limit_it_is_not_known() -> None:
    solver = Solver(UNIVERSE, Limits(states=2), {})
    refused = lit("!StringLike", "*e*", key=RESOURCE)

    with pytest.raises(TooHardError, match="no end after 2 states of the automata"):
        solver.resource(BUCKET, frozenset({refused}))
