"""A small catalog that is sound: the ground that examples and tests put one file on top of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import settle
from compiler.load import load
from compiler.report import diagnostics_text
from compiler.rules import examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.diagnostic import Finding

SMALL: dict[str, str] = {
    "catalog.yaml": """\
name: small
title: Small
provider: Platform
role_path: /small/people/
execution_role_path: /small/execution/
regions: [eu-west-1]
""",
    "parameters.yaml": """\
Buckets:
  label: Buckets
  group: Data
  description: Names of buckets.
  pattern: "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
  max_items: 3
ExecutionRoles:
  label: Execution roles
  group: Jobs
  description: ARNs of the roles that jobs run with.
  pattern: "arn:aws(-[a-z]{1,6}){0,2}:iam::[0-9]{12}:role${catalog.execution_role_path}[A-Za-z0-9_-]{1,64}"
  max_items: 2
Subnets:
  label: Subnets
  group: Network
  description: Ids of subnets.
  pattern: "subnet-[0-9a-f]{8,17}"
  max_items: 2
SecurityGroups:
  label: Security groups
  group: Network
  description: Ids of security groups.
  pattern: "sg-[0-9a-f]{8,17}"
  max_items: 2
""",
    "controls/network.yaml": """\
title: Network
description: Jobs run in given subnets.
costs: Jobs need the subnets.
condition_keys:
  sagemaker:VpcSubnets:
    values: ["${Subnets}"]
    when_present: [sagemaker:CreateEndpointConfig]
  sagemaker:VpcSecurityGroupIds:
    values: ["${SecurityGroups}"]
    when_present: [sagemaker:CreateEndpointConfig]
""",
    "trusts/sagemaker.yaml": """\
title: SageMaker
description: SageMaker of this account.
statements:
  - sid: SageMaker
    principals: {Service: sagemaker.amazonaws.com}
    actions: [sts:AssumeRole]
    conditions:
      StringEquals: {aws:SourceAccount: "${AWS::AccountId}"}
""",
    "activities/read-buckets.yaml": """\
title: Read buckets
description: Read objects.
statements:
  - sid: List
    actions: [s3:ListBucket]
    resources: ["arn:${AWS::Partition}:s3:::${Buckets}"]
  - sid: Read
    actions: [s3:GetObject]
    resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
""",
    "activities/run-jobs.yaml": """\
title: Run jobs
description: Start training jobs.
statements:
  - sid: Start
    actions: [sagemaker:CreateTrainingJob]
    resources: ["arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*"]
  - sid: Pass
    actions: [iam:PassRole]
    resources: ["${ExecutionRoles}"]
    conditions:
      StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}
  - sid: Interfaces
    actions: [ec2:DescribeSubnets, ec2:DescribeNetworkInterfaces]
    resources: ["*"]
    when: network
""",
    "personas/analyst.yaml": """\
title: Analyst
description: Reads data and trains models.
version: 1.0.0
trust: sagemaker
controls: {network: optional}
activities: [read-buckets, run-jobs]
""",
}
"""Path to text."""


ACCESS = """\
title: User
description: Opens Studio.
version: 1.0.0
kind: access
activities: [open]
"""
"""A persona for people themselves, of the activity below."""

OPEN = """\
title: Open
description: Open Studio.
statements:
  - sid: Open
    actions: [sagemaker:CreatePresignedDomainUrl]
    resources: ["arn:${AWS::Partition}:sagemaker:*:*:user-profile/*/${aws:username}"]
"""


def overlay(changes: Mapping[str, str | bytes | None]) -> dict[str, bytes]:
    """The small catalog with files put on top of it; None leaves one out."""
    merged = {**SMALL, **changes}
    return {
        path: text.encode() if isinstance(text, str) else text
        for path, text in merged.items()
        if text is not None
    }


def changed(path: str, *replacements: tuple[str, str]) -> dict[str, str | bytes | None]:
    """One file of the small catalog, with parts of its text replaced, for `overlay`."""
    text = SMALL[path]
    for old, new in replacements:
        assert old in text, f"{old!r} is not in {path}"
        text = text.replace(old, new)
    return {path: text}


def findings(changes: Mapping[str, str | bytes | None]) -> tuple[Finding, ...]:
    """What loading finds, and the rules, in the small catalog with files put on top of it."""
    loaded = load("catalog", overlay(changes))
    return settle(loaded.diagnostics + examine(loaded), loaded.sources)


def told(changes: Mapping[str, str | bytes | None]) -> str:
    """The report on the small catalog with files put on top of it, without its last line."""
    return report(findings(changes))


def report(found: Iterable[Finding]) -> str:
    """Findings as people read them, without the summary."""
    return diagnostics_text(found).rpartition("\n\n")[0] + "\n"
