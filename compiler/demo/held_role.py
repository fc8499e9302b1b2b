"""What IAM holds once a product is launched, and what the role may do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.demo.surroundings import REGION
from compiler.deploy import DeployError
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

ACCOUNT = "123456789012"
"""The account that moto plays."""

PARAMETERS: Mapping[str, str] = {
    "Buckets": "fraud-detection-data,fraud-detection-models",
    "ExecutionRoles": f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud-detection-jobs",
}

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


def role_lines(product: Product, role: DeployedRole) -> Iterator[Line]:
    """What IAM holds of a launch, and what it may do.

    Raises:
        DeployError: if IAM holds something else than was rendered.
    """
    yield from _role(product, role)
    yield from _comparison(product, role)


def decided_lines(role: DeployedRole) -> Iterator[Line]:
    """Ask the documents that IAM holds, not those that were compiled."""
    held = (parse(each, name=name) for name, each in sorted(role.policies.items()))
    evaluator = Evaluator(Access(policies=tuple(held)))
    for what, request in REQUESTS:
        answer = evaluator.decide(request)
        by = f", by {answer.statements[0].sid}" if answer.statements else ""
        style = "green" if answer.decision == "allowed" else "yellow"
        yield [(style, f"  {answer.decision:<17} "), ("", f"{what}{by}")]


def _role(product: Product, role: DeployedRole) -> Iterator[Line]:
    entitlements = product.packing.entitlements
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


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
