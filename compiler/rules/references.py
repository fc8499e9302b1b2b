"""What the files of a catalog call each other by: every name leads somewhere, none twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.control import control_statements
from compiler.diagnostic import Related, error, suggest
from compiler.entitlement import pascal
from compiler.resolve import PASS_GUARD
from compiler.rules.card import Card, activity, persona

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from compiler.catalog import Catalog, Persona
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import StatementView, View

_FILE = "personas/analyst.yaml"
_PASSING = persona("""\
    trust: sagemaker
    controls: {network: optional}
    activities: [read-buckets, run-jobs]
    """)

CARDS = (
    Card(
        rule="unknown-trust",
        what="A trust that no file in trusts/ defines.",
        why="Nobody could assume the role.",
        file=_FILE,
        failing=_PASSING.replace("trust: sagemaker", "trust: sage-maker"),
        passing=_PASSING,
    ),
    Card(
        rule="unknown-control",
        what="A control that no file in controls/ defines.",
        why="A launch would be held to nothing where its author believes that it is.",
        file=_FILE,
        failing=_PASSING.replace("{network:", "{networks:"),
        passing=_PASSING,
    ),
    Card(
        rule="unknown-activity",
        what="An activity that no file in activities/ defines.",
        why="The persona would lack the permissions that its author gave it.",
        file=_FILE,
        failing=_PASSING.replace("read-buckets", "read-bucket"),
        passing=_PASSING,
    ),
    Card(
        rule="leaves-folder",
        what="A name that is a path, or a file that is a link out of the catalog.",
        why="The permissions would come from a file that no review of the catalog shows.",
        file=_FILE,
        failing=_PASSING.replace("read-buckets", "../../else/read-buckets"),
        passing=_PASSING,
    ),
    Card(
        rule="duplicate-id",
        what="Two things with one id: files, Sids of one persona, or one name listed twice.",
        why="IAM refuses a policy with two equal Sids, and of two equal names one is a mistake.",
        file="activities/example.yaml",
        failing=activity("""\
            - sid: Read
              actions: [s3:GetObject]
              resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
            - sid: Read
              actions: [s3:ListBucket]
              resources: ["arn:${AWS::Partition}:s3:::${Buckets}"]
            """),
        passing=activity("""\
            - sid: Read
              actions: [s3:GetObject]
              resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
            - sid: List
              actions: [s3:ListBucket]
              resources: ["arn:${AWS::Partition}:s3:::${Buckets}"]
            """),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
    ),
)

RESERVED = re.compile(r".*Has[0-9]+|.*Exists|.*On|.*Given|.*Chosen|UserProfile|SingleSignOnUser")
"""Names of conditions and rules that `compiler/emit` makes, or what they begin with."""

OUTSIDE = frozenset("/\\")


def check(view: View) -> Iterator[Diagnostic]:
    """Every name of another thing."""
    catalog = view.catalog
    for identifier, each in catalog.personas.items():
        place = catalog.place("personas", identifier, "trust")
        if each.trust is not None and _is_absent(view, "trusts", each.trust, catalog.trusts):
            message = f"there is no trust '{each.trust}'"
            near = suggest(each.trust, catalog.trusts)
            yield _path("trusts", each.trust, place) or error("unknown-trust", message, place, near)
        for control in each.controls:
            place = catalog.place("personas", identifier, "controls", control, on="key")
            yield from _control(view, control, place)
        for name, place in composed(catalog, identifier):
            if _is_absent(view, "activities", name, catalog.activities):
                message = f"there is no activity '{name}'"
                near = suggest(name, catalog.activities)
                other = error("unknown-activity", message, place, near)
                yield _path("activities", name, place) or other
        yield from _repeated(view, identifier, "activities", each.activities)
        for name in each.optional.keys() & set(each.activities):
            place = catalog.place("personas", identifier, "optional", name, on="key")
            first = catalog.place("personas", identifier, "activities", each.activities.index(name))
            message = f"the activity '{name}' is always there, and cannot be optional"
            related = (Related(message="the first time", place=first),)
            yield error("duplicate-id", message, place, related=related)
        yield from _repeated(view, identifier, "managed_policies", each.managed_policies)
        excepted = [exception.guardrail for exception in each.exceptions]
        yield from _repeated(view, identifier, "exceptions", excepted)
    for statement in view.statements:
        if statement.when is not None:
            yield from _control(view, statement.when, statement.place("when"))
    yield from _sids(view)
    yield from _controls(view)


def composed(catalog: Catalog, persona: str) -> Iterator[tuple[str, Place]]:
    """The activities of a persona, and where it names them."""
    found = catalog.personas[persona]
    for index, name in enumerate(found.activities):
        yield name, catalog.place("personas", persona, "activities", index)
    for name in found.optional:
        yield name, catalog.place("personas", persona, "optional", name, on="key")


def _control(view: View, name: str, place: Place) -> Iterator[Diagnostic]:
    known = view.catalog.controls
    if _is_absent(view, "controls", name, known):
        message = f"there is no control '{name}'"
        other = error("unknown-control", message, place, suggest(name, known))
        yield _path("controls", name, place) or other


def _is_absent(view: View, folder: str, name: str, known: Container[str]) -> bool:
    return name not in known and not view.is_broken(folder, name)


def _path(folder: str, name: str, place: Place) -> Diagnostic | None:
    if not OUTSIDE & set(name) and not name.startswith("."):
        return None
    message = f"'{name}' is a path; {folder} are named by their ids, and stay in {folder}/"
    return error("leaves-folder", message, place)


def _repeated(view: View, persona_id: str, key: str, values: Iterable[str]) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in first:
            other = view.catalog.place("personas", persona_id, key, first[value])
            related = (Related(message="the first time", place=other),)
            place = view.catalog.place("personas", persona_id, key, index)
            yield error("duplicate-id", f"'{value}' stands here twice", place, related=related)
        first.setdefault(value, index)


def _sids(view: View) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str, str], StatementView] = {}
    for each in view.statements:
        if each.sid is None:
            continue
        other = seen.setdefault((each.folder, each.owner, each.sid), each)
        if other is not each:
            yield _twice(each, other, f"the sid '{each.sid}' stands here twice")
    for each_persona in view.catalog.personas.values():
        whole: dict[str, StatementView] = {}
        ours = _own_sids(view, each_persona)
        for name in each_persona.composed:
            for each in view.of_activity.get(name, ()):
                sid = f"{pascal(name)}{each.sid}"
                other = whole.setdefault(sid, each)
                if other.owner != name:
                    yield _twice(each, other, f"the Sid '{sid}' comes of two activities")
                if sid in ours:
                    message = f"the Sid '{sid}' is one that the compiler writes"
                    yield error("duplicate-id", message, each.place("sid"), "choose another sid")


def _own_sids(view: View, found: Persona) -> frozenset[str]:
    """The Sids of a persona that come of no activity."""
    controls = (name for name in found.controls if name in view.catalog.controls)
    return frozenset(
        each.sid
        for name in controls
        if view.is_readable(name)
        for each in control_statements(view.catalog, name, optional=False)
    ) | {PASS_GUARD}


def _twice(each: StatementView, other: StatementView, message: str) -> Diagnostic:
    related = (Related(message="the other one", place=other.place("sid")),)
    return error("duplicate-id", message, each.place("sid"), related=related)


def _controls(view: View) -> Iterator[Diagnostic]:
    """What the template calls controls and their keys: ids that differ may be one name there."""
    controls: dict[str, str] = {}
    for name, control in view.catalog.controls.items():
        other = controls.setdefault(pascal(name), name)
        if RESERVED.fullmatch(pascal(name)):
            place = view.catalog.place("controls", name)
            message = f"'{name}' is {pascal(name)} in a template, where a condition has that name"
            yield error("duplicate-id", message, place, "rename the control")
        if other != name:
            message = f"'{name}' and '{other}' are both {pascal(name)} in a template"
            yield error("duplicate-id", message, view.catalog.place("controls", name))
        keys: dict[str, str] = {}
        for key in control.condition_keys:
            tail = key.partition(":")[2]
            if keys.setdefault(tail, key) != key:
                place = view.catalog.place("controls", name, "condition_keys", key, on="key")
                first = view.catalog.place("controls", name, "condition_keys", keys[tail], on="key")
                related = (Related(message="the other one", place=first),)
                message = f"the Sids of '{key}' and '{keys[tail]}' would be the same"
                hint = "give the key a control of its own"
                yield error("duplicate-id", message, place, hint, related=related)
