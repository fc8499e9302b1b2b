"""What Service Catalog holds of a catalog, in one Region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.hub import PORTFOLIO_TAG, PRODUCT_TAG, ROLLED_BACK_TAG, SHARED_TAG, digest_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.desired import Principal, Share

OWN_TAGS = (PRODUCT_TAG, PORTFOLIO_TAG, SHARED_TAG, ROLLED_BACK_TAG)

PENDING = "pending"
"""The word in a version's description until it is tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVersion:
    """A version: AWS calls it a provisioning artifact."""

    id: str
    name: str
    description: str
    is_active: bool
    is_deprecated: bool
    read: str = ""
    """Digest of the template that Service Catalog holds, where it was read."""

    @property
    def sha256(self) -> str:
        """Digest of the template that it was made of; empty where it was not made by us."""
        return digest_in(self.description)

    @property
    def is_pending(self) -> bool:
        """Whether it is made, but not tested yet."""
        return bool(self.sha256) and self.description.endswith(PENDING)

    @property
    def lifecycle(self) -> str:
        """What may be done with it."""
        if self.is_pending:
            return PENDING
        if not self.is_active:
            return "retired"
        return "deprecated" if self.is_deprecated else "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldProduct:
    """A product that is ours."""

    id: str
    slug: str
    """The persona."""

    title: str
    description: str
    owner: str
    tags: Mapping[str, str]
    versions: tuple[HeldVersion, ...]
    """In the order of their creation; names need not be unique."""

    is_adopted: bool = True
    """Whether it has our tag already."""

    @property
    def rolled_back(self) -> str:
        """The version that it was rolled back to; empty where it was not."""
        return self.tags.get(ROLLED_BACK_TAG, "")

    @property
    def is_shared(self) -> bool:
        """Whether it was ever shared."""
        return SHARED_TAG in self.tags


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConstraint:
    """A constraint of a product in a portfolio."""

    id: str
    type: str
    product: str
    """The id that AWS gave the product."""

    description: str
    parameters: Mapping[str, Any] | None
    """None where they were not read: the description has their digest."""

    status: str = "AVAILABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPortfolio:
    """A portfolio that is ours."""

    id: str
    slug: str
    title: str
    description: str
    provider: str
    tags: Mapping[str, str]
    tag_options: frozenset[tuple[str, str]]
    principals: frozenset[Principal]
    products: frozenset[str]
    """By the ids that AWS gave them."""

    constraints: tuple[HeldConstraint, ...]
    shares: Mapping[tuple[str, str], Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTagOption:
    """A TagOption of the account; any portfolio of anybody may use it."""

    id: str
    key: str
    value: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was seen."""

    account: str
    region: str
    portfolios: Mapping[str, HeldPortfolio]
    """By our names."""

    products: Mapping[str, HeldProduct]
    """By our names."""

    tag_options: Mapping[tuple[str, str], HeldTagOption]
    others: int = 0
    """Portfolios and products that are not ours."""

    twins: tuple[str, ...] = ()
    """What two products or portfolios say they are: nobody knows which one is meant."""

    used: frozenset[str] = field(default_factory=frozenset)
    """Ids of versions that launches of this account use; looked up for those to be removed."""

    def slug(self, product: str) -> str | None:
        """Our name for a product, by the id that AWS gave it; None where it is not ours."""
        return next((it.slug for it in self.products.values() if it.id == product), None)
