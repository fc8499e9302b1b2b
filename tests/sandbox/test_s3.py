"""S3: what is written once stays, what does not arrive as it was sent is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.templates import document

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

BUCKET = "artifacts"
BODY = b"a template"
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
OTHER = base64.b64encode(hashlib.sha256(b"another").digest()).decode()


@pytest.fixture
def s3(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return client


def put(s3: Any, key: str = "k", **members: Any) -> Any:
    return s3.put_object(Bucket=BUCKET, Key=key, Body=BODY, **members)


def test_what_exists_is_not_written_again(s3: Any) -> None:
    put(s3, IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed") as caught:
        put(s3, IfNoneMatch="*")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_only_a_star_can_be_matched_by_none(s3: Any) -> None:
    with pytest.raises(ClientError, match="NotImplemented") as caught:
        put(s3, IfNoneMatch='"etag"')

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.parametrize("members", [{"ChecksumSHA256": SHA256}, {"ChecksumAlgorithm": "SHA256"}])
def test_a_checksum_is_kept_and_told(s3: Any, members: dict[str, str]) -> None:
    assert put(s3, **members)["ChecksumSHA256"] == SHA256

    head = s3.head_object(Bucket=BUCKET, Key="k", ChecksumMode="ENABLED")
    attributes = s3.get_object_attributes(
        Bucket=BUCKET, Key="k", ObjectAttributes=["Checksum", "ObjectSize"]
    )
    assert head["ChecksumSHA256"] == attributes["Checksum"]["ChecksumSHA256"] == SHA256
    assert attributes["ObjectSize"] == len(BODY)
    assert "ChecksumSHA256" not in s3.head_object(Bucket=BUCKET, Key="k")
    assert s3.get_object(Bucket=BUCKET, Key="k", ChecksumMode="ENABLED")["Body"].read() == BODY


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"ChecksumSHA256": OTHER}, "BadDigest"),
        ({"ChecksumSHA256": "c2hvcnQ="}, "InvalidRequest"),
        ({"ChecksumSHA256": "?"}, "InvalidRequest"),
        ({"ChecksumSHA1": base64.b64encode(bytes(20)).decode()}, "BadDigest"),
        ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest"),
        ({"ChecksumSHA256": SHA256, "ChecksumCRC32": "AAAAAA=="}, "InvalidRequest"),
        ({"ContentMD5": base64.b64encode(bytes(16)).decode()}, "BadDigest"),
        ({"ContentMD5": "c2hvcnQ="}, "InvalidDigest"),
    ],
)
def test_what_does_not_arrive_as_it_was_sent_is_not_kept(
    s3: Any, members: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        put(s3, **members)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_the_right_digests_are_accepted(s3: Any) -> None:
    md5 = base64.b64encode(hashlib.md5(BODY, usedforsecurity=False).digest()).decode()

    put(s3, ContentMD5=md5)
    put(s3, ChecksumAlgorithm="CRC32")
    put(s3, ChecksumAlgorithm="SHA1")

    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


def deny(action: str, condition: Any, principal: Any = "*") -> str:
    return json.dumps(
        document(
            {
                "Effect": "Deny",
                "Principal": principal,
                "Action": action,
                "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
                "Condition": condition,
            }
        )
    )


def test_the_policy_of_a_bucket_is_read_with_its_conditions(s3: Any) -> None:
    s3.put_bucket_policy(
        Bucket=BUCKET, Policy=deny("s3:*", {"Bool": {"aws:SecureTransport": "false"}})
    )
    put(s3, "by tls")
    s3.put_bucket_policy(
        Bucket=BUCKET, Policy=deny("s3:PutObject", {"Null": {"s3:if-none-match": "true"}})
    )
    put(s3, "once", IfNoneMatch="*")

    with pytest.raises(ClientError) as caught:
        put(s3, "any number of times")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 2


def test_the_policy_of_a_bucket_is_asked_about_reading_too(s3: Any) -> None:
    put(s3)
    s3.put_bucket_policy(
        Bucket=BUCKET,
        Policy=deny("s3:GetObject", {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}),
    )

    for method in (s3.get_object, s3.head_object):
        with pytest.raises(ClientError) as caught:
            method(Bucket=BUCKET, Key="k")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_the_policy_of_a_bucket_tells_callers_apart(cloud: Cloud, s3: Any) -> None:
    put(s3)
    iam = cloud.iam()
    for name in ("ada", "bob"):
        iam.create_user(UserName=name)
    ada = "arn:aws:iam::123456789012:user/ada"
    s3.put_bucket_policy(
        Bucket=BUCKET,
        Policy=deny("s3:DeleteObject", {"ArnNotEquals": {"aws:PrincipalArn": ada}}),
    )

    def delete(user: str) -> None:
        keys = iam.create_access_key(UserName=user)["AccessKey"]
        boto3.client(
            "s3",
            region_name="eu-west-1",
            endpoint_url=cloud.endpoint,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
        ).delete_object(Bucket=BUCKET, Key="k")

    with pytest.raises(ClientError) as caught:
        delete("bob")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    delete("ada")

    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
