"""Which version a change of a template needs: a major one, a minor one, or a patch.

Major is what a launch or a running role can lose, minor what they can gain, patch all else. What is
not known may be a loss: it is major, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from compiler.narrowing import EMPTY, admission_changes
from compiler.subject import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.comparison import Comparison, Found
    from compiler.template import Body, TemplatePath

Level = Literal["none", "patch", "minor", "major"]

LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")
"""The smallest first."""

REPLACING = ("Path", "RoleName")
"""Properties of a role whose change makes CloudFormation replace it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html"""

_ROLE = "AWS::IAM::Role"
_VERSION_TAG = "personac:version"
_SHOWN = 3
"""Actions and cases that are named; of more, only how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that differs."""

    level: Level
    text: str
    """In lower case, without a full stop."""

    path: TemplatePath = ()
    """Where it stands in the new template; empty where it does not."""

    sid: str | None = None
    """The statement of the new template that causes it, if one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """The verdict on a change."""

    level: Level
    reasons: tuple[Reason, ...]
    """The most important first."""

    rewritten: bool = False
    """Whether nothing differs but how things are written: no meaning, no word for people."""


def bump(comparison: Comparison) -> Bump:
    """Judge the change from one template to another.

    Args:
        comparison: of two templates, with no parameter fixed.
    """
    old, new = (unversioned(each.subject.body) for each in (comparison.old, comparison.new))
    if old == new:
        return Bump(level="none", reasons=())
    found = [
        *_permissions(comparison),
        *_launches(comparison),
        *_parameters(old.get("Parameters", {}), new.get("Parameters", {})),
        *_outputs(old.get("Outputs", {}), new.get("Outputs", {})),
        *_role(old, new),
        *_words(old, new),
    ]
    if not found:
        rewritten = Reason(level="patch", text=f"{_and(_differing(old, new))} are written anew")
        return Bump(level="patch", reasons=(rewritten,), rewritten=True)
    found.sort(key=lambda each: -LEVELS.index(each.level))
    return Bump(level=found[0].level, reasons=tuple(found))


def undecided(why: str) -> Bump:
    """The verdict on a change that could not be looked at."""
    return Bump(level="major", reasons=(Reason(level="major", text=f"not known: {why}"),))


def least_version(version: str, level: Level) -> str:
    """The least version that a change of a level may have after another one."""
    major, minor, patch = parts_of(version)
    match level:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case "none":
            return version


def parts_of(version: str) -> tuple[int, int, int]:
    """The three numbers of a version."""
    major, minor, patch = (int(each) for each in version.split("."))
    return major, minor, patch


def stated(body: Body) -> Mapping[str, Any]:
    """What a template of ours says of itself: catalog, persona, version; nothing for others."""
    metadata = body.get("Metadata")
    about = metadata.get("personac") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def unversioned(body: Body) -> Body:
    """A template without its version: the one difference that is in every change."""
    made = {**body}
    if about := stated(body):
        told = {key: each for key, each in about.items() if key != "version"}
        made["Metadata"] = {**body["Metadata"], "personac": told}
    resources = {**body.get("Resources", {})}
    for name, properties in _roles(body).items():
        tags = properties.get("Tags")
        if isinstance(tags, list):
            tags = [
                each
                for each in tags
                if not (isinstance(each, dict) and each.get("Key") == _VERSION_TAG)
            ]
            resources[name] = {**resources[name], "Properties": {**properties, "Tags": tags}}
    return {**made, "Resources": resources}


def _permissions(comparison: Comparison) -> Iterator[Reason]:
    updates = {each.label for each in comparison.pairs if each.is_update}
    every = {each.label for each in comparison.pairs}
    for each in comparison.lost:
        # What only a new option takes away, which is off unless somebody chooses it, nobody loses.
        lost = [case for case in each.cases if case in updates]
        if lost:
            what = f" that {_statement(each)} allowed" if each.allowing.sid else ""
            sid = each.opposing[0].sid if each.opposing else None
            text = f"{_whose(each)}loses {_and(each.actions)}{what}{_tail(each, lost, updates)}"
            yield Reason(level="major", text=text, sid=sid)
    for unknown in comparison.unknown:
        about = _and(unknown.actions)
        text = f"not known whether {about} is as it was: {readable(unknown.reason)}"
        yield Reason(level="major", text=text)
    for why in dict.fromkeys(comparison.left_out):
        yield Reason(level="major", text=f"not known whether permissions are lost: {why}")
    for each in comparison.gained:
        by = f" by {_statement(each)}" if each.allowing.sid else ""
        text = f"{_whose(each)}gains {_and(each.actions)}{by}{_tail(each, each.cases, every)}"
        yield Reason(level="minor", text=text, sid=each.allowing.sid)


def _whose(found: Found) -> str:
    return "its trust policy " if found.part == "trust" else ""


def _statement(found: Found) -> str:
    return readable(found.allowing.sid or found.allowing.name)


def _tail(found: Found, cases: Iterable[str], every: Iterable[str]) -> str:
    """In which cases, unless in all; and whether odd names alone are meant."""
    listed = list(cases)
    where = "" if {*listed} >= {*every} else f", with {_and(listed, 'or')}"
    return f"{where}, but only on names with a colon in them" if found.wide_only else where


def _launches(comparison: Comparison) -> Iterator[Reason]:
    if comparison.refused and not comparison.left_out:
        text = f"launches with {_and(comparison.refused, 'or')} are refused"
        yield Reason(level="major", text=text)


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for name in sorted({*old, *new}):
        path = ("Parameters", name)
        if name not in new:
            yield Reason(level="major", text=f"the parameter {name} is gone")
        elif name not in old:
            must = "Default" not in new[name]
            text = f"the parameter {name} is new{', and has no default' if must else ''}"
            yield Reason(level="major" if must else "minor", text=text, path=path)
        elif old[name] != new[name]:
            for level, text in _parameter(old[name], new[name]):
                yield Reason(level=level, text=f"the parameter {name} {text}", path=path)


def _parameter(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Level, str]]:
    one, other = (each.get("Type", "String") for each in (old, new))
    if one != other:
        yield "major", f"is of type {other}, no longer {one}"
    before, after = "Default" in old, "Default" in new
    if before and not after:
        yield "major", "has no default any more"
    for change in admission_changes(old, new):
        # That it may be empty comes and goes with an empty default: one reason is enough.
        if before == after or change.text not in EMPTY:
            yield "minor" if change.wider else "major", change.text
    if after and not before:
        yield "minor", "has a default now"
    elif after and old["Default"] != new["Default"]:
        yield "patch", f"has the default '{new['Default']}', no longer '{old['Default']}'"
    if old.get("Description") != new.get("Description"):
        yield "patch", "is described in other words"


def _outputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for name in sorted({*old, *new}):
        path = ("Outputs", name)
        if name not in new:
            yield Reason(level="major", text=f"the output {name} is gone")
        elif name not in old:
            yield Reason(level="minor", text=f"the output {name} is new", path=path)
        elif old[name] != new[name]:
            before, after = (each[name].get("Condition") for each in (old, new))
            if before != after:
                level: Level = "major" if after else "minor"
                when = f"is there only with {after}" if after else "is always there"
                yield Reason(level=level, text=f"the output {name} {when}", path=path)
            if any(old[name].get(key) != new[name].get(key) for key in ("Value", "Description")):
                yield Reason(
                    level="patch", text=f"the output {name} says something else", path=path
                )


def _role(old: Body, new: Body) -> Iterator[Reason]:
    before, after = _roles(old), _roles(new)
    for name, was in before.items():
        if name not in after:
            names = _and([*after]) or "nothing"
            text = f"the role is replaced: in the template it was {name}, and is {names}"
            yield Reason(level="major", text=text)
            continue
        properties: TemplatePath = ("Resources", name, "Properties")
        now = after[name]
        for each in REPLACING:
            if was.get(each) != now.get(each):
                text = f"the role is replaced: its {each} is another"
                yield Reason(level="major", text=text, path=(*properties, each))
        bound = "PermissionsBoundary"
        if was.get(bound) != now.get(bound):
            text = "the role has another permissions boundary: not known what that takes away"
            if bound not in now:
                text = "the role has no permissions boundary any more"
            level: Level = "major" if bound in now else "minor"
            yield Reason(level=level, text=text, path=(*properties, bound))
        for each, words in _PROPERTIES.items():
            if was.get(each) != now.get(each):
                yield Reason(level="patch", text=f"the role has {words}", path=(*properties, each))


_PROPERTIES = {
    "Description": "another description",
    "MaxSessionDuration": "another longest session",
    "Tags": "other tags",
}


def _words(old: Body, new: Body) -> Iterator[Reason]:
    if old.get("Description") != new.get("Description"):
        yield Reason(level="patch", text="the description is another", path=("Description",))
    if old.get("Metadata") != new.get("Metadata"):
        yield Reason(level="patch", text="the form has other groups or labels", path=("Metadata",))


def _roles(body: Body) -> dict[str, Mapping[str, Any]]:
    """The properties of each role, by logical id."""
    return {
        name: each.get("Properties", {})
        for name, each in body.get("Resources", {}).items()
        if each.get("Type") == _ROLE
    }


def _differing(old: Body, new: Body) -> list[str]:
    return [each for each in sorted({*old, *new}) if old.get(each) != new.get(each)]


def _and(texts: Iterable[str], word: str = "and") -> str:
    """A list in words, its end cut off where it is long."""
    listed = list(texts)
    if len(listed) > _SHOWN + 1:
        return f"{', '.join(listed[:_SHOWN])} {word} {len(listed) - _SHOWN} more"
    return f" {word} ".join([", ".join(listed[:-1])] * (len(listed) > 1) + listed[-1:])
