"""Kinds: what makes a role, a Studio domain, or people's access, and what does not go there."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from compiler.catalog import Persona
from compiler.diagnostic import error
from compiler.expression import Pseudo
from compiler.rules.card import Card, activity, persona
from compiler.rules.view import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import View

_FILE = "personas/analyst.yaml"
_SETS = "https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html"
_OPENING = {
    "personas/user.yaml": """\
title: User
description: Opens Studio.
version: 1.0.0
kind: access
activities: [open-studio]
"""
}


def _opening(account: str) -> str:
    return activity(f"""\
        - sid: Open
          actions: [sagemaker:DescribeDomain]
          resources: ["arn:${{AWS::Partition}}:sagemaker:*:{account}:domain/*"]
        """)


CARDS = (
    Card(
        rule="key-of-other-kind",
        what="A key of a persona that means nothing for the kind of product that it makes.",
        why="It would be ignored, and its author believes that it counts.",
        file=_FILE,
        failing=persona("kind: domain\nactivities: [read-buckets]\n"),
        passing=persona("kind: domain\n"),
    ),
    Card(
        rule="place-of-access",
        what="A statement of people's access that names the account or the Region of the launch.",
        why="A permission set is made in one account and Region, and used in others: there it would"
        " grant nothing.",
        file="activities/open-studio.yaml",
        failing=_opening("${AWS::AccountId}"),
        passing=_opening("*"),
        source=_SETS,
        beside=_OPENING,
    ),
)

_MAKES = {
    "role": "a role",
    "domain": "a Studio domain and no role",
    "access": "one policy of people and no role",
}
_FOREIGN = {
    "role": (),
    "domain": (
        "serves",
        "trust",
        "controls",
        "activities",
        "optional",
        "managed_policies",
        "max_items",
        "onboarding",
        "exceptions",
        "broad",
        "policies",
    ),
    "access": (
        "serves",
        "trust",
        "controls",
        "optional",
        "managed_policies",
        "onboarding",
        "policies",
    ),
}
"""What a persona of a kind does not take."""

_PLACES = ("AWS::Region", "AWS::AccountId")


def check(view: View) -> Iterator[Diagnostic]:
    """Every persona, by its kind."""
    catalog = view.catalog
    for identifier, found in catalog.personas.items():
        for key in _FOREIGN[found.kind]:
            if getattr(found, key) != _DEFAULTS[key]:
                place = catalog.place("personas", identifier, key, on="key")
                message = f"a persona of kind '{found.kind}' makes {_MAKES[found.kind]}"
                hint = "remove the key"
                yield error("key-of-other-kind", f"{message}: it takes no '{key}'", place, hint)
        if found.kind == "access":
            yield from _attaching(view, identifier, found)
    yield from _places(view)


def _attaching(view: View, identifier: str, found: Persona) -> Iterator[Diagnostic]:
    """Activities that attach policies of AWS's to a role, where none is made."""
    for index, name in enumerate(found.activities):
        known = view.catalog.activities.get(name)
        if known and known.managed_policies:
            place = view.catalog.place("personas", identifier, "activities", index)
            message = f"the activity '{name}' attaches managed_policies, and a persona of kind"
            hint = "take an activity of statements alone"
            yield error(
                "key-of-other-kind", f"{message} 'access' makes {_MAKES['access']}", place, hint
            )


def _default(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


_DEFAULTS = {each.name: _default(each) for each in fields(Persona)}


def _places(view: View) -> Iterator[Diagnostic]:
    personas = view.catalog.personas.values()
    access = {name for each in personas if each.kind == "access" for name in each.activities}
    for name in sorted(access):
        for statement in view.of_activity.get(name, ()):
            if statement.when is not None:
                # People's access has no controls: the statement never exists there.
                continue
            for text, place in statement.texts():
                named = {each.name for each in parsed(text) or () if isinstance(each, Pseudo)}
                if found := [each for each in _PLACES if each in named]:
                    message = f"'{text}' names {' and '.join(found)} of the launch"
                    hint = "write an asterisk there, or compare by a variable of IAM's"
                    said = f"{message}, and people are elsewhere"
                    yield error("place-of-access", said, place, hint)
