"""Which requests there are, read from the reference anew: the search's own reading is what is judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from compiler.iam import reference

ACCOUNT = "111122223333"
"""The principal's account: `aws:PrincipalAccount` is this one in every request."""

UNMADE = "Zzyzx"
"""A name that no service has given to an action, and none will."""

UNMADE_SERVICE = "zzyzx"

_PLACES = ("${Region}:${Account}", "${Region}:", ":${Account}", ":")


@dataclass(frozen=True, slots=True)
class Asked:
    """An action that a request may ask for, and what the request may then name."""

    action: str
    made: bool
    """Whether AWS has made it."""

    formats: tuple[str, ...]
    """The ARN patterns that its resource may be of, as the reference writes them."""

    bare: bool
    """Whether its resource may be `*`."""


@cache
def asked(name: str) -> Asked:
    """An action by its name. One that is unmade may come to take anything, of any service."""
    prefix, _, own = name.partition(":")
    service = reference.service(prefix)
    action = service.action(own) if service else None
    if service is None or action is None:
        new = (f"arn:${{Partition}}:${{Service}}:{place}:${{Resource}}" for place in _PLACES)
        had = service.resource_arns.values() if service else ()
        return Asked(name, made=False, formats=(*had, *new), bare=True)
    formats = tuple(service.resource_arns[each] for each in action.resource_types)
    return Asked(str(action), made=True, formats=formats, bare=not action.needs_resource)


def may_carry(name: str, key: str, variables: frozenset[str]) -> bool:
    """Whether a request for an action may carry a key.

    "keys that it or its resource types support, plus each variable that the policies name, global
    `aws:` keys and service keys that belong to no action". "Keys that no documentation names count as
    absent".

    Args:
        name: of the action.
        key: in lower case, as are `variables`.
        variables: those that the policies name.
    """
    return key in variables or _may_carry(name, key)


@cache
def _may_carry(name: str, key: str) -> bool:
    if reference.key_type(key) is None:
        return _supports(name, key)
    return key.startswith("aws:") or _belongs_to_none(key) or _supports(name, key)


def _supports(name: str, key: str) -> bool:
    prefix, _, own = name.partition(":")
    service = reference.service(prefix)
    if service is None:
        return False
    action = service.action(own)
    if action is None:
        return any(reference.supports(each, key) for each in reference.expand(f"{prefix}:*"))
    return reference.supports(action, key)


@cache
def _belongs_to_none(key: str) -> bool:
    return not reference.actions_with_key(key)


@cache
def kind(key: str) -> tuple[str, bool]:
    """The type of one value of a key, and whether the key holds several."""
    found = reference.key_type(key) or "String"
    return found.removeprefix("ArrayOf"), found.startswith("ArrayOf")
