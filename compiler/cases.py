"""A template with its launch parameters left open: what is said of it holds for all their values.

A parameter that decides nothing but texts is a hole in them, held to its pattern. One that the
template's Conditions ask about, whether it is empty or which of its allowed values it has, makes
cases: one for each combination that the template's Rules admit. Switches that only add make none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from compiler.alternatives import MOST_TRIED, Alternatives
from compiler.asked import PLACES
from compiler.case import NO_OPTIONS, OFF, Case, Cases
from compiler.iam import text
from compiler.iam.finding import Universe
from compiler.intrinsics import ParameterError, RenderError
from compiler.render import malformed_refused, resolved
from compiler.rendering import Rendering
from compiler.subject import SubjectError, of_role, plain, readable, unrendered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.render import Launch
    from compiler.subject import Attached, Held, Subject
    from compiler.switches import SwitchResolver

MOST_CASES = 64
"""Combinations of options that are looked at."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GIVEN = "Given"
_ON = re.compile(r"(?<=[A-Za-z0-9])On$")


def cases(
    subject: Subject,
    fixed: Mapping[str, str],
    place: Launch,
    attached: Attached,
    *,
    careful: bool = False,
) -> Cases:
    """Leave a subject's parameters open; a policy document has none, and one case.

    Args:
        subject: a template of ours, or a policy document.
        fixed: parameters that have a value all the same. Those that the subject does not have are
            left to others.
        place: partition, Region and account; its parameters are not looked at.
        attached: gives the AWS managed policies that a template attaches.
        careful: whether requests may have keys that no documentation names.

    Raises:
        ParameterError: for a fixed value that CloudFormation would refuse.
        SubjectError: where the subject cannot be read, or a parameter cannot be left open.
    """
    if subject.kind == "policy":
        held = plain(subject)
        universe = _universe(place, careful=careful)
        only = Case(on=frozenset(), label=NO_OPTIONS, identity=held.identity, trust=held.trust,
                    universe=universe)  # fmt: skip
        return Cases(subject=subject, cases=(only,))
    try:
        with malformed_refused():
            opening = _Opening(subject, fixed, place, attached)
            made = opening.cases(careful=careful)
    except RenderError as error:
        raise unrendered(subject.name, error) from error

    def again(values: Mapping[str, str]) -> Cases:
        try:
            return cases(subject, {**fixed, **values}, place, attached, careful=careful)
        except ParameterError as error:
            raise SubjectError("; ".join(error.problems)) from error

    return replace(made, opened_with=again)


def _universe(place: Launch, **known: Any) -> Universe:
    return Universe(partition=place.partition, region=place.region, account=place.account, **known)


class _Opening:
    """Leaves one template's parameters open."""

    def __init__(
        self, subject: Subject, fixed: Mapping[str, str], place: Launch, attached: Attached
    ) -> None:
        self.subject, self.body, self.place = subject, subject.body, place
        self.attached = attached
        self.alternatives = Alternatives(subject, fixed, place)
        self.asked = self.alternatives.asked

    def cases(self, *, careful: bool) -> Cases:
        while (opened := self._renderings()) is None:
            pass
        found, left_out = opened
        if not found:
            message = f"{self.subject.name} cannot be launched: its Rules admit no combination"
            raise SubjectError(message)
        options = self._options([each.resolver for each in found])
        names = {each: self._switch_name(each) for each in self.alternatives.switches}
        added = [each.added(names) for each in found]
        has_switches = any(each and each.usable for each in added)
        telling = self.alternatives.telling
        made = []
        for each, more in zip(found, added, strict=True):
            on = frozenset(one for one in options if each.resolver.condition(one))
            identity = each.held.identity
            label = " + ".join(self._called(one) for one in options if one in on)
            made.append(
                Case(
                    on=on,
                    label=label or (OFF if options or has_switches else NO_OPTIONS),
                    options=label,
                    identity=more.access(()) if more and identity else identity,
                    trust=each.held.trust,
                    # A role is in one partition, and so is all that it can ask for.
                    universe=_universe(
                        self.place,
                        partitions=(self.place.partition,),
                        holes=each.resolver.holes,
                        most=each.resolver.most,
                        careful=careful,
                    ),
                    chosen={name: value for name, value in each.chosen.items()
                            if name in telling},
                    added=more,
                    is_everything=len(on) == len(options),
                )
            )  # fmt: skip
        return Cases(
            subject=self.subject,
            cases=tuple(made),
            usual=self.alternatives.usual,
            given=self.alternatives.fixed,
            alternatives=self.alternatives.values,
            admitted=self.alternatives.admitted,
            switches=self.alternatives.switches,
            idle_rules=frozenset(chain.from_iterable(rules for _, rules in self.asked.idle)),
            left_out=left_out,
            notes=found[0].held.notes,
            unread_boundaries=frozenset(
                each.held.unread_boundary for each in found if each.held.unread_boundary
            ),
        )

    def _renderings(self) -> tuple[list[Rendering], str] | None:
        """One for each combination that the Rules admit; None where more is tangled than known."""
        found: list[Rendering] = []
        left_out = ""
        for resolver, chosen in self.alternatives.resolvers():
            if not resolver.tangled and resolver.off is not None:
                if len(found) == MOST_CASES:
                    left_out = f"it has more than {MOST_CASES} combinations of options"
                    break
                rendered = resolved(self.body, resolver)
                held = of_role(self.subject.name, rendered, self.attached)
                resolver.settle()
                self._refuse_special(held)
                found.append(Rendering(resolver, chosen, rendered, held))
            if resolver.tangled:
                self.alternatives.tangled |= resolver.tangled
                return None
        if (number := self.alternatives.number) > MOST_TRIED:
            left_out = f"it has {number:,} combinations of options"
        if places := sorted(each for each in self.asked.names if each in PLACES):
            left_out = f"its options depend on {', '.join(places)}: this is one place alone"
        return found, left_out

    def _refuse_special(self, held: Held) -> None:
        """A hole stands for texts: a value that is a wildcard would be taken for a name."""
        accesses = [each for each in (held.identity, held.trust) if each is not None]
        written = readable(str([each.body for access in accesses for each in access.statements]))
        for name, each in self.alternatives.admitted.items():
            if not each.is_plain and readable(text.hole(name)) in written:
                message = f"{self.subject.name}: the parameter {name} cannot be left open"
                why = "it stands in a policy and admits *, ? or $"
                raise SubjectError(f"{message}: {why}; give it a value by --set")

    def _options(self, resolvers: list[SwitchResolver]) -> list[str]:
        """The Conditions that tell the cases apart, without those made of others."""
        found = []
        for name, each in sorted(self.body.get("Conditions", {}).items()):
            if not _is_made_of_others(each) and len({one.condition(name) for one in resolvers}) > 1:
                found.append(name)
        return found

    def _switch_name(self, switch: str) -> str:
        """What a switch is called: after its own Condition, where it has one."""
        equal = {"Fn::Equals": [{"Ref": switch}, self.alternatives.switches[switch]]}
        conditions = self.body.get("Conditions", {})
        name = next((name for name, each in conditions.items() if each == equal), switch)
        return self._called(name)

    def _called(self, condition: str) -> str:
        """What an option is called: as its Condition, or as the parameter that is given."""
        if (given := condition.removesuffix(_GIVEN)) in self.body.get("Parameters", {}):
            return given if given == condition else f"{given} given"
        return _WORD.sub("-", _ON.sub("", condition)).lower()


def _is_made_of_others(node: Any) -> bool:
    if isinstance(node, dict):
        if len(node) == 1 and isinstance(node.get("Condition"), str):
            return True
        return any(map(_is_made_of_others, node.values()))
    return isinstance(node, list) and any(map(_is_made_of_others, node))
