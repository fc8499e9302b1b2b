"""The template of the permissions boundary: one managed policy, once in an account.

It names no Region, for IAM has none: the stack may stand in any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Output, Ref
from troposphere.iam import ManagedPolicy

from compiler.emit.names import BOUNDARY
from compiler.emit.statements import emit_statement
from compiler.iam import quota
from compiler.template import AccountTemplate, Body, TemplatePath

if TYPE_CHECKING:
    from compiler.boundary import Boundary
    from compiler.catalog import Catalog
    from compiler.place import Place

NAME = "boundary"
"""What the template is called among those of an account."""


def emit_boundary(catalog: Catalog, boundary: Boundary) -> AccountTemplate:
    """Emit the template of a catalog's boundary."""
    path, _, name = catalog.boundary.rpartition("/")
    title = catalog.settings.title
    document = {
        "Version": quota.VERSION,
        "Statement": [emit_statement(each, {}) for each in boundary.statements],
    }
    policy = ManagedPolicy(
        BOUNDARY,
        # A change of one replaces the policy, and roles hold on to it: no version stands here.
        Description=f"What no role of {title} may ever do.",
        ManagedPolicyName=name,
        Path=f"/{path}/" if path else "/",
        PolicyDocument=document,
    )
    output = Output(
        "BoundaryArn",
        Description="The boundary; catalog.yaml names it as permissions_boundary.",
        Value=Ref(BOUNDARY),
    )
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{title}: the permissions boundary of every role, once in an account.",
        "Metadata": {
            "personac": {
                "catalog": catalog.settings.name,
                "guardrails": {each: list(sids) for each, sids in boundary.guardrails.items()},
            }
        },
        "Resources": {BOUNDARY: policy.to_dict()},
        "Outputs": {"BoundaryArn": output.to_dict()},
    }
    return AccountTemplate(name=NAME, body=body, origins=_origins(catalog, boundary))


def _origins(catalog: Catalog, boundary: Boundary) -> dict[TemplatePath, Place]:
    statements: TemplatePath = ("Resources", BOUNDARY, "Properties", "PolicyDocument", "Statement")
    return {
        (): catalog.settings_place("permissions_boundary"),
        **{(*statements, index): each.origin for index, each in enumerate(boundary.statements)},
    }
