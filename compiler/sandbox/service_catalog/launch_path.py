"""A launch path: a product in a portfolio that admits the caller, and what holds along it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.identifiers import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.sandbox.service_catalog.constraint import Constraint
    from compiler.sandbox.service_catalog.portfolio import Portfolio
    from compiler.sandbox.service_catalog.product import Product
    from compiler.sandbox.service_catalog.tag_option import TagOption


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchPath:
    """A way to launch a product."""

    portfolio: Portfolio
    product: Product
    has_tag_options: bool
    """Whether TagOptions are the caller's: another account may share a portfolio without them."""

    @property
    def id(self) -> str:
        """The same for as long as the product is in the portfolio."""
        digest = hashlib.sha256(f"{self.portfolio.id} {self.product.id}".encode()).digest()
        return f"lpv2-{base64.b32encode(digest).decode().lower()[:CHARACTERS]}"

    @property
    def name(self) -> str:
        """The portfolio's."""
        return self.portfolio.display_name

    @property
    def tags(self) -> dict[str, str]:
        """The tags that launches get: the portfolio's and the product's, whose word counts.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_LaunchPathSummary.html
        """
        return {**self.portfolio.tags, **self.product.tags}

    def summary(self, constraints: Iterable[Constraint]) -> dict[str, Any]:
        """LaunchPathSummary."""
        return {
            "Id": self.id,
            "Name": self.name,
            "ConstraintSummaries": [constraint.summary() for constraint in constraints],
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }


def launch_role(constraints: Iterable[Constraint], account_id: str, partition: str) -> str | None:
    """The ARN of the role that launches, if a constraint names one: a local role is the account's.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
    """
    for constraint in constraints:
        if constraint.type == "LAUNCH":
            named = json.loads(constraint.parameters)
            local = f"arn:{partition}:iam::{account_id}:role/{named.get('LocalRoleName')}"
            return str(named.get("RoleArn") or local)
    return None


def lets_tags_change(constraints: Iterable[Constraint]) -> bool:
    """Whether a RESOURCE_UPDATE constraint lets an update change tags.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisionedProduct.html
    """
    return any(
        json.loads(constraint.parameters)["Properties"]["TagUpdateOnProvisionedProduct"]
        == "ALLOWED"
        for constraint in constraints
        if constraint.type == "RESOURCE_UPDATE"
    )


def notification_arns(constraints: Iterable[Constraint]) -> list[str]:
    """The topics that hear of the stack's events."""
    return [
        arn
        for constraint in constraints
        if constraint.type == "NOTIFICATION"
        for arn in json.loads(constraint.parameters)["NotificationArns"]
    ]


def rules(constraints: Iterable[Constraint]) -> dict[str, Any]:
    """The Rules of all TEMPLATE constraints; a name that is taken gets a number."""
    found: dict[str, Any] = {}
    for constraint in constraints:
        if constraint.type == "TEMPLATE":
            for name, rule in json.loads(constraint.parameters)["Rules"].items():
                found[free_name(name, found)] = rule
    return found


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """The name, or with the first number that no other has."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free


def tag_choices(
    portfolio: Sequence[TagOption], product: Sequence[TagOption]
) -> dict[str, list[str]]:
    """The values that each TagOption lets a launch choose from; none where the two conflict.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html
    """
    of_portfolio, of_product = _values(portfolio), _values(product)
    found = {**of_portfolio, **of_product}
    for key in of_portfolio.keys() & of_product.keys():
        found[key] = [value for value in of_portfolio[key] if value in of_product[key]]
    return found


def _values(options: Iterable[TagOption]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for option in options:
        if option.active:
            found.setdefault(option.key, []).append(option.value)
    return found
