"""What publishing may do: the permissions of the role that plans, and of the one that publishes.

Each action stands on the resource types that it takes, or on `*` where AWS knows none for it, as it
is for constraints and TagOptions. Where AWS tests tags, only what has ours is touched: to adopt a
product, which has none yet, takes an administrator.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.emit.artifact_bucket import HAS_KEY, KEY, bucket_arn
from compiler.emit.permissions import Permission
from compiler.hub import LOCKS, PORTFOLIO_TAG, PRODUCT_TAG, RECEIPTS, TEMPLATES

if TYPE_CHECKING:
    from compiler.catalog import Catalog

"""Tags of what is ours: `<catalog>/<portfolio>` and `<catalog>/<persona>`."""

_PORTFOLIOS = ("arn:${AWS::Partition}:catalog:*:${AWS::AccountId}:portfolio/*",)
_PRODUCTS = ("arn:${AWS::Partition}:catalog:*:${AWS::AccountId}:product/*",)

_OWN_ACCOUNT = {"aws:ResourceAccount": ("${AWS::AccountId}",)}
"""Bucket names are the world's: a bucket of this name might be somebody else's."""


def observing(catalog: Catalog) -> tuple[Permission, ...]:
    """What a plan asks AWS: Service Catalog, and the bucket of artifacts."""
    bucket = bucket_arn(catalog.settings.name)
    return (
        Permission(
            sid="SeeCatalog",
            actions=(
                "servicecatalog:DescribeConstraint",
                "servicecatalog:ListConstraintsForPortfolio",
                "servicecatalog:ListPortfolios",
                "servicecatalog:ListTagOptions",
                "servicecatalog:SearchProductsAsAdmin",
                "servicecatalog:SearchProvisionedProducts",
            ),
        ),
        Permission(
            sid="SeePortfolios",
            actions=(
                "servicecatalog:DescribePortfolio",
                "servicecatalog:DescribePortfolioShares",
                "servicecatalog:ListPrincipalsForPortfolio",
            ),
            resources=_PORTFOLIOS,
        ),
        Permission(
            sid="SeeProducts",
            actions=(
                "servicecatalog:DescribeProductAsAdmin",
                "servicecatalog:DescribeProvisioningArtifact",
                "servicecatalog:ListProvisioningArtifacts",
            ),
            resources=_PRODUCTS,
        ),
        Permission(
            sid="ListArtifacts",
            actions=("s3:ListBucket",),
            resources=(bucket,),
            conditions={"StringEquals": _OWN_ACCOUNT},
        ),
        Permission(
            sid="ReadArtifacts",
            actions=("s3:GetObject",),
            resources=(f"{bucket}/*",),
            conditions={"StringEquals": _OWN_ACCOUNT},
        ),
        # Service Catalog keeps the templates of versions in buckets of its own.
        Permission(
            sid="ReadTemplatesOfVersions",
            actions=("s3:GetObject",),
            resources=("arn:${AWS::Partition}:s3:::*",),
            conditions={
                "StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": ("true",)}
            },
        ),
        _use_key("DecryptArtifacts", "kms:Decrypt"),
    )


def publishing(catalog: Catalog) -> tuple[Permission, ...]:
    """What a publish asks AWS beyond what a plan does."""
    return (*_own_catalog(catalog), *_rest_of_catalog(catalog), *_around_catalog(catalog))


def _own_catalog(catalog: Catalog) -> tuple[Permission, ...]:
    """What is done to portfolios and products: it is made with our tag, or has it."""
    ours = f"{catalog.settings.name}/*"
    here = _regions(catalog)

    def tagged(where: str, tag: str) -> dict[str, dict[str, tuple[str, ...]]]:
        return {"StringLike": {f"aws:{where}/{tag}": (ours,)}, **here}

    return (
        Permission(
            sid="MakePortfolios",
            actions=("servicecatalog:CreatePortfolio",),
            resources=_PORTFOLIOS,
            conditions=tagged("RequestTag", PORTFOLIO_TAG),
        ),
        Permission(
            sid="MakeProducts",
            actions=("servicecatalog:CreateProduct",),
            resources=_PRODUCTS,
            conditions=tagged("RequestTag", PRODUCT_TAG),
        ),
        Permission(
            sid="ChangePortfolios",
            actions=(
                "servicecatalog:AssociatePrincipalWithPortfolio",
                "servicecatalog:AssociateTagOptionWithResource",
                "servicecatalog:CreatePortfolioShare",
                "servicecatalog:DeletePortfolioShare",
                "servicecatalog:DisassociatePrincipalFromPortfolio",
                "servicecatalog:DisassociateTagOptionFromResource",
                "servicecatalog:UpdatePortfolio",
                "servicecatalog:UpdatePortfolioShare",
            ),
            resources=_PORTFOLIOS,
            conditions=tagged("ResourceTag", PORTFOLIO_TAG),
        ),
        Permission(
            sid="ChangeProducts",
            actions=(
                "servicecatalog:CreateConstraint",
                "servicecatalog:CreateProvisioningArtifact",
                "servicecatalog:DeleteProvisioningArtifact",
                "servicecatalog:UpdateProduct",
                "servicecatalog:UpdateProvisioningArtifact",
            ),
            resources=_PRODUCTS,
            conditions=tagged("ResourceTag", PRODUCT_TAG),
        ),
    )


def _rest_of_catalog(catalog: Catalog) -> tuple[Permission, ...]:
    """What AWS knows no resource for, and so no tag."""
    actions = (
        "servicecatalog:AssociateProductWithPortfolio",
        "servicecatalog:CreateTagOption",
        "servicecatalog:DeleteConstraint",
        "servicecatalog:DescribePortfolioShareStatus",
        "servicecatalog:DisassociateProductFromPortfolio",
        "servicecatalog:UpdateConstraint",
    )
    return (Permission(sid="ChangeCatalog", actions=actions, conditions=_regions(catalog)),)


def _around_catalog(catalog: Catalog) -> tuple[Permission, ...]:
    """What Service Catalog does in the caller's name, and the bucket of artifacts."""
    bucket = bucket_arn(catalog.settings.name)
    return (
        Permission(
            sid="WriteArtifacts",
            actions=("s3:PutObject",),
            resources=tuple(f"{bucket}/{each}*" for each in (TEMPLATES, LOCKS, RECEIPTS)),
            conditions={"StringEquals": _OWN_ACCOUNT},
        ),
        # Service Catalog has the template of a new version validated.
        Permission(
            sid="ValidateTemplates",
            actions=("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"),
        ),
        Permission(
            sid="SeeLaunchRoles", actions=("iam:GetRole",), resources=launch_role_arns(catalog)
        ),
        Permission(
            sid="PassLaunchRoles",
            actions=("iam:PassRole",),
            resources=launch_role_arns(catalog),
            conditions={"StringEquals": {"iam:PassedToService": ("servicecatalog.amazonaws.com",)}},
        ),
        _use_key("EncryptArtifacts", "kms:GenerateDataKey"),
    )


def launch_role_arns(catalog: Catalog) -> tuple[str, ...]:
    """The launch roles of a catalog's portfolios as the hub has them, as texts of a template.

    The account that makes a constraint has to have the role too, and to be allowed to pass it.
    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
    """
    roles = {
        listing.launch_role or portfolio.launch_role or catalog.settings.launch_role
        for portfolio in catalog.portfolios.values()
        for listing in portfolio.products.values()
    }
    names = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
    return tuple(each if each.startswith("arn:") else f"{names}{each}" for each in sorted(roles))


def _regions(catalog: Catalog) -> dict[str, dict[str, tuple[str, ...]]]:
    return {"StringEquals": {"aws:RequestedRegion": catalog.settings.regions}}


def _use_key(sid: str, action: str) -> Permission:
    """A use of the key of the bucket, by way of S3 alone."""
    return Permission(
        sid=sid,
        actions=(action,),
        resources=(f"${{{KEY}}}",),
        conditions={"StringEquals": {"kms:ViaService": ("s3.${AWS::Region}.${AWS::URLSuffix}",)}},
        when=HAS_KEY,
    )
