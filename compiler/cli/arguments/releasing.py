"""Commands that bring compiled products to Service Catalog: plan, publish, rollback."""

from __future__ import annotations

import argparse
import re
from typing import Any

from compiler.cli.arguments.options import command, formats
from compiler.cli.place import region


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _plan(commands)
    _publish(commands)
    _rollback(commands)


def _plan(commands: Any) -> None:
    plan = command(
        commands,
        "plan",
        "show what a publish would change in Service Catalog",
        "  personac plan\n"
        "  personac plan --region eu-west-1 --exit-code   exit 10 if there is anything to do\n"
        "  personac plan --out plan.json                  save it, for personac publish plan.json\n"
        "  personac plan --verify                         read every template and constraint back\n"
        "  personac plan --adopt ml-ops=prod-abcdefghijklm",
    )
    _hub(plan)
    plan.add_argument("--out", metavar="FILE", help="save the plan, and what it was made for")
    plan.add_argument(
        "--exit-code", action="store_true", help="exit 10 if there is anything to change"
    )
    plan.add_argument(
        "--verify", action="store_true", help="compare every template that Service Catalog holds"
    )
    _adoption(plan)
    formats(plan, "text", "json", "markdown")


def _publish(commands: Any) -> None:
    publish = command(
        commands,
        "publish",
        "carry out a plan in Service Catalog",
        "  personac publish plan.json      exactly this plan, or nothing\n"
        "  personac publish                plan, ask, and carry it out\n"
        "  personac publish --yes          without asking\n\n"
        "A publish that was stopped is finished by running it again.",
    )
    publish.add_argument("plan", metavar="PLAN", nargs="?", help="what 'personac plan --out' saved")
    _hub(publish)
    _adoption(publish)
    publish.add_argument("--yes", action="store_true", help="do not ask")
    formats(publish, "text", "json")


def _rollback(commands: Any) -> None:
    rollback = command(
        commands,
        "rollback",
        "offer an earlier version of a product again, at once",
        "  personac rollback data-scientist --to 1.0.0\n\n"
        "It prints the change of the catalog to merge; until then publish leaves the product.",
    )
    rollback.add_argument("product", metavar="PRODUCT", help="a persona")
    rollback.add_argument("--to", metavar="VERSION", required=True, help="the version to offer")
    _hub(rollback)
    rollback.add_argument("--yes", action="store_true", help="do not ask")
    formats(rollback, "text", "json")


def _hub(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--output", metavar="DIR", default="output", help="the output (default: output)"
    )
    added.add_argument(
        "--region", metavar="REGION", action="append", default=[], type=region,
        help="a Region; repeatable (default: all that the portfolios name)",
    )  # fmt: skip
    added.add_argument(
        "--bucket", metavar="NAME", type=_bucket,
        help="the artifact bucket (default: personac-<catalog>-<account>)",
    )  # fmt: skip


def _bucket(text: str) -> str:
    """A bucket's name.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        message = f"'{text}' is no name of a bucket: 3 to 63 small letters, digits, '.' and '-'"
        raise argparse.ArgumentTypeError(message)
    return text


def _adoption(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--adopt", metavar="PRODUCT=ID", action="append", default=[], type=_adopted,
        help="take over a product that exists; a plan that does needs it said again; repeatable",
    )  # fmt: skip


def _adopted(text: str) -> tuple[str, str]:
    product, equals, id_ = text.partition("=")
    if not equals or not product or not id_.startswith("prod-"):
        message = f"'{text}' is not PRODUCT=prod-…"
        raise argparse.ArgumentTypeError(message)
    return product, id_
