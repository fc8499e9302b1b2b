"""compiler.schema: what editors complete and check with, from the models that loading uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # it ships none
import pytest

from compiler.schema import KINDS, artifacts, schema
from compiler.source import read

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = {
    "controls": "control",
    "trusts": "trust",
    "activities": "activity",
    "personas": "persona",
    "guardrails": "guardrail",
    "portfolios": "portfolio",
}


def listed(value: Any) -> Any:
    """As JSON has it: sequences are lists."""
    return json.loads(json.dumps(value))


def validator(kind: str) -> Any:
    return jsonschema.Draft202012Validator(schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_json_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(kind))


def test_a_key_says_what_the_model_says_of_it() -> None:
    """Editors show it where the key is written."""
    described = schema("persona")["properties"]["serves"]["description"]

    assert described.startswith("Whom the role serves")


def test_the_files_of_the_catalog_are_valid(request: pytest.FixtureRequest) -> None:
    root: Path = request.config.rootpath / "catalog"
    checked = 0
    for file in sorted(root.rglob("*.yaml")):
        source, problems = read(file.name, file.read_bytes())
        assert source
        assert not problems
        kind = FOLDERS.get(file.parent.name, file.stem)
        assert [each.message for each in validator(kind).iter_errors(listed(source.data))] == []
        checked += 1
    assert checked >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_key_is_refused(kind: str, request: pytest.FixtureRequest) -> None:
    root: Path = request.config.rootpath / "catalog"
    folder = next((name for name, each in FOLDERS.items() if each == kind), None)
    file = min((root / folder).glob("*.yaml")) if folder else root / f"{kind}.yaml"
    source, _ = read(file.name, file.read_bytes())
    assert source
    data = listed(source.data)

    assert validator(kind).is_valid(data)
    assert not validator(kind).is_valid({**data, "colour": "red"})


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("persona", {"version": "1.0"}),
        ("persona", {"controls": {"network": "maybe"}}),
        ("persona", {"optional": {"manage-models": "maybe"}}),
        ("catalog", {"regions": []}),
        ("catalog", {"session_duration": 60}),
        ("catalog", {"role_path": "people"}),
    ],
)
def test_what_loading_refuses_is_refused(
    kind: str, change: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    root: Path = request.config.rootpath / "catalog"
    file = root / ("catalog.yaml" if kind == "catalog" else "personas/ml-ops.yaml")
    source, _ = read(file.name, file.read_bytes())
    assert source

    assert not validator(kind).is_valid({**listed(source.data), **change})


def test_a_condition_may_be_one_value_or_several() -> None:
    statement = {"sid": "S", "actions": ["a"], "resources": ["*"]}
    activity = {"title": "t", "description": "d"}
    for value, valid in [("x", True), (True, True), (["x", 1], True), ({}, False), (None, False)]:
        conditions = {"conditions": {"Op": {"k": value}}}
        data = {**activity, "statements": [{**statement, **conditions}]}

        assert valid == validator("activity").is_valid(data), value


def test_each_kind_has_a_file() -> None:
    assert [f"schema/{kind}.schema.json" for kind in KINDS] == [each.path for each in artifacts()]
    for each in artifacts():
        assert json.loads(each.content)["title"].startswith("personac ")


def test_committed_schemas_are_up_to_date(request: pytest.FixtureRequest) -> None:
    root: Path = request.config.rootpath / "catalog"

    for each in artifacts():
        assert each.content == (root / each.path).read_bytes()
