"""Shape: the keys and values that a file may have. `compiler/catalog.py` says which they are."""

from __future__ import annotations

from compiler.rules.card import Card, persona

_FILE = "personas/analyst.yaml"
_PASSING = persona("trust: sagemaker\nactivities: [read-buckets]\n")

CARDS = (
    Card(
        rule="unknown-key",
        what="A key that this file does not have at this place.",
        why="It would be ignored: a misspelt condition would leave a permission without one.",
        file=_FILE,
        failing=persona("trust: sagemaker\nactivites: [read-buckets]\nactivities: [run-jobs]\n"),
        passing=_PASSING,
    ),
    Card(
        rule="missing-key",
        what="A key that must be there and is not.",
        why="Without it the thing cannot be compiled, and no default would be right for all.",
        file=_FILE,
        failing=persona("activities: [read-buckets]\n"),
        passing=_PASSING,
    ),
    Card(
        rule="wrong-type",
        what="A value of another type than the key takes.",
        why="Nothing is converted behind the author's back: 1.10 and 1.1 would be one version.",
        file=_FILE,
        failing=persona("trust: sagemaker\nactivities: read-buckets\n"),
        passing=_PASSING,
    ),
    Card(
        rule="wrong-value",
        what="A value of the right type that is not allowed.",
        why="AWS would refuse it at launch, or it would mean something that nobody defined.",
        file=_FILE,
        failing=persona(
            "trust: sagemaker\ncontrols: {network: mandatory}\nactivities: [read-buckets]\n"
        ),
        passing=persona(
            "trust: sagemaker\ncontrols: {network: required}\nactivities: [read-buckets]\n"
        ),
    ),
)
