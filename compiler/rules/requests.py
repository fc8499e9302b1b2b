"""Requests: what `personac can` is asked. `compiler/requests.py` reads them."""

from __future__ import annotations

from compiler.rules.card import Card

_FILE = "requests.yaml"
_BESIDE = "a file of requests is no file of the catalog"
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)

CARDS = (
    Card(
        rule="no-requests",
        what="A file of requests that asks nothing: it is an empty list, or holds launches alone.",
        why="Nothing would be decided, and that would look as if all were as expected.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_BESIDE,
    ),
    Card(
        rule="unanswerable",
        what="A request that cannot be decided: its launch would be refused, or a key has a value"
        " that the operator of a condition does not take.",
        why="Any answer would be a guess: there is no such role, or AWS does not document what it"
        " does.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_BESIDE,
    ),
    Card(
        rule="unused-launch",
        severity="warning",
        what="A launch in a file of requests that no request follows.",
        why="Launches are looked at when a request is about them: its parameters are not checked.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_BESIDE,
    ),
    Card(
        rule="missing-resource",
        severity="warning",
        what="A request without a resource, for an action that is always about one.",
        why="AWS never asks so. Where a statement names resources, the answer is always no.",
        file=_FILE,
        failing=None,
        passing=None,
        source=_REFERENCE,
        unshown=_BESIDE,
    ),
    Card(
        rule="wildcard-resource",
        severity="warning",
        what="A request about a resource with a wildcard in it.",
        why="Policies have patterns, requests have names: the answer is about a resource that is"
        " called so, star included. `personac diff` tells what is allowed on all that a pattern"
        " names.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_BESIDE,
    ),
)
