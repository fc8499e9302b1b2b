"""What SageMaker refuses of the settings of a domain or of a user profile.

It is refused that a role cannot be assumed, or that a network is missing. Whether subnets, security
groups, keys and people exist is not looked at.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from compiler.iam.document import Principal, parse
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request
from compiler.sandbox.constraints import ValidationException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.sagemaker.studio import StudioDomain

SERVICE = "sagemaker.amazonaws.com"
"""Who has to be able to assume an execution role, in every partition."""


def merged(settings: Mapping[str, Any] | None, changed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Settings after an update, which exchanges the members that it names and keeps the others."""
    return {**(settings or {}), **(changed or {})}


def require_network(
    access_type: str | None,
    vpc_id: str | None,
    subnet_ids: list[str] | None,
    domain_settings: Mapping[str, Any] | None,
) -> None:
    """Refuse a domain without a VPC, which only Unified Studio makes, and only with the internet.

    :raises ValidationException: if something is missing.
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html
    """
    is_free = access_type != "VpcOnly" and "UnifiedStudioSettings" in (domain_settings or {})
    missing = [name for name, value in (("VpcId", vpc_id), ("SubnetIds", subnet_ids)) if not value]
    if missing and not is_free:
        raise ValidationException(f"{' and '.join(missing)} must be provided for the domain.")


def require_user_settings(domain: StudioDomain, settings: Mapping[str, Any] | None) -> None:
    """Refuse the settings of a user profile that do not go with its domain's.

    :raises ValidationException: if there is no security group in a VPC-only domain, or Studio is
        where the user lands and is disabled.
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html
    """
    both = (domain.default_user_settings, settings or {})
    is_guarded = any(each.get("SecurityGroups") for each in both)
    if domain.app_network_access_type == "VpcOnly" and not is_guarded:
        raise ValidationException(
            "SecurityGroups must be provided in UserSettings or in the DefaultUserSettings of the "
            f"Domain [{domain.arn}], whose AppNetworkAccessType is VpcOnly."
        )
    require_landing(merged(*both))


def require_landing(settings: Mapping[str, Any]) -> None:
    """Refuse that a user lands in Studio and cannot access it.

    :raises ValidationException: if that is so.
    """
    lands = str(settings.get("DefaultLandingUri", "")).startswith("studio:")
    if lands and settings.get("StudioWebPortal") == "DISABLED":
        raise ValidationException(
            "DefaultLandingUri can be studio:: only if StudioWebPortal is ENABLED."
        )


def require_execution_role(
    settings: Mapping[str, Any] | None, source_arn: str, account_id: str, region_name: str
) -> None:
    """Refuse an execution role that SageMaker cannot assume.

    :param source_arn: the domain or user profile that it would be assumed for.
    :raises ValidationException: if the role does not exist, or its trust policy does not allow it.
        https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    role_arn = (settings or {}).get("ExecutionRole")
    if role_arn and not _can_assume(role_arn, source_arn, account_id, region_name):
        raise ValidationException(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
            f"principal '{SERVICE}' to assume the role."
        )


def _can_assume(role_arn: str, source_arn: str, account_id: str, region_name: str) -> bool:
    try:
        role = iam_backends[account_id][get_partition(region_name)].get_role_by_arn(role_arn)
        trust = parse(json.loads(role.assume_role_policy_document), name="trust", kind="trust")
    except (NotFoundException, ValueError):
        return False
    request = Request(
        action="sts:AssumeRole",
        principal=Principal("Service", SERVICE),
        context={
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": SERVICE,
            "aws:SourceAccount": account_id,
            "aws:SourceArn": source_arn,
        },
    )
    try:
        return decide(Access(policies=(trust,)), request).decision == "allowed"
    except ValueError:
        return False
