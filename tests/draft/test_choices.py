"""The keys of models, as files to begin with have them."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog import Activity, Persona, Statement
from compiler.decode import fields_of
from compiler.draft.choices import beside, keys, told
from compiler.schema import explanations


@pytest.mark.parametrize("model", [Persona, Activity, Statement])
def test_every_key_is_explained_in_the_model(model: Any) -> None:
    assert explanations(model).keys() == fields_of(model).keys()


def test_a_key_in_use_and_others_as_comments() -> None:
    lines = list(keys(Statement, {"sid": ("sid: Read",)}, {"when": ("when: network",)}, "  "))

    assert lines[:12] == [
        "  # Its name; in the policy the activity's name goes before it.",
        "  sid: Read",
        "  # Whether it allows the requests or refuses them. It is Allow or Deny; Allow if left out.",
        "  # effect: Allow",
        "  # Actions, each in full.",
        "  # actions: []",
        "  # ARNs, as narrow as the actions take them; `*` where an action takes no resource.",
        "  # resources: []",
        "  # What has to be true of a request: operator, condition key, values.",
        "  # conditions: {}",
        "  # A control; the statement exists only while it is on.",
        "  # when: network",
    ]


def test_values_are_told_and_some_value_is_given() -> None:
    lines = list(keys(Persona, {}, {}))

    for several in (
        [
            "# kind: role",
            "",
            "# Whom the role serves: it decides the path that the role stands on.",
        ],
        ["# onboarding: user-profile"],
        ["# tags: {}"],
        ["# broad: true"],
        ["# policies: managed"],
    ):
        start = lines.index(several[0])
        for line, expected in zip(lines[start:], several, strict=False):
            assert line.startswith(expected)
    text = " ".join(each.removeprefix("# ") for each in lines)
    assert "It is people or jobs; people if left out." in text
    assert "Each is required, optional or off." in text
    assert "It is true or false; false if left out." in text


def test_comments_are_wrapped_but_words_stay_whole() -> None:
    lines = list(told("a-b " * 60 + "`personac can fraud-analyst`", "  "))

    assert len(lines) > 1
    assert all(line.startswith("  # ") and len(line) <= 110 for line in lines)
    assert " ".join(line.removeprefix("  # ") for line in lines).endswith("fraud-analyst`")


def test_comments_at_the_end_of_lines_stand_in_one_column() -> None:
    assert beside([("- a", "Short."), ("- longer", "word " * 40)], "  ") == (
        "  - a       # Short.",
        f"  - longer  # {('word ' * 19).strip()}…",
    )
