"""Every rule by its card: the failing example is refused by it alone, the passing one by none.

How the refusal is told, carets included, stands in `expected/RULE.txt`. After a change of wording:
`UPDATE_EXPECTED=1 pytest tests/rules/test_cards.py`, then read the difference as an author would.
"""

from __future__ import annotations

import ast
import json
import os
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from compiler.diagnostic import Diagnostic, Finding, settle
from compiler.lint import lint
from compiler.load import load
from compiler.pack import overfull, pack
from compiler.place import Place
from compiler.resolve import resolve
from compiler.rules import CARDS, THEMES, examine, guardrails, quotas, templates, versions
from compiler.rules.card import TEMPLATE, Card
from compiler.template import Template
from tests.small import overlay, report

EXPECTED = Path(__file__).parent / "expected"
COMPILER = Path(__file__).parents[2] / "compiler"
TODAY = date(2026, 11, 24)
SHOWN = [card for card in CARDS.values() if not card.unshown]


def examined(card: Card, example: str | bytes | None) -> tuple[Finding, ...]:
    """All that is found where an example is laid over the small catalog."""
    if card.file == TEMPLATE:
        assert isinstance(example, str)
        return in_template(card, example)
    loaded = load("catalog", overlay({**card.beside, card.file: example}))
    found = loaded.diagnostics + examine(loaded)
    found += tuple(guardrails.exceptions(loaded.catalog, TODAY))
    if not found:
        listed = {name for each in loaded.catalog.portfolios.values() for name in each.products}
        held = {name: {loaded.catalog.personas[name].version} for name in listed}
        found += tuple(versions.check_versions(loaded.catalog, "output", held))
        for persona in loaded.catalog.personas:
            found += overfull(pack(resolve(loaded.catalog, persona)))
    return settle(found, loaded.sources)


def in_template(card: Card, example: str) -> tuple[Finding, ...]:
    place = Place(path="catalog/personas/analyst.yaml")
    template = Template(
        persona="analyst", version="1.0.0", body=json.loads(example), origins={(): place}
    )
    found = templates.check(template, len(example.encode()))
    if card.rule == "lint":
        found += tuple(
            Diagnostic(rule="lint", severity="error", message=each.message, place=place)
            for each in lint(example, ["eu-west-1"])
        )
    return settle(found, load("catalog", overlay({})).sources)


@pytest.mark.parametrize("card", SHOWN, ids=lambda card: card.rule)
def test_the_failing_example_is_refused_by_its_rule_alone(card: Card) -> None:
    found = examined(card, card.failing)

    assert {each.rule for each in found} == {card.rule}
    assert {each.severity for each in found} == {card.severity}


@pytest.mark.parametrize("card", SHOWN, ids=lambda card: card.rule)
def test_the_passing_example_is_refused_by_none(card: Card) -> None:
    assert report(examined(card, card.passing)) == report(())


@pytest.mark.parametrize("card", SHOWN, ids=lambda card: card.rule)
def test_the_refusal_is_told_as_expected(card: Card) -> None:
    told = report(examined(card, card.failing))
    expected = EXPECTED / f"{card.rule}.txt"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(told, encoding="utf-8")

    assert told == expected.read_text(encoding="utf-8")


def test_each_expected_text_belongs_to_a_rule() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == {card.rule for card in SHOWN}


def test_the_small_catalog_is_sound() -> None:
    card = CARDS["missing-file"]

    assert examined(card, card.passing) == ()


MAKERS = {
    "source.py": frozenset({"error", "_say"}),
    "load.py": frozenset({"error"}),
    "decode.py": frozenset({"_say"}),
    "requests.py": frozenset({"error"}),
    "cli": frozenset({"diagnostic"}),
    "rules": frozenset({"error", "say"}),
}
"""What makes a diagnostic of a rule id, by file or folder."""

NAMED = {"Diagnostic": "rule", "Doubt": "kind"}
"""What takes the id by name, wherever it is made, and how it calls it."""


@cache
def emitted() -> dict[str, set[str]]:
    """Rule ids as the compiler writes them where it makes a diagnostic, and in which files."""
    found: dict[str, set[str]] = {}
    for path in COMPILER.rglob("*.py"):
        makers = MAKERS.get(path.relative_to(COMPILER).parts[0], frozenset())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in makers:
                arguments = node.args[:1]
            elif called in NAMED:
                arguments = [each.value for each in node.keywords if each.arg == NAMED[called]]
            else:
                continue
            for argument in arguments:
                if isinstance(argument, ast.Constant):
                    found.setdefault(str(argument.value), set()).add(path.name)
                else:
                    # Those that make diagnostics for others pass on the id that they are given.
                    assert ast.unparse(argument) in {"rule", "found", "each.kind"}
    return found


def test_every_rule_that_the_compiler_emits_has_a_card_and_the_other_way_round() -> None:
    assert set(emitted()) == set(CARDS)


def test_a_theme_that_checks_emits_only_what_it_has_cards_for() -> None:
    # quotas.py has the cards of pack.py as well, templates.py those of functions.py's findings.
    for theme in THEMES:
        if theme in {quotas, templates} or not hasattr(theme, "check"):
            continue
        name = f"{theme.__name__.rpartition('.')[2]}.py"
        own = {rule for rule, files in emitted().items() if name in files}

        assert own == {card.rule for card in theme.CARDS}, name


def test_ids_are_words_with_hyphens_and_stand_in_order() -> None:
    assert list(CARDS) == sorted(CARDS)
    for rule in CARDS:
        assert rule.replace("-", "").replace("8", "").isalpha(), rule
        assert rule == rule.lower()


def test_cards_are_sentences_and_messages_are_not() -> None:
    for card in CARDS.values():
        for text in (card.what, card.why):
            assert text[0].isupper() or text.startswith(("iam:", "ForA")), card.rule
            assert text.endswith("."), card.rule
        assert card.source == "" or card.source.startswith("https://"), card.rule
    for card in SHOWN:
        for found in examined(card, card.failing):
            texts = [found.at.message, found.hint, *(each.message for each in found.related)]
            assert not [text for text in texts if text and text.endswith(".")], card.rule
