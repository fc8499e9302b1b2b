"""Two subjects compared, case by case: what the one lets people do that the other does not.

Cases are matched by the options that are on. Parameters of one name are one parameter: a launch is
compared with a launch of the same values, and that a parameter admits other values than before is
said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from compiler.admitted import changes
from compiler.cases import NO_OPTIONS
from compiler.iam import difference, escalation, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.admitted import Admitted, ParameterChange
    from compiler.cases import Case, Cases
    from compiler.iam.document import Statement
    from compiler.iam.finding import Finding, Universe, Unknown, Verdict, Witness
    from compiler.iam.request import Access

Part = Literal["identity", "trust"]

LEVELS = ("Permissions management", "Write", "Tagging", "Read", "List")
"""AWS's access levels, the most dangerous first.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html"""

UNMADE = "Not made yet"
"""The level of actions that AWS may add: nobody knows yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A case of the one side, and the case of the other that it was compared with."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Requests that one side allows by one statement, and the other does not allow."""

    part: Part
    cases: tuple[str, ...]
    actions: tuple[str, ...]
    """The most dangerous first."""

    allowing: Statement
    opposing: tuple[Statement, ...]
    witnesses: tuple[Witness, ...]
    """One for each kind of request; the first is for the most dangerous action."""

    wide_only: bool = False
    """Whether only names with a colon in them make such requests: see `Finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A question that stayed open."""

    part: Part
    cases: tuple[str, ...]
    actions: tuple[str, ...]
    allowing: Statement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that was found."""

    old: Cases
    new: Cases
    pairs: tuple[Pair, ...]
    gained: tuple[Found, ...]
    lost: tuple[Found, ...]
    unknown: tuple[Undecided, ...]
    parameters: tuple[ParameterChange, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    """Why something was not compared that should have been; then the verdict is unknown."""

    @property
    def verdict(self) -> Verdict:
        """In one word. A parameter that admits more is wider, as a permission is."""
        launches = {each.change for each in self.parameters}
        if self.unknown or self.left_out or "unknown" in launches:
            return "unknown"
        wider = bool(self.gained) or bool(launches & {"wider", "changed"})
        narrower = bool(self.lost) or bool(launches & {"narrower", "changed"})
        if wider and narrower:
            return "changed"
        return "wider" if wider else "narrower" if narrower else "equal"


def compare(old: Cases, new: Cases) -> Comparison:
    """Compare two subjects, each with all its cases."""
    comparing = _Comparing()
    both_launch = old.subject.kind == new.subject.kind == "template"
    pairs = tuple(_pairs(old, new))
    for one, other in pairs:
        comparing.pair(one, other)
    notes = [f"{each.subject.name}: {note}" for each in (old, new) for note in each.notes]
    notes += _uncompared(old, new)
    return Comparison(
        old=old,
        new=new,
        pairs=tuple(_pair(one, other) for one, other in pairs),
        gained=_merged(comparing.gained),
        lost=_merged(comparing.lost),
        unknown=tuple(_united(comparing.unknown)),
        parameters=tuple(changes(_parameters(old), _parameters(new))) if both_launch else (),
        notes=tuple(dict.fromkeys(notes)),
        left_out=tuple(
            f"{each.subject.name}: {each.left_out}" for each in (old, new) if each.left_out
        ),
    )


@lru_cache(maxsize=65_536)
def level(action: str) -> str:
    """The access level of an action."""
    found = reference.expand(action) if "*" not in action else ()
    # The reference says of the one level that it is a kind of the other: "Tagging, Write".
    return found[0].access_level.partition(",")[0] if found else UNMADE


@lru_cache(maxsize=65_536)
def danger(action: str) -> tuple[int, int, str]:
    """How actions are ordered: escalation, then access level, then name."""
    where = level(action)
    # What AWS may add stands last: it can be anything, and is named by its prefix alone.
    place = LEVELS.index(where) if where in LEVELS else len(LEVELS)
    return escalation.rank(action), place, action.lower()


def _pairs(old: Cases, new: Cases) -> Iterator[tuple[Case, Case]]:
    """Each case of either side, with the case of the other that has the same options on."""
    of_old = {each.on: each for each in old.cases}
    of_new = {each.on: each for each in new.cases}
    for on, each in of_new.items():
        yield of_old.get(on) or _nearest(on, old.cases), each
    for on, each in of_old.items():
        if on not in of_new:
            yield each, _nearest(on, new.cases)


def _nearest(on: frozenset[str], cases: tuple[Case, ...]) -> Case:
    """The case that has most of these options on, and fewest others."""
    return max(cases, key=lambda each: (len(each.on & on), -len(each.on - on)))


def _pair(old: Case, new: Case) -> Pair:
    # The side with more options says more; one without any says nothing.
    more = max((new, old), key=lambda each: (len(each.on), each.label != NO_OPTIONS))
    return Pair(label=more.label, old=old.label, new=new.label)


def _uncompared(old: Cases, new: Cases) -> Iterator[str]:
    for part, what in (("trust", "trust policy"), ("identity", "permissions policy")):
        for one, other in ((old, new), (new, old)):
            if part not in one.parts and part in other.parts:
                name = one.subject.name
                yield f"{name} has no {what}: that of {other.subject.name} is not compared"


class _Comparing:
    """Compares cases, and remembers what was compared already."""

    def __init__(self) -> None:
        self.gained: list[Found] = []
        self.lost: list[Found] = []
        self.unknown: list[Undecided] = []
        self.known: dict[object, tuple[tuple[Finding, ...], tuple[Unknown, ...]]] = {}

    def pair(self, old: Case, new: Case) -> None:
        label = _pair(old, new).label
        parts: tuple[tuple[Part, Access | None, Access | None], ...] = (
            ("identity", old.identity, new.identity),
            ("trust", old.trust, new.trust),
        )
        for part, before, after in parts:
            if before is not None and after is not None:
                self.gained += self.one_way(part, label, before, after, _universe(old, new))
                self.lost += self.one_way(part, label, after, before, _universe(new, old))

    def one_way(
        self, part: Part, label: str, old: Access, new: Access, universe: Universe
    ) -> list[Found]:
        asked = (_meanings(old), _meanings(new), tuple(sorted(universe.holes.items(), key=str)))
        if asked not in self.known:
            self.known[asked] = difference.gained(old, new, universe)
        findings, unknown = self.known[asked]
        self.unknown += [
            Undecided(part=part, cases=(label,), actions=each.actions, allowing=each.allowing,
                      reason=each.reason)
            for each in unknown
        ]  # fmt: skip
        return [_joined(part, label, each) for each in _by_statement(findings)]


def _universe(other: Case, own: Case) -> Universe:
    """What is known where one side is asked what it has gained: its own parameters come first."""
    holes = {**other.universe.holes, **own.universe.holes}
    most = {**other.universe.most, **own.universe.most}
    return replace(own.universe, holes=holes, most=most)


def _meanings(access: Access) -> object:
    bounds = None if access.boundary is None else frozenset(each.meaning for each in access.bounds)
    return tuple((each.name, each.meaning) for each in access.statements), bounds


def _by_statement(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[object, list[Finding]] = {}
    for each in findings:
        groups.setdefault((id(each.allowing), each.wide_only), []).append(each)
    return list(groups.values())


def _joined(part: Part, label: str, findings: list[Finding]) -> Found:
    ordered = sorted(findings, key=lambda each: min(map(danger, each.actions)))
    actions = {action for each in findings for action in each.actions}
    return Found(
        part=part,
        cases=(label,),
        actions=tuple(sorted(actions, key=danger)),
        allowing=ordered[0].allowing,
        opposing=tuple(dict.fromkeys(one for each in ordered for one in each.opposing)),
        witnesses=tuple(each.witness for each in ordered),
        wide_only=ordered[0].wide_only,
    )


def _merged(found: Iterable[Found]) -> tuple[Found, ...]:
    """Equal findings of several cases once, the most dangerous first, those by odd names last."""
    groups: dict[object, list[Found]] = {}
    for each in found:
        key = (each.part, _identity(each.allowing), each.actions, each.wide_only)
        groups.setdefault(key, []).append(each)
    merged = [
        replace(
            several[0],
            cases=tuple(dict.fromkeys(case for each in several for case in each.cases)),
            opposing=tuple(
                {_identity(one): one for each in several for one in each.opposing}.values()
            ),
        )
        for several in groups.values()
    ]
    return tuple(
        sorted(
            merged, key=lambda each: (each.wide_only, danger(each.actions[0]), each.allowing.name)
        )
    )


def _united(unknown: Iterable[Undecided]) -> Iterator[Undecided]:
    groups: dict[object, list[Undecided]] = {}
    for each in unknown:
        key = (each.part, _identity(each.allowing), each.actions, each.reason)
        groups.setdefault(key, []).append(each)
    for several in groups.values():
        cases = dict.fromkeys(case for each in several for case in each.cases)
        yield replace(several[0], cases=tuple(cases))


def _identity(statement: Statement) -> object:
    return statement.name, statement.meaning


def _parameters(cases: Cases) -> dict[str, Admitted | None]:
    """What each parameter admits; None for one that the user fixed."""
    return {name: cases.admitted.get(name) for name in cases.subject.body.get("Parameters", {})}
