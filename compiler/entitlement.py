"""What a persona is entitled to: every statement of it, before policies are packed.

Between `resolve` and `emit` these are the only words. Values are compared by identity, so that what
many personas share is made, measured and emitted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from compiler.expression import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Quotas, Storage
    from compiler.expression import Expression
    from compiler.pattern import Node
    from compiler.place import Place

Comparison = tuple[str, tuple[tuple[str, tuple["Expression", ...]], ...]]
"""One condition operator, and for each key the values that it is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entitlement:
    """One statement of a permissions policy."""

    sid: str
    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    resources: tuple[Expression, ...]
    except_resources: bool = False
    """Whether the statement is about everything but its resources (NotResource)."""

    conditions: tuple[Comparison, ...] = ()
    when: str | None = None
    """The optional control that the statement exists with; None where it always exists."""

    origin: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assumption:
    """One statement of a trust policy."""

    sid: str
    effect: Literal["Allow", "Deny"]
    principals: tuple[tuple[str, tuple[Expression, ...]], ...]
    actions: tuple[str, ...]
    conditions: tuple[Comparison, ...] = ()
    origin: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaunchParameter:
    """A parameter as one persona asks for it."""

    name: str
    label: str
    group: str
    description: str
    node: Node
    """The pattern of one value."""

    allowed_pattern: str
    """The regular expression that holds the whole value, anchored at both ends."""

    max_items: int | None
    """How many values at most; None where the parameter takes one value and is no list."""

    optional: bool
    """Whether it may be left empty."""

    default: str | None
    origin: Place

    @property
    def is_list(self) -> bool:
        """Whether the value is several values, separated by commas."""
        return self.max_items is not None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Switch:
    """An optional control: it is on when any of its parameters is given."""

    control: str
    title: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entitlements:
    """One persona, resolved."""

    persona: str
    title: str
    description: str
    version: str
    catalog: str
    """The name of the catalog that it is from."""

    role_path: str
    role_name_prefix: str | None
    permissions_boundary: str | None
    session_duration: int
    """Seconds."""

    tags: Mapping[str, str]
    storage: Storage
    quotas: Quotas
    trust: tuple[Assumption, ...]
    statements: tuple[Entitlement, ...]
    managed_policies: tuple[str, ...]
    """AWS managed policies, by path and name."""

    parameters: Mapping[str, LaunchParameter]
    switches: Mapping[str, Switch]
    """The optional controls, by id."""

    activities: Mapping[str, tuple[Entitlement, ...]]
    """The statements of each activity, for messages that say what to drop."""

    execution_roles: str | None
    """The parameter that names the roles that may be passed."""

    origin: Place
    """The persona's file."""

    settings_origin: Place
    """The file of what holds for every persona."""


@lru_cache(maxsize=65_536)
def pascal(identifier: str) -> str:
    """`manage-ml-jobs` as the names of IAM and CloudFormation have it: `ManageMlJobs`."""
    return "".join(word.capitalize() for word in identifier.split("-"))


@lru_cache(maxsize=65_536)
def meaning(entitlement: Entitlement) -> str:
    """What a statement grants or denies, and when: two of equal meaning are needed once.

    A text, since a text is hashed once, and statements are compared for every persona.
    """
    return repr(
        (
            entitlement.effect,
            entitlement.actions,
            entitlement.resources,
            entitlement.except_resources,
            entitlement.conditions,
            entitlement.when,
        )
    )


@lru_cache(maxsize=65_536)
def parameters_of(entitlement: Entitlement) -> tuple[str, ...]:
    """The launch parameters that a statement depends on, in the order that it names them."""
    compared = (
        value for _, keys in entitlement.conditions for _, values in keys for value in values
    )
    return tuple(
        dict.fromkeys(name for each in (*entitlement.resources, *compared) for name in names(each))
    )
