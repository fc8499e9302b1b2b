"""Launch parameters: patterns that can be read, are bounded, and admit no wildcard."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.diagnostic import error
from compiler.entitlement import pascal
from compiler.iam import quota
from compiler.launch_parameter import SETTING, SETTINGS_IN_PATTERNS, setting_in_pattern
from compiler.onboarding import NAMES
from compiler.rules.card import OTHER_PARAMETERS, Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Parameter
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import View

RESERVED = re.compile(r"Role|Policy[0-9]+(Exists)?|UserProfile|PermissionSet")
"""Logical ids of the templates that `compiler/emit` makes."""

WILD = frozenset("*?$")
"""Characters that mean something to IAM. A launcher must not be able to type them."""


_SETTINGS = """\
name: small
title: Small
provider: Platform
role_path: /small/people/
execution_role_path: /small/execution/
regions: [eu-west-1]
"""
_LIMITS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)
_SECTION = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "parameters-section-structure.html"
)


def _buckets(pattern: str, *more: str) -> str:
    return (
        f"""\
Buckets:
  label: Buckets
  group: Data
  description: Names of buckets.
  pattern: '{pattern}'
  max_items: 3
"""
        + "".join(f"  {each}\n" for each in more)
        + OTHER_PARAMETERS
    )


_PASSING = _buckets("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

CARDS = (
    Card(
        rule="bad-pattern",
        what="A pattern out of the small language of patterns that a proof can read.",
        why="CloudFormation, in Java, and a proof must read the same pattern in the same way, and"
        " what repeats without bound has no longest form to measure.",
        file="parameters.yaml",
        failing=_buckets("[a-z0-9.-]+"),
        passing=_PASSING,
        source=_SECTION,
    ),
    Card(
        rule="pattern-admits-wildcard",
        what="A pattern that admits *, ?, $, white space, or the comma that parts a list.",
        why="A launch could type a wildcard, and so grant more than the persona was reviewed for.",
        file="parameters.yaml",
        failing=_buckets("[a-z0-9.*-]{3,63}"),
        passing=_PASSING,
    ),
    Card(
        rule="pattern-admits-nothing",
        what="A pattern that admits the empty text.",
        why="A launch that leaves it empty would make ARNs of nothing, as arn:aws:s3:::/*.",
        file="parameters.yaml",
        failing=_buckets("[a-z0-9.-]{0,63}"),
        passing=_PASSING,
    ),
    Card(
        rule="parameter-too-long",
        what="A parameter whose longest value is longer than CloudFormation takes.",
        why="The launch of a team that fills it fails.",
        file="parameters.yaml",
        failing=_buckets("[a-z0-9.-]{3,2000}"),
        passing=_PASSING,
        source=_LIMITS,
    ),
    Card(
        rule="default-mismatch",
        what="A default that the parameter's own pattern refuses.",
        why="A launch that leaves the default as it is fails.",
        file="parameters.yaml",
        failing=_buckets("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "default: My_Bucket"),
        passing=_buckets("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "default: my-bucket"),
        source=_SECTION,
    ),
    Card(
        rule="reserved-name",
        what="A parameter by a name that the template has for something else.",
        why="CloudFormation refuses a template in which two things have one logical name.",
        file="controls/buckets.yaml",
        failing="""\
title: Buckets
description: The template calls this control Buckets, as it does the parameter.
costs: Nothing.
condition_keys:
  sagemaker:InstanceTypes:
    values: [ml.m5.large]
""",
        passing=None,
        source=_SECTION,
    ),
    Card(
        rule="overlapping-paths",
        what="A role_path that begins the execution_role_path, or the other way round.",
        why="A job could be given a role of people, since roles are passed by the execution path.",
        file="catalog.yaml",
        failing=_SETTINGS.replace("/small/execution/", "/small/people/jobs/"),
        passing=_SETTINGS,
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every parameter, and the paths that patterns name."""
    for name, parameter in view.catalog.parameters.items():
        yield from _parameter(view, name, parameter)
    settings = view.catalog.settings
    people, jobs = settings.role_path, settings.execution_role_path
    if people.startswith(jobs) or jobs.startswith(people):
        message = f"role_path {people} and execution_role_path {jobs} overlap"
        hint = "a role of people on the execution path could be passed; let neither begin the other"
        place = view.catalog.settings_place("execution_role_path")
        yield error("overlapping-paths", message, place, hint)


def _parameter(view: View, name: str, parameter: Parameter) -> Iterator[Diagnostic]:
    taken = {*NAMES, *map(pascal, view.catalog.controls)}
    if RESERVED.fullmatch(name) or name in taken:
        message = f"the template has another thing by the name {name}"
        place = replace(view.catalog.parameter_place(name), on="key")
        yield error("reserved-name", message, place, "choose another name")
    place = view.catalog.parameter_place(name, "pattern")
    unknown = [
        each for each in SETTING.findall(parameter.pattern) if each not in SETTINGS_IN_PATTERNS
    ]
    if unknown:
        message = f"a pattern cannot name the setting '{unknown[0]}'"
        hint = f"it can name {' and '.join(SETTINGS_IN_PATTERNS)}"
        yield error("bad-pattern", message, place, hint)
        return
    text = setting_in_pattern(view.catalog, parameter.pattern)
    try:
        node = pattern.parse(text)
    except pattern.PatternError as problem:
        at = f"at character {problem.offset + 1}"
        yield error("bad-pattern", f"the pattern cannot be read {at}: {problem}", place)
        return
    yield from _alphabet(parameter, node, place)
    if pattern.matches(node, ""):
        message = f"the pattern of {name} admits the empty text"
        hint = "let it begin with a character that is always there"
        yield error("pattern-admits-nothing", message, place, hint)
    items = parameter.max_items or 1
    length = items * (pattern.size(node) + 1) - 1
    if length > quota.PARAMETER_VALUE:
        message = (
            f"the longest value has {length:,} bytes;"
            f" CloudFormation takes {quota.PARAMETER_VALUE:,}"
        )
        hint = "lower max_items, or the counts of the pattern"
        yield error("parameter-too-long", message, place, hint)
        return
    yield from _default(view, name, parameter, node)


def _alphabet(parameter: Parameter, node: pattern.Node, place: Place) -> Iterator[Diagnostic]:
    letters = pattern.alphabet(node)
    refused = dict.fromkeys(WILD, "a wildcard or a variable of IAM's")
    refused |= dict.fromkeys(letters - quota.LETTERS, "what IAM takes in no policy")
    refused |= {each: "white space" for each in letters if each.isspace()}
    if parameter.max_items is not None:
        refused[","] = "what separates the values"
    found = sorted(letters & refused.keys())
    if found:
        shown = ", ".join(f"'{each}'" for each in found)
        message = f"the pattern admits {shown}: {refused[found[0]]}"
        yield error("pattern-admits-wildcard", message, place)


def _default(
    view: View, name: str, parameter: Parameter, node: pattern.Node
) -> Iterator[Diagnostic]:
    if parameter.default is None:
        return
    values = parameter.default.split(",") if parameter.max_items else [parameter.default]
    place = view.catalog.parameter_place(name, "default")
    for value in values:
        if not pattern.matches(node, value):
            message = f"the default '{value}' is not of the form of the pattern"
            yield error("default-mismatch", message, place)
    if len(values) > (parameter.max_items or 1):
        message = f"the default has {len(values)} values; max_items is {parameter.max_items}"
        yield error("default-mismatch", message, place)
