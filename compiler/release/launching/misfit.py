"""Where a value leaves the form that its parameter has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.admitted import AdmittedError, admitted
from compiler.diagnostic import suggest
from compiler.iam.automaton import DEAD, Builder, TooHardError, characters, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.admitted import Admitted
    from compiler.iam.automaton import Machine
    from compiler.pattern import Node

LONGEST_VALUE = 4_096
"""Bytes of a value, for CloudFormation and for Service Catalog.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_LEAST_LITERAL = 2
"""Characters after which what has to stand somewhere is worth quoting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """Why a value is refused, and the characters that are at fault."""

    why: str
    start: int
    end: int
    hint: str = ""


def misfit(value: str, declared: Mapping[str, Any]) -> Misfit | None:
    """Where a value leaves its form; None where CloudFormation takes it.

    Args:
        value: as the form takes it.
        declared: what a template declares of the parameter.
    """
    whole = (0, len(value))
    if (size := len(value.encode(errors="surrogatepass"))) > LONGEST_VALUE:
        return _of(f"it has {size:,} bytes, and {LONGEST_VALUE:,} are allowed", whole)
    is_list = str(declared.get("Type", "")).startswith(("List<", "CommaDelimitedList"))
    if "AllowedValues" in declared:
        return _unlisted(value, declared, is_list=is_list)
    form = declared.get("AllowedPattern")
    if form and not is_list:
        try:
            if re.fullmatch(form, value):
                return _out_of_bounds(value, declared)
        except re.error:
            # Java knows patterns that Python does not: AWS decides.
            return _out_of_bounds(value, declared)
        return _off_pattern(value, declared)
    return _out_of_bounds(value, declared) or _no_id(value, declared, is_list=is_list)


def _of(why: str, place: tuple[int, int], hint: str = "") -> Misfit:
    return Misfit(why=why, start=place[0], end=place[1], hint=hint)


def _unlisted(value: str, declared: Mapping[str, Any], *, is_list: bool) -> Misfit | None:
    allowed = [str(each) for each in declared["AllowedValues"]]
    for start, item in _items(value) if is_list else [(0, value)]:
        if item not in allowed:
            hint = suggest(item, allowed) or ""
            return _of(f"'{item}' is none of its values", (start, start + len(item)), hint)
    return None


def _off_pattern(value: str, declared: Mapping[str, Any]) -> Misfit:
    try:
        known = admitted(declared)
        return _located(value, known) or _of("it is not of its form", (0, len(value)))
    except (AdmittedError, TooHardError):
        return _of("it is not of its form", (0, len(value)))


def _located(value: str, known: Admitted) -> Misfit | None:
    if known.node is None:
        return None
    if not value:
        return _of("it may not be empty", (0, 0))
    if known.most == 1:
        return _of_item(value, 0, known.node, "")
    return _of_list(value, known.node, known.most)


def _of_list(value: str, node: Node, most: int) -> Misfit | None:
    items = list(_items(value))
    for number, (start, item) in enumerate(items, 1):
        which = f" in value {number}" if len(items) > 1 else ""
        if not item:
            return _of(f"value {number} is empty", (start, start), "separate values by one comma")
        if found := _of_item(item, start, node, which):
            return found
    if len(items) > most:
        why = f"at most {most} values are allowed, and these are {len(items)}"
        return _of(why, (items[most][0], len(value)))
    return None


def _of_item(item: str, start: int, node: Node, which: str) -> Misfit | None:
    """Where one value leaves its pattern."""
    machine = _machine(node)
    state = machine.start
    for index, each in enumerate(item):
        after = machine.step(state, characters(each).bit_length() - 1)
        if after == DEAD:
            place = (start + index, start + index + 1)
            literal = _forced(machine, state)
            if literal:
                return _of(f"'{literal}' has to stand here{which}, not '{each}'", place)
            ending = ", where it has to end" if not machine.labels(state) else " here"
            return _of(f"'{each}' is not allowed{ending}{which}", place)
        state = after
    if machine.accepts(state):
        return None
    end = start + len(item)
    literal = _forced(machine, state)
    return _of(
        f"it ends too early{which}{f': {literal!r} has to follow' if literal else ''}", (end, end)
    )


def _machine(node: Node) -> Machine:
    builder = Builder()
    builder.end(builder.node(builder.start(), node))
    return builder.machine(prune=False)


def _forced(machine: Machine, state: int) -> str:
    """What has to follow, where only one text can; empty where that is short or several can."""
    text = ""
    while not machine.accepts(state) and (number := machine.only(state)) >= 0:
        text += readable(number)
        state = machine.step(state, number)
    return text if len(text) >= _LEAST_LITERAL else ""


def _out_of_bounds(value: str, declared: Mapping[str, Any]) -> Misfit | None:
    whole = (0, len(value))
    if declared.get("Type") == "Number":
        return _no_number(value, declared)
    least, most = declared.get("MinLength"), declared.get("MaxLength")
    if least is not None and len(value) < int(least):
        return _of(f"it has {len(value)} characters, and {least} are needed", whole)
    if most is not None and len(value) > int(most):
        return _of(
            f"it has {len(value)} characters, and {most} are allowed", (int(most), len(value))
        )
    return None


def _no_number(value: str, declared: Mapping[str, Any]) -> Misfit | None:
    whole = (0, len(value))
    try:
        number = float(value)
    except ValueError:
        return _of("it is no number", whole)
    least, most = declared.get("MinValue"), declared.get("MaxValue")
    if least is not None and number < float(least):
        return _of(f"it is less than {least}", whole)
    if most is not None and number > float(most):
        return _of(f"it is more than {most}", whole)
    return None


def _no_id(value: str, declared: Mapping[str, Any], *, is_list: bool) -> Misfit | None:
    """Where a value is no id of what its type names, as `AWS::EC2::Subnet::Id`."""
    if not str(declared.get("Type", "")).removeprefix("List<").startswith("AWS::EC2::"):
        return None
    try:
        node = admitted(declared).node
    except AdmittedError:
        return None
    if node is None:
        return None
    items = list(_items(value)) if is_list else [(0, value)]
    found = (_of_item(item, start, node, "") for start, item in items)
    return next((each for each in found if each), None)


def _items(value: str) -> list[tuple[int, str]]:
    """The values of a list, each with where it begins."""
    found, start = [], 0
    for item in value.split(","):
        found.append((start, item))
        start += len(item) + 1
    return found
