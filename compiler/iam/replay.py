"""Witnesses, decided by the evaluator before anybody sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.iam import reference
from compiler.iam.document import texts
from compiler.iam.evaluate import Evaluator
from compiler.iam.finding import Witness
from compiler.iam.formula import RESOURCE
from compiler.iam.predicate import links, put
from compiler.iam.request import Access, Request
from compiler.iam.sample import samples
from compiler.iam.solve import NO_RESOURCE, PRINCIPAL_ACCOUNT
from compiler.iam.text import holes

if TYPE_CHECKING:
    from compiler.iam.document import Policy, Principal, Statement
    from compiler.iam.finding import Universe, Values
    from compiler.iam.witness import Solved


class ReplayError(Exception):
    """A witness is not decided as it should be: a mistake of ours."""


class Replay:
    """Makes witnesses of what was found, and replays them on both sides."""

    def __init__(self, old: Access, new: Access, universe: Universe) -> None:
        """Take in both sides."""
        self._sides = {"old": old, "new": new}
        self._universe = universe
        statements = (*new.statements, *new.bounds, *old.statements, *old.bounds)
        # What a question does not depend on may be anything.
        self._samples = {
            name: (next(samples(universe.holes.get(name), universe)),)
            for each in statements
            for one in texts(each)
            for name in holes(one)
        }
        self._spelled = {
            one.key.lower(): one.key for each in statements for one in each.comparisons
        }
        # It is in every request, but says nothing where no policy looks at it.
        self._is_account_asked = PRINCIPAL_ACCOUNT in self._spelled or any(
            PRINCIPAL_ACCOUNT in links(one) for each in statements for one in texts(each)
        )
        self._evaluators: dict[object, Evaluator] = {}

    def witness(self, action: str, solved: Solved, principal: Principal | None) -> Witness:
        """A request that the new side allows and the old one does not.

        Raises:
            ReplayError: where the evaluator says otherwise.
        """
        values = dict(solved.values)
        if self._is_account_asked:
            values[PRINCIPAL_ACCOUNT] = self._universe.account
        request = Request(
            action=action,
            resource=str(solved.values.get(RESOURCE) or NO_RESOURCE),
            context={
                self._spelled.get(key) or reference.spelled(key): value
                for key, value in sorted(values.items())
                if key != RESOURCE and value is not None
            },
            principal=principal,
        )
        parameters = {**self._samples, **solved.parameters}
        after = self._decided("new", request, parameters)
        before = self._decided("old", request, parameters)
        if after != "allowed" or before == "allowed":
            message = f"{request} with {parameters} is {before} before and {after} after"
            raise ReplayError(message)
        return Witness(request=request, parameters=parameters)

    def _decided(self, side: str, request: Request, parameters: Values) -> str:
        known = (side, *parameters.items())
        evaluator = self._evaluators.get(known)
        if evaluator is None:
            evaluator = Evaluator(with_values(self._sides[side], parameters))
            self._evaluators[known] = evaluator
        return evaluator.decide(request).decision


def with_values(access: Access, values: Values) -> Access:
    """Policies with values in their holes.

    Args:
        access: policies, and a boundary or none.
        values: hole to values; where there are several, a text stands once for each of them.
    """
    if not values:
        return access

    def policy(each: Policy) -> Policy:
        return replace(each, statements=tuple(_statement(one, values) for one in each.statements))

    return Access(
        policies=tuple(map(policy, access.policies)),
        boundary=None if access.boundary is None else tuple(map(policy, access.boundary)),
    )


def _statement(statement: Statement, values: Values) -> Statement:
    resources, comparisons = statement.resources, []
    for each in statement.comparisons:
        held = tuple(
            one
            for before in each.values
            for one in (put(before, values) if isinstance(before, tuple) else (before,))
        )
        comparisons.append(replace(each, values=held))
    if resources is not None:
        resources = tuple(one for each in resources for one in put(each, values))
    return replace(statement, resources=resources, comparisons=tuple(comparisons))
