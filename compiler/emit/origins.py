"""Which line of the catalog each part of a template comes from."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.emit.names import ROLE

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
    own = len(packing.policies) if entitlements.storage == "managed" else 0
    for index in range(len(entitlements.managed_policies)):
        place = _within(entitlements.origin, "managed_policies", index)
        origins[*role, "ManagedPolicyArns", own + index] = place
    for parameter in entitlements.parameters.values():
        origins["Parameters", parameter.name] = parameter.origin
    trust: TemplatePath = (*role, "AssumeRolePolicyDocument", "Statement")
    for index, each in enumerate(entitlements.trust):
        origins[*trust, index] = each.origin
    for number, policy in enumerate(packing.policies):
        document: TemplatePath = ("Resources", policy.name, "Properties", "PolicyDocument")
        if entitlements.storage == "inline":
            document = ("Resources", ROLE, "Properties", "Policies", number, "PolicyDocument")
        for index, statement in enumerate(policy.statements):
            origins[*document, "Statement", index] = statement.origin
    return origins


@lru_cache(maxsize=4096)
def _within(place: Place, *route: str | int) -> Place:
    return replace(place, route=(*place.route, *route))
