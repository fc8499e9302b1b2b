"""What plan, publish and rollback have in common: output/, Regions, and AWS's refusals."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import refuse_unknown

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from compiler.release.desired import Desired
    from compiler.release.regions import Hub


def desired_of(options: Namespace) -> Desired:
    """What output/ asks for."""
    from compiler.release.desired import DesiredError, read_desired

    try:
        return read_desired(Path(options.output))
    except DesiredError as error:
        code = Exit.STALE if len(error.problems) > 1 else Exit.NOTHING
        raise Stop(code, str(error)) from error


def regions_of(options: Namespace, desired: Desired) -> tuple[str, ...]:
    """The Regions that are named, or all that portfolios name."""
    refuse_unknown(options.region, desired.regions, "Region of any portfolio")
    return tuple(dict.fromkeys(options.region)) or desired.regions


def hub_of(options: Namespace, desired: Desired, **more: Any) -> Hub:
    """Where to publish from."""
    from compiler.release.regions import Hub

    folder = Path(options.output)
    return Hub(desired=desired, folder=folder, bucket=options.bucket, **more)


def adopted_by(options: Namespace, desired: Desired, regions: Sequence[str]) -> dict[str, str]:
    """The products that are to be taken over, by persona."""
    adopt = dict(options.adopt)
    refuse_unknown(adopt, desired.products, "product")
    if adopt and len(regions) > 1:
        raise Stop(Exit.USAGE, "a product stands in one Region: name it by --region")
    return adopt


@contextmanager
def refusals() -> Iterator[None]:
    """End the command with what AWS says, where it refuses or cannot be reached."""
    from compiler.release.aws import AwsError

    try:
        yield
    except AwsError as error:
        raise Stop(Exit.REFUSED, str(error)) from error


def confirmed(question: str, *, yes: bool) -> None:
    """Ask on a terminal; elsewhere `--yes` has to say so."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop(Exit.USAGE, f"{question} Nobody can be asked here: say --yes")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise Stop(Exit.FINDINGS, "nothing was done")
