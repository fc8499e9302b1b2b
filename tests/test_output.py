"""The committed output/ is what the committed catalog/ compiles to, byte by byte."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import artifact
from compiler.build import Product, compile_account, compile_persona
from compiler.load import load, read_tree
from compiler.rules import examine

if TYPE_CHECKING:
    from compiler.template import AccountTemplate

ROOT = Path(__file__).parents[1]
PERSONAS = sorted(file.stem for file in (ROOT / "catalog/personas").glob("*.yaml"))
NAME = re.compile(r"personas/([a-z0-9-]+)/(\d+\.\d+\.\d+)\.template\.json")


@cache
def compiled(persona: str) -> Product:
    loaded = load("catalog", read_tree(ROOT / "catalog")[0])
    assert not [
        each for each in (*loaded.diagnostics, *examine(loaded)) if each.severity == "error"
    ]
    product, problems = compile_persona(loaded.catalog, persona)
    assert not problems
    assert product
    return product


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_template_is_what_its_persona_compiles_to(persona: str) -> None:
    """If this fails: `personac build`, and read the difference before you commit it."""
    made = compiled(persona).artifact

    assert (ROOT / "output" / made.path).read_text(encoding="utf-8") == made.content.decode()


@cache
def boundary() -> AccountTemplate:
    (template,) = compile_account(load("catalog", read_tree(ROOT / "catalog")[0]).catalog)
    return template


def test_the_boundary_is_what_the_guardrails_compile_to() -> None:
    made = artifact(boundary())

    assert made.path == "account/boundary.template.json"
    assert (ROOT / "output" / made.path).read_text(encoding="utf-8") == made.content.decode()


def test_every_file_is_a_version_of_a_persona_or_the_boundary() -> None:
    for file in (ROOT / "output").rglob("*"):
        if file.is_file() and file.parent != ROOT / "output/account":
            found = NAME.fullmatch(file.relative_to(ROOT / "output").as_posix())
            assert found, file
            assert found[1] in PERSONAS
            body = json.loads(file.read_bytes())
            assert body["Metadata"]["personac"]["persona"] == found[1]
            assert body["Metadata"]["personac"]["version"] == found[2]


@pytest.mark.parametrize("persona", [*PERSONAS, None])
def test_no_name_of_a_place_is_written_out(persona: str | None) -> None:
    """Partition, Region and account are never written out."""
    template = compiled(persona).template if persona else boundary()
    written = json.dumps(template.body["Resources"])

    assert not re.search(r"arn:aws(-cn|-us-gov)?:", written)
    assert not re.search(r"\b\d{12}\b", written)
    assert not re.search(r"\b(eu|us|ap|sa|ca|me|af|il|mx|cn)-[a-z]+-\d\b", written)


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_role_stays_within_its_quotas(persona: str) -> None:
    packing = compiled(persona).packing

    assert packing.attachments <= 10
    assert all(each.characters <= 6_144 for each in packing.managed)
    assert sum(each.characters for each in packing.inline) <= 10_240
    assert packing.trust_characters <= 2_048
    # As few as fit: no two neighbours would fit into one.
    sizes = [each.characters for each in packing.managed]
    assert all(first + second > 6_144 for first, second in pairwise(sizes))


def test_the_boundary_names_no_region() -> None:
    """IAM has none, and the boundary stands once in an account, for the launches of all Regions."""
    assert "AWS::Region" not in json.dumps(boundary().body)
