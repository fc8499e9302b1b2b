"""Whether a difference announces that a request is decided differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.iam.document import parse
from compiler.iam.request import Access
from tests.iam.judges.universe import asked
from tests.iam.judges.vocabulary import covers

UNMADE_SERVICE = "unmade"
"""The service of the search's actions of services that AWS has not made."""

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.iam.finding import Difference, Finding, Unknown
    from tests.iam.judges.vocabulary import Document


def access(*documents: Document) -> Access:
    """Identity policies that decide together."""
    policies = (parse(each, name=f"policy-{index}") for index, each in enumerate(documents))
    return Access(policies=tuple(policies))


def announced(found: Difference, action: str, *, made: bool, is_gained: bool) -> bool:
    """Whether a difference says that an action is gained, or lost, for some requests.

    Args:
        found: the difference.
        action: its name.
        made: whether AWS has made it; one that it has not is announced by any of its kind.
        is_gained: whether new allows the request, and old does not; otherwise the reverse.
    """
    return _names(found.gained if is_gained else found.lost, action, made=made)


def left_open(found: Difference, action: str, *, made: bool) -> bool:
    """Whether a difference says that it does not know of an action."""
    return _names(found.unknown, action, made=made)


def _names(found: Iterable[Finding | Unknown], action: str, *, made: bool) -> bool:
    if made:
        return any(action in each.actions for each in found)
    # One action stands for all that AWS has not made: a finding by the same statement is about it, where it
    # names one of the same service, or of any.
    service = action.partition(":")[0].lower()
    return any(
        covers(each.allowing.body, action)
        for each in found
        for name in each.actions
        if not asked(name).made and name.partition(":")[0].lower() in (service, UNMADE_SERVICE)
    )
