"""CloudFormation of the sandbox: moto's API over an engine that behaves as AWS documents it.

A call goes through these modules in this order:

- ``responses``: reads the request, and asks for the capabilities that it must acknowledge.
- ``template``: reads the template, and refuses what cfn-lint or the sandbox cannot accept.
- ``plan``: checks ``parameters``, keeps Rules and decides ``conditions``, finds the order.
- ``models`` and ``stack``: hold stacks and change sets, and what became of them.
- ``resources``: makes, changes, replaces and removes what is ``made``, resolving ``intrinsics`` as
  it goes, with the models in the ``registry``, and asks whether the stack's role may (``handled``).
"""

__all__ = ["install"]


def install() -> None:
    """Put this CloudFormation in the place of moto's."""
    from moto.cloudformation import models as moto_models

    from compiler.sandbox.cloudformation.models import SandboxCloudFormationBackend
    from compiler.sandbox.cloudformation.stack import SandboxStack

    moto_models.cloudformation_backends.backend = SandboxCloudFormationBackend
    # StackSets make their stacks from this name.
    setattr(moto_models, "Stack", SandboxStack)  # noqa: B010 - a type to mypy
