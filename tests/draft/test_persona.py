"""A persona to begin with is sound as it stands, and so is every choice in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from compiler.catalog import Persona
from compiler.check import check_templates
from compiler.cli.subjects import kept_alone
from compiler.decode import fields_of
from compiler.draft import DraftError, draft_persona
from compiler.draft.persona import first_activity
from compiler.load import load
from compiler.prove import check_guardrails
from tests.draft.catalogs import ROOT, catalog, choices, told, tree, with_file
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "personas/fraud-analyst.yaml"
CATALOGS = ("small", "ours")
REFUSED = {
    # Nothing in it lets a role work in Studio.
    "small": {"# onboarding:": "profile-role"},
    # For one persona alone, as its description says.
    "ours": {"# - administer-studio ": "for-another-persona"},
}
"""Choices that rules refuse, and which do."""

OURS = pytest.param("ours", marks=pytest.mark.slow)


@pytest.mark.parametrize("name", CATALOGS)
def test_as_it_stands(name: str) -> None:
    loaded = with_file(name, PATH, draft_persona(catalog(name), "fraud-analyst"))

    assert told(loaded, PATH) == ""
    assert loaded.catalog.personas["fraud-analyst"].title == "Fraud Analyst"


@pytest.mark.parametrize("name", ["small", OURS])
def test_every_choice_can_be_taken(name: str) -> None:
    taken = 0
    for line, text in choices(draft_persona(catalog(name), "fraud-analyst")):
        said = told(with_file(name, PATH, text), PATH)
        refused = [rule for begun, rule in REFUSED[name].items() if line.startswith(begun)]
        assert all(rule in said for rule in refused) if refused else not said, line
        taken += 1
    assert taken >= len(fields_of(Persona)) - 6


@pytest.mark.parametrize("name", CATALOGS)
def test_everything_that_there_is_to_choose_from_is_named(name: str) -> None:
    found = catalog(name)
    lines = [each.split("#", 1)[-1].strip() for each in draft_persona(found, "a").splitlines()]
    lines += draft_persona(found, "a").splitlines()

    for key in fields_of(Persona):
        assert any(each.startswith(f"{key}:") for each in lines), key
    for each in found.activities:
        assert any(line.strip().startswith(f"- {each} ") for line in lines), each
    for each in found.controls:
        assert any(line.strip().startswith(f"{each}: ") for line in lines), each
    for each in found.trusts:
        assert any(line.startswith(f"trust: {each} ") for line in lines), each


@pytest.mark.slow
def test_it_lints_and_no_launch_of_it_breaks_a_guardrail() -> None:
    """In our own catalog, at once; `personac check` says the same of it."""
    loaded = with_file("ours", PATH, draft_persona(catalog("ours"), "fraud-analyst"))
    alone = {"fraud-analyst": loaded.catalog.personas["fraud-analyst"]}
    found = replace(loaded.catalog, personas=alone)
    kept = kept_alone(str(ROOT / "catalog"))

    assert check_templates(found, "output") == ()
    assert check_guardrails(found, kept, date(2026, 11, 24)) == ()


def test_it_begins_with_what_other_personas_have() -> None:
    """What breaks a guardrail, or is broad, is no example."""
    other = "title: T\ndescription: D.\nversion: 1.0.0\ntrust: sagemaker\n"
    broad = f"{other}activities: [run-jobs]\nbroad: true\n"
    excepted = (
        f"{other}activities: [run-jobs]\n"
        "exceptions:\n  - {guardrail: a, reason: b, expires: 2027-03-31}\n"
    )
    plain = f"{other}activities: [read-buckets]\ncontrols: {{network: required}}\n"
    several = {
        "personas/a.yaml": broad,
        "personas/b.yaml": excepted,
        "personas/c.yaml": plain,
        "personas/analyst.yaml": None,
    }
    found = load("catalog", overlay(several)).catalog

    lines = draft_persona(found, "x").splitlines()

    chosen = [each.split("#")[0].rstrip() for each in lines if not each.strip().startswith("#")]
    assert [each for each in chosen if each] == [
        "title: X",
        "description: >-",
        "  X: whom it is for, and what they may do, in a sentence or two.",
        "version: 1.0.0",
        "trust: sagemaker",
        "controls:",
        "  network: required",
        "activities:",
        "  - read-buckets",
    ]


def test_without_other_personas_it_begins_with_what_asks_for_the_least() -> None:
    quiet = "title: T\ndescription: D.\nstatements: [{sid: S, actions: [s3:ListAllMyBuckets], resources: ['*']}]\n"
    changes = {"personas/analyst.yaml": None, "activities/zoo.yaml": quiet}
    found = load("catalog", overlay(changes)).catalog

    lines = draft_persona(found, "x").splitlines()

    assert lines[lines.index("activities:") + 1] == "  - zoo             # D."
    assert lines[lines.index("controls:") + 1].startswith("  network: optional  # ")


def without_personas() -> Mapping[str, bytes]:
    return {path: each for path, each in tree("ours").items() if not path.startswith("personas/")}


def test_our_catalog_without_personas() -> None:
    """Begins with the trust that is narrowed to nothing, and with permissions for everybody."""
    files = without_personas()
    text = draft_persona(load("catalog", files).catalog, "fraud-analyst")
    loaded = load("catalog", {**files, PATH: text.encode()})

    found = loaded.catalog.personas["fraud-analyst"]
    (activity,) = found.activities
    assert told(loaded, PATH) == told(loaded, f"activities/{activity}.yaml") == ""
    assert found.trust == "sagemaker"
    assert {each.effect for each in loaded.catalog.activities[activity].statements} == {"Allow"}
    assert "PrincipalTag" not in files[f"activities/{activity}.yaml"].decode()


@pytest.mark.parametrize(
    "statement",
    [
        # A rule refuses it, but of a broad persona; nobody is allowed anything; only some are.
        "{sid: S, actions: [s3:GetObject], resources: ['*']}",
        "{sid: S, effect: Deny, actions: [s3:GetObject], resources: ['*']}",
        (
            "{sid: S, actions: [s3:ListAllMyBuckets], resources: ['*'],"
            " conditions: {StringEquals: {aws:PrincipalTag/team: ml}}}"
        ),
    ],
)
def test_what_asks_for_the_least_is_left_where_it_is_no_example(statement: str) -> None:
    activity = f"title: T\ndescription: D.\nstatements: [{statement}]\n"
    changes = {"personas/analyst.yaml": None, "activities/a.yaml": activity}

    assert first_activity(load("catalog", overlay(changes)).catalog) == "read-buckets"


@pytest.mark.parametrize("word", ["true", "null", "on"])
def test_ids_that_yaml_reads_as_something_else(word: str) -> None:
    """Of what there is, of the new file, and in each choice."""
    several = {
        f"activities/{word}.yaml": SMALL["activities/read-buckets.yaml"],
        f"trusts/{word}.yaml": SMALL["trusts/sagemaker.yaml"],
        f"controls/{word}.yaml": SMALL["controls/network.yaml"],
        "personas/analyst.yaml": None,
    }
    found = load("catalog", overlay(several)).catalog
    lines = draft_persona(found, word).splitlines()

    assert f'title: "{word.capitalize()}"' in lines
    assert f'# tags: {{team: "{word}"}}' in lines
    for each in (f'- "{word}" ', f'trust: "{word}" ', f'"{word}": '):
        assert any(line.lstrip("# ").startswith(each) for line in lines), each


def test_controls_that_nobody_has() -> None:
    """A mapping of comments alone would be nothing: the whole key is one."""
    analyst = SMALL["personas/analyst.yaml"].replace("{network: optional}", "{}")
    found = load("catalog", overlay({"personas/analyst.yaml": analyst})).catalog

    lines = draft_persona(found, "x").splitlines()

    start = lines.index("# controls:")
    assert lines[start + 1] == "#   network: optional  # Jobs run in given subnets."


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("activities", "the catalog has no activity, and a persona is made of them: 'personac new activity NAME' writes one"),
        ("trusts", "the catalog has no trust, and a role needs one: write who may assume it into catalog/trusts/NAME.yaml"),
    ],
)  # fmt: skip
def test_a_catalog_that_has_too_little(folder: str, message: str) -> None:
    gone = {path: None for path in SMALL if path.startswith(f"{folder}/")}

    with pytest.raises(DraftError) as refused:
        draft_persona(load("catalog", overlay(gone)).catalog, "x")

    assert str(refused.value) == message
