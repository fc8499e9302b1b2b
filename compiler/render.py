"""Resolve a template's intrinsic functions: the IAM documents that a launch makes.

The same for any template of ours, compiled just now or years ago: it reads the template alone. What
it cannot resolve is an error that names the place, never a guess.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.intrinsics import RenderError, Resolver

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from compiler.template import Body

SUFFIXES = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
"""What the names of AWS's hosts end in, by partition, where it is not amazonaws.com."""

_PARTITIONS = {
    "cn-": "aws-cn",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
}
"""How the names of Regions begin, by partition, but for `aws`."""

PARTITIONS = ("aws", *_PARTITIONS.values())
"""All of AWS's partitions."""

_UNREAD = {
    "AWS::CloudFormation::Stack": "what it makes stands in another template",
    "AWS::IAM::Policy": "only policies of the role itself and managed policies are",
    "AWS::IAM::RolePolicy": "only policies of the role itself and managed policies are",
}
"""Types of resources that can give a role permissions, and why they are not read: to pass over them
would be to say that they give none."""

_DOCUMENTS = {
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::SSO::PermissionSet": "InlinePolicy",
}
"""Types of resources that hold a policy document of their own, and the property that does."""

_NUMBERED = re.compile(r"([^0-9]*)([0-9]*)")
_REFERRED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


class DomainError(RenderError):
    """The template makes a Studio domain: it can be launched, and gives nobody permissions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Where a launch takes place, and with which values."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    """Launch parameter to value; lists are comma-separated, as the form takes them."""

    partition: str = "aws"
    region: str = "eu-west-1"
    account: str = "111122223333"
    stack: str = "persona"
    """The name of the stack."""

    identifier: str = "00000000-0000-0000-0000-000000000000"
    """The last part of the stack's id."""

    def pseudo(self) -> dict[str, str]:
        """The pseudo parameters.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
        """
        suffix = SUFFIXES.get(self.partition, "amazonaws.com")
        where = f"{self.region}:{self.account}"
        stack = f"stack/{self.stack}/{self.identifier}"
        return {
            "AWS::AccountId": self.account,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackName": self.stack,
            "AWS::StackId": f"arn:{self.partition}:cloudformation:{where}:{stack}",
            "AWS::URLSuffix": suffix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A policy document and the name that the template has for it."""

    name: str
    document: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What IAM holds after a launch."""

    trust: Body | None
    """None where the template makes no role, but what people themselves may do."""

    policies: tuple[Document, ...]
    managed_policy_arns: tuple[str, ...]
    """AWS managed policies; the role's own are in `policies`."""

    permissions_boundary: str | None
    outputs: Mapping[str, str]
    tags: Mapping[str, str]
    """The tags of the role. One whose value only AWS knows is not among them."""


def partition_of(region: str) -> str:
    """The partition of a Region, by its name."""
    known = (partition for prefix, partition in _PARTITIONS.items() if region.startswith(prefix))
    return next(known, "aws")


def render(body: Body, launch: Launch) -> Rendered:
    """Resolve a template of a role, or of what people themselves may do.

    Args:
        body: the template, as JSON has it.
        launch: the values and the place.

    Raises:
        ParameterError: for values that CloudFormation would refuse: unknown, missing, not of the
            pattern, or against a Rule.
        RenderError: for a function that is not known, or used in a way that AWS refuses.
    """
    with malformed_refused():
        refuse_domain(body)
        resolver = Resolver(body, launch.parameters, launch.pseudo())
        resolver.refuse_values()
        return resolved(body, resolver)


@contextmanager
def malformed_refused() -> Iterator[None]:
    """Say in our own words that a template is not of the form that CloudFormation takes.

    Raises:
        RenderError: where something inside stumbled over it.
    """
    try:
        yield
    except (AttributeError, LookupError, RecursionError, TypeError, re.error) as error:
        message = "the template is not of the form that CloudFormation takes"
        # What Python says of the others means nothing to who wrote the template.
        why = ""
        if isinstance(error, KeyError):
            why = f": something has no {error.args[0]}"
        elif isinstance(error, RecursionError):
            why = ": it is nested too deep"
        raise RenderError(f"{message}{why}") from error


def resolved(body: Body, resolver: Resolver) -> Rendered:
    """Resolve a template by a resolver whose values nothing was found wrong with; see `render`."""
    if "Transform" in body:
        message = "the template has a Transform: what CloudFormation makes of it is not known here"
        raise RenderError(message)
    refuse_domain(body)
    resources = body.get("Resources", {})
    standing = {
        name: (each["Type"], resolver.value(each.get("Properties", {}), ("Resources", name)))
        for name, each in resources.items()
        if "Condition" not in each or resolver.condition(each["Condition"])
    }
    for name, (kind, _) in standing.items():
        why = "it is a module" if kind.endswith("::MODULE") else _UNREAD.get(kind)
        if why:
            raise RenderError(f"Resources.{name}: {kind} is not read: {why}")
    role = _role(body, [each for kind, each in standing.values() if kind == "AWS::IAM::Role"])
    made = {} if role is None else role
    attached = made.get("ManagedPolicyArns", [])
    for each in attached:
        kind, _ = standing.get(getattr(each, "resource", ""), ("", None))
        if not isinstance(each, str) and kind != "AWS::IAM::ManagedPolicy":
            message = f"the role attaches {each}, which is not known here"
            raise RenderError(message)
    own = tuple(
        Document(name=name, document=each[_DOCUMENTS[kind]])
        for name, (kind, each) in sorted(standing.items(), key=lambda item: _counted(item[0]))
        if kind in _DOCUMENTS
    )
    inline = tuple(
        Document(name=each["PolicyName"], document=each["PolicyDocument"])
        for each in made.get("Policies", [])
    )
    return Rendered(
        trust=None if role is None else role["AssumeRolePolicyDocument"],
        policies=own + inline,
        managed_policy_arns=tuple(each for each in attached if isinstance(each, str)),
        permissions_boundary=made.get("PermissionsBoundary"),
        outputs={
            name: each
            for name, output in body.get("Outputs", {}).items()
            if "Condition" not in output or resolver.condition(output["Condition"])
            if isinstance(each := resolver.value(output["Value"], ("Outputs", name)), str)
        },
        tags={
            each["Key"]: each["Value"]
            for each in made.get("Tags", [])
            if isinstance(each["Value"], str)
        },
    )


def of_one_role(body: Body, role: str) -> Body:
    """A template of several roles, as if it made but one of them.

    The other roles are left out, and with them the policies that they alone attach, and the outputs
    about them.

    Args:
        body: the template.
        role: the logical id of the role.

    Raises:
        RenderError: where the template makes no such role.
    """
    with malformed_refused():
        resources = body["Resources"]
        roles = sorted(name for name, each in resources.items() if each["Type"] == "AWS::IAM::Role")
        if role not in roles:
            there_are = f"its roles are {', '.join(roles)}" if roles else "it makes none"
            raise RenderError(f"the template makes no role '{role}'; {there_are}")
        gone = {each for each in roles if each != role}
        attached = frozenset().union(*(_named(resources[each], resources) for each in gone))
        gone |= {
            each
            for each in attached - _named(resources[role], resources)
            if resources[each]["Type"] == "AWS::IAM::ManagedPolicy"
        }
        outputs = body.get("Outputs", {})
        return {
            **body,
            "Resources": {name: each for name, each in resources.items() if name not in gone},
            "Outputs": {name: each for name, each in outputs.items() if not _named(each, gone)},
        }


def _named(node: object, names: Collection[str]) -> frozenset[str]:
    """Those of some names that stand in a part of a template, as a text or in one of Fn::Sub."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return frozenset().union(*(_named(each, names) for each in node))
    if not isinstance(node, str):
        return frozenset()
    return frozenset({node, *_REFERRED.findall(node)} & set(names))


def refuse_domain(body: Body) -> None:
    """Say of the template of a Studio domain that it gives nobody permissions.

    Raises:
        DomainError: where it is one.
    """
    if _kind(body) == "domain":
        message = "the template makes a Studio domain, and no role or policy"
        raise DomainError(message)


def _kind(body: Body) -> str:
    """What the template says that it makes."""
    metadata = body.get("Metadata")
    about = metadata.get("personac") if isinstance(metadata, dict) else None
    return str(about.get("kind", "role")) if isinstance(about, dict) else "role"


def _role(body: Body, roles: list[Body]) -> Body | None:
    """The properties of the one role; None where the template says that it makes none."""
    if _kind(body) == "access" and not roles:
        return None
    if len(roles) != 1:
        message = f"the template makes {len(roles)} roles; it has to make one"
        if roles:
            message += ": which one is meant is told as FILE#ROLE, by its logical id"
        raise RenderError(message)
    return roles[0]


def _counted(name: str) -> list[tuple[str, int]]:
    """Policy10 comes after Policy9, though not in the canonical order of a file."""
    return [(text, int(number or 0)) for text, number in _NUMBERED.findall(name)]
