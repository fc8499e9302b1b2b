"""Quotas: what a role of the catalog may have at most. Sizes are measured where policies are packed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.iam import quota
from compiler.rules.view import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import View

OWN_TAGS = 2
"""Tags that the compiler adds: the persona and its version."""


def check(view: View) -> Iterator[Diagnostic]:
    """The tags of every role."""
    tags = view.catalog.settings.tags
    if len(tags) + OWN_TAGS > quota.TAGS:
        message = f"these are {len(tags)} tags, and {OWN_TAGS} are added; a role takes {quota.TAGS}"
        yield error("too-many-tags", message, view.catalog.settings_place("tags"))
