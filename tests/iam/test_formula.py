"""compiler.iam.formula: statements as formulas."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam import formula, operators
from compiler.iam.finding import Universe
from compiler.iam.formula import (
    FALSE,
    TRUE,
    And,
    Atoms,
    Lit,
    Or,
    conjunction,
    disjunction,
    negation,
    single_keys,
)
from compiler.iam.predicate import Predicate
from compiler.iam.solve import Limits, Solver
from compiler.iam.text import hole, parse
from tests import brute_force
from tests.brute_force import NotUnderstoodError
from tests.iam.asking import BUCKET, access, allow, policy
from tests.iam.drawn import KEYS, POLICY_VALUES, VALUES, WRITTEN
from tests.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.iam.document import Statement
    from compiler.iam.formula import Formula, Quantity
    from compiler.iam.solve import Found

SOLVER = Solver(Universe(), Limits(), {})
ATOMS = Atoms(lambda text: text)
KEY, OTHER = "aws:tagkeys", "aws:username"


def is_true(asked: Formula, request: Mapping[str, Found]) -> bool:
    """The plain meaning of a formula."""
    if isinstance(asked, Lit):
        return SOLVER.is_true(asked, request.get(asked.atom.subject))
    truths = [is_true(each, request) for each in asked.parts]
    return all(truths) if isinstance(asked, And) else any(truths)


def like(key: str, quantity: Quantity, *texts: str) -> Lit:
    asked = Predicate("text", frozenset(map(parse, texts)))
    return Lit(ATOMS.atom(key, quantity, asked), positive=True)


def statement(body: Mapping[str, object]) -> Statement:
    return access(policy(dict(body))).statements[0]


literals = st.builds(
    Lit,
    st.sampled_from(
        [
            ATOMS.atom(KEY, "absent"),
            ATOMS.atom(OTHER, "absent"),
            *(like(KEY, quantity, *texts).atom for quantity in ("any", "all")
              for texts in (["a"], ["a*"], ["*b"], ["a", "*b"])),
            *(like(OTHER, "one", *texts).atom for texts in (["a"], ["a*"], ["a*", "b"])),
        ]
    ),
    st.booleans(),
)  # fmt: skip
formulas = st.recursive(
    literals,
    lambda inner: (
        st.lists(inner, max_size=3).map(conjunction) | st.lists(inner, max_size=3).map(disjunction)
    ),
    max_leaves=8,
)

REQUESTS: list[dict[str, Found]] = [
    {KEY: several, OTHER: one}
    for several, one in product(
        (None, ("a",), ("b",), ("a", "b"), ("ab", "c"), ("a", "ab"), ("c",)),
        (None, "a", "b", "ab", "c"),
    )
]
"""Small requests, enough to tell the literals apart."""


@LAWS
@given(formulas)
def test_a_negation_is_true_where_the_formula_is_not(asked: Formula) -> None:
    for each in REQUESTS:
        assert is_true(negation(asked), each) is not is_true(asked, each)


@LAWS
@given(formulas)
def test_the_negation_of_a_negation_is_the_formula(asked: Formula) -> None:
    assert negation(negation(asked)) == asked


@LAWS
@given(formulas, st.frozensets(literals, max_size=3))
def test_what_is_given_changes_nothing_where_it_is_true(
    asked: Formula, known: frozenset[Lit]
) -> None:
    left = formula.given(asked, known)

    for each in REQUESTS:
        if all(is_true(fact, each) for fact in known):
            assert is_true(left, each) is is_true(asked, each)


def test_a_wider_set_of_texts_follows_from_a_narrower_one() -> None:
    narrow, wide = like(KEY, "any", "ab"), like(KEY, "any", "a*", "c")

    assert formula.given(wide, frozenset({narrow})) == TRUE
    assert formula.given(narrow, frozenset({wide})) == narrow
    assert formula.given(negation(narrow), frozenset({narrow})) == FALSE
    assert formula.given(like(KEY, "all", "a*"), frozenset({narrow})) == like(KEY, "all", "a*")


def test_formulas_are_flat() -> None:
    one, other = like(OTHER, "one", "a"), like(OTHER, "one", "b")

    assert conjunction([one]) == one
    assert conjunction([one, And((other,)), one]) == And((one, other))
    assert disjunction([one, Or((other, one))]) == Or((one, other))
    assert conjunction([one, FALSE]) == FALSE
    assert disjunction([one, TRUE]) == TRUE
    assert conjunction([one, TRUE]) == one
    assert disjunction([one, FALSE]) == one


def test_equal_atoms_are_one_object() -> None:
    assert like(KEY, "any", "a", "b").atom is like(KEY, "any", "b", "a").atom
    assert like(KEY, "any", "a").atom is not like(KEY, "all", "a").atom


def test_an_atom_is_linked_by_a_variable_or_a_hole() -> None:
    assert [
        like(OTHER, "one", each).atom.linked for each in ("a*", "${aws:userid}", hole("H"))
    ] == [False, True, True]


def test_what_is_constant_is_put_in() -> None:
    atoms = Atoms(lambda _: parse("own"))
    found = atoms.resources(statement(allow(resources=f"{BUCKET}/${{aws:PrincipalAccount}}")))

    assert isinstance(found, Lit)
    assert found.atom.asked == Predicate("text", frozenset({parse("own")}))


@pytest.mark.parametrize(
    ("element", "resources", "expected"),
    [
        ("Resource", "*", TRUE),
        ("Resource", ["*", BUCKET], TRUE),
        ("NotResource", "*", FALSE),
        ("Resource", BUCKET, like(formula.RESOURCE, "one", BUCKET)),
        ("NotResource", BUCKET, negation(like(formula.RESOURCE, "one", BUCKET))),
    ],
)
def test_resources(element: str, resources: object, expected: Formula) -> None:
    body = {"Effect": "Allow", "Action": "*", element: resources}

    assert ATOMS.resources(statement(body)) == expected


def test_a_trust_policy_asks_nothing_of_the_resource() -> None:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    (trust,) = access(policy(body), kind="trust").statements

    assert ATOMS.resources(trust) == TRUE


@pytest.mark.parametrize(
    ("condition", "resource", "expected"),
    [
        ({"StringEquals": {"aws:TagKeys": "a"}}, "*", {"aws:tagkeys"}),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, "*", set()),
        ({"Null": {"aws:TagKeys": "true"}}, "*", set()),
        ({}, "arn:aws:s3:::${aws:UserName}", {"aws:username"}),
        ({"ForAnyValue:StringLike": {"aws:TagKeys": "${aws:userid}"}}, "*", {"aws:userid"}),
    ],
)
def test_keys_that_are_used_as_single_ones(
    condition: object, resource: str, expected: set[str]
) -> None:
    assert single_keys([statement(allow(resources=resource, Condition=condition))]) == expected


@pytest.mark.parametrize(
    ("key", "single", "expected"),
    [
        ("aws:username", set(), True),  # by its type
        ("aws:tagkeys", set(), False),
        ("aws:tagkeys", {"aws:tagkeys"}, True),
        ("x:unknown", set(), False),
        ("sagemaker:vpcsubnets", set(), False),
    ],
)
def test_a_key_is_single_by_its_type_or_its_use(key: str, single: set[str], expected: bool) -> None:
    assert formula.is_single(key, frozenset(single)) is expected


@pytest.mark.parametrize("written", WRITTEN)
def test_every_operator_means_what_the_documentation_says(written: str) -> None:
    """The reference: "A missing key: […]", "ForAllValues over a missing or empty key is true"."""
    operator = operators.parse(written)
    assert operator
    family = "String" if operator.family == "Null" else operator.family
    values = ["true", "false"] if operator.family == "Null" else POLICY_VALUES[family]
    plain = [each for each in values if "${" not in str(each)]
    single, several = KEYS[family][0], KEYS[family][-1]
    many = list(VALUES[family])
    held = [plain[:1], plain[1:2]] if operator.family == "Null" else [plain[:1], plain[:2], plain]

    for key, said in product((single, several), held):
        body = allow(Condition={written: {key: said}})
        one = statement(body)
        keys = single_keys([one])
        asked = ATOMS.conditions(one, frozenset({key.lower()}), keys)
        contexts: list[list[str]] = [[], *([each] for each in many)]
        if not formula.is_single(key.lower(), keys):
            contexts += [many[:2], many[1:3], [*many]]
        for found in contexts:
            context = {key: found[0] if len(found) == 1 else found} if found else {}
            try:
                decision = brute_force.decide([policy(body)], "s3:GetObject", "*", context)
            except NotUnderstoodError:
                continue
            request = {key.lower(): tuple(found) or None}
            assert is_true(asked, request) is (decision == "allowed"), (body, context)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_key_that_no_request_has_is_as_one_that_is_absent(written: str) -> None:
    operator = operators.parse(written)
    assert operator
    value = {"Numeric": "5", "Date": "2026-01-01", "Bool": "true", "Null": "true",
             "Binary": "AAE=", "IpAddress": "10.0.0.0/8"}.get(operator.family, "arn:aws:s3:::a")  # fmt: skip
    for key in ("aws:TagKeys", "aws:Key"):
        one = statement(allow(Condition={written: {key: value}}))
        keys = single_keys([one])
        unknown = ATOMS.conditions(one, frozenset(), keys)

        assert unknown in (TRUE, FALSE)
        known = ATOMS.conditions(one, frozenset({key.lower()}), keys)
        assert is_true(known, {}) is (unknown == TRUE)


def test_several_operators_and_keys_are_all_asked() -> None:
    condition = {
        "StringEquals": {"aws:username": "a", "aws:userid": "b"},
        "Null": {"aws:TagKeys": "false"},
    }
    one = statement(allow(Condition=condition))
    keys = frozenset({"aws:username", "aws:userid", "aws:tagkeys"})

    found = ATOMS.conditions(one, keys, single_keys([one]))

    assert found == And(
        (
            like("aws:username", "one", "a"),
            like("aws:userid", "one", "b"),
            Lit(ATOMS.atom("aws:tagkeys", "absent"), positive=False),
        )
    )


def test_every_literal_of_a_formula_is_told() -> None:
    one, other = like(OTHER, "one", "a"), like(OTHER, "one", "b")

    assert list(formula.literals(And((one, Or((other, negation(one))))))) == [
        one, other, negation(one),
    ]  # fmt: skip
