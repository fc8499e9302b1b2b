"""Service Catalog of one account as the administrator in these tests sees it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tests.sandbox.service_catalog.answers import check_answer
from tests.sandbox.templates import Json, body, template, trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HUB = "123456789012"
SPOKE = "210987654321"
BUCKET = "artifacts"
REGION = "eu-west-1"

TEMPLATE = template(
    parameters={"Subnets": {"Type": "String", "Description": "Where it runs", "MinLength": 1}},
    Topic={"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Subnets"}}},
)


def url(key: str, bucket: str = BUCKET, region: str = REGION) -> str:
    return f"https://{bucket}.s3.{region}.amazonaws.com/{key}"


@dataclass
class Catalog:
    """Clients of one account, whose answers are all held against the model."""

    endpoint: str
    account: str = HUB
    region: str = REGION
    _clients: dict[str, Any] = field(default_factory=dict)
    _others: dict[tuple[str, str], Catalog] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=itertools.count)

    def of(self, account: str, region: str = REGION) -> Catalog:
        """The catalog of another account or Region."""
        if (account, region) not in self._others:
            self._others[account, region] = Catalog(self.endpoint, account, region)
        return self._others[account, region]

    def client(self, service: str) -> Any:
        if service not in self._clients:
            client = boto3.client(
                service,  # type: ignore[call-overload]  # any service
                region_name=self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id="sandbox",
                aws_secret_access_key="sandbox",
                config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
            )
            client.meta.events.register("before-send", partial(_as_account, self.account))
            self._clients[service] = client
        return self._clients[service]

    @property
    def api(self) -> Any:
        """Service Catalog's client."""
        if "servicecatalog" not in self._clients:
            events = self.client("servicecatalog").meta.events
            events.register("before-parse.service-catalog", check_answer)
        return self._clients["servicecatalog"]

    def upload(self, content: Json | str, key: str | None = None) -> str:
        """Put a template into the bucket, and tell its URL."""
        s3 = self.client("s3")
        key = key or f"{next(self._names)}.template.json"
        try:
            s3.put_object(Bucket=BUCKET, Key=key, Body=body(content))
        except s3.exceptions.NoSuchBucket:
            where = {"LocationConstraint": self.region}
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
            s3.put_object(Bucket=BUCKET, Key=key, Body=body(content))
        return url(key)

    def parameters(self, name: str = "1.0.0", content: Json | str = TEMPLATE, **more: Any) -> Json:
        """ProvisioningArtifactParameters of a template that is uploaded for them."""
        return {
            "Name": name,
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": self.upload(content)},
            **more,
        }

    def portfolio(self, title: str = "Data Science", **members: Any) -> str:
        made = self.api.create_portfolio(
            **{"DisplayName": title, "ProviderName": "Platform", **members}
        )
        found: str = made["PortfolioDetail"]["Id"]
        return found

    def product(self, name: str = "Data Scientist", **members: Any) -> str:
        asked = {"Owner": "Platform", "ProductType": "CLOUD_FORMATION_TEMPLATE", **members}
        if "ProvisioningArtifactParameters" not in asked:
            asked["ProvisioningArtifactParameters"] = self.parameters()
        found: str = self.api.create_product(Name=name, **asked)["ProductViewDetail"][
            "ProductViewSummary"
        ]["ProductId"]
        return found

    def version(self, product: str, name: str = "1.1.0", **more: Any) -> str:
        made = self.api.create_provisioning_artifact(
            ProductId=product, Parameters=self.parameters(name, **more)
        )
        found: str = made["ProvisioningArtifactDetail"]["Id"]
        return found

    def versions(self, product: str) -> list[Json]:
        found: list[Json] = self.api.list_provisioning_artifacts(ProductId=product)[
            "ProvisioningArtifactDetails"
        ]
        return found

    def listed(self) -> tuple[str, str]:
        """A product in a portfolio: the ids of both."""
        product, portfolio = self.product(), self.portfolio()
        self.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
        return product, portfolio

    def role(self, name: str = "team", path: str = "/") -> str:
        made = self.client("iam").create_role(
            RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust())
        )
        found: str = made["Role"]["Arn"]
        return found

    def organize(self) -> str:
        """Make an organization that this account manages; the id of an organizational unit."""
        organizations = self.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        (root,) = organizations.list_roots()["Roots"]
        made = organizations.create_organizational_unit(ParentId=root["Id"], Name="teams")
        found: str = made["OrganizationalUnit"]["Id"]
        return found

    def member(self, unit: str | None = None) -> str:
        """An account of the organization, in the unit if one is given."""
        organizations = self.client("organizations")
        made = organizations.create_account(AccountName="team", Email="team@example.com")
        account: str = made["CreateAccountStatus"]["AccountId"]
        if unit:
            (root,) = organizations.list_roots()["Roots"]
            organizations.move_account(
                AccountId=account, SourceParentId=root["Id"], DestinationParentId=unit
            )
        return account

    def share(self, portfolio: str, account: str = SPOKE) -> None:
        self.api.create_portfolio_share(PortfolioId=portfolio, AccountId=account)


def pages(call: Callable[..., Json], rows: str, next_page: str = "NextPageToken") -> list[Any]:
    """All that is listed, page by page; each page but the last is full."""
    found: list[Any] = []
    answer = call(PageSize=2)
    while next_page in answer:
        assert len(answer[rows]) == 2
        found += answer[rows]
        answer = call(PageSize=2, PageToken=answer[next_page])
    found += answer[rows]
    return found


def _as_account(account: str, request: Any, **_: Any) -> None:
    request.headers["x-moto-account-id"] = account
