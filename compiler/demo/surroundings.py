"""The environment that boto3 reads, pointed at the sandbox, and at who is meant to act there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION = "eu-west-1"
"""Where the demo takes place."""

_GONE = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL_CLOUDFORMATION",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SERVICE_CATALOG",
    "AWS_ENDPOINT_URL_STS",
)


@contextmanager
def surroundings(endpoint: str) -> Iterator[None]:
    """Point boto3 at the sandbox, with worthless credentials, and put all back afterwards."""
    own = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with environment(own, without=_GONE):
        yield


@contextmanager
def environment(own: Mapping[str, str], without: tuple[str, ...] = ()) -> Iterator[None]:
    """Set variables, take others away, and put all back afterwards."""
    before = {name: os.environ.get(name) for name in (*own, *without)}
    for name in without:
        os.environ.pop(name, None)
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
