"""The main job from end to end, on the sandbox: what a platform team would see."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from compiler.deploy import Account, DeployError
from compiler.iam.document import parse
from compiler.iam.evaluate import Evaluator
from compiler.iam.quota import INLINE_POLICIES, MANAGED_POLICY, TRUST_POLICY, characters
from compiler.iam.request import Access, Request
from compiler.render import Launch, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.build import Product
    from compiler.deploy import DeployedRole
    from compiler.report.text import Line

REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""The account that moto plays."""

STACK = "data-scientist-demo"
BUCKET = "personac-demo-templates"

PARAMETERS: Mapping[str, str] = {
    "Buckets": "fraud-detection-data,fraud-detection-models",
    "ExecutionRoles": f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud-detection-jobs",
}

REFUSALS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("a wildcard for a bucket", {"Buckets": "fraud-*"}),
    (
        "an administrator's role to pass",
        {"ExecutionRoles": f"arn:aws:iam::{ACCOUNT}:role/Administrator"},
    ),
    ("subnets without security groups", {"Subnets": "subnet-0a1b2c3d"}),
)
"""Launches that must not work: what is tried, and with which values."""


_JOB = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/fraud"
_TO_SAGEMAKER = {"iam:PassedToService": "sagemaker.amazonaws.com"}

REQUESTS: tuple[tuple[str, Request], ...] = (
    ("start a training job", Request(action="sagemaker:CreateTrainingJob", resource=_JOB)),
    (
        "give it the role for jobs",
        Request(
            action="iam:PassRole",
            resource=PARAMETERS["ExecutionRoles"],
            context=_TO_SAGEMAKER,
        ),
    ),
    (
        "give it an administrator's role",
        Request(
            action="iam:PassRole",
            resource=f"arn:aws:iam::{ACCOUNT}:role/Administrator",
            context=_TO_SAGEMAKER,
        ),
    ),
    (
        "read its own data",
        Request(action="s3:GetObject", resource="arn:aws:s3:::fraud-detection-data/a.csv"),
    ),
    (
        "read somebody else's data",
        Request(action="s3:GetObject", resource="arn:aws:s3:::payroll/a.csv"),
    ),
)
"""What the launched role is asked for."""


@contextmanager
def surroundings(endpoint: str) -> Iterator[None]:
    """Point boto3 at the sandbox, with worthless credentials, and put all back afterwards."""
    own = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    gone = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_CLOUDFORMATION")
    before = {name: os.environ.get(name) for name in (*own, *gone)}
    os.environ.update(own)
    for name in gone:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def play(product: Product) -> Iterator[Line]:
    """Launch a product, read its role back, and try what must be refused.

    Yields:
        What there is to see, line by line, as it happens.

    Raises:
        DeployError: if the launch does not work, or IAM holds something else than was rendered.
    """
    account = Account(REGION)
    account.create_bucket(BUCKET)
    template = product.artifact.content
    started = time.monotonic()
    stack = account.deploy(STACK, template, PARAMETERS, BUCKET)
    took = time.monotonic() - started
    yield from _heading("launch")
    yield [("", f"  stack {stack.name}: "), ("green", stack.status), ("", f" in {took:.1f} s")]
    for name, value in PARAMETERS.items():
        yield [("", f"  {name:<15} "), ("cyan", value)]
    role = account.role(stack.outputs["RoleName"])
    yield from _role(product, role)
    yield from _comparison(product, role)
    yield from _decided(role)
    yield from _refused(account, template)
    account.delete(STACK)
    yield [("", "")]
    yield [("", f"The stack {STACK} is deleted again.")]


def _heading(text: str) -> Iterator[Line]:
    yield [("", "")]
    yield [("bold", text)]


def _role(product: Product, role: DeployedRole) -> Iterator[Line]:
    entitlements = product.packing.entitlements
    yield from _heading("what IAM holds now")
    yield [("", f"  {entitlements.title} {entitlements.version}: {entitlements.description}")]
    yield [("", "  role    "), ("cyan", role.arn)]
    services = sorted(
        {
            str(service)
            for each in role.trust["Statement"]
            for service in _several(each["Principal"].get("Service", []))
        }
    )
    yield [("", f"  trusts  {', '.join(services)}, of this account and Region alone")]
    for policy in product.packing.policies:
        # CloudFormation puts the logical id into the name. One of controls alone may be missing.
        held = [each for name, each in role.policies.items() if f"-{policy.name}-" in f"-{name}-"]
        if held:
            limit = MANAGED_POLICY if policy.storage == "managed" else INLINE_POLICIES
            yield _share(policy.name, held[0], limit, policy.characters)
        else:
            yield [
                ("", f"  {policy.name:<12} "),
                ("bright_black", "not made: its controls are off"),
            ]
    yield _share("trust policy", role.trust, TRUST_POLICY, product.packing.trust_characters)
    attached = len(role.policies) + len(role.managed_policy_arns)
    quota = entitlements.quotas.attached_policies
    yield [("", f"  {attached} of {quota} attached policies")]


def _share(name: str, document: Mapping[str, object], limit: int, most: int) -> Line:
    size = characters(document)
    width = 24
    filled = round(width * size / limit)
    bar = "█" * filled + "░" * (width - filled)
    shown = f"{size:>6,} of {limit:,} characters; {most:,} in the longest launch"
    return [("", f"  {name:<12} "), ("green", bar), ("", shown)]


def _comparison(product: Product, role: DeployedRole) -> Iterator[Line]:
    rendered = render(
        product.template.body, Launch(parameters=PARAMETERS, region=REGION, account=ACCOUNT)
    )
    wanted = sorted(json.dumps(each.document, sort_keys=True) for each in rendered.policies)
    if sorted(json.dumps(each, sort_keys=True) for each in role.policies.values()) != wanted:
        raise DeployError("IAM holds other documents than 'personac render' prints")
    number = sum(len(each.document["Statement"]) for each in rendered.policies)
    yield [
        ("", f"  {number} statements, the same that "),
        ("bold", "personac render"),
        ("", " prints"),
    ]


def _decided(role: DeployedRole) -> Iterator[Line]:
    """Ask the documents that IAM holds, not those that were compiled."""
    held = (parse(each, name=name) for name, each in sorted(role.policies.items()))
    evaluator = Evaluator(Access(policies=tuple(held)))
    yield from _heading("what the role may do")
    for what, request in REQUESTS:
        answer = evaluator.decide(request)
        by = f", by {answer.statements[0].sid}" if answer.statements else ""
        style = "green" if answer.decision == "allowed" else "yellow"
        yield [(style, f"  {answer.decision:<17} "), ("", f"{what}{by}")]


def _refused(account: Account, template: bytes) -> Iterator[Line]:
    yield from _heading("what was refused")
    for number, (attempt, values) in enumerate(REFUSALS):
        try:
            account.deploy(f"{STACK}-{number}", template, {**PARAMETERS, **values}, BUCKET)
        except DeployError as error:
            reason = str(error).partition(". ")[0]
            yield [("green", "  refused "), ("", f"{attempt}: {_shortened(reason)}")]
        else:
            raise DeployError(f"{attempt} was not refused")


def _shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
