"""compiler.emit.artifact_bucket: closed, encrypted, and written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.iam import document
from compiler.iam.document import Principal
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request
from tests.emit.hub import ACCOUNT, resources

if TYPE_CHECKING:
    from collections.abc import Mapping

BUCKET = f"arn:aws:s3:::personac-small-{ACCOUNT}"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def refused(action: str, context: Mapping[str, str | list[str]]) -> bool:
    policy = document.parse(
        resources()["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"],
        name="bucket",
        kind="resource",
    )
    request = Request(
        action=action,
        resource=f"{BUCKET}/templates/0a1b.template.json",
        context={"aws:SecureTransport": "true", **context},
        principal=Principal("AWS", f"arn:aws:iam::{ACCOUNT}:role/Administrator"),
    )
    return decide(Access(policies=(policy,)), request).decision == "explicitly-denied"


ADMINISTRATOR = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/Administrator"}
ROOT_USER = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.mark.parametrize(
    ("action", "context", "is_refused"),
    [
        ("s3:PutObject", {"s3:if-none-match": "*"}, False),
        ("s3:PutObject", {}, True),
        ("s3:PutObject", {"s3:if-none-match": "*", "aws:SecureTransport": "false"}, True),
        ("s3:GetObject", {}, False),
        ("s3:GetObject", {"aws:SecureTransport": "false"}, True),
        ("s3:DeleteObject", ADMINISTRATOR, True),
        ("s3:DeleteObjectVersion", ADMINISTRATOR, True),
        ("s3:DeleteObject", {}, True),
        ("s3:DeleteObjectVersion", ROOT_USER, False),
    ],
)
def test_what_is_in_the_bucket_stays_as_it_was_written(
    action: str, context: Mapping[str, str], is_refused: bool
) -> None:
    assert refused(action, dict(context)) is is_refused


def test_the_bucket_is_closed_versioned_and_encrypted() -> None:
    bucket = resources()["ArtifactBucket"]
    properties = bucket["Properties"]
    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert properties["BucketName"] == f"personac-small-{ACCOUNT}"
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def test_the_bucket_takes_a_key() -> None:
    properties = resources(ArtifactKey=KEY)["ArtifactBucket"]["Properties"]
    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert encryption == {
        "BucketKeyEnabled": "true",
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
    }
