"""Proofs: what personas can never do. `compiler/prove.py` asks for each of them."""

from __future__ import annotations

from compiler.rules.card import Card

_FILE = "personas/analyst.yaml"
_PROVED = "the question takes a catalog's own policies and guardrails together"

CARDS = (
    Card(
        rule="guardrail-broken",
        what="A persona that may make a request which a guardrail forbids.",
        why="Some launch of it, with values that its form takes, would give what nobody may have.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_PROVED,
    ),
    Card(
        rule="guardrail-unproved",
        what="A persona of which it could not be decided whether it keeps to a guardrail.",
        why="What is not known is never taken for a proof.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_PROVED,
    ),
    Card(
        rule="managed-policy-name",
        what="An AWS managed policy by a name without its path, or with another one.",
        why="The ARN in the template would be of no policy, and the launch fails.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown="the name is compared with the copy that a catalog keeps",
    ),
    Card(
        rule="boundary-takes",
        what="A persona from which the permissions boundary takes what its policies allow.",
        why="A role that is launched with the boundary would lack what its form promises. With an"
        " exception it is a warning: the guardrail is open to the persona, the boundary is not.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_PROVED,
    ),
    Card(
        rule="needless-exception",
        severity="warning",
        what="An exception from a guardrail that the persona keeps to.",
        why="It would hide the day on which the persona breaks the guardrail after all.",
        file=_FILE,
        failing=None,
        passing=None,
        unshown=_PROVED,
    ),
)
