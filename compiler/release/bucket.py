"""The artifact bucket of the hub: written once, never overwritten.

Objects are named by their content or numbered, and every write says If-None-Match: what is there
stays as it is.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compiler.hub import TEMPLATES, bucket_name
from compiler.release.aws import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.release.aws import Aws

EXISTS = ("PreconditionFailed", "412")
RETRY = ("ConditionalRequestConflict", "409", "OperationAborted")
TRIES = 5
"""How often a write is tried again that another one to the same key conflicts with."""

_SUFFIX = {"aws-cn": "amazonaws.com.cn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object of the bucket, as a list shows it."""

    key: str
    age: float
    """Seconds since it was written, by AWS's own clock."""


class Bucket:
    """The bucket of a catalog, in the hub's home Region."""

    def __init__(self, aws: Aws, catalog: str, name: str | None = None) -> None:
        """Name it.

        :param aws: the hub account, in its home Region.
        :param catalog: the catalog's name.
        :param name: the bucket's, where it is not the one that bootstrap makes.
        """
        self._aws = aws
        self._catalog = catalog
        self._name = name

    @property
    def name(self) -> str:
        """Its name."""
        return self._name or bucket_name(self._catalog, self._aws.account)

    def url(self, key: str) -> str:
        """Where CloudFormation reads an object."""
        suffix = _SUFFIX.get(self._aws.partition, "amazonaws.com")
        return f"https://{self.name}.s3.{self._aws.region}.{suffix}/{key}"

    def put(self, key: str, content: bytes) -> bool:
        """Write an object if there is none of its name.

        :returns: whether it was written now.
        :raises AwsError: where AWS refuses.
        """
        checksum = base64.b64encode(sha256(content).digest()).decode()
        for attempt in range(TRIES):
            try:
                self._call(
                    "PutObject",
                    Key=key,
                    Body=content,
                    ChecksumSHA256=checksum,
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            except AwsError as error:
                if error.code in EXISTS:
                    return False
                if error.code not in RETRY or attempt == TRIES - 1:
                    raise
            else:
                return True
        raise AssertionError("unreachable")

    def get(self, key: str) -> bytes:
        """Read an object.

        :raises AwsError: where there is none, or AWS refuses.
        """
        content: bytes = self._call("GetObject", Key=key)["Body"].read()
        return content

    def list(self, prefix: str) -> Iterator[Stored]:
        """The objects whose names begin so, in order of their names.

        :raises AwsError: where AWS refuses.
        """
        token: str | None = None
        while True:
            answer = self._call("ListObjectsV2", Prefix=prefix, ContinuationToken=token)
            now = _date(answer)
            for each in answer.get("Contents", ()):
                age = (now - each["LastModified"]).total_seconds()
                yield Stored(key=each["Key"], age=age)
            token = answer.get("NextContinuationToken")
            if not token:
                return

    def upload(self, content: bytes) -> str:
        """Store a template under its digest, and say where CloudFormation reads it.

        :raises AwsError: where AWS refuses, or something else stands there.
        """
        digest = sha256(content).digest()
        key = f"{TEMPLATES}{digest.hex()}.template.json"
        if not self.put(key, content):
            held = self._call("HeadObject", Key=key, ChecksumMode="ENABLED")
            if held.get("ChecksumSHA256") != base64.b64encode(digest).decode():
                raise AwsError(f"{self.name}/{key} does not hold the template that it is named by")
        return self.url(key)

    def _call(self, operation: str, **members: Any) -> dict[str, Any]:
        try:
            # A bucket of this name in another account would hold somebody else's templates.
            about = {"Bucket": self.name, "ExpectedBucketOwner": self._aws.account}
            return self._aws.call("s3", operation, **about, **members)
        except AwsError as error:
            if error.code == "NoSuchBucket" or (operation == "ListObjectsV2" and error.is_missing):
                hint = "deploy output/hub/bootstrap.template.json, or name another by --bucket"
                message = f"there is no bucket {self.name} in {self._aws.region}"
                raise AwsError(message, code=error.code, hint=hint) from error
            raise


def _date(answer: dict[str, Any]) -> Any:
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
