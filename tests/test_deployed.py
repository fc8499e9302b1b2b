"""What `personac render` prints is what IAM holds: shown by deploying, on the sandbox."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from compiler.build import compile_persona
from compiler.demo import surroundings
from compiler.deploy import Account
from compiler.load import load, read_tree
from compiler.render import Launch, render
from compiler.sandbox import Sandbox
from tests.account import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.build import Product

ROOT = Path(__file__).parents[1]
ACCOUNT = "123456789012"
FIRST, SECOND = "eu-west-1", "us-east-1"
BUCKET = "templates-of-the-tests"

ALWAYS: Mapping[str, str] = {
    "Buckets": "one-bucket,another.bucket",
    "ExecutionRoles": f"arn:aws:iam::{ACCOUNT}:role/personac/execution/jobs",
    "ImageRepositories": "team/training,inference",
    "InputBuckets": "one-bucket",
    "InputLocations": "one-bucket/train,another.bucket/model.tar.gz",
    "OutputLocations": "one-bucket/results",
    "AthenaWorkgroups": "analysts",
    "GlueDatabases": "events,customers,orders",
    "KendraIndexes": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "RuntimeRoles": f"arn:aws:iam::{ACCOUNT}:role/personac/execution/spark",
}
CONTROLS: Mapping[str, Mapping[str, str]] = {
    "network": {
        "Subnets": "subnet-0a1b2c3d4e5f60718,subnet-0123456789abcdef0",
        "SecurityGroups": "sg-0a1b2c3d4e5f60718",
    },
    "encryption": {
        "VolumeKey": f"arn:aws:kms:{FIRST}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        "DataKey": f"arn:aws:kms:{FIRST}:{ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef",
    },
    "instance-types": {"AllowedInstanceTypes": "ml.m5.large,ml.t3.medium"},
}
QUICK = ("data-scientist",)
MORE: Mapping[str, str] = {
    "Buckets": "one-bucket,second-bucket,third-bucket,fourth-bucket",
    "InputLocations": "one-bucket/a,one-bucket/b,one-bucket/c,one-bucket/d",
}
"""A second form of a list: more values than the first."""


@pytest.fixture(scope="module")
def products() -> Mapping[str, Product]:
    tree, _ = read_tree(ROOT / "catalog")
    catalog = load("catalog", tree).catalog
    made = {name: compile_persona(catalog, name)[0] for name in catalog.personas}
    return {name: product for name, product in made.items() if product}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox, surroundings(sandbox.endpoint):
        yield sandbox


@pytest.fixture(autouse=True)
def _empty(running: Sandbox) -> None:
    running.reset()
    prepare("boundary")
    Account(FIRST).create_bucket(BUCKET)


def personas() -> list[Any]:
    """Those that make a role by themselves; those with large templates take their time and are slow.

    A domain and people's access are in test_deployed_studio, Custom, which makes nothing unless it
    is told to, in test_deployed_options.
    """
    catalog = load("catalog", read_tree(ROOT / "catalog")[0]).catalog
    names = [
        name
        for name, each in catalog.personas.items()
        if each.kind == "role" and (each.activities or each.managed_policies)
    ]
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]


def combinations(product: Product) -> Iterator[dict[str, str]]:
    """Parameters for every combination of the persona's optional controls, and a longer list."""
    declared = product.template.body.get("Parameters", {})
    controls = [CONTROLS[name] for name in product.packing.entitlements.switches]
    for chosen in itertools.product([False, True], repeat=len(controls)):
        values = dict(ALWAYS)
        for on, parameters in zip(chosen, controls, strict=True):
            values |= parameters if on else {}
        yield {name: value for name, value in values.items() if name in declared}
    if declared.keys() & MORE.keys():
        longer = {**ALWAYS, **MORE}
        yield {name: value for name, value in longer.items() if name in declared}


def held(region: str, stack: str) -> dict[str, Any]:
    """What IAM holds of a stack's role, in the shape that `rendered` gives."""
    cloudformation = boto3.client("cloudformation", region_name=region)
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    assert described["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    role = Account(region).role(outputs["RoleName"])
    return {
        "trust": role.trust,
        "policies": in_order(role.policies.values()),
        "managed": sorted(role.managed_policy_arns),
    }


def rendered(product: Product, region: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    launch = Launch(parameters=parameters, region=region, account=ACCOUNT)
    made = render(product.template.body, launch)
    return {
        "trust": made.trust,
        "policies": in_order(each.document for each in made.policies),
        "managed": sorted(made.managed_policy_arns),
    }


def in_order(documents: Any) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in documents)


def arguments(product: Product, stack: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    key = f"{product.template.persona}.template.json"
    boto3.client("s3", region_name=FIRST).put_object(
        Bucket=BUCKET, Key=key, Body=product.artifact.content
    )
    return {
        "StackName": stack,
        "TemplateURL": f"https://{BUCKET}.s3.{FIRST}.amazonaws.com/{key}",
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }


@pytest.mark.parametrize("persona", personas())
def test_iam_holds_what_render_prints_after_creation_updates_and_in_a_second_region(
    persona: str, products: Mapping[str, Product]
) -> None:
    product = products[persona]
    first = boto3.client("cloudformation", region_name=FIRST)
    second = boto3.client("cloudformation", region_name=SECOND)
    seen = []

    for number, parameters in enumerate(combinations(product)):
        change = first.update_stack if number else first.create_stack
        change(**arguments(product, persona, parameters))

        assert held(FIRST, persona) == rendered(product, FIRST, parameters)

        seen.append(held(FIRST, persona)["policies"])
    second.create_stack(**arguments(product, persona, parameters))

    assert held(SECOND, persona) == rendered(product, SECOND, parameters)
    # Each set of parameters made other documents: none of the comparisons was of the same thing.
    assert len({tuple(each) for each in seen}) == len(seen)

    for client in (first, second):
        client.delete_stack(StackName=persona)
    iam = boto3.client("iam", region_name=FIRST)
    roles = iam.list_roles(PathPrefix="/personac/")["Roles"]
    policies = iam.list_policies(Scope="Local")["Policies"]

    assert roles == []
    # The account has its boundary still.
    assert [each["PolicyName"] for each in policies] == ["machine-learning"]
