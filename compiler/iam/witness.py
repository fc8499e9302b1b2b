"""From a formula to a witness: values for variables and holes, and a request that reads well.

A formula whose texts depend on variables or holes is first searched with their values left open. If
there is no model, that is a proof. Otherwise values are read off the model, or are made up, put in,
and the search is done again for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.iam import example, text
from compiler.iam.automaton import TooHardError
from compiler.iam.example import PLACEHOLDER
from compiler.iam.formula import RESOURCE, And, Atoms, Formula, Lit, Or, conjunction, literals
from compiler.iam.language import tidy
from compiler.iam.predicate import Linked, Predicate, links, put
from compiler.iam.sample import samples
from compiler.iam.search import Model, Search
from compiler.iam.text import Hole, Literal, Variable, Wildcard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from compiler.iam.finding import Universe
    from compiler.iam.solve import Found, Limits, Solver

_EACH = 4
"""Values that are tried for one variable or hole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Values of a request, and of the variables and holes that they depend on."""

    values: Mapping[str, Found]
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of holes."""

    is_odd: bool = False
    """Whether a name in the resource has to hold a colon."""


class Witnesses:
    """Finds witnesses of one class of requests."""

    def __init__(self, solver: Solver, atoms: Atoms, universe: Universe, limits: Limits) -> None:
        """Take in what all questions share."""
        self._solver = solver
        self._atoms = atoms
        self._universe = universe
        self._limits = limits
        self._is_single: Callable[[str], bool] = lambda _: True

    def find(self, form: str, goal: Formula, is_single: Callable[[str], bool]) -> Solved | None:
        """A request of an ARN format that makes a formula true; None is a proof that there is none.

        Args:
            form: the format.
            goal: the formula.
            is_single: whether a key has one value at most.

        Raises:
            TooHardError: where neither was found within the limits.
        """
        self._is_single = is_single
        solved = self._find(form, goal)
        if solved is None or not _is_odd(solved, form):
            return solved
        try:
            better = self._find(tidy(form), goal)
        except TooHardError:
            better = None
        return better or replace(solved, is_odd=True)

    def _find(self, form: str, goal: Formula) -> Solved | None:
        goal = self._put(goal, _fixed(goal))
        linked = {each.atom for each in literals(goal) if each.atom.linked}
        if not linked:
            return self._exact(form, goal, {})
        names = tuple(
            dict.fromkeys(
                name
                for atom in sorted(linked, key=lambda each: each.subject)
                if atom.asked is not None
                for one in sorted(atom.asked.texts, key=text.written)
                for name in links(one)
            )
        )
        solved: list[Solved] = []
        tried: set[tuple[tuple[str, ...] | None, ...]] = set()

        def try_values(relaxed: Model) -> bool:
            for values in self._values(names, goal, relaxed):
                chosen = tuple(values.values())
                if chosen in tried:
                    continue
                if len(tried) >= self._limits.attempts:
                    raise TooHardError("no values for variables or parameters were found")
                tried.add(chosen)
                pins = (self._pin(key, given) for key, given in values.items() if ":" in key)
                found = self._exact(form, conjunction((self._put(goal, values), *pins)), values)
                if found is not None:
                    solved.append(found)
                    return True
            return False

        self._search(form).any(goal, try_values)
        if tried and not solved:
            raise TooHardError("no values for variables or parameters were found")
        return solved[0] if solved else None

    def _exact(self, form: str, goal: Formula, values: Linked) -> Solved | None:
        """A request for a formula in which nothing is left open."""
        models: list[Model] = []

        def take(model: Model) -> bool:
            models.append(model)
            return True

        if not self._search(form).any(goal, take):
            return None
        holes = {name: each for name, each in values.items() if ":" not in name and each}
        return Solved(values=models[0].values, parameters=holes)

    def _search(self, form: str) -> Search:
        return Search(self._solver, form, self._is_single, self._limits.branches)

    def _pin(self, key: str, given: tuple[str, ...] | None) -> Formula:
        if given is None:
            return Lit(self._atoms.atom(key, "absent"), positive=True)
        asked = Predicate("text", frozenset((Literal(each),) for each in given))
        return Lit(self._atoms.atom(key, "one", asked), positive=True)

    def _put(self, formula: Formula, values: Linked) -> Formula:
        if isinstance(formula, And):
            return And(tuple(self._put(each, values) for each in formula.parts))
        if isinstance(formula, Or):
            return Or(tuple(self._put(each, values) for each in formula.parts))
        atom = formula.atom
        if not atom.linked or atom.asked is None:
            return formula
        made = frozenset(one for each in atom.asked.texts for one in put(each, values))
        asked = Predicate(atom.asked.kind, made, atom.asked.signs)
        return Lit(self._atoms.atom(atom.subject, atom.quantity, asked), formula.positive)

    def _values(self, names: Iterable[str], goal: Formula, model: Model) -> Iterator[Linked]:
        """Values to try, the likeliest first."""
        read = _read_off(model)
        options = [
            tuple(dict.fromkeys(self._options(name, goal, read.get(name, ()))))[:_EACH]
            for name in names
        ]
        for chosen in product(*options):
            yield dict(zip(names, chosen, strict=True))

    def _options(
        self, name: str, goal: Formula, read: tuple[str, ...]
    ) -> Iterator[tuple[str, ...] | None]:
        if ":" in name:
            constant = self._solver.constant(name)
            if constant is not None:
                yield (constant,)
                return
            yield from ((each,) for each in read)
            yield None
            yield from ((each,) for each in _compared(goal, name))
            yield (example.WORD,)
            return
        node, most = self._universe.holes.get(name), self._universe.most.get(name, 1)
        fitting = tuple(each for each in read if node is None or pattern.matches(node, each))
        if fitting:
            yield fitting[:most]
            yield from ((each,) for each in fitting)
        yield from ((each,) for each in samples(node, self._universe))


def _fixed(goal: Formula) -> Linked:
    """The keys that have one value in every request that makes a formula true."""
    parts = goal.parts if isinstance(goal, And) else (goal,)
    found: dict[str, tuple[str, ...]] = {}
    for each in parts:
        if isinstance(each, Lit) and each.positive and each.atom.quantity == "one":
            asked = each.atom.asked
            only = tuple(asked.texts) if asked is not None and asked.kind == "text" else ()
            value = text.plain(only[0]) if len(only) == 1 else None
            if value and each.atom.subject != RESOURCE:
                found[each.atom.subject] = (value,)
    return found


def _is_odd(solved: Solved, form: str) -> bool:
    """Whether the resource has more colons than its format."""
    return str(solved.values.get(RESOURCE)).count(":") > PLACEHOLDER.sub("", form).count(":")


def _read_off(model: Model) -> dict[str, tuple[str, ...]]:
    """What variables and holes stand for in the values of a model."""
    read: dict[str, dict[str, None]] = {}
    for subject, asserted in model.asserted.items():
        found = model.values.get(subject)
        several = () if found is None else (found,) if isinstance(found, str) else found
        for each in asserted:
            if each.positive and each.atom.linked and each.atom.asked is not None:
                ignoring_case = each.atom.asked.kind == "any-case"
                for one in each.atom.asked.texts:
                    for said in several:
                        for name, value in _parsed(one, said, ignoring_case=ignoring_case):
                            read.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in read.items()}


def _parsed(one: text.Text, said: str, *, ignoring_case: bool) -> Iterator[tuple[str, str]]:
    """The values of a text's variables and holes, with which it matches what is said."""
    named = [each for each in one if isinstance(each, Variable | Hole)]
    for lazy in ("?", ""):
        source = "".join(_source(each, lazy) for each in one)
        found = re.fullmatch(source, said, re.DOTALL | (re.IGNORECASE if ignoring_case else 0))
        if found:
            for token, value in zip(named, found.groups(), strict=True):
                name = token.key if isinstance(token, Variable) else token.name
                yield name, value
                if ignoring_case:
                    yield from ((name, value.lower()), (name, value.upper()))


def _source(token: text.Token, lazy: str) -> str:
    match token:
        case Literal(characters):
            return re.escape(characters)
        case Wildcard(many):
            return f".*{lazy}" if many else "."
        case _:
            return f"(.+{lazy})"


def _compared(goal: Formula, key: str) -> Iterator[str]:
    """What a key is compared with elsewhere."""
    for each in literals(goal):
        if each.atom.subject == key and each.atom.asked is not None:
            for one in each.atom.asked.texts:
                plain = text.plain(one)
                if plain:
                    yield plain
