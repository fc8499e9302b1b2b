"""What the launch role is allowed, and what limits it whatever is allowed.

The role makes roles and policies, so it would be an administrator in disguise, were it not
confined: to the paths of catalog.yaml, to roles that carry the permissions boundary, to the
policies that personas attach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.launch_permissions.grant import Grant
from compiler.launch_permissions.identities import PATH, identities, limits
from compiler.launch_permissions.older import NONE, Older, older
from compiler.launch_permissions.permission_sets import permission_sets
from compiler.launch_permissions.products import PROPERTIES, attached, products, resource_types
from compiler.launch_permissions.stacks import stacks
from compiler.launch_permissions.studio import studio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.catalog import Catalog

__all__ = [
    "NONE",
    "PATH",
    "PROPERTIES",
    "Grant",
    "Older",
    "attached",
    "for_products",
    "limits",
    "older",
    "products",
    "resource_types",
    "stacks",
]


def for_products(
    catalog: Catalog, kinds: Iterable[str], policies: Iterable[str]
) -> tuple[Grant, ...]:
    """Where each action that a product may need is allowed.

    An action that a schema of the registry lists, and that stands nowhere here, is not allowed: the
    tests tell of it before anything is built with a newer cfn-lint.

    Args:
        catalog: whose settings say where roles stand.
        kinds: the resource types of the products.
        policies: the AWS managed policies that they attach, by path and name.
    """
    return (*identities(catalog, kinds, policies), *studio(), *permission_sets())
