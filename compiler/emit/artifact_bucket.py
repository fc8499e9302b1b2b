"""The bucket that templates are published from: what is in it stays as it was written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs.aws import Principal, Statement
from troposphere import If, NoValue, Ref, Sub, Tags, encode_to_dict
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    NoncurrentVersionExpiration,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
    VersioningConfiguration,
)

from compiler.emit.permissions import condition
from compiler.emit.statements import action
from compiler.hub import LOCKS, bucket_name
from compiler.iam import quota

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from compiler.template import Body

BUCKET = "ArtifactBucket"
BUCKET_POLICY = "ArtifactBucketPolicy"

KEY = "ArtifactKey"
"""The parameter that may name a key of KMS's."""

HAS_KEY = "HasArtifactKey"
"""The Condition that it does."""


def bucket_text(catalog: str) -> str:
    """The name of a catalog's bucket, as a text of a template: the account is the hub's."""
    return bucket_name(catalog, "${AWS::AccountId}")


def bucket_arn(catalog: str) -> str:
    """The ARN of a catalog's bucket, as a text of a template."""
    return f"arn:${{AWS::Partition}}:s3:::{bucket_text(catalog)}"


def bucket_resources(catalog: str, tags: Mapping[str, str]) -> Body:
    """The bucket and its policy, by logical id; both outlive their stack."""
    made = (_bucket(catalog, tags), _policy(catalog))
    return {each.title: each.to_dict() for each in made}


def _bucket(catalog: str, tags: Mapping[str, str]) -> Bucket:
    encryption = ServerSideEncryptionRule(
        BucketKeyEnabled=If(HAS_KEY, "true", NoValue),
        ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(
            SSEAlgorithm=If(HAS_KEY, "aws:kms", "AES256"),
            KMSMasterKeyID=If(HAS_KEY, Ref(KEY), NoValue),
        ),
    )
    abandoned = LifecycleRule(
        Id="abandoned-uploads",
        Status="Enabled",
        AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=1),
    )
    # A lock is of use while somebody publishes.
    old = LifecycleRule(
        Id="old-locks",
        Status="Enabled",
        Prefix=LOCKS,
        ExpirationInDays=30,
        NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=1),
    )
    return Bucket(
        BUCKET,
        BucketName=Sub(bucket_text(catalog)),
        BucketEncryption=BucketEncryption(ServerSideEncryptionConfiguration=[encryption]),
        LifecycleConfiguration=LifecycleConfiguration(Rules=[abandoned, old]),
        OwnershipControls=OwnershipControls(
            Rules=[OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(
            BlockPublicAcls=True,
            BlockPublicPolicy=True,
            IgnorePublicAcls=True,
            RestrictPublicBuckets=True,
        ),
        VersioningConfiguration=VersioningConfiguration(Status="Enabled"),
        Tags=Tags(dict(tags)),
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )


def _policy(catalog: str) -> BucketPolicy:
    everything = [Sub(bucket_arn(catalog)), Sub(f"{bucket_arn(catalog)}/*")]
    objects = everything[1:]
    statements = [
        _deny("OnlyByTls", ("s3:*",), everything, {"Bool": {"aws:SecureTransport": "false"}}),
        # Without the header an object would be written over. Multipart uploads, whose first request
        # cannot carry it, are refused too: no template is that large.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        _deny("OnlyOnce", ("s3:PutObject",), objects, {"Null": {"s3:if-none-match": "true"}}),
        # After a deletion a key could be written again. The root user is let through, so that there
        # is a way that no policy of IAM's gives.
        _deny(
            "NoDeletion",
            ("s3:DeleteObject", "s3:DeleteObjectVersion"),
            objects,
            {
                "ArnNotEquals": {
                    "aws:PrincipalArn": Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
                }
            },
        ),
    ]
    return BucketPolicy(
        BUCKET_POLICY,
        Bucket=Ref(BUCKET),
        PolicyDocument={
            "Version": quota.VERSION,
            "Statement": [encode_to_dict(each) for each in statements],
        },
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )


def _deny(
    sid: str, actions: tuple[str, ...], resources: list[Sub], when: Mapping[str, Mapping[str, Any]]
) -> Statement:
    return Statement(
        Sid=sid,
        Effect="Deny",
        Principal=Principal("*"),
        Action=[action(each) for each in actions],
        Resource=resources,
        Condition=condition(when),
    )
