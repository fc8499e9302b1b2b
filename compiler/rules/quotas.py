"""Quotas: what a role may have at most. `compiler/pack.py` measures the sizes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.diagnostic import Related, error
from compiler.iam import quota
from compiler.rules.card import Card, activity, persona

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.catalog import Persona
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import View

_SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
_DOMAIN = "kind: domain\ntags:\n"
_PERSONA = "trust: sagemaker\nactivities: [read-buckets]\n"


def _prefixes(first: int, last: int) -> str:
    lines = [
        f'    - "arn:${{AWS::Partition}}:s3:::${{Buckets}}/projects/{number:03}/*"\n'
        for number in range(first, last)
    ]
    return "".join(f"    {line}" for line in lines)


def _reading(*statements: tuple[str, str]) -> str:
    return activity("") + "".join(
        f"  - sid: {sid}\n    actions: [s3:GetObject]\n    resources:\n{resources}"
        for sid, resources in statements
    )


def _managed(count: int) -> str:
    return (
        persona(_PERSONA)
        + "managed_policies:\n"
        + "".join(f"  - Example{number}\n" for number in range(1, count + 1))
    )


def _user(*activities: str) -> str:
    return f"""\
title: User
description: Reads data.
version: 1.0.0
kind: access
activities: [{", ".join(activities)}]
"""


def _settings(tags: int) -> str:
    return """\
name: small
title: Small
provider: Platform
role_path: /small/people/
execution_role_path: /small/execution/
regions: [eu-west-1]
tags:
""" + "".join(f"  tag-{number}: example\n" for number in range(1, tags + 1))


def _trust(accounts: int) -> str:
    return """\
title: SageMaker
description: SageMaker of this account, and people of others.
statements:
  - sid: People
    actions: [sts:AssumeRole]
    principals:
      AWS:
""" + "".join(
        f'        - "arn:${{AWS::Partition}}:iam::{number:012}:root"\n'
        for number in range(1, accounts + 1)
    )


CARDS = (
    Card(
        rule="too-many-policies",
        what="A role with more attached policies than the quota; those of AWS's count.",
        why="IAM refuses to attach the last of them, and the launch fails.",
        file="personas/analyst.yaml",
        failing=_managed(10),
        passing=_managed(9),
        source=_SOURCE,
    ),
    Card(
        rule="access-too-long",
        what="People's access that is longer than one policy may be.",
        why="An IAM policy is attached, and a permission set assigned, as one: the rest is lost.",
        file="personas/user.yaml",
        failing=_user("read-first", "read-second"),
        passing=_user("read-first"),
        source=_SOURCE,
        beside={
            "activities/read-first.yaml": _reading(("Read", _prefixes(1, 16))),
            "activities/read-second.yaml": _reading(("Read", _prefixes(16, 31))),
        },
    ),
    Card(
        rule="statement-too-long",
        what="A statement that is longer than a managed policy may be, when its lists are full.",
        why="IAM refuses the policy, and the launch fails for the team that fills its lists.",
        file="activities/read-buckets.yaml",
        failing=_reading(("Read", _prefixes(1, 25))),
        passing=_reading(("ReadFirst", _prefixes(1, 13)), ("ReadSecond", _prefixes(13, 25))),
        source=_SOURCE,
    ),
    Card(
        rule="inline-policies-too-long",
        what="Inline policies that are longer than a role may hold, when all lists are full.",
        why="IAM refuses the last policy, and the launch fails for the team that fills its lists.",
        file="personas/analyst.yaml",
        failing=persona("trust: sagemaker\nactivities: [read-projects]\npolicies: inline\n"),
        passing=persona("trust: sagemaker\nactivities: [read-projects]\npolicies: managed\n"),
        source=_SOURCE,
        beside={
            "activities/read-projects.yaml": _reading(
                ("ReadFirst", _prefixes(1, 16)),
                ("ReadSecond", _prefixes(16, 31)),
                ("ReadThird", _prefixes(31, 46)),
            )
        },
    ),
    Card(
        rule="trust-too-long",
        what="A trust policy that is longer than the quota.",
        why="IAM refuses the role, and the launch fails.",
        file="trusts/sagemaker.yaml",
        failing=_trust(50),
        passing=_trust(20),
        source=_SOURCE,
    ),
    Card(
        rule="tag-value",
        what="A tag that a Studio domain, a user profile or a permission set does not take, of a"
        " persona that makes one.",
        why="Its role would take it, but the launch fails when the tag is put on the rest.",
        file="personas/analyst.yaml",
        failing=persona(_DOMAIN + '  purpose: ""\n'),
        passing=persona(_DOMAIN + "  purpose: experiments\n"),
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sagemaker-domain-tag.html",
    ),
    Card(
        rule="too-many-tags",
        what="More tags than a role takes, with those that the compiler adds.",
        why="IAM refuses the role, and the launch fails.",
        file="catalog.yaml",
        failing=_settings(49),
        passing=_settings(48),
        source=_SOURCE,
    ),
)

SHORTEST_OF_STUDIO, LONGEST_OF_STUDIO = 1, 128
"""Characters that the value of a tag has on a Studio domain or user profile; IAM takes 0 to 256."""

_OF_IDENTITY_CENTER = re.compile(r"[\w+=,.@-]", re.ASCII)
"""What a key and a value have to hold one of, by the registry schema of permission sets."""

OWN_TAGS = 2
"""Tags that the compiler adds: the persona and its version."""


def check(view: View) -> Iterator[Diagnostic]:
    """The tags of every role."""
    catalog = view.catalog
    shared = catalog.settings.tags
    if len(shared) + OWN_TAGS > quota.TAGS:
        yield _too_many(len(shared), catalog.settings_place("tags"))
    yield from _cases(shared, {}, catalog.settings_place("tags"))
    for identifier, found in catalog.personas.items():
        place = catalog.place("personas", identifier, "tags")
        # A tag that both have is one tag, and the persona's.
        together = {**shared, **found.tags}
        if found.tags and len(together) + OWN_TAGS > quota.TAGS >= len(shared) + OWN_TAGS:
            yield _too_many(len(together), place, " with those of catalog.yaml")
        others = {each: catalog.settings_place("tags", each) for each in shared}
        yield from _cases(found.tags, others, place)
    yield from _beside_roles(view)


def _beside_roles(view: View) -> Iterator[Diagnostic]:
    """Tags that IAM takes and others do not, each told once."""
    catalog = view.catalog
    told: set[Place] = set()
    for identifier, found in catalog.personas.items():
        for key, value in {**catalog.settings.tags, **found.tags}.items():
            reason = _refused(found, key, value)
            place = (
                catalog.place("personas", identifier, "tags", key)
                if key in found.tags
                else catalog.settings_place("tags", key)
            )
            if reason and place not in told:
                told.add(place)
                message = f"the persona '{identifier}' makes a {reason}"
                yield error("tag-value", message, place)


def _refused(persona: Persona, key: str, value: str) -> str | None:
    """What a persona makes beside a role, and what that does not take of a tag."""
    if persona.kind == "access":
        is_taken = all(_OF_IDENTITY_CENTER.search(each) for each in (key, value))
        said = (
            "permission set, whose tags have a letter, a digit or one of _+=,.@- in key and value"
        )
        return None if is_taken else said
    made = "Studio domain" if persona.kind == "domain" else persona.onboarding and "user profile"
    if not made or SHORTEST_OF_STUDIO <= len(value) <= LONGEST_OF_STUDIO:
        return None
    bounds = f"{SHORTEST_OF_STUDIO} to {LONGEST_OF_STUDIO} characters"
    return f"{made}, whose tags have a value of {bounds}: this one has {len(value)}"


def _too_many(count: int, place: Place, where: str = "") -> Diagnostic:
    message = f"these are {count} tags{where}, and {OWN_TAGS} are added; a role takes {quota.TAGS}"
    return error("too-many-tags", message, place)


def _cases(tags: Iterable[str], others: Mapping[str, Place], at: Place) -> Iterator[Diagnostic]:
    """Tags that differ in case alone; one that is written alike takes the other's place."""
    first = {each.lower(): (each, place) for each, place in others.items()}
    for tag in tags:
        place = replace(at, route=(*at.route, tag), on="key")
        written, other = first.setdefault(tag.lower(), (tag, place))
        if written != tag:
            message = f"the tag '{tag}' stands here twice: IAM ignores the case of its key"
            related = (Related(message="the first time", place=replace(other, on="key")),)
            yield error("duplicate-id", message, place, related=related)
