"""AWS::S3::Bucket, versioned if it is to be, and AWS::S3::BucketPolicy, which moto has not.

moto makes a bucket with its encryption and its tags, and leaves the rest of its properties out.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from compiler.sandbox.cloudformation.tags import StackTagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.s3.models import S3Backend


class BucketResource(StackTagged, CloudFormationModel):
    """The model of the type; the buckets that it makes are moto's."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "BucketName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::S3::Bucket"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return bool(FakeBucket.has_cfn_attr(attr))

    @staticmethod
    def get_cfn_attribute(bucket: FakeBucket, attribute_name: str) -> Any:
        """A return value of Fn::GetAtt."""
        return bucket.get_cfn_attribute(attribute_name)

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> FakeBucket:
        bucket = FakeBucket.create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        bucket.versioning_status = _versioning(cloudformation_json["Properties"])
        return bucket

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: FakeBucket,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> FakeBucket:
        bucket = FakeBucket.update_from_cloudformation_json(
            original_resource, new_resource_name, cloudformation_json, account_id, region_name
        )
        bucket.versioning_status = _versioning(cloudformation_json["Properties"])
        return bucket

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        FakeBucket.delete_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name
        )

    def is_created(self) -> bool:
        return True

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new bucket."""
        return previous.get("BucketName") != properties.get("BucketName")


@dataclass
class _Attached:
    """A policy that a bucket has: it is named by its bucket. moto sets more of its attributes."""

    physical_resource_id: str


class BucketPolicyResource(CloudFormationModel):
    """The model of the type."""

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Bucket"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::S3::BucketPolicy"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return False

    @staticmethod
    def get_cfn_attribute(_policy: _Attached, _attribute_name: str) -> Any:
        """It has none."""
        raise UnformattedGetAttTemplateException

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> _Attached:
        policy = json.dumps(cloudformation_json["Properties"]["PolicyDocument"])
        s3 = _backend(account_id, region_name)
        s3.put_bucket_policy(resource_name, policy.encode())
        return _Attached(resource_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: _Attached,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> _Attached:
        name = original_resource.physical_resource_id
        return cls.create_from_cloudformation_json(
            name, cloudformation_json, account_id, region_name
        )

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        _backend(account_id, region_name).delete_bucket_policy(resource_name)

    def is_created(self) -> bool:
        return True

    @classmethod
    def replaced_by(cls, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
        """Whether a change of these properties makes a new policy."""
        return bool(previous["Bucket"] != properties["Bucket"])


def _versioning(properties: Mapping[str, Any]) -> str | None:
    status: str | None = properties.get("VersioningConfiguration", {}).get("Status")
    return status


def _backend(account_id: str, region_name: str) -> S3Backend:
    backend: S3Backend = s3_backends[account_id][get_partition(region_name)]
    return backend
