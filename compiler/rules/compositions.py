"""How personas compose: each grants something, each option has a name, lists are bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.control import control_parameters
from compiler.diagnostic import error, suggest
from compiler.entitlement import pascal
from compiler.onboarding import NAMES
from compiler.rules.card import Card, persona
from compiler.rules.references import composed
from compiler.rules.view import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Persona
    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import View

_FILE = "personas/analyst.yaml"
_SOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
_PASSING = "trust: sagemaker\nactivities: [run-jobs]\noptional: {read-buckets: off}\n"
_MOST = "trust: sagemaker\nactivities: [read-buckets]\nmax_items: {Buckets: 2}\n"

CARDS = (
    Card(
        rule="grants-nothing",
        what="An activity without statements or managed policies, or a persona without activities.",
        why="Whoever launches the product gets a role that may do nothing.",
        file=_FILE,
        failing=persona("trust: sagemaker\n"),
        passing=persona(_PASSING),
    ),
    Card(
        rule="option-name",
        what="An optional activity whose name, in a template, is something else's.",
        why="Each optional activity is a launch parameter, and a template has each name once.",
        file=_FILE,
        failing=persona("trust: sagemaker\noptional: {buckets: off}\n"),
        passing=persona("trust: sagemaker\nactivities: [buckets]\n"),
        source=_SOURCE,
        beside={
            "activities/buckets.yaml": """\
title: Buckets
description: Lists buckets.
statements:
  - sid: List
    actions: [s3:ListAllMyBuckets]
    resources: ["*"]
""",
        },
    ),
    Card(
        rule="for-another-persona",
        what="An activity whose statements hold for the roles of other personas alone.",
        why="The persona would lack the permissions that its author gave it.",
        file=_FILE,
        failing=persona(f"{_PASSING.replace('[run-jobs]', '[run-jobs, administer]')}"),
        passing=persona(_PASSING),
        beside={
            "activities/administer.yaml": """\
title: Administer
description: For the administrator.
statements:
  - sid: Domains
    actions: [sagemaker:ListDomains]
    resources: ["*"]
    conditions: {StringEquals: {aws:PrincipalTag/personac:persona: administrator}}
""",
        },
    ),
    Card(
        rule="max-items",
        what="A persona's max_items for what is no list of it, or above what the catalog allows.",
        why="Its author believes that the lists are bounded, and they are not.",
        file=_FILE,
        failing=persona(_MOST.replace("Buckets: 2", "Buckets: 5")),
        passing=persona(_MOST),
    ),
)

PERSONA_TAG = "aws:principaltag/personac:persona"
"""The key of the tag by which the compiler marks a role, in lower case."""

_EQUAL = ("StringEquals", "StringEqualsIgnoreCase", "StringLike")

RESERVED = re.compile(r"Role|Policy[0-9]+|Boundary|Domain|UserProfile|PermissionSet")
"""Names of resources that `compiler/emit` makes."""


def check(view: View) -> Iterator[Diagnostic]:
    """Every activity and every persona."""
    catalog = view.catalog
    for name, activity in catalog.activities.items():
        if not activity.statements and not activity.managed_policies:
            place = catalog.place("activities", name)
            message = f"the activity '{name}' has neither statements nor managed_policies"
            yield error("grants-nothing", message, place, "give it one of them")
    for identifier, found in catalog.personas.items():
        if found.kind != "domain":
            yield from _grants(view, identifier, found)
        yield from _for_others(view, identifier)
        yield from _options(view, identifier, found)
        yield from _lists(view, identifier, found)


def _grants(view: View, identifier: str, found: Persona) -> Iterator[Diagnostic]:
    catalog = view.catalog
    place = catalog.place("personas", identifier)
    known = [catalog.activities[each] for each in found.composed if each in catalog.activities]
    if not found.composed and not found.managed_policies:
        taken = "activities" if found.kind == "access" else "activities or managed policies"
        yield error("grants-nothing", f"the persona '{identifier}' has no {taken}", place)
    elif len(known) == len(found.composed) and not (
        found.managed_policies
        or any(each.managed_policies for each in known)
        or any(found.may_have(each.when) for one in known for each in one.statements)
    ):
        message = f"no statement of the activities of '{identifier}' exists: its controls are off"
        yield error("grants-nothing", message, place, "switch a control on, or add an activity")


def _for_others(view: View, identifier: str) -> Iterator[Diagnostic]:
    """Statements that hold for the roles of other personas alone, told where they are composed."""
    for name, place in composed(view.catalog, identifier):
        for each in view.of_activity.get(name, ()):
            whose = [
                value
                for operator, keys in each.conditions.items()
                for key, values in keys.items()
                if key.lower() == PERSONA_TAG and operator in _EQUAL
                for value in values
            ]
            if whose and identifier not in whose and not any("$" in value for value in whose):
                message = f"'{each.sid}' of '{name}' is for {' and '.join(whose)} alone"
                hint = f"name {identifier} beside, in the activity and in the guardrails that do"
                yield error("for-another-persona", message, place, hint)


def _options(view: View, identifier: str, found: Persona) -> Iterator[Diagnostic]:
    taken = dict.fromkeys((*view.catalog.parameters, *NAMES), "a launch parameter")
    taken |= {pascal(each): "a control" for each in view.catalog.controls}
    seen: dict[str, str] = {}
    for name in found.optional:
        place = view.catalog.place("personas", identifier, "optional", name, on="key")
        word = pascal(name)
        what = taken.get(word) or ("a resource" if RESERVED.fullmatch(word) else None)
        if seen.setdefault(word, name) != name:
            what = f"the activity '{seen[word]}'"
        if what:
            message = f"'{name}' is the parameter {word} in a template, where {what} has that name"
            yield error("option-name", message, place, "rename the activity")


def _lists(view: View, identifier: str, found: Persona) -> Iterator[Diagnostic]:
    parameters = view.catalog.parameters
    for name, most in found.max_items.items():
        if view.is_broken("parameters", name):
            continue
        place = view.catalog.place("personas", identifier, "max_items", name, on="key")
        known = parameters.get(name)
        if known is None:
            message = f"there is no parameter '{name}' in parameters.yaml"
            yield error("max-items", message, place, suggest(name, parameters))
        elif known.max_items is None:
            yield error("max-items", f"{name} takes one value: it is no list", place)
        elif name not in _asked(view, found):
            message = f"no launch of '{identifier}' asks for {name}"
            yield error("max-items", message, place, "remove it")
        elif known.default and most < len(known.default.split(",")):
            message = f"the default of {name} has {len(known.default.split(','))} values"
            place = view.catalog.place("personas", identifier, "max_items", name)
            yield error("max-items", message, place, "a launch that leaves it as it is would fail")
        elif most > known.max_items:
            message = f"{name} takes {known.max_items} values in parameters.yaml, fewer than {most}"
            place = view.catalog.place("personas", identifier, "max_items", name)
            yield error("max-items", message, place, "a persona can lower it, not raise it")


def _asked(view: View, found: Persona) -> frozenset[str]:
    """The parameters that a launch of a persona is asked for."""
    texts = (
        text
        for name in found.composed
        for each in view.of_activity.get(name, ())
        for text, _ in each.texts()
    )
    asked = {parameter for text in texts for parameter in named(text)}
    for control in found.governed:
        if view.is_readable(control):
            asked |= set(control_parameters(view.catalog, control))
    return frozenset(asked)
