"""The sections of a template that depend on what its product makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troposphere import Tags

from compiler.emit.names import TAG_PREFIX

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements
    from compiler.template import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Sections of a template, as JSON."""

    conditions: Body = field(default_factory=dict)
    rules: Body = field(default_factory=dict)
    resources: Body
    outputs: Body

    def __or__(self, other: Sections) -> Sections:
        """The sections of both."""
        return Sections(
            conditions={**self.conditions, **other.conditions},
            rules={**self.rules, **other.rules},
            resources={**self.resources, **other.resources},
            outputs={**self.outputs, **other.outputs},
        )


def tags_of(entitlements: Entitlements) -> Tags:
    """The tags of everything that a product makes: the catalog's, and which persona it is."""
    return Tags(
        {
            **entitlements.tags,
            f"{TAG_PREFIX}persona": entitlements.persona,
            f"{TAG_PREFIX}version": entitlements.version,
        }
    )
