"""An account of the sandbox that is ready for launches: the boundary, and the launch role."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import boto3

from compiler.artifact import artifact
from compiler.build import compile_account
from compiler.load import load, read_tree

ROOT = Path(__file__).parents[1]
ACCOUNT = "123456789012"
"""The account that moto plays."""

LAUNCH_ROLE = f"arn:aws:iam::{ACCOUNT}:role/personac-launch"


@cache
def templates() -> dict[str, str]:
    """The templates of an account, by name."""
    catalog = load("catalog", read_tree(ROOT / "catalog")[0]).catalog
    return {each.name: artifact(each).content.decode() for each in compile_account(catalog)}


def prepare(*names: str, region: str = "eu-west-1") -> None:
    """Deploy templates of an account, each as a stack of its name."""
    client = boto3.client("cloudformation", region_name=region)
    for name in names:
        client.create_stack(
            StackName=name, TemplateBody=templates()[name], Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
