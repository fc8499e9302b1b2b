"""compiler.iam.evaluate against tests.brute_force, a plain reading of AWS's documentation.

What the judge does not understand may be decided or refused; whatever else it decides has to be decided
alike, and by the same statements.
"""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.iam import operators
from compiler.iam.document import parse
from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Access, Request, RequestError
from tests import brute_force
from tests.brute_force import NotUnderstoodError
from tests.catalog.launches import all_managed
from tests.iam.drawn import KEYS, POLICY_VALUES, VALUES, WRITTEN, documents, requests
from tests.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from compiler.iam.document import Policy, Statement
    from compiler.iam.evaluate import Answer
    from compiler.iam.request import Decision
    from tests.brute_force import Context
    from tests.iam.drawn import Document

Tally = Counter[str]
"""How often each decision was seen, and how often the judge did not understand."""

Asked = tuple[str, str, "Context"]

VERSION = "2012-10-17"


def read(several: Iterable[Document]) -> tuple[Policy, ...]:
    return tuple(parse(each, name=str(index)) for index, each in enumerate(several))


def compare(
    evaluator: Evaluator,
    held: Sequence[Document],
    asked: Asked,
    tally: Tally,
    bounding: Sequence[Document] | None = None,
) -> Answer | None:
    """The answer, after a comparison with the judge's; None where one of the two refuses."""
    action, resource, context = asked
    try:
        expected = judged(held, asked, bounding)
    except NotUnderstoodError:
        tally["not understood"] += 1
        return None
    answer = evaluator.decide(Request(action=action, resource=resource, context=context))

    assert expected == answer.decision
    tally[expected] += 1
    return answer


def judged(held: Sequence[Document], asked: Asked, bounding: Sequence[Document] | None) -> Decision:
    """As the judge decides it.

    "The effective permissions are the intersection of both policy types. An explicit deny in either of
    these policies overrides the allow." (access_policies_boundaries)
    """
    decision = brute_force.decide(held, *asked)
    bounds = "allowed" if bounding is None else brute_force.decide(bounding, *asked)
    if "explicitly-denied" in (decision, bounds):
        return "explicitly-denied"
    return "allowed" if decision == bounds == "allowed" else "implicitly-denied"


def mostly_understood(tally: Tally) -> None:
    """The comparison was one: of every decision there is much, and little was left aside."""
    total = tally.total()
    assert tally["not understood"] < total * 0.15
    for each in ("allowed", "implicitly-denied", "explicitly-denied"):
        assert tally[each] > total * 0.05


# ----------------------------------------------------------------------------- drawn documents


def drawn(examples: settings) -> None:
    tally: Tally = Counter()

    @examples
    @given(
        st.lists(documents(), min_size=1, max_size=2),
        st.none() | st.lists(documents(), min_size=1, max_size=2),
        st.lists(requests, min_size=10, max_size=40),
    )
    def law(held: list[Document], bounding: list[Document] | None, several: list[Asked]) -> None:
        together = [*held, *(bounding or ())]
        policies = read(together)
        own, bounds = policies[: len(held)], policies[len(held) :]
        access = Access(policies=own, boundary=None if bounding is None else bounds)
        evaluator = Evaluator(access)
        for asked in several:
            answer = compare(evaluator, held, asked, tally, bounding)
            if answer:
                deciding(answer, access, partial(judged_alone, together, asked))

    law()
    mostly_understood(tally)


def judged_alone(several: Sequence[Document], asked: Asked, statement: Statement) -> Decision:
    """As the judge decides by one statement of policies that `read` has named."""
    version = several[int(statement.policy)]["Version"]
    return brute_force.decide([{"Version": version, "Statement": [statement.body]}], *asked)


def deciding(answer: Answer, access: Access, alone: Callable[[Statement], Decision]) -> None:
    """The statements of an answer are those that, each alone, decide so."""
    own, bounds = access.statements, access.bounds
    match answer.decision:
        case "implicitly-denied":
            allowing = [each for each in own if alone(each) == "allowed"]
            assert answer.statements == ()
            assert list(answer.withheld) == (allowing if access.boundary is not None else [])
        case decision:
            assert list(answer.statements) == [
                each for each in (*own, *bounds) if alone(each) == decision
            ]
            assert answer.withheld == ()


def test_drawn_policies_are_decided_as_the_documentation_has_it() -> None:
    drawn(LAWS)


@pytest.mark.slow
def test_many_drawn_policies_are_decided_as_the_documentation_has_it() -> None:
    drawn(settings(LAWS, max_examples=1_000))


# ------------------------------------------------------------------------------- every operator


@pytest.mark.parametrize("written", WRITTEN)
def test_every_operator_compares_as_the_documentation_has_it(written: str) -> None:
    """Each operator with each one and each two of its values, and each value that a request may have."""
    operator = operators.parse(written)
    assert operator
    if operator.family == "Null":
        family, given_values = "String", [["true"], ["false"], [True, "true"]]
    else:
        family = operator.family
        values = POLICY_VALUES[family]
        given_values = [list(each) for n in (1, 2) for each in combinations(values, n)]
    key = KEYS[family][-1 if operator.quantifier else 0]
    tally: Tally = Counter()
    for each in given_values:
        condition = {written: {key: each}}
        held = [{"Version": VERSION, "Statement": [allow(condition)]}]
        evaluator = Evaluator(Access(policies=read(held)))
        for value in request_values(family, lists=bool(operator.quantifier)):
            context = {} if value is None else {key: value}
            for others in ({}, {"aws:Username": "a"}):
                compare(evaluator, held, ("s3:GetObject", "*", {**others, **context}), tally)

    assert tally["not understood"] <= tally.total() * 0.15
    assert tally["allowed"]
    assert tally["implicitly-denied"]


def allow(condition: Any) -> Document:
    return {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}


def request_values(family: str, *, lists: bool) -> Iterator[str | list[str] | None]:
    """None where the key is absent."""
    yield None
    yield from VALUES[family]
    if lists:
        some = chain.from_iterable(combinations(VALUES[family], n) for n in range(3))
        yield from (list(each) for each in some)


# ------------------------------------------------------------------------------------ real policies


def real(policies: int, requests_each: int, seed: int) -> Tally:
    rng = random.Random(seed)
    tally: Tally = Counter()
    everything = all_managed()
    for name in rng.sample(sorted(everything), policies):
        # Another policy's requests too: they are nearly right.
        held, other = [everything[name]], everything[rng.choice(sorted(everything))]
        evaluator = Evaluator(Access(policies=read(held)))
        for number in range(requests_each):
            source = other if number % 8 == 0 else held[0]
            compare(evaluator, held, asked_of(source, rng), tally)
    return tally


def asked_of(document: Document, rng: random.Random) -> Asked:
    """A request made of the patterns of one statement, which it often fits."""
    statements = listed(document["Statement"])
    statement = rng.choice(statements)
    lists = {
        key.lower()
        for each in statements
        for operator, keys in each.get("Condition", {}).items()
        for key in keys
        if operator.startswith("For")
    }
    actions = listed(statement.get("Action", statement.get("NotAction")))
    resources = listed(statement.get("Resource", statement.get("NotResource")))
    context: dict[str, str | list[str]] = {}
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            known = operator != "Null" and rng.random() < 0.8
            texts = [filled(str(each), rng) for each in listed(values)] if known else ["x"]
            if rng.random() < 0.9 and key.lower() not in {each.lower() for each in context}:
                chosen = rng.sample(texts, rng.randint(1, min(3, len(texts))))
                context[key] = chosen if key.lower() in lists else chosen[0]
    return action(rng.choice(actions), rng), filled(rng.choice(resources), rng), context


def action(pattern: str, rng: random.Random) -> str:
    if pattern == "*":
        return rng.choice(["s3:GetObject", "sagemaker:CreateModel", "iam:PassRole"])
    name = "".join(rng.choice(["", "Get", "x"]) if each == "*" else each for each in pattern)
    name = name.replace("?", "q")
    return f"{name}Any" if name.endswith(":") else rng.choice([name, name, name.upper()])


def filled(pattern: str, rng: random.Random) -> str:
    """A text that a pattern matches, more or less."""
    fill = {"*": ["", "x", "a/b", "a:b", "111122223333"], "?": ["x", ":"]}
    text = "".join(rng.choice(fill.get(each, [each])) for each in pattern)
    if "${" in text:
        before, _, rest = text.partition("${")
        text = before + rng.choice(["x", "111122223333"]) + rest.partition("}")[2]
    return text if text and rng.random() < 0.95 else f"{text}other"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_requests_of_managed_policies_are_decided_as_the_documentation_has_it() -> None:
    tally = real(policies=150, requests_each=8, seed=1)

    assert tally["not understood"] < tally.total() * 0.1
    assert tally["allowed"] > tally.total() * 0.3
    assert tally["implicitly-denied"] > tally.total() * 0.1
    assert tally["explicitly-denied"]


@pytest.mark.slow
def test_many_requests_of_all_managed_policies_are_decided_as_the_documentation_has_it() -> None:
    tally = real(policies=1_500, requests_each=14, seed=2)

    assert tally.total() >= 20_000
    assert tally["not understood"] < tally.total() * 0.1
    assert tally["explicitly-denied"] > tally.total() * 0.005


# ---------------------------------------------------------------------------- what is refused


def test_the_judge_and_the_evaluator_refuse_the_same_lists() -> None:
    condition = {"StringEquals": {"aws:TagKeys": "a"}}
    held = [{"Version": VERSION, "Statement": [allow(condition)]}]
    context = {"aws:TagKeys": ["a"]}

    with pytest.raises(NotUnderstoodError):
        brute_force.decide(held, "s3:GetObject", "*", context)
    with pytest.raises(RequestError):
        Evaluator(Access(policies=read(held))).decide(
            Request(action="s3:GetObject", context=context)
        )
