"""`personac demo`: the main job from end to end, on the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import examined
from compiler.cli.writing import progress, report
from compiler.report.console import show

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded
    from compiler.pack import Packing
    from compiler.template import AccountTemplate

PERSONA = "data-scientist"


def run(options: Namespace) -> int:
    """Build, check, start the sandbox, deploy the Data Scientist, read the role back."""
    from compiler.build import compile_account, compile_packing, pack_personas

    loaded, diagnostics = examined(options.catalog)
    _stop_on_errors(loaded, diagnostics)
    if PERSONA not in loaded.catalog.personas:
        raise Stop(Exit.NOTHING, f"the demo launches '{PERSONA}', which {options.catalog} lacks")
    packings, problems = pack_personas(loaded.catalog, tuple(loaded.catalog.personas))
    _stop_on_errors(loaded, problems)
    _build(options.output, packings, compile_account(loaded.catalog))
    _check(loaded, diagnostics, options.output)
    chosen = next(each for each in packings if each.entitlements.persona == PERSONA)
    try:
        from compiler.demo import play, surroundings
        from compiler.deploy import DeployError
        from compiler.sandbox import Sandbox
    except ModuleNotFoundError as error:
        message = f"the demo needs {error.name}: pip install 'personac[sandbox]'"
        raise Stop(Exit.USAGE, message) from error
    with Sandbox(port=0) as sandbox:
        show([[("bold", "sandbox   "), ("", f"{sandbox.endpoint}, a local AWS: this is not AWS")]])
        with surroundings(sandbox.endpoint):
            try:
                for line in play(compile_packing(chosen)):
                    show([line])
            except DeployError as error:
                raise Stop(Exit.REFUSED, str(error)) from error
    return Exit.FINE


def _stop_on_errors(loaded: Loaded, diagnostics: Sequence[Diagnostic]) -> None:
    if any(each.severity == "error" for each in diagnostics):
        raise Stop(Exit(report(diagnostics, loaded.sources, "text")))


def _build(output: str, packings: Sequence[Packing], account: Sequence[AccountTemplate]) -> None:
    from compiler.build import write

    try:
        before = write(Path(output), packings, account)
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot write to {output}: {error.strerror}") from error
    written = sum(how != "current" for how in before.values())
    text = f"{len(before)} templates in {output}/, {written} of them new or changed"
    show([[("bold", "build     "), ("", text)]])


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
