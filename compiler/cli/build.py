"""`personac build`: compile the catalog into output/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import standing, write
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined, refuse_unknown
from compiler.cli.writing import report, say

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Compile the personas that are named, or all of them."""
    from compiler.build import compile_personas

    loaded, diagnostics = examined(options.catalog)
    personas = loaded.catalog.personas
    refuse_unknown(options.personas, personas, "persona")
    chosen = tuple(dict.fromkeys(options.personas)) or tuple(personas)
    if any(each.severity == "error" for each in diagnostics):
        return report(diagnostics, loaded.sources, options.format)
    if not chosen:
        raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
    built = compile_personas(loaded.catalog, chosen)
    problems = [each for one in built for each in one.diagnostics]
    if problems:
        return report([*diagnostics, *problems], loaded.sources, options.format)
    artifacts = [one.artifact for one in built if one.artifact]
    output = Path(options.output)
    if options.check:
        stale = {each.path: standing(output, each) for each in artifacts}
        listed = [f"{options.output}/{path} is {how}" for path, how in stale.items() if how != "current"]
        if listed:
            hint = "run 'personac build' and commit what it writes"
            raise Stop(Exit.STALE, "\n".join([*listed, hint]))
        say(f"{_count(len(artifacts), 'template')} up to date", options.format)
        return report(diagnostics, loaded.sources, options.format, quiet=True)
    try:
        written = write(output, artifacts)
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot write to {options.output}: {error.strerror}") from error
    for each in written if len(written) <= 20 else ():  # noqa: PLR2004
        say(f"wrote {options.output}/{each.path}", options.format)
    same = len(artifacts) - len(written)
    say(
        f"{_count(len(artifacts), 'template')}: {len(written)} written, {same} unchanged",
        options.format,
    )
    return report(diagnostics, loaded.sources, options.format, quiet=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
