"""The values of a launch, held to what its form admits: every fault in one run, at its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.diagnostic import suggest
from compiler.intrinsics import RenderError, Resolver
from compiler.release.launching.finding import Finding, Mark, error, note
from compiler.release.launching.misfit import misfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MOST_TAGS = 50
"""https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html"""

_LONGEST_KEY, _LONGEST_TAG = 128, 256
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_EXAMPLE = re.compile(r"Example: (?P<example>.+?)(?: \(up to \d+ values\))?\.?$")
_HIDDEN = "****"


def faults(
    declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str], kept: Collection[str] = ()
) -> Iterator[Finding]:
    """What a launch with these values would be refused for, but for rules.

    Args:
        declared: parameter to what a template declares of it.
        given: parameter to value; lists are comma-separated.
        kept: parameters that keep a value which is not known here.
    """
    for name in given:
        if name not in declared:
            near = suggest(name, declared) or f"there are {', '.join(declared) or 'none'}"
            yield error("parameter", f"{name} is no parameter of the product", near, subject=name)
    for name, each in declared.items():
        if name in given:
            yield from _refused(name, given[name], each)
        elif "Default" not in each and name not in kept and not _may_be_left_out(each):
            yield Finding(
                severity="error",
                about="parameter",
                message=f"{name} is missing",
                subject=name,
                allowed=_allowed(each) if "AllowedValues" in each else "",
                hint=f"give it by --set {name}=…: {each.get('Description', 'it has no default')}",
            )


def unmet(
    declared: Mapping[str, Mapping[str, Any]], values: Mapping[str, str], rules: Mapping[str, Any]
) -> Iterator[Finding]:
    """What rules refuse: those of a template, and those of a portfolio's constraints.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html

    Args:
        declared: parameter to what a template declares of it.
        values: all that are known.
        rules: as a template has them, by name.
    """
    said = set()
    hidden = {name for name, each in declared.items() if each.get("NoEcho")}
    shown = {name: _HIDDEN if name in hidden else value for name, value in values.items()}
    for name, rule in rules.items():
        resolver = Resolver({"Parameters": declared, "Rules": {name: rule}}, values, {})
        try:
            for message in resolver.unmet():
                if message not in said:
                    said.add(message)
                    yield _against(name, rule, message, shown)
        except (RenderError, AttributeError, LookupError, TypeError) as problem:
            yield note("rule", f"the rule {name} cannot be decided here: {problem}", subject=name)


def tag_faults(
    tags: Mapping[str, str], options: Mapping[str, tuple[str, ...]], *, chosen: bool = False
) -> Iterator[Finding]:
    """What a launch with these tags would be refused for.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html

    Args:
        tags: key to value.
        options: TagOptions: a key to the values, one of which has to be chosen.
        chosen: whether values were chosen before, as for an update.
    """
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            yield error("tag", f"the tag {key} begins with aws:, which AWS keeps", subject=key)
        elif not 1 <= len(key) <= _LONGEST_KEY or not 1 <= len(value) <= _LONGEST_TAG:
            most = f"a key has 1 to {_LONGEST_KEY} characters, a value 1 to {_LONGEST_TAG}"
            yield error("tag", f"the tag {key} is too long, or empty", most, subject=key)
        elif not _TAG.fullmatch(key + value):
            which = "letters, digits, spaces and _ . : / = + - @"
            yield error("tag", f"the tag {key} has other characters than {which}", subject=key)
    if len(tags) > MOST_TAGS:
        yield error("tag", f"{len(tags)} tags are given; a launch takes {MOST_TAGS}")
    for key, values in options.items():
        listed = ", ".join(values)
        if key in tags and values and tags[key] not in values:
            hint = suggest(tags[key], values) or ""
            message = f"the tag {key} cannot be '{tags[key]}'"
            yield Finding(
                severity="error",
                about="tag",
                message=message,
                subject=key,
                allowed=listed,
                hint=hint,
            )
        elif key in tags and not values:
            message = f"the tag {key} is one that the product and the portfolio disagree on"
            yield error("tag", message, "leave it out", subject=key)
        elif key not in tags and len(values) > 1 and not chosen:
            yield Finding(
                severity="error",
                about="tag",
                message=f"the tag {key} is missing",
                subject=key,
                allowed=listed,
                hint=f"choose one by --tag {key}=…",
            )


def _refused(name: str, value: str, declared: Mapping[str, Any]) -> Iterator[Finding]:
    found = misfit(value, declared)
    if found is None:
        return
    hidden = bool(declared.get("NoEcho"))
    mark = Mark(value=_HIDDEN, start=0, end=len(_HIDDEN))
    yield Finding(
        severity="error",
        about="parameter",
        message=f"{name} is refused: {'its form is another one' if hidden else found.why}",
        subject=name,
        mark=mark if hidden else Mark(value=value, start=found.start, end=found.end),
        allowed=_allowed(declared),
        hint=found.hint or _example(declared),
    )


def _may_be_left_out(declared: Mapping[str, Any]) -> bool:
    """Whether the pattern admits nothing, so that a default which is not told may be empty."""
    return "AllowedPattern" in declared and misfit("", declared) is None


def _against(
    name: str, rule: Mapping[str, Any], message: str, values: Mapping[str, str]
) -> Finding:
    named = [each for each in _refs(rule) if each in values]
    shown = ", ".join(f"{each} is '{values[each]}'" for each in dict.fromkeys(named))
    found = error("rule", message, shown, subject=name)
    if len(set(named)) != 1:
        return found
    value = values[named[0]]
    return Finding(
        severity="error",
        about="rule",
        message=message,
        subject=named[0],
        mark=Mark(value=value, start=0, end=len(value)),
        allowed=" or ".join(_pinned(rule)),
    )


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        for each in node.values():
            yield from _refs(each)
    elif isinstance(node, list):
        for each in node:
            yield from _refs(each)


def _pinned(node: Any) -> Iterator[str]:
    """The values of which a rule wants one."""
    if isinstance(node, dict):
        contains = node.get("Fn::Contains")
        if isinstance(contains, list) and isinstance(contains[0], list):
            yield from (str(each) for each in contains[0])
        for each in node.values():
            yield from _pinned(each)
    elif isinstance(node, list):
        for each in node:
            yield from _pinned(each)


def _allowed(declared: Mapping[str, Any]) -> str:
    if "AllowedValues" in declared:
        return ", ".join(str(each) or "''" for each in declared["AllowedValues"])
    words = declared.get("ConstraintDescription") or declared.get("AllowedPattern")
    if words:
        return str(words)
    kind = str(declared.get("Type", "String"))
    bounds = [
        f"{key} {declared[key]}"
        for key in ("MinLength", "MaxLength", "MinValue", "MaxValue")
        if key in declared
    ]
    return ", ".join([*([kind] if kind != "String" else []), *bounds])


def _example(declared: Mapping[str, Any]) -> str:
    found = _EXAMPLE.search(declared.get("Description", ""))
    return f"as {found['example']}" if found else str(declared.get("Description", ""))
