"""compiler.iam.witness: from a formula to a request, and values for variables and holes."""

from __future__ import annotations

import pytest

from compiler import pattern
from compiler.iam.automaton import TooHardError
from compiler.iam.finding import Universe
from compiler.iam.formula import (
    RESOURCE,
    Atoms,
    Formula,
    Lit,
    conjunction,
    disjunction,
    is_single,
    negation,
)
from compiler.iam.predicate import Predicate
from compiler.iam.solve import Limits, Solver
from compiler.iam.text import hole, parse
from compiler.iam.witness import Solved, Witnesses

OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
QUEUE = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"
USER, TAG, TAGS = "aws:username", "aws:principaltag/t", "aws:tagkeys"
H = hole("H")
UNIVERSE = Universe(
    holes={"H": pattern.parse("[a-z]{1,4}"), "L": pattern.parse("[a-z]")}, most={"L": 2}
)
ATOMS = Atoms(lambda text: text)


def like(key: str, *texts: str) -> Lit:
    asked = Predicate("text", frozenset(map(parse, texts)))
    return Lit(ATOMS.atom(key, "any" if key == TAGS else "one", asked), positive=True)


def objects(*names: str) -> Lit:
    return like(RESOURCE, *(f"arn:aws:s3:::{each}" for each in names))


def absent(key: str) -> Lit:
    return Lit(ATOMS.atom(key, "absent"), positive=True)


def find(*goals: Formula, form: str = OBJECT, limits: Limits | None = None) -> Solved | None:
    limits = limits or Limits()
    witnesses = Witnesses(Solver(UNIVERSE, limits, {}), ATOMS, UNIVERSE, limits)
    return witnesses.find(form, conjunction(goals), lambda key: is_single(key, frozenset()))


def found(*goals: Formula, form: str = OBJECT) -> Solved:
    solved = find(*goals, form=form)
    assert solved is not None
    return solved


def test_without_variables_there_are_no_parameters() -> None:
    assert found(objects("b/*"), like(TAG, "x")) == Solved(
        values={RESOURCE: "arn:aws:s3:::b/example", TAG: "x"}
    )


def test_what_cannot_be_has_no_witness() -> None:
    assert find(objects("a/*"), negation(objects("*/*"))) is None
    assert find(objects(f"{H}/*"), objects("A/*")) is None  # the pattern has no capitals
    assert find(objects(f"{H}/*"), negation(objects(f"{H}/*"))) is None


def test_a_variable_is_read_off() -> None:
    solved = found(objects("b/${aws:username}/x"), objects("b/ann/*"))

    assert solved.values == {RESOURCE: "arn:aws:s3:::b/ann/x", USER: "ann"}


def test_a_hole_is_read_off() -> None:
    solved = found(objects(f"b/{H}/x"), objects("b/ann/*"))

    assert solved.values == {RESOURCE: "arn:aws:s3:::b/ann/x"}
    assert solved.parameters == {"H": ("ann",)}


def test_a_variable_is_what_it_is_compared_with() -> None:
    solved = found(negation(objects("b/${aws:username}")), like(USER, "ann"), objects("b/*"))

    assert solved.values[USER] == "ann"


def test_a_variable_may_be_absent() -> None:
    solved = found(objects("b/x"), negation(objects("b/${aws:username}")), absent(USER))

    assert solved.values == {RESOURCE: "arn:aws:s3:::b/x"}


def test_a_variable_that_is_absent_has_its_default() -> None:
    solved = found(objects("b/${aws:username, 'nobody'}"), absent(USER))

    assert solved.values == {RESOURCE: "arn:aws:s3:::b/nobody"}


def test_values_are_pinned() -> None:
    """The resource and the key that a variable names have the same value."""
    solved = found(objects("${aws:username}/*"), like(USER, "ann", "bob"), objects("b*/*"))

    assert solved.values[USER] == "bob"
    assert str(solved.values[RESOURCE]).startswith("arn:aws:s3:::bob/")


def test_two_subjects_share_a_hole() -> None:
    solved = found(objects(f"{H}/*"), like(TAG, f"{H}-x"), like(TAG, "ab*"))

    (value,) = solved.parameters["H"]
    assert value.startswith("ab")
    assert solved.values[TAG] == f"{value}-x"
    assert str(solved.values[RESOURCE]).startswith(f"arn:aws:s3:::{value}/")


def test_a_list_has_several_values_where_they_are_needed() -> None:
    both = [like(TAGS, hole("L")), like(TAGS, "a"), like(TAGS, "b")]
    asked = Predicate("text", frozenset({parse(hole("L"))}))
    every = Lit(ATOMS.atom(TAGS, "all", asked), positive=True)

    solved = found(*both, every, objects("b/x"))

    assert solved.values[TAGS] == ("a", "b")
    assert solved.parameters == {"L": ("a", "b")}


def test_no_value_that_fits_is_unknown_and_no_proof() -> None:
    """No value of the hole is both: but that is not seen."""
    goals = (objects(f"b/{H}"), negation(objects("b/????", "b/???", "b/??", "b/?")), like(TAG, H))
    assert find(*goals) is None  # this is seen

    unequal = (objects(f"{H}/x"), like(TAG, H), objects("a*/x"), like(TAG, "b*"))
    with pytest.raises(TooHardError, match="no values for variables or parameters were found"):
        find(*unequal)


def test_over_the_limit_of_attempts_it_is_unknown() -> None:
    goals = (objects(f"{H}/x"), disjunction([like(TAG, H), like(USER, H)]))

    with pytest.raises(TooHardError, match="no values for variables or parameters were found"):
        find(*goals, limits=Limits(attempts=0))


def test_a_name_is_odd_only_where_no_tidy_one_does() -> None:
    topics = "arn:aws:sqs:eu-west-1:111122223333"

    tidy = found(like(RESOURCE, f"{topics}:*"), form=QUEUE)
    odd = found(like(RESOURCE, f"{topics}:a:*"), form=QUEUE)

    assert (tidy.is_odd, odd.is_odd) == (False, True)
    assert str(odd.values[RESOURCE]).startswith(f"{topics}:a:")
    star = found(like(RESOURCE, "arn:aws:sqs:*:x:*", "arn:aws:sqs:*"), form=QUEUE)
    assert not star.is_odd


def test_a_variable_that_a_condition_fixes_is_no_unknown() -> None:
    ann = like(USER, "ann")
    own = objects("b/${aws:username}/*")

    assert find(own, ann, negation(objects("b/ann/*"))) is None
    assert found(own, ann).values == {RESOURCE: "arn:aws:s3:::b/ann/example", USER: "ann"}
    assert found(own, like(USER, "ann", "bob"), negation(objects("b/ann/*"))).values == {
        RESOURCE: "arn:aws:s3:::b/bob/example",
        USER: "bob",
    }
