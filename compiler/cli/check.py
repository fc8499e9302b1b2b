"""`personac check`: everything that a pull request must pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report, say

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date

    from compiler.base import Base
    from compiler.change import Change


def run(options: Namespace) -> int:
    """Rules, quotas, templates, cfn-lint, guardrails, and what changes since a base."""
    from compiler.check import check_templates
    from compiler.cli.subjects import kept_alone
    from compiler.prove import check_guardrails
    from compiler.report.changes import changes_view

    loaded, diagnostics = examined(options.catalog)
    found = list(diagnostics)
    base = None if options.base is None else _base(options)
    changed: tuple[Change, ...] | None = None
    if not any(each.severity == "error" for each in found):
        if not loaded.catalog.personas:
            raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
        with progress(len(loaded.catalog.personas)) as watch:
            found += check_templates(loaded.catalog, options.output, watch)
        found += check_guardrails(loaded.catalog, kept_alone(options.catalog), today())
        if base:
            from compiler.since import changes_since

            changed, problems = changes_since(base, loaded.catalog, kept_alone(options.catalog))
            found += problems
        number = len(loaded.catalog.personas)
        say(f"checked {number} persona{'' if number == 1 else 's'}", options.format)
    told = changes_view(base, changed, loaded.sources) if base else None
    return report(found, loaded.sources, options.format, changes=told)


def _base(options: Namespace) -> Base:
    from compiler.base import BaseError, read_base

    try:
        return read_base(options.base, Path(options.catalog), Path(options.output))
    except BaseError as error:
        raise Stop(Exit.USAGE, str(error)) from error


def today() -> date:
    """The day, by which exceptions expire: the one place that looks at a clock."""
    return datetime.now(UTC).date()
