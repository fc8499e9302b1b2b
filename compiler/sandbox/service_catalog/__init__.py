"""Service Catalog of the sandbox: it behaves as AWS documents it, refusals and quotas included.

``responses`` answers every operation of the service's model in one way: the request is read and
checked by the model, the method of the operation's name is called on the backend of the account
and Region, and what it gives is checked by the model again. ``models`` composes that backend from
one theme a module, over the ``store`` that holds what exists.

Not made, and answered with an error that says so: service actions, budgets, plans, CopyProduct,
ImportAsProvisionedProduct, launches by StackSets, products from CodeStar or of Terraform, and what
a provisioning engine of one's own calls (Notify…EngineWorkflowResult).
"""

__all__ = ["install"]


def install() -> None:
    """Put this Service Catalog in the place of moto's."""
    from moto.moto_api import state_manager
    from moto.servicecatalog.models import servicecatalog_backends

    from compiler.sandbox.service_catalog.models import SandboxServiceCatalogBackend
    from compiler.sandbox.service_catalog.transition import MODELS

    # Nothing of moto's backend is left in ours.
    setattr(servicecatalog_backends, "backend", SandboxServiceCatalogBackend)  # noqa: B010 - a type to mypy
    for model in MODELS:
        state_manager.register_default_transition(model, {"progression": "manual", "times": 1})
