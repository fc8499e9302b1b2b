"""One resource of a stack as it stands, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException

Record = Callable[["Made", str, str | None], None]
"""Takes a resource, what became of it, and why: one stack event."""


class ResourceError(Exception):
    """A resource could not be made, changed or deleted."""

    def __init__(self, logical_id: str, reason: str, *, undone: bool = False) -> None:
        super().__init__(f"{logical_id}: {reason}")
        self.logical_id = logical_id
        self.reason = reason
        self.undone = undone
        """Whether everything is as it was before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A resource as it stands."""

    logical_id: str
    definition: dict[str, Any]
    """The resource as the template has it, resolved."""
    resource: Any
    """moto's object, or nothing while it is being made."""

    @property
    def kind(self) -> str:
        return str(self.definition["Type"])

    @property
    def physical_id(self) -> str:
        return str(getattr(self.resource, "physical_resource_id", ""))


def is_retained(made: Made, policy: str) -> bool:
    """Whether a policy keeps a resource that its stack lets go of.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    return made.definition.get(policy) in ("Retain", "RetainExceptOnCreate")


def reason_of(error: Exception) -> str:
    """Why a resource failed, in the words and with the code of the service that refused."""
    if isinstance(error, ServiceException):
        return f"{error.message} ({error.code})"
    return f"{type(error).__name__}: {error}"
