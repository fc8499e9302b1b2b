"""Requests of AWS's protocols, read as far as their service, operation and parameters."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed.wsgi import WSGIEnvironment
    from moto.core.model import ServiceModel

CBOR = "smithy-rpc-v2-cbor"
"""https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html"""

_SCOPE = re.compile(
    r"Credential=(?P<key>[^/,\s]+)/\d+/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/aws4_request"
)
_SIGNED_AS = {"sso": "sso-admin", "tagging": "resourcegroupstaggingapi"}
"""boto3's names of services that sign by another one."""
_RPC_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request before it is answered."""

    service: str
    operation: str
    protocol: str
    """As botocore calls it; empty where it cannot be told."""
    region: str
    access_key_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def read(environ: WSGIEnvironment) -> Asked:
    """Read a request, and leave it to be read again."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    signed_as = scope["service"].lower() if scope else ""
    service = _SIGNED_AS.get(signed_as, signed_as)
    key, region = (scope["key"], scope["region"]) if scope else ("", "")
    try:
        model = get_service_model(service)
        protocol = _protocol(model, environ)
    except (UnknownServiceError, NotImplementedError, KeyError, ValueError):
        return Asked(service=service, operation="", protocol="", region=region, access_key_id=key)
    operation, parameters = _operation(model, protocol, environ)
    return Asked(
        service=service,
        operation=operation,
        protocol=protocol,
        region=region,
        access_key_id=key,
        parameters=parameters,
    )


def _protocol(model: ServiceModel, environ: WSGIEnvironment) -> str:
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return CBOR
    return determine_request_protocol(model, environ.get("CONTENT_TYPE", ""))


def _operation(
    model: ServiceModel, protocol: str, environ: WSGIEnvironment
) -> tuple[str, dict[str, Any]]:
    """The operation, and its parameters where a parser knows the protocol."""
    path = environ.get("PATH_INFO", "")
    if protocol == CBOR:
        found = _RPC_PATH.search(path)
        return (found["operation"] if found else ""), {}
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    request = Request({**environ, "wsgi.input": _again(environ)})
    uri_parameters: dict[str, Any] = {}
    if target:
        name = target.rpartition(".")[2]
    elif protocol in ("query", "ec2"):
        name = request.values.get("Action", "")
    else:
        try:
            routed, uri_parameters = get_service_router(model.service_name).match(request)
        except HTTPException:
            return "", {}
        name = str(routed.name)
    try:
        operation = model.operation_model(name)
    except OperationNotFoundError:
        return name, {}
    streaming = operation.has_streaming_input
    try:
        parameters: dict[str, Any] = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": b"" if streaming else request.get_data(),
                "url_path": request.path,
                "url_params": uri_parameters,
            }
        )
    except Exception:  # noqa: BLE001 - what cannot be read is for the service to refuse
        return name, {}
    return name, {k: v for k, v in parameters.items() if not (streaming and k == "Body")}


def _again(environ: WSGIEnvironment) -> io.BytesIO:
    """The body of a request, which is put back to be read again; none if its length is unknown."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdecimal():
        return io.BytesIO()
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return io.BytesIO(body)
