"""What CloudFormation calls for a resource, with the permissions of the stack's role.

A stack that has a role makes its resources with nothing but what the role is allowed. moto's models
do what they are told; here the calls are asked about that AWS's handlers make for the same.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from moto.cloudformation.exceptions import ValidationError
from moto.utilities.utils import get_partition

from compiler.sandbox.authorisation import require
from compiler.sandbox.cloudformation.registry import model_of

if TYPE_CHECKING:
    from compiler.sandbox.cloudformation.plan import Place

Handler = Literal["create", "read", "update", "delete"]
Properties = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """A resource that a handler is at."""

    name: str
    """Its physical name before it is made, its physical id from then on."""

    properties: Properties
    previous: Properties = field(default_factory=dict)
    """Before an update."""

    account_id: str
    region: str

    @property
    def partition(self) -> str:
        """That of its Region."""
        return str(get_partition(self.region))

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tags that it has, or is about to have."""
        return list((self.previous or self.properties).get("Tags", []))

    def added_tags(self) -> list[dict[str, str]]:
        """The tags that an update gives it, or changes."""
        before = self.previous.get("Tags", [])
        return [each for each in self.properties.get("Tags", []) if each not in before]


def authorise(
    role_arn: str | None,
    handler: Handler,
    definition: Mapping[str, Any],
    name: str,
    place: Place,
    previous: Properties | None = None,
) -> None:
    """Refuse what the role of a stack may not do for a resource; a stack without one may do all.

    What is made or changed is read too, for its attributes. All is asked about before anything is
    done: a resource that is refused halfway leaves nothing behind on AWS either.

    :param definition: the resource as the template has it, resolved.
    :param name: its physical name before it is made, its physical id from then on.
    :param previous: its properties before an update.
    :raises AccessDenied: in AWS's words.
    :raises ValidationError: for a type whose calls the sandbox does not know.
    """
    if role_arn is None:
        return
    kind = definition["Type"]
    model = model_of(kind)
    if not hasattr(model, "calls"):
        raise ValidationError(
            message=f"the sandbox does not know what CloudFormation calls for {kind}: a stack "
            "that makes one can have no role here"
        )
    handled = Handled(
        name=name,
        properties=definition["Properties"],
        previous=previous or {},
        account_id=place.account_id,
        region=place.region,
    )
    handlers = (handler,) if handler == "delete" else (handler, "read")
    for call in (each for one in handlers for each in model.calls(one, handled)):
        # IAM and Identity Center's permission sets have no Region in their ARNs.
        region = call.resource.split(":")[3] if call.resource.count(":") > 3 else ""  # noqa: PLR2004 - what an ARN has
        keys = {"aws:RequestedRegion": region or "us-east-1", **call.context}
        require(role_arn, call.action, call.resource, keys)
