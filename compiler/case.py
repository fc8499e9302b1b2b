"""A subject with its parameters left open: one case for each combination of its options.

Switches, which only add, make no cases of their own: each case knows what every switch adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

from compiler.gate import OPEN, is_open
from compiler.iam.document import Policy
from compiler.iam.request import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from compiler.admitted import Admitted
    from compiler.gate import Gate
    from compiler.iam.document import Statement
    from compiler.iam.finding import Universe
    from compiler.subject import Subject

NO_OPTIONS = "always"
OFF = "options off"
ALL = "all options"

_NAMED = 3
"""Switches that a label names; of more, only how many."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Added:
    """What the switches of a case add to it."""

    policies: tuple[Policy, ...]
    """All policies, with every switch on."""

    gates: Mapping[Statement, Gate] = field(repr=False)
    """The statements that depend on switches, and on which: one of them has to be on."""

    usable: frozenset[str]
    """The switches that add something here and that the Rules let be on."""

    off: frozenset[str] = frozenset()
    """The switches that the Rules let nobody have on here."""

    needed: Mapping[str, Gate] = field(default_factory=dict)
    """The parameters that are filled here and may be empty elsewhere, and the switches with which
    they may not. Empty or not, what switches add without them is the same."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Switch to what it is called."""

    def access(self, on: Collection[str]) -> Access:
        """The policies while these switches are on."""
        kept = []
        for policy in self.policies:
            there = tuple(each for each in policy.statements if self.is_there(each, on))
            kept.append(Policy(name=policy.name, kind=policy.kind, statements=there))
        return Access(policies=tuple(each for each in kept if each.statements))

    def is_there(self, statement: Statement, on: Collection[str]) -> bool:
        """Whether a statement is there while these switches are on."""
        return is_open(self.gates.get(statement, OPEN), on)

    @property
    def denying(self) -> tuple[frozenset[str], ...]:
        """The groups of switches that a Deny statement depends on."""
        groups = {
            frozenset(self.gates[each][0]) & self.usable: None
            for each in self.gates
            if each.effect == "Deny"
        }
        return tuple(each for each in groups if each)

    def widest(self) -> tuple[frozenset[str], ...]:
        """The sets of switches of which one allows whatever any set does.

        One for each choice of Deny statements that are there: all switches on that bring no other.
        """
        groups = self.denying
        several = chain.from_iterable(combinations(groups, each) for each in range(len(groups) + 1))
        made: dict[frozenset[int], frozenset[str]] = {}
        for away in several:
            on = self.usable.difference(*away)
            there = frozenset(index for index, each in enumerate(groups) if each & on)
            made[there] = max(made.get(there, on), on, key=len)
        return tuple(made.values())

    def label(self, on: frozenset[str], options: str = "") -> str:
        """How the switches that are on are told, after the options."""
        words = [options] if options else []
        missing = self.usable - on
        if len(on) <= _NAMED:
            words += self._called(on)
        elif not missing:
            words.append("all switches")
        elif len(missing) <= _NAMED:
            words.append(f"all switches but {' and '.join(self._called(missing))}")
        else:
            words.append(f"{len(on)} switches")
        return " + ".join(words) or OFF

    def _called(self, switches: Collection[str]) -> list[str]:
        return sorted(self.names.get(each, each) for each in switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One combination of a subject's options, all else left open."""

    on: frozenset[str]
    """The options that are on, by the names of their Conditions."""

    label: str
    identity: Access | None
    trust: Access | None
    universe: Universe
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What the parameters are that Conditions and Rules ask about. Several cases may have the same
    options on."""

    added: Added | None = None
    """What switches add, where there are any."""

    switched: frozenset[str] = frozenset()
    """The switches that are on: none in the cases of a subject, see `with_switches`."""

    options: str = ""
    """How the options are told, without the switches."""

    is_everything: bool = False
    """Whether all options are on."""

    def with_switches(self, on: Collection[str]) -> Case:
        """The case with these switches on, and no others."""
        if self.added is None:
            return self
        there = frozenset(on) & self.added.usable
        is_all = self.is_everything and there == self.added.usable and len(there) > 1
        label = ALL if is_all else self.added.label(there, self.options)
        access = self.added.access(there)
        return replace(self, identity=access, label=label, switched=there)

    def widest(self) -> tuple[Case, ...]:
        """The cases of which one allows whatever the case allows with any switches on."""
        if self.added is None:
            return (self,)
        return tuple(map(self.with_switches, self.added.widest()))

    def asked_by(self, statement: Statement) -> frozenset[str]:
        """A switch that a statement depends on; nothing where it is always there."""
        gate = self.added.gates.get(statement, OPEN) if self.added else OPEN
        return frozenset(min(group) for group in gate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """All combinations of a subject's options."""

    subject: Subject
    cases: tuple[Case, ...]
    """With all options off first, and all switches off."""

    usual: Mapping[str, str] = field(default_factory=dict)
    """What the parameters of `Case.chosen` are where a launch gives no more than it must."""

    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each parameter may be, as far as it matters: empty, filled, one of its values."""

    admitted: Mapping[str, Admitted] = field(default_factory=dict)
    """What a launch may be given, by parameter; those that the user fixed are not here."""

    switches: Mapping[str, str] = field(default_factory=dict)
    """The switches, and the value that each is on with."""

    idle_rules: frozenset[str] = frozenset()
    """The Rules that were not looked at: no policy depends on what they are about."""

    left_out: str = ""
    """Why not all combinations are here, where there are too many."""

    notes: tuple[str, ...] = ()

    unread_boundaries: frozenset[str] = frozenset()
    """The permissions boundaries, of any case, whose documents are not at hand."""

    given: Mapping[str, str] = field(default_factory=dict)
    """The parameters that are not open: what each is."""

    opened_with: Callable[[Mapping[str, str]], Cases] | None = field(default=None, repr=False)
    """Opens the subject anew with some more parameters fixed; None where it has none."""

    def fixed(self, values: Mapping[str, str]) -> Cases:
        """The combinations that are left where some parameters have these values.

        Raises:
            SubjectError: where no launch may give them.
        """
        return self.opened_with(values) if self.opened_with else self

    @property
    def adding(self) -> frozenset[str]:
        """The switches that add something in some case."""
        return frozenset().union(*(each.added.usable for each in self.cases if each.added))

    @property
    def parts(self) -> frozenset[str]:
        """Which kinds of policies the subject has: identity, trust, or both."""
        first = self.cases[0]
        held = {"identity": first.identity, "trust": first.trust}
        return frozenset(name for name, access in held.items() if access is not None)
