"""The templates of versions: where they are read from, and what is asked of them.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisioningArtifactProperties.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from moto.cloudformation.exceptions import ValidationError
from moto.s3.exceptions import S3ClientError
from moto.s3.models import s3_backends

from compiler.sandbox.cloudformation.template import parse
from compiler.sandbox.service_catalog import quotas
from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Iterator

KEEPER = "000000000000"
"""The account that keeps copies; AWS's own, and nobody's here."""

INVALID = "Invalid templateBody. Please make sure that your template is valid"
"""AWS's words."""

_PATH_STYLE = re.compile(
    r"s3(?:\.dualstack)?(?:[.-](?P<region>[a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?"
)
_VIRTUAL_HOST = re.compile(
    r"(?P<bucket>[a-z0-9.-]+)\.s3(?:\.dualstack)?(?:[.-](?P<region>[a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?"
)
"""The forms of S3's hosts.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html"""

_CONSTRAINTS = (
    "AllowedPattern",
    "ConstraintDescription",
    "MaxLength",
    "MinLength",
    "MaxValue",
    "MinValue",
)
"""ParameterConstraints that are one text.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ParameterConstraints.html"""

_PSEUDO = "AWS::"
"""How the names of pseudo parameters begin."""


def stored(url: str, account_id: str, partition: str) -> str:
    """The template at a URL of S3, in any of its forms.

    :raises InvalidParametersException: if it is no such URL, or nothing is there.
    """
    bucket_name, region, key = _place(url)
    try:
        bucket = s3_backends[account_id][partition].get_bucket(bucket_name)
        found = s3_backends[account_id][partition].get_object(bucket_name, key)
    except S3ClientError as error:
        raise InvalidParametersException(f"Unable to read {url}: {error.message}") from error
    if region is not None and bucket.region_name != region:
        raise InvalidParametersException(
            f"Unable to read {url}: the bucket is in {bucket.region_name}"
        )
    if found is None:
        raise InvalidParametersException(f"Unable to read {url}: no such key")
    content: bytes = found.value
    if len(content) > quotas.TEMPLATE_BYTES:
        raise InvalidParametersException(
            f"A template has at most {quotas.TEMPLATE_BYTES} bytes, this one {len(content)}."
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidParametersException(INVALID) from error


def keep(template: str, name: str, region_name: str, partition: str) -> str:
    """Keep a copy in a bucket of Service Catalog's own, with the tag that launch roles look for.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html

    :returns: its URL.
    """
    backend = s3_backends[KEEPER][partition]
    bucket_name = f"sc-{KEEPER}-{region_name}"
    if bucket_name not in backend.buckets:
        backend.create_bucket(bucket_name, region_name)
    key = backend.put_object(bucket_name, f"{name}.template", template.encode())
    backend.put_object_tagging(key, {"servicecatalog:provisioning": "true"})
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return f"https://{bucket_name}.s3.{region_name}.{suffix}/{name}.template"


def verify(template: str) -> None:
    """Refuse what CloudFormation's ValidateTemplate refuses.

    :raises InvalidParametersException: if it is no template, or refers to what it does not have.
    """
    found = _parsed(template)
    known = {*found["Resources"], *found.get("Parameters", {})}
    unresolved = {
        name
        for name in _references([found["Resources"], found.get("Outputs", {})])
        if name not in known and not name.startswith(_PSEUDO)
    }
    if unresolved and "Transform" not in found:
        raise InvalidParametersException(f"{INVALID}: unresolved {', '.join(sorted(unresolved))}")


def parameters(template: str) -> list[dict[str, Any]]:
    """The parameters of a template as ProvisioningArtifactParameter shows them.

    :raises InvalidParametersException: if it is no template, which nobody validated.
    """
    return [
        {
            "ParameterKey": name,
            "DefaultValue": _text(slot.get("Default")),
            "ParameterType": slot.get("Type"),
            "IsNoEcho": str(slot.get("NoEcho", False)).lower() == "true",
            "Description": slot.get("Description"),
            "ParameterConstraints": {
                "AllowedValues": [_text(value) for value in slot.get("AllowedValues", [])],
                **{name: _text(slot[name]) for name in _CONSTRAINTS if name in slot},
            },
        }
        for name, slot in _parsed(template).get("Parameters", {}).items()
    ]


def _parsed(template: str) -> dict[str, Any]:
    try:
        found = parse(template)
    except ValidationError as error:
        raise InvalidParametersException(INVALID) from error
    slots = found.get("Parameters", {})
    if not isinstance(slots, dict) or not all(isinstance(slot, dict) for slot in slots.values()):
        raise InvalidParametersException(INVALID)
    return found


def _place(url: str) -> tuple[str, str | None, str]:
    """The bucket, the Region if the host says it, and the key."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    found = _PATH_STYLE.fullmatch(host)
    if found:
        bucket, _, key = path.partition("/")
    else:
        found = _VIRTUAL_HOST.fullmatch(host)
        bucket, key = (found["bucket"] if found else ""), path
    if parts.scheme != "https" or not found or not bucket or not key:
        raise InvalidParametersException(f"LoadTemplateFromURL {url} is no URL of S3.")
    return bucket, found["region"], key


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "Ref" and isinstance(value, str):
                yield value
            elif name == "Fn::GetAtt":
                yield str(value.partition(".")[0] if isinstance(value, str) else [*value, ""][0])
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
