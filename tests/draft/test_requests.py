"""A table of requests to begin with can be asked at once, and holds."""

from __future__ import annotations

import pytest

from compiler.asking import Asking
from compiler.build import compile_persona
from compiler.cli.subjects import kept_alone
from compiler.draft import draft_persona, draft_requests
from compiler.load import load
from compiler.render import Launch
from compiler.requests import questions
from compiler.subject import Subject
from tests.draft.catalogs import ROOT, catalog, with_file
from tests.small import SMALL, overlay


@pytest.mark.parametrize("name", ["small", "ours"])
def test_it_holds_as_it_stands(name: str) -> None:
    found = catalog(name)
    path = "personas/fraud-analyst.yaml"
    loaded = with_file(name, path, draft_persona(found, "fraud-analyst"))
    product, _ = compile_persona(loaded.catalog, "fraud-analyst")
    assert product
    body = product.template.body
    subject = Subject(name="fraud-analyst", kind="template", body=body, source="catalog")
    asking = Asking(subject, Launch(account="111122223333"), kept_alone(str(ROOT / "catalog")))

    asked, _, problems = questions("a.yaml", draft_requests(found, "fraud-analyst").encode())

    assert problems == ()
    assert len(asked) == 5
    assert all(asking.view(each)["as_expected"] for each in asked)


def test_a_value_is_given_for_each_parameter_that_a_launch_must_have() -> None:
    text = draft_requests(load("catalog", overlay({})).catalog, "fraud-analyst")

    assert "- parameters:\n" in text
    asked, _, _ = questions("a.yaml", text.encode())
    assert [dict(each.parameters) for each in asked[:1]] == [{"Buckets": "example"}]


def test_a_parameter_whose_pattern_cannot_be_read() -> None:
    """The catalog's other mistakes do not keep anybody from beginning something."""
    broken = SMALL["parameters.yaml"].replace('"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"', '"[a-z"')
    found = load("catalog", overlay({"parameters.yaml": broken})).catalog

    assert '    Buckets: "example"\n' in draft_requests(found, "fraud-analyst")
