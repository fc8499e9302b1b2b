"""`personac check`: everything that a pull request must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report, say

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Rules, quotas, the rules of templates, cfn-lint."""
    from compiler.check import check_templates

    loaded, diagnostics = examined(options.catalog)
    found = list(diagnostics)
    if not any(each.severity == "error" for each in found):
        if not loaded.catalog.personas:
            raise Stop(Exit.NOTHING, f"{options.catalog}/personas holds no persona")
        with progress(len(loaded.catalog.personas)) as watch:
            found += check_templates(loaded.catalog, options.output, watch)
        number = len(loaded.catalog.personas)
        say(f"checked {number} persona{'' if number == 1 else 's'}", options.format)
    return report(found, loaded.sources, options.format)
