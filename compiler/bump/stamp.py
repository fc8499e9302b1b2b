"""What a template of ours says of itself, and what is left of it without its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.bump.resources import properties_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.template import Body

_VERSION_TAG = "personac:version"


def stated(body: Body) -> Mapping[str, Any]:
    """What a template of ours says of itself: catalog, persona, version; nothing for others."""
    metadata = body.get("Metadata")
    about = metadata.get("personac") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def unversioned(body: Body) -> Body:
    """A template without its version: the one difference that is in every change."""
    made = {**body}
    if about := stated(body):
        told = {key: each for key, each in about.items() if key != "version"}
        made["Metadata"] = {**body["Metadata"], "personac": told}
    resources = {**body.get("Resources", {})}
    for name, properties in properties_of(body).items():
        tags = properties.get("Tags")
        if isinstance(tags, list):
            tags = [
                each
                for each in tags
                if not (isinstance(each, dict) and each.get("Key") == _VERSION_TAG)
            ]
            resources[name] = {**resources[name], "Properties": {**properties, "Tags": tags}}
    return {**made, "Resources": resources}
