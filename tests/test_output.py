"""The committed output/ is what the committed catalog/ compiles to.

By bytes what is not released yet, in meaning what is.
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import artifact
from compiler.base import find_base
from compiler.build import Product, compile_account, compile_hub, compile_persona
from compiler.cli.subjects import kept_alone
from compiler.launch_permissions import older
from compiler.load import load, read_tree
from compiler.publication import older_templates, portfolios
from compiler.released import settle
from compiler.rules import examine

if TYPE_CHECKING:
    from compiler.base import Base
    from compiler.catalog import Catalog
    from compiler.template import AccountTemplate

ROOT = Path(__file__).parents[1]
PERSONAS = sorted(file.stem for file in (ROOT / "catalog/personas").glob("*.yaml"))
PORTFOLIOS = sorted(file.stem for file in (ROOT / "catalog/portfolios").glob("*.yaml"))
NAME = re.compile(r"personas/([a-z0-9-]+)/(\d+\.\d+\.\d+)\.template\.json")


@cache
def catalog() -> Catalog:
    loaded = load("catalog", read_tree(ROOT / "catalog")[0])
    assert not [
        each for each in (*loaded.diagnostics, *examine(loaded)) if each.severity == "error"
    ]
    return loaded.catalog


@cache
def compiled(persona: str) -> Product:
    product, problems = compile_persona(catalog(), persona)
    assert not problems
    assert product
    return product


@cache
def base() -> Base | None:
    """What `personac build` takes as its base here."""
    return find_base(ROOT / "catalog", ROOT / "output")


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_template_is_what_its_persona_compiles_to(persona: str) -> None:
    """If this fails: `personac build`, and read the difference before you commit it."""
    product = compiled(persona)
    path = product.artifact.path
    made = product.artifact.content
    settled = settle(base(), catalog(), [product.packing], kept_alone(str(ROOT / "catalog")))

    assert not settled.diagnostics
    if path in settled.kept:
        made = settled.kept[path].content()
    assert (ROOT / "output" / path).read_text(encoding="utf-8") == made.decode()


def test_a_portfolio_is_what_the_catalog_says_of_it() -> None:
    digests = {
        file.relative_to(ROOT / "output").as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in (ROOT / "output/personas").rglob("*.json")
    }
    made = portfolios(base(), catalog(), ROOT / "output", digests)

    assert {each.path for each in made} == {f"portfolios/{name}.json" for name in PORTFOLIOS}
    for each in made:
        assert (ROOT / "output" / each.path).read_text(encoding="utf-8") == each.content.decode()
        for product in json.loads(each.content)["products"].values():
            for version in product["versions"].values():
                assert version["sha256"] == digests[version["template"]]


def test_each_persona_stands_in_one_portfolio() -> None:
    listed = [name for each in catalog().portfolios.values() for name in each.products]

    assert sorted(listed) == PERSONAS


ACCOUNT = ("boundary", "launch-role")


@cache
def account() -> dict[str, AccountTemplate]:
    needed = older(older_templates(None, catalog(), ROOT / "output"))
    return {each.name: each for each in compile_account(catalog(), needed)}


def test_an_account_needs_these_once() -> None:
    assert tuple(account()) == ACCOUNT


@pytest.mark.parametrize("name", ACCOUNT)
def test_a_template_of_an_account_is_what_the_catalog_compiles_to(name: str) -> None:
    made = artifact(account()[name])

    assert made.path == f"account/{name}.template.json"
    assert (ROOT / "output" / made.path).read_text(encoding="utf-8") == made.content.decode()


def test_the_templates_of_the_hub_are_what_the_catalog_compiles_to() -> None:
    made = [artifact(each) for each in compile_hub(catalog(), tuple(account().values()))]

    assert {each.path for each in made} == {
        f"hub/{file.name}" for file in (ROOT / "output/hub").iterdir()
    }
    for each in made:
        assert (ROOT / "output" / each.path).read_bytes() == each.content


def test_every_file_of_the_personas_is_a_version_of_one() -> None:
    for file in (ROOT / "output/personas").rglob("*"):
        if file.is_file():
            found = NAME.fullmatch(file.relative_to(ROOT / "output").as_posix())
            assert found, file
            assert found[1] in PERSONAS
            body = json.loads(file.read_bytes())
            assert body["Metadata"]["personac"]["persona"] == found[1]
            assert body["Metadata"]["personac"]["version"] == found[2]


@pytest.mark.parametrize("name", [*PERSONAS, *ACCOUNT])
def test_no_name_of_a_place_is_written_out(name: str) -> None:
    """Partition, Region and account are never written out."""
    template = account()[name] if name in ACCOUNT else compiled(name).template
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


@pytest.mark.parametrize("name", ACCOUNT)
def test_what_an_account_has_once_names_no_region(name: str) -> None:
    """IAM has none, and the launches of all Regions need it."""
    assert "AWS::Region" not in json.dumps(account()[name].body)
