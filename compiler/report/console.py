"""Print for people: coloured on a terminal, plain elsewhere. The one door to rich."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.report.text import Line


def coloured(stream: TextIO) -> bool:
    """Whether a stream takes colour: see https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(lines: Iterable[Line], stream: TextIO | None = None) -> None:
    """Print lines, each made of styled segments.

    Args:
        lines: what to print.
        stream: where to; standard output if not given.
    """
    out = stream or sys.stdout
    if not coloured(out):
        for line in lines:
            print("".join(text for _, text in line), file=out)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*((text, style) for style, text in line)))
