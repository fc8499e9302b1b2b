"""A portfolio, as a file of a catalog says it: who may launch which products, and how."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - decode reads the annotations
from dataclasses import dataclass, field
from typing import Annotated, Literal

from compiler.decode import Many, Text
from compiler.iam import quota
from compiler.vocabulary import Names, Tags, Title  # noqa: TC001 - as above

LaunchRole = Annotated[
    str,
    Text(
        pattern=r"^(arn:aws[a-z-]*:iam::[0-9]{12}:role/([A-Za-z0-9._-]+/)*)?[A-Za-z0-9+=,.@_-]{1,64}$",
        hint="the name of a role in every launching account, or the ARN of one role",
    ),
]
Topics = tuple[Annotated[str, Text(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:\S+$")], ...]
TagUpdates = Literal["allowed", "forbidden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A product in a portfolio: its constraints, where they are not the portfolio's."""

    launch_role: LaunchRole | None = None
    """The role that launches run with, where it is not the portfolio's."""

    tag_updates: TagUpdates | None = None
    """Whether the tags of a launch may be changed, where that is not as the portfolio says."""

    notifications: Topics | None = None
    """Topics that are told of every event of the stacks, in place of the portfolio's."""

    pin: Mapping[str, Names] = field(default_factory=dict)
    """Launch parameter to the whole values, one of which a launch must give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """To whom a portfolio is shared: one account, one organizational unit, or an organization."""

    account: Annotated[str | None, Text(pattern=r"^[0-9]{12}$")] = None
    """One account, which has to accept the portfolio."""

    organizational_unit: Annotated[
        str | None, Text(pattern=r"^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$")
    ] = None
    organization: Annotated[str | None, Text(pattern=r"^o-[a-z0-9]{10,32}$")] = None
    principals: bool = False
    """Whether its principals, by the names of their roles, get in there too."""

    tag_options: bool = False
    """Whether its TagOptions hold there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Products that the same people may launch."""

    title: Title
    """What people call it."""

    description: Annotated[str, Text(least=1, most=2_000)]
    """Whom it is for."""

    provider: Annotated[str | None, Text(least=1, most=50)] = None
    """Who answers for it, where that is not the provider of catalog.yaml."""

    products: Annotated[Mapping[str, Listing], Many(least=1)]
    """Personas, each with what holds for it alone here; `{}` where nothing does."""

    principals: tuple[
        Annotated[str, Text(most=1_000, pattern=r"^arn:aws[a-z-]*:iam::([0-9]{12})?:\S+$")], ...
    ] = ()
    """Who may launch: the ARN of a role, user or group; or, with an empty account, a pattern."""

    launch_role: LaunchRole | None = None
    """The role that launches run with, where that is not the one of catalog.yaml."""

    tag_updates: TagUpdates = "allowed"
    """Whether the tags of a launch may be changed."""

    notifications: Topics = ()
    """Topics that are told of every event of the stacks."""

    tag_options: Mapping[
        Annotated[str, Text(least=1, most=128)],
        Annotated[tuple[Annotated[str, Text(least=1, most=256)], ...], Many(least=1)],
    ] = field(default_factory=dict)
    """Tags that a launch must choose a value of."""

    shares: tuple[Share, ...] = ()
    """Who gets it beside the account that publishes it."""

    regions: tuple[Annotated[str, Text(pattern=r"^[a-z]{2,5}(-[a-z]+)+-[0-9]$")], ...] = ()
    """Where it is published, where that is not every Region of catalog.yaml."""

    tags: Annotated[Tags, Many(most=quota.TAGS)] = field(default_factory=dict)
    """Tags of its launches, beside those of catalog.yaml."""
