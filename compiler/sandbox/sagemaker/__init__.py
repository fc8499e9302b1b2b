"""SageMaker of the sandbox: moto's, with Studio as AWS documents it.

moto has domains that nothing refuses and that nobody can be in. Here they have user profiles,
spaces and apps, each of which keeps what it stands in from being deleted.
"""

__all__ = ["install"]


def install() -> None:
    """Put this SageMaker in the place of moto's."""
    from moto.sagemaker.models import sagemaker_backends

    from compiler.sandbox.cloudformation.registry import register
    from compiler.sandbox.sagemaker.domain import DomainResource
    from compiler.sandbox.sagemaker.models import SandboxSageMakerBackend
    from compiler.sandbox.sagemaker.user_profile import UserProfileResource

    sagemaker_backends.backend = SandboxSageMakerBackend
    register(DomainResource)
    register(UserProfileResource)
