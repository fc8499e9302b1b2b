"""`personac check`: everything that a pull request must pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.basing import chosen_base
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report, say

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date

    from compiler.base import Base
    from compiler.change import Change
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded


def run(options: Namespace) -> int:
    """Rules, quotas, templates, cfn-lint, guardrails, and what changes since a base."""
    from compiler.check import check_templates
    from compiler.cli.subjects import kept_alone
    from compiler.prove import check_guardrails
    from compiler.report.changes import changes_view

    loaded, diagnostics = examined(options.catalog)
    found = list(diagnostics)
    base = chosen_base(options, default=False)
    changed: tuple[Change, ...] | None = None
    if not any(each.severity == "error" for each in found):
        if not loaded.catalog.personas:
            raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
        with progress(len(loaded.catalog.personas)) as watch:
            found += check_templates(loaded.catalog, options.output, watch)
        attached = kept_alone(options.catalog)
        found += check_guardrails(loaded.catalog, attached, today())
        found += _of_products(options, loaded, base)
        if base:
            from compiler.since import changes_since

            released = base.released.keys()
            changed, problems = changes_since(base, loaded.catalog, attached, released)
            found += problems
        number = len(loaded.catalog.personas)
        say(f"checked {number} persona{'' if number == 1 else 's'}", options.format)
    told = changes_view(base, changed, loaded.sources) if base else None
    return report(found, loaded.sources, options.format, changes=told)


def _of_products(options: Namespace, loaded: Loaded, base: Base | None) -> list[Diagnostic]:
    """What is wrong with the versions that stand in output/, and with those that are released."""
    from compiler.publication import product_versions
    from compiler.released import broken_promises
    from compiler.rules.versions import check_versions

    folder = Path(options.output)
    try:
        held = product_versions(base, loaded.catalog, folder)
        found = [*check_versions(loaded.catalog, options.output, held)]
        if base:
            found += broken_promises(base, loaded.catalog, folder, options.output)
    except OSError as error:
        problem = f"cannot read {options.output}: {error.strerror}"
        raise Stop(Exit.USAGE, problem) from error
    return found


def today() -> date:
    """The day, by which exceptions expire: the one place that looks at a clock."""
    return datetime.now(UTC).date()
