"""The answers of this S3: moto's, and refusals of what does not arrive as it was sent.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from typing import TYPE_CHECKING, Any

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from compiler.sandbox.callers import caller_of
from compiler.sandbox.s3 import bucket_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.common_types import TYPE_RESPONSE

_PREFIX = "x-amz-checksum-"

_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "SHA1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "SHA256": lambda body: hashlib.sha256(body).digest(),
}
"""The checksums that are verified."""

_UNVERIFIED = ("CRC32C", "CRC64NVME")
"""Those that Python cannot compute: they are believed."""

_NO_ETAGS = (
    "<Error><Code>NotImplemented</Code><Message>A header you provided implies functionality "
    "that is not implemented.</Message><Header>If-None-Match</Header></Error>"
)


class SandboxS3Response(S3Response):
    """moto's responses."""

    def put_object(self) -> TYPE_RESPONSE:
        if self.headers.get("If-None-Match", "*") != "*":
            # PutObject takes no ETag here.
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            return 501, {"Content-Type": "application/xml"}, _NO_ETAGS
        answer: TYPE_RESPONSE = super().put_object()
        return answer

    def _key_response(self, request: Any, full_url: str) -> TYPE_RESPONSE:
        # moto asks the policy of the bucket here.
        sent = bucket_policy.headers.set(request.headers)
        who = caller_of(self.current_account, self.partition, self.get_access_key())
        caller = bucket_policy.caller.set(who.arn)
        try:
            answer: TYPE_RESPONSE = super()._key_response(request, full_url)
        finally:
            bucket_policy.headers.reset(sent)
            bucket_policy.caller.reset(caller)
        return answer

    def _get_checksum(self, response_headers: dict[str, Any]) -> tuple[str, str | None]:
        """The checksum that is kept with an object.

        :raises S3ClientError: if the body is not what the request says it is.
        """
        body: bytes = self.body or b""
        self._verify_md5(body)
        stated = {
            name: self.headers[f"{_PREFIX}{name}"]
            for name in (*_DIGESTS, *_UNVERIFIED)
            if f"{_PREFIX}{name}" in self.headers
        }
        if len(stated) > 1:
            raise S3ClientError(
                "InvalidRequest",
                f"Expecting a single {_PREFIX} header. Multiple checksum Types are not allowed.",
            )
        for name, value in stated.items():
            if name in _DIGESTS:
                _verify(name, value, _DIGESTS[name](body))
            response_headers[f"{_PREFIX}{name.lower()}"] = value
            return name, value
        found: tuple[str, str | None] = super()._get_checksum(response_headers)
        return found

    def _verify_md5(self, body: bytes) -> None:
        stated = self.headers.get("Content-MD5")
        if stated is None:
            return
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        if len(_decoded(stated)) != len(digest):
            raise S3ClientError("InvalidDigest", "The Content-MD5 you specified was invalid.")
        if _decoded(stated) != digest:
            raise S3ClientError(
                "BadDigest", "The Content-MD5 you specified did not match what we received."
            )


def _verify(name: str, stated: str, digest: bytes) -> None:
    """Refuse a checksum that is none, or is not the body's.

    :raises S3ClientError: in AWS's words.
    """
    if len(_decoded(stated)) != len(digest):
        raise S3ClientError(
            "InvalidRequest", f"Value for {_PREFIX}{name.lower()} header is invalid."
        )
    if _decoded(stated) != digest:
        raise S3ClientError(
            "BadDigest", f"The {name} you specified did not match the calculated checksum."
        )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
