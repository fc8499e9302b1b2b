"""The template that Service Catalog really holds of a version, which is a copy of its own.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from compiler.release.aws import AwsError

if TYPE_CHECKING:
    from compiler.release.aws import Aws


def held_template(aws: Aws, product: str, version: str) -> bytes:
    """Read a template back.

    Args:
        aws: the hub account, in the Region.
        product: the id that AWS gave it.
        version: the id of its provisioning artifact.

    Raises:
        AwsError: where AWS refuses, or does not say where the template is.
    """
    answer = aws.call(
        "servicecatalog",
        "DescribeProvisioningArtifact",
        ProductId=product,
        ProvisioningArtifactId=version,
        Verbose=True,
    )
    info = answer.get("Info", {})
    url = next((info[key] for key in ("TemplateUrl", "LoadTemplateFromURL") if key in info), "")
    bucket, key = _object(url)
    if not bucket:
        raise AwsError(f"Service Catalog does not say where it holds the template of {version}")
    content: bytes = aws.call("s3", "GetObject", Bucket=bucket, Key=key)["Body"].read()
    return content


def _object(url: str) -> tuple[str, str]:
    """Bucket and key of an object's URL, in either of S3's two styles.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """
    parts = urlsplit(url)
    host, path = parts.netloc, parts.path.lstrip("/")
    if not host:
        return "", ""
    if host.startswith(("s3.", "s3-")):
        bucket, _, key = path.partition("/")
        return bucket, key
    bucket = host.partition(".s3")[0]
    return (bucket, path) if bucket != host else ("", "")
