"""Policies with one statement changed, and which way that change can go."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from compiler.iam import reference
from tests.iam.judges.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from tests.iam.judges.vocabulary import Document

Way = Literal["narrower", "wider", "either"]
"""A narrower policy gains nothing over what it was, a wider one loses nothing."""

Body = dict[str, Any]


_OPPOSITE: Mapping[Way, Way] = {"narrower": "wider", "wider": "narrower", "either": "either"}

_NEGATIONS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
}

_ADDED = (
    ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
    ("StringNotLike", "aws:PrincipalTag/team", "fraud-*"),
    ("Bool", "aws:SecureTransport", "true"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin/*"),
    ("Null", "aws:TagKeys", "false"),
    ("ForAllValues:StringLike", "aws:TagKeys", ["team", "cost-*"]),
    ("ForAnyValue:StringNotEquals", "aws:CalledVia", "athena.amazonaws.com"),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]),
    ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
    ("DateGreaterThan", "aws:CurrentTime", "2026-11-22T00:00:00Z"),
    ("StringEqualsIfExists", "aws:ResourceTag/owner", "${aws:username}"),
    ("StringLike", "aws:ResourceTag/owner", "${aws:PrincipalTag/team, 'none'}-*"),
)
"""Conditions of all kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A changed policy."""

    name: str
    index: int
    """The number of the statement that changed."""

    way: Way
    document: Document


def mutate(rng: Random, document: Document, name: str | None = None) -> Mutation | None:
    """Change one statement; None where the change fits none of them.

    Args:
        rng: decides where, and how.
        document: the policy; it stays as it is.
        name: of the change; any by default.
    """
    statements = listed(document["Statement"])
    name = name or rng.choice(NAMES)
    change = _CHANGES[name]
    for index in rng.sample(range(len(statements)), len(statements)):
        before: Body = statements[index]
        changed = change(rng, copy.deepcopy(before))
        if changed is None:
            continue
        bodies, way = changed
        after = [*statements[:index], *bodies, *statements[index + 1 :]]
        if bodies == [before] or not after:
            continue
        if before["Effect"] == "Deny" and change not in _OF_EFFECT:
            way = _OPPOSITE[way]
        mutated = {**document, "Statement": after}
        return Mutation(name=name, index=index, way=way, document=mutated)
    return None


# Each change: what then stands in the statement's place, and which way what it covers went; None where
# the change does not fit. `body` is the change's own to alter.
Changed = tuple[list[Body], Way] | None


def _drop(_rng: Random, _body: Body) -> Changed:
    return [], "narrower"


def _element(body: Body, name: str) -> tuple[str, list[Any], bool]:
    """The element, its values, and whether it is the negated one."""
    negated = f"Not{name}" in body
    element = f"Not{name}" if negated else name
    return element, list(listed(body[element])), negated


def _fewer(rng: Random, body: Body, *, name: str) -> Changed:
    element, values, negated = _element(body, name)
    if len(values) == 1:
        return None
    values.remove(rng.choice(values))
    body[element] = values
    return [body], "wider" if negated else "narrower"


def _respell(
    rng: Random, body: Body, *, name: str, spell: Callable[[Random, str], str | None], wider: bool
) -> Changed:
    element, values, negated = _element(body, name)
    for at in rng.sample(range(len(values)), len(values)):
        to = spell(rng, values[at])
        if to is not None and to != values[at]:
            break
    else:
        return None
    values[at] = to
    body[element] = values
    return [body], "wider" if wider != negated else "narrower"


def _narrower_action(rng: Random, pattern: str) -> str | None:
    if not pattern.endswith("*"):
        return None
    if pattern == "*":
        return rng.choice(("s3:*", "sagemaker:*", "ec2:Describe*"))
    named = [each.name for each in reference.expand(pattern)]
    if not named:
        return None
    prefix = pattern.partition(":")[0]
    name = rng.choice(named)
    return (
        f"{prefix}:{name}"
        if rng.random() < 0.5
        else f"{pattern[:-1]}{name[len(pattern) - len(prefix) - 2 :][:2]}*"
    )


def _wider_action(rng: Random, pattern: str) -> str | None:
    prefix, colon, name = pattern.partition(":")
    if not colon or name == "*":
        return "*" if rng.random() < 0.5 else None
    return f"{prefix}:{name[: rng.randrange(min(len(name), 8))]}*"


def _narrower_resource(rng: Random, pattern: str) -> str | None:
    if pattern == "*":
        return rng.choice((
            "arn:aws:s3:::fraud-*", "arn:aws:*:*:111122223333:*", "arn:*:*:eu-west-1:*:*/fraud*",
            "arn:aws:*:::*", "arn:aws:sagemaker:*:*:*job/${aws:username}-*",
        ))  # fmt: skip
    at = pattern.rfind("*")
    if at < 0:
        return None
    return pattern[:at] + rng.choice(("fraud-*", "*-x", "?*", "a", "*/b/*")) + pattern[at + 1 :]


def _wider_resource(rng: Random, pattern: str) -> str | None:
    head = pattern.split(":", 5)
    if len(head) < 6 or "${" in head[5]:
        return None
    own = head[5]
    cut = rng.randrange(len(own)) if own else 0
    ways = (":".join([*head[:5], own[:cut] + "*"]), ":".join([*head[:3], "*", *head[4:]]), "*")
    return rng.choice(ways)


def _add_condition(rng: Random, body: Body) -> Changed:
    operator, key, values = rng.choice(_ADDED)
    conditions = body.setdefault("Condition", {})
    keys = conditions.setdefault(operator, {})
    if key.lower() in {each.lower() for each in keys}:
        return None
    keys[key] = values
    return [body], "narrower"


def _drop_condition(rng: Random, body: Body) -> Changed:
    conditions = body.get("Condition")
    if not conditions:
        return None
    operator = rng.choice(sorted(conditions))
    del conditions[operator][rng.choice(sorted(conditions[operator]))]
    if not conditions[operator]:
        del conditions[operator]
    if not conditions:
        del body["Condition"]
    return [body], "wider"


def _fewer_values(rng: Random, body: Body) -> Changed:
    found = [
        (operator, key)
        for operator, keys in body.get("Condition", {}).items()
        for key, values in keys.items()
        if isinstance(values, list) and len(values) > 1 and operator != "Null"
    ]
    if not found:
        return None
    operator, key = rng.choice(found)
    values = list(body["Condition"][operator][key])
    values.remove(rng.choice(values))
    body["Condition"][operator][key] = values
    return [body], "wider" if "Not" in operator else "narrower"


def _respelt_operator(
    rng: Random, body: Body, spell: Callable[[str], str | None], way: Way
) -> Changed:
    conditions = body.get("Condition", {})
    found = [each for each in sorted(conditions) if spell(each)]
    if not found:
        return None
    before = rng.choice(found)
    after = spell(before)
    if after is None or after in conditions:
        return None
    conditions[after] = conditions.pop(before)
    return [body], way


def _negate(operator: str) -> str | None:
    prefix, colon, name = operator.rpartition(":")
    bare = name.removesuffix("IfExists")
    both = {**_NEGATIONS, **{to: each for each, to in _NEGATIONS.items()}}
    return f"{prefix}{colon}{both[bare]}{name[len(bare) :]}" if bare in both else None


def _if_exists(operator: str) -> str | None:
    return None if operator == "Null" or operator.endswith("IfExists") else f"{operator}IfExists"


def _other_set(operator: str) -> str | None:
    prefix, _, name = operator.rpartition(":")
    other = {"ForAllValues": "ForAnyValue", "ForAnyValue": "ForAllValues"}.get(prefix)
    return f"{other}:{name}" if other else None


def _negate_element(_rng: Random, body: Body, *, name: str) -> Changed:
    element, values, negated = _element(body, name)
    del body[element]
    body[name if negated else f"Not{name}"] = values
    return [body], "either"


def _add(rng: Random, body: Body, *, effect: str) -> Changed:
    """Put a new statement beside, about actions that the policy knows."""
    action = rng.choice(listed(body.get("Action", body.get("NotAction"))))
    added: Body = {
        "Effect": effect,
        "Action": rng.choice([action, _wider_action(rng, action) or action]),
        "Resource": rng.choice([_narrower_resource(rng, "*"), "*"]),
    }
    if rng.random() < 0.5:
        operator, key, values = rng.choice(_ADDED)
        added["Condition"] = {operator: {key: values}}
    return [body, added], "wider" if effect == "Allow" else "narrower"


def _flip(_rng: Random, body: Body) -> Changed:
    allows = body["Effect"] == "Allow"
    return [{**body, "Effect": "Deny" if allows else "Allow"}], "narrower" if allows else "wider"


_CHANGES: Mapping[str, Callable[[Random, Body], Changed]] = {
    "drop": _drop,
    "fewer-actions": partial(_fewer, name="Action"),
    "narrower-action": partial(_respell, name="Action", spell=_narrower_action, wider=False),
    "wider-action": partial(_respell, name="Action", spell=_wider_action, wider=True),
    "negate-action": partial(_negate_element, name="Action"),
    "fewer-resources": partial(_fewer, name="Resource"),
    "narrower-resource": partial(_respell, name="Resource", spell=_narrower_resource, wider=False),
    "wider-resource": partial(_respell, name="Resource", spell=_wider_resource, wider=True),
    "negate-resource": partial(_negate_element, name="Resource"),
    "add-condition": _add_condition,
    "drop-condition": _drop_condition,
    "fewer-values": _fewer_values,
    "negate-operator": partial(_respelt_operator, spell=_negate, way="either"),
    "if-exists": partial(_respelt_operator, spell=_if_exists, way="wider"),
    "other-set": partial(_respelt_operator, spell=_other_set, way="either"),
    "add-allow": partial(_add, effect="Allow"),
    "add-deny": partial(_add, effect="Deny"),
    "flip-effect": _flip,
}

_OF_EFFECT = tuple(_CHANGES[each] for each in ("add-allow", "add-deny", "flip-effect"))
"""Those that say themselves which way the policy goes, whatever the statement's effect."""

NAMES = tuple(_CHANGES)


def text(document: Document) -> str:
    """A policy as a message shows it."""
    return json.dumps(document, separators=(",", ":"))
