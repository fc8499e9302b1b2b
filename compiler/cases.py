"""A template with its launch parameters left open: what is said of it holds for all their values.

A parameter that decides nothing but texts is a hole in them, held to its pattern. One that the
template's Conditions ask about, whether it is empty or which of its allowed values it has, makes
cases: one for each combination that the template's Rules admit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, product
from math import prod
from typing import TYPE_CHECKING, Any

from compiler import pattern
from compiler.admitted import Admitted, AdmittedError, admitted
from compiler.iam import text
from compiler.iam.finding import Universe
from compiler.intrinsics import ParameterError, RenderError
from compiler.open_resolver import OpenResolver
from compiler.render import malformed_refused, resolved
from compiler.subject import SubjectError, of_role, plain, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.iam.request import Access
    from compiler.render import Launch
    from compiler.subject import Attached, Held, Subject
    from compiler.template import Body

MOST_CASES = 64
"""Combinations of options that are looked at."""

MOST_TRIED = 4_096
"""Combinations that are put to the Rules."""

NO_OPTIONS = "always"
OFF = "options off"

_SUB = re.compile(r"\$\{([A-Za-z0-9:]+)\}")
_PLACES = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """All combinations of a subject's options."""

    subject: Subject
    cases: tuple[Case, ...]
    """With all options off first."""

    usual: Mapping[str, str] = field(default_factory=dict)
    """What the parameters of `Case.chosen` are where a launch gives no more than it must."""

    admitted: Mapping[str, Admitted] = field(default_factory=dict)
    """What a launch may be given, by parameter; those that the user fixed are not here."""

    left_out: str = ""
    """Why not all combinations are here, where there are too many."""

    notes: tuple[str, ...] = ()

    unread_boundaries: frozenset[str] = frozenset()
    """The permissions boundaries, of any case, whose documents are not at hand."""

    @property
    def parts(self) -> frozenset[str]:
        """Which kinds of policies the subject has: identity, trust, or both."""
        first = self.cases[0]
        held = {"identity": first.identity, "trust": first.trust}
        return frozenset(name for name, access in held.items() if access is not None)


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
            return opening.cases(careful=careful)
    except RenderError as error:
        message = f"{subject.name} cannot be rendered: {error}"
        raise SubjectError(readable(message)) from error


def _universe(place: Launch, **known: Any) -> Universe:
    return Universe(partition=place.partition, region=place.region, account=place.account, **known)


class _Opening:
    """Leaves one template's parameters open."""

    def __init__(
        self, subject: Subject, fixed: Mapping[str, str], place: Launch, attached: Attached
    ) -> None:
        self.subject, self.body, self.place = subject, subject.body, place
        self.attached = attached
        declared: Mapping[str, Any] = self.body.get("Parameters", {})
        self.fixed = {name: value for name, value in fixed.items() if name in declared}
        _refuse(self.body, self.fixed)
        self.admitted: dict[str, Admitted] = {}
        for name, each in declared.items():
            if name not in self.fixed:
                try:
                    self.admitted[name] = admitted(each)
                except AdmittedError as error:
                    message = f"{subject.name}: the parameter {name} cannot be left open: {error}"
                    raise SubjectError(f"{message}; give it a value by --set") from error
        self.alternatives = self._alternatives()

    def cases(self, *, careful: bool) -> Cases:
        found = []
        left_out = ""
        for number, (resolver, chosen) in enumerate(self._resolvers()):
            if number == MOST_CASES:
                left_out = f"it has more than {MOST_CASES} combinations of options"
                break
            held = of_role(self.subject.name, resolved(self.body, resolver), self.attached)
            self._refuse_special(held)
            found.append((resolver, held, chosen))
        combinations_there_are = prod(len(each) for each in self.alternatives.values())
        if combinations_there_are > MOST_TRIED:
            left_out = f"it has {combinations_there_are:,} combinations of options"
        if places := sorted(each for each in self.asked if each in _PLACES):
            left_out = f"its options depend on {', '.join(places)}: this is one place alone"
        if not found:
            message = f"{self.subject.name} cannot be launched: its Rules admit no combination"
            raise SubjectError(message)
        options = self._options([resolver for resolver, *_ in found])
        made = []
        for resolver, held, chosen in found:
            on = frozenset(each for each in options if resolver.condition(each))
            made.append(
                Case(
                    on=on,
                    label=self._label(on, options),
                    identity=held.identity,
                    trust=held.trust,
                    # A role is in one partition, and so is all that it can ask for.
                    universe=_universe(
                        self.place,
                        partitions=(self.place.partition,),
                        holes=resolver.holes,
                        most=resolver.most,
                        careful=careful,
                    ),
                    chosen={name: each for name, each in chosen.items() if name in self.asked},
                )
            )
        return Cases(
            subject=self.subject,
            cases=tuple(made),
            usual=self._usual(),
            admitted=self.admitted,
            left_out=left_out,
            notes=found[0][1].notes,
            unread_boundaries=frozenset(
                held.unread_boundary for _, held, _ in found if held.unread_boundary
            ),
        )

    def _refuse_special(self, held: Held) -> None:
        """A hole stands for texts: a value that is a wildcard would be taken for a name."""
        accesses = [each for each in (held.identity, held.trust) if each is not None]
        written = readable(str([each.body for access in accesses for each in access.statements]))
        for name, each in self.admitted.items():
            if not each.is_plain and readable(text.hole(name)) in written:
                message = f"{self.subject.name}: the parameter {name} cannot be left open"
                why = "it stands in a policy and admits *, ? or $"
                raise SubjectError(f"{message}: {why}; give it a value by --set")

    def _resolvers(self) -> Iterator[tuple[OpenResolver, dict[str, str]]]:
        """One for each combination that the Rules admit, those with fewest options on first."""
        for chosen in islice(self._chosen(), MOST_TRIED):
            resolver = OpenResolver(self.body, {**self.fixed, **chosen}, self.place, self.admitted)
            if not any(resolver.unmet()):
                yield resolver, chosen

    def _alternatives(self) -> dict[str, tuple[str, ...]]:
        """Parameter to what it may be; first what leaves options off."""
        conditions, rules = (self.body.get(each, {}) for each in ("Conditions", "Rules"))
        self.asked = {*_named(conditions), *_named(rules)}
        found = {}
        for name, each in self.admitted.items():
            if name in self.asked:
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

    def _usual(self) -> dict[str, str]:
        found = {}
        for name in self.asked & self.alternatives.keys():
            first, *others = self.alternatives[name]
            default, hole = self.admitted[name].default, text.hole(name)
            filled = hole if default and hole in others else first
            found[name] = default if default in (first, *others) else filled
        return found

    def _chosen(self) -> Iterator[dict[str, str]]:
        alternatives = self.alternatives
        base = {name: each[0] for name, each in alternatives.items()}
        # In order of their names: a persona and its file are told the same.
        several = sorted(name for name, each in alternatives.items() if len(each) > 1)
        for number in range(len(several) + 1):
            for names in combinations(several, number):
                for values in product(*(alternatives[name][1:] for name in names)):
                    yield {**base, **dict(zip(names, values, strict=True))}

    def _options(self, resolvers: list[OpenResolver]) -> list[str]:
        """The Conditions that tell the cases apart, without those made of others."""
        found = []
        for name, each in sorted(self.body.get("Conditions", {}).items()):
            if not _is_made_of_others(each) and len({one.condition(name) for one in resolvers}) > 1:
                found.append(name)
        return found

    @staticmethod
    def _label(on: frozenset[str], options: list[str]) -> str:
        if not options:
            return NO_OPTIONS
        return " + ".join(_WORD.sub("-", each).lower() for each in options if each in on) or OFF


def _refuse(body: Body, fixed: Mapping[str, str]) -> None:
    """Refuse fixed values that CloudFormation would refuse, whatever the others are."""
    problems = []
    for name, value in fixed.items():
        each = body["Parameters"][name]
        form, allowed = each.get("AllowedPattern"), each.get("AllowedValues")
        if form and not re.fullmatch(form, value):
            problems.append(f"{name} is '{value}'; it must be of the form {form}")
        if allowed is not None and value not in allowed:
            problems.append(f"{name} is '{value}'; allowed are {', '.join(allowed)}")
    if problems:
        raise ParameterError(problems)


def _named(node: Any) -> Iterator[str]:
    """The parameters that a part of a template refers to."""
    if isinstance(node, list):
        for each in node:
            yield from _named(each)
    elif isinstance(node, dict):
        for name, each in node.items():
            if name == "Ref" and isinstance(each, str):
                yield each
            elif name == "Fn::Sub":
                yield from _SUB.findall(each if isinstance(each, str) else each[0])
                yield from _named(each)
            else:
                yield from _named(each)


def _is_made_of_others(node: Any) -> bool:
    if isinstance(node, dict):
        if len(node) == 1 and isinstance(node.get("Condition"), str):
            return True
        return any(map(_is_made_of_others, node.values()))
    return isinstance(node, list) and any(map(_is_made_of_others, node))
