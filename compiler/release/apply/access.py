"""Principals and shares: who may launch, once everything that guards it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.release.aws import AwsError

if TYPE_CHECKING:
    from compiler.release.apply.site import Site
    from compiler.release.changes import (
        AssociatePrincipal,
        CreateShare,
        DeleteShare,
        DisassociatePrincipal,
        UpdateShare,
    )


def associate_principal(site: Site, change: AssociatePrincipal) -> None:
    """Let somebody launch from a portfolio; where they may already, AWS does nothing."""
    site.call("AssociatePrincipalWithPortfolio", **_principal(site, change))


def disassociate_principal(site: Site, change: DisassociatePrincipal) -> None:
    """No longer let somebody launch from a portfolio."""
    site.call("DisassociatePrincipalFromPortfolio", **_principal(site, change))


def create_share(site: Site, change: CreateShare) -> None:
    """Share a portfolio."""
    _shared(site, "CreatePortfolioShare", change)


def update_share(site: Site, change: UpdateShare) -> None:
    """Change what is shared with a portfolio."""
    _shared(site, "UpdatePortfolioShare", change)


def delete_share(site: Site, change: DeleteShare) -> None:
    """No longer share a portfolio."""
    answer = site.call("DeletePortfolioShare", **_target(site, change))
    _await(site, change, answer)


def _shared(site: Site, operation: str, change: CreateShare | UpdateShare) -> None:
    flags: dict[str, Any] = {"ShareTagOptions": change.share.tag_options}
    if change.share.type != "ACCOUNT":
        # AWS shares principals' names within an organization alone.
        flags["SharePrincipals"] = change.share.principals
    answer = site.call(operation, **_target(site, change), **flags)
    _await(site, change, answer)


def _target(site: Site, change: CreateShare | UpdateShare | DeleteShare) -> dict[str, Any]:
    about: dict[str, Any] = {"PortfolioId": site.portfolios[change.portfolio]}
    if change.share.type == "ACCOUNT":
        return {**about, "AccountId": change.share.target}
    return {**about, "OrganizationNode": {"Type": change.share.type, "Value": change.share.target}}


def _await(
    site: Site, change: CreateShare | UpdateShare | DeleteShare, answer: dict[str, Any]
) -> None:
    """Wait for a share within an organization, which AWS makes later.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribePortfolioShareStatus.html
    """
    token = answer.get("PortfolioShareToken")
    if not token:
        return

    def look() -> str:
        seen = site.call("DescribePortfolioShareStatus", PortfolioShareToken=token)
        if seen["Status"] in {"ERROR", "COMPLETED_WITH_ERRORS"}:
            raise AwsError(f"{change.text}: {_reasons(seen)}", code=seen["Status"])
        return str(seen["Status"])

    site.wait(change.text, look)


def _reasons(seen: dict[str, Any]) -> str:
    errors = seen.get("ShareDetails", {}).get("ShareErrors", ())
    said = [f"{each.get('Error', '')} {each.get('Message', '')}".strip() for each in errors]
    return "; ".join(said) or seen["Status"]


def _principal(site: Site, change: AssociatePrincipal | DisassociatePrincipal) -> dict[str, str]:
    return {
        "PortfolioId": site.portfolios[change.portfolio],
        "PrincipalARN": change.arn,
        "PrincipalType": change.type,
    }
