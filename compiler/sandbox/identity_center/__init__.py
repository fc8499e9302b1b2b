"""IAM Identity Center of the sandbox: moto's, with permission sets as AWS documents them."""

__all__ = ["install"]


def install() -> None:
    """Put this Identity Center in the place of moto's."""
    from moto.ssoadmin.models import ssoadmin_backends

    from compiler.sandbox.cloudformation.registry import register
    from compiler.sandbox.identity_center.models import SandboxSSOAdminBackend
    from compiler.sandbox.identity_center.permission_set import PermissionSetResource

    ssoadmin_backends.backend = SandboxSSOAdminBackend
    register(PermissionSetResource)
