"""Each operation of an administrator at least once, and those that are not made."""

from __future__ import annotations

import json
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.session import get_session

from compiler.sandbox.service_catalog.models import SandboxServiceCatalogBackend
from tests.sandbox.service_catalog.catalog import SPOKE
from tests.sandbox.templates import refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

OPERATIONS = get_session().get_service_model("servicecatalog").operation_names

NOT_MADE = {
    "AssociateBudgetWithResource",
    "AssociateServiceActionWithProvisioningArtifact",
    "BatchAssociateServiceActionWithProvisioningArtifact",
    "BatchDisassociateServiceActionFromProvisioningArtifact",
    "CopyProduct",
    "CreateProvisionedProductPlan",
    "CreateServiceAction",
    "DeleteProvisionedProductPlan",
    "DeleteServiceAction",
    "DescribeCopyProductStatus",
    "DescribeProvisionedProductPlan",
    "DescribeServiceAction",
    "DescribeServiceActionExecutionParameters",
    "DisassociateBudgetFromResource",
    "DisassociateServiceActionFromProvisioningArtifact",
    "ExecuteProvisionedProductPlan",
    "ExecuteProvisionedProductServiceAction",
    "ImportAsProvisionedProduct",
    "ListBudgetsForResource",
    "ListProvisionedProductPlans",
    "ListProvisioningArtifactsForServiceAction",
    "ListServiceActions",
    "ListServiceActionsForProvisioningArtifact",
    "ListStackInstancesForProvisionedProduct",
    "NotifyProvisionProductEngineWorkflowResult",
    "NotifyTerminateProvisionedProductEngineWorkflowResult",
    "NotifyUpdateProvisionedProductEngineWorkflowResult",
    "UpdateServiceAction",
}


OF_PEOPLE = {
    "DescribeProduct",
    "DescribeProductView",
    "DescribeProvisionedProduct",
    "DescribeProvisioningParameters",
    "DescribeRecord",
    "GetProvisionedProductOutputs",
    "ListLaunchPaths",
    "ListRecordHistory",
    "ProvisionProduct",
    "ScanProvisionedProducts",
    "SearchProducts",
    "SearchProvisionedProducts",
    "TerminateProvisionedProduct",
    "UpdateProvisionedProduct",
    "UpdateProvisionedProductProperties",
}
"""The operations of those who launch, which have tests of their own."""


def test_every_operation_is_made_or_said_not_to_be() -> None:
    made = {name for name in OPERATIONS if hasattr(SandboxServiceCatalogBackend, xform_name(name))}

    assert made.isdisjoint(NOT_MADE)
    assert made | NOT_MADE == set(OPERATIONS)


@cache
def unchecked(endpoint: str) -> Any:
    """A client that leaves it to the service to look at a request."""
    return boto3.client(
        "servicecatalog",
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize("operation", sorted(NOT_MADE))
def test_what_is_not_made_says_so(catalog: Catalog, operation: str) -> None:
    with refused("OperationNotSupportedException", f"{operation} is not made in this sandbox"):
        getattr(unchecked(catalog.endpoint), xform_name(operation))()


def test_a_whole_catalog_is_made_and_taken_down(catalog: Catalog, spoke: Catalog) -> None:
    called = set[str]()
    note = partial(_note, called)
    for each in (catalog, spoke):
        each.api.meta.events.register("before-call.service-catalog", note)

    product, portfolio = made(catalog)
    constrained(catalog, product, portfolio)
    admitted(catalog, portfolio)
    optioned(catalog, portfolio)
    shared(catalog, spoke, portfolio)
    organized(catalog, portfolio)
    taken_down(catalog, product, portfolio)

    for each in (catalog, spoke):
        each.api.meta.events.unregister("before-call.service-catalog", note)
    assert called == set(OPERATIONS) - OF_PEOPLE - NOT_MADE
    assert catalog.api.list_portfolios()["PortfolioDetails"] == []
    assert catalog.api.search_products_as_admin()["ProductViewDetails"] == []


def _note(called: set[str], model: Any, **_: Any) -> None:
    called.add(model.name)


def made(catalog: Catalog) -> tuple[str, str]:
    api, (product, portfolio) = catalog.api, catalog.listed()
    api.describe_portfolio(Id=portfolio)
    api.update_portfolio(Id=portfolio, Description="People")
    api.update_product(Id=product, Description="Explores data")
    api.list_portfolios()
    api.list_portfolios_for_product(ProductId=product)
    api.search_products_as_admin()
    api.describe_product_as_admin(Id=product)
    version = {"ProductId": product, "ProvisioningArtifactId": catalog.version(product)}
    api.describe_provisioning_artifact(**version)
    api.update_provisioning_artifact(**version, Active=False)
    api.list_provisioning_artifacts(ProductId=product)
    api.delete_provisioning_artifact(**version)
    return product, portfolio


def constrained(catalog: Catalog, product: str, portfolio: str) -> None:
    api = catalog.api
    catalog.role("launch")
    constraint = api.create_constraint(
        ProductId=product,
        PortfolioId=portfolio,
        Type="LAUNCH",
        Parameters=json.dumps({"LocalRoleName": "launch"}),
    )["ConstraintDetail"]["ConstraintId"]
    api.describe_constraint(Id=constraint)
    api.update_constraint(Id=constraint, Description="the one")
    api.list_constraints_for_portfolio(PortfolioId=portfolio)
    api.delete_constraint(Id=constraint)


def admitted(catalog: Catalog, portfolio: str) -> None:
    principal = {
        "PortfolioId": portfolio,
        "PrincipalARN": "arn:aws:iam:::role/team-*",
        "PrincipalType": "IAM_PATTERN",
    }
    catalog.api.associate_principal_with_portfolio(**principal)
    catalog.api.list_principals_for_portfolio(PortfolioId=portfolio)
    catalog.api.disassociate_principal_from_portfolio(**principal)


def optioned(catalog: Catalog, portfolio: str) -> None:
    api = catalog.api
    option = api.create_tag_option(Key="cost-center", Value="a")["TagOptionDetail"]["Id"]
    api.describe_tag_option(Id=option)
    api.update_tag_option(Id=option, Value="b")
    api.list_tag_options()
    api.associate_tag_option_with_resource(ResourceId=portfolio, TagOptionId=option)
    api.list_resources_for_tag_option(TagOptionId=option)
    api.disassociate_tag_option_from_resource(ResourceId=portfolio, TagOptionId=option)
    api.delete_tag_option(Id=option)


def shared(catalog: Catalog, spoke: Catalog, portfolio: str) -> None:
    api, share = catalog.api, {"PortfolioId": portfolio, "AccountId": SPOKE}
    api.create_portfolio_share(**share)
    spoke.api.accept_portfolio_share(PortfolioId=portfolio)
    spoke.api.list_accepted_portfolio_shares()
    spoke.api.reject_portfolio_share(PortfolioId=portfolio)
    api.list_portfolio_access(PortfolioId=portfolio)
    api.describe_portfolio_shares(PortfolioId=portfolio, Type="ACCOUNT")
    api.update_portfolio_share(**share, ShareTagOptions=True)
    api.delete_portfolio_share(**share)


def organized(catalog: Catalog, portfolio: str) -> None:
    api, unit = catalog.api, catalog.organize()
    share = {
        "PortfolioId": portfolio,
        "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": unit},
    }
    api.enable_aws_organizations_access()
    api.get_aws_organizations_access_status()
    token = api.create_portfolio_share(**share)["PortfolioShareToken"]
    for _ in range(2):
        api.describe_portfolio_share_status(PortfolioShareToken=token)
    api.list_organization_portfolio_access(
        PortfolioId=portfolio, OrganizationNodeType="ORGANIZATIONAL_UNIT"
    )
    api.delete_portfolio_share(**share)
    api.disable_aws_organizations_access()


def taken_down(catalog: Catalog, product: str, portfolio: str) -> None:
    api = catalog.api
    api.disassociate_product_from_portfolio(ProductId=product, PortfolioId=portfolio)
    api.delete_product(Id=product)
    api.delete_portfolio(Id=portfolio)
