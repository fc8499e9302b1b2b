"""Which cases of two subjects are compared: those that launches have before and after an update.

Cases are matched by what launches give. Those of one side alone are compared with one that is like
them. Launches that the new side refuses are in no pair, and are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from compiler.alternatives import MOST_TRIED
from compiler.asked import Asked
from compiler.case import NO_OPTIONS, OFF
from compiler.gate import is_open
from compiler.iam.text import hole
from compiler.open_resolver import OpenResolver
from compiler.pair import Pair
from compiler.render import Launch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.case import Case, Cases
    from compiler.pair import Pairing


@dataclass(slots=True, kw_only=True)
class Pairings:
    """All pairs of cases of two subjects."""

    pairs: list[Pairing] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Launches of the old side that the new one's Rules refuse."""


def pairings(old: Cases, new: Cases) -> Pairings:
    """Put together what is to be compared."""
    found = Pairings()
    seen: set[int] = set()
    if old.subject.kind == new.subject.kind == "template":
        for one in old.cases:
            several = [Pair(old, new, one, each) for each in updated(one, old, new)]
            found.refused += _refused(one, several, old, new)
            for each in several:
                seen |= {id(each.old.case), id(each.new.case)}
                found.pairs += each.pairings()
        found.refused += _refused_by_idle_rules(old, new)
    for one, other in _others(old, new, seen):
        found.pairs += Pair(old, new, one, other, is_update=False).pairings()
    return found


def updated(case: Case, old: Cases, new: Cases) -> list[Case]:
    """What launches of a case become that nobody fills anything in for: what they gave, they keep.

    None at all where the new side refuses that. Several where the old side did not ask about a
    parameter that the new one asks about.
    """
    declared = old.subject.body.get("Parameters", {})

    def keeps(name: str, value: str) -> bool:
        if name in case.chosen:
            before = case.chosen[name]
            # A hole stands for any value but the empty one.
            return value == before or (hole(name) in (value, before) and bool(value and before))
        return name in declared or value == new.usual[name]

    return [each for each in new.cases if all(keeps(*one) for one in each.chosen.items())]


def _others(old: Cases, new: Cases, seen: set[int]) -> Iterator[tuple[Case, Case]]:
    """The cases that are in no pair yet, each with one of the other side that is like it."""
    for each in new.cases:
        if id(each) not in seen:
            one = _like(each, old)
            seen.add(id(one))
            yield one, each
    for each in old.cases:
        if id(each) not in seen:
            yield each, _like(each, new)


def _like(case: Case, among: Cases) -> Case:
    """The case that has most of the same options on, fewest others, and most of the same values."""
    return max(
        among.cases,
        key=lambda each: (
            len(each.on & case.on),
            -len(each.on - case.on),
            len(each.chosen.items() & case.chosen.items()),
        ),
    )


def _refused(case: Case, several: list[Pair], old: Cases, new: Cases) -> Iterator[str]:
    """The launches of a case that the new side's Rules refuse."""
    if not several:
        yield case.label
        return
    # The old side did not ask about these: a launch may have any of their values.
    declared = old.subject.body.get("Parameters", {})
    names = [
        each for each in several[0].new.case.chosen if each in declared and each not in case.chosen
    ]
    pairs = {tuple(each.new.case.chosen[name] for name in names): each for each in several}
    for values in product(*(new.alternatives[each] for each in names)):
        given = dict(zip(names, values, strict=True))
        if not _may_give(old, case, given):
            continue
        told = [_given(*each) for each in given.items()]
        if values not in pairs:
            yield _launches(case, *told)
            continue
        for on, name in pairs[values].refusals():
            switched = case.with_switches(on)
            # What the old side has no use for is told by its parameter.
            idle = [_given(each, new.switches.get(each) or old.switches[each])
                    for each in sorted(on - switched.switched)]  # fmt: skip
            yield _launches(switched, *idle, *told, *([_given(name, "")] if name else []))


def _may_give(side: Cases, case: Case, given: Mapping[str, str]) -> bool:
    """Whether a launch of a case may give all of these values."""
    if not all(_may_be(side, name, value) for name, value in given.items()):
        return False
    on = {name for name, value in given.items() if side.switches.get(name) == value}
    needed = case.added.needed if case.added else {}
    return not (case.added and on & case.added.off) and not any(
        name in needed and is_open(needed[name], on) for name, value in given.items() if not value
    )


def _launches(case: Case, *given: str) -> str:
    label = case.label if case.label not in (OFF, NO_OPTIONS) or not given else ""
    return " and ".join(each for each in (label, *given) if each)


def _given(name: str, value: str) -> str:
    return f"{name} {'given' if value == hole(name) else value}" if value else f"no {name}"


def _may_be(side: Cases, name: str, value: str) -> bool:
    """Whether a launch may give a parameter a value; not, where the user fixed it."""
    if name not in side.admitted:
        return False
    admitted = side.admitted[name]
    if not value:
        return admitted.may_be_empty
    return value == hole(name) or not admitted.values or value in admitted.values


def _refused_by_idle_rules(old: Cases, new: Cases) -> Iterator[str]:
    """What Rules about no policy may refuse to launches of the old side.

    Each is looked at by itself, beside the old side's Rules about the same parameters.
    """
    before, after = old.subject.body, new.subject.body
    rules = before.get("Rules", {})
    for name in sorted(new.idle_rules):
        rule = after["Rules"][name]
        if rule in rules.values() and old.given == new.given:
            continue
        several = _values_of(Asked(after).of(rule), old, new)
        tried = (dict(zip(several, values, strict=True)) for values in product(*several.values()))
        only = {**after, "Rules": {name: rule}}
        known = {*several, *old.given}
        same = {key: each for key, each in rules.items() if Asked(before).of(each) <= known}
        admitted_before = {**before, "Rules": same}
        if any(
            any(OpenResolver(only, {**new.given, **each}, Launch(), new.admitted).unmet())
            and not any(
                OpenResolver(admitted_before, {**old.given, **each}, Launch(), old.admitted).unmet()
            )
            for each in tried
        ):
            yield f"what the rule {name} forbids"


def _values_of(names: Iterable[str], old: Cases, new: Cases) -> Mapping[str, tuple[str, ...]]:
    """What some parameters may be, and those that the old side's Rules tie to them.

    Without the latter where there are too many combinations: then too much seems to be refused.
    """
    declared = old.subject.body.get("Parameters", {})
    made = {
        each: new.alternatives[each] if each in declared else (new.usual[each],)
        for each in sorted({*names} & new.alternatives.keys())
    }
    asked = Asked(old.subject.body)
    rules = [asked.of(each) for each in old.subject.body.get("Rules", {}).values()]
    tied, more = {*made}, {*made}
    while more:
        more = set[str]().union(*(each for each in rules if each & tied)) - tied
        tied |= more
    others = {each: old.alternatives[each] for each in sorted(tied - made.keys())
              if each in old.alternatives}  # fmt: skip
    wide = {**made, **others}
    return wide if prod(map(len, wide.values())) <= MOST_TRIED else made
