"""What commands print: reports of what was found, and short lines about what was done."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit
from compiler.diagnostic import settle
from compiler.report.console import coloured, show
from compiler.report.text import lines
from compiler.report.view import view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from compiler.diagnostic import Diagnostic
    from compiler.source import Source


def report(  # noqa: PLR0913 - what was found, and how it is told
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    form: str,
    *,
    quiet: bool = False,
    to_stderr: bool = False,
    changes: dict[str, Any] | None = None,
) -> Exit:
    """Print what was found and say how to exit.

    Args:
        diagnostics: in any order.
        sources: the files that they point into.
        form: text, json, sarif or github.
        quiet: print no text where nothing was found.
        to_stderr: print beside the output proper.
        changes: what changed since a base, where one was given.
    """
    seen = view(settle(diagnostics, sources))
    stream = sys.stderr if to_stderr else sys.stdout
    if changes and form != "json":
        from compiler.report.changes import changes_lines

        show(changes_lines(changes), stream if form == "text" else sys.stderr)
    if form == "json":
        _print_json({**seen, **(changes or {})})
    elif form == "sarif":
        from compiler import __version__
        from compiler.report.sarif import sarif
        from compiler.rules import CARDS

        _print_json(sarif(seen, CARDS, __version__))
    elif form == "github":
        from compiler.report import github

        for line in github.lines(seen):
            print(line, file=stream)
    elif not quiet or seen["diagnostics"]:
        show(lines(seen), stream)
    return Exit.FINDINGS if seen["errors"] else Exit.FINE


def say(text: str, form: str = "text") -> None:
    """A short line about what was done; to standard error where a machine reads the output."""
    print(text, file=sys.stdout if form == "text" else sys.stderr)


@contextmanager
def progress(number: int) -> Iterator[Callable[[str], None]]:
    """A line on the terminal that counts what is done; nothing where nobody watches."""
    done = 0

    def watch(name: str) -> None:
        nonlocal done
        done += 1
        line(f"checked {done} of {number}: {name}")

    def line(text: str) -> None:
        if coloured(sys.stderr):
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    line(f"checking {number} templates with cfn-lint")
    try:
        yield watch
    finally:
        line("")


def _print_json(body: Any) -> None:
    print(json.dumps(body, indent=2))
