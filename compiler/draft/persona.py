"""A persona to begin with: what other personas of the catalog have in common, and every choice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler import expression
from compiler.catalog import Persona
from compiler.draft.choices import beside, keys, told
from compiler.draft.names import called, spelled
from compiler.load import Loaded
from compiler.rules import examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.catalog import Activity, Catalog
    from compiler.draft.choices import Lines

_INTRODUCTION = """\
A persona to begin with. All that it may say stands here: take the # away from a line to choose it,
and delete what is not needed."""


class DraftError(ValueError):
    """A catalog that nothing can be begun in; the message is for the user."""


def draft_persona(catalog: Catalog, name: str) -> str:
    """The text of a persona's file.

    It begins with one activity, the trust and the controls that most personas of the catalog have,
    of those that break no guardrail: a part of what such a persona grants breaks none either.

    Args:
        catalog: what there is to choose from.
        name: its id.

    Raises:
        DraftError: where the catalog has no activity, or no trust.
    """
    first = first_activity(catalog)
    used = {
        "title": (f"title: {spelled(called(name))}",),
        "description": (
            "description: >-",
            f"  {called(name)}: whom it is for, and what they may do, in a sentence or two.",
        ),
        "version": ("version: 1.0.0",),
        "trust": _trust(catalog),
        "activities": _activities(catalog, first),
    }
    examples = _examples(catalog, name, first)
    controls, chosen = _controls(catalog)
    (used if chosen else examples)["controls"] = controls
    lines = [
        "# yaml-language-server: $schema=../schema/persona.schema.json",
        *told(_INTRODUCTION),
        *keys(Persona, used, examples),
    ]
    return "\n".join(lines) + "\n"


def first_activity(catalog: Catalog) -> str:
    """The activity that a persona begins with: the one that most others have.

    Where no other is of use, one that grants something to everybody, and asks for little.

    Raises:
        DraftError: where the catalog has no activity.
    """
    if not catalog.activities:
        message = "the catalog has no activity, and a persona is made of them"
        raise DraftError(f"{message}: 'personac new activity NAME' writes one")
    several = Counter(
        each
        for persona in _sound(catalog)
        for each in persona.activities
        if each in catalog.activities
    )
    # Of those that equally many have, the one that they name first.
    if several:
        return max(several, key=several.__getitem__)
    refused = _refused(catalog)
    return min(
        catalog.activities,
        key=lambda each: (
            each in refused or not _is_plain(catalog.activities[each]),
            len(asked_of(catalog.activities[each])),
        ),
    )


def _refused(catalog: Catalog) -> frozenset[str]:
    """The activities that a rule refuses while no broad persona has them."""
    alone = replace(catalog, personas={})
    loaded = Loaded(catalog=alone, sources={}, broken=frozenset(), diagnostics=())
    places = {each.place.path for each in examine(loaded) if each.severity == "error"}
    return frozenset(
        each for each in catalog.activities if catalog.place("activities", each).path in places
    )


def _is_plain(activity: Activity) -> bool:
    """Whether it grants, whatever tags who asks has, and attaches nothing of AWS's."""
    return (
        bool(activity.statements)
        and not activity.managed_policies
        and all(
            each.effect == "Allow" and "aws:principaltag/" not in repr(each).lower()
            for each in activity.statements
        )
    )


def asked_of(activity: Activity) -> Lines:
    """The launch parameters that an activity asks for, whatever controls are on."""
    named: dict[str, None] = {}
    for statement in activity.statements:
        values = (each for keys in statement.conditions.values() for each in keys.values())
        texts = [*statement.resources, *(text for several in values for text in several)]
        for text in texts if statement.when is None else ():
            try:
                named |= dict.fromkeys(expression.names(expression.parse(text)))
            except expression.ExpressionError:
                # Checks say so at its place.
                continue
    return tuple(named)


def _sound(catalog: Catalog) -> list[Persona]:
    """Personas of people that keep to all guardrails; of jobs, where there are no others."""
    found = [
        each
        for each in catalog.personas.values()
        if each.kind == "role" and not each.broad and not each.exceptions
    ]
    return [each for each in found if each.serves == "people"] or found


def _usual(values: Iterable[str], otherwise: str) -> str:
    return next((value for value, _ in Counter(values).most_common(1)), otherwise)


def _trust(catalog: Catalog) -> Lines:
    if not catalog.trusts:
        message = "the catalog has no trust, and a role needs one: write who may assume it"
        raise DraftError(f"{message} into {catalog.root}/trusts/NAME.yaml")
    known = [each.trust for each in _sound(catalog) if each.trust in catalog.trusts]
    # The narrower one of two has what it is narrowed to in its name.
    plainest = min(catalog.trusts, key=len)
    usual = _usual((each for each in known if each), plainest)
    others = [each for each in catalog.trusts if each != usual]
    return beside(
        [
            (f"{mark}trust: {spelled(each)}", catalog.trusts[each].description)
            for mark, each in (("", usual), *(("# ", other) for other in others))
        ]
    )


def _controls(catalog: Catalog) -> tuple[Lines, bool]:
    """The controls, and whether one of them is chosen: a mapping of comments alone is nothing."""
    lines = []
    for name, control in catalog.controls.items():
        states = [each.controls.get(name, "off") for each in _sound(catalog)]
        state = _usual(states, "optional")
        mark, state = ("# ", "optional") if state == "off" else ("", state)
        lines.append((f"{mark}{spelled(name)}: {state}", control.description))
    chosen = any(not line.startswith("#") for line, _ in lines)
    if not chosen:
        lines = [(line.removeprefix("# "), text) for line, text in lines]
    return ("controls:", *beside(lines, "  ")), chosen


def _activities(catalog: Catalog, first: str) -> Lines:
    others = [each for each in catalog.activities if each != first]
    listed = [(f"- {spelled(first)}", catalog.activities[first].description)]
    listed += [(f"# - {spelled(each)}", catalog.activities[each].description) for each in others]
    return ("activities:", *beside(listed, "  "))


def _examples(catalog: Catalog, name: str, first: str) -> dict[str, Lines]:
    """What the keys that are not in use look like, in words of the catalog."""
    return dict(_each_example(catalog, name, first))


def _each_example(catalog: Catalog, name: str, first: str) -> Iterator[tuple[str, Lines]]:
    yield "managed_policies", ("managed_policies:", "  - AmazonSageMakerReadOnly")
    yield "tags", (f"tags: {{team: {spelled(name)}}}",)
    if other := next((each for each in catalog.activities if each != first), None):
        yield "optional", ("optional:", f"  {spelled(other)}: off")
    lists = {
        each: most
        for each, found in catalog.parameters.items()
        if (most := found.max_items or 1) > 1
    }
    asked = [each for each in asked_of(catalog.activities[first]) if each in lists]
    if each := next(iter([*asked, *lists]), None):
        yield "max_items", (f"max_items: {{{each}: {lists[each] - 1}}}",)
    if guardrail := next(iter(catalog.guardrails), None):
        reason = "    reason: why a security reviewer would sign it"
        last = "    expires: 2027-03-31"
        yield "exceptions", ("exceptions:", f"  - guardrail: {spelled(guardrail)}", reason, last)
