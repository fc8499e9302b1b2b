"""compiler.build: personas into files, one by one or many at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import digest
from compiler.build import (
    MANY,
    compare,
    compile_packing,
    compile_persona,
    pack_personas,
    write,
)
from compiler.load import load
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from compiler.artifact import Standing
    from compiler.build import Placed
    from compiler.pack import Packing

PERSONA = SMALL["personas/analyst.yaml"]

PARALLEL = """\
import hashlib, json, sys, warnings
warnings.simplefilter("error")
from pathlib import Path
from compiler import build
from compiler.load import load
build.MANY = int(sys.argv[2])
tree = {each: text.encode() for each, text in json.loads(sys.stdin.read()).items()}
packings, problems = build.pack_personas(catalog := load("catalog", tree).catalog, list(catalog.personas))
folder = Path(sys.argv[1])
print(json.dumps([build.write(folder, packings), build.compare(folder, packings)]))
"""


def test_a_product_has_its_packing_its_template_and_its_file() -> None:
    product, problems = compile_persona(load("catalog", overlay({})).catalog, "analyst")

    assert not problems
    assert product
    assert product.packing.entitlements.persona == "analyst"
    assert product.template.version == "1.0.0"
    assert product.artifact.path == "personas/analyst/1.0.0.template.json"
    assert json.loads(product.artifact.content) == product.template.body


def test_what_does_not_fit_is_not_emitted() -> None:
    settings = SMALL["catalog.yaml"] + "quotas: {trust_policy_characters: 10}\n"
    catalog = load("catalog", overlay({"catalog.yaml": settings})).catalog

    product, problems = compile_persona(catalog, "analyst")

    assert product is None
    assert [each.rule for each in problems] == ["trust-too-long"]


def test_all_that_does_not_fit_is_told() -> None:
    settings = SMALL["catalog.yaml"] + "quotas: {trust_policy_characters: 10}\n"
    changes = {
        "catalog.yaml": settings,
        "personas/other.yaml": PERSONA + "managed_policies: [A,B,C,D,E,F,G,H,I,J]\n",
    }
    catalog = load("catalog", overlay(changes)).catalog

    packings, problems = pack_personas(catalog, ["analyst", "other"])

    assert len(packings) == 2
    assert [each.rule for each in problems] == [
        "trust-too-long",
        "trust-too-long",
        "too-many-policies",
    ]


def test_files_are_written_once(tmp_path: Path) -> None:
    packings, _ = pack_personas(load("catalog", overlay({})).catalog, ["analyst"])
    path = "personas/analyst/1.0.0.template.json"

    def found(did: Callable[[Path, Sequence[Packing]], dict[str, Placed]]) -> Standing:
        ((at, placed),) = did(tmp_path, packings).items()
        assert (at, placed.sha256) == (path, digest(compile_packing(packings[0]).artifact.content))
        return placed.standing

    assert found(compare) == "missing"
    assert found(write) == "missing"
    assert found(compare) == "current"
    (tmp_path / path).write_text("{}", encoding="utf-8")
    assert found(compare) == "stale"
    assert found(write) == "stale"
    assert found(write) == "current"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_many_are_the_same_as_each_alone(tmp_path: Path) -> None:
    """On all cores, where there are many; the same bytes as one after the other."""
    names = [f"person-{number:03}" for number in range(MANY + 6)]
    controls = ("optional", "required", "off")
    personas = {
        f"personas/{name}.yaml": PERSONA.replace("Analyst", name).replace(
            "optional", controls[index % 3]
        )
        for index, name in enumerate(names)
    }
    tree = json.dumps({path: raw.decode() for path, raw in overlay(personas).items()})
    done = {
        many: subprocess.run(
            [sys.executable, "-c", PARALLEL, str(tmp_path / str(many)), str(many)],
            input=tree,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for many in (MANY, 10_000)
    }

    assert done[MANY] == done[10_000]
    together = contents(tmp_path / str(MANY))
    assert len(together) == MANY + 7
    assert together == contents(tmp_path / "10000")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_fails_in_another_process_fails_here(tmp_path: Path) -> None:
    names = [f"person-{number:03}" for number in range(MANY)]
    tree = json.dumps(
        {
            path: raw.decode()
            for path, raw in overlay({f"personas/{name}.yaml": PERSONA for name in names}).items()
        }
    )
    (tmp_path / "personas").write_text("in the way", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", PARALLEL, str(tmp_path), str(MANY)],
        input=tree,
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 1
    assert "NotADirectoryError" in done.stderr
