"""What the parameters of a template may be, as far as its Conditions and Rules tell that apart.

A parameter that nobody asks about is a hole. One that is asked about is each of the values that it
allows, or a hole, and empty where it may be. Those that no policy depends on are given values once
that their Rules admit, and then looked at no more.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice, product
from math import prod
from typing import TYPE_CHECKING, Any

from compiler import pattern
from compiler.admitted import Admitted, AdmittedError, admitted
from compiler.asked import Asked
from compiler.conditional import Apart
from compiler.iam import text
from compiler.intrinsics import ParameterError, refused_value
from compiler.open_resolver import OpenResolver
from compiler.subject import SubjectError
from compiler.switches import SwitchResolver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.render import Launch
    from compiler.subject import Subject
    from compiler.template import Body

MOST_TRIED = 4_096
"""Combinations that are put to the Rules."""


class Alternatives:
    """What the parameters of one template may be."""

    def __init__(self, subject: Subject, fixed: Mapping[str, str], place: Launch) -> None:
        """Take in what the template declares.

        Args:
            subject: the template.
            fixed: parameters that have a value all the same. Those that the subject does not have
                are left to others.
            place: where the launch takes place.

        Raises:
            ParameterError: for a fixed value that CloudFormation would refuse.
            SubjectError: where a parameter cannot be left open.
        """
        self.body, self.place = subject.body, place
        declared: Mapping[str, Any] = self.body.get("Parameters", {})
        self.fixed = {name: value for name, value in fixed.items() if name in declared}
        _refuse(self.body, self.fixed)
        self.admitted: dict[str, Admitted] = {}
        """What is left open, and what it admits."""
        for name, each in declared.items():
            if name not in self.fixed:
                try:
                    self.admitted[name] = admitted(each)
                except AdmittedError as error:
                    message = f"{subject.name}: the parameter {name} cannot be left open: {error}"
                    raise SubjectError(f"{message}; give it a value by --set") from error
        self.asked = Asked(self.body)
        self.tangled: set[str] = set()
        """Parameters that are neither switches nor optional, since they do more: see `switches`."""
        self.values = self._values()
        """Parameter to what it may be; first what leaves options off."""
        self.idle: dict[str, str] = {}
        """The parameters that no policy depends on, each with a value that the Rules admit."""
        self.idle = self._idle()

    @property
    def switches(self) -> dict[str, str]:
        """The switches, and the value that each is on with."""
        return {
            name: value
            for name, value in self.asked.switches.items()
            if name in self.admitted and name not in self.tangled | self.idle.keys()
        }

    @property
    def telling(self) -> frozenset[str]:
        """The parameters that tell cases apart."""
        apart = self.switches.keys() | self._optional | self.idle.keys()
        return self.asked.names & self.values.keys() - apart

    @property
    def number(self) -> int:
        """How many combinations there are of what tells cases apart."""
        return prod(len(self.values[each]) for each in self.telling)

    @property
    def usual(self) -> dict[str, str]:
        """What those asked about are where a launch gives no more than it must."""
        found = {}
        for name in self.asked.names & self.values.keys():
            first, *others = self.values[name]
            default, hole = self.admitted[name].default, text.hole(name)
            filled = hole if default and hole in others else first
            found[name] = default if default in (first, *others) else filled
        return found

    def resolvers(self) -> Iterator[tuple[SwitchResolver, dict[str, str]]]:
        """One for each combination of options, those with fewest on first."""
        apart = Apart(on=self.switches, optional=self._optional)
        for chosen in islice(self._chosen(self.telling), MOST_TRIED):
            values = {**self.fixed, **chosen}
            yield SwitchResolver(self.asked, values, self.place, self.admitted, apart), chosen

    @property
    def _optional(self) -> frozenset[str]:
        """The parameters that are filled, since where they may be empty nothing looks at them."""
        return frozenset(
            name
            for name in self.asked.names & self.admitted.keys()
            if self.admitted[name].may_be_empty and not self.admitted[name].values
            and name not in self.tangled | self.asked.direct | self.idle.keys()
        )  # fmt: skip

    def _values(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for name, each in self.admitted.items():
            if name in self.asked.names:
                empty = ("",) if each.may_be_empty else ()
                default = (each.default,) if each.default in each.values else ()
                filled = each.values or (text.hole(name),)
                found[name] = tuple(dict.fromkeys((*empty, *default, *filled)))
            else:
                # Nobody asks: that it may be empty is a part of its pattern.
                found[name] = (text.hole(name),)
                if each.may_be_empty and each.node is not None:
                    node = pattern.Repeat(each.node, 0, 1)
                    self.admitted[name] = replace(each, node=node)
        return found

    def _chosen(self, among: frozenset[str]) -> Iterator[dict[str, str]]:
        """Values of all parameters; all combinations of some of them."""
        base = {name: each[0] for name, each in self.values.items()}
        base |= {name: text.hole(name) for name in self._optional - among} | self.idle
        # In order of their names: a persona and its file are told the same.
        several = sorted(name for name in among if len(self.values[name]) > 1)
        for number in range(len(several) + 1):
            for names in combinations(several, number):
                for values in product(*(self.values[name][1:] for name in names)):
                    yield {**base, **dict(zip(names, values, strict=True))}

    def _idle(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for names, rules in self.asked.idle:
            free = frozenset(names) & self.values.keys()
            body = {**self.body, "Rules": {each: self.body["Rules"][each] for each in rules}}
            for chosen in islice(self._chosen(free), MOST_TRIED):
                values = {**self.fixed, **chosen}
                if not any(OpenResolver(body, values, self.place, self.admitted).unmet()):
                    found |= {each: chosen[each] for each in free}
                    break
        return found


def _refuse(body: Body, fixed: Mapping[str, str]) -> None:
    """Refuse fixed values that CloudFormation would refuse, whatever the others are."""
    problems: list[str] = []
    for name, value in fixed.items():
        problems += refused_value(name, value, body["Parameters"][name])
    if problems:
        raise ParameterError(problems)
