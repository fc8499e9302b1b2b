"""What every change of a plan has: a sign, a phase, its subjects, and the facts that it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from compiler.release.facts import path

if TYPE_CHECKING:
    from collections.abc import Mapping

Sign = Literal["+", "~", "-"]
Effects = dict[str, tuple[str | None, ...]]
"""Fact to the values that it takes while the change is made, the last one for good; None: gone."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing to do. What it is about is named by our words; ids come from the state."""

    sign: ClassVar[Sign] = "~"
    phase: ClassVar[int]
    """Changes are made phase by phase: nothing is offered before what guards it is there."""

    why: str = ""
    """What made the plan hold it."""

    drift: bool = False
    """Whether what is there differs from what the last publish left behind."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it is about, as `product data-scientist`; a failure holds back what follows."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What it does, for people."""
        raise NotImplementedError

    def effects(self) -> Effects:
        """Which facts it changes."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class OfProduct(Change):
    """A change of a product."""

    product: str

    @property
    def subjects(self) -> tuple[str, ...]:
        return (f"product {self.product}",)


@dataclass(frozen=True, kw_only=True)
class OfPortfolio(Change):
    """A change of a portfolio."""

    portfolio: str

    @property
    def subjects(self) -> tuple[str, ...]:
        return (f"portfolio {self.portfolio}",)


@dataclass(frozen=True, kw_only=True)
class OfListing(Change):
    """A change of a product in a portfolio."""

    portfolio: str
    product: str

    @property
    def subjects(self) -> tuple[str, ...]:
        return (f"product {self.product}", f"portfolio {self.portfolio}")


@dataclass(frozen=True, kw_only=True)
class Update(Change):
    """New words or tags for what is there."""

    sign: ClassVar[Sign] = "~"

    fields: Mapping[str, str] = field(default_factory=dict)
    """What of title, description, provider or owner is new, and what it is."""

    add_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()

    def _what(self) -> str:
        tags = [f"tag {each}" for each in (*self.add_tags, *self.remove_tags)]
        return ", ".join([*self.fields, *tags])

    def _effects(self, top: tuple[str, str]) -> Effects:
        made: Effects = {path(*top, name): (value,) for name, value in self.fields.items()}
        made |= {path(*top, "tag", key): (value,) for key, value in self.add_tags.items()}
        return made | {path(*top, "tag", key): (None,) for key in self.remove_tags}
