"""compiler.report: what machines read. Each form is made from the JSON view."""

from __future__ import annotations

from typing import Any

from compiler.report import github
from compiler.report.sarif import sarif
from compiler.report.view import view
from compiler.rules import CARDS
from tests.report.findings import ERROR, FILE, WARNING


def test_the_view() -> None:
    assert view([ERROR, WARNING]) == {
        "schema": "personac.diagnostics/1",
        "diagnostics": [
            {
                "rule": "duplicate-key",
                "severity": "error",
                "message": "the key 'title' stands here twice",
                "path": "catalog/personas/a b,c:d.yaml",
                "line": 12,
                "column": 1,
                "end_line": 12,
                "end_column": 6,
                "line_text": "title: Second",
                "hint": "remove one",
                "related": [
                    {
                        "message": "first defined here",
                        "path": "catalog/personas/a b,c:d.yaml",
                        "line": 2,
                        "column": 1,
                        "end_line": 2,
                        "end_column": 6,
                        "line_text": "title: First",
                    }
                ],
            },
            {
                "rule": "lint",
                "severity": "warning",
                "message": "50 % of\nit",
                "path": "catalog/x.yaml",
                "line": 3,
                "column": 5,
                "end_line": 4,
                "end_column": 2,
                "line_text": "    - several lines",
                "hint": None,
                "related": [],
            },
        ],
        "errors": 1,
        "warnings": 1,
    }


def test_nothing_found() -> None:
    assert view([]) == {
        "schema": "personac.diagnostics/1",
        "diagnostics": [],
        "errors": 0,
        "warnings": 0,
    }


def test_commands_of_github_are_escaped() -> None:
    """Values escape % and line ends, properties also colons and commas."""
    assert list(github.lines(view([ERROR, WARNING, FILE]))) == [
        "::error file=catalog/personas/a b%2Cc%3Ad.yaml,line=12,endLine=12,col=1,endColumn=6,title=duplicate-key::the key 'title' stands here twice%0Ahint: remove one",
        # GitHub refuses an end column where there are several lines.
        "::warning file=catalog/x.yaml,line=3,endLine=4,col=5,title=lint::50 %25 of%0Ait",
        "::error file=catalog/y.yaml,line=1,endLine=1,col=1,endColumn=2,title=missing-file::it is not there",
    ]


def test_sarif() -> None:
    log = sarif(view([ERROR, WARNING, FILE]), CARDS, "1.2.3")

    assert_sarif(log)
    (run,) = log["runs"]
    assert [
        (each["ruleId"], each["level"], each["message"]["text"]) for each in run["results"]
    ] == [
        ("duplicate-key", "error", "the key 'title' stands here twice\nhint: remove one"),
        ("lint", "warning", "50 % of\nit"),
        ("missing-file", "error", "it is not there"),
    ]
    first = run["results"][0]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "catalog/personas/a%20b%2Cc%3Ad.yaml"},
                "region": {"startLine": 12, "startColumn": 1, "endLine": 12, "endColumn": 6},
            }
        }
    ]
    assert first["relatedLocations"][0]["message"] == {"text": "first defined here"}


def test_sarif_of_nothing() -> None:
    log = sarif(view([]), CARDS, "1.2.3")

    assert_sarif(log)
    assert log["runs"][0]["results"] == []


def test_a_rule_without_a_card_has_its_name() -> None:
    log = sarif(view([FILE]), {}, "1.2.3")

    assert log["runs"][0]["tool"]["driver"]["rules"] == [{"id": "missing-file"}]


def assert_sarif(log: Any) -> None:
    """What the schema of SARIF 2.1.0 requires of what we use of it.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json
    """
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "personac"
    assert driver["semanticVersion"].count(".") >= 2
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    rules = [each["id"] for each in driver["rules"]]
    assert len(rules) == len(set(rules))
    for each in driver["rules"]:
        assert each.keys() <= {"id", "shortDescription", "fullDescription", "helpUri"}
        assert each.get("helpUri", "https://").startswith("https://")
        for described in ("shortDescription", "fullDescription"):
            assert each.get(described, {"text": "x"})["text"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        identifiers = [each["id"] for each in result["relatedLocations"]]
        assert len(identifiers) == len(set(identifiers))
        for location in (*result["locations"], *result["relatedLocations"]):
            physical = location["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            assert not set(uri) & set(' <>"{}|\\^`')
            region = physical["region"]
            assert all(number >= 1 for number in region.values())
            start = (region["startLine"], region["startColumn"])
            assert start <= (region["endLine"], region["endColumn"])
