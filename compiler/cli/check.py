"""`personac check`: everything that a pull request must pass."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report, say

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date


def run(options: Namespace) -> int:
    """Rules, quotas, the rules of templates, cfn-lint."""
    from compiler.check import check_templates
    from compiler.cli.subjects import kept_alone
    from compiler.prove import check_guardrails

    loaded, diagnostics = examined(options.catalog)
    found = list(diagnostics)
    if not any(each.severity == "error" for each in found):
        if not loaded.catalog.personas:
            raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
        with progress(len(loaded.catalog.personas)) as watch:
            found += check_templates(loaded.catalog, options.output, watch)
        found += check_guardrails(loaded.catalog, kept_alone(options.catalog), _today())
        number = len(loaded.catalog.personas)
        say(f"checked {number} persona{'' if number == 1 else 's'}", options.format)
    return report(found, loaded.sources, options.format)


def _today() -> date:
    """The day, by which exceptions expire: the one place that looks at a clock."""
    return datetime.now(UTC).date()
