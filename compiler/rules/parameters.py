"""Launch parameters: patterns that can be read, are bounded, and admit no wildcard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler import pattern
from compiler.iam import quota
from compiler.resolve import SETTING, SETTINGS_IN_PATTERNS, setting_in_pattern
from compiler.rules.view import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Parameter
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import View

WILD = frozenset("*?$")
"""Characters that mean something to IAM. A launcher must not be able to type them."""


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
    items = parameter.max_items or 1
    length = items * (len(pattern.longest(node).encode()) + 1) - 1
    if length > quota.PARAMETER_VALUE:
        message = (
            f"the longest value has {length:,} bytes; CloudFormation takes {quota.PARAMETER_VALUE:,}"
        )
        hint = "lower max_items, or the counts of the pattern"
        yield error("parameter-too-long", message, place, hint)
    yield from _default(view, name, parameter, node)


def _alphabet(parameter: Parameter, node: pattern.Node, place: Place) -> Iterator[Diagnostic]:
    letters = pattern.alphabet(node)
    refused = {each: "a wildcard or a variable of IAM's" for each in WILD}
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
