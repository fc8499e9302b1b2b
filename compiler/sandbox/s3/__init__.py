"""S3 of the sandbox: moto's, with checksums verified and bucket policies read to their end."""

__all__ = ["install"]


def install() -> None:
    """Put this S3 in the place of moto's."""
    from moto.s3 import models as moto_models

    from compiler.sandbox.cloudformation.registry import register
    from compiler.sandbox.s3.bucket import BucketPolicyResource, BucketResource
    from compiler.sandbox.s3.bucket_policy import permission
    from compiler.sandbox.s3.models import SandboxS3Backend

    moto_models.s3_backends.backend = SandboxS3Backend
    # A subclass would be a second AWS::S3::Bucket to CloudFormation.
    setattr(moto_models.FakeBucket, "get_permission", permission)  # noqa: B010 - a type to mypy
    register(BucketResource)
    register(BucketPolicyResource)
