"""compiler.diagnostic: places become lines and columns once, at the end."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from compiler.diagnostic import Diagnostic, Related, settle, suggest
from compiler.place import START, Place, Span
from compiler.source import read

READ, _ = read("a.yaml", b"one: 1\ntwo:\n  - x\n  - ${y}${z}\n")
assert READ
SOURCE = READ
SOURCES = {"a.yaml": SOURCE}


def diagnostic(rule: str, place: Place) -> Diagnostic:
    return Diagnostic(rule=rule, severity="error", message="m", place=place)


def spans(*diagnostics: Diagnostic) -> list[tuple[str, str, Span]]:
    return [(each.rule, each.at.path, each.at.span) for each in settle(diagnostics, SOURCES)]


@pytest.mark.parametrize(
    ("place", "span", "line"),
    [
        (Place(path="a.yaml", route=("one",)), Span(1, 6, 1, 7), "one: 1"),
        (Place(path="a.yaml", route=("one",), on="key"), Span(1, 1, 1, 4), "one: 1"),
        (
            Place(path="a.yaml", route=("two", 1), fragment="${z}"),
            Span(4, 9, 4, 13),
            "  - ${y}${z}",
        ),
        # What is not there is told at the nearest value above it.
        (Place(path="a.yaml", route=("two", 7, "x")), Span(3, 3, 3, 6), "  - x"),
        (Place(path="a.yaml", span=Span(2, 1, 2, 4)), Span(2, 1, 2, 4), "two:"),
        (Place(path="other.yaml", route=("one",)), START, ""),
        (Place(path="other.yaml", span=Span(9, 9, 9, 10)), Span(9, 9, 9, 10), ""),
    ],
)
def test_a_place_becomes_concrete(place: Place, span: Span, line: str) -> None:
    (found,) = settle([diagnostic("r", place)], SOURCES)

    assert (span, line) == (found.at.span, found.at.line_text)


def test_findings_are_sorted_by_place_and_none_is_told_twice() -> None:
    places = [
        Place(path="a.yaml", route=("one",)),
        Place(path="a.yaml", route=("two", 0)),
        Place(path="b.yaml"),
    ]
    listed = [diagnostic(rule, place) for place in places for rule in ("a", "b")]
    shuffled = listed * 2
    random.Random(4711).shuffle(shuffled)

    assert spans(*shuffled) == [
        (rule, place.path, SOURCE.locate(place) if place.path == "a.yaml" else START)
        for place in places
        for rule in ("a", "b")
    ]


def test_related_places_become_concrete_too() -> None:
    related = Related(message="first", place=Place(path="a.yaml", route=("two", 0)))
    told = replace(
        diagnostic("r", Place(path="a.yaml", route=("one",))), related=(related,), hint="h"
    )

    (found,) = settle([told], SOURCES)

    assert found.hint == "h"
    assert [("first", "a.yaml", Span(3, 5, 3, 6), "  - x")] == [
        (each.message, each.path, each.span, each.line_text) for each in found.related
    ]


@pytest.mark.parametrize(
    ("word", "allowed", "hint"),
    [
        ("s3:GetObjekt", ["s3:PutObject", "s3:GetObject"], "did you mean 's3:GetObject'?"),
        ("NETWORK", ["network"], "did you mean 'network'?"),
        ("x", ["network"], None),
        ("network", [], None),
    ],
)
def test_the_nearest_word_is_suggested(word: str, allowed: list[str], hint: str | None) -> None:
    assert suggest(word, allowed) == hint
