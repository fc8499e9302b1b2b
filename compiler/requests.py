"""Requests as people write them: on a command line, or in a file with what is expected of each.

A file of requests and an acceptance file are the same: a list, in YAML or in JSON. An entry is a
request, or `parameters` alone: the launch of the requests that follow it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping  # noqa: TC003 - decode reads the annotations
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from compiler.decode import OneOrMany, Text, decode
from compiler.diagnostic import error, suggest
from compiler.iam import reference
from compiler.iam.document import PRINCIPAL_KINDS, Principal
from compiler.iam.request import Request
from compiler.place import Place
from compiler.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.source import Source

Expected = Literal["allowed", "denied", "implicitly-denied", "explicitly-denied"]

ACTION = "[A-Za-z0-9-]+:[A-Za-z0-9_-]+"
"""What the action of a request looks like."""

_ARN_PARTS = 6

Values = Annotated[tuple[Annotated[str, Text(least=1)], ...], OneOrMany()]
Given = Annotated[tuple[str, ...], OneOrMany()]
"""What a launch gives for a parameter; an empty text leaves it empty, as in the form."""

_ASKS_NOTHING = "the file asks nothing: none of its entries has an action"
_LAUNCH = "an entry without an action holds parameters alone: the launch of those that follow"


def refused_resource(written: str) -> str | None:
    """Why a text is no resource of a request, or None where it is one."""
    if written == "*" or (written.startswith("arn:") and written.count(":") >= _ARN_PARTS - 1):
        return None
    return f"'{written}' is no resource; it is an ARN, or * for an action that takes none"


def _refused_principal(written: str) -> str | None:
    kind, _, name = written.partition(":")
    if kind in PRINCIPAL_KINDS and name:
        return None
    known = ", ".join(PRINCIPAL_KINDS)
    return f"'{written}' is no principal; it is KIND:NAME, and kinds are {known}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request of a file of requests, as it is written."""

    action: Annotated[str, Text(pattern=ACTION)]
    resource: Annotated[str, Text(refuse=refused_resource)] = "*"
    context: Mapping[str, Values] = field(default_factory=dict)
    parameters: Mapping[str, Given] = field(default_factory=dict)
    """Those of this request alone; they go over those of its launch, one by one."""

    principal: Annotated[str | None, Text(refuse=_refused_principal)] = None
    expected: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launching:
    """An entry that is no request: the launch that those after it are about, until the next one."""

    parameters: Mapping[str, Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, the launch that it is made under, and what is expected of it."""

    request: Request
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Launch parameter to value, as the form takes it."""

    expected: Expected | None = None
    place: Place | None = None
    launch_place: Place | None = None
    """Where its parameters are written, in its own entry or before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something about a request that is not as the documentation has it."""

    kind: Literal[
        "unknown-action", "missing-resource", "wildcard-resource", "unknown-condition-key"
    ]
    message: str
    hint: str | None
    key: str = ""
    """The condition key, where it is one."""


class WrittenError(ValueError):
    """A part of a request that cannot be read; the message is for the user."""


def questions(
    path: str, raw: bytes
) -> tuple[tuple[Question, ...], Source | None, tuple[Diagnostic, ...]]:
    """Read a file of requests.

    Args:
        path: what diagnostics call it.
        raw: its bytes.

    Returns:
        The questions, none where something is wrong; the file, for its lines; everything that is
        wrong with it, and warnings about what no documentation names.
    """
    source, diagnostics = read(path, raw)
    found = list(diagnostics)
    # A key that stands twice hides no other mistake.
    if source is None or any(each.rule != "duplicate-key" for each in found):
        return (), source, tuple(found)
    if not isinstance(source.data, tuple):
        message = "a file of requests is a list, each entry with an action"
        return (), source, (error("wrong-type", message, Place(path=path)),)
    made = []
    launch: Mapping[str, str] = {}
    launch_place = None
    for index, data in enumerate(source.data):
        place = Place(path=path, route=(index,))
        if _is_launch(data):
            launching, problems = decode(Launching, data, place)
            found += problems
            launch = {} if launching is None else _as_typed(launching.parameters)
            launch_place = _of_parameters(place)
            continue
        entry, problems = decode(Entry, data, place)
        if isinstance(data, dict):
            found += _hinted(problems, data)
            found += _twice(data.get("context"), place)
        else:
            found += problems
        if entry is not None and isinstance(data, dict):
            question = _question(entry, data, place)
            found += _doubted(question, place)
            launched_at = _of_parameters(place) if entry.parameters else launch_place
            parameters = {**launch, **question.parameters}
            made.append(replace(question, parameters=parameters, launch_place=launched_at))
    if any(each.severity == "error" for each in found):
        return (), source, tuple(found)
    if not made:
        return (), source, (error("no-requests", _ASKS_NOTHING, Place(path=path)),)
    return tuple(made), source, (*found, *_unused(source.data, path))


def _is_launch(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.keys() == {"parameters"}


def _unused(entries: tuple[Any, ...], path: str) -> Iterator[Diagnostic]:
    """Say of launches that no request stands between them and the next one, or the end."""
    for index, entry in enumerate(entries):
        if _is_launch(entry) and all(map(_is_launch, entries[index + 1 : index + 2])):
            message = "no request follows this launch: it is not looked at"
            place = _of_parameters(Place(path=path, route=(index,)))
            yield error("unused-launch", message, place, severity="warning")


def _of_parameters(place: Place) -> Place:
    return Place(path=place.path, route=(*place.route, "parameters"), on="key")


def _hinted(problems: tuple[Diagnostic, ...], data: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Say beside a missing action what needs none, where that may have been meant."""
    for each in problems:
        meant = each.rule == "missing-key" and "parameters" in data
        yield replace(each, hint=_LAUNCH) if meant else each


def _as_typed(parameters: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Parameters as the form takes them: a list is one line."""
    return {name: ",".join(values) for name, values in parameters.items()}


def _question(entry: Entry, data: Mapping[str, Any], place: Place) -> Question:
    written = data.get("context", {})
    return Question(
        request=Request(
            action=entry.action,
            resource=entry.resource,
            # One text and a list of one text are different things to IAM's operators.
            context={
                key: values if isinstance(written[key], tuple) else values[0]
                for key, values in entry.context.items()
            },
            principal=None if entry.principal is None else principal(entry.principal),
        ),
        parameters=_as_typed(entry.parameters),
        expected=entry.expected,
        place=place,
    )


def _twice(keys: Any, place: Place) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for key in keys if isinstance(keys, dict) else ():
        if key.lower() in seen:
            message = f"the key '{key}' stands here twice: condition keys ignore case"
            at = Place(path=place.path, route=(*place.route, "context", key), on="key")
            yield error("duplicate-key", message, at)
        seen.add(key.lower())


def _doubted(question: Question, place: Place) -> Iterator[Diagnostic]:
    for each in doubts(question.request):
        at = Place(path=place.path, route=(*place.route, "action"))
        if each.key:
            at = Place(path=place.path, route=(*place.route, "context", each.key), on="key")
        yield error(each.kind, each.message, at, each.hint, severity="warning")


def doubts(request: Request) -> Iterator[Doubt]:
    """What is not as documented. It is decided all the same: AWS adds actions every day."""
    prefix, _, name = request.action.partition(":")
    service = reference.service(prefix.lower())
    if service is None:
        message = f"AWS documents no service '{prefix}'"
        hint = suggest(prefix, reference.services())
        yield Doubt(kind="unknown-action", message=message, hint=hint)
    elif service.action(name) is None:
        message = f"AWS documents no action '{request.action}'"
        hint = suggest(
            f"{prefix}:{name}", (f"{prefix}:{each}" for each in service.action_names.values())
        )
        yield Doubt(kind="unknown-action", message=message, hint=hint)
    elif request.resource == "*" and request.principal is None:
        found = service.action(name)
        if found is not None and found.needs_resource:
            message = f"{found} is about a resource, and the request names none"
            types = " or ".join(found.resource_types)
            yield Doubt(
                kind="missing-resource", message=message, hint=f"name the ARN of its {types}"
            )
    if request.resource != "*" and {"*", "?"} & {*request.resource}:
        message = "a request is about one resource: a wildcard in it stands for itself"
        hint = "personac diff tells what is allowed on all that a pattern names"
        yield Doubt(kind="wildcard-resource", message=message, hint=hint)
    for key in request.context:
        if reference.key_type(key) is None:
            message = f"AWS documents no condition key '{key}'"
            of_service = reference.service(key.partition(":")[0].lower())
            known = {*reference.GLOBAL_KEYS, *(of_service.key_types if of_service else ())}
            hint = suggest(key, sorted(known))
            yield Doubt(kind="unknown-condition-key", message=message, hint=hint, key=key)


def context(pairs: list[str]) -> dict[str, str | tuple[str, ...]]:
    """Read `K=V` pairs; a value that is a JSON list is the list.

    Raises:
        WrittenError: for a pair that is none, a key given twice, or a value that is empty.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise WrittenError(f"takes KEY=VALUE, not '{pair}'")
        if key.lower() in map(str.lower, found):
            hint = f"""several values are written as a list: '{key}=["…","…"]'"""
            raise WrittenError(f"names {key} twice; {hint}")
        if not value:
            raise WrittenError(f"gives {key} no value: no key of a request has an empty one")
        found[key] = _several(key, value) if value.startswith("[") else value
    return found


def _several(key: str, value: str) -> tuple[str, ...]:
    try:
        values = json.loads(value)
    except (ValueError, RecursionError) as problem:
        message = f"gives {key} a list that is not JSON: {problem}"
        raise WrittenError(message) from problem
    if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
        raise WrittenError(f"gives {key} a list of something else than texts")
    return tuple(values)


def principal(written: str) -> Principal:
    """Read a principal, as `Service:sagemaker.amazonaws.com`.

    Raises:
        WrittenError: where it is none.
    """
    if reason := _refused_principal(written):
        raise WrittenError(reason)
    kind, _, name = written.partition(":")
    return Principal(kind, name)
