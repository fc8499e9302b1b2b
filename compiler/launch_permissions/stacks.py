"""What Service Catalog does with the role in every launch: stacks, their templates, who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.launch_permissions.grant import Grant

if TYPE_CHECKING:
    from compiler.catalog import Catalog

_STACKS = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}"


def stacks(catalog: Catalog) -> tuple[Grant, ...]:
    """What every launch needs, whatever its template makes.

    Of CloudFormation it is what AWSServiceCatalogEndUserFullAccess allows, but for StackSets.
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSServiceCatalogEndUserFullAccess.html
    """
    return (
        Grant(
            sid="RunStacks",
            actions=(
                "cloudformation:CreateChangeSet",
                "cloudformation:CreateStack",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStacks",
                "cloudformation:ExecuteChangeSet",
                "cloudformation:ListChangeSets",
                "cloudformation:ListStackResources",
                "cloudformation:SetStackPolicy",
                "cloudformation:TagResource",
                "cloudformation:UntagResource",
                "cloudformation:UpdateStack",
            ),
            resources=(f"{_STACKS}:stack/SC-*", f"{_STACKS}:changeSet/SC-*"),
        ),
        Grant(
            sid="ReadTemplates",
            actions=("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"),
            resources=("*",),
        ),
        # Service Catalog keeps templates in a bucket of its own, whose name nobody is told.
        # https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
        Grant(
            sid="FetchTemplates",
            actions=("s3:GetObject",),
            resources=("*",),
            conditions={
                "StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": ("true",)}
            },
        ),
        Grant(sid="TellTopics", actions=("sns:Publish",), resources=_topics(catalog)),
    )


def _topics(catalog: Catalog) -> tuple[str, ...]:
    """The topics that portfolios and their products name."""
    found: set[str] = set()
    for portfolio in catalog.portfolios.values():
        found.update(portfolio.notifications)
        for listing in portfolio.products.values():
            found.update(listing.notifications or ())
    return tuple(sorted(found))
