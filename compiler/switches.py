"""Switches of a launch: parameters of two values that only add statements to a role.

Twenty of them make a million combinations. What a role holds in any one of them is known from what
each switch adds, as long as no two are needed together and none takes anything away. That is read
off the template while it is resolved with all of them on; a switch that does more is *tangled*,
and stays an option like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.conditional import Apart, GateResolver, TangledError
from compiler.gate import OPEN, SHUT, both, implies, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.admitted import Admitted
    from compiler.asked import Asked
    from compiler.gate import Gate
    from compiler.render import Launch
    from compiler.template import TemplatePath

_NO_VALUE = {"Ref": "AWS::NoValue"}


class GatedBody(dict[str, Any]):
    """A statement that is there while a gate is open."""

    gate: Gate = OPEN


class GatedText(str):
    """The ARN of a policy that is attached while a gate is open."""

    __slots__ = ("gate",)
    gate: Gate


class SwitchResolver(GateResolver):
    """Resolves a template with all of its switches on, and knows what each of them adds.

    A statement is a `GatedBody`, and an attached policy a `GatedText`, where it depends on
    switches; all else is there whatever they are.
    """

    def __init__(
        self,
        asked: Asked,
        values: Mapping[str, str],
        place: Launch,
        known: Mapping[str, Admitted],
        apart: Apart,
    ) -> None:
        """Begin, as `GateResolver` does."""
        self._looked_at: dict[str, set[Gate]] = {}
        self._under: Gate = OPEN
        self._depth = 0
        self._standing: dict[str, Gate] = {}
        super().__init__(asked, values, place, known, apart)
        self._standing |= {
            name: self._gated_by(each["Condition"], OPEN)
            for name, each in asked.policy_resources.items()
            if "Condition" in each
        }

    def standing(self, resource: str) -> Gate:
        """The gate of a policy of the template."""
        return self._standing.get(resource, OPEN)

    def settle(self) -> None:
        """See, once all is resolved, whether what may be empty is looked at while it is."""
        for name, gates in self._looked_at.items():
            if not all(implies(each, self.needed[name]) for each in gates):
                self.tangled.add(name)

    def _gated_by(self, condition: Any, under: Gate) -> Gate:
        """The gate of something that a Condition is for, beneath another gate."""
        try:
            own, noted = self.gate_of(condition)
        except TangledError as error:
            self.tangled |= error.names
            return under
        for name in noted:
            self._looked_at.setdefault(name, set()).add(under)
        return SHUT if own == SHUT else self.settled(both(under, own))

    # -------------------------------------------------------------------------------- policies

    def _call(self, name: str, argument: Any, path: TemplatePath) -> Any:
        if name == "Fn::If":
            return super()._call(name, argument, path)
        self._depth += 1
        try:
            return super()._call(name, argument, path)
        finally:
            self._depth -= 1

    def _ref(self, name: str, path: TemplatePath) -> Any:
        if name in self.optional and self.asked.is_of_policies(path):
            self._looked_at.setdefault(name, set()).add(self._outer(path))
        return super()._ref(name, path)

    def _outer(self, path: TemplatePath) -> Gate:
        return both(self.standing(str(path[1])), self._under)

    def _if(self, argument: Any, path: TemplatePath) -> Any:
        if not self.asked.is_of_policies(path):
            return super()._if(argument, path)
        condition, true, false = argument
        outer = self._outer(path)
        gate = self._gated_by(condition, outer)
        if gate == SHUT:
            return self.value(false, path)
        place = self.asked.place(path)
        if not implies(outer, gate):
            if place and false == _NO_VALUE and not self._depth:
                before, self._under = self._under, gate
                try:
                    found = self.value(true, path)
                finally:
                    self._under = before
                if (gated := _gated(place, found, gate)) is not None:
                    return gated
            # Where it stands in what other switches add, these are not to blame.
            own = {*names_of(gate)} - {*names_of(outer)}
            self.tangled |= own & self.optional or own or {*names_of(gate)}
        return self.value(true, path)


def _gated(place: str, found: Any, gate: Gate) -> Any:
    """What stands in a list of a role's policies, with its gate; None for what takes none."""
    if isinstance(found, GatedBody | GatedText):
        # The gate of what is nested deeper holds both.
        return found
    match place:
        case "statement" if isinstance(found, dict):
            return _body(found, gate)
        case "policy" if isinstance(found, dict) and isinstance(found.get("PolicyDocument"), dict):
            document = found["PolicyDocument"]
            held = document.get("Statement", [])
            several = held if isinstance(held, list) else [held]
            statements = [
                each if isinstance(each, GatedBody) else _body(each, gate) for each in several
            ]
            return {**found, "PolicyDocument": {**document, "Statement": statements}}
        case "attachment" if isinstance(found, str):
            text = GatedText(found)
            text.gate = gate
            return text
        case "attachment" if not isinstance(found, dict | list):
            # The template's own policy: it has its gate where it is made.
            return found
    return None


def _body(found: Mapping[str, Any], gate: Gate) -> GatedBody:
    body = GatedBody(found)
    body.gate = gate
    return body
