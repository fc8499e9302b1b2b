"""What a persona is entitled to: every statement of it, before policies are packed.

Between `resolve` and `emit` these are the only words. Values are compared by identity, so that what
many personas share is made, measured and emitted once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from compiler.expression import names, parse
from compiler.gate import OPEN, both, gate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Quotas
    from compiler.expression import Expression
    from compiler.gate import Gate
    from compiler.pattern import Node
    from compiler.place import Place
    from compiler.vocabulary import Kind, Storage

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
    when: Gate = OPEN
    """The switches that the statement exists with, by the names of their Conditions."""

    given: tuple[str, ...] = ()
    """Parameters that may be empty, without which the statement would say nothing."""

    left_out: tuple[str, ...] = ()
    """Parameters that may be empty, whose values the statement then does without."""

    origin: Place

    @property
    def gate(self) -> Gate:
        """What the statement exists with, parameters included."""
        return both(self.when, gate(*map(given_condition, self.given)))


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

    allowed_values: tuple[str, ...] = ()
    """All values that there are, where they can be listed; they take the place of the pattern."""

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

    @property
    def condition(self) -> str:
        """The name of the Condition that says whether it is on."""
        return pascal(self.control)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Option:
    """An optional activity: a launch parameter says yes or no to it."""

    activity: str
    parameter: str

    @property
    def condition(self) -> str:
        """The name of the Condition that says whether it is on."""
        return option_condition(self.activity)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attachment:
    """An AWS managed policy that the role has attached."""

    name: str
    """Path and name."""

    when: Gate = OPEN
    """The switches that it is attached with."""

    origin: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entitlements:
    """One persona, resolved."""

    persona: str
    title: str
    description: str
    version: str
    kind: Kind = "role"
    """What the product makes."""

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
    attachments: tuple[Attachment, ...]
    parameters: Mapping[str, LaunchParameter]
    needed: Mapping[str, Gate] = field(default_factory=dict)
    """Of the parameters that may be left empty, and belong to no control, the switches with which
    they have to be given."""

    switches: Mapping[str, Switch]
    """The optional controls, by id."""

    options: Mapping[str, Option] = field(default_factory=dict)
    """The optional activities, by id."""

    onboards: bool = False
    """Whether a launch can make a Studio user profile beside the role."""

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


EVERYTHING = parse("*")
"""Any resource."""

YES, NO = "yes", "no"
"""What the parameter of an optional activity says."""


@lru_cache(maxsize=4096)
def option_condition(activity: str) -> str:
    """The name of the Condition that says whether an optional activity is on.

    Not the parameter's own name: a template's names are told apart at sight.
    """
    return f"{pascal(activity)}On"


@lru_cache(maxsize=4096)
def given_condition(parameter: str) -> str:
    """The name of the Condition that says whether a parameter that may be empty is given."""
    return f"{parameter}Given"


@lru_cache(maxsize=65_536)
def meaning(entitlement: Entitlement) -> str:
    """What a statement grants or denies, whenever it does: two of equal meaning are needed once.

    A text, since a text is hashed once, and statements are compared for every persona.
    """
    return repr(
        (
            entitlement.effect,
            entitlement.actions,
            entitlement.resources,
            entitlement.except_resources,
            entitlement.conditions,
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
