"""The parts that the templates of these tests are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Json = dict[str, Any]

NO_VALUE: Json = {"Ref": "AWS::NoValue"}


def body(template: Json | str) -> str:
    return template if isinstance(template, str) else json.dumps(template, indent=1)


def statement(action: str = "s3:ListAllMyBuckets", resource: Any = "*", **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements: Any) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements or [statement()])}


def trust(service: str = "sagemaker.amazonaws.com") -> Json:
    return document(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    )


def role(**properties: Any) -> Json:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust(), **properties},
    }


def policy(*statements: Any, **properties: Any) -> Json:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": document(*statements), **properties},
    }


def template(*, parameters: Any = None, rules: Any = None, **resources: Any) -> Json:
    """A template; ``Conditions`` and ``Outputs`` among the resources become its sections."""
    sections = {
        "Parameters": parameters,
        "Rules": rules,
        "Conditions": resources.pop("Conditions", None),
        "Outputs": resources.pop("Outputs", None),
    }
    return {**{key: value for key, value in sections.items() if value}, "Resources": resources}


def refused(code: str, words: str) -> AbstractContextManager[pytest.ExceptionInfo[ClientError]]:
    """Expect AWS's error: its code, then words of its message as a regular expression."""
    return pytest.raises(ClientError, match=rf"(?s)\({code}\).*{words}")
