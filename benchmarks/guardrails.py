"""How fast all guardrails are proved of all personas of the catalog.

    .venv/bin/python -m benchmarks.guardrails

The floor is what no proof can leave out, measured in the same run: rendering the templates with
their parameters open, for each combination of options, and parsing the policies.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date
from typing import TYPE_CHECKING

from compiler.build import compile_persona
from compiler.cases import cases
from compiler.cli.subjects import kept_alone
from compiler.prove import check_guardrails
from compiler.render import Launch
from compiler.subject import Subject
from tests.catalog.launches import REPOSITORY, catalog

if TYPE_CHECKING:
    from collections.abc import Callable

GOAL = 10.0
"""Seconds for all guardrails over all personas."""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="default: 5; medians are shown")
    options = arguments.parse_args()
    held = catalog()
    attached = kept_alone(str(REPOSITORY / "catalog"))

    def prove() -> None:
        found = check_guardrails(held, attached, date(2026, 1, 1))
        if found:
            raise SystemExit(f"the catalog breaks its guardrails: {found[0].message}")

    products = [compile_persona(held, each)[0] for each in held.personas]
    subjects = [
        Subject(name="", kind="template", body=each.template.body, source="")
        for each in products
        if each
    ]

    def render_all() -> None:
        for each in subjects:
            cases(each, {}, Launch(), attached)

    first = seconds(prove)
    proofs = [seconds(prove) for _ in range(options.runs)]
    floors = [seconds(render_all) for _ in range(options.runs)]
    number = f"{len(held.guardrails)} guardrails, {len(held.personas)} personas"
    warm = statistics.median(proofs)
    print(f"{number}: {first:.2f} s at first, {warm:.2f} s warm; goal {GOAL} s")
    print(f"ratio to the floor: {warm / statistics.median(floors):.1f}")


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
