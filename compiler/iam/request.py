"""What is asked, and of which policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compiler.iam.document import Policy, Principal, Statement

Context = Mapping[str, str | Sequence[str]]
"""Condition key to its value in the request: one text, or several for a key that holds a list."""

Decision = Literal["allowed", "implicitly-denied", "explicitly-denied"]


class RequestError(ValueError):
    """A request that AWS could not have made, or does not document how to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request."""

    action: str
    """As `s3:GetObject`, without wildcards."""

    resource: str = "*"
    """An ARN; `*` for an action that takes no resource. A trust policy does not look at it."""

    context: Context = field(default_factory=dict)
    principal: Principal | None = None
    """Who asks: policies that name principals look at it, and only they."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Access:
    """Policies of one kind that together decide: those of a role, or its trust policy."""

    policies: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None = None
    """The permissions boundary, where there is one: what it does not allow too is not allowed.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the policies, without the boundary's."""
        return tuple(each for policy in self.policies for each in policy.statements)

    @property
    def bounds(self) -> tuple[Statement, ...]:
        """The statements of the boundary."""
        return tuple(each for policy in self.boundary or () for each in policy.statements)
