"""`personac launch`: launch a product, update or terminate what is launched."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import values
from compiler.release.aws import DENIED, Aws, AwsError
from compiler.release.launching.choice import ChoiceError
from compiler.release.launching.clone import read_clone
from compiler.release.launching.finding import TYPED, errors
from compiler.release.launching.following import Following
from compiler.release.launching.launch import Wish, ready_to_launch
from compiler.release.launching.launch_view import ending_view, link_view, ready_view
from compiler.release.launching.offer import offered
from compiler.release.launching.provisioning import begin, end
from compiler.release.launching.termination import Ending, ready_to_terminate
from compiler.release.launching.update import ready_to_update
from compiler.report.console import show
from compiler.report.launch import lines

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from compiler.release.launching.clone import Clone
    from compiler.release.launching.finding import Finding
    from compiler.release.launching.launch import Ready
    from compiler.release.launching.provisioning import Record

_BEGUN = "run the same command again: it begins, or follows what has begun"
_DENIED = "once that is mended, run the same command again"
_GOES_ON = "AWS goes on with it: the same command again follows it"


def run(options: Namespace) -> int:
    """Look at everything that a launch needs, begin it, and follow it to its end."""
    _refuse_together(options)
    wish = Wish(
        product=options.product,
        version=options.version,
        path=options.path,
        name=options.name,
        values=values(options.set),
        tags=values(options.tag, "--tag"),
    )
    with _told("nothing was begun"):
        clone = read_clone(options.output)
        aws = Aws(options.region)
        aws.greet()
        if options.link:
            return _link(aws, options, clone)
        if options.terminate:
            what: Ending | Ready = ready_to_terminate(aws, wish, clone)
        else:
            what = (ready_to_update if options.update else ready_to_launch)(aws, wish, clone)
    if isinstance(what, Ending):
        return _terminate(aws, what, options)
    return _begin(aws, what, options)


def _refuse_together(options: Namespace) -> None:
    given = [name for name in ("set", "tag", "version", "path") if getattr(options, name)]
    if options.terminate and given:
        raise Stop(Exit.USAGE, f"--terminate ends what is launched: leave --{given[0]} out")
    if options.yes and not options.terminate:
        raise Stop(Exit.USAGE, "--yes answers what --terminate asks: there is nothing to answer")


def _link(aws: Aws, options: Namespace, clone: Clone) -> Exit:
    wanted = options.product
    found = wanted if wanted.startswith("prod-") else offered(aws, wanted, clone).id
    _say(link_view(found, aws.region), options)
    return Exit.FINE


def _begin(aws: Aws, ready: Ready, options: Namespace) -> Exit:
    _say(ready_view(ready), options)
    if (refused := _refused(ready.findings)) is not None:
        return refused
    if options.dry_run or ready.is_current:
        return Exit.FINE
    with _told(_BEGUN):
        record = begin(aws, ready)
    following = Following(
        operation=ready.operation,
        product=options.product,
        title=ready.offer.title,
        version=ready.version.name,
        name=ready.name,
        region=ready.region,
        account=ready.account,
        stack=ready.standing.stack_id if ready.standing else "",
    )
    return _follow(aws, following, record, options)


def _terminate(aws: Aws, ending: Ending, options: Namespace) -> Exit:
    _say(ending_view(ending), options)
    if (refused := _refused(ending.findings)) is not None:
        return refused
    if options.dry_run:
        return Exit.FINE
    if not ending.record and not options.yes and not _agreed(ending, options):
        raise Stop(Exit.USAGE, "nothing was terminated")
    with _told(_BEGUN):
        record = end(aws, ending)
    following = Following(
        operation="terminate",
        product=options.product,
        title=ending.offer.title,
        version=ending.standing.version_name if ending.standing else "",
        name=ending.name,
        region=ending.region,
        account=ending.account,
        stack=ending.standing.stack_id if ending.standing else "",
    )
    return _follow(aws, following, record, options)


def _refused(findings: tuple[Finding, ...]) -> Exit | None:
    """How to exit for what was found; None where nothing stops the launch."""
    found = errors(findings)
    if not found:
        return None
    return Exit.USAGE if any(each.about in TYPED for each in found) else Exit.REFUSED


def _agreed(ending: Ending, options: Namespace) -> bool:
    if options.format != "text" or not sys.stdin.isatty():
        raise Stop(Exit.USAGE, f"say --yes to terminate '{ending.name}': nobody is here to ask")
    with _told("nothing was begun"):
        try:
            answer = input(f"Terminate '{ending.name}'? What is lost stands above. [y/N] ")
        except EOFError:
            return False
    return answer.strip().lower() in ("y", "yes")


def _follow(aws: Aws, following: Following, record: Record, options: Namespace) -> Exit:
    with _told(_GOES_ON):
        if options.no_wait:
            _say(following.unfinished(record), options)
            return Exit.FINE
        status = ""
        for view in following.events(aws, record, options.timeout):
            _say(view, options)
            status = view.get("status", "") if view["event"] == "result" else ""
    return Exit.FINE if status == "succeeded" else Exit.REFUSED


def _say(view: dict[str, Any], options: Namespace) -> None:
    """An event, at once: who watches, or reads a pipe, sees it as it happens."""
    if options.format == "json":
        print(json.dumps(view))
    else:
        show(lines(view))
    sys.stdout.flush()


@contextmanager
def _told(then: str) -> Iterator[None]:
    """End the command in words, whatever AWS or the user does.

    Args:
        then: how things stand, and how to go on.
    """
    try:
        yield
    except ChoiceError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    except AwsError as error:
        if then == _BEGUN and error.code in DENIED:
            then = _DENIED
        raise Stop(Exit.REFUSED, f"{error}; {then}") from error
    except KeyboardInterrupt as error:
        raise Stop(Exit.INTERRUPTED, f"interrupted; {then}") from error
