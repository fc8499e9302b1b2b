"""A compiled template: plain JSON, and which line of the catalog each part of it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.place import Place

Body = dict[str, Any]
"""A CloudFormation template, as JSON has it."""

TemplatePath = tuple[str | int, ...]
"""Keys and indices that lead to a part of a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A template, whatever it makes."""

    body: Body = field(repr=False)
    origins: Mapping[TemplatePath, Place] = field(repr=False)
    """Where parts of the template come from; a part not named comes from where its parent does."""

    def origin(self, path: TemplatePath) -> Place:
        """The place in the catalog that caused a part of the template."""
        while path not in self.origins:
            path = path[:-1]
        return self.origins[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Compiled):
    """One product's template."""

    persona: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTemplate(Compiled):
    """What an account needs once: one that launches, or the hub that publishes."""

    name: str
    folder: Literal["account", "hub"] = "account"
