"""The laws of the exact difference: what holds for any two policies, whatever they say.

`LAW_EXAMPLES=1000 pytest tests/iam/test_laws.py` looks harder.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam import reference
from compiler.iam.difference import ANYWHERE, LIMITS, difference
from compiler.render import Launch
from compiler.resolve import resolve
from tests.catalog.launches import MODES, PERSONAS, catalog, policies, template, values
from tests.iam.judges import invented, universe
from tests.iam.judges.announced import access
from tests.iam.judges.invented import policy
from tests.iam.judges.pairs import Pair
from tests.iam.judges.tally import Tally, hold
from tests.laws import LAWS, Chosen, substituted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.iam.finding import Difference, Finding
    from tests.iam.judges.vocabulary import Document


def compared(old: Document, new: Document) -> Difference:
    return difference(access(old), access(new))


# ---------------------------------------------- what is equal: "reorder, split, merge, expand"


@LAWS
@given(invented.policies(), st.randoms(use_true_random=False))
def test_reordered_is_equal(document: Document, rng: Random) -> None:
    other = copy.deepcopy(document)
    rng.shuffle(other["Statement"])
    for each in other["Statement"]:
        rng.shuffle(each["Action"])
        rng.shuffle(each.get("Resource") or each["NotResource"])

    assert compared(document, other).verdict == "equal"


@LAWS
@given(invented.policies(most=3))
def test_split_and_merged_are_equal(document: Document) -> None:
    split = [one for each in document["Statement"] for one in _split(each)]

    assert compared(document, policy(split, document["Version"])).verdict == "equal"


def _split(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A statement for each action and resource; what NotResource excepts stays together."""
    element = "Resource" if "Resource" in body else "NotResource"
    resources = body[element] if element == "Resource" else [body[element]]
    for action, resource in product(body["Action"], resources):
        yield {**body, "Action": action, element: resource}


@LAWS
@given(invented.policies())
def test_a_wildcard_beside_what_it_matches_is_equal(document: Document) -> None:
    expanded = [
        {**each, "Action": [*each["Action"], *_expanded(each["Action"])]}
        for each in document["Statement"]
    ]

    assert compared(document, policy(expanded, document["Version"])).verdict == "equal"


@LAWS
@given(invented.policies())
def test_a_wildcard_expanded_differs_in_actions_that_aws_has_not_made(document: Document) -> None:
    expanded = [{**each, "Action": _expanded(each["Action"])} for each in document["Statement"]]

    found = compared(document, policy(expanded, document["Version"]))

    assert not found.unknown
    for each in (*found.gained, *found.lost):
        assert not any(universe.asked(action).made for action in each.actions)


def _expanded(patterns: Sequence[str]) -> list[str]:
    return [str(action) for pattern in patterns for action in reference.expand(pattern)]


def test_a_wildcard_expanded_loses_what_aws_may_yet_make() -> None:
    wildcard = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}

    found = compared(policy([wildcard]), policy([{**wildcard, "Action": _expanded(["sqs:*"])}]))

    assert found.verdict == "narrower"


# ---------------------------------------------- what is added: "an added Deny gains nothing", and its mirror


@LAWS
@given(invented.policies(), invented.bodies(effect="Deny"))
def test_an_added_deny_gains_nothing(document: Document, body: dict[str, Any]) -> None:
    found = compared(document, {**document, "Statement": [*document["Statement"], body]})

    assert found.gained == ()


@LAWS
@given(invented.policies(), invented.bodies(effect="Allow"))
def test_an_added_allow_loses_nothing(document: Document, body: dict[str, Any]) -> None:
    found = compared(document, {**document, "Statement": [*document["Statement"], body]})

    assert found.lost == ()


# ------------------------------------ which way: "diff(P, P) is empty", "gained(a, b) = lost(b, a)"


@LAWS
@given(invented.policies())
def test_a_policy_differs_in_nothing_from_itself(document: Document) -> None:
    assert compared(document, json.loads(json.dumps(document))).verdict == "equal"


@LAWS
@given(invented.pairs())
def test_what_is_gained_one_way_is_lost_the_other(pair: tuple[Document, Document]) -> None:
    there, back = compared(*pair), compared(*reversed(pair))

    assert _said(there.gained) == _said(back.lost)
    assert _said(there.lost) == _said(back.gained)


def _said(findings: Sequence[Finding]) -> list[tuple[object, ...]]:
    return [(each.actions, each.allowing.index, each.witness.request) for each in findings]


@LAWS
@given(invented.policies(), invented.policies(), st.data())
def test_widening_is_transitive(first: Document, other: Document, data: st.DataObject) -> None:
    """What is no narrower than what is no narrower than it, is no narrower."""
    statements = [*first["Statement"], *other["Statement"]]
    chain = [policy(statements)]
    for _ in range(2):
        kept = [
            each for each in chain[-1]["Statement"]
            if each["Effect"] == "Allow" or data.draw(st.booleans())
        ]  # fmt: skip
        chain.append(
            policy([*kept, *data.draw(st.lists(invented.bodies(effect="Allow"), max_size=1))])
        )
    narrow, middle, wide = (each for each in chain)

    assert compared(narrow, middle).lost == ()
    assert compared(middle, wide).lost == ()
    assert compared(narrow, wide).lost == ()


# ------------------------------------------- "replay every witness in the evaluator", and the judges


@LAWS
@given(invented.pairs(), st.integers(0, 1_000))
def test_every_witness_replays_and_every_request_is_announced(
    pair: tuple[Document, Document], seed: int
) -> None:
    """The issue: "A witness is replayed in the evaluator before it is shown", and is "realistic"."""
    old, new = pair
    tally = Tally()

    hold(tally, Random(seed), [Pair(name="invented", old=old, new=new, way="either")], 50)

    assert tally.wrong == []


@LAWS
@given(invented.dense(), st.integers(0, 1_000))
def test_every_request_is_announced_where_all_comparisons_meet_in_a_key(
    pair: tuple[Document, Document], seed: int
) -> None:
    """Boundaries of numbers, dates and networks, elements of lists, absence: all of them at once."""
    old, new = pair
    tally = Tally()

    hold(tally, Random(seed), [Pair(name="dense", old=old, new=new, way="either")], 50)

    assert tally.wrong == []


# -------------------------------------------------------------- automata: "pruned = unpruned"


@LAWS
@given(invented.pairs())
def test_pruned_is_unpruned(pair: tuple[Document, Document]) -> None:
    """A mistake here lost 3 % of findings silently, once."""
    old, new = map(access, pair)

    pruned = difference(old, new)
    whole = difference(old, new, ANYWHERE, replace(LIMITS, prune=False))

    assert [each.actions for each in pruned.gained] == [each.actions for each in whole.gained]
    assert [each.actions for each in pruned.lost] == [each.actions for each in whole.lost]
    assert len(pruned.unknown) == len(whole.unknown)


# ------------------- "packing and rendering of every persona is `equal` to its entitlements"


@pytest.mark.parametrize("mode", MODES, ids="+".join)
@pytest.mark.parametrize("name", PERSONAS)
def test_what_a_launch_makes_is_equal_to_what_the_persona_is_entitled_to(
    name: str, mode: tuple[str, ...]
) -> None:
    entitlements = resolve(catalog(), name)
    given = dict.fromkeys(entitlements.parameters, "") | values(template(name), mode)
    entitled = policy(substituted(Chosen(entitlements, Launch(parameters=given))))

    found = difference(access(entitled), access(*policies(name, mode)))

    assert found.verdict == "equal"
