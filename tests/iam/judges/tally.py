"""Random requests held against a difference: whatever is decided differently has to be announced."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.iam.difference import difference
from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Request, RequestError
from tests import brute_force
from tests.iam.judges import universe
from tests.iam.judges.announced import access, announced, left_open
from tests.iam.judges.mutations import text
from tests.iam.judges.requests import PARTITIONS, Drawer
from tests.iam.judges.vocabulary import vocabulary
from tests.iam.judges.words import arn, matches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from compiler.iam.finding import Difference, Witness
    from compiler.iam.request import Decision
    from tests.iam.judges.pairs import Pair
    from tests.iam.judges.requests import Drawn
    from tests.iam.judges.vocabulary import Document


@dataclass(slots=True)
class Tally:
    """What was counted, and what must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Each contradiction, with the policies and the request that show it."""

    def report(self, pair: Pair, message: str) -> None:
        """Keep a contradiction."""
        self.counts["contradictions"] += 1
        self.wrong.append(f"{pair.name}: {message}\n  old {text(pair.old)}\n  new {text(pair.new)}")


def hold(tally: Tally, rng: Random, pairs: Iterable[Pair], requests: int) -> None:
    """Hold requests against the differences of pairs.

    Args:
        tally: counts.
        rng: decides.
        pairs: of policies.
        requests: how many to draw for each pair.
    """
    for pair in pairs:
        judge(tally, rng, pair, difference(access(pair.old), access(pair.new)), requests)


def judge(tally: Tally, rng: Random, pair: Pair, found: Difference, requests: int) -> None:
    """Hold requests against a difference that was found; as `hold`."""
    tally.counts["pairs"] += 1
    tally.counts["pairs not known in full"] += bool(found.unknown)
    _way(tally, pair, found)
    _witnesses(tally, pair, found)
    _requests(tally, rng, pair, found, requests)


def _way(tally: Tally, pair: Pair, found: Difference) -> None:
    forbidden = {"wider": found.lost, "narrower": found.gained, "either": ()}[pair.way]
    for each in forbidden:
        tally.report(pair, f"it is {pair.way} at most, yet {each.actions} by {each.witness}")


def _witnesses(tally: Tally, pair: Pair, found: Difference) -> None:
    sides = ((found.gained, pair.old, pair.new), (found.lost, pair.new, pair.old))
    for findings, refusing, allowing in sides:
        for each in findings:
            tally.counts["findings"] += 1
            request = each.witness.request
            decided = [
                brute_force.decide([side], request.action, request.resource, request.context)
                for side in (refusing, allowing)
            ]
            if decided[0] == "allowed" or decided[1] != "allowed":
                tally.report(pair, f"{each.witness} does not replay: {decided}")
            if problem := unreal(each.witness, (pair.old, pair.new)):
                tally.report(pair, f"{each.witness} is no request: {problem}")


def _requests(tally: Tally, rng: Random, pair: Pair, found: Difference, number: int) -> None:
    drawer = Drawer(rng, (pair.old, pair.new))
    sides = tuple((side, Evaluator(access(side))) for side in (pair.old, pair.new))
    for _ in range(number):
        drawn = drawer.draw()
        decided = None if drawn is None else _decided(tally, pair, drawn, sides)
        if drawn is None or decided is None:
            tally.counts["nothing asked"] += 1
            continue
        tally.counts["requests"] += 1
        before, after = (each == "allowed" for each in decided)
        if before == after:
            continue
        tally.counts["decided differently"] += 1
        if announced(found, drawn.action, made=drawn.made, is_gained=after):
            continue
        if left_open(found, drawn.action, made=drawn.made):
            tally.counts["left open"] += 1
        else:
            tally.report(pair, f"not announced: {drawn} is {decided[0]}, then {decided[1]}")


def _decided(
    tally: Tally, pair: Pair, drawn: Drawn, sides: Iterable[tuple[Document, Evaluator]]
) -> list[Decision] | None:
    """By the evaluator and by the slow judge; None where AWS does not say how it is decided."""
    request = Request(action=drawn.action, resource=drawn.resource, context=drawn.context)
    decided: list[Decision] = []
    for document, evaluator in sides:
        answers: set[Decision | None] = set()
        try:
            answers.add(evaluator.decide(request).decision)
        except RequestError:
            answers.add(None)
        try:
            answers.add(brute_force.decide([document], drawn.action, drawn.resource, drawn.context))
        except brute_force.NotUnderstoodError:
            answers.add(None)
        if len(answers) > 1:
            tally.report(pair, f"{drawn} is {answers}, by the evaluator and by brute force")
        answer = answers.pop()
        if answer is None:
            return None
        decided.append(answer)
    return decided


def unreal(witness: Witness, documents: Iterable[Document]) -> str | None:
    """Why nobody could make the request of a witness; None where somebody could.

    "realistic (an ARN format that the action takes, keys that it supports)"
    """
    request = witness.request
    asked = universe.asked(request.action)
    if request.resource == "*":
        if not asked.bare:
            return "the action takes a resource"
    elif not any(
        matches(arn(form, partition, "${Region}", "${Account}"), request.resource)
        for form in asked.formats
        for partition in dict.fromkeys((*PARTITIONS, request.resource.split(":")[1]))
    ):
        return "the action takes no such resource"
    variables = vocabulary(documents).variables
    for key, value in request.context.items():
        if not universe.may_carry(request.action, key.lower(), variables):
            return f"the action does not support {key}"
        if not isinstance(value, str) and not universe.kind(key)[1]:
            return f"{key} holds no list"
        if not value:
            return f"{key} is empty"
    return None
