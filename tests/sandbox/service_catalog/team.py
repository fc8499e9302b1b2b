"""A team that launches products: a role of an account, and what it does with Service Catalog."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tests.sandbox.service_catalog.answers import check_answer
from tests.sandbox.templates import Json, document, role, template, trust

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

LAUNCH_ROLE = "launch"
ACTIONS = (
    "cloudformation:CreateStack",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplateSummary",
    "cloudformation:UpdateStack",
    "iam:*",
    "s3:GetObject",
)
"""What the launch role of these tests may do."""


def persona(*, hours: int = 1, **sections: Any) -> Json:
    """A small template: one role."""
    return template(
        parameters={
            "Team": {"Type": "String", "AllowedPattern": "[a-z]+", "Description": "Whose it is"},
            "Note": {"Type": "String", "Default": "none"},
        },
        Role=role(
            Description={"Fn::Sub": "${Team} ${Note}"},
            MaxSessionDuration=hours * 3600,
        ),
        Outputs={"RoleArn": {"Value": {"Fn::GetAtt": "Role.Arn"}, "Description": "The role"}},
        **sections,
    )


def launch_role(
    catalog: Catalog, name: str = LAUNCH_ROLE, *, without: str = "", service: str = "servicecatalog"
) -> str:
    """Make the launch role of an account."""
    iam = catalog.client("iam")
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(f"{service}.amazonaws.com"))
    )
    allowed = [action for action in ACTIONS if action != without]
    iam.put_role_policy(
        RoleName=name,
        PolicyName="launch",
        PolicyDocument=json.dumps(
            document({"Effect": "Allow", "Action": allowed, "Resource": "*"})
        ),
    )
    found: str = made["Role"]["Arn"]
    return found


def person(catalog: Catalog, name: str = "team", path: str = "/") -> str:
    """Make a role that people assume."""
    trusted = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    made = catalog.client("iam").create_role(
        RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(document(trusted))
    )
    found: str = made["Role"]["Arn"]
    return found


def admit(catalog: Catalog, portfolio: str, arn: str, kind: str = "IAM") -> None:
    """Let a principal launch from a portfolio."""
    catalog.api.associate_principal_with_portfolio(
        PortfolioId=portfolio, PrincipalARN=arn, PrincipalType=kind
    )


def constrain(catalog: Catalog, product: str, portfolio: str, **kinds: Any) -> None:
    """Put a constraint of each kind on a product in a portfolio."""
    for kind, parameters in kinds.items():
        catalog.api.create_constraint(
            PortfolioId=portfolio, ProductId=product, Type=kind, Parameters=json.dumps(parameters)
        )


def client_of(catalog: Catalog, keys: Json) -> Any:
    """Service Catalog's client of a user or a session; answers are held against the model."""
    found: Any = boto3.client(
        "servicecatalog",
        region_name=catalog.region,
        endpoint_url=catalog.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )
    found.meta.events.register("before-parse.service-catalog", check_answer)
    return found


@dataclass
class Team:
    """Someone who has assumed a role, and the client that this gives."""

    catalog: Catalog
    role_arn: str
    session: str = "ada"
    api: Any = field(init=False)

    def __post_init__(self) -> None:
        keys = self.catalog.client("sts").assume_role(
            RoleArn=self.role_arn, RoleSessionName=self.session
        )["Credentials"]
        self.api = client_of(self.catalog, keys)

    def provision(
        self, product: str, version: str = "1.0.0", name: str = "lab", **members: Any
    ) -> Json:
        """Launch, and wait: the record that tells what came of it."""
        asked = {
            "ProductId": product,
            "ProvisioningArtifactName": version,
            "ProvisionedProductName": name,
            "ProvisioningParameters": [{"Key": "Team", "Value": "blue"}],
            **members,
        }
        return self.ended(self.api.provision_product(**asked))

    def update(
        self, product: str, version: str = "1.0.0", name: str = "lab", **members: Any
    ) -> Json:
        """Update a launch, and wait."""
        asked = {
            "ProductId": product,
            "ProvisioningArtifactName": version,
            "ProvisionedProductName": name,
            "ProvisioningParameters": [{"Key": "Team", "UsePreviousValue": True}],
            **members,
        }
        return self.ended(self.api.update_provisioned_product(**asked))

    def terminate(self, name: str = "lab", **members: Any) -> Json:
        """End a launch, and wait."""
        return self.ended(
            self.api.terminate_provisioned_product(ProvisionedProductName=name, **members)
        )

    def ended(self, answer: Json) -> Json:
        """The record when it has ended, with its outputs."""
        while True:
            found: Json = self.api.describe_record(Id=answer["RecordDetail"]["RecordId"])
            if found["RecordDetail"]["Status"] in ("SUCCEEDED", "FAILED"):
                return found

    def launched(self, name: str = "lab") -> Json:
        """A provisioned product."""
        found: Json = self.api.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]
        return found

    def outputs(self, name: str = "lab") -> dict[str, str]:
        """The outputs of a provisioned product."""
        rows = self.api.get_provisioned_product_outputs(ProvisionedProductName=name)["Outputs"]
        return {row["OutputKey"]: row["OutputValue"] for row in rows}
