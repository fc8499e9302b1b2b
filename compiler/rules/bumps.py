"""Versions: whether they tell what changed since a base. `compiler/since.py` compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import Related, error
from compiler.rules.card import Card

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place

_FILE = "personas/analyst.yaml"
_COMPARED = "the question takes two commits: `personac check --base REF` asks it"

MOST_SHOWN = 3
"""Reasons that are told; of more, only how many."""

Cause = tuple[str, "Place | None"]
"""What is different, and where in the catalog it stands now."""

CARDS = (
    Card(
        rule="bump-too-small",
        what="A version that was raised by less than its changes need.",
        why="Who takes a minor version or a patch counts on keeping every permission and on an"
        " update that asks for nothing new.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
        source="https://semver.org",
    ),
    Card(
        rule="version-lowered",
        what="A version that is lower than at the base.",
        why="The newest version would no longer be the highest, and a number would be used twice.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
        source="https://semver.org",
    ),
    Card(
        rule="released-version-changed",
        what="A change under a version that is released.",
        why="Launches of one version would differ, and nobody could say which of them runs where.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
    ),
    Card(
        rule="change-undecided",
        what="A change that could not be compared with the base, or not in full.",
        why="What is not known may be a loss. A new major version admits it; under the same"
        " version nobody would look.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_COMPARED,
    ),
)


def too_small(  # noqa: PLR0913, PLR0917 - each is a word of the message
    old: str, new: str, level: str, least: str, causes: Sequence[Cause], place: Place
) -> Diagnostic:
    """Say that a version was raised too little."""
    return error(
        "bump-too-small",
        f"{new} is too small after {old}: a {level} change needs {least}: {_listed(causes)}",
        place,
        f"raise the version to {least}, or higher",
        related=_related(causes),
    )


def changed(old: str, least: str, causes: Sequence[Cause], place: Place) -> Diagnostic:
    """Say that a released version has changed."""
    return error(
        "released-version-changed",
        f"{old} is released, and its meaning has changed: {_listed(causes)}",
        place,
        f"raise the version to {least}, or higher",
        related=_related(causes),
    )


def undecided(old: str, least: str, causes: Sequence[Cause], place: Place) -> Diagnostic:
    """Say that it could not be decided what changes under a version that stays."""
    return error(
        "change-undecided",
        f"what changes since {old} could not be decided: {_listed(causes)}",
        place,
        f"raise the version to {least}, which admits any change, or split the change in two",
        related=_related(causes),
    )


def lowered(old: str, new: str, place: Place) -> Diagnostic:
    """Say that a version went down."""
    return error(
        "version-lowered",
        f"the version is {new}; at the base it is {old}, and versions only go up",
        place,
        f"take {old} again, or a higher one",
    )


def _listed(causes: Sequence[Cause]) -> str:
    told = [text for text, _ in causes[:MOST_SHOWN]]
    more = len(causes) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _related(causes: Iterable[Cause]) -> tuple[Related, ...]:
    shown = list(causes)[:MOST_SHOWN]
    return tuple(Related(message=text, place=place) for text, place in shown if place)
