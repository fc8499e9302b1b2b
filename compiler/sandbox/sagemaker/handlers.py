"""The calls of AWS's handlers of AWS::SageMaker::Domain and AWS::SageMaker::UserProfile.

Which ones there are is in the schemas of the registry; what each is about is in the Service
Authorization Reference.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.authorisation import Call, request_tags, resource_tags
from compiler.sandbox.cloudformation.tags import gone_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.sandbox.cloudformation.handled import Handled, Handler

SERVICE = "sagemaker.amazonaws.com"
SERVICE_ROLE = f"role/aws-service-role/{SERVICE}/AWSServiceRoleForAmazonSageMakerNotebooks"
"""https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-notebooks.html"""

_CREATED_WITH = ("sagemaker:AuthMode", "sagemaker:VolumeKmsKeyArn")


def domain_calls(handler: Handler, handled: Handled) -> Iterator[Call]:
    """The calls of a handler of AWS::SageMaker::Domain."""
    # AWS makes up the id: no call that makes a domain is about one id.
    identifier = handled.name if handled.name.startswith("d-") else "*"
    arn = _arn(handled, f"domain/{identifier}")
    keys = _domain_keys(handled.properties)
    if handler == "update":
        # What cannot be changed is in no request that changes a domain.
        keys = {key: each for key, each in keys.items() if key not in _CREATED_WITH}
    yield from _calls("Domain", handler, handled, arn, keys)
    if handler == "create":
        iam = f"arn:{handled.partition}:iam::{handled.account_id}"
        service = {"iam:AWSServiceName": SERVICE}
        yield Call("iam:CreateServiceLinkedRole", f"{iam}:{SERVICE_ROLE}", service)
        yield from _key_calls(handled)


def user_profile_calls(handler: Handler, handled: Handled) -> Iterator[Call]:
    """The calls of a handler of AWS::SageMaker::UserProfile."""
    name = f"{handled.properties['DomainId']}/{handled.properties['UserProfileName']}"
    arn = _arn(handled, f"user-profile/{name}")
    settings = handled.properties.get("UserSettings", {})
    yield from _calls("UserProfile", handler, handled, arn, _settings_keys(settings))
    if handled.properties.get("SingleSignOnUserValue"):
        yield Call("sso:ListInstances")
        stores = f"arn:{handled.partition}:identitystore"
        yield Call("identitystore:ListUsers", f"{stores}::{handled.account_id}:identitystore/d-0")
        yield Call("identitystore:ListUsers", f"{stores}:::user/*")


def _calls(
    kind: str, handler: Handler, handled: Handled, arn: str, keys: Mapping[str, str | Sequence[str]]
) -> Iterator[Call]:
    """What the handlers of both types call, for a kind as the names of actions have it."""
    tags = resource_tags(handled.tags, "sagemaker")
    if handler == "create":
        given = request_tags(handled.tags)
        yield Call(f"sagemaker:Create{kind}", arn, {**keys, **given})
        if given:
            tagging = {**given, "sagemaker:TaggingAction": f"Create{kind}"}
            yield Call("sagemaker:AddTags", arn, tagging)
    elif handler == "read":
        yield Call(f"sagemaker:Describe{kind}", arn, tags)
        yield Call("sagemaker:ListTags", arn, tags)
    elif handler == "update":
        yield Call(f"sagemaker:Update{kind}", arn, {**keys, **tags})
        if gone := gone_tags(handled.previous, handled.properties):
            yield Call("sagemaker:DeleteTags", arn, {**tags, "aws:TagKeys": gone})
        if added := handled.added_tags():
            yield Call("sagemaker:AddTags", arn, {**tags, **request_tags(added)})
    else:
        yield Call(f"sagemaker:Describe{kind}", arn, tags)
        yield Call(f"sagemaker:Delete{kind}", arn, tags)
    if handler in ("create", "update"):
        for role in sorted(set(_values(handled.properties, "ExecutionRole"))):
            passed = {"iam:PassedToService": SERVICE, "iam:AssociatedResourceArn": arn}
            yield Call("iam:PassRole", role, passed)


def _key_calls(handled: Handled) -> Iterator[Call]:
    """What SageMaker does with a domain's key, in the name of who makes the domain."""
    key = handled.properties.get("KmsKeyId")
    if not key:
        return
    via = {"kms:ViaService": f"sagemaker.{handled.region}.amazonaws.com"}
    for action in ("DescribeKey", "Decrypt", "GenerateDataKeyWithoutPlaintext"):
        yield Call(f"kms:{action}", key, via)
    yield Call("kms:CreateGrant", key, {**via, "kms:GrantIsForAWSResource": "true"})


def _domain_keys(properties: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    keys: dict[str, str | Sequence[str]] = {
        "sagemaker:AppNetworkAccessType": properties.get("AppNetworkAccessType", ""),
        "sagemaker:AuthMode": properties.get("AuthMode", ""),
        "sagemaker:VolumeKmsKeyArn": properties.get("KmsKeyId", ""),
        "sagemaker:VpcSubnets": properties.get("SubnetIds", []),
        **_settings_keys(properties.get("DefaultUserSettings", {})),
    }
    return {key: value for key, value in keys.items() if value}


def _settings_keys(settings: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    keys = {
        "sagemaker:InstanceTypes": sorted(set(_values(settings, "InstanceType"))),
        "sagemaker:VpcSecurityGroupIds": settings.get("SecurityGroups", []),
    }
    return {key: value for key, value in keys.items() if value}


def _values(node: Any, name: str) -> Iterator[str]:
    """The values of a member, at any depth."""
    if isinstance(node, dict):
        for key, each in node.items():
            if key == name and isinstance(each, str):
                yield each
            yield from _values(each, name)
    elif isinstance(node, list):
        for each in node:
            yield from _values(each, name)


def _arn(handled: Handled, rest: str) -> str:
    return f"arn:{handled.partition}:sagemaker:{handled.region}:{handled.account_id}:{rest}"
