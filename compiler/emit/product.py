"""The template of a persona: what its product makes, and the template around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.emit.access import access_sections
from compiler.emit.conditions import conditions_of
from compiler.emit.domain import domain_sections
from compiler.emit.form import metadata_of, parameter_of, rules_of
from compiler.emit.origins import origins_of
from compiler.emit.outputs import outputs_of
from compiler.emit.profile import profile_sections
from compiler.emit.role import resources_of
from compiler.emit.sections import Sections
from compiler.template import Body, Template

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements
    from compiler.pack import Packing


def emit(packing: Packing) -> Template:
    """Emit the template of a packed persona.

    What many personas share, statements above all, is encoded once: encoding takes troposphere
    longer than everything else does.
    """
    entitlements = packing.entitlements
    sections = _sections(packing)
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _description(entitlements),
        "Metadata": metadata_of(entitlements),
        "Parameters": {each.name: parameter_of(each) for each in entitlements.parameters.values()},
        "Conditions": sections.conditions,
        "Rules": sections.rules,
        "Resources": sections.resources,
        "Outputs": sections.outputs,
    }
    return Template(
        persona=entitlements.persona,
        version=entitlements.version,
        body={key: value for key, value in body.items() if value},
        origins=origins_of(packing),
    )


def _description(entitlements: Entitlements) -> str:
    # CloudFormation takes 1,024 bytes.
    text = f"{entitlements.title}. {entitlements.description.strip()}"
    return text.encode()[:1024].decode(errors="ignore")


def _sections(packing: Packing) -> Sections:
    entitlements = packing.entitlements
    match entitlements.kind:
        case "domain":
            return domain_sections(entitlements)
        case "access":
            return access_sections(packing)
        case "role":
            role = Sections(
                conditions=conditions_of(packing),
                rules=rules_of(entitlements),
                resources=resources_of(packing),
                outputs=outputs_of(packing),
            )
            return role | profile_sections(packing) if entitlements.onboards else role
