"""`personac demo`: the main job from end to end, on the sandbox."""

from __future__ import annotations

import re
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report
from compiler.report.console import show

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from compiler.catalog import Catalog
    from compiler.demo import Said
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded


def run(options: Namespace) -> int:
    """Build and check, start the sandbox, and tell the story there."""
    from compiler.build import compile_persona
    from compiler.demo.story import PERSONA

    loaded, diagnostics = examined(options.catalog)
    _stop_on_errors(loaded, diagnostics)
    if PERSONA not in loaded.catalog.personas:
        raise Stop(Exit.NOTHING, f"the demo launches '{PERSONA}', which {options.catalog} lacks")
    product, problems = compile_persona(loaded.catalog, PERSONA)
    if product is None:
        raise Stop(Exit(report(problems, loaded.sources, "text")))
    _build(options)
    _check(loaded, diagnostics, options.output)
    try:
        from compiler.base import BaseError
        from compiler.demo import Place, surroundings, tell
        from compiler.deploy import DeployError
        from compiler.sandbox import Sandbox
    except ModuleNotFoundError as error:
        message = f"the demo needs {error.name}: pip install 'personac[sandbox]'"
        raise Stop(Exit.USAGE, message) from error
    with Sandbox(port=0) as sandbox, TemporaryDirectory(prefix="personac-demo-") as folder:
        show([[("bold", "sandbox   "), ("", f"{sandbox.endpoint}, a local AWS: this is not AWS")]])
        place = Place(
            folder=Path(folder),
            catalog=Path(options.catalog),
            output=Path(options.output),
            run=partial(_run, folder),
        )
        with surroundings(sandbox.endpoint):
            try:
                for line in tell(place, product):
                    show([line])
                    sys.stdout.flush()
            except (BaseError, DeployError) as error:
                raise Stop(Exit.REFUSED, str(error)) from error
    return Exit.FINE


def _run(folder: str, command: Sequence[str]) -> Said:
    """A command of personac's in a folder, and what it says."""
    with chdir(folder):
        said = _said(command)
    return replace(said, text=said.text.replace(f"{folder}/", ""))


def _said(command: Sequence[str]) -> Said:
    from compiler.cli import main
    from compiler.demo.story import Said

    text = StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        code = main(command)
    if code == Exit.INTERRUPTED:
        raise KeyboardInterrupt
    return Said(code=code, text=text.getvalue())


def _stop_on_errors(loaded: Loaded, diagnostics: Sequence[Diagnostic]) -> None:
    if any(each.severity == "error" for each in diagnostics):
        raise Stop(Exit(report(diagnostics, loaded.sources, "text")))


def _build(options: Namespace) -> None:
    """All of output/, as `personac build` writes it."""
    said = _said(("build", "--catalog", options.catalog, "--output", options.output))
    if said.code:
        raise Stop(Exit(said.code), said.text.rstrip())
    (count,) = (
        each for each in said.text.splitlines() if re.match(r"[0-9,]+ templates? and ", each)
    )
    show([[("bold", "build     "), ("", f"{count}, in {options.output}/")]])


def _check(loaded: Loaded, diagnostics: Sequence[Diagnostic], output: str) -> None:
    from compiler.check import check_templates
    from compiler.cli.check import today
    from compiler.cli.subjects import kept_alone
    from compiler.prove import check_guardrails

    with progress(len(loaded.catalog.personas)) as watch:
        found = check_templates(loaded.catalog, output, watch)
    _stop_on_errors(loaded, found)
    warned = len(diagnostics) + len(found)
    text = f"no mistakes, {warned} warnings: rules, quotas, cfn-lint"
    show([[("bold", "check     "), ("", text)]])
    proved = check_guardrails(loaded.catalog, kept_alone(loaded.catalog.root), today())
    _stop_on_errors(loaded, proved)
    show([[("bold", "prove     "), ("", _proved(loaded.catalog))]])


def _proved(catalog: Catalog) -> str:
    excepted = [name for name, each in catalog.personas.items() if each.exceptions]
    number = len(catalog.personas) - len(excepted)
    held = f"{len(catalog.guardrails)} guardrails hold for every launch of {number} personas"
    return f"{held}; with exceptions: {', '.join(excepted)}" if excepted else held
