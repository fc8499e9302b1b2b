"""What can be asked about: a template or a policy document, and the policies that it holds.

A template holds policies only once its parameters have values: here those of one launch. `cases`
leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from compiler.iam import document
from compiler.iam.request import Access
from compiler.iam.text import HOLE_BEGIN, HOLE_END
from compiler.intrinsics import RenderError
from compiler.managed import ManagedPolicy, attached_name
from compiler.render import DomainError, render

if TYPE_CHECKING:
    from compiler.iam.document import Kind, Policy
    from compiler.render import Launch, Rendered
    from compiler.template import Body

Attached = Callable[[str], ManagedPolicy]
"""Gives an AWS managed policy by its path and name, and raises SubjectError where it cannot."""

TRUST = "trust"
"""The name of a role's trust policy."""


class SubjectError(ValueError):
    """A subject that cannot be used; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that says who may do what."""

    name: str
    """As the user named it."""

    kind: Literal["template", "policy"]
    body: Body = field(repr=False)
    version: str | None = None
    source: str
    """Where it was read, for people."""

    places: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sid to the line of the catalog that it comes from, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The policies of a subject, read."""

    identity: Access | None
    """None where the subject is a trust policy."""

    trust: Access | None
    """None where the subject is no role."""

    notes: tuple[str, ...] = ()
    """What was not looked at."""

    unread_boundary: str | None = None
    """The permissions boundary whose document is not at hand, where there is one."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """The tags of the role: each of its requests has them, as aws:PrincipalTag/KEY."""


def launched(
    subject: Subject, launch: Launch, attached: Attached, boundary: Policy | None = None
) -> Held:
    """The policies that a launch of a subject makes; a policy document is what it is.

    Args:
        subject: what is asked about.
        launch: the values and the place.
        attached: gives the AWS managed policies that a template attaches.
        boundary: the permissions boundary, where its document is at hand.

    Raises:
        ParameterError: for values that CloudFormation would refuse.
        SubjectError: where the subject cannot be read or resolved.
    """
    if subject.kind == "policy":
        return plain(subject, boundary)
    try:
        rendered = render(subject.body, launch)
    except RenderError as error:
        raise unrendered(subject.name, error) from error
    return of_role(subject.name, rendered, attached, boundary)


def unrendered(subject: str, error: RenderError) -> SubjectError:
    """Why a template gives no policies, as it is told to the user."""
    if isinstance(error, DomainError):
        return SubjectError(f"{subject} makes a Studio domain, and no role or policy")
    return SubjectError(readable(f"{subject} cannot be rendered: {error}"))


def plain(subject: Subject, boundary: Policy | None = None) -> Held:
    """A policy document: an identity policy, or a trust policy, which alone names principals.

    Raises:
        SubjectError: where it is neither.
    """
    kind = _kind(subject.body)
    policy = parsed(subject.body, subject.name.removeprefix("aws:"), kind)
    if kind == "trust":
        return Held(identity=None, trust=Access(policies=(policy,)))
    return Held(identity=Access(policies=(policy,), boundary=_bounding(boundary)), trust=None)


def of_role(
    subject: str, rendered: Rendered, attached: Attached, boundary: Policy | None = None
) -> Held:
    """The policies of a role, those of AWS's that it attaches included; or of people themselves.

    Raises:
        SubjectError: where a document cannot be read or is not at hand.
    """
    own = [parsed(each.document, each.name, "identity") for each in rendered.policies]
    theirs = [_attached(subject, arn, attached) for arn in rendered.managed_policy_arns]
    notes: tuple[str, ...] = ()
    bound = None
    if rendered.permissions_boundary and boundary is None:
        bound = readable(str(rendered.permissions_boundary))
        notes = (f"the permissions boundary {bound} is not looked at: it can only take away",)
    return Held(
        identity=Access(policies=(*own, *theirs), boundary=_bounding(boundary)),
        trust=None if rendered.trust is None else _trusting(rendered.trust),
        notes=notes,
        unread_boundary=bound,
        tags=rendered.tags,
    )


def parsed(body: Mapping[str, Any], name: str, kind: Kind) -> Policy:
    """Parse a policy document.

    Raises:
        SubjectError: with the policy's name and the route to what is not understood.
    """
    try:
        return document.parse(body, name=name, kind=kind)
    except document.PolicyError as error:
        raise SubjectError(readable(str(error))) from error


def readable(text: str) -> str:
    """A text with its holes as `${Name}`."""
    for begin, end in ((HOLE_BEGIN, HOLE_END), (ascii(HOLE_BEGIN)[1:-1], ascii(HOLE_END)[1:-1])):
        # As it is, and as Python quotes it.
        text = text.replace(begin, "${").replace(end, "}")
    return text


def _trusting(trust: Body) -> Access:
    return Access(policies=(parsed(trust, TRUST, "trust"),))


def _bounding(boundary: Policy | None) -> tuple[Policy, ...] | None:
    return None if boundary is None else (boundary,)


def _attached(subject: str, arn: str, attached: Attached) -> Policy:
    name = attached_name(arn)
    if name is None:
        message = f"attaches {readable(arn)}, whose document is not at hand: it is none of AWS's"
        raise SubjectError(f"{subject} {message}")
    policy = attached(name)
    return parsed(policy.document, policy.name, "identity")


def _kind(body: Body) -> Kind:
    statements = body.get("Statement")
    several = statements if isinstance(statements, list) else [statements]
    each = next((one for one in several if isinstance(one, dict)), {})
    names_principals = "Principal" in each or "NotPrincipal" in each
    if names_principals and not ("Resource" in each or "NotResource" in each):
        return "trust"
    return "identity"
