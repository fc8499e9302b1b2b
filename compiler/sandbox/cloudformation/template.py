"""A template before anything is made from it: what it holds, and why a stack may refuse it."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import get_model_map

from compiler.lint import LintFinding, lint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

QUOTED_FINDINGS = 10
"""How many findings of cfn-lint a refusal quotes."""

_NAME_PROPERTIES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
_HOLLOW = (
    # Its failure would not reach the stack around it.
    "AWS::CloudFormation::Stack",
    # Custom resources, of this and of every Custom:: type, need Docker to end.
    "AWS::CloudFormation::CustomResource",
    "?",
)
"""Types that moto has a class for, but whose stacks would not come out as on AWS."""
_NOT_IAM_CAPABLE = ("AWS::IAM::ServerCertificate", "AWS::IAM::SAMLProvider")


class InsufficientCapabilitiesError(CloudFormationError):
    """The template makes IAM resources and the caller has not acknowledged that."""

    code = "InsufficientCapabilitiesException"


def parse(body: str) -> dict[str, Any]:
    """Read a template, JSON or YAML.

    :raises ValidationError: if the text is no template.
    """
    try:
        template = json.loads(body)
    except ValueError:
        try:
            template = _without_dates(Stack.parse_template(body))
        except Exception as error:
            raise ValidationError(message=f"Template format error: {error}") from error
    if not isinstance(template, dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    if not isinstance(template.get("Resources"), dict) or not template["Resources"]:
        raise ValidationError(
            message="Template format error: At least one Resources member must be defined."
        )
    return template


def verify(body: str, region: str) -> dict[str, Any]:
    """Read a template and refuse what the sandbox would make into something that AWS would not.

    :raises ValidationError: if the template does not parse, has a transform, has a resource type
        that moto has no model for, or has an error in the eyes of cfn-lint.
    """
    template = parse(body)
    if template.get("Transform"):
        raise ValidationError(message="the sandbox runs no transforms")
    without_model = sorted({name for name in resource_types(template) if not _has_model(name)})
    if without_model:
        raise ValidationError(message=f"the sandbox has no model for {', '.join(without_model)}")
    errors = [finding for finding in _verdict(body, region) if finding.severity == "error"]
    if errors:
        quoted = "; ".join(_quote(finding) for finding in errors[:QUOTED_FINDINGS])
        more = len(errors) - QUOTED_FINDINGS
        rest = f"; and {more} more" if more > 0 else ""
        raise ValidationError(message=f"Template error: cfn-lint finds {quoted}{rest}")
    return template


def resource_types(template: Mapping[str, Any]) -> list[str]:
    """The type of each resource, in the order of the template."""
    return [str(resource.get("Type")) for resource in template["Resources"].values()]


def required_capability(template: Mapping[str, Any]) -> str | None:
    """The capability that a caller must acknowledge, if any.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    """
    capability = None
    for resource in template["Resources"].values():
        kind = str(resource.get("Type"))
        if not kind.startswith("AWS::IAM::") or kind in _NOT_IAM_CAPABLE:
            continue
        if _NAME_PROPERTIES.get(kind) in resource.get("Properties", {}):
            return "CAPABILITY_NAMED_IAM"
        capability = "CAPABILITY_IAM"
    return capability


def require_capabilities(template: Mapping[str, Any], acknowledged: Iterable[str]) -> None:
    """Refuse a template whose capability the caller has not acknowledged.

    :raises InsufficientCapabilitiesError: in AWS's words.
    """
    required = required_capability(template)
    enough = {"CAPABILITY_NAMED_IAM", required}
    if required and not enough.intersection(acknowledged):
        raise InsufficientCapabilitiesError(f"Requires capabilities : [{required}]")


@lru_cache(maxsize=256)
def _verdict(body: str, region: str) -> tuple[LintFinding, ...]:
    """The findings for one body and Region: tests and launches deploy the same body many times."""
    return lint(body, (region,))


def _has_model(resource_type: str) -> bool:
    return resource_type in get_model_map() and resource_type not in _HOLLOW


def _quote(finding: LintFinding) -> str:
    place = "/".join(str(part) for part in finding.path) or f"line {finding.line}"
    return f"{finding.rule} at {place}: {finding.message}"


def _without_dates(node: Any) -> Any:
    """Dates back to text: YAML reads ``Version: 2012-10-17`` as a date, CloudFormation does not."""
    if isinstance(node, dict):
        return {str(key): _without_dates(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_without_dates(item) for item in node]
    return node.isoformat() if isinstance(node, date) else node
