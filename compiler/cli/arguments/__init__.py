"""What can be typed: commands, arguments, help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from compiler import __version__
from compiler.cli.arguments import asking, authoring, compiling, launching, releasing, trying

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """\
examples:
  personac check                             everything a pull request must pass
  personac build                             compile the catalog into output/
  personac render data-scientist --set Buckets=my-data --set ExecutionRoles=arn:aws:iam::…
  personac can data-scientist s3:GetObject --resource arn:aws:s3:::my-data/a --set …
  personac diff data-scientist@1.0.0 data-scientist
                                             what a change lets people do
  personac plan --out plan.json              what a publish would change in Service Catalog
  personac publish plan.json                 exactly that, or nothing
  personac launch data-scientist --set …     launch it from Service Catalog
  personac launches --behind                 who runs a version that is not the newest
  personac new persona fraud-analyst         a persona file to begin with
  personac explain unknown-action            what a rule refuses, and why
  personac demo                              the whole way, on a local AWS

exit codes:
  0 fine, warnings included   1 findings   2 usage, or a subject that cannot be read
  3 nothing to compile        4 output is stale   5 AWS refused or could not be reached
  10 plan --exit-code found changes   130 interrupted
  141 the reader went away
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="personac",
        description="Compile a catalog of personas into CloudFormation templates.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"personac {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for theme in (compiling, asking, releasing, launching, authoring, trying):
        theme.add(commands)
    return top


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ends the process where it is none, or asks for help."""
    top = parser()
    options, more = top.parse_known_args(arguments)
    if len(more) == 1 and not more[0].startswith("-") and getattr(options, "action", "") is None:
        # Before Python 3.13, argparse takes ACTION right after SUBJECT alone, not after an option.
        options.action = more[0]
    elif more:
        top.error(f"unrecognized arguments: {' '.join(more)}")
    return options
