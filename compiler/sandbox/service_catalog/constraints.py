"""Constraints of products in portfolios.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
"""

from __future__ import annotations

from typing import Any

from compiler.sandbox.service_catalog import identifiers, quotas
from compiler.sandbox.service_catalog.constraint import Constraint
from compiler.sandbox.service_catalog.constraint_parameters import (
    EXCLUSIVE,
    SINGLE,
    verify_parameters,
)
from compiler.sandbox.service_catalog.errors import (
    DuplicateResourceException,
    InvalidParametersException,
    LimitExceededException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.page import page
from compiler.sandbox.service_catalog.store import Store


class Constraints(Store):
    """The operations on constraints."""

    def create_constraint(
        self,
        accept_language: str | None,
        portfolio_id: str,
        product_id: str,
        parameters: str,
        type: str,
        description: str | None,
        idempotency_token: str | None,
    ) -> dict[str, Any]:
        portfolio = self.portfolio(portfolio_id)
        if product_id not in portfolio.products:
            raise ResourceNotFoundException(
                f"Product {product_id} is not associated with portfolio {portfolio_id}."
            )
        verify_parameters(type, parameters, self.account_id, self.partition)
        others = self.constraints_of(portfolio, product_id, inherited=False)
        _verify_beside(type, [other.type for other in others])
        constraint = Constraint(
            identifier=identifiers.new("cons"),
            type=type,
            parameters=parameters,
            description=description,
            owner=self.account_id,
            portfolio_id=portfolio_id,
            product_id=product_id,
        )
        self.constraints[constraint.id] = constraint
        return _answer(constraint)

    def describe_constraint(self, accept_language: str | None, id: str) -> dict[str, Any]:
        constraint = self._seen_constraint(id)
        constraint.advance()
        return _answer(constraint)

    def update_constraint(
        self,
        accept_language: str | None,
        id: str,
        description: str | None,
        parameters: str | None,
    ) -> dict[str, Any]:
        constraint = self._constraint(id)
        if parameters is not None:
            verify_parameters(constraint.type, parameters, self.account_id, self.partition)
            constraint.parameters = parameters
        if description is not None:
            constraint.description = description
        constraint.status = "CREATING"
        return _answer(constraint)

    def delete_constraint(self, accept_language: str | None, id: str) -> None:
        del self.constraints[self._constraint(id).id]

    def list_constraints_for_portfolio(
        self,
        accept_language: str | None,
        portfolio_id: str,
        product_id: str | None,
        page_size: int | None,
        page_token: str | None,
    ) -> dict[str, Any]:
        portfolio = self.seen_portfolio(portfolio_id)
        found = [
            constraint
            for constraint in self.of(portfolio.account_id).constraints.values()
            if constraint.portfolio_id == portfolio_id
            and product_id in {None, constraint.product_id}
        ]
        listed = f"constraints of {portfolio_id} {product_id}"
        shown, token = page(found, page_token, page_size, of=listed)
        return {"ConstraintDetails": [each.detail() for each in shown], "NextPageToken": token}

    def _constraint(self, constraint_id: str) -> Constraint:
        found = self.constraints.get(constraint_id)
        if found is None:
            raise ResourceNotFoundException(f"Constraint {constraint_id} not found.")
        return found

    def _seen_constraint(self, constraint_id: str) -> Constraint:
        """A constraint of this account, or on a portfolio that it imported."""
        for portfolio, _ in self.imported_portfolios():
            found = self.of(portfolio.account_id).constraints.get(constraint_id)
            if found is not None and found.portfolio_id == portfolio.id:
                return found
        return self._constraint(constraint_id)


def _answer(constraint: Constraint) -> dict[str, Any]:
    return {
        "ConstraintDetail": constraint.detail(),
        "ConstraintParameters": constraint.parameters,
        "Status": constraint.status,
    }


def _verify_beside(kind: str, others: list[str]) -> None:
    """Refuse a constraint that cannot be on a product and portfolio with those that are there."""
    if kind in SINGLE and kind in others:
        raise DuplicateResourceException(
            f"There is already a {kind} constraint on this product and portfolio."
        )
    if kind in EXCLUSIVE and EXCLUSIVE.intersection(others):
        raise InvalidParametersException(
            "A product and portfolio cannot have both a LAUNCH and a STACKSET constraint."
        )
    if len(others) >= quotas.CONSTRAINTS:
        raise LimitExceededException(
            f"At most {quotas.CONSTRAINTS} constraints on a product and portfolio."
        )
