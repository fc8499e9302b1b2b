"""`personac publish`: carry out a plan in Service Catalog."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.hub import adopted_by, confirmed, desired_of, hub_of, refusals, regions_of
from compiler.cli.reading import file_bytes
from compiler.report.console import show
from compiler.report.publication import SCHEMA, event_line, outcome_lines

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from compiler.release.desired import Desired
    from compiler.release.event import Event
    from compiler.release.publish import Published
    from compiler.release.regions import Hub, Outcome
    from compiler.release.saved_plan import SavedPlan


def run(options: Namespace) -> int:
    """Carry out a saved plan, or one that is made now and agreed to."""
    from compiler.release.regions import carry_out

    desired = desired_of(options)
    owner = f"{os.environ.get('GITHUB_RUN_ID') or os.getpid()} on {socket.gethostname()}"
    hub = hub_of(options, desired, commit=_commit_of(options), owner=owner)
    saved = _saved(options, desired) if options.plan else _planned(options, hub)
    if saved is None:
        return Exit.FINE
    # CI ends a run by SIGTERM: it stops as by Ctrl-C, and gives the lock back.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with refusals():
            outcomes = carry_out(hub, saved, _telling(options.format))
    except KeyboardInterrupt:
        message = "interrupted; run it again: what is done is seen, and what is left is finished"
        raise Stop(Exit.INTERRUPTED, message) from None
    finally:
        signal.signal(signal.SIGTERM, before)
    view = _view(outcomes)
    if options.format == "json":
        print(json.dumps(view))
    else:
        show(outcome_lines(view))
    if any(each.is_refused for each in outcomes):
        return Exit.REFUSED
    return Exit.FINDINGS if any(each.problems for each in outcomes) else Exit.FINE


def _saved(options: Namespace, desired: Desired) -> SavedPlan:
    from compiler.release.saved_plan import PlanError, read_plan

    try:
        saved = read_plan(file_bytes(Path(options.plan)))
    except PlanError as error:
        raise Stop(Exit.USAGE, f"{options.plan}: {error}") from error
    if saved.digest != desired.digest:
        message = f"{options.plan} was made for another output than {options.output}"
        raise Stop(Exit.FINDINGS, f"{message}: plan again")
    agreed = dict(options.adopt)
    for region in saved.regions.values():
        for product, id_ in region.adopted.items():
            if agreed.get(product) != id_:
                message = f"this plan takes over {id_} as '{product}'"
                raise Stop(Exit.USAGE, f"{message}: agree by --adopt {product}={id_}")
    return saved


def _planned(options: Namespace, hub: Hub) -> SavedPlan | None:
    """A plan that is made now; None where there is nothing to do."""
    from compiler.artifact import canonical
    from compiler.release.observe import Looking
    from compiler.release.regions import plan_regions
    from compiler.release.saved_plan import plan_view, read_plan
    from compiler.report.plan import plan_lines

    regions = regions_of(options, hub.desired)
    looking = Looking(adopt=adopted_by(options, hub.desired, regions))
    with refusals():
        planned = plan_regions(hub, regions, looking)
    view = plan_view(hub.desired, planned)
    show(plan_lines(view), sys.stderr if options.format == "json" else sys.stdout)
    if any(plan.conflicts for plan, _ in planned):
        raise Stop(Exit.FINDINGS, "settle the conflicts first; nothing was done")
    if not any(plan.changes for plan, _ in planned):
        if options.format == "json":
            print(json.dumps(_view(())))
        return None
    confirmed("Carry this out?", yes=options.yes)
    return read_plan(canonical(view))


def _telling(form: str) -> Any:
    is_heard = True

    def tell(event: Event) -> None:
        nonlocal is_heard
        view = event.view()
        try:
            if is_heard and form == "json":
                print(json.dumps(view), flush=True)
            elif is_heard and (line := event_line(view)):
                show([line])
                sys.stdout.flush()
        except BrokenPipeError:
            # The reader has gone: what has begun is finished all the same.
            is_heard = False

    return tell


def _view(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {"schema": SCHEMA, "regions": [_region(each) for each in outcomes]}


def _region(outcome: Outcome) -> dict[str, Any]:
    made = outcome.published
    return {
        "region": outcome.region,
        "done": outcome.done,
        "failed": len(made.failed) if made else 0,
        "skipped": len(made.skipped) if made else 0,
        "problems": list(outcome.problems),
        "receipt": outcome.receipt or None,
        "links": _links(made) if made else {},
    }


def _links(made: Published) -> dict[str, str]:
    """The form in the console of each product that has a version now that it had not."""
    from compiler.release.changes import SetVersion
    from compiler.release.launching.console_link import product_link

    offered = {
        each.product for each in made.done if isinstance(each, SetVersion) and each.new == "active"
    }
    links = {each: product_link(made.region, made.products[each]) for each in sorted(offered)}
    return {product: link for product, link in links.items() if link}


def _commit_of(options: Namespace) -> Any:
    from compiler.base import commit_that_added

    folder = Path(options.output)
    return lambda file: commit_that_added(folder / file)
