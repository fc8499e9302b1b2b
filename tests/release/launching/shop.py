"""A product in the sandbox's Service Catalog, and people who may launch it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import boto3

from compiler.artifact import canonical

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "templates"
TITLE, PERSONA = "Data Scientist", "data-scientist"
PORTFOLIO, PORTFOLIO_ID = "Data Science", "data-science"
LAUNCH_ROLE = "personac-launch"

Body = dict[str, Any]


def trust(service: str) -> Body:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }


def template(version: str, *, more: Body | None = None, **properties: Any) -> Body:
    """A role that reads buckets, with what a version adds to it."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{TITLE} {version}",
        "Parameters": {
            "Buckets": {
                "Type": "String",
                "AllowedPattern": "^[a-z0-9-]{3,20}(,[a-z0-9-]{3,20}){0,2}$",
                "Description": "Names of buckets. Example: my-data,my-models (up to 3 values)",
            },
            "Subnets": {
                "Type": "String",
                "Default": "",
                "AllowedPattern": "^(subnet-[0-9a-f]{8})?$",
                "Description": "A subnet.",
            },
            **(more or {}),
        },
        "Rules": {
            "NoOther": {
                "Assertions": [
                    {
                        "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Buckets"}, "other"]}]},
                        "AssertDescription": "other is no bucket of yours",
                    }
                ]
            }
        },
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": trust("sagemaker.amazonaws.com"),
                    "Description": {"Fn::Sub": "reads ${Buckets}"},
                    "Path": "/people/",
                    **properties,
                },
            }
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


@dataclass
class Shop:
    """The hub's administrator, with plain calls of boto3."""

    endpoint: str
    account: str = ACCOUNT
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, region: str = REGION) -> Any:
        key = f"{service} {region}"
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,  # type: ignore[call-overload]  # any service
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id="sandbox",
                aws_secret_access_key="sandbox",
            )
        return self._clients[key]

    @property
    def api(self) -> Any:
        return self.client("servicecatalog")

    def upload(self, body: Body) -> tuple[str, str]:
        """Put a template into the bucket: its URL, and its digest."""
        content = canonical(body)
        digest = sha256(content).hexdigest()
        s3 = self.client("s3")
        if not s3.list_buckets()["Buckets"]:
            where = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        s3.put_object(Bucket=BUCKET, Key=digest, Body=content)
        return f"https://{BUCKET}.s3.{REGION}.amazonaws.com/{digest}", digest

    def version(self, product: str, name: str, body: Body) -> str:
        url, digest = self.upload(body)
        made = self.api.create_provisioning_artifact(
            ProductId=product,
            Parameters={
                "Name": name,
                "Description": f"sha256={digest} git=0000000",
                "Type": "CLOUD_FORMATION_TEMPLATE",
                "Info": {"LoadTemplateFromURL": url},
            },
        )
        found: str = made["ProvisioningArtifactDetail"]["Id"]
        return found

    def product(self, title: str = TITLE, persona: str = PERSONA, name: str = "1.0.0") -> str:
        url, digest = self.upload(template(name))
        made = self.api.create_product(
            Name=title,
            Owner="Platform",
            ProductType="CLOUD_FORMATION_TEMPLATE",
            Tags=[{"Key": "personac:product", "Value": f"machine-learning/{persona}"}],
            ProvisioningArtifactParameters={
                "Name": name,
                "Description": f"sha256={digest} git=0000000",
                "Type": "CLOUD_FORMATION_TEMPLATE",
                "Info": {"LoadTemplateFromURL": url},
            },
        )
        found: str = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        return found

    def portfolio(self, title: str = PORTFOLIO, name: str = PORTFOLIO_ID) -> str:
        made = self.api.create_portfolio(
            DisplayName=title,
            ProviderName="Platform",
            Tags=[{"Key": "personac:portfolio", "Value": f"machine-learning/{name}"}],
        )
        found: str = made["PortfolioDetail"]["Id"]
        return found

    def admit(self, portfolio: str, arn: str) -> None:
        self.api.associate_principal_with_portfolio(
            PortfolioId=portfolio, PrincipalARN=arn, PrincipalType="IAM"
        )

    def list(self, product: str, portfolio: str) -> None:
        """Put a product into a portfolio."""
        self.api.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)

    def constrain(self, product: str, portfolio: str, kind: str, parameters: Body) -> None:
        self.api.create_constraint(
            PortfolioId=portfolio,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(parameters),
        )

    def role(self, name: str, service: str) -> str:
        made = self.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(service))
        )
        iam = self.client("iam")
        iam.put_role_policy(
            RoleName=name,
            PolicyName="all",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
                }
            ),
        )
        found: str = made["Role"]["Arn"]
        return found

    def session(self, role: str, name: str = "jane.doe") -> dict[str, str]:
        """Credentials of somebody who has a role, as the environment has them."""
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }


@dataclass(frozen=True)
class Opened:
    """The shop, opened: one product in one portfolio, and a team that may launch it."""

    shop: Shop
    product: str
    portfolio: str
    team: str
    """The ARN of the role of the people."""


def opened(shop: Shop) -> Opened:
    """Open a shop in an empty sandbox."""
    launch = shop.role(LAUNCH_ROLE, "servicecatalog.amazonaws.com")
    team = shop.role("team", "sagemaker.amazonaws.com")
    product, portfolio = shop.product(), shop.portfolio()
    shop.list(product, portfolio)
    shop.constrain(product, portfolio, "LAUNCH", {"LocalRoleName": launch.rpartition("/")[2]})
    shop.admit(portfolio, team)
    return Opened(shop, product, portfolio, team)


def write_output(folder: Path, versions: dict[str, Body], **more: Any) -> None:
    """The output folder of a clone that lists these versions."""
    listed = {}
    for name, body in versions.items():
        path = f"personas/{PERSONA}/{name}.template.json"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(canonical(body))
        digest = sha256(canonical(body)).hexdigest()
        listed[name] = {"template": path, "sha256": digest, "lifecycle": "active"}
    portfolio = {
        "schema": "personac.portfolio/1",
        "catalog": "machine-learning",
        "portfolio": PORTFOLIO_ID,
        "title": PORTFOLIO,
        "description": "People.",
        "provider": "Platform",
        "home_region": REGION,
        "regions": [REGION],
        "tags": {},
        "tag_options": {},
        "principals": [],
        "shares": [],
        "products": {
            PERSONA: {
                "title": TITLE,
                "description": "Performs machine learning.",
                "owner": "Platform",
                "tags": {},
                "versions": listed,
                "constraints": {"LAUNCH": {"LocalRoleName": LAUNCH_ROLE}},
            }
        },
        **more,
    }
    (folder / "portfolios").mkdir(parents=True, exist_ok=True)
    (folder / "portfolios" / f"{PORTFOLIO_ID}.json").write_bytes(canonical(portfolio))
