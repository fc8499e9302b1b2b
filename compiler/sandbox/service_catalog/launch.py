"""A launch: the stack that is made, changed or deleted, and the role that may do so.

Service Catalog assumes the launch role and calls CloudFormation as that role; without one it calls
as the person, whom the sandbox lets do everything.
https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import cloudformation_backends
from moto.core.exceptions import ServiceException
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from compiler.iam.document import Principal, parse
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request
from compiler.sandbox.authorisation import require
from compiler.sandbox.cloudformation import template as templates
from compiler.sandbox.service_catalog.launch_path import free_name
from compiler.sandbox.service_catalog.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.cloudformation.models import SandboxCloudFormationBackend
    from compiler.sandbox.cloudformation.stack import SandboxStack

SERVICE = "servicecatalog.amazonaws.com"
"""Who assumes launch roles."""

SESSION = "servicecatalog"
"""What Service Catalog calls its sessions of a launch role. AWS does not document it."""

NO_UPDATES = "No updates are to be performed."
"""What CloudFormation says of an update that changes nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a stack is made from."""

    template: str
    template_url: str
    rules: Mapping[str, Any]
    """Rules that stand before those of the template."""

    parameters: Mapping[str, str]
    kept_parameters: frozenset[str]
    """Parameters that keep the values that they have."""

    tags: Mapping[str, str]
    notification_arns: tuple[str, ...]

    def body(self) -> str:
        """The template with all rules; a rule of a constraint whose name is taken gets a number.

        :raises ValidationError: if it is no template.
        """
        if not self.rules:
            return self.template
        template = templates.parse(self.template)
        found, own = dict[str, Any](), template.get("Rules", {})
        for name, rule in self.rules.items():
            found[free_name(name, {**own, **found})] = rule
        return json.dumps({**template, "Rules": {**found, **own}})


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """The stack of one provisioned product."""

    account_id: str
    """The account that launches."""

    region: str
    partition: str
    stack_name: str
    stack_id: str | None
    role_arn: str | None

    def create(self, source: Source) -> tuple[Outcome, str | None]:
        """Make the stack: what came of it, and the ARN of the stack if there is one."""
        try:
            self._begin(source)
            self._require("cloudformation:CreateStack", _about(source))
            stack = self._backend.create_stack(
                name=self.stack_name,
                template=source.body(),
                parameters=dict(source.parameters),
                notification_arns=list(source.notification_arns),
                tags=dict(source.tags),
                role_arn=self.role_arn,
            )
        except ServiceException as error:
            return Outcome(error=_reason(error)), None
        return self._watched(cast("SandboxStack", stack), "CREATE_COMPLETE"), stack.stack_id

    def update(self, source: Source) -> Outcome:
        """Change the stack. An update that changes nothing in it succeeds."""
        kept = [{"ParameterKey": n, "UsePreviousValue": True} for n in source.kept_parameters]
        given = [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in source.parameters.items()
        ]
        try:
            self._begin(source)
            self._require("cloudformation:UpdateStack", _about(source))
            stack = self._backend.update_stack(
                self.stack_name, source.body(), self.role_arn, given + kept, dict(source.tags)
            )
        except ValidationError as error:
            standing = self._stack()
            if standing is None or error.message != NO_UPDATES:
                return Outcome(error=_reason(error))
            return self._watched(standing, standing.status)
        except ServiceException as error:
            return Outcome(error=_reason(error))
        return self._watched(cast("SandboxStack", stack), "UPDATE_COMPLETE")

    def delete(self, *, retain: bool) -> Outcome:
        """Delete the stack.

        :param retain: let go of the stack alone, and leave what it made.
        """
        stack = self._stack()
        if stack is None:
            return Outcome()
        try:
            self._assume()
            self._require("cloudformation:DeleteStack")
            if retain:
                self._let_go(stack)
                return Outcome()
            self._backend.delete_stack(stack.stack_id, self.role_arn)
            self._require("cloudformation:DescribeStacks")
        except ServiceException as error:
            return Outcome(error=_reason(error))
        if stack.status == "DELETE_FAILED":
            return Outcome(error=stack.stack_status_reason or stack.status)
        return Outcome()

    @property
    def _backend(self) -> SandboxCloudFormationBackend:
        """CloudFormation of the role's account: a role makes stacks nowhere else."""
        account = self.role_arn.split(":")[4] if self.role_arn else self.account_id
        return cast("SandboxCloudFormationBackend", cloudformation_backends[account][self.region])

    def _stack(self) -> SandboxStack | None:
        found = self._backend.stacks.get(self.stack_id or "")
        return cast("SandboxStack | None", found)

    def _begin(self, source: Source) -> None:
        """Assume the role and read the template.

        :raises ServiceException: if either is refused.
        """
        self._assume()
        if self.role_arn is None:
            return
        require(
            self.role_arn,
            "s3:GetObject",
            f"arn:{self.partition}:s3:::{_object(source.template_url)}",
            {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"},
            session=SESSION,
        )
        require(self.role_arn, "cloudformation:GetTemplateSummary", "*", session=SESSION)

    def _assume(self) -> None:
        """Refuse a launch role that does not exist, or does not trust Service Catalog.

        :raises ServiceException: in words that say which; AWS does not document its own.
        """
        if self.role_arn is None:
            return
        _, partition, _, _, account, _ = self.role_arn.split(":", 5)
        try:
            role = iam_backends[account][partition].get_role_by_arn(self.role_arn)
        except NotFoundException:
            raise ServiceException(
                "AccessDenied",
                f"Access denied while assuming the role {self.role_arn}: it does not exist.",
            ) from None
        trust = parse(
            json.loads(role.assume_role_policy_document), name="trust policy", kind="trust"
        )
        answer = decide(
            Access(policies=(trust,)),
            Request(action="sts:AssumeRole", principal=Principal("Service", SERVICE)),
        )
        if answer.decision != "allowed":
            raise ServiceException(
                "AccessDenied",
                f"Access denied while assuming the role {self.role_arn}: "
                f"it does not trust {SERVICE}.",
            )

    def _require(self, action: str, context: Mapping[str, Any] | None = None) -> None:
        if self.role_arn is None:
            return
        account = self.role_arn.split(":")[4]
        named = f"arn:{self.partition}:cloudformation:{self.region}:{account}:stack"
        resource = self.stack_id or f"{named}/{self.stack_name}/*"
        require(self.role_arn, action, resource, context or {}, session=SESSION)

    def _watched(self, stack: SandboxStack, expected: str) -> Outcome:
        """What the role sees of the stack when CloudFormation is done."""
        try:
            self._require("cloudformation:DescribeStacks")
            self._require("cloudformation:DescribeStackEvents")
        except ServiceException as error:
            return Outcome(error=_reason(error))
        arn = {
            "OutputKey": "CloudformationStackARN",
            "OutputValue": stack.stack_id,
            "Description": "The ARN of the launched Cloudformation Stack",
        }
        if stack.status != expected:
            return Outcome(error=stack.stack_status_reason or stack.status, outputs=(arn,))
        shown = ("OutputKey", "OutputValue", "Description")
        outputs = ({name: row.get(name) for name in shown} for row in stack.outputs or ())
        return Outcome(outputs=(arn, *outputs))

    def _let_go(self, stack: SandboxStack) -> None:
        """Forget a stack, as if everything in it had the deletion policy Retain."""
        backend = self._backend
        for export in stack.exports:
            backend.exports.pop(export.name, None)
        backend.stacks.pop(stack.stack_id)
        stack.status = "DELETE_COMPLETE"
        backend.deleted_stacks[stack.stack_id] = stack


def _object(url: str) -> str:
    """Bucket and key at a URL of S3, in the path or with the bucket in the host."""
    parts = urlsplit(url)
    host, key = parts.hostname or "", parts.path.lstrip("/")
    return key if host.startswith("s3") else f"{host.partition('.s3')[0]}/{key}"


def _about(source: Source) -> dict[str, Any]:
    """The condition keys of CreateStack and UpdateStack.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
    """
    return {
        **{f"aws:RequestTag/{key}": value for key, value in source.tags.items() if value},
        "aws:TagKeys": list(source.tags),
        "cloudformation:TemplateUrl": source.template_url,
    }


def _reason(error: Exception) -> str:
    return str(getattr(error, "message", None) or error)
