"""Deploy a template through CloudFormation and read back what IAM holds.

It speaks to AWS as boto3 is configured: AWS_ENDPOINT_URL alone decides whether that is a sandbox.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from compiler.managed import PATHS, ManagedPolicy, plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

LARGEST_BODY = 51_200
"""Bytes of a template in a request; a larger one is read from S3.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

PATIENCE = 300.0
"""Seconds that a stack may take."""

PAUSE = 0.2
"""Seconds between two looks at a stack."""


class DeployError(Exception):
    """AWS refused, or could not be reached; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack that stands."""

    name: str
    status: str
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedRole:
    """A role as IAM holds it."""

    arn: str
    path: str
    trust: Mapping[str, Any]
    policies: Mapping[str, Mapping[str, Any]]
    """The documents of its own policies, managed and inline, by name."""

    managed_policy_arns: tuple[str, ...]
    """Attached policies of AWS's."""


class Account:
    """One account in one Region."""

    def __init__(self, region: str) -> None:
        session = boto3.session.Session(region_name=region)
        self._cloudformation = session.client("cloudformation")
        self._iam = session.client("iam")
        self._s3 = session.client("s3")
        self._sts = session.client("sts")
        self.region = region

    def deploy(
        self, name: str, template: bytes, parameters: Mapping[str, str], bucket: str
    ) -> Stack:
        """Create a stack and wait until it stands.

        Args:
            name: the stack's.
            template: the canonical bytes.
            parameters: the launch parameters.
            bucket: an existing bucket, for a template too large for a request.

        Raises:
            DeployError: if AWS refuses the stack, or it does not come to stand.
        """
        where = self._body(template, bucket)
        listed: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ]
        try:
            self._cloudformation.create_stack(
                StackName=name, Parameters=listed, Capabilities=["CAPABILITY_NAMED_IAM"], **where
            )
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error
        return self._standing(name)

    def delete(self, name: str) -> None:
        """Delete a stack and wait until it is gone.

        Raises:
            DeployError: if AWS refuses, or something of it stays.
        """
        try:
            self._cloudformation.delete_stack(StackName=name)
            waiter = self._cloudformation.get_waiter("stack_delete_complete")
            waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": int(PATIENCE)})
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error

    def create_bucket(self, name: str) -> None:
        """Create a bucket for templates."""
        where = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        try:
            self._s3.create_bucket(Bucket=name, **({} if self.region == "us-east-1" else where))
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error

    def sign_in(self, permission_set: str) -> dict[str, str]:
        """Sign in as somebody who has a permission set of IAM Identity Center.

        A sandbox has nobody to sign in: a role is made as Identity Center makes it, and assumed.
        https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html

        Returns:
            The credentials, as environment variables.

        Raises:
            DeployError: if AWS refuses.
        """
        who = self._sts.get_caller_identity()
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": who["Account"]},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        try:
            made = self._iam.create_role(
                RoleName=f"AWSReservedSSO_{permission_set}_0123456789abcdef",
                Path=f"/aws-reserved/sso.amazonaws.com/{self.region}/",
                AssumeRolePolicyDocument=json.dumps(trust),
            )
            arn = made["Role"]["Arn"]
            given = self._sts.assume_role(RoleArn=arn, RoleSessionName="somebody")["Credentials"]
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def role(self, name: str) -> DeployedRole:
        """Read a role and its policies back from IAM.

        Raises:
            DeployError: if it is not there, or may not be read.
        """
        try:
            return self._role(name)
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error

    def _role(self, name: str) -> DeployedRole:
        role = self._iam.get_role(RoleName=name)["Role"]
        attached = self._iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = self._iam.list_role_policies(RoleName=name)["PolicyNames"]
        policies: dict[str, Any] = {
            each: self._iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
            for each in inline
        }
        for each in attached:
            arn = each["PolicyArn"]
            if ":iam::aws:" not in arn:
                version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
                held = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)
                policies[each["PolicyName"]] = held["PolicyVersion"]["Document"]
        trust: Any = role["AssumeRolePolicyDocument"]
        return DeployedRole(
            arn=role["Arn"],
            path=role["Path"],
            trust=trust,
            policies=policies,
            managed_policy_arns=tuple(
                each["PolicyArn"] for each in attached if ":iam::aws:" in each["PolicyArn"]
            ),
        )

    def _body(self, template: bytes, bucket: str) -> dict[str, Any]:
        if len(template) <= LARGEST_BODY:
            return {"TemplateBody": template.decode()}
        key = f"{sha256(template).hexdigest()}.template.json"
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=template)
        except (ClientError, BotoCoreError) as error:
            raise DeployError(_words(error)) from error
        return {"TemplateURL": f"https://{bucket}.s3.{self.region}.amazonaws.com/{key}"}

    def _standing(self, name: str) -> Stack:
        until = time.monotonic() + PATIENCE
        status = "nothing"
        while time.monotonic() < until:
            stack = self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            status = stack["StackStatus"]
            if status == "CREATE_COMPLETE":
                outputs = {
                    each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])
                }
                return Stack(name=name, status=status, outputs=outputs)
            if not status.endswith("_IN_PROGRESS"):
                reason = stack.get("StackStatusReason", "no reason was given")
                raise DeployError(f"the stack {name} ended as {status}: {reason}")
            time.sleep(PAUSE)
        raise DeployError(f"the stack {name} still stands at {status} after {PATIENCE:.0f} seconds")


def managed_policy(name: str) -> ManagedPolicy | None:
    """An AWS managed policy as the account sees it now; None where AWS has none of that name.

    Args:
        name: with or without its path.

    Raises:
        DeployError: if AWS refuses, or cannot be reached.
    """
    # One policy for one question: who cannot reach AWS is told so soon, not after minutes.
    soon = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})
    try:
        session = boto3.session.Session()
        # IAM is global; a Region has to be named all the same.
        iam = session.client("iam", region_name=session.region_name or "us-east-1", config=soon)
        partition = session.get_partition_for_region(iam.meta.region_name)
        for path in ("",) if "/" in name else PATHS:
            arn = f"arn:{partition}:iam::aws:policy/{path}{name}"
            try:
                policy = iam.get_policy(PolicyArn=arn)["Policy"]
            except iam.exceptions.NoSuchEntityException:
                continue
            version = policy["DefaultVersionId"]
            held = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
            document: Any = held["Document"]
            return ManagedPolicy(
                name=plain_name(name),
                arn=arn,
                version=version,
                source="the account",
                date=f"{held['CreateDate']:%Y-%m-%d}",
                document=document,
            )
    except (ClientError, BotoCoreError) as error:
        raise DeployError(_words(error)) from error
    return None


def _words(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        details = error.response["Error"]
        return f"{details['Code']}: {details['Message']}"
    return str(error)
