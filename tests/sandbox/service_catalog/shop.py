"""A product that a team may launch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.sandbox.service_catalog.team import (
    Team,
    admit,
    constrain,
    launch_role,
    person,
    persona,
)

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog
    from tests.sandbox.templates import Json

LOCAL = {"LocalRoleName": "launch"}


@dataclass
class Shop:
    """A product with two versions in a portfolio, and a team that may launch it."""

    catalog: Catalog
    product: str
    portfolio: str
    team: Team

    def version(self, name: str) -> str:
        rows = self.catalog.versions(self.product)
        return next(str(row["Id"]) for row in rows if row["Name"] == name)

    def set_version(self, name: str, **members: Any) -> None:
        self.catalog.api.update_provisioning_artifact(
            ProductId=self.product, ProvisioningArtifactId=self.version(name), **members
        )

    def unconstrain(self) -> None:
        """Take the launch constraint away."""
        api = self.catalog.api
        rows = api.list_constraints_for_portfolio(PortfolioId=self.portfolio)["ConstraintDetails"]
        for row in rows:
            api.delete_constraint(Id=row["ConstraintId"])

    def constrain_role(self, name: str) -> None:
        """Launch as another role."""
        self.unconstrain()
        constrain(self.catalog, self.product, self.portfolio, LAUNCH={"LocalRoleName": name})

    def roles(self) -> list[Json]:
        """What launches have made."""
        iam = self.catalog.client("iam")
        names = [each["RoleName"] for each in iam.list_roles()["Roles"]]
        return [iam.get_role(RoleName=name)["Role"] for name in names if name.startswith("SC-")]

    def stacks(self) -> list[Json]:
        found: list[Json] = self.catalog.client("cloudformation").describe_stacks()["Stacks"]
        return found


def opened(catalog: Catalog) -> Shop:
    """Make it, with a launch role in the account."""
    product = catalog.product(
        ProvisioningArtifactParameters=catalog.parameters("1.0.0", persona()),
        Tags=[{"Key": "persona", "Value": "data-scientist"}],
    )
    catalog.version(product, "1.1.0", content=persona(hours=2))
    portfolio = catalog.portfolio(Tags=[{"Key": "managed-by", "Value": "personac"}])
    catalog.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    team = Team(catalog, person(catalog))
    admit(catalog, portfolio, team.role_arn)
    launch_role(catalog)
    constrain(catalog, product, portfolio, LAUNCH=LOCAL)
    return Shop(catalog, product, portfolio, team)
