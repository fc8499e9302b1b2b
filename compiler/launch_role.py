"""The role that Service Catalog launches products with.

What it is allowed is what CloudFormation's handlers need for the resource types of the products,
and nothing else. It carries no permissions boundary: the one of the personas denies all writes to
IAM, which are its work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import expression
from compiler.entitlement import Entitlement
from compiler.guardrail import rendered
from compiler.handlers import handlers
from compiler.iam import quota
from compiler.launch_permissions import (
    NONE,
    PROPERTIES,
    Grant,
    Older,
    attached,
    for_products,
    limits,
    resource_types,
    stacks,
)
from compiler.render import Launch
from compiler.resolve import comparisons
from compiler.weigh import LONGEST_PSEUDO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from compiler.catalog import Catalog
    from compiler.place import Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaunchRole:
    """The launch role of a catalog."""

    name: str
    resource_types: tuple[str, ...]
    """Those of the products, in order of their names."""

    policies: tuple[tuple[Entitlement, ...], ...]
    """The statements of each of its managed policies; as few policies as they fit into."""


@lru_cache(maxsize=16)
def launch_role(catalog: Catalog, older: Older = NONE) -> LaunchRole | None:
    """The launch role of a catalog that the rules found no error in.

    None where catalog.yaml names no permissions boundary: whoever can make roles without one can
    make an administrator.

    Args:
        catalog: the whole catalog.
        older: what older versions need, whose launches are updated and deleted with the same role.
    """
    if catalog.settings.permissions_boundary is None:
        return None
    kinds = tuple(sorted(resource_types(catalog) | older.resource_types))
    policies = attached(catalog) | older.attached
    needed = frozenset().union(*(handlers(each).needed(PROPERTIES[each]) for each in kinds))
    origin = catalog.settings_place("launch_role")
    allowed = (*stacks(catalog), *_narrowed(for_products(catalog, kinds, policies), needed))
    statements = [_statement(each, "Allow", origin) for each in allowed if each.resources]
    statements += [_statement(each, "Deny", origin) for each in limits(catalog, policies)]
    return LaunchRole(
        name=catalog.settings.launch_role,
        resource_types=kinds,
        policies=tuple(_packed(statements)),
    )


def _narrowed(granted: Iterable[Grant], needed: frozenset[str]) -> Iterator[Grant]:
    """Of each grant, the actions that are needed."""
    for each in granted:
        actions = tuple(action for action in each.actions if action in needed)
        if actions:
            yield replace(each, actions=actions)


def _statement(grant: Grant, effect: Literal["Allow", "Deny"], origin: Place) -> Entitlement:
    return Entitlement(
        sid=grant.sid,
        effect=effect,
        actions=grant.actions,
        resources=tuple(map(expression.parse, grant.resources)),
        except_resources=grant.except_resources,
        conditions=comparisons(grant.conditions),
        origin=origin,
    )


def _packed(statements: Iterable[Entitlement]) -> Iterator[tuple[Entitlement, ...]]:
    """Policies filled one after the other, with what is longest where the names of places are."""
    longest = Launch(
        partition=LONGEST_PSEUDO["AWS::Partition"], account=LONGEST_PSEUDO["AWS::AccountId"]
    ).pseudo()
    held: list[Entitlement] = []
    for each in statements:
        body = [rendered(one, longest) for one in (*held, each)]
        document = {"Version": quota.VERSION, "Statement": body}
        if held and quota.characters(document) > quota.MANAGED_POLICY:
            yield tuple(held)
            held = []
        held.append(each)
    yield tuple(held)
