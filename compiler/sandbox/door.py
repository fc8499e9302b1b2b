"""The HTTP door of the sandbox: one request after another, recorded, and with faults if asked for.

moto iterates over its dictionaries while other threads change them, and IAM is one backend for all
Regions: publishing to two Regions at once would fail now and then.
"""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.utilities.utils import get_partition

from compiler.sandbox.callers import caller_of
from compiler.sandbox.calls import CBOR, Asked, read
from compiler.sandbox.faults import Call, Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from compiler.sandbox import Sandbox

_CODES: dict[FaultKind, tuple[tuple[int, str], tuple[int, str], tuple[int, str]]] = {
    FaultKind.THROTTLING: ((400, "ThrottlingException"), (400, "Throttling"), (503, "SlowDown")),
    FaultKind.INTERNAL_FAILURE: (
        (500, "InternalFailure"),
        (500, "InternalFailure"),
        (500, "InternalError"),
    ),
    FaultKind.SERVICE_UNAVAILABLE: (
        (503, "ServiceUnavailable"),
        (503, "ServiceUnavailable"),
        (503, "ServiceUnavailable"),
    ),
    FaultKind.ACCESS_DENIED: (
        (400, "AccessDeniedException"),
        (403, "AccessDenied"),
        (403, "AccessDenied"),
    ),
    FaultKind.EXPIRED_TOKEN: (
        (403, "ExpiredTokenException"),
        (403, "ExpiredToken"),
        (400, "ExpiredToken"),
    ),
}
"""Status and code of services that speak JSON or CBOR, of those that speak queries, and of S3.
https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

_HOST = re.compile(r"(127\.0\.0\.1|\[::1\]|([a-z0-9._-]+\.)?localhost)(:\d+)?", re.IGNORECASE)
"""This machine, by names that no name server can give to another, and S3's buckets before one.

https://www.rfc-editor.org/rfc/rfc6761#section-6.3
"""

_MESSAGES = {
    FaultKind.THROTTLING: "Rate exceeded",
    FaultKind.INTERNAL_FAILURE: "We encountered an internal error. Please try again.",
    FaultKind.SERVICE_UNAVAILABLE: "The service is unavailable. Please try again.",
    FaultKind.EXPIRED_TOKEN: "The security token included in the request is expired",
}


class Door:
    """moto's application behind a lock, with a record and faults."""

    def __init__(self, sandbox: Sandbox, turn: AbstractContextManager[Any]) -> None:
        """Open the door of a sandbox.

        :param turn: held while moto's state is read or changed.
        """
        self._application = DomainDispatcherApplication(create_backend_app)
        self._sandbox = sandbox
        self._turn = turn

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_strange(environ):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"The sandbox answers AWS's clients on this machine alone.\n"]
        asked = read(environ)
        with self._turn:
            faults = self._sandbox.faults
            fault = faults.next(asked.service, asked.operation) if faults else None
            if fault is None or not fault.seconds:
                return self._answer(asked, fault, environ, start_response)
        # Others are served meanwhile.
        time.sleep(fault.seconds)
        with self._turn:
            return self._answer(asked, fault, environ, start_response)

    def _answer(
        self,
        asked: Asked,
        fault: Fault | None,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        statuses: list[str] = []

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, headers, *rest)

        if fault is None or fault.kind is FaultKind.DELAY:
            try:
                answer: Iterable[bytes] = self._application(environ, note)
            except Exception:
                # The server answers what moto did not think of.
                self._record(asked, 500, fault)
                raise
            status = int(statuses[0].split()[0]) if statuses else None
            self._record(asked, status, fault)
            return answer
        if fault.effect:
            self._carry_out(environ)
        if fault.kind is FaultKind.LOST:
            self._record(asked, None, fault)
            _hang_up(environ)
        code, headers, body = _refusal(asked, fault.kind)
        self._record(asked, code, fault)
        start_response(f"{code} {fault.kind.value}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _carry_out(self, environ: WSGIEnvironment) -> None:
        """Do what was asked for, and keep the answer from the client."""
        answer = self._application(environ, lambda *_: lambda _: None)
        for _ in answer:
            pass
        with suppress(AttributeError):
            answer.close()

    def _record(self, asked: Asked, status: int | None, fault: Fault | None) -> None:
        self._sandbox.record(
            Call(
                number=self._sandbox.call_count + 1,
                service=asked.service,
                operation=asked.operation,
                parameters=asked.parameters,
                region=asked.region,
                access_key_id=asked.access_key_id,
                status=status,
                fault=fault.kind if fault else None,
            )
        )


def _is_strange(environ: WSGIEnvironment) -> bool:
    """Whether a web page may have sent a request, or it is for what moto has beside AWS.

    A page that a browser shows can reach this machine: by its own requests, which say where they
    are from, and under a name of its own that leads here.
    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    return (
        _HOST.fullmatch(environ.get("HTTP_HOST", "")) is None
        or "HTTP_ORIGIN" in environ
        or environ.get("HTTP_SEC_FETCH_SITE", "none") != "none"
        # Its recorder writes files and repeats requests.
        or environ.get("PATH_INFO", "").startswith("/moto-api")
    )


def _hang_up(environ: WSGIEnvironment) -> None:
    """Close the connection of a request.

    :raises ConnectionAbortedError: always; the server then drops the request without a word.
    """
    connection: socket.socket = environ["werkzeug.socket"]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the answer is lost")


def _refusal(asked: Asked, kind: FaultKind) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of an error in the protocol of the request."""
    by_json, by_query, by_s3 = _CODES[kind]
    message = _MESSAGES.get(kind) or _denial(asked)
    request_id = ("x-amzn-RequestId", "sandbox")
    if asked.service == "s3":
        status, code = by_s3
        text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, [("Content-Type", "application/xml"), request_id], text.encode()
    if asked.protocol in ("query", "ec2", "rest-xml"):
        status, code = by_query
        error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors></Response>"
            if asked.protocol == "ec2"
            else f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"
        )
        return status, [("Content-Type", "text/xml"), request_id], text.encode()
    status, code = by_json
    members = {"__type": code, "message": message}
    if asked.protocol == CBOR:
        headers = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        return status, [*headers, request_id], _cbor(members)
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)]
    return status, [*headers, request_id], json.dumps(members).encode()


def _denial(asked: Asked) -> str:
    """What IAM says when it does not allow a call.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    key, action = asked.access_key_id, f"{asked.service}:{asked.operation}"
    caller = caller_of(get_account_id_from(key), get_partition(asked.region), key)
    return (
        f"User: {caller.session_arn} is not authorized to perform: {action} "
        f"because no identity-based policy allows the {action} action"
    )


def _cbor(members: dict[str, str]) -> bytes:
    """A map of fewer than 24 texts.

    https://www.rfc-editor.org/rfc/rfc8949#section-3.1
    """
    texts = [text.encode() for pair in members.items() for text in pair]
    heads = (b"\x79" + len(text).to_bytes(2, "big") for text in texts)
    body = b"".join(head + text for head, text in zip(heads, texts, strict=True))
    return bytes([0xA0 + len(members)]) + body
