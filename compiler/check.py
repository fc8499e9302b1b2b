"""Check what a catalog compiles to: quotas, the rules of templates, cfn-lint.

What cfn-lint finds in a template is told at the catalog line that caused it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from compiler.artifact import artifact
from compiler.build import compile_account, compile_hub, compile_packing, pack_personas
from compiler.cores import on_all_cores
from compiler.diagnostic import Diagnostic, Related, Severity
from compiler.lint import lint, unknown_regions
from compiler.pack import Packing, overfull
from compiler.place import Place, Span
from compiler.rules import templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.artifact import Artifact
    from compiler.catalog import Catalog
    from compiler.lint import LintFinding
    from compiler.template import AccountTemplate, Compiled, Template

SEVERITIES: dict[str, Severity] = {
    "error": "error",
    "warning": "warning",
    "informational": "warning",
}


def check_templates(
    catalog: Catalog, output: str, watch: Callable[[str], None] = lambda _: None
) -> tuple[Diagnostic, ...]:
    """Compile every persona, and what an account needs once, and look at each template.

    Args:
        catalog: one that the rules found no error in.
        output: what diagnostics call the output folder.
        watch: told of each persona whose template was looked at: cfn-lint takes seconds for one.
    """
    regions = catalog.settings.regions
    if unknown := unknown_regions(regions):
        return tuple(_no_region(catalog, each, regions.index(each)) for each in unknown)
    packings, found = pack_personas(catalog, tuple(catalog.personas))
    fitting = [each for each in packings if not overfull(each)]
    look = partial(_look, regions, output)
    seen = list(found)
    for packing, diagnostics in zip(fitting, on_all_cores(look, fitting, worth=2), strict=True):
        seen += diagnostics
        watch(packing.entitlements.persona)
    account = compile_account(catalog)
    for template in (*account, *compile_hub(catalog, account)):
        seen += _refused(regions, output, template)
    return tuple(seen)


def _no_region(catalog: Catalog, region: str, index: int) -> Diagnostic:
    return Diagnostic(
        rule="unknown-region",
        severity="error",
        message=f"cfn-lint knows no Region '{region}'",
        place=catalog.settings_place("regions", index),
        hint="templates are linted for the Regions that they are published in",
    )


def _look(regions: tuple[str, ...], output: str, packing: Packing) -> tuple[Diagnostic, ...]:
    return _refused(regions, output, compile_packing(packing).template)


def _refused(
    regions: tuple[str, ...], output: str, template: Template | AccountTemplate
) -> tuple[Diagnostic, ...]:
    file = artifact(template)
    own = templates.check(template, len(file.content))
    return (*own, *_lint(template, file, regions, output))


def _lint(
    template: Compiled, file: Artifact, regions: tuple[str, ...], output: str
) -> Iterator[Diagnostic]:
    for each in lint(file.content.decode(), regions):
        path = f"{output}/{file.path}"
        yield Diagnostic(
            rule="lint",
            severity=SEVERITIES[each.severity],
            message=f"cfn-lint {each.rule}: {each.message.rstrip('.')}",
            place=template.origin(each.path),
            hint=f"see {each.source_url}" if each.source_url else None,
            related=(Related(message=_where(each), place=Place(path=path, span=_span(each))),),
        )


def _where(finding: LintFinding) -> str:
    return f"in the template: {'.'.join(str(each) for each in finding.path)}"


def _span(finding: LintFinding) -> Span:
    return Span(finding.line, finding.column, finding.end_line, finding.end_column)
