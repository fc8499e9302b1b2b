"""Why nothing allowed a request: the statements that came nearest, and what each of them lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.iam.document import Policy, Principal
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, RequestError
from compiler.iam.text import ANY

if TYPE_CHECKING:
    from compiler.iam.document import Comparison, Kind, Statement
    from compiler.iam.request import Request

_EVERYTHING = ((ANY,),)
_EVERYBODY = (Principal("AWS", "*"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An Allow statement about the action that does not allow the request."""

    statement: Statement
    resource: bool
    """Whether it is about another resource."""

    principal: bool
    """Whether it is about another principal."""

    comparisons: tuple[Comparison, ...]
    """Those of its conditions that are false."""

    @property
    def lacking(self) -> int:
        """How much keeps it from allowing. The resource comes first: it is not a matter of how."""
        return len(self.comparisons) + 2 * (self.resource + self.principal)


def nearest(access: Access, request: Request) -> tuple[Near, ...]:
    """The Allow statements about the action of a request that was denied implicitly.

    Args:
        access: the policies; the boundary is not looked at.
        request: one that they can decide.

    Returns:
        Those that lack least first, in their order.
    """
    found = [
        _near(policy.kind, each, request)
        for policy in access.policies
        for each in policy.statements
        if each.effect == "Allow" and _allows(policy.kind, _bare(each), request)
    ]
    return tuple(sorted(found, key=lambda each: each.lacking))


def _near(kind: Kind, statement: Statement, request: Request) -> Near:
    bare = _bare(statement)
    about = replace(
        bare, resources=statement.resources, except_resources=statement.except_resources
    )
    named = replace(
        bare, principals=statement.principals, except_principals=statement.except_principals
    )
    return Near(
        statement=statement,
        resource=not _allows(kind, about, request),
        principal=not _allows(kind, named, request),
        comparisons=tuple(
            each
            for each in statement.comparisons
            if not _allows(kind, replace(bare, comparisons=(each,)), request)
        ),
    )


def _bare(statement: Statement) -> Statement:
    """A statement of which only the actions are left."""
    return replace(
        statement,
        resources=None if statement.resources is None else _EVERYTHING,
        except_resources=False,
        principals=None if statement.principals is None else _EVERYBODY,
        except_principals=False,
        comparisons=(),
    )


def _allows(kind: Kind, statement: Statement, request: Request) -> bool:
    policy = Policy(name=statement.policy, kind=kind, statements=(statement,))
    try:
        return decide(Access(policies=(policy,)), request).decision == "allowed"
    except RequestError:
        return False
