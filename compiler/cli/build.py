"""`personac build`: compile the catalog into output/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined, refuse_unknown
from compiler.cli.writing import report, say

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.artifact import Standing

LISTED = 20
"""Files that are named one by one; of more, only the number."""


def run(options: Namespace) -> int:
    """Compile the personas that are named, or the whole catalog."""
    from compiler.build import compare, compile_account, pack_personas, write

    loaded, diagnostics = examined(options.catalog)
    personas = loaded.catalog.personas
    # A persona whose file cannot be read is not unknown: the report says what is wrong with it.
    unread = {each.removeprefix("personas/") for each in loaded.broken}
    refuse_unknown([each for each in options.personas if each not in unread], personas, "persona")
    chosen = tuple(dict.fromkeys(options.personas)) or tuple(personas)
    if any(each.severity == "error" for each in diagnostics):
        return report(diagnostics, loaded.sources, options.format)
    if not chosen:
        raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
    packings, problems = pack_personas(loaded.catalog, chosen)
    if problems:
        return report([*diagnostics, *problems], loaded.sources, options.format)
    output = Path(options.output)
    account = () if options.personas else compile_account(loaded.catalog)
    try:
        before = (compare if options.check else write)(output, packings, account)
    except OSError as error:
        does = "read" if options.check else "write to"
        problem = f"cannot {does} {options.output}: {error.strerror}"
        raise Stop(Exit.USAGE, problem) from error
    if options.check:
        _refuse_stale(before, options.output)
        say(f"{_count(len(before), 'template')} up to date", options.format)
    else:
        written = [path for path, how in before.items() if how != "current"]
        for path in written if len(written) <= LISTED else ():
            say(f"wrote {options.output}/{path}", options.format)
        same = len(before) - len(written)
        done = f"{_count(len(before), 'template')}: {len(written)} written, {same} unchanged"
        say(done, options.format)
    if options.format != "text":
        return report(diagnostics, loaded.sources, options.format)
    if diagnostics:
        say(f"{_count(len(diagnostics), 'warning')} of the rules: 'personac check' tells them")
    return int(Exit.FINE)


def _refuse_stale(standings: dict[str, Standing], output: str) -> None:
    stale = [f"{output}/{path} is {how}" for path, how in standings.items() if how != "current"]
    if stale:
        hint = "run 'personac build' and commit what it writes"
        raise Stop(Exit.STALE, "\n".join([*stale, hint]))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
