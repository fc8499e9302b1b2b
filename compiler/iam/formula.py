"""Statements as formulas: what has to be true of a request for a statement to be about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiler.iam import operators, reference
from compiler.iam.covering import covers
from compiler.iam.document import texts
from compiler.iam.predicate import Predicate, links, predicate, put
from compiler.iam.text import ANY, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from compiler.iam.document import Comparison, Statement
    from compiler.iam.operators import Quantifier
    from compiler.iam.text import Text

RESOURCE = ""
"""The subject of atoms about the resource; all others are about a key, in lower case."""

Quantity = Literal["absent", "one", "any", "all"]
"""Of a key's values: there are none; there is one, and the predicate holds for it; it holds for at
least one; it holds for all, or there are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A question with the answer yes or no about one subject. Equal atoms are one object."""

    subject: str
    quantity: Quantity
    asked: Predicate | None
    """None where absence is asked for."""

    linked: bool
    """Whether the answer depends on a variable or a hole too."""


@dataclass(frozen=True, slots=True)
class Lit:
    """An atom, or its negation."""

    atom: Atom
    positive: bool


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    parts: tuple[Formula, ...]


Formula = Lit | And | Or

TRUE = And(())
FALSE = Or(())


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of the parts, as flat as can be."""
    flat: dict[Formula, None] = {}
    for each in parts:
        if each == FALSE:
            return FALSE
        flat |= dict.fromkeys(each.parts if isinstance(each, And) else (each,))
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def disjunction(parts: Iterable[Formula]) -> Formula:
    """At least one of the parts, as flat as can be."""
    flat: dict[Formula, None] = {}
    for each in parts:
        if each == TRUE:
            return TRUE
        flat |= dict.fromkeys(each.parts if isinstance(each, Or) else (each,))
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def opposite(literal: Lit) -> Lit:
    """The negation of a literal."""
    return Lit(literal.atom, not literal.positive)


def negation(formula: Formula) -> Formula:
    """The opposite, with negations at atoms alone."""
    match formula:
        case Lit():
            return opposite(formula)
        case And(parts):
            return disjunction(negation(each) for each in parts)
        case Or(parts):
            return conjunction(negation(each) for each in parts)


def given(formula: Formula, known: frozenset[Lit]) -> Formula:
    """What is left of a formula where some literals are known to be true."""
    if isinstance(formula, Lit):
        if formula in known or _follows(formula, known):
            return TRUE
        return FALSE if negation(formula) in known else formula
    parts = (given(each, known) for each in formula.parts)
    return conjunction(parts) if isinstance(formula, And) else disjunction(parts)


def _follows(literal: Lit, known: frozenset[Lit]) -> bool:
    """Whether a wider set of texts surely holds what a known one does."""
    asked = literal.atom.asked
    if not literal.positive or asked is None or asked.kind != "text":
        return False
    return any(
        each.positive
        and each.atom.subject == literal.atom.subject
        and each.atom.quantity == literal.atom.quantity
        and each.atom.asked is not None
        and each.atom.asked.kind == "text"
        and all(any(covers(one, other) for one in asked.texts) for other in each.atom.asked.texts)
        for each in known
    )


def single_keys(statements: Iterable[Statement]) -> frozenset[str]:
    """Keys that have one value at most because of how statements use them; in lower case.

    AWS does not say what an operator for single values makes of several, and a variable needs one:
    a request that has several where such a statement is about it cannot be decided.
    """
    found: set[str] = set()
    for each in statements:
        for comparison in each.comparisons:
            operator = comparison.operator
            if not operator.quantifier and operator.family != "Null":
                found.add(comparison.key.lower())
        for text in texts(each):
            found.update(token.key for token in text if isinstance(token, Variable))
    return frozenset(found)


def is_single(key: str, single: frozenset[str]) -> bool:
    """Whether a key has one value at most, by its type or by how it is used."""
    if key in single:
        return True
    kind = reference.key_type(key)
    return kind is not None and not operators.is_list(kind)


class Atoms:
    """Makes atoms, each once."""

    def __init__(self, constant: Callable[[Text], Text]) -> None:
        """Begin without any.

        Args:
            constant: puts what is constant into a text.
        """
        self._made: dict[tuple[str, Quantity, Predicate | None], Atom] = {}
        self._constant = constant

    def atom(self, subject: str, quantity: Quantity, asked: Predicate | None = None) -> Atom:
        """An atom."""
        found = self._made.get((subject, quantity, asked))
        if found is None:
            linked = asked is not None and any(is_linked(each) for each in asked.texts)
            found = self._made[subject, quantity, asked] = Atom(subject, quantity, asked, linked)
        return found

    def resources(self, statement: Statement) -> Formula:
        """What a statement asks of the resource; true in a trust policy."""
        if statement.resources is None:
            return TRUE
        values = frozenset(self._constant(each) for each in statement.resources)
        if (ANY,) in values:
            return FALSE if statement.except_resources else TRUE
        asked = Predicate("text", values)
        return self._literal(RESOURCE, "one", asked, positive=not statement.except_resources)

    def _literal(
        self, subject: str, quantity: Quantity, asked: Predicate, *, positive: bool
    ) -> Formula:
        """A literal, for each choice of the keys of its variables that are absent.

        While its key is absent, a text with a variable is that with its default, or none at all.
        """
        keys = dict.fromkeys(
            token.key for one in asked.texts for token in one if isinstance(token, Variable)
        )
        return self._by_absence(subject, quantity, asked, tuple(keys), positive=positive)

    def _by_absence(
        self,
        subject: str,
        quantity: Quantity,
        asked: Predicate,
        keys: tuple[str, ...],
        *,
        positive: bool,
    ) -> Formula:
        if not asked.values and quantity in ("one", "any"):
            return FALSE if positive else TRUE
        if not keys:
            return Lit(self.atom(subject, quantity, asked), positive)
        key, *left = keys
        absent = Lit(self.atom(key, "absent"), positive=True)
        gone = frozenset(one for each in asked.texts for one in put(each, {key: None}))
        there = frozenset(_without_default(each, key) for each in asked.texts)
        without, within = (
            self._by_absence(
                subject, quantity, Predicate(asked.kind, texts), tuple(left), positive=positive
            )
            for texts in (gone, there)
        )
        return disjunction(
            (conjunction((absent, without)), conjunction((negation(absent), within)))
        )

    def conditions(
        self, statement: Statement, keys: frozenset[str], single: frozenset[str]
    ) -> Formula:
        """What a statement asks of the context.

        Args:
            statement: any.
            keys: those that a request may have, in lower case; the others are absent.
            single: those that have one value at most because of how they are used.
        """
        return conjunction(
            self._comparison(each, single, absent=each.key.lower() not in keys)
            for each in statement.comparisons
        )

    def _comparison(
        self, comparison: Comparison, single: frozenset[str], *, absent: bool
    ) -> Formula:
        key, operator = comparison.key.lower(), comparison.operator
        if operator.family == "Null":
            wanted = comparison.values[0] is True
            if absent:
                return TRUE if wanted else FALSE
            return Lit(self.atom(key, "absent"), wanted)
        negated = "Not" in operator.name
        if absent:
            holds = operator.if_exists or (
                operator.quantifier == "ForAllValues" if operator.quantifier else negated
            )
            return TRUE if holds else FALSE
        asked = predicate(comparison)
        if asked.kind in ("text", "any-case", "arn"):
            values = frozenset(self._constant(each) for each in asked.texts)
            asked = Predicate(asked.kind, values, asked.signs)
        if is_single(key, single):
            found = self._of_one(key, operator.quantifier, asked, negated=negated)
        else:
            found = self._of_several(key, operator.quantifier, asked, negated=negated)
        if operator.if_exists:
            return disjunction((Lit(self.atom(key, "absent"), positive=True), found))
        return found

    def _of_one(
        self, key: str, quantifier: Quantifier, asked: Predicate, *, negated: bool
    ) -> Formula:
        absent = Lit(self.atom(key, "absent"), positive=True)
        one = self._literal(key, "one", asked, positive=not negated)
        if quantifier == "ForAllValues":
            return one if negated else disjunction((absent, one))
        if quantifier == "ForAnyValue" and negated:
            return conjunction((negation(absent), one))
        return one

    def _of_several(
        self, key: str, quantifier: Quantifier, asked: Predicate, *, negated: bool
    ) -> Formula:
        # None of them is what "all are not" says, and one that is not, "not all are".
        if quantifier == "ForAllValues":
            return self._literal(key, "any" if negated else "all", asked, positive=not negated)
        return self._literal(key, "all" if negated else "any", asked, positive=not negated)


def _without_default(text: Text, key: str) -> Text:
    return tuple(
        Variable(key) if isinstance(each, Variable) and each.key == key else each for each in text
    )


def is_linked(text: Text) -> bool:
    """Whether a text depends on a variable or a hole."""
    return any(True for _ in links(text))


def literals(formula: Formula) -> Iterator[Lit]:
    """Every literal of a formula."""
    if isinstance(formula, Lit):
        yield formula
    else:
        for each in formula.parts:
            yield from literals(each)
