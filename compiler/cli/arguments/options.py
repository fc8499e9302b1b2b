"""What the commands have in common: how each is added, and options that several take."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compiler.cli.place import account, partition, region

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECT = (
    "a persona, persona@version, a template or policy file, FILE#ROLE of a template with several "
    "roles, or aws:NAME, aws:NAME@VERSION"
)


def command(
    commands: Any, name: str, summary: str, examples: str, module: str | None = None
) -> argparse.ArgumentParser:
    """Add a command.

    Args:
        commands: the commands of the command line.
        name: what is typed.
        summary: what it does, beginning in lower case.
        examples: command lines, and what else its help ends with.
        module: its file in `compiler.cli`, where that has another name.
    """
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(run=_later(module or name))
    return added


def _later(module: str) -> Callable[[argparse.Namespace], int]:
    """The command's own module, imported when the command is run."""

    def run(options: argparse.Namespace) -> int:
        return int(import_module(f"compiler.cli.{module}").run(options))

    return run


def folders(command: argparse.ArgumentParser, *, output: bool = True) -> None:
    """Where the catalog is, and what was compiled."""
    command.add_argument(
        "--catalog", metavar="DIR", default="catalog", help="the catalog (default: catalog)"
    )
    if output:
        command.add_argument(
            "--output", metavar="DIR", default="output", help="the output (default: output)"
        )


def formats(command: argparse.ArgumentParser, *several: str) -> None:
    """How the command answers; the first is the default."""
    command.add_argument(
        "--format", choices=several, default=several[0], help=f"default: {several[0]}"
    )


def launch(command: argparse.ArgumentParser) -> None:
    """Where a launch takes place, and with which values."""
    command.add_argument(
        "--set", metavar="P=V", action="append", default=[], help="a launch parameter; repeatable"
    )
    command.add_argument("--partition", type=partition, help="default: the Region's")
    command.add_argument("--region", type=region, default="eu-west-1", help="default: eu-west-1")
    command.add_argument(
        "--account", type=account, default="111122223333", help="default: 111122223333"
    )
