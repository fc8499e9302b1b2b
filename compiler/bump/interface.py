"""What a change of parameters, outputs and words means: of all that people see of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.bump.reason import Reason
from compiler.narrowing import EMPTY, admission_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.bump.level import Level
    from compiler.template import Body


def parameter_reasons(before: Body, after: Body) -> Iterator[Reason]:
    """What differs in what a launch is asked for."""
    old, new = (each.get("Parameters", {}) for each in (before, after))
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
            yield from _default(name, old[name], new[name])


def output_reasons(before: Body, after: Body) -> Iterator[Reason]:
    """What differs in what a launch answers."""
    old, new = (each.get("Outputs", {}) for each in (before, after))
    for name in sorted({*old, *new}):
        path = ("Outputs", name)
        if name not in new:
            yield Reason(level="major", text=f"the output {name} is gone")
        elif name not in old:
            yield Reason(level="minor", text=f"the output {name} is new", path=path)
        elif old[name] != new[name]:
            one, other = (each[name].get("Condition") for each in (old, new))
            if one != other:
                level: Level = "major" if other else "minor"
                when = f"is there only with {other}" if other else "is always there"
                yield Reason(level=level, text=f"the output {name} {when}", path=path)
            if any(old[name].get(key) != new[name].get(key) for key in ("Value", "Description")):
                yield Reason(
                    level="patch", text=f"the output {name} says something else", path=path
                )


def word_reasons(old: Body, new: Body) -> Iterator[Reason]:
    """What differs in how a template is described, and in how the form of a launch is laid out."""
    if old.get("Description") != new.get("Description"):
        yield Reason(level="patch", text="the description is another", path=("Description",))
    if old.get("Metadata") != new.get("Metadata"):
        yield Reason(level="patch", text="the form has other groups or labels", path=("Metadata",))


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
    if old.get("Description") != new.get("Description"):
        yield "patch", "is described in other words"


def _default(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    """That a default is another one. Where launches feel it, `defaults` tells it instead."""
    before, after = old.get("Default"), new.get("Default")
    if before is not None and after is not None and before != after:
        text = f"the parameter {name} has the default '{after}', no longer '{before}'"
        yield Reason(level="patch", text=text, path=("Parameters", name, "Default"))
