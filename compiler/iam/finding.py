"""What a comparison of policies finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compiler.iam.document import Statement
    from compiler.iam.request import Request
    from compiler.pattern import Node

PARTITIONS = (
    "aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f",
)  # fmt: skip
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

Verdict = Literal["equal", "wider", "narrower", "changed", "unknown"]
Values = Mapping[str, tuple[str, ...]]
"""Hole to its values: several where a launch parameter is a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """Which requests there are, and what is known of holes."""

    partition: str = "aws"
    region: str = "eu-west-1"
    account: str = "111122223333"
    """The account of the principal: `aws:PrincipalAccount` is this one in every request. Partition
    and Region are those that witnesses prefer."""

    partitions: tuple[str, ...] = PARTITIONS
    """The partitions that there are: a role's own alone, where it is known."""

    holes: Mapping[str, Node] = field(default_factory=dict)
    """Hole to the pattern of one value. A hole that is not named here may be any text."""

    most: Mapping[str, int] = field(default_factory=dict)
    """Hole to how many values it may have at most, where that is more than one."""

    careful: bool = False
    """Whether keys that no documentation names may be in requests too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One request that is decided differently, and the values of the holes that make it so."""

    request: Request
    parameters: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Requests that one side allows and the other does not."""

    actions: tuple[str, ...]
    """As AWS spells them, in order of their names. An action that AWS has not made yet stands for
    all of them: `s3:*` means whatever S3 may add."""

    allowing: Statement
    """The statement that allows them on the one side."""

    opposing: tuple[Statement, ...]
    """Statements of the other side that are about the actions, and do not allow these requests."""

    witness: Witness
    wide_only: bool = False
    """Whether such a request needs a name with a colon in it, which only the wide reading of `*`,
    across the segments of an ARN, lets match. Most services take no such names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A question that could not be decided within the limits: never to be taken for a no."""

    actions: tuple[str, ...]
    allowing: Statement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The exact difference of two accesses."""

    gained: Sequence[Finding]
    lost: Sequence[Finding]
    unknown: Sequence[Unknown]

    @property
    def verdict(self) -> Verdict:
        """In one word. What is unknown is never equal."""
        if self.unknown:
            return "unknown"
        if self.gained and self.lost:
            return "changed"
        return "wider" if self.gained else "narrower" if self.lost else "equal"
