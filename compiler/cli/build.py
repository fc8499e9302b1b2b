"""`personac build`: compile the catalog into output/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.basing import chosen_base
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined, refuse_unknown
from compiler.cli.writing import report, say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.artifact import Standing
    from compiler.base import Base
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded
    from compiler.released import Settled
    from compiler.template import AccountTemplate

LISTED = 20
"""Files that are named one by one; of more, only the number."""


def run(options: Namespace) -> int:
    """Compile the personas that are named, or the whole catalog."""
    loaded, found = _examined(options)
    base = chosen_base(options, default=True)
    settled = _settled(options, loaded, found, base)
    if options.bump and base is None:
        hint = "name the commit that holds what is released by --base"
        raise Stop(Exit.USAGE, f"there is no base to compare with: {hint}")
    if options.bump and _raise(options, loaded, settled):
        loaded, found = _examined(options)
        settled = _settled(options, loaded, found, base)
    problems = [*settled.diagnostics, *_of_products(options, loaded, base)]
    found = (*found, *problems)
    if any(each.severity == "error" for each in problems):
        return report(found, loaded.sources, options.format)
    placed = _placed(options, loaded, settled, base)
    _tell(options, placed)
    over = [path for path in _versions(placed) if placed[path] == "stale"]
    if over and base is None and options.base is None:
        what = f"{_count(len(over), 'version')} written over"
        say(f"{what}: without a base (origin/main, or --base) nothing is released", options.format)
    if settled.raised:
        # No problem is left, so these are the ones of which bytes alone differ.
        kept = _count(len(settled.raised), "released template")
        hint = "'personac build --bump' makes a patch version"
        say(f"{kept} kept, of the same meaning but written otherwise now: {hint}", options.format)
    if options.format != "text":
        return report(found, loaded.sources, options.format)
    if found:
        say(f"{_count(len(found), 'warning')} of the rules: 'personac check' tells them")
    return int(Exit.FINE)


def _examined(options: Namespace) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """The catalog, and the warnings of its rules. Errors end the command."""
    loaded, found = examined(options.catalog)
    # A persona whose file cannot be read is not unknown: the report says what is wrong with it.
    unread = {each.removeprefix("personas/") for each in loaded.broken}
    named = [each for each in options.personas if each not in unread]
    refuse_unknown(named, loaded.catalog.personas, "persona")
    if any(each.severity == "error" for each in found):
        raise Stop(Exit(report(found, loaded.sources, options.format)))
    if not loaded.catalog.personas:
        raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
    return loaded, found


def _settled(
    options: Namespace, loaded: Loaded, found: Sequence[Diagnostic], base: Base | None
) -> Settled:
    """The personas that are compiled, held to what is released. What does not fit ends it."""
    from compiler.build import pack_personas
    from compiler.cli.subjects import kept_alone
    from compiler.released import settle

    chosen = tuple(dict.fromkeys(options.personas)) or tuple(loaded.catalog.personas)
    packings, problems = pack_personas(loaded.catalog, chosen)
    if problems:
        raise Stop(Exit(report([*found, *problems], loaded.sources, options.format)))
    attached = kept_alone(options.catalog)
    return settle(base, loaded.catalog, packings, attached, everything=options.bump)


def _raise(options: Namespace, loaded: Loaded, settled: Settled) -> bool:
    """Write the versions that tell what changed into the files of personas, where that mends all.

    Returns:
        Whether a file was written.
    """
    from compiler.artifact import put
    from compiler.raising import RaisingError, raised

    mended = {loaded.catalog.place("personas", each, "version") for each in settled.raised}
    if any(each.place not in mended for each in settled.diagnostics):
        return False
    if not settled.raised:
        say("every version tells its change: none is raised", options.format)
        return False
    folder = Path(options.catalog)
    try:
        files = [
            raised(
                loaded.sources[loaded.catalog.place("personas", persona).path],
                (folder / "personas" / f"{persona}.yaml").read_bytes(),
                persona,
                version,
            )
            for persona, version in settled.raised.items()
        ]
        for (persona, version), file in zip(settled.raised.items(), files, strict=True):
            put(folder, file)
            old = loaded.catalog.personas[persona].version
            say(f"raised {options.catalog}/{file.path} from {old} to {version}", options.format)
    except RaisingError as error:
        raise Stop(Exit.FINDINGS, f"{error}; no file was changed") from error
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot write to {options.catalog}: {error.strerror}") from error
    return True


def _of_products(options: Namespace, loaded: Loaded, base: Base | None) -> tuple[Diagnostic, ...]:
    """What is wrong with the versions of what is compiled."""
    from compiler.publication import product_versions
    from compiler.released import unlisted
    from compiler.rules.versions import check_versions

    try:
        held = product_versions(base, loaded.catalog, Path(options.output), options.personas)
    except OSError as error:
        raise _unplaced(options, error) from error
    found = check_versions(loaded.catalog, options.output, held)
    # Which portfolios list the others is a question about the whole catalog.
    whole = None if options.personas else base
    return (*found, *(unlisted(whole, loaded.catalog) if whole else ()))


def _placed(
    options: Namespace, loaded: Loaded, settled: Settled, base: Base | None
) -> dict[str, Standing]:
    """Write what is missing or stale, or only look at it: how each file stood, by path."""
    from compiler.artifact import left_over, portfolio_path, put, standing
    from compiler.base import BaseError
    from compiler.build import compare, compile_account, compile_hub, write
    from compiler.launch_permissions import older
    from compiler.publication import listing, older_templates, portfolios
    from compiler.released import restore, standings

    output = Path(options.output)
    account: tuple[AccountTemplate, ...] = ()
    hub: tuple[AccountTemplate, ...] = ()
    one, several = (standing, compare) if options.check else (put, write)
    try:
        if not options.personas:
            needed = older(older_templates(base, loaded.catalog, output))
            account = compile_account(loaded.catalog, needed)
            hub = compile_hub(loaded.catalog, account)
        made = several(output, settled.packings, (*account, *hub))
        before = {path: each.standing for path, each in made.items()}
        if base and not options.check:
            before |= restore(base, output, settled.kept)
        else:
            before |= standings(output, settled.kept)
        digests = {path: each.sha256 for path, each in made.items()}
        files = portfolios(base, loaded.catalog, output, digests, options.personas)
        before |= {each.path: one(output, each) for each in files}
        # They would be published on.
        gone = () if options.personas else left_over(output, loaded.catalog.portfolios)
        for path in gone:
            before[path] = "left over"
            if not options.check:
                (output / path).unlink()
    except BaseError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    except OSError as error:
        raise _unplaced(options, error) from error
    for name in listing(loaded.catalog, options.personas):
        if portfolio_path(name) not in before:
            hint = "is left as it is: 'personac build' without a name builds all of its products"
            say(f"{options.output}/{portfolio_path(name)} {hint}", options.format)
    return before


def _unplaced(options: Namespace, error: OSError) -> Stop:
    does = "read" if options.check else "write to"
    return Stop(Exit.USAGE, f"cannot {does} {options.output}: {error.strerror}")


def _tell(options: Namespace, before: Mapping[str, Standing]) -> None:
    """Say what was done; stale files end the command where it was to look at them."""
    several = _counted(before)
    changed = [path for path, how in before.items() if how != "current"]
    if not options.check:
        gone = [path for path in changed if before[path] == "left over"]
        for path in changed if len(changed) <= LISTED else ():
            did = "deleted" if path in gone else "wrote"
            say(f"{did} {options.output}/{path}", options.format)
        same = len(before) - len(changed)
        deleted = f", {len(gone)} deleted" if gone else ""
        done = f"{len(changed) - len(gone)} written, {same} unchanged{deleted}"
        say(f"{several}: {done}", options.format)
    elif changed:
        stale = [f"{options.output}/{path} is {before[path]}" for path in changed]
        hint = "run 'personac build' and commit what it writes"
        raise Stop(Exit.STALE, "\n".join([*stale, hint]))
    else:
        say(f"{several} up to date", options.format)


def _counted(before: Mapping[str, Standing]) -> str:
    """How many files there are, of each kind."""
    from compiler.artifact import PORTFOLIO_FILE

    wanted = [path for path, how in before.items() if how != "left over"]
    portfolios = sum(bool(PORTFOLIO_FILE.fullmatch(path)) for path in wanted)
    templates = _count(len(wanted) - portfolios, "template")
    return f"{templates} and {_count(portfolios, 'portfolio')}" if portfolios else templates


def _versions(paths: Iterable[str]) -> frozenset[str]:
    """Those of some files that are versions of personas."""
    from compiler.artifact import VERSION_FILE

    return frozenset(each for each in paths if VERSION_FILE.fullmatch(each))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
