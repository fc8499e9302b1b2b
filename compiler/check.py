"""Check what a catalog compiles to: quotas, the rules of templates, cfn-lint.

What cfn-lint finds in a template is told at the catalog line that caused it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.build import Product, compile_persona
from compiler.diagnostic import Diagnostic, Related, Severity
from compiler.lint import lint
from compiler.place import Place, Span
from compiler.rules import templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.lint import LintFinding

SEVERITIES: dict[str, Severity] = {
    "error": "error",
    "warning": "warning",
    "informational": "warning",
}


def check_templates(catalog: Catalog, output: str) -> tuple[Diagnostic, ...]:
    """Compile every persona and look at its template.

    Args:
        catalog: one that the rules found no error in.
        output: what diagnostics call the output folder.
    """
    found: list[Diagnostic] = []
    for persona in catalog.personas:
        product, problems = compile_persona(catalog, persona)
        found += problems
        if product:
            found += templates.check(product.template, len(product.artifact.content))
            found += _lint(product, catalog.settings.regions, output)
    return tuple(found)


def _lint(product: Product, regions: tuple[str, ...], output: str) -> Iterator[Diagnostic]:
    for each in lint(product.artifact.content.decode(), regions):
        path = f"{output}/{product.artifact.path}"
        yield Diagnostic(
            rule="lint",
            severity=SEVERITIES[each.severity],
            message=f"cfn-lint {each.rule}: {each.message.rstrip('.')}",
            place=product.template.origin(each.path),
            hint=f"see {each.source_url}" if each.source_url else None,
            related=(Related(message=_where(each), place=Place(path=path, span=_span(each))),),
        )


def _where(finding: LintFinding) -> str:
    return f"in the template: {'.'.join(str(each) for each in finding.path)}"


def _span(finding: LintFinding) -> Span:
    return Span(finding.line, finding.column, finding.end_line, finding.end_column)
