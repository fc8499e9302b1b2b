"""One change, made: which calls of Service Catalog's it takes, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.release import changes
from compiler.release.apply import access, portfolio, version
from compiler.release.apply.site import PATIENCE, PAUSE, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.release.changes import Change

__all__ = ["PATIENCE", "PAUSE", "Site", "apply"]

_MAKING: Mapping[type[Change], Callable[[Site, Any], None]] = {
    changes.CreatePortfolio: portfolio.create_portfolio,
    changes.UpdatePortfolio: portfolio.update_portfolio,
    changes.AssociateProduct: portfolio.associate_product,
    changes.DisassociateProduct: portfolio.disassociate_product,
    changes.CreateTagOption: portfolio.create_tag_option,
    changes.AssociateTagOption: portfolio.associate_tag_option,
    changes.DisassociateTagOption: portfolio.disassociate_tag_option,
    changes.CreateConstraint: portfolio.create_constraint,
    changes.UpdateConstraint: portfolio.update_constraint,
    changes.DeleteConstraint: portfolio.delete_constraint,
    changes.UpdateProduct: portfolio.update_product,
    changes.AdoptProduct: portfolio.adopt_product,
    changes.EndRollback: portfolio.end_rollback,
    changes.CreateProduct: version.create_product,
    changes.CreateVersion: version.create_version,
    changes.FinishVersion: version.finish_version,
    changes.DescribeVersion: version.describe_version,
    changes.RenameVersion: version.rename_version,
    changes.SetVersion: version.set_version,
    changes.DeleteVersion: version.delete_version,
    changes.AssociatePrincipal: access.associate_principal,
    changes.DisassociatePrincipal: access.disassociate_principal,
    changes.CreateShare: access.create_share,
    changes.UpdateShare: access.update_share,
    changes.DeleteShare: access.delete_share,
}
"""Every change, and what makes it: a test compares it with the closed set."""


def apply(site: Site, change: Change) -> None:
    """Make a change.

    :raises AwsError: where AWS refuses; what was done until then stays, and is seen by a new plan.
    """
    _MAKING[type(change)](site, change)
