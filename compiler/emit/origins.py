"""Which line of the catalog each part of a template comes from."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.emit.names import DOMAIN, PERMISSION_SET, ROLE, USER_PROFILE

if TYPE_CHECKING:
    from compiler.pack import Packing
    from compiler.place import Place
    from compiler.template import TemplatePath


_FROM_SETTINGS = {
    "MaxSessionDuration": "session_duration",
    "PermissionsBoundary": "permissions_boundary",
    "RoleName": "role_name_prefix",
    "Tags": "tags",
}
"""Properties of the role that catalog.yaml sets."""


def origins_of(packing: Packing) -> dict[TemplatePath, Place]:
    """The place of each part that does not come from where its parent does."""
    entitlements = packing.entitlements
    role: TemplatePath = ("Resources", ROLE, "Properties")
    origins: dict[TemplatePath, Place] = {
        (): entitlements.origin,
        ("Description",): _within(entitlements.origin, "description"),
        (*role, "Description"): _within(entitlements.origin, "description"),
        **{
            (*role, name): _within(entitlements.settings_origin, key)
            for name, key in _FROM_SETTINGS.items()
        },
    }
    for index, each in enumerate(entitlements.attachments, len(packing.managed)):
        origins[*role, "ManagedPolicyArns", index] = each.origin
    for parameter in entitlements.parameters.values():
        origins["Parameters", parameter.name] = parameter.origin
    trust: TemplatePath = (*role, "AssumeRolePolicyDocument", "Statement")
    for index, one in enumerate(entitlements.trust):
        origins[*trust, index] = one.origin
    for policy in packing.policies:
        document: TemplatePath = ("Resources", policy.name, "Properties", "PolicyDocument")
        if policy.storage == "inline":
            number = packing.inline.index(policy)
            document = ("Resources", ROLE, "Properties", "Policies", number, "PolicyDocument")
        for index, statement in enumerate(policy.statements):
            origins[*document, "Statement", index] = statement.origin
    return origins | _beside(packing)


def _beside(packing: Packing) -> dict[TemplatePath, Place]:
    """The places of what templates have beside a role and its policies."""
    entitlements = packing.entitlements
    settings = entitlements.settings_origin
    access: TemplatePath = ("Resources", PERMISSION_SET, "Properties")
    origins: dict[TemplatePath, Place] = {
        ("Resources", name, "Properties", "Tags"): _within(settings, "tags")
        for name in (USER_PROFILE, DOMAIN, PERMISSION_SET)
    }
    if entitlements.onboards:
        origins["Resources", USER_PROFILE] = _within(entitlements.origin, "onboarding")
    if entitlements.kind == "access":
        origins[*access, "Description"] = _within(entitlements.origin, "description")
        origins[*access, "SessionDuration"] = _within(settings, "session_duration")
        for policy in packing.policies:
            for index, each in enumerate(policy.statements):
                origins[*access, "InlinePolicy", "Statement", index] = each.origin
    return origins


@lru_cache(maxsize=4096)
def _within(place: Place, *route: str | int) -> Place:
    return replace(place, route=(*place.route, *route))
