"""moto's server in a thread of this process, with the sandbox's corrections in it."""

from __future__ import annotations

import socket
from functools import cache
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.server import ThreadedMotoServer
from werkzeug.serving import BaseWSGIServer, make_server

from compiler.sandbox import cloudformation, iam, identity_center, sagemaker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
"""The sandbox answers to this machine alone."""

STOP_SECONDS = 0.02
"""How long the server may take to see that it is to stop."""

_turn = RLock()
"""Held by whoever works on moto's state, which is one for the process."""


@cache
def install() -> None:
    """Put the corrections in the place of what they correct, once in a process."""
    iam.install()
    sagemaker.install()
    identity_center.install()
    cloudformation.install()
    reset()


def reset() -> None:
    """Forget everything that was created in any account and Region."""
    with _turn:
        moto_api_backend.reset()


class SandboxServer(ThreadedMotoServer):
    """moto's server on a socket that is bound before its thread starts.

    moto binds in the thread: there a taken port prints a message, and the caller waits for ever.
    """

    _server: BaseWSGIServer

    def __init__(self, port: int) -> None:
        """Bind the port.

        :raises OSError: if that fails.
        """
        super().__init__(HOST, port, verbose=False)
        with socket.create_server((HOST, port)) as listening:
            self._server = make_server(
                HOST,
                port,
                _OneAtATime(),
                threaded=True,
                request_handler=_SilentRequestHandler,
                fd=listening.fileno(),
            )

    def start(self) -> None:
        """Serve until :meth:`stop`."""
        self._thread = Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": STOP_SECONDS},
            daemon=True,
            name="sandbox",
        )
        self._thread.start()


class _OneAtATime:
    """moto's application, one request after another.

    moto iterates over its dictionaries while other threads change them, and IAM is one backend for
    all Regions: publishing to two Regions at once would fail now and then.
    """

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with _turn:
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer


class _SilentRequestHandler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Requests are not logged: they are ours, and so is the terminal."""
