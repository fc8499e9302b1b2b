"""The tags of a stack, which reach every resource of it that can have tags.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class StackTagged:
    """A model whose resources have the tags of their stack."""

    @classmethod
    def with_stack_tags(
        cls, properties: Mapping[str, Any], tags: Mapping[str, str]
    ) -> dict[str, Any]:
        """The properties with the stack's tags; where both name a key, the template's holds."""
        own = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        merged = {**tags, **own}
        if not merged:
            return dict(properties)
        return {**properties, "Tags": [{"Key": k, "Value": v} for k, v in merged.items()]}


def gone_tags(previous: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    """The keys of the tags that only the previous properties have."""
    kept = {tag["Key"] for tag in properties.get("Tags", [])}
    return [tag["Key"] for tag in previous.get("Tags", []) if tag["Key"] not in kept]
