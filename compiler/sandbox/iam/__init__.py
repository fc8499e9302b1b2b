"""IAM of the sandbox: moto's, with quotas, refusals and whole CloudFormation models."""

__all__ = ["install"]


def install() -> None:
    """Put this IAM in the place of moto's, with the managed policies of AWS in it.

    moto has those policies only where an environment variable asks for them; this backend always
    has them, in each account and partition, so that the environment need not change.
    """
    from moto.core.errors import COMMON_ERROR_CODES
    from moto.iam.models import iam_backends

    from compiler.sandbox.cloudformation.registry import register
    from compiler.sandbox.iam.identity_provider import IdentityProviderResource
    from compiler.sandbox.iam.managed_policy import ManagedPolicyResource
    from compiler.sandbox.iam.models import SandboxIAMBackend
    from compiler.sandbox.iam.role import RoleResource

    iam_backends.backend = SandboxIAMBackend
    # Any service of AWS may answer so; moto warns of it where a service's model does not say so.
    COMMON_ERROR_CODES.append("AccessDenied")
    register(RoleResource)
    register(ManagedPolicyResource)
    register(IdentityProviderResource)
