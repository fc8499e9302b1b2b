"""`personac sandbox`: a local AWS on 127.0.0.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Serve until interrupted."""
    try:
        from compiler.sandbox import PortInUse, StateError, serve
    except ModuleNotFoundError as error:
        message = f"the sandbox needs {error.name}: pip install 'personac[sandbox]'"
        raise Stop(Exit.USAGE, message) from error
    try:
        serve(options.port, lambda text: print(text, flush=True), options.state)
    except PortInUse as error:
        raise Stop(Exit.USAGE, f"{error}; name another one by --port") from error
    except StateError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    return Exit.FINE
