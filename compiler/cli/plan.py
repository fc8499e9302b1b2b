"""`personac plan`: what a publish would change in Service Catalog."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.hub import adopted_by, desired_of, hub_of, refusals, regions_of
from compiler.report.console import coloured, show
from compiler.report.plan import plan_lines, plan_markdown

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Observe, compare, and show."""
    from compiler.release.observe import Looking
    from compiler.release.regions import plan_regions
    from compiler.release.saved_plan import plan_view

    desired = desired_of(options)
    regions = regions_of(options, desired)
    adopt = adopted_by(options, desired, regions)
    looking = Looking(verify=options.verify, adopt=adopt)
    hub = hub_of(options, desired)
    with refusals():
        planned = plan_regions(hub, regions, looking, watching())
        missing = sorted(set(adopt) - {p for _, state in planned for p in state.products})
    if missing:
        raise Stop(Exit.USAGE, f"there is no product {', '.join(adopt[each] for each in missing)}")
    view = plan_view(desired, planned)
    if options.out:
        _save(Path(options.out), view)
    _print(view, options.format)
    if any(plan.conflicts for plan, _ in planned):
        return Exit.FINDINGS
    changed = any(plan.changes for plan, _ in planned)
    return Exit.CHANGES if changed and options.exit_code else Exit.FINE


def watching() -> Any:
    """A line on the terminal that says what was looked at; nothing where nobody watches."""
    seen = 0

    def watch(what: str) -> None:
        nonlocal seen
        seen += 1
        if coloured(sys.stderr):
            print(f"\r\x1b[Kseen {seen}: {what}", end="\r", file=sys.stderr, flush=True)

    return watch


def _print(view: dict[str, Any], form: str) -> None:
    if coloured(sys.stderr):
        print("\r\x1b[K", end="", file=sys.stderr)
    if form == "json":
        print(json.dumps(view, indent=2))
    elif form == "markdown":
        for line in plan_markdown(view):
            print(line)
    else:
        show(plan_lines(view))


def _save(path: Path, view: dict[str, Any]) -> None:
    from compiler.artifact import Artifact, canonical, put

    try:
        put(path.parent, Artifact(path=path.name, content=canonical(view)))
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot write {path}: {error.strerror}") from error
