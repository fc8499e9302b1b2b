"""Commands that ask what policies allow: can, diff."""

from __future__ import annotations

from typing import Any

from compiler.cli.arguments.options import SUBJECT, command, folders, formats, launch


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _can(commands)
    _diff(commands)


def _can(commands: Any) -> None:
    can = command(
        commands,
        "can",
        "say whether a request is allowed, and by which statement",
        "  personac can data-scientist sagemaker:CreateTrainingJob --set …"
        " --resource arn:aws:sagemaker:eu-west-1:111122223333:training-job/a\n"
        "  personac can aws:AmazonSageMakerFullAccess iam:PassRole"
        " --resource arn:aws:iam::111122223333:role/a"
        " --context iam:PassedToService=sagemaker.amazonaws.com\n"
        "  personac can ml-ops sts:AssumeRole --trust --principal Service:sagemaker.amazonaws.com\n"
        "  personac can ml-ops --requests tests/acceptance/ml-ops.yaml\n\n"
        'a key that has several values is written as JSON: --context \'aws:TagKeys=["a","b"]\'\n'
        "a request has the tags of the role, as aws:PrincipalTag/KEY; --context goes over them\n\n"
        "a file of requests is a list:\n"
        "  - parameters: {Buckets: my-data}    # alone: the launch of all that follow, over --set\n"
        "  - action: s3:GetObject\n"
        "    resource: arn:aws:s3:::my-data/a.csv\n"
        "    context: {aws:SourceVpc: vpc-1}   # may be left out, as the rest may\n"
        "    parameters: {Buckets: [a, b]}     # of this request; over those of the launch\n"
        "    expected: allowed       # or denied, implicitly-denied, explicitly-denied\n"
        "  - action: sts:AssumeRole            # with a principal, the trust policy is asked\n"
        "    principal: Service:sagemaker.amazonaws.com",
    )
    can.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    can.add_argument("action", metavar="ACTION", nargs="?", help="as s3:GetObject")
    can.add_argument("--resource", metavar="ARN", help="default: *, for what takes no ARN")
    can.add_argument(
        "--context", metavar="K=V", action="append", default=[],
        help="what the request has for a condition key; repeatable",
    )  # fmt: skip
    can.add_argument("--trust", action="store_true", help="ask the role's trust policy")
    can.add_argument(
        "--principal", metavar="KIND:NAME", help="who asks the trust policy: Service:…, AWS:ARN, …"
    )
    can.add_argument("--boundary", metavar="FILE", help="the permissions boundary's document")
    can.add_argument("--requests", metavar="FILE", help="a YAML file of requests, instead")
    launch(can)
    folders(can)
    formats(can, "text", "json")


def _diff(commands: Any) -> None:
    diff = command(
        commands,
        "diff",
        "compare two subjects exactly: what the new one lets people do that the old did not",
        "  personac diff data-scientist@1.0.0 data-scientist\n"
        "  personac diff aws:AmazonSageMakerFullAccess data-scientist\n"
        "  personac diff old-policy.json new-policy.json --format markdown\n\n"
        "a launch parameter that --set does not fix stands for every value that it admits;\n"
        "exits 0 where the two are equal, otherwise 1",
    )
    diff.add_argument("old", metavar="OLD", help=SUBJECT)
    diff.add_argument("new", metavar="NEW", help="as OLD")
    diff.add_argument("--verbose", action="store_true", help="cut nothing off in text")
    diff.add_argument(
        "--careful", action="store_true",
        help="let requests have condition keys that no documentation names",
    )  # fmt: skip
    launch(diff)
    folders(diff)
    formats(diff, "text", "json", "markdown")
