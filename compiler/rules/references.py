"""What the files of a catalog call each other by: every name leads somewhere, none twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler import expression
from compiler.diagnostic import Related, suggest
from compiler.entitlement import pascal
from compiler.place import Place
from compiler.resolve import control_parameters
from compiler.rules.view import error, named, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

OUTSIDE = frozenset("/\\")


def check(view: View) -> Iterator[Diagnostic]:
    """Every name of another thing."""
    yield from _personas(view)
    yield from _whens(view)
    yield from _expressions(view)
    yield from _parameters(view)
    yield from _sids(view)


def _name(
    view: View, folder: str, kind: str, name: str, place: Place, known: Iterable[str]
) -> Iterator[Diagnostic]:
    if OUTSIDE & set(name) or name.startswith("."):
        message = f"'{name}' is a path; {kind}s are named by their ids, and stay in {folder}/"
        yield error("leaves-folder", message, place)
    elif name not in set(known) and not view.is_broken(folder, name):
        message = f"there is no {kind} '{name}'"
        yield error(f"unknown-{kind}", message, place, suggest(name, known))


def _personas(view: View) -> Iterator[Diagnostic]:
    catalog = view.catalog
    for identifier, persona in catalog.personas.items():
        place = catalog.place("personas", identifier, "trust")
        yield from _name(view, "trusts", "trust", persona.trust, place, catalog.trusts)
        for control in persona.controls:
            place = catalog.place("personas", identifier, "controls", control, on="key")
            yield from _name(view, "controls", "control", control, place, catalog.controls)
        for index, activity in enumerate(persona.activities):
            place = catalog.place("personas", identifier, "activities", index)
            yield from _name(view, "activities", "activity", activity, place, catalog.activities)
        for folder in ("activities", "managed_policies"):
            yield from _repeated(view, identifier, folder, getattr(persona, folder))


def _repeated(
    view: View, persona: str, key: str, values: tuple[str, ...]
) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in first:
            other = view.catalog.place("personas", persona, key, first[value])
            related = (Related(message="the first time", place=other),)
            place = view.catalog.place("personas", persona, key, index)
            yield error("duplicate-id", f"'{value}' stands here twice", place, related=related)
        first.setdefault(value, index)


def _whens(view: View) -> Iterator[Diagnostic]:
    catalog = view.catalog
    for each in view.statements:
        when = getattr(each.statement, "when", None)
        if when is not None:
            place = each.place("when")
            yield from _name(view, "controls", "control", when, place, catalog.controls)


def _expressions(view: View) -> Iterator[Diagnostic]:
    for text, place in view.texts():
        try:
            expression.parse(text)
        except expression.ExpressionError as problem:
            at = Place(path=place.path, route=place.route, fragment=problem.fragment)
            yield error("bad-expression", str(problem), at)


def _parameters(view: View) -> Iterator[Diagnostic]:
    catalog = view.catalog
    used: set[str] = set()
    for text, place in view.texts():
        names = named(text)
        used |= set(names)
        for name in names:
            if name in catalog.parameters or view.is_broken("parameters", name):
                continue
            at = Place(path=place.path, route=place.route, fragment=f"${{{name}}}")
            message = f"there is no parameter '{name}' in parameters.yaml"
            yield error("unknown-parameter", message, at, suggest(name, catalog.parameters))
        lists = [name for name in names if _is_list(view, name)]
        if len(lists) > 1:
            message = f"this text repeats over {' and '.join(lists)}; one list parameter is allowed"
            yield error("two-lists", message, place, "write one text for each list")
    for name in catalog.parameters:
        if name not in used:
            place = replace(catalog.parameter_place(name), on="key")
            hint = "remove it, or use it in an activity or a control"
            yield error("unused-parameter", f"nothing uses the parameter '{name}'", place, hint)
    yield from _governed(view)


def _is_list(view: View, name: str) -> bool:
    found = view.catalog.parameters.get(name)
    return found is not None and found.max_items is not None


def _governed(view: View) -> Iterator[Diagnostic]:
    """A control's parameters may be empty while the control is off."""
    owners: dict[str, str] = {}
    for control in view.catalog.controls:
        values = view.catalog.controls[control].condition_keys.values()
        if all(parsed(text) is not None for each in values for text in each.values):
            for name in control_parameters(view.catalog, control):
                owners.setdefault(name, control)
    for each in view.statements:
        when = getattr(each.statement, "when", None)
        for text, place in each.texts():
            for name in named(text):
                owner = owners.get(name)
                if owner is not None and owner != when:
                    at = Place(path=place.path, route=place.route, fragment=f"${{{name}}}")
                    message = f"{name} belongs to the control '{owner}' and is empty while that is off"
                    yield error("needs-control", message, at, f"add 'when: {owner}'")


def _sids(view: View) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str, str], StatementView] = {}
    for each in view.statements:
        key = (each.folder, each.owner, each.statement.sid)
        if key in seen:
            yield _twice(each, seen[key], f"the sid '{each.statement.sid}' stands here twice")
        seen.setdefault(key, each)
    for persona in view.catalog.personas.values():
        whole: dict[str, StatementView] = {}
        for each in view.statements:
            if each.folder != "activities" or each.owner not in persona.activities:
                continue
            sid = f"{pascal(each.owner)}{each.statement.sid}"
            other = whole.setdefault(sid, each)
            if other is not each and other.owner != each.owner:
                yield _twice(each, other, f"the Sid '{sid}' comes of two activities")


def _twice(each: StatementView, other: StatementView, message: str) -> Diagnostic:
    related = (Related(message="the other one", place=other.place("sid")),)
    return error("duplicate-id", message, each.place("sid"), related=related)


