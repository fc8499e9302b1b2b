"""What two cases are asked about each other: everything without switches, and what switches add.

A request that a switch adds is allowed with that switch alone, if it is allowed at all: so each
switch is looked at by itself, and only as far as the two sides differ in what it adds. What a Deny
statement of the one side takes away is seen with the switch that brings it, and with one switch
more. That is exact: of more switches that are on, none is needed to allow or to deny one request.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from compiler.case import OFF
from compiler.gate import OPEN, is_open
from compiler.iam.document import Policy
from compiler.iam.request import Access

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from compiler.case import Case, Cases
    from compiler.iam.document import Statement

Switches = frozenset[str]
NONE: Switches = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question: what does the one access allow that the other does not?"""

    allowing: Access
    opposing: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A case of each side, with the same switches on."""

    old: Case
    new: Case
    is_update: bool
    """Whether a launch of the old case becomes one of the new, its values left as they are."""

    switches: str = ""
    """The switches that are looked at here, as a label; empty where the rest is."""

    lost: Asking | None = None
    gained: Asking | None = None


class _Side:
    """One side of a pair: what is there whatever switches are on, and what each adds to it."""

    def __init__(self, case: Case, forced: Switches) -> None:
        self.case, self.forced = case, forced
        self.off = case.added.off if case.added else NONE
        policies = case.added.policies if case.added else ()
        self.gated = [(each, case.added.gates.get(each, OPEN))
                      for policy in policies for each in policy.statements
                      if case.added]  # fmt: skip

    def with_switches(self, on: Switches) -> Case:
        return self.case.with_switches(self.forced | on)

    def there(self, on: Switches) -> list[Statement]:
        if self.case.added is None:
            return [*self.case.identity.statements] if self.case.identity else []
        return [each for each, gate in self.gated if is_open(gate, self.forced | on)]

    def added(self, switch: str, effect: str) -> list[Statement]:
        """What one switch adds to what is there without any."""
        return [
            each
            for each, gate in self.gated
            if each.effect == effect
            and is_open(gate, self.forced | {switch})
            and not is_open(gate, self.forced)
        ]

    def allowing(self, switch: str | None) -> list[Statement]:
        """What one switch adds, or what is there without any."""
        if switch is not None:
            return self.added(switch, "Allow")
        return [each for each in self.there(NONE) if each.effect == "Allow"]


class Pair:
    """A case of each side, and all that their switches make of them."""

    def __init__(
        self, old: Cases, new: Cases, one: Case, other: Case, *, is_update: bool = True
    ) -> None:
        self.before, self.after, self.is_update = old, new, is_update
        declared = old.subject.body.get("Parameters", {})
        forced_old: set[str] = set()
        forced_new: set[str] = set()
        by_default: set[str] = set()
        free: list[str] = []
        self.unknown: set[str] = set()
        """Switches that the old side has no parameter for: no launch of it has them on."""
        for name in sorted({*old.switches, *new.switches}):
            if not is_update or (name in old.switches and name in new.switches):
                free.append(name)
            elif name in other.chosen:
                forced_old |= {name} if other.chosen[name] == old.switches[name] else NONE
            elif name in one.chosen:
                forced_new |= {name} if one.chosen[name] == new.switches[name] else NONE
            elif name in declared or name in old.switches:
                free.append(name)
            elif new.admitted[name].default == new.switches[name]:
                by_default.add(name)
            else:
                free.append(name)
                self.unknown.add(name)
        self.free = free
        self.old = _Side(one, frozenset(forced_old))
        self.new = _Side(other, frozenset(forced_new | by_default))
        self.by_default = frozenset(by_default)

    def pairings(self) -> Iterator[Pairing]:
        """The cases without switches, and those that switches make where the sides differ."""
        yield from self._of_switches()
        if (self.by_default and not self._is_admitted(NONE)) or any(
            each.effect == "Deny" and {*chain(*gate)} & self.by_default
            for each, gate in self.new.gated
        ):
            # What a switch denies or the Rules refuse that is on by default, is not denied and not
            # refused where somebody says no.
            self.new = _Side(self.new.case, self.new.forced - self.by_default)
            self.free += sorted(self.by_default)
            self.unknown |= self.by_default
            self.is_update = False
            yield from self._of_switches()

    def _of_switches(self) -> Iterator[Pairing]:
        if self._is_admitted(NONE):
            one, other = self.old.with_switches(NONE), self.new.with_switches(NONE)
            lost = gained = None
            if one.identity is not None and other.identity is not None:
                lost = Asking(allowing=one.identity, opposing=other.identity)
                gained = Asking(allowing=other.identity, opposing=one.identity)
            yield Pairing(old=one, new=other, is_update=self.is_update, lost=lost, gained=gained)
        for on, (gone, come) in self._plan().items():
            if not self._is_admitted(on):
                continue
            lost = _asking(gone, self.old.there(on), self.new.there(on))
            gained = _asking(come, self.new.there(on), self.old.there(on))
            if lost or gained:
                yield Pairing(
                    old=self.old.with_switches(on),
                    new=self.new.with_switches(on),
                    is_update=self.is_update and not on & self.unknown,
                    switches=self._label(on),
                    lost=lost,
                    gained=gained,
                )

    def _is_admitted(self, on: Switches) -> bool:
        sides = (self.old, self.new)
        if any((side.forced | on) & side.off for side in sides):
            return False
        # A parameter that one side left empty is empty on the other.
        return not self.is_update or not any(
            is_open(gate, side.forced | on)
            for side, other in (sides, sides[::-1])
            for name, gate in (side.case.added.needed.items() if side.case.added else ())
            if other.case.chosen.get(name) == ""
        )

    def _plan(self) -> dict[Switches, tuple[list[Statement], list[Statement]]]:
        """Switches that are on together, and the statements of each side that are asked about."""
        made: dict[Switches, tuple[list[Statement], list[Statement]]] = {
            frozenset([each]): (self.old.allowing(each), self.new.allowing(each))
            for each in self.free
        }
        for index, (own, other) in enumerate(((self.old, self.new), (self.new, self.old))):
            for denying in self._denying(own, other):
                for each in (None, *self.free):
                    if each != denying:
                        on = frozenset([denying, *([each] if each else [])])
                        asked = made.setdefault(on, ([], []))[index]
                        asked += own.allowing(each)
        return made

    def _denying(self, own: _Side, other: _Side) -> Collection[str]:
        """Switches by which a side denies what the other does not: one of those that are alike."""
        alike: dict[object, str] = {}
        for each in self.free:
            theirs = other.added(each, "Deny")
            if theirs and _denied(other.there(frozenset([each]))) - _denied(
                own.there(frozenset([each]))
            ):
                mine = frozenset(own.added(each, "Deny"))
                alike.setdefault((mine, frozenset(theirs)), each)
        return alike.values()

    def _label(self, on: Switches) -> str:
        names = [side.case.added.names for side in (self.new, self.old) if side.case.added]
        called = (next((each[one] for each in names if one in each), one) for one in on)
        return " + ".join(sorted(called)) or OFF

    def refusals(self) -> Iterator[tuple[Switches, str | None]]:
        """Switches with which a launch of the old side is refused, and what it leaves empty.

        Nothing is left empty where it is refused whatever it gives.
        """
        needed = self.new.case.added.needed if self.new.case.added else {}
        for on in (NONE, *(frozenset([each]) for each in self.free if each not in self.unknown)):
            if (self.old.forced | on) & self.old.off:
                continue
            if (self.new.forced | on) & self.new.off:
                yield on, None
                continue
            for name, gate in needed.items():
                opened = is_open(gate, self.new.forced | on) and (
                    not on or not is_open(gate, self.new.forced)
                )
                if opened and self._may_be_empty(name, on):
                    yield on, name

    def _may_be_empty(self, name: str, on: Switches) -> bool:
        """Whether a launch of the old side may leave a parameter empty."""
        case, admitted = self.old.case, self.before.admitted
        if name in case.chosen:
            return not case.chosen[name]
        if case.added and name in case.added.needed:
            return not is_open(case.added.needed[name], self.old.forced | on)
        if name in self.before.subject.body.get("Parameters", {}):
            return name in admitted and admitted[name].may_be_empty
        return not self.after.admitted[name].default


def _denied(statements: Iterable[Statement]) -> set[object]:
    return {each.meaning for each in statements if each.effect == "Deny"}


def _asking(asked: list[Statement], own: list[Statement], other: list[Statement]) -> Asking | None:
    """The question whether the other side allows what some statements allow, where it is open."""
    if not asked:
        return None
    denied = [each for each in own if each.effect == "Deny"]
    if not _denied(other) - _denied(denied):
        kept = {each.meaning for each in other if each.effect == "Allow"}
        asked = [each for each in asked if each.meaning not in kept]
    return Asking(allowing=_access([*asked, *denied]), opposing=_access(other)) if asked else None


def _access(statements: list[Statement]) -> Access:
    policy = Policy(name="switches", kind="identity", statements=tuple(statements))
    return Access(policies=(policy,))
