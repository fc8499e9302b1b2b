"""compiler.iam.search: one request that makes a formula true."""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam.automaton import TooHardError
from compiler.iam.finding import Universe
from compiler.iam.formula import (
    FALSE,
    RESOURCE,
    TRUE,
    And,
    Atoms,
    Lit,
    conjunction,
    disjunction,
    is_single,
    negation,
)
from compiler.iam.predicate import Predicate
from compiler.iam.search import Search
from compiler.iam.solve import Limits, Solver
from compiler.iam.text import hole, parse
from tests.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.iam.formula import Formula, Quantity
    from compiler.iam.search import Model
    from compiler.iam.solve import Found

FORM = "arn:${Partition}:s3:::${BucketName}"
KEY, OTHER = "aws:tagkeys", "aws:username"
SOLVER = Solver(Universe(), Limits(), {})
ATOMS = Atoms(lambda text: text)
TEXTS = (["a"], ["a*"], ["*b"], ["a", "*b"])
VALUES = ("a", "b", "ab", "ac", "c")
"""One for each thing that the texts can say."""


def like(key: str, quantity: Quantity, *texts: str) -> Lit:
    asked = Predicate("text", frozenset(map(parse, texts)))
    return Lit(ATOMS.atom(key, quantity, asked), positive=True)


def absent(key: str) -> Lit:
    return Lit(ATOMS.atom(key, "absent"), positive=True)


def bucket(*texts: str) -> Lit:
    return like(RESOURCE, "one", *(f"arn:aws:s3:::{each}" for each in texts))


def search(branches: int = 1_000) -> Search:
    return Search(SOLVER, FORM, lambda key: is_single(key, frozenset()), branches)


def found(goal: Formula, branches: int = 1_000) -> Mapping[str, Found] | None:
    models: list[Model] = []

    def take(model: Model) -> bool:
        models.append(model)
        return True

    return models[0].values if search(branches).any(goal, take) else None


def is_true(asked: Formula, request: Mapping[str, Found]) -> bool:
    if isinstance(asked, Lit):
        return SOLVER.is_true(asked, request.get(asked.atom.subject))
    truths = [is_true(each, request) for each in asked.parts]
    return all(truths) if isinstance(asked, And) else any(truths)


literals = st.sampled_from(
    [
        absent(KEY),
        absent(OTHER),
        *(like(KEY, "any", *texts) for texts in TEXTS),
        *(like(KEY, "all", *texts) for texts in TEXTS),
        *(like(OTHER, "one", *texts) for texts in TEXTS),
        *(bucket(*texts) for texts in TEXTS),
    ]
).flatmap(lambda each: st.sampled_from([each, negation(each)]))
formulas = st.recursive(
    literals,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(conjunction)
        | st.lists(inner, min_size=1, max_size=4).map(disjunction)
    ),
    max_leaves=20,
)

REQUESTS: list[dict[str, Found]] = [
    {RESOURCE: f"arn:aws:s3:::{name}", KEY: several or None, OTHER: one}
    for name, several, one in product(
        VALUES,
        chain.from_iterable(combinations(VALUES, count) for count in range(len(VALUES) + 1)),
        (None, *VALUES),
    )
]


@LAWS
@given(formulas)
def test_a_request_is_found_where_there_is_one(goal: Formula) -> None:
    request = found(goal)

    expected = any(is_true(goal, each) for each in REQUESTS)
    assert (request is not None) is expected
    assert request is None or is_true(goal, request)


@LAWS
@given(st.lists(st.lists(literals, min_size=2, max_size=3), min_size=3, max_size=7))
def test_who_fails_blames_the_right_choices(clauses: list[list[Formula]]) -> None:
    """Many alternatives that are not to blame stand between those that are."""
    goal = conjunction(map(disjunction, clauses))

    assert (found(goal) is not None) is any(is_true(goal, each) for each in REQUESTS)


def test_what_is_always_true_needs_only_a_resource() -> None:
    assert found(TRUE) == {RESOURCE: "arn:aws:s3:::example"}
    assert found(FALSE) is None


def test_absence_comes_first() -> None:
    assert found(negation(like(OTHER, "one", "a"))) == {RESOURCE: "arn:aws:s3:::example"}


def test_a_list_has_an_element_for_each_thing_that_some_element_must_be() -> None:
    goal = conjunction([like(KEY, "any", "a"), like(KEY, "any", "b*"), like(KEY, "all", "?")])

    assert found(goal) == {RESOURCE: "arn:aws:s3:::example", KEY: ("a", "b")}


def test_choices_that_were_not_to_blame_are_not_made_again() -> None:
    """Ten free choices stand before a contradiction: 1,024 branches, if each was tried again."""
    free = [
        disjunction([like(f"aws:principaltag/{n}", "one", each) for each in "ab"])
        for n in range(10)
    ]
    wrong = [disjunction([bucket("a"), bucket("b")]), disjunction([bucket("c"), bucket("d")])]

    assert found(conjunction([*free, *wrong]), branches=60) is None


def test_two_choices_that_contradict_each_other_are_both_to_blame() -> None:
    goal = conjunction(
        [
            disjunction([bucket("a"), like(OTHER, "one", "a")]),
            disjunction([bucket("b"), bucket("c")]),
        ]
    )

    assert found(goal) == {RESOURCE: "arn:aws:s3:::b", OTHER: "a"}


def test_the_choice_that_leaves_an_alternative_out_is_to_blame() -> None:
    """The other alternative fails whatever was chosen."""
    never = conjunction([absent(KEY), like(KEY, "any", "a")])
    goal = conjunction(
        [disjunction([bucket("a"), like(OTHER, "one", "a")]),
         disjunction([negation(bucket("a")), never])]
    )  # fmt: skip

    assert found(goal) == {RESOURCE: "arn:aws:s3:::example", OTHER: "a"}


def test_over_the_limit_the_search_is_given_up() -> None:
    goal = disjunction([conjunction([bucket(each), bucket("z")]) for each in "abc"])

    assert found(goal, branches=3) is None
    with pytest.raises(TooHardError, match="no end after 2 branches of the search"):
        found(goal, branches=2)


def test_what_is_not_accepted_is_looked_for_elsewhere() -> None:
    names = [bucket(each) for each in "abc"]
    seen: list[Found] = []

    def refuse(model: Model) -> bool:
        seen.append(model.values[RESOURCE])
        return model.values[RESOURCE] == "arn:aws:s3:::c"

    assert search().any(disjunction(names), refuse)
    assert seen == ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c"]
    assert not search().any(disjunction(names[:2]), refuse)


def test_a_literal_with_an_open_value_is_true_once_it_is_asserted() -> None:
    linked = like(OTHER, "one", hole("H"))

    request = found(linked)
    assert request is not None
    assert request[OTHER]
    assert found(negation(linked)) == {RESOURCE: "arn:aws:s3:::example", OTHER: None}
    assert found(conjunction([linked, negation(linked)])) is None


def test_a_formula_that_is_too_deep_is_too_hard() -> None:
    goal: Formula = bucket("a")
    for _ in range(2_000):
        goal = And((goal, bucket("a")))

    with pytest.raises(TooHardError, match="the formula is too deep"):
        found(goal)
