"""compiler.iam.replay: witnesses are decided by the evaluator before anybody sees them."""

from __future__ import annotations

import pytest

from compiler import pattern
from compiler.iam.document import Principal
from compiler.iam.finding import Universe
from compiler.iam.formula import RESOURCE
from compiler.iam.replay import Replay, ReplayError, with_values
from compiler.iam.text import hole, written
from compiler.iam.witness import Solved
from tests.iam.asking import BUCKET, access, allow, deny, policy

GET, H = "s3:GetObject", hole("H")
UNIVERSE = Universe(holes={"H": pattern.parse("[a-z]{2}")})
NOTHING = access(policy())


def test_a_witness_is_a_request_that_one_side_allows() -> None:
    condition = {"StringEquals": {"aws:UserName": "ann"}, "Null": {"aws:userid": "true"}}
    new = access(policy(allow(GET, f"{BUCKET}/*", Condition=condition)))
    values = {RESOURCE: f"{BUCKET}/a", "aws:username": "ann", "aws:userid": None}

    found = Replay(NOTHING, new, UNIVERSE).witness(GET, Solved(values=values), None)

    assert (found.request.action, found.request.resource) == (GET, f"{BUCKET}/a")
    assert found.request.context == {"aws:UserName": "ann"}  # as the policy spells it
    assert found.parameters == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (access(policy(allow())), access(policy(allow()))),
        (NOTHING, NOTHING),
        (NOTHING, access(policy(allow(), deny()))),
        (access(policy(allow())), NOTHING),
    ],
)
def test_a_witness_that_does_not_replay_is_a_mistake_of_ours(old: object, new: object) -> None:
    solved = Solved(values={RESOURCE: f"{BUCKET}/a"})

    with pytest.raises(ReplayError, match=f"{BUCKET}/a"):
        Replay(old, new, UNIVERSE).witness(GET, solved, None)  # type: ignore[arg-type]


def test_the_account_is_told_where_a_policy_looks_at_it() -> None:
    new = access(policy(allow(GET, f"{BUCKET}/${{aws:PrincipalAccount}}")))
    solved = Solved(values={RESOURCE: f"{BUCKET}/111122223333"})

    found = Replay(NOTHING, new, UNIVERSE).witness(GET, solved, None)

    assert found.request.context == {"aws:PrincipalAccount": "111122223333"}


def test_a_hole_of_which_nothing_was_asked_may_be_anything() -> None:
    new = access(policy(allow(GET, [f"{BUCKET}/a", f"{BUCKET}/{H}"])))
    solved = Solved(values={RESOURCE: f"{BUCKET}/a"})

    found = Replay(NOTHING, new, UNIVERSE).witness(GET, solved, None)

    (value,) = found.parameters["H"]
    assert pattern.matches(UNIVERSE.holes["H"], value)


def test_a_hole_has_the_values_that_were_found() -> None:
    new = access(policy(allow(GET, f"{BUCKET}/{H}")))
    solved = Solved(values={RESOURCE: f"{BUCKET}/xy"}, parameters={"H": ("xy", "ab")})

    found = Replay(NOTHING, new, UNIVERSE).witness(GET, solved, None)

    assert found.parameters == {"H": ("xy", "ab")}


def test_who_asks_is_part_of_the_request() -> None:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}
    new, none = access(policy(body), kind="trust"), access(policy(), kind="trust")
    ann = Principal("AWS", "arn:aws:iam::111122223333:role/ann")

    found = Replay(none, new, UNIVERSE).witness("sts:AssumeRole", Solved(values={}), ann)

    assert (found.request.principal, found.request.resource) == (ann, "*")


def test_values_are_put_into_resources_conditions_and_boundaries() -> None:
    condition = {
        "StringLike": {"aws:username": [f"{H}-*", "x"]},
        "Bool": {"aws:ViaAWSService": "true"},
    }
    body = allow(GET, [f"{BUCKET}/{H}", BUCKET], Condition=condition)

    made = with_values(access(policy(body), boundary=policy(body)), {"H": ("a", "b")})

    assert made.boundary is not None
    for statement in (*made.statements, *made.bounds):
        assert [written(each) for each in statement.resources or ()] == [
            f"{BUCKET}/a", f"{BUCKET}/b", BUCKET,
        ]  # fmt: skip
        texts, bools = (each.values for each in statement.comparisons)
        assert [written(each) for each in texts if isinstance(each, tuple)] == ["a-*", "b-*", "x"]
        assert bools == (True,)


def test_without_values_policies_are_as_they_were() -> None:
    kept = access(policy(allow(GET, f"{BUCKET}/{H}")))

    assert with_values(kept, {}) is kept
