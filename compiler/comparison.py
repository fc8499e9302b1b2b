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
from compiler.case import NO_OPTIONS
from compiler.iam import difference, escalation, reference
from compiler.pairing import pairings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.admitted import Admitted, ParameterChange
    from compiler.case import Case, Cases
    from compiler.iam.document import Statement
    from compiler.iam.finding import Finding, Universe, Unknown, Verdict, Witness
    from compiler.iam.request import Access
    from compiler.pair import Pairing

Part = Literal["identity", "trust"]

UNMADE = "Not made yet"
"""The level of actions that AWS may add: nobody knows yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A case of the one side, and the case of the other that it was compared with."""

    label: str
    old: str
    new: str
    is_update: bool = False
    """Whether a launch of the old case becomes one of the new, its values left as they are."""

    switches: str = ""
    """The switches that are compared here, where they are: those that add the same are not."""


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

    unread: str = ""
    """What is said of permissions boundaries that differ and are not at hand. Where both sides have
    the same one, it takes the same away."""

    refused: tuple[str, ...] = ()
    """Cases of the old side that the new one's Rules refuse."""

    @property
    def verdict(self) -> Verdict:
        """In one word. A parameter that admits more is wider, as a permission is."""
        launches = {each.change for each in self.parameters}
        if self.unknown or self.left_out or self.unread or "unknown" in launches:
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
    found = pairings(old, new)
    for each in found.pairs:
        comparing.pair(each)
    notes = [f"{each.subject.name}: {note}" for each in (old, new) for note in each.notes]
    notes += _uncompared(old, new)
    return Comparison(
        old=old,
        new=new,
        pairs=tuple(map(_pair, found.pairs)),
        gained=_merged(comparing.gained),
        lost=_merged(comparing.lost),
        unknown=tuple(_united(comparing.unknown)),
        parameters=tuple(changes(_parameters(old), _parameters(new))) if both_launch else (),
        notes=tuple(dict.fromkeys(notes)),
        left_out=tuple(
            f"{each.subject.name}: {each.left_out}" for each in (old, new) if each.left_out
        ),
        unread=_unread(old, new),
        refused=tuple(dict.fromkeys(found.refused)),
    )


@lru_cache(maxsize=65_536)
def level(action: str) -> str:
    """The access level of an action."""
    found = reference.expand(action) if "*" not in action else ()
    # The reference says of the one level that it is a kind of the other: "Tagging, Write".
    return found[0].access_level.partition(",")[0] if found else UNMADE


def _pair(pairing: Pairing) -> Pair:
    # The side with more options says more; one without any says nothing.
    old, new = pairing.old, pairing.new
    more = max((new, old), key=lambda each: (len(each.on) + len(each.switched),
                                             each.label != NO_OPTIONS))  # fmt: skip
    return Pair(label=more.label, old=old.label, new=new.label, switches=pairing.switches,
                is_update=pairing.is_update)  # fmt: skip


def _uncompared(old: Cases, new: Cases) -> Iterator[str]:
    for part, what in (("trust", "trust policy"), ("identity", "permissions policy")):
        for one, other in ((old, new), (new, old)):
            if part not in one.parts and part in other.parts:
                name = one.subject.name
                yield f"{name} has no {what}: that of {other.subject.name} is not compared"


def _unread(old: Cases, new: Cases) -> str:
    if old.unread_boundaries == new.unread_boundaries:
        return ""
    told = [
        f"{each.subject.name} has {', '.join(sorted(each.unread_boundaries)) or 'none'}"
        for each in (old, new)
    ]
    return f"the permissions boundaries differ, and only AWS has them: {'; '.join(told)}"


class _Comparing:
    """Compares cases, and remembers what was compared already."""

    def __init__(self) -> None:
        self.gained: list[Found] = []
        self.lost: list[Found] = []
        self.unknown: list[Undecided] = []
        self.known: dict[object, tuple[tuple[Finding, ...], tuple[Unknown, ...]]] = {}

    def pair(self, pairing: Pairing) -> None:
        old, new, label = pairing.old, pairing.new, _pair(pairing).label
        for asking, told, own, other in (
            (pairing.gained, self.gained, new, old),
            (pairing.lost, self.lost, old, new),
        ):
            universe = _universe(other, own)
            if asking is not None:
                one, two = asking.opposing, asking.allowing
                told.extend(self.one_way("identity", label, one, two, universe))
            # Who may assume a role does not depend on switches.
            if not pairing.switches and own.trust is not None and other.trust is not None:
                told.extend(self.one_way("trust", label, other.trust, own.trust, universe))

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
    partitions = tuple(
        each for each in own.universe.partitions if each in other.universe.partitions
    )
    return replace(own.universe, holes=holes, most=most, partitions=partitions)


def _meanings(access: Access) -> object:
    bounds = None if access.boundary is None else frozenset(each.meaning for each in access.bounds)
    return tuple((each.name, each.meaning) for each in access.statements), bounds


def _by_statement(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[object, list[Finding]] = {}
    for each in findings:
        groups.setdefault((id(each.allowing), each.wide_only), []).append(each)
    return list(groups.values())


def _joined(part: Part, label: str, findings: list[Finding]) -> Found:
    ordered = sorted(findings, key=lambda each: min(map(escalation.danger, each.actions)))
    actions = {action for each in findings for action in each.actions}
    return Found(
        part=part,
        cases=(label,),
        actions=tuple(sorted(actions, key=escalation.danger)),
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
            merged,
            key=lambda each: (
                each.wide_only,
                escalation.danger(each.actions[0]),
                each.allowing.name,
            ),
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
