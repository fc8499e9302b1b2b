"""compiler.publication: what the portfolios of output/ list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import Artifact, digest, put, template_path
from compiler.publication import listing, portfolios, product_versions
from tests.small import SMALL
from tests.test_released import catalog, released_in, version

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.base import Base

OTHER = {"personas/other.yaml": SMALL["personas/analyst.yaml"].replace("Analyst", "Other")}


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return released_in(tmp_path)


def test_versions_of_the_catalog_the_folder_and_the_base(base: Base, tmp_path: Path) -> None:
    output = tmp_path / "output"
    other = Artifact(path=template_path("analyst", "1.0.9"), content=b"{}\n")
    put(output, other)
    put(output, Artifact(path="personas/analyst/notes.txt", content=b"-"))
    put(output, Artifact(path=template_path("stranger", "1.0.0"), content=b"{}\n"))
    found = catalog(version("1.1.0"))

    assert product_versions(base, found, output) == {"analyst": {"1.0.0", "1.0.9", "1.1.0"}}
    made = {template_path("analyst", "1.1.0"): "5e"}
    (file,) = portfolios(base, found, output, made)
    assert file.path == "portfolios/people.json"
    versions = json.loads(file.content)["products"]["analyst"]["versions"]
    assert {name: each["sha256"] for name, each in versions.items()} == {
        "1.0.0": base.released["analyst", "1.0.0"].sha256,
        "1.0.9": digest(b"{}\n"),
        "1.1.0": "5e",
    }


def test_a_persona_that_no_portfolio_lists(tmp_path: Path) -> None:
    found = catalog({**OTHER})

    assert product_versions(None, found, tmp_path) == {"analyst": {"1.0.0"}}


def test_those_of_some_personas(tmp_path: Path) -> None:
    others = "title: O\ndescription: O.\nproducts:\n  other: {}\n"
    found = catalog({**OTHER, "portfolios/others.yaml": others})
    both = catalog({**OTHER, "portfolios/others.yaml": f"{others}  analyst: {{}}\n"})
    made = {template_path("analyst", "1.0.0"): "5e"}

    assert listing(found, ["analyst"]) == ("people",)
    assert set(listing(both, ["analyst"])) == {"others", "people"}
    assert set(listing(found, [])) == {"others", "people"}
    assert product_versions(None, found, tmp_path, ["analyst"]) == {"analyst": {"1.0.0"}}
    # What was not compiled counts as it stands in the folder; without it there is no portfolio.
    assert [each.path for each in portfolios(None, both, tmp_path, made, ["analyst"])] == [
        "portfolios/people.json"
    ]
    put(tmp_path, Artifact(path=template_path("other", "1.0.0"), content=b"{}\n"))
    files = {each.path: each for each in portfolios(None, both, tmp_path, made, ["analyst"])}
    assert set(files) == {"portfolios/others.json", "portfolios/people.json"}
    products = json.loads(files["portfolios/others.json"].content)["products"]
    assert products["other"]["versions"]["1.0.0"]["sha256"] == digest(b"{}\n")
