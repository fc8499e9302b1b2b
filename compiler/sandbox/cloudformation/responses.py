"""What the CloudFormation API answers, where moto's answer does not look at all of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError

from compiler.sandbox.cloudformation.models import SandboxCloudFormationBackend
from compiler.sandbox.cloudformation.template import (
    parse,
    require_capabilities,
    required_capability,
    resource_types,
    verify,
)

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack

TEMPLATE_BODY_BYTES = 51_200
"""The longest template that a request may carry; S3 holds longer ones.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class CloudFormationResponses(CloudFormationResponse):
    """moto's responses, with capabilities and failure options, over templates read as AWS does."""

    @property
    def cloudformation_backend(self) -> SandboxCloudFormationBackend:
        backend = super().cloudformation_backend
        if not isinstance(backend, SandboxCloudFormationBackend):
            raise TypeError("moto made its own CloudFormation before the sandbox was installed")
        return backend

    def create_stack(self) -> ActionResult:
        body = self._body(None)
        self._acknowledge(body)
        stack = self.cloudformation_backend.create_stack(
            name=self._get_param("StackName"),
            template=body,
            parameters=self._given_parameters(),
            notification_arns=self._get_param("NotificationARNs", []),
            tags=self._tags(),
            role_arn=self._get_param("RoleARN"),
            enable_termination_protection=self._says("EnableTerminationProtection"),
            timeout_in_mins=self._get_param("TimeoutInMinutes"),
            stack_policy_body=self._get_param("StackPolicyBody"),
            on_failure=self._on_failure(),
        )
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        name = self._get_param("StackName")
        body = self._body(name)
        self._acknowledge(body)
        # An update without tags keeps them, and a request cannot tell none from an empty list.
        stack = self.cloudformation_backend.update_stack(
            name=name,
            template=body,
            role_arn=self._get_param("RoleARN"),
            parameters=self._get_param("Parameters", []),
            tags=self._tags() or None,
        )
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self) -> ActionResult:
        self.cloudformation_backend.delete_stack(
            self._get_param("StackName"), self._get_param("RoleARN")
        )
        return ActionResult({})

    def create_change_set(self) -> ActionResult:
        name, backend = self._get_param("StackName"), self.cloudformation_backend
        kind = self._get_param("ChangeSetType", "UPDATE")
        body = self._body(name if kind == "UPDATE" else None)
        self._acknowledge(body)
        parameters = self._given_parameters()
        if kind == "UPDATE":
            parameters = backend.update_parameters(
                backend.get_stack(name), self._get_param("Parameters", [])
            )
        change_set_id, stack_id = backend.create_change_set(
            stack_name=name,
            change_set_name=self._get_param("ChangeSetName"),
            template=body,
            parameters=parameters,
            description=self._get_param("Description"),
            change_set_type=kind,
            notification_arns=self._get_param("NotificationARNs", []),
            tags=self._tags() or None,
            role_arn=self._get_param("RoleARN"),
        )
        return ActionResult({"Id": change_set_id, "StackId": stack_id})

    def describe_change_set(self) -> ActionResult:
        return ActionResult(
            self.cloudformation_backend.describe_change_set(
                self._get_param("ChangeSetName"), self._get_param("StackName")
            )
        )

    def validate_template(self) -> ActionResult:
        template = verify(self._body(None), self.region)
        return ActionResult(
            {
                "Description": template.get("Description"),
                "Parameters": [
                    {
                        "ParameterKey": name,
                        "DefaultValue": slot.get("Default"),
                        "NoEcho": slot.get("NoEcho", False),
                        "Description": slot.get("Description"),
                    }
                    for name, slot in template.get("Parameters", {}).items()
                ],
                **self._capabilities(template),
            }
        )

    def get_template_summary(self) -> ActionResult:
        name = self._get_param("StackName")
        template = parse(str(self._stack(name).template) if name else self._body(None))
        return ActionResult(
            {
                "Description": template.get("Description"),
                "Parameters": [
                    {
                        "ParameterKey": key,
                        "DefaultValue": slot.get("Default"),
                        "ParameterType": slot.get("Type", "String"),
                        "NoEcho": slot.get("NoEcho", False),
                        "Description": slot.get("Description"),
                        "ParameterConstraints": {"AllowedValues": slot.get("AllowedValues", [])},
                    }
                    for key, slot in template.get("Parameters", {}).items()
                ],
                "ResourceTypes": sorted(set(resource_types(template))),
                "Version": template.get("AWSTemplateFormatVersion"),
                **self._capabilities(template),
            }
        )

    def _body(self, stack_name: str | None) -> str:
        """The template of the request, or of the stack if the request says to keep it."""
        body, url = self._get_param("TemplateBody"), self._get_param("TemplateURL")
        if stack_name and self._says("UsePreviousTemplate"):
            if body or url:
                raise ValidationError(
                    message="You cannot specify both usePreviousTemplate and "
                    "Template Body/Template URL."
                )
            return str(self._stack(stack_name).template)
        if bool(body) == bool(url):
            raise ValidationError(message="Either Template URL or Template Body must be specified.")
        if body and len(body.encode()) > TEMPLATE_BODY_BYTES:
            raise ValidationError(
                message="1 validation error detected: Value at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {TEMPLATE_BODY_BYTES}"
            )
        return str(body or self._stored(url))

    def _stored(self, url: str) -> str:
        """The template at a URL of S3, in any of its forms, or of the sandbox itself."""
        if urlparse(url).hostname == "127.0.0.1":
            url = url.replace("127.0.0.1", "localhost", 1)
        try:
            return self._get_stack_from_s3_url(url)
        except (AttributeError, S3ClientError) as error:
            # moto has no object for a key that does not exist.
            raise ValidationError(
                message="S3 error: The specified key or bucket does not exist."
            ) from error

    def _stack(self, name: str) -> Stack:
        return self.cloudformation_backend.get_stack(name)

    def _acknowledge(self, body: str) -> None:
        require_capabilities(parse(body), self._get_param("Capabilities", []))

    def _given_parameters(self) -> dict[str, Any]:
        return {
            item["ParameterKey"]: item.get("ParameterValue", "")
            for item in self._get_param("Parameters", [])
        }

    def _says(self, name: str) -> bool:
        return str(self._get_param(name, "false")).lower() == "true"

    def _tags(self) -> dict[str, str]:
        return {item["Key"]: item["Value"] for item in self._get_param("Tags", [])}

    def _on_failure(self) -> str:
        if self._says("DisableRollback"):
            return "DO_NOTHING"
        return str(self._get_param("OnFailure", "ROLLBACK"))

    @staticmethod
    def _capabilities(template: dict[str, Any]) -> dict[str, Any]:
        capability = required_capability(template)
        if capability is None:
            return {"Capabilities": []}
        reason = "The following resource(s) require capabilities: [AWS::IAM::*]"
        return {"Capabilities": [capability], "CapabilitiesReason": reason}
