"""One sandbox for all of these tests, emptied before each, and clients that only know its URL."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from compiler.lint import lint
from compiler.sandbox import Sandbox
from tests.sandbox.templates import Json, body, role, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_iam import IAMClient


@dataclass
class Cloud:
    """The sandbox as a user of boto3 sees it."""

    endpoint: str
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "eu-west-1") -> Any:
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.client(
                service,  # type: ignore[call-overload]  # any service
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id="sandbox",
                aws_secret_access_key="sandbox",
                config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
            )
        return self._clients[service, region]

    def cloudformation(self, region: str = "eu-west-1") -> CloudFormationClient:
        client: CloudFormationClient = self.client("cloudformation", region)
        return client

    def iam(self, region: str = "eu-west-1") -> IAMClient:
        client: IAMClient = self.client("iam", region)
        return client

    def create(
        self, template: Json | str, region: str = "eu-west-1", name: str = "team", **parameters: str
    ) -> StackTypeDef:
        self.cloudformation(region).create_stack(
            StackName=name,
            TemplateBody=body(template),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return self.stack(name, region)

    def update(self, template: Json | str, name: str = "team", **parameters: str) -> StackTypeDef:
        self.cloudformation().update_stack(
            StackName=name,
            TemplateBody=body(template),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return self.stack(name)

    def stack(self, name: str = "team", region: str = "eu-west-1") -> StackTypeDef:
        return self.cloudformation(region).describe_stacks(StackName=name)["Stacks"][0]

    def outputs(self, name: str = "team", region: str = "eu-west-1") -> dict[str, str]:
        rows = self.stack(name, region).get("Outputs", [])
        return {row["OutputKey"]: row["OutputValue"] for row in rows}

    def physical_id(self, logical_id: str, name: str = "team") -> str:
        answer = self.cloudformation().describe_stack_resource(
            StackName=name, LogicalResourceId=logical_id
        )
        return answer["StackResourceDetail"]["PhysicalResourceId"]

    def logical_ids(self, name: str = "team") -> set[str]:
        answer = self.cloudformation().list_stack_resources(StackName=name)
        return {row["LogicalResourceId"] for row in answer["StackResourceSummaries"]}

    def roles(self, region: str = "eu-west-1") -> list[str]:
        return [role["RoleName"] for role in self.iam(region).list_roles()["Roles"]]

    def policies(self, region: str = "eu-west-1") -> list[str]:
        answer = self.iam(region).list_policies(Scope="Local")
        return [policy["Arn"] for policy in answer["Policies"]]

    def attached(self, role: str, region: str = "eu-west-1") -> set[str]:
        answer = self.iam(region).list_attached_role_policies(RoleName=role)
        return {policy["PolicyArn"] for policy in answer["AttachedPolicies"]}

    def document(self, arn: str, region: str = "eu-west-1") -> Any:
        iam = self.iam(region)
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        return answer["PolicyVersion"]["Document"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        # moto and the schemas of cfn-lint are a million objects that the collector need not visit.
        lint(body(template(Role=role())), ["eu-west-1"])
        gc.collect()
        gc.freeze()
        yield running
        gc.unfreeze()


@pytest.fixture(scope="session")
def _cloud(sandbox: Sandbox) -> Cloud:
    return Cloud(sandbox.endpoint)


@pytest.fixture
def cloud(sandbox: Sandbox, _cloud: Cloud) -> Cloud:
    sandbox.reset()
    return _cloud
