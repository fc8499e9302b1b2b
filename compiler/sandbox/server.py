"""moto's server in a thread of this process, with the sandbox's corrections in it."""

from __future__ import annotations

import socket
from functools import cache
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import MotoRequestHandler
from moto.server import ThreadedMotoServer
from werkzeug.serving import BaseWSGIServer, make_server

from compiler.sandbox import (
    cloudformation,
    iam,
    identity_center,
    s3,
    sagemaker,
    saved,
    service_catalog,
)
from compiler.sandbox.door import Door

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.sandbox import Sandbox

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
    service_catalog.install()
    s3.install()
    reset()


def reset() -> None:
    """Forget everything that was created in any account and Region."""
    with _turn:
        moto_api_backend.reset()


def save(path: Path) -> None:
    """Write everything that was created to a file.

    :raises StateError: if it cannot be saved.
    """
    with _turn:
        saved.save(path)


def load(path: Path) -> None:
    """Forget everything, and put in its place what a file holds.

    :raises StateError: if the file cannot be read; then nothing is forgotten.
    """
    with _turn:
        saved.load(path)


class SandboxServer(ThreadedMotoServer):
    """moto's server on a socket that is bound before its thread starts.

    moto binds in the thread: there a taken port prints a message, and the caller waits for ever.
    """

    _server: BaseWSGIServer

    def __init__(self, port: int, sandbox: Sandbox) -> None:
        """Bind the port.

        :param sandbox: whose faults and record of calls hold at this door.
        :raises OSError: if that fails.
        """
        super().__init__(HOST, port, verbose=False)
        with socket.create_server((HOST, port)) as listening:
            self._server = make_server(
                HOST,
                port,
                Door(sandbox, _turn),
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


class _SilentRequestHandler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are not logged: they are ours, and so is the terminal."""
