"""compiler.explain: cards as text, and the page of all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.explain import LONGEST_LINE, MOST_LINES, explain, page
from compiler.rules import CARDS, THEMES

README = Path(__file__).parents[1] / "compiler" / "rules" / "README.md"


def test_the_committed_page_is_the_generated_one() -> None:
    assert README.read_text(encoding="utf-8") == page()


def test_the_page_has_a_section_and_an_entry_for_every_rule() -> None:
    lines = page().splitlines()

    assert [line[3:] for line in lines if line.startswith("## ")][3:] == list(CARDS)
    for rule in CARDS:
        assert sum(line.startswith(f"| [`{rule}`](#{rule}) |") for line in lines) == 1
    assert sum(line.startswith("### ") for line in lines) == len(THEMES)


def test_a_card_as_text() -> None:
    assert (
        explain(CARDS["unknown-action"])
        == """\
unknown-action (error)

An action that its service does not have, or a text that is no action.
IAM takes any name without a word, and the permission would be missing.

Refused, as activities/example.yaml:

    title: Example
    description: An example.
    statements:
      - sid: Read
        actions: [s3:GetObjects]
        resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]

Passes, as activities/example.yaml:

    title: Example
    description: An example.
    statements:
      - sid: Read
        actions: [s3:GetObject]
        resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("missing-file", "Refused: no catalog.yaml."),
        ("stray-file", "Passes: no activites/read-only.yaml."),
        ("unreadable-file", "No example: what is wrong is not in the text of the file."),
        ("not-utf-8", "    description: Un exempl\ufffd."),
        ("inline-policies-too-long", "With activities/read-projects.yaml:"),
        ("statement-too-long", "more lines"),
        ("template-too-large", "Refused, as a compiled template:"),
    ],
)
def test_what_cannot_be_shown_whole_is_said(rule: str, text: str) -> None:
    assert text in explain(CARDS[rule])


@pytest.mark.parametrize("rule", CARDS)
def test_no_card_floods_a_terminal(rule: str) -> None:
    lines = explain(CARDS[rule]).splitlines()

    assert len(lines) < 3 * MOST_LINES + 20
    assert all(len(line) <= LONGEST_LINE + 20 for line in lines)
