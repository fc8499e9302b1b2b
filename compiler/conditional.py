"""When the Conditions of a template hold, as far as that depends on switches.

A switch is a parameter of two values. Beside switches stands whether a parameter that may be empty
is given: where the Rules ask for it with some switches, that is no question of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from compiler.gate import OPEN, SHUT, both, either, implies, names_of
from compiler.open_resolver import OpenResolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.admitted import Admitted
    from compiler.asked import Asked
    from compiler.gate import Gate
    from compiler.render import Launch
    from compiler.template import Body, TemplatePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Parameters of which not every value has to be looked at with every value of the others."""

    on: Mapping[str, str]
    """Switch to the value that it is on with."""

    optional: frozenset[str]
    """Parameters that are filled, and may be empty."""


class TangledError(Exception):
    """A condition that asks for more than one of some switches."""

    def __init__(self, names: Iterable[str]) -> None:
        """Name the switches."""
        self.names = frozenset(names)
        super().__init__()


class GateResolver(OpenResolver):
    """Resolves Conditions and Rules to gates of switches.

    All switches are on, and all that may be empty is given. `tangled` names the parameters that do
    more than their gates say: then nothing of it holds.
    """

    def __init__(
        self,
        asked: Asked,
        values: Mapping[str, str],
        place: Launch,
        known: Mapping[str, Admitted],
        apart: Apart,
    ) -> None:
        """Begin with the Rules.

        Args:
            asked: what the template asks about.
            values: parameter to value, where it is no switch.
            place: where the launch takes place.
            known: what the parameters admit.
            apart: the parameters that make no combinations.
        """
        super().__init__(asked.body, {**values, **apart.on}, place, known)
        self.asked, self.on, self.optional = asked, apart.on, apart.optional
        self.tangled: set[str] = set()
        self.off: frozenset[str] | None = frozenset()
        """The switches that the Rules refuse; None where they refuse the rest already."""
        self.needed: dict[str, Gate] = dict.fromkeys(apart.optional, SHUT)
        """With which switches what may be empty has to be given."""
        self._gates: dict[str, tuple[Gate, frozenset[str]]] = {}
        self._noted: set[str] = set()
        for name, rule in self.body.get("Rules", {}).items():
            self._keep_to(rule, ("Rules", name))

    def gate_of(self, condition: Any) -> tuple[Gate, frozenset[str]]:
        """When a Condition holds, and what may be empty that it asks more about than whether it is.

        Raises:
            TangledError: where no gate says it.
        """
        if condition not in self._gates:
            # Says what is wrong with a condition that is not there, or depends on itself.
            self.condition(condition)
            before, self._noted = self._noted, set()
            try:
                node, path = self.body["Conditions"][condition], ("Conditions", condition)
                self._gates[condition] = (self._gate(node, path), frozenset(self._noted))
            finally:
                self._noted = before
        return self._gates[condition]

    def settled(self, gate: Gate) -> Gate:
        """A gate without the parameters that are given whenever the rest of it is open.

        What is left of more than one group is tangled.
        """
        kept = list(gate)
        for group in gate:
            others = tuple(each for each in kept if each != group)
            for name in {*group} & self.optional:
                # Either the Rules ask for it here, or the group is open without it.
                without = tuple(each for each in group if each != name)
                if group in kept and implies(others, either(self.needed[name], (without,))):
                    kept.remove(group)
        left = tuple(kept)
        if given := {*names_of(left)} & self.optional:
            self.tangled |= given
        elif len(left) > 1:
            self.tangled |= {*_fewest(left)}
        return left

    def _gate(self, node: Any, path: TemplatePath) -> Gate:
        names = self.asked.of(node)
        switches = names & self.on.keys()
        name, argument = _function(node)
        if name == "Fn::Not" and (given := _asked_whether_empty(argument)) in self.optional:
            return ((given,),)
        if not switches and not (names & self.optional and name in _MADE_OF_OTHERS):
            self._noted |= names & self.optional
            return OPEN if self.value(node, path) else SHUT
        match name:
            case "Condition":
                gate, noted = self.gate_of(argument)
                self._noted |= noted
                return gate
            case "Fn::Or" | "Fn::And":
                join, start = (either, SHUT) if name == "Fn::Or" else (both, OPEN)
                return reduce(join, (self._gate(each, path) for each in argument), start)
            case "Fn::Not":
                gate = self._gate(argument[0], path)
                if gate in (OPEN, SHUT):
                    return SHUT if gate == OPEN else OPEN
            case "Fn::Equals":
                for one, other in (argument, argument[::-1]):
                    if one == {"Ref": next(iter(switches))} and isinstance(other, str):
                        return self._compared(one["Ref"], other)
            case _:
                pass
        raise TangledError(names & (switches | self.optional))

    def _compared(self, switch: str, value: str) -> Gate:
        if value == self.on[switch]:
            return ((switch,),)
        if value in self.declared[switch]["AllowedValues"]:
            raise TangledError([switch])
        return SHUT

    def _keep_to(self, rule: Body, path: TemplatePath) -> None:
        """See what a rule asks for: that something is given with some switches, or refuses them."""
        self._noted = set()
        try:
            when = self._gate(rule["RuleCondition"], path) if "RuleCondition" in rule else OPEN
            if when != SHUT:
                for each in rule["Assertions"]:
                    self._ask_for(when, self._gate(each["Assert"], path))
            self.tangled |= self._noted
        except TangledError as error:
            self.tangled |= error.names

    def _ask_for(self, when: Gate, held: Gate) -> None:
        for group in held:
            if implies(when, (group,)):
                continue
            if len(when) > 1 or {*names_of(when)} & self.optional:
                raise TangledError({*names_of(when)} & self.optional or _fewest(when))
            if len(group) == 1 and group[0] in self.optional:
                self.needed[group[0]] = either(self.needed[group[0]], when)
            elif group:
                raise TangledError({*group} & self.optional or _fewest((*when, group)))
            elif when == OPEN:
                self.off = None
            elif self.off is not None:
                self.off |= {*when[0]}


_MADE_OF_OTHERS = ("Condition", "Fn::And", "Fn::Or")


def _fewest(gate: Gate) -> tuple[str, ...]:
    return min(gate, key=len)


def _function(node: Any) -> tuple[str, Any]:
    if isinstance(node, dict) and len(node) == 1:
        return next(iter(node.items()))
    return "", node


def _asked_whether_empty(argument: Any) -> str:
    """The parameter that a function compares with nothing, if it does nothing else."""
    match argument:
        case [{"Fn::Equals": [{"Ref": str(name)}, ""] | ["", {"Ref": str(name)}]}]:
            return name
        case _:
            return ""
