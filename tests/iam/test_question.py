"""compiler.iam.question: which requests a statement allows that the other side does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.iam.document import Principal
from compiler.iam.formula import FALSE, RESOURCE, TRUE, And, Atoms, Lit, negation
from compiler.iam.predicate import Predicate
from compiler.iam.question import Questions
from compiler.iam.text import parse
from tests.iam.asking import BUCKET, access, allow, deny, policy

if TYPE_CHECKING:
    from compiler.iam.formula import Formula
    from compiler.iam.request import Access

ATOMS = Atoms(lambda text: text)
KEYS: tuple[frozenset[str], frozenset[str]] = (frozenset({"aws:username"}), frozenset())


def at(name: str) -> Lit:
    asked = Predicate("text", frozenset({parse(f"{BUCKET}/{name}")}))
    return Lit(ATOMS.atom(RESOURCE, "one", asked), positive=True)


def user(name: str) -> Lit:
    asked = Predicate("text", frozenset({parse(name)}))
    return Lit(ATOMS.atom("aws:username", "one", asked), positive=True)


def of(name: str, **condition: Any) -> dict[str, Any]:
    return allow("s3:GetObject", f"{BUCKET}/{name}", **condition)


def no(name: str) -> dict[str, Any]:
    return deny("s3:GetObject", f"{BUCKET}/{name}")


def statements(*sides: Access) -> list[Any]:
    return [each for one in sides for each in (*one.statements, *one.bounds)]


def question(old: Access, new: Access, principal: Principal | None = None) -> Formula:
    """The question of the first statement of the new side."""
    concerned = statements(new, old)
    return Questions(old, new, ATOMS).question(concerned[0], concerned, KEYS, principal)


def side(*bodies: dict[str, Any], boundary: list[dict[str, Any]] | None = None) -> Access:
    return access(policy(*bodies), boundary=None if boundary is None else policy(*boundary))


def test_its_literals_hold() -> None:
    condition = {"StringEquals": {"aws:username": "ann"}}

    assert question(side(), side(of("a", Condition=condition))) == And((at("a"), user("ann")))


def test_of_each_new_deny_and_each_old_allow_some_literal_fails() -> None:
    asked = question(side(of("c")), side(of("a"), no("b")))

    assert asked == And((at("a"), negation(at("b")), negation(at("c"))))


def test_or_an_old_deny_holds() -> None:
    asked = question(side(of("c"), no("d")), side(of("a")))

    assert isinstance(asked, And)
    assert asked.parts[0] == at("a")
    assert [set(each.parts) for each in asked.parts[1:] if not isinstance(each, Lit)] == [
        {negation(at("c")), at("d")}
    ]


def test_what_the_statement_says_is_known() -> None:
    """An old statement that is wider leaves nothing to ask."""
    assert question(side(of("*")), side(of("a"))) == FALSE
    assert question(side(of("*"), no("*")), side(of("a"))) == at("a")


def test_both_boundaries_count() -> None:
    inside = question(side(), side(of("*"), boundary=[of("a"), of("b")]))
    outside = question(side(of("*"), boundary=[of("a")]), side(of("*")))

    assert isinstance(inside, And)
    assert [set(each.parts) for each in inside.parts if not isinstance(each, Lit)] == [
        {at("a"), at("b")}
    ]
    assert outside == And((at("*"), negation(at("a"))))


def test_a_boundary_denies_too() -> None:
    fence = [allow(), no("b")]

    assert question(side(), side(of("*"), boundary=fence)) == And((at("*"), negation(at("b"))))
    assert question(side(of("*"), boundary=fence), side(of("*"))) == And((at("*"), at("b")))


ANN, BOB = (Principal("AWS", f"arn:aws:iam::111122223333:role/{each}") for each in ("ann", "bob"))


def test_whoever_is_not_named_is_allowed_nothing() -> None:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ANN.name}}
    trust, nobody = access(policy(body), kind="trust"), access(policy(), kind="trust")

    assert question(nobody, trust, ANN) == TRUE
    assert question(nobody, trust, BOB) == FALSE
    assert question(trust, trust, ANN) == FALSE


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([of("a")], [of("a")], True),
        ([of("b")], [of("a")], False),
        ([of("a"), no("b")], [of("a"), no("b")], True),
        ([of("a")], [of("a"), no("b")], True),
        ([of("a"), no("b")], [of("a")], False),
    ],
)
def test_what_is_plainly_allowed_on_both_sides_needs_no_search(
    old: list[dict[str, Any]], new: list[dict[str, Any]], expected: bool
) -> None:
    """The reference: "Equal signature sets need no search"."""
    before, after = side(*old), side(*new)
    concerned = statements(after, before)

    assert Questions(before, after, ATOMS).is_kept(concerned[0], concerned) is expected


def test_with_a_boundary_on_the_old_side_it_is_searched() -> None:
    before, after = side(of("a"), boundary=[of("a")]), side(of("a"))
    concerned = statements(after, before)

    assert not Questions(before, after, ATOMS).is_kept(concerned[0], concerned)
