"""A local AWS: moto's server on 127.0.0.1 with the faults corrected that would hide ours.

Clients reach it by its endpoint alone, as in ``AWS_ENDPOINT_URL``. It is a sandbox and not AWS:
what succeeds here may still fail there. Importing this package is cheap; moto is imported when the
first :class:`Sandbox` starts.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from compiler.sandbox.faults import Call, Faults
    from compiler.sandbox.server import SandboxServer

__all__ = ["PortInUse", "Sandbox", "StateError", "serve"]

_running: set[Sandbox] = set()
_running_lock = threading.Lock()

RECORDED_CALLS = 100_000
"""How many of the last calls a sandbox keeps."""


class PortInUse(Exception):  # noqa: N818 - the name says what is the case
    """The port is taken by another program, or by another sandbox."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} of 127.0.0.1 is in use")
        self.port = port


class StateError(Exception):
    """A file of state that cannot be written or read."""


class Sandbox:
    """A running sandbox, from ``with`` to the end of its block.

    moto keeps its state in the process: sandboxes that run side by side in one process show the
    same state, and it is forgotten when the last of them ends.
    """

    def __init__(self, port: int = 0, *, recorded_calls: int = RECORDED_CALLS) -> None:
        """Prepare a sandbox.

        :param port: the TCP port; 0 takes any that is free.
        :param recorded_calls: how many of the last calls are kept.
        """
        self._port = port
        self._server: SandboxServer | None = None
        self._calls: deque[Call] = deque(maxlen=recorded_calls)
        self._call_count = 0
        self.faults: Faults | None = None
        """What goes wrong with the calls that arrive while it is set."""

    def __enter__(self) -> Self:
        """Start serving.

        :raises PortInUse: if the port is taken.
        :raises OSError: if it cannot be bound for another reason.
        """
        from compiler.sandbox.server import SandboxServer, install

        with _running_lock:
            with _no_profile():
                install()
            try:
                server = SandboxServer(self._port, self)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise PortInUse(self._port) from error
                raise
            _running.add(self)
        server.start()
        self._server = server
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving and free the port."""
        from compiler.sandbox.server import reset

        self._started().stop()
        self._server = None
        with _running_lock:
            _running.discard(self)
            if not _running:
                reset()

    @property
    def endpoint(self) -> str:
        """The URL to reach it by, such as ``http://127.0.0.1:5000``.

        :raises RuntimeError: if the sandbox is not running.
        """
        host, port = self._started().get_host_and_port()
        return f"http://{host}:{port}"

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was asked of it, in the order of the answers, since it started or was reset."""
        return tuple(self._calls)

    @property
    def call_count(self) -> int:
        """How many calls that were, those that are no longer kept included."""
        return self._call_count

    def record(self, call: Call) -> None:
        """Keep one call more."""
        self._call_count += 1
        self._calls.append(call)

    def reset(self) -> None:
        """Forget everything that was created in it, its calls and its faults.

        :raises RuntimeError: if the sandbox is not running.
        """
        from compiler.sandbox.server import reset

        self._started()
        reset()
        self.faults = None
        self._calls.clear()
        self._call_count = 0

    def save(self, path: Path) -> None:
        """Write everything that was created in it to a file, whole or not at all.

        :raises StateError: if it cannot be saved.
        :raises RuntimeError: if the sandbox is not running.
        """
        from compiler.sandbox.server import save

        self._started()
        save(path)

    def load(self, path: Path) -> None:
        """Forget everything that was created in it, and put in its place what a file holds.

        :raises StateError: if the file cannot be read, is damaged, or is another version's; then
            nothing is forgotten.
        :raises RuntimeError: if the sandbox is not running.
        """
        from compiler.sandbox.server import load

        self._started()
        load(path)

    def _started(self) -> SandboxServer:
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return self._server


def serve(port: int, announce: Callable[[str], None], state: Path | None = None) -> None:
    """Run a sandbox until the process is interrupted or terminated.

    :param port: the TCP port; 0 takes any that is free.
    :param announce: is given each line of what the sandbox has to say.
    :param state: a file to begin with, if it exists, and to write to at the end.
    :raises PortInUse: if the port is taken.
    :raises StateError: if the state cannot be read or written.

    To be called from the main thread, as only there SIGTERM can be waited for.
    """
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with Sandbox(port, recorded_calls=0) as sandbox:
            resumed = state is not None and state.exists()
            if state is not None and resumed:
                sandbox.load(state)
            with suppress(KeyboardInterrupt):
                announce(
                    "This is a sandbox, not AWS: nothing here costs money, protects or proves."
                )
                if resumed:
                    announce(f"It goes on from {state}.")
                announce(f"export AWS_ENDPOINT_URL={sandbox.endpoint}")
                stop.wait()
            if state is not None:
                sandbox.save(state)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
    what = "forgotten everything" if state is None else f"left everything in {state}"
    announce(f"The sandbox has stopped, and {what}.")


@contextmanager
def _no_profile() -> Iterator[None]:
    """Hide the user's profile: moto opens a session when imported, which an unknown one ends."""
    names = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
