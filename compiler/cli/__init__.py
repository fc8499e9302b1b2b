"""The command `personac`: reads arguments, calls one stage, prints, and exits.

Nothing heavy is imported before a command is chosen: `personac --help` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: without the program's name; those of the process if not given.
    """
    # A compiler makes much and drops little: looking for garbage every 700 objects finds none.
    gc.set_threshold(100_000)
    if sys.stdout is None:
        # Closed by the shell, as by `>&-`: what is said is said to nobody.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    if isinstance(sys.stdout, TextIOWrapper):
        # A catalog may hold characters that a terminal of another encoding does not know.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = int(Exit.UNREAD)
    try:
        code = _run(arguments)
        # A reader who has gone is noticed here, not at exit.
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("personac: interrupted; nothing is half-written", file=sys.stderr)
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone, as `head` does: nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code
    except OSError as error:
        # What commands read and write they answer for themselves: this is what they print.
        print(f"personac: cannot write what there is to say: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.USAGE)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    from compiler.cli.arguments import parse

    try:
        options = parse(arguments)
        return int(options.run(options))
    except SystemExit as end:
        # argparse ends so, after --help as after a mistake.
        return int(end.code or 0)
    except Stop as stop:
        if stop.message:
            from compiler.report.words import told

            print(told(f"personac: {stop.message}"), file=sys.stderr)
        return int(stop.code)
