"""The question of one statement: which requests does it allow that the other side does not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.iam.evaluate import among
from compiler.iam.formula import (
    FALSE,
    And,
    Atoms,
    Formula,
    Lit,
    conjunction,
    disjunction,
    given,
    negation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compiler.iam.document import Principal, Statement
    from compiler.iam.request import Access


class Questions:
    """Writes the questions of a comparison, each statement once."""

    def __init__(self, old: Access, new: Access, atoms: Atoms) -> None:
        """Take in both sides."""
        self._atoms = atoms
        self._new, self._new_bounds = frozenset(new.statements), frozenset(new.bounds)
        self._old, self._old_bounds = frozenset(old.statements), frozenset(old.bounds)
        self._is_new_bounded = new.boundary is not None
        self._is_old_bounded = old.boundary is not None
        self._formulas: dict[tuple[Statement, frozenset[str], frozenset[str]], Formula] = {}

    def is_kept(self, allow: Statement, concerned: Iterable[Statement]) -> bool:
        """Whether what a statement allows is plainly allowed by the other side too.

        Args:
            allow: a statement of the new side.
            concerned: the statements of both sides that are about the same actions.
        """
        if self._is_old_bounded:
            return False
        old = [each for each in concerned if each in self._old]
        if not any(each.effect == "Allow" and each.scope == allow.scope for each in old):
            return False
        denied = {
            each.scope for each in concerned if each.effect == "Deny" and each not in self._old
        }
        return all(each.scope in denied for each in old if each.effect == "Deny")

    def question(
        self,
        allow: Statement,
        concerned: Sequence[Statement],
        keys: tuple[frozenset[str], frozenset[str]],
        principal: Principal | None,
    ) -> Formula:
        """What has to be true of a request that a statement allows, and the other side does not.

        Args:
            allow: a statement of the new side.
            concerned: the statements of both sides that are about the same actions.
            keys: those that a request may have, and those that have one value at most because of
                how they are used; in lower case.
            principal: who asks, where policies name principals.
        """
        facts = self._formula(allow, keys, principal)
        parts = facts.parts if isinstance(facts, And) else (facts,)
        known = frozenset(each for each in parts if isinstance(each, Lit))

        def of(side: frozenset[Statement], effect: str) -> tuple[Formula, ...]:
            return tuple(
                given(self._formula(each, keys, principal), known)
                for each in concerned
                if each.effect == effect and each in side
            )

        wanted = [facts, *map(negation, of(self._new | self._new_bounds, "Deny"))]
        if self._is_new_bounded:
            wanted.append(disjunction(of(self._new_bounds, "Allow")))
        refused = [
            conjunction(map(negation, of(self._old, "Allow"))),
            *of(self._old | self._old_bounds, "Deny"),
        ]
        if self._is_old_bounded:
            refused.append(conjunction(map(negation, of(self._old_bounds, "Allow"))))
        return conjunction((*wanted, disjunction(refused)))

    def _formula(
        self,
        statement: Statement,
        keys: tuple[frozenset[str], frozenset[str]],
        principal: Principal | None,
    ) -> Formula:
        if principal is not None and (
            among(statement.principals or ())(principal) is statement.except_principals
        ):
            return FALSE
        found = self._formulas.get((statement, *keys))
        if found is None:
            resources = self._atoms.resources(statement)
            found = conjunction((resources, self._atoms.conditions(statement, *keys)))
            self._formulas[statement, *keys] = found
        return found
