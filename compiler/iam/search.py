"""Search for one request that makes a formula true.

A concrete request is kept. What it violates is asserted, one literal at a time, and the value of
that literal's subject is found anew; where something is either this or that, both are tried.
Whoever fails says which choices were to blame, and choices that were not are not tried otherwise.

Subjects meet nowhere but in variables and holes: those are put in beforehand or left open, see
`solve`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.iam.automaton import TooHardError
from compiler.iam.formula import RESOURCE, And, Formula, Lit, Or, negation, opposite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.iam.solve import Found, Solver

Choices = frozenset[int]
"""Choices, by their number: what a goal, a literal or a failure depends on."""

_NONE: Choices = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A request, as far as a formula asks for one."""

    values: Mapping[str, Found]
    """The resource, and the keys that were asked for; all others are absent."""

    asserted: Mapping[str, Mapping[Lit, Choices]]
    """Subject to the literals that its value was found for, and the choices that they depend on."""


Accept = Callable[[Model], bool]


@dataclass(frozen=True, slots=True)
class _Branch:
    """What has to be true on one way through the choices."""

    goals: tuple[tuple[Formula, Choices], ...]
    decided: frozenset[int]
    """The alternatives, by id, of which one part is among the goals."""

    level: int
    """How many choices were made."""


class Search:
    """Searches in the requests of one ARN format."""

    def __init__(
        self, solver: Solver, form: str, is_single: Callable[[str], bool], branches: int
    ) -> None:
        """Take the place of a search.

        Args:
            solver: finds values.
            form: the ARN format of the resource.
            is_single: whether a key has one value at most.
            branches: after how many the search is given up.
        """
        self._solver = solver
        self._form = form
        self._is_single = is_single
        self._left = branches
        self._branches = branches
        self._accept: Accept = lambda _: True

    def any(self, goal: Formula, accept: Accept) -> bool:
        """Whether there is a request that makes a formula true and is accepted.

        Where all that are found are refused, a no says only that there are no others.

        Raises:
            TooHardError: where the search was given up.
        """
        self._accept = accept
        self._left = self._branches
        resource = self._solver.resource(self._form, frozenset())
        model = Model(values={RESOURCE: resource}, asserted={})
        try:
            return self._failure(_Branch(((goal, _NONE),), frozenset(), 0), model) is None
        except RecursionError as error:
            raise TooHardError("the formula is too deep") from error

    def _failure(self, branch: _Branch, model: Model) -> Choices | None:
        """None where a model was accepted, otherwise the choices that are to blame."""
        while True:
            found = self._next(branch, model)
            if found is None:
                return None if self._accept(model) else frozenset(range(branch.level))
            violated, choices = found
            if isinstance(violated, Or):
                return self._either(violated, choices, branch, model)
            after = self._with(model, violated, choices)
            if not isinstance(after, Model):
                return after
            model = after

    def _either(
        self, either: Or, choices: Choices, branch: _Branch, model: Model
    ) -> Choices | None:
        blamed, level = choices, branch.level
        others: tuple[tuple[Formula, Choices], ...] = ()
        mine = choices | {level}
        decided = branch.decided | {id(either)}
        for part in either.parts:
            refuted = self._refuted(part, model)
            if refuted is not None:
                blamed |= refuted
                continue
            self._left -= 1
            if self._left < 0:
                raise TooHardError(f"no end after {self._branches:,} branches of the search")
            goals = (*branch.goals, (part, mine), *others)
            failure = self._failure(_Branch(goals, decided, level + 1), model)
            if failure is None:
                return None
            if level not in failure:
                return failure
            blamed |= failure - {level}
            if isinstance(part, Lit):
                others = (*others, (negation(part), mine))
        return blamed

    def _refuted(self, part: Formula, model: Model) -> Choices | None:
        """What a part was denied by, if it was."""
        if not isinstance(part, Lit):
            return None
        return model.asserted.get(part.atom.subject, {}).get(opposite(part))

    def _next(self, branch: _Branch, model: Model) -> tuple[Lit | Or, Choices] | None:
        """The violated part that leaves the least choice."""
        fewest, found = 1 << 30, None
        for goal, choices in branch.goals:
            for violated in self._violated(goal, model):
                if isinstance(violated, Lit):
                    return violated, choices
                if id(violated) in branch.decided:
                    continue
                alive = sum(self._refuted(part, model) is None for part in violated.parts)
                if alive < fewest:
                    fewest, found = alive, (violated, choices)
                if alive <= 1:
                    return violated, choices
        return found

    def _violated(self, formula: Formula, model: Model) -> Iterable[Lit | Or]:
        """The parts that are not true yet, and that all have to be."""
        if isinstance(formula, And):
            for part in formula.parts:
                yield from self._violated(part, model)
        elif not self._is_met(formula, model):
            yield formula

    def _is_met(self, formula: Formula, model: Model) -> bool:
        if isinstance(formula, Lit):
            return self._is_true(formula, model)
        if isinstance(formula, And):
            return all(self._is_met(part, model) for part in formula.parts)
        return any(self._is_met(part, model) for part in formula.parts)

    def _is_true(self, literal: Lit, model: Model) -> bool:
        atom = literal.atom
        if atom.linked:
            # Its value is open: it is true because it was asserted, and not before.
            return literal in model.asserted.get(atom.subject, {})
        if atom.subject in model.values:
            return self._solver.is_true(literal, model.values[atom.subject])
        return self._solver.is_true(literal, self._solver.constant(atom.subject))

    def _with(self, model: Model, literal: Lit, choices: Choices) -> Model | Choices:
        """The model with a literal asserted, or the choices that make it impossible."""
        subject = literal.atom.subject
        before = model.asserted.get(subject, {})
        if literal in before:
            raise AssertionError(f"the value of '{subject}' is not what it was found for")
        denied = before.get(opposite(literal))
        if denied is not None:
            return denied | choices
        after = {**before, literal: choices}
        found = self._found(subject, frozenset(after))
        if found is None:
            return choices.union(*before.values())
        return Model(
            values={**model.values, subject: found[0]},
            asserted={**model.asserted, subject: after},
        )

    def _found(self, subject: str, literals: frozenset[Lit]) -> tuple[Found] | None:
        if subject == RESOURCE:
            resource = self._solver.resource(self._form, literals)
            return None if resource is None else (resource,)
        return self._solver.key(subject, single=self._is_single(subject), literals=literals)
