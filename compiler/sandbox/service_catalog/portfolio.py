"""A portfolio: products, and who may launch them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.identifiers import arn

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.sandbox.service_catalog.share import Share


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a portfolio lets launch: ``type`` is ``IAM`` or ``IAM_PATTERN``."""

    arn: str
    type: str

    def detail(self) -> dict[str, str]:
        """As ListPrincipalsForPortfolio shows it."""
        return {"PrincipalARN": self.arn, "PrincipalType": self.type}


@dataclass(eq=False)
class Portfolio:
    """A portfolio as its account keeps it."""

    id: str
    account_id: str
    region_name: str
    display_name: str
    description: str | None
    provider_name: str
    created_time: datetime
    tags: dict[str, str]
    products: dict[str, str | None] = field(default_factory=dict)
    """The ids of its products, in the order of association; with each, the id of the imported
    portfolio that it was taken from, if it was."""

    tag_options: list[str] = field(default_factory=list)
    """The ids of its TagOptions."""

    shares: dict[tuple[str, str], Share] = field(default_factory=dict)
    """By type and principal, such as ``("ACCOUNT", "210987654321")``."""

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn(self.region_name, self.account_id, "portfolio", self.id)

    def detail(self) -> dict[str, Any]:
        """PortfolioDetail."""
        return {
            "Id": self.id,
            "ARN": self.arn,
            "DisplayName": self.display_name,
            "Description": self.description,
            "CreatedTime": self.created_time,
            "ProviderName": self.provider_name,
        }
