"""`personac completion`: a script that completes commands and options in a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shtab

from compiler.cli.arguments import parser
from compiler.cli.exits import Exit

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print the script."""
    print(shtab.complete(parser(), shell=options.shell))
    return Exit.FINE
