"""How long a plan takes that finds nothing to do, for 100 products of 20 versions each.

The floor is the same calls made by boto3 alone, four at a time, against the same sandbox.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compiler.artifact import canonical
from compiler.demo import surroundings
from compiler.release import publish as publishing
from compiler.release.aws import Aws
from compiler.release.desired import read_desired
from compiler.release.regions import Hub, carry_out, plan_regions
from compiler.release.saved_plan import plan_view, read_plan
from compiler.sandbox import Sandbox
from tests.release.offers import trust
from tests.release.test_scale import many

REGION = "eu-west-1"
PRODUCTS, VERSIONS = 100, 20


def main() -> None:
    """Publish everything, then plan again and time it."""
    publishing.AT_ONCE = 8
    with TemporaryDirectory() as folder, Sandbox() as sandbox, surroundings(sandbox.endpoint):
        output = many(Path(folder), PRODUCTS, VERSIONS)
        aws = Aws(REGION)
        where = {"LocationConstraint": REGION}
        bucket = f"personac-small-{aws.account}"
        aws.call("s3", "CreateBucket", Bucket=bucket, CreateBucketConfiguration=where)
        aws.call("iam", "CreateRole", RoleName="personac-launch", AssumeRolePolicyDocument=trust())
        hub = Hub(
            desired=read_desired(output), folder=output, connect=lambda _: aws, pause=0.01,
            lease=1000.0,
        )  # fmt: skip
        started = time.monotonic()
        saved = read_plan(canonical(plan_view(hub.desired, plan_regions(hub, [REGION]))))
        (outcome,) = carry_out(hub, saved)
        print(f"publish: {time.monotonic() - started:.1f} s, {outcome.problems or 'no problems'}")
        _compare(hub, sandbox, aws)


def _compare(hub: Hub, sandbox: Sandbox, aws: Aws) -> None:
    before = len(sandbox.calls)
    started = time.monotonic()
    ((plan, _),) = plan_regions(hub, [REGION])
    took = time.monotonic() - started
    calls = [each for each in sandbox.calls[before:] if each.service == "servicecatalog"]
    assert not plan.changes  # noqa: S101 - the figure is of a plan with nothing to do

    def again(call: Any) -> None:
        aws.call("servicecatalog", call.operation, **call.parameters)

    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(again, calls))
    floor = time.monotonic() - started
    each = len(calls) / PRODUCTS
    print(f"plan of {PRODUCTS} products, {VERSIONS} versions each: {took:.2f} s")
    print(
        f"  {len(calls)} calls, {each:.2f} a product; boto3 alone {floor:.2f} s: {took / floor:.2f}"
    )


if __name__ == "__main__":
    main()
