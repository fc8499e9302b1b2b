"""The artifact bucket: what is written stays as it is."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from compiler.release.aws import AwsError
from compiler.release.bucket import Bucket

if TYPE_CHECKING:
    from tests.release.conftest import Site


def test_what_is_there_is_not_overwritten(site: Site) -> None:
    bucket = Bucket(site.aws(), "small")
    assert bucket.put("receipts/a", b"first")
    assert not bucket.put("receipts/a", b"second")
    assert bucket.get("receipts/a") == b"first"


def test_a_template_is_named_by_its_digest(site: Site) -> None:
    bucket = Bucket(site.aws(), "small")
    url = bucket.upload(b"{}")
    assert bucket.upload(b"{}") == url
    name = f"templates/{sha256(b'{}').hexdigest()}.template.json"
    assert url == f"https://personac-small-123456789012.s3.eu-west-1.amazonaws.com/{name}"
    assert [each.key for each in bucket.list("templates/")] == [name]


def test_something_else_under_the_name_of_a_template(site: Site) -> None:
    bucket = Bucket(site.aws(), "small")
    bucket.put(f"templates/{sha256(b'{}').hexdigest()}.template.json", b"something else")
    with pytest.raises(AwsError, match="does not hold the template that it is named by"):
        bucket.upload(b"{}")


def test_a_list_goes_to_its_end(site: Site) -> None:
    bucket = Bucket(site.aws(), "small")
    for number in range(12):
        bucket.put(f"locks/{number:02}", b"")
    site.monkeypatch.setattr(bucket, "_aws", _Short(site))
    assert [each.key for each in bucket.list("locks/")] == [f"locks/{n:02}" for n in range(12)]


class _Short:
    """AWS with pages of five objects."""

    def __init__(self, site: Site) -> None:
        self.account = site.aws().account
        self._aws = site.aws()

    def call(self, service: str, operation: str, **members: object) -> dict[str, object]:
        return self._aws.call(service, operation, MaxKeys=5, **members)
