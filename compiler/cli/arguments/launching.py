"""Commands for whoever launches: launch, launches."""

from __future__ import annotations

import argparse
import re
from typing import Any

from compiler.cli.arguments.options import command, formats
from compiler.cli.place import region

PATIENCE = 1_800
"""Seconds that a launch is followed, unless said otherwise."""

_ROLE = re.compile(r"/?(?!arn:)(?:[!-.0-~]{1,510}/)*[a-zA-Z0-9_+=,.@-]{1,64}")
"""A role's path and name. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _launch(commands)
    _launches(commands)


def _launch(commands: Any) -> None:
    launch = command(
        commands,
        "launch",
        "launch a product from Service Catalog, update or terminate what is launched",
        "  personac launch data-scientist --set Buckets=my-data --set ExecutionRoles=arn:…\n"
        "  personac launch data-scientist --set … --dry-run    everything that is found before it\n"
        "  personac launch 'Data Scientist' --version 1.0.0 --name fraud-team --path data-science\n"
        "  personac launch data-scientist --update             to the newest version\n"
        "  personac launch data-scientist --update --set Buckets=my-data,more-data\n"
        "  personac launch data-scientist --name fraud-team --terminate\n"
        "  personac launch data-scientist --link               its form in the console\n\n"
        "all that is wrong is told before anything is created. A command that was stopped is run\n"
        "again as it was: it follows what it has begun, and begins nothing twice.\n"
        "With --format json, each line is an event, and the last one the result.\n\n"
        "exits 2 for what was typed, 5 where AWS refuses or the launch fails",
    )
    launch.add_argument(
        "product", metavar="PRODUCT", help="a persona, a product's title, or prod-… (its id)"
    )
    launch.add_argument("--version", metavar="V", help="default: the newest that is not deprecated")
    launch.add_argument(
        "--set", metavar="P=V", action="append", default=[], help="a launch parameter; repeatable"
    )
    launch.add_argument("--name", metavar="NAME", help="of the launch (default: the persona)")
    launch.add_argument(
        "--path", metavar="PORTFOLIO", help="where several portfolios lead to the product"
    )
    launch.add_argument(
        "--tag", metavar="K=V", action="append", default=[],
        help="a tag of what is launched; repeatable",
    )  # fmt: skip
    _region(launch)
    instead = launch.add_mutually_exclusive_group()
    instead.add_argument(
        "--update", action="store_true",
        help="change what is launched; values that --set does not name stay as they are",
    )  # fmt: skip
    instead.add_argument(
        "--terminate", action="store_true", help="end what is launched; says what is lost, and asks"
    )
    instead.add_argument("--link", action="store_true", help="print the link to its form, and end")
    launch.add_argument("--yes", action="store_true", help="terminate without asking")
    launch.add_argument("--dry-run", action="store_true", help="say what is found, and end")
    launch.add_argument("--no-wait", action="store_true", help="begin, and follow nothing")
    launch.add_argument(
        "--timeout", metavar="SECONDS", type=_seconds, default=PATIENCE,
        help=f"how long to follow it (default: {PATIENCE:,})",
    )  # fmt: skip
    _output(launch)
    formats(launch, "text", "json")


def _launches(commands: Any) -> None:
    launches = command(
        commands,
        "launches",
        "list who runs which version of the products, and which are behind",
        "  personac launches\n"
        "  personac launches --behind\n"
        "  personac launches --product data-scientist --format markdown\n"
        "  personac launches --account-role audit/reader --region eu-west-1\n\n"
        "Service Catalog lists what was launched in the account that asks. --account-role names a\n"
        "role to assume in each account that the portfolios are shared to; accounts that could\n"
        "not be seen are listed with the reason. 'withdrawn' is a version that is not offered any\n"
        "more; the one to take instead stands beside it.\n\n"
        "exits 5 where no account could be seen",
    )
    launches.add_argument("--product", metavar="P", help="a persona, a title, or prod-…")
    launches.add_argument(
        "--behind", action="store_true", help="only those that are behind, or withdrawn"
    )
    launches.add_argument(
        "--account-role", metavar="NAME", type=_role,
        help="with its path, where it has one: audit/reader",
    )  # fmt: skip
    launches.add_argument(
        "--region", metavar="REGION", type=region, action="append", default=[],
        help="repeatable (default: those of output/, else the environment's)",
    )  # fmt: skip
    _output(launches)
    formats(launches, "text", "json", "markdown")


def _region(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--region", metavar="REGION", type=region, help="default: the environment's"
    )


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output", metavar="DIR", default="output",
        help="the output of a clone, where there is one (default: output)",
    )  # fmt: skip


def _role(text: str) -> str:
    if not _ROLE.fullmatch(text):
        message = f"'{text}' is no name of a role; one is like reader, or audit/reader by its path"
        raise argparse.ArgumentTypeError(message)
    return text


def _seconds(text: str) -> int:
    if not text.isdecimal():
        message = f"'{text}' is no number of seconds"
        raise argparse.ArgumentTypeError(message)
    return int(text)
