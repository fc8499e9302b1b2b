"""Older versions of products: what they need, as long as there are launches of them.

Nothing in the catalog tells it any more; their templates do.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.launch_permissions.products import PROPERTIES, ROLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TYPE = re.compile(rb'"Type": "(AWS::[A-Za-z0-9:]+)"')
_THEIRS = b":iam::aws:policy/"
"""What stands in the ARNs of AWS managed policies, and seldom anywhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """What older versions need."""

    resource_types: frozenset[str] = frozenset()
    attached: frozenset[str] = frozenset()
    """The AWS managed policies that they attach, by path and name."""


NONE = Older()
"""There are no older versions."""


def older(templates: Iterable[bytes]) -> Older:
    """What older versions need, by the bytes of their templates.

    A catalog may have tens of thousands of them: only those that attach policies of AWS are parsed.
    """
    kinds: set[str] = set()
    attached: set[str] = set()
    for each in templates:
        kinds.update(found.decode() for found in _TYPE.findall(each))
        if _THEIRS in each:
            attached.update(_attached(json.loads(each)))
    return Older(
        # A type of a parameter is called alike.
        resource_types=frozenset(kinds & PROPERTIES.keys()),
        attached=frozenset(attached),
    )


def _attached(body: Any) -> Iterator[str]:
    for each in body["Resources"].values():
        if each["Type"] == ROLE:
            for text in _texts(each["Properties"].get("ManagedPolicyArns", [])):
                _, found, name = text.partition(_THEIRS.decode())
                if found:
                    yield name


def _texts(node: Any) -> Iterator[str]:
    """The texts at any depth: an ARN may stand under Fn::If and Fn::Sub."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _texts(each)
