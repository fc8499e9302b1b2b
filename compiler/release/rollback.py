"""Go back to an earlier version at once: flags are flipped, and every id is kept.

The catalog still says otherwise then. The product is marked, so that no publish undoes it before
the catalog says the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.hub import ROLLED_BACK_TAG
from compiler.release.changes import SetVersion
from compiler.release.plan_product import unmerged
from compiler.semver import ordered

if TYPE_CHECKING:
    from compiler.release.aws import Aws
    from compiler.release.desired import Product
    from compiler.release.state import HeldProduct


class RollbackError(ValueError):
    """A rollback that cannot be; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What a rollback of one product does in one Region."""

    product: HeldProduct
    to: str
    changes: tuple[SetVersion, ...]


def plan_rollback(product: HeldProduct, to: str) -> Rollback:
    """Say which flags a rollback flips: the version is offered again, all later ones withdrawn.

    Raises:
        RollbackError: where there is no such version, or it was never tested.
    """
    of_ours = [each for each in product.versions if each.sha256]
    target = next((each for each in of_ours if each.name == to), None)
    if target is None:
        names = ", ".join(dict.fromkeys(each.name for each in of_ours)) or "none of ours"
        raise RollbackError(f"{product.slug} has no version {to}; it has {names}")
    if target.is_pending:
        raise RollbackError(f"{product.slug} {to} was never tested: run 'personac publish' first")
    why = "rollback"
    changes = []
    if target.lifecycle != "active":
        changes.append(
            SetVersion(
                product=product.slug, version=to, id=target.id, old=target.lifecycle, new="active",
                why=why,
            )
        )  # fmt: skip
    changes += [
        SetVersion(
            product=product.slug, version=each.name, id=each.id, old=each.lifecycle, new="retired",
            why=why,
        )
        for each in of_ours
        if ordered(each.name) > ordered(to) and each.lifecycle != "retired"
    ]  # fmt: skip
    return Rollback(product=product, to=to, changes=tuple(changes))


def mark(aws: Aws, rollback: Rollback) -> None:
    """Mark a product as rolled back, before any flag is flipped: no publish undoes it then.

    Raises:
        AwsError: where AWS refuses.
    """
    tags = [{"Key": ROLLED_BACK_TAG, "Value": rollback.to}]
    aws.call("servicecatalog", "UpdateProduct", Id=rollback.product.id, AddTags=tags)


def catalog_change(rollback: Rollback, product: Product) -> dict[str, str]:
    """What the catalog has to say of versions, so that the rollback lasts.

    Args:
        rollback: what was done.
        product: what output/ says of it.

    Returns:
        Version to lifecycle, of those of which output/ says otherwise.
    """
    marked = {**rollback.product.tags, ROLLED_BACK_TAG: rollback.to}
    return unmerged(product, replace(rollback.product, tags=marked))
