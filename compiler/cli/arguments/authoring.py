"""Commands for whoever writes a catalog: new, keep, schema, explain."""

from __future__ import annotations

from typing import Any

from compiler.cli.arguments.options import command, folders, formats


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _new(commands)
    _keep(commands)
    _schema(commands)
    _explain(commands)


def _new(commands: Any) -> None:
    new = command(
        commands,
        "new",
        "write a persona or an activity to begin with, every choice as a comment",
        "  personac new persona fraud-analyst\n"
        "  personac new persona fraud-analyst --acceptance requests\n"
        "  personac new activity label-images\n\n"
        "what it writes passes 'personac check' as it stands; no file is ever overwritten",
    )
    new.add_argument(
        "kind", metavar="KIND", choices=("persona", "activity"), help="persona or activity"
    )
    new.add_argument("name", metavar="NAME", help="its id: lower-case words with hyphens")
    new.add_argument(
        "--acceptance", metavar="DIR",
        help="where a persona's table of requests goes (default: tests/acceptance, if it exists)",
    )  # fmt: skip
    folders(new, output=False)
    formats(new, "text", "json")


def _keep(commands: Any) -> None:
    keep = command(
        commands,
        "keep",
        "keep copies of AWS managed policies in the catalog, for checks to read",
        "  personac keep AmazonSageMakerFullAccess\n"
        "  personac keep service-role/AmazonSageMakerCanvasForecastAccess",
    )
    keep.add_argument(
        "names", metavar="NAME", nargs="+",
        help="from the account where credentials are set up, else from moto's data",
    )  # fmt: skip
    folders(keep, output=False)


def _schema(commands: Any) -> None:
    schema = command(
        commands,
        "schema",
        "write the JSON Schemas that editors complete and check catalog files with",
        "  personac schema\n  personac schema --check\n  personac schema persona",
    )
    schema.add_argument(
        "kind", metavar="KIND", nargs="?", help="print one schema instead of writing all"
    )
    schema.add_argument(
        "--check", action="store_true", help="write nothing; exit 4 if a schema is stale"
    )
    folders(schema, output=False)


def _explain(commands: Any) -> None:
    explain = command(
        commands,
        "explain",
        "print the card of a rule: what, why, a failing and a passing example",
        "  personac explain unknown-action\n  personac explain",
    )
    explain.add_argument("rule", metavar="RULE", nargs="?", help="list all rules if not given")
    explain.add_argument(
        "--write", action="store_true", help="write compiler/rules/README.md from the cards"
    )
    explain.add_argument(
        "--check", action="store_true", help="exit 4 if compiler/rules/README.md is stale"
    )
    formats(explain, "text", "json")
