"""Commands to try things with on one's own machine: sandbox, demo, completion."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from compiler.cli.arguments.options import command, folders

LAST_PORT = 65_535


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _sandbox(commands)
    _demo(commands)
    _completion(commands)


def _sandbox(commands: Any) -> None:
    sandbox = command(
        commands,
        "sandbox",
        "run a local AWS on 127.0.0.1",
        "  personac sandbox\n  personac sandbox --port 5001\n"
        "  personac sandbox --state sandbox.state",
    )
    sandbox.add_argument("--port", type=_port, default=5000, help="default: 5000; 0: a free one")
    sandbox.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="begin with what FILE holds, if it exists, and keep everything in it at the end",
    )


def _demo(commands: Any) -> None:
    demo = command(
        commands,
        "demo",
        "show the whole way on the sandbox: build, check, publish, launch, upgrade, roll back",
        "  personac demo",
    )
    folders(demo)


def _completion(commands: Any) -> None:
    completion = command(
        commands,
        "completion",
        "print a shell's completion script",
        '  eval "$(personac completion bash)"\n  personac completion zsh > ~/.zfunc/_personac',
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh"))


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        message = f"'{text}' is no port; a port is a number up to {LAST_PORT}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
