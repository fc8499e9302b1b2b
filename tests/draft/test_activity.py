"""An activity to begin with is sound as it stands, and so is every choice in it."""

from __future__ import annotations

import pytest

from compiler.catalog import Activity, Statement
from compiler.decode import fields_of
from compiler.draft import draft_activity
from compiler.load import load
from tests.draft.catalogs import catalog, choices, told, with_file
from tests.small import SMALL, overlay

PATH = "activities/label-images.yaml"
CATALOGS = ("small", "ours")


@pytest.mark.parametrize("name", CATALOGS)
def test_as_it_stands(name: str) -> None:
    loaded = with_file(name, PATH, draft_activity(catalog(name), "label-images"))

    assert told(loaded, PATH) == ""
    (statement,) = loaded.catalog.activities["label-images"].statements
    assert (statement.sid, statement.actions) == ("Describe", ("sagemaker:DescribeModel",))
    assert loaded.catalog.activities["label-images"].sources


@pytest.mark.parametrize("name", CATALOGS)
def test_every_choice_can_be_taken(name: str) -> None:
    taken = []
    for line, text in choices(draft_activity(catalog(name), "label-images")):
        said = told(with_file(name, PATH, text), PATH)
        # A reason for what is broad: nothing here is.
        assert ("broad-resource" in said) if line.startswith("# broad:") else not said, line
        taken.append(line)
    assert "# - sid: List" in taken
    # All that no example is of: title, description, sources and statements; sid, actions, resources.
    assert len(taken) == len(fields_of(Activity)) + len(fields_of(Statement)) - 7 + 1


@pytest.mark.parametrize("name", CATALOGS)
def test_everything_that_there_is_to_choose_from_is_named(name: str) -> None:
    found = catalog(name)
    text = draft_activity(found, "label-images")

    for key in (*fields_of(Activity), *fields_of(Statement)):
        assert f" {key}:" in text.replace("\n", "\n "), key
    for parameter, each in found.parameters.items():
        assert any(
            line.startswith(f"#   ${{{parameter}}} ") and line.endswith(f"# {each.label}")
            for line in text.splitlines()
        ), parameter


def test_a_catalog_that_has_nothing_to_choose_from() -> None:
    gone = {path: None for path in SMALL if path.startswith(("controls/", "personas/"))}
    found = load("catalog", overlay({**gone, "parameters.yaml": "{}\n"})).catalog

    text = draft_activity(found, "label-images")

    assert "# when: something\n" in text
    assert "Launch parameters" not in text
