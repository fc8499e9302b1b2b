"""The whole compilation of a persona: resolve, pack, emit, in that order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, artifact
from compiler.emit import emit
from compiler.pack import Packing, overfull, pack
from compiler.resolve import resolve

if TYPE_CHECKING:
    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One persona, compiled."""

    packing: Packing
    template: Template
    artifact: Artifact


def compile_persona(
    catalog: Catalog, persona: str
) -> tuple[Product | None, tuple[Diagnostic, ...]]:
    """Compile one persona of a catalog that the rules found no error in.

    Returns:
        The product, or None and what does not fit.
    """
    packing = pack(resolve(catalog, persona))
    if diagnostics := overfull(packing):
        return None, diagnostics
    template = emit(packing)
    product = Product(packing=packing, template=template, artifact=artifact(template))
    return product, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of one persona: its file, or what does not fit."""

    persona: str
    artifact: Artifact | None
    diagnostics: tuple[Diagnostic, ...]


def compile_personas(catalog: Catalog, personas: tuple[str, ...]) -> tuple[Built, ...]:
    """Compile several personas, in their order."""
    built = []
    for persona in personas:
        product, diagnostics = compile_persona(catalog, persona)
        file = product.artifact if product else None
        built.append(Built(persona=persona, artifact=file, diagnostics=diagnostics))
    return tuple(built)
