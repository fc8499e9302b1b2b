"""Changes of a portfolio: its words, what it holds, its TagOptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from compiler.release.changes.change import Change, OfListing, OfPortfolio, Update
from compiler.release.facts import THERE, path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.changes.change import Effects, Sign


@dataclass(frozen=True, kw_only=True)
class CreatePortfolio(OfPortfolio):
    """Make a portfolio."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 1

    title: str
    description: str
    provider: str
    tags: Mapping[str, str]

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: '{self.title}'"

    def effects(self) -> Effects:
        top = ("portfolio", self.portfolio)
        made: Effects = {path(*top): (THERE,)}
        for name in ("title", "description", "provider"):
            made[path(*top, name)] = (getattr(self, name),)
        return made | {path(*top, "tag", key): (value,) for key, value in self.tags.items()}


@dataclass(frozen=True, kw_only=True)
class UpdatePortfolio(Update, OfPortfolio):
    """New words or tags for a portfolio."""

    phase: ClassVar[int] = 1

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: {self._what()}"

    def effects(self) -> Effects:
        return self._effects(("portfolio", self.portfolio))


@dataclass(frozen=True, kw_only=True)
class AssociateProduct(OfListing):
    """Put a product into a portfolio."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 5

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: product {self.product}"

    def effects(self) -> Effects:
        return {path("portfolio", self.portfolio, "product", self.product): (THERE,)}


@dataclass(frozen=True, kw_only=True)
class DisassociateProduct(OfListing):
    """Take a product out of a portfolio."""

    sign: ClassVar[Sign] = "-"
    phase: ClassVar[int] = 5

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: product {self.product}"

    def effects(self) -> Effects:
        return {path("portfolio", self.portfolio, "product", self.product): (None,)}


@dataclass(frozen=True, kw_only=True)
class CreateTagOption(Change):
    """Make a TagOption."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 1

    key: str
    value: str

    @property
    def subjects(self) -> tuple[str, ...]:
        return (f"tag option {self.key}",)

    @property
    def text(self) -> str:
        return f"tag option {self.key}={self.value}"

    def effects(self) -> Effects:
        return {path("tag-option", self.key, self.value): ("active",)}


@dataclass(frozen=True, kw_only=True)
class OfTagOption(OfPortfolio):
    """A change of a portfolio's TagOptions."""

    phase: ClassVar[int] = 7

    key: str
    value: str

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: tag option {self.key}={self.value}"

    @property
    def _fact(self) -> str:
        return path("portfolio", self.portfolio, "tag-option", self.key, self.value)


@dataclass(frozen=True, kw_only=True)
class AssociateTagOption(OfTagOption):
    """Ask launches from a portfolio for a tag."""

    sign: ClassVar[Sign] = "+"

    def effects(self) -> Effects:
        return {self._fact: (THERE,)}


@dataclass(frozen=True, kw_only=True)
class DisassociateTagOption(OfTagOption):
    """No longer ask launches from a portfolio for a tag."""

    sign: ClassVar[Sign] = "-"

    def effects(self) -> Effects:
        return {self._fact: (None,)}
