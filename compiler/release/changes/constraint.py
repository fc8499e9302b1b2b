"""Changes of the constraints that a product has in a portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from compiler.release.changes.change import OfListing
from compiler.release.facts import parameters_digest, path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.changes.change import Effects, Sign


@dataclass(frozen=True, kw_only=True)
class OfConstraint(OfListing):
    """A change of a constraint."""

    type: str

    @property
    def _fact(self) -> str:
        return path("portfolio", self.portfolio, "constraint", self.product, self.type)

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: {self.type} constraint of {self.product}"


@dataclass(frozen=True, kw_only=True)
class CreateConstraint(OfConstraint):
    """Make a constraint, and wait until it holds."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 6

    parameters: Mapping[str, Any]

    def effects(self) -> Effects:
        return {self._fact: (parameters_digest(self.parameters),)}


@dataclass(frozen=True, kw_only=True)
class UpdateConstraint(OfConstraint):
    """Change what a constraint says, and wait until it holds."""

    phase: ClassVar[int] = 6

    id: str
    parameters: Mapping[str, Any]

    def effects(self) -> Effects:
        return {self._fact: (parameters_digest(self.parameters),)}


@dataclass(frozen=True, kw_only=True)
class DeleteConstraint(OfConstraint):
    """Delete a constraint."""

    sign: ClassVar[Sign] = "-"
    phase: ClassVar[int] = 4

    id: str

    def effects(self) -> Effects:
        return {self._fact: (None,)}
