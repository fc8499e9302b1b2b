"""How fast requests are decided: a warm process, against a floor and a peer of the same run.

The floor is a loop over the same requests that only looks up the action of each in a dictionary:
what is left when nothing is decided. The peer is the judge of the tests, tests/brute_force.py,
which reads the documents anew for every request: no maintained Python evaluator of IAM policies
exists to compare with.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # `tests` is no installed package

from compiler.iam.document import parse  # noqa: E402 - after the path
from compiler.iam.evaluate import Evaluator  # noqa: E402 - as above
from compiler.iam.request import Access, Request  # noqa: E402 - as above
from tests import brute_force  # noqa: E402 - as above
from tests.catalog.launches import (  # noqa: E402 - as above
    CONTROLS,
    EXECUTION_ROLES,
    RIGHT,
    STUDIO,
    arn,
    policies,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MODEL = "data-scientist"
GOAL = 200_000
"""Decisions a second, warm."""

ROUNDS = 20
"""How often a run goes over all requests."""

SAMPLE = 200
"""How many of them the peer decides."""

SESSION = {
    **STUDIO,
    "aws:PrincipalAccount": "111122223333",
    "aws:SourceIp": "10.1.2.3",
    "aws:SecureTransport": "true",
}
"""Keys that every request carries, whatever it asks for."""

JOBS = {
    "CreateTrainingJob": "training-job",
    "CreateProcessingJob": "processing-job",
    "CreateTransformJob": "transform-job",
    "CreateHyperParameterTuningJob": "hyper-parameter-tuning-job",
    "CreateAutoMLJobV2": "automl-job",
    "DescribeTrainingJob": "training-job",
    "StopTrainingJob": "training-job",
    "CreateModel": "model",
    "CreateEndpointConfig": "endpoint-config",
    "CreateEndpoint": "endpoint",
    "CreateExperiment": "experiment",
    "DeleteDomain": "domain",
}
"""Actions of SageMaker, some of which the persona lacks, and the type of their resource."""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="default: 5; medians are shown")
    options = arguments.parse_args()
    documents = policies(MODEL, tuple(CONTROLS))
    held = tuple(parse(each, name=f"Policy{n}") for n, each in enumerate(documents, start=1))
    requests = list(mixed())
    if len({repr(each) for each in requests}) < len(requests):
        raise SystemExit("two requests are the same")
    compiling = time.perf_counter()
    evaluator = Evaluator(Access(policies=held))
    found = Counter(evaluator.decide(each).decision for each in requests)
    compiling = time.perf_counter() - compiling

    agree(evaluator, documents, requests[:: len(requests) // SAMPLE])
    many = requests * ROUNDS
    ours = [rate(evaluator.decide, many) for _ in range(options.runs)]
    table = {each.action: each for each in requests}
    floor = [rate(lambda request: table[request.action], many) for _ in range(options.runs)]
    peer = [
        rate(lambda each: judge(documents, each), requests[:: len(requests) // SAMPLE])
        for _ in range(options.runs)
    ]
    shares = ", ".join(f"{count} {name}" for name, count in sorted(found.items()))
    print(f"requests       {len(requests):9,}     {shares}")
    print(f"first time     {compiling * 1e3:9.1f} ms  all of them once, compiling as they come")
    show("decisions", ours, f"; goal {GOAL:,}")
    show("floor", floor, "; a look-up of the action alone")
    show("peer", peer, f"; tests/brute_force.py, {SAMPLE} of the requests")
    middle = statistics.median(ours)
    print(f"to the floor   {statistics.median(floor) / middle:9.1f} times its time")
    print(f"to the peer    {middle / statistics.median(peer):9.0f} times its speed")


def mixed() -> Iterator[Request]:
    """Requests as a team makes them, each another one: allowed, denied, and not allowed."""
    wrong: list[dict[str, Any]] = [
        {},
        {key: value for key, value in RIGHT.items() if key != "sagemaker:VpcSubnets"},
        {**RIGHT, "sagemaker:VpcSubnets": ["subnet-00000000000000000"]},
    ]
    for number, (action, kind) in product(range(40), JOBS.items()):
        # Three of eight are wrong.
        context = wrong[number % 8] if number % 8 < len(wrong) else RIGHT
        yield ask(f"sagemaker:{action}", arn(f"{kind}/fraud-{number}"), context)
    for bucket, action, name in product(
        ("fraud-data", "fraud-models", "payroll"),
        ("s3:GetObject", "s3:PutObject", "s3:DeleteBucket"),
        range(60),
    ):
        yield ask(action, f"arn:aws:s3:::{bucket}/part-{name}.parquet", {})
    own = f"app/{STUDIO['sagemaker:DomainId']}/{STUDIO['sagemaker:UserProfileName']}"
    actions = ("sagemaker:CreateApp", "sagemaker:DeleteApp")
    for action, path, number in product(actions, (own, "app/d-other/bob"), range(40)):
        yield ask(action, arn(f"{path}/jupyterlab/{number}"), {})
    others = [f"arn:aws:iam::111122223333:role/personac/people/team-{each}" for each in range(38)]
    for role, service in product((*EXECUTION_ROLES, *others), ("sagemaker", "ec2")):
        yield ask("iam:PassRole", role, {"iam:PassedToService": f"{service}.amazonaws.com"})


def ask(action: str, resource: str, context: dict[str, Any]) -> Request:
    """A request in a session of Studio."""
    return Request(action=action, resource=resource, context={**SESSION, **context})


def rate(decide: Callable[[Request], object], requests: Sequence[Request]) -> float:
    """Requests a second."""
    started = time.perf_counter()
    for each in requests:
        decide(each)
    return len(requests) / (time.perf_counter() - started)


def agree(evaluator: Evaluator, documents: Sequence[Any], requests: Sequence[Request]) -> None:
    """What is fast and wrong is not measured."""
    for each in requests:
        if evaluator.decide(each).decision != judge(documents, each):
            raise SystemExit(f"decided differently: {each}")


def judge(documents: Sequence[Any], request: Request) -> str:
    """The peer's decision."""
    return brute_force.decide(documents, request.action, request.resource, request.context)


def show(label: str, rates: list[float], more: str) -> None:
    """Print the median."""
    spread = f"{min(rates):,.0f} to {max(rates):,.0f} in {len(rates)} runs"
    print(f"{label:<14} {statistics.median(rates):9,.0f} /s  {spread}{more}")


if __name__ == "__main__":
    main()
