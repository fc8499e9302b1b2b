"""A constraint: what holds for the launches of a product from a portfolio."""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal.managed_state_model import ManagedState

from compiler.sandbox.service_catalog import transition


class Constraint(ManagedState):
    """A constraint as the account that made it keeps it."""

    def __init__(
        self,
        *,
        identifier: str,
        type: str,
        parameters: str,
        description: str | None,
        owner: str,
        portfolio_id: str,
        product_id: str,
    ) -> None:
        super().__init__(transition.CONSTRAINT, transition.CREATING)
        self.id = identifier
        self.type = type
        """LAUNCH, NOTIFICATION, RESOURCE_UPDATE, STACKSET or TEMPLATE."""
        self.parameters = parameters
        """Its JSON, as it was given."""
        self.description = description
        self.owner = owner
        self.portfolio_id = portfolio_id
        self.product_id = product_id

    def detail(self) -> dict[str, Any]:
        """ConstraintDetail."""
        return {
            "ConstraintId": self.id,
            "Type": self.type,
            "Description": self.description,
            "Owner": self.owner,
            "ProductId": self.product_id,
            "PortfolioId": self.portfolio_id,
        }

    def summary(self) -> dict[str, Any]:
        """ConstraintSummary, which launch paths show."""
        return {"Type": self.type, "Description": self.description}
