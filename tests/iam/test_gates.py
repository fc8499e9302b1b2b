"""The gates of the exact difference: random requests, and a solver that shares no method with it.

Two, because either alone missed what the other found. The fast tests are samples; the slow ones are what CI
runs: 300,000 requests, and 500 questions to z3.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import pytest

from compiler.iam.difference import difference
from tests import brute_force
from tests.catalog.launches import managed
from tests.iam.judges import universe
from tests.iam.judges.announced import access, announced, left_open
from tests.iam.judges.expressions import NotEncodedError
from tests.iam.judges.mutations import NAMES
from tests.iam.judges.pairs import Pair, changed, managed_names, pairs
from tests.iam.judges.requests import Drawer
from tests.iam.judges.solver import ask
from tests.iam.judges.tally import Tally, hold
from tests.iam.judges.words import glob, matches, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.iam.judges.requests import Drawn
    from tests.iam.judges.vocabulary import Document

REQUESTS = 120
"""Of each pair of policies."""


# ------------------------------------------------------------------------------ random requests


def test_no_request_is_decided_differently_that_the_difference_did_not_announce() -> None:
    tally = Tally()
    rng = Random(3)

    hold(tally, rng, islice((each for each in pairs(rng) if not each.is_large), 25), REQUESTS)

    assert tally.wrong == []
    assert tally.counts["requests"] > 2_500
    assert tally.counts["decided differently"] > 1_000
    assert tally.counts["findings"] > 50
    assert tally.counts["left open"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_request_of_300_000_is_decided_differently_unannounced(seed: int) -> None:
    tally = Tally()
    rng = Random(seed)
    drawn = pairs(rng)

    while tally.counts["requests"] < 30_000:
        hold(tally, rng, islice(drawn, 1), REQUESTS)

    print(tally.counts)  # noqa: T201 - `pytest -rP` shows it: the figures of the gate
    assert tally.wrong == []
    assert tally.counts["decided differently"] > 10_000
    assert tally.counts["pairs not known in full"] <= 0.01 * tally.counts["pairs"]


# ------------------------------------------------------------------------------------------- z3


def test_the_solver_contradicts_no_difference() -> None:
    counts = Counter[str]()

    wrong = list(contradictions(Random(4), 15, counts, large=False))

    assert wrong == []
    assert counts["sat"] >= 3
    assert counts["unsat"] >= 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_the_solver_contradicts_no_difference_of_500(seed: int) -> None:
    counts = Counter[str]()

    wrong = list(contradictions(Random(seed), 50, counts, large=True))

    print(counts)  # noqa: T201 - as above
    assert wrong == []
    assert counts["sat"] >= 10
    assert counts["unsat"] >= 10
    assert counts["unknown"] <= 5
    assert counts["not encoded"] <= 10
    assert counts["left open"] <= 1


def contradictions(rng: Random, number: int, counts: Counter[str], *, large: bool) -> Iterator[str]:
    """Put questions to z3 and to the search, both ways for each pair; what they disagree on."""
    for pair in pairs(rng):
        action = _some_action(rng, pair)
        if action is None or (pair.is_large and not large):
            continue
        found = difference(access(pair.old), access(pair.new))
        for old, new, is_gained in ((pair.old, pair.new, True), (pair.new, pair.old, False)):
            if counts["asked"] == number:
                return
            try:
                answer = ask([old], [new], action)
            except NotEncodedError:
                counts["not encoded"] += 1
                continue
            counts["asked"] += 1
            counts[answer.verdict] += 1
            made = universe.asked(action).made
            # What is said of one unmade action, another one is announced by: no contradiction.
            says = announced(found, action, made=made, is_gained=is_gained)
            if left_open(found, action, made=made):
                counts["left open"] += 1
            elif answer.verdict == ("unsat" if says else "sat") and (made or not says):
                told = "gained" if is_gained else "lost"
                yield (f"{pair.name}: {action} is {'' if says else 'not '}{told}, yet z3 says "
                       f"{answer.verdict}: {answer.request}")  # fmt: skip
            if answer.request and not _parts(old, new, answer.request):
                yield f"{pair.name}: {answer.request} of z3's does not replay"


def _some_action(rng: Random, pair: Pair) -> str | None:
    drawer = Drawer(rng, (pair.old, pair.new))
    return next((each.action for each in (drawer.draw() for _ in range(20)) if each), None)


def _parts(old: Document, new: Document, request: Drawn) -> bool:
    """Whether new allows a request, and old does not."""
    before, after = (
        brute_force.decide([each], request.action, request.resource, request.context)
        for each in (old, new)
    )
    return before != "allowed" and after == "allowed"


# ---------------------------------------------------------------------------- the judges themselves


@pytest.mark.parametrize("change", NAMES)
def test_a_change_goes_the_way_that_it_says_by_brute_force(change: str) -> None:
    rng = Random(change)
    differing = 0
    for name in rng.sample(managed_names(), 40):
        pair = changed(rng, name, change)
        if pair is None:
            continue
        drawer = Drawer(rng, (pair.old, pair.new))
        for drawn in (drawer.draw() for _ in range(20)):
            if drawn is None:
                continue
            try:
                before, after = (
                    brute_force.decide([each], drawn.action, drawn.resource, drawn.context)
                    == "allowed"
                    for each in (pair.old, pair.new)
                )
            except brute_force.NotUnderstoodError:
                continue
            differing += before != after
            assert not (pair.way == "narrower" and after and not before), (pair.name, drawn)
            assert not (pair.way == "wider" and before and not after), (pair.name, drawn)
    assert differing


def test_a_changed_policy_leaves_the_first_as_it_was() -> None:
    before = json.dumps(managed("AmazonSageMakerFullAccess"))
    rng = Random(0)

    for change in NAMES:
        changed(rng, "AmazonSageMakerFullAccess", change)

    assert json.dumps(managed("AmazonSageMakerFullAccess")) == before


def test_a_drawn_request_names_what_its_action_takes_and_carries() -> None:
    rng = Random(0)
    documents = (managed("AmazonSageMakerFullAccess"), managed("AmazonSageMakerCanvasFullAccess"))
    drawer = Drawer(rng, documents)
    drawn = [each for each in (drawer.draw() for _ in range(300)) if each]

    assert len(drawn) > 250
    assert {each.made for each in drawn} == {True, False}
    for each in drawn:
        asked = universe.asked(each.action)
        assert each.resource != "*" or asked.bare
        assert each.resource == "*" or asked.formats
        for key in each.context:
            assert universe.may_carry(each.action, key, drawer.words.variables)


def test_a_word_is_of_all_patterns() -> None:
    rng = Random(0)
    patterns = (glob("arn:*:s3:::fraud-*"), glob("arn:aws:*a?b*"), glob("*x"))

    for _ in range(50):
        found = word(rng, ["fraud", "/"], *patterns)
        assert found is not None
        assert all(matches(each, found) for each in patterns)
    assert word(rng, [], glob("a*"), glob("b*")) is None


def _allow(**elements: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_the_solver_finds_the_request_that_a_narrower_policy_lost() -> None:
    wide = _allow(Resource="arn:aws:s3:::fraud/*")
    narrow = _allow(
        Resource="arn:aws:s3:::fraud/a*",
        Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    )

    assert ask([wide], [narrow], "s3:GetObject").verdict == "unsat"
    lost = ask([narrow], [wide], "s3:GetObject")
    assert lost.request is not None
    assert brute_force.decide([wide], "s3:GetObject", lost.request.resource) == "allowed"
    assert "203.0.113." not in str(lost.request.context.get("aws:sourceip"))


def test_the_solver_says_what_it_does_not_encode() -> None:
    odd = _allow(Condition={"StringLike": {"aws:SourceArn": "*${aws:username}*"}})

    with pytest.raises(NotEncodedError, match="a variable between wildcards"):
        ask([odd], [_allow()], "s3:GetObject")
