"""The parameters of a stack: which are given, what they may be, what they come to.

moto refuses a missing parameter in words of its own and checks nothing else.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError
from moto.ec2.models import ec2_backends
from moto.ssm.models import ssm_backends

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_VALUE_BYTES = 4096
"""The longest value of a parameter, in bytes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_JAVA_CLASSES = {
    "Alnum": "a-zA-Z0-9",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Lower": "a-z",
    "Upper": "A-Z",
    "XDigit": "0-9a-fA-F",
}


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """The value of each declared parameter as CloudFormation keeps it: one string.

    :param declared: the Parameters section.
    :param given: the values of the call; StackSets hand over numbers and lists as they are.
    :raises ValidationError: in AWS's words, if a parameter is missing, unknown, or not admitted.
    """
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ValidationError(
            message=f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        )
    missing = [
        name for name, slot in declared.items() if name not in given and "Default" not in slot
    ]
    if missing:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    values = {name: _text(given.get(name, slot.get("Default"))) for name, slot in declared.items()}
    for name, slot in declared.items():
        broken = _broken_constraint(values[name], slot)
        if broken:
            description = slot.get("ConstraintDescription", broken)
            raise ValidationError(
                message=f"Parameter {name} failed to satisfy constraint: {description}"
            )
    return values


def referable_values(
    declared: Mapping[str, Any], values: Mapping[str, str], account_id: str, region: str
) -> dict[str, Any]:
    """What ``Ref`` gives for each parameter: lists are split, Systems Manager parameters are read.

    :raises ValidationError: if a value of an AWS-specific type does not exist in the account.
    """
    found: dict[str, Any] = {}
    for name, slot in declared.items():
        kind, value = slot.get("Type", "String"), values[name]
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            value = _stored(value, name, account_id, region)
        is_list = kind == "CommaDelimitedList" or "List<" in kind
        items = [item.strip() for item in value.split(",")] if is_list else [value]
        for item in items:
            if not _exists(kind, item, account_id, region):
                raise ValidationError(
                    message=f"Parameter validation failed: parameter value {item} "
                    f"for parameter name {name} does not exist"
                )
        found[name] = items if is_list else value
    return found


def _broken_constraint(value: str, slot: Mapping[str, Any]) -> str | None:
    """The first constraint that a value breaks, in words that follow "Parameter X"."""
    kind = slot.get("Type", "String")
    members = value.split(",") if kind in ("CommaDelimitedList", "List<Number>") else [value]
    broken = _broken_length(value, slot) if kind == "String" else None
    if kind in ("Number", "List<Number>"):
        broken = next(filter(None, (_broken_number(member, slot) for member in members)), None)
    if len(value.encode()) > MAX_VALUE_BYTES:
        return f"must be no longer than {MAX_VALUE_BYTES} bytes"
    return broken or _broken_form(members, slot)


def _broken_length(value: str, slot: Mapping[str, Any]) -> str | None:
    if len(value) < int(slot.get("MinLength", 0)):
        return f"must contain at least {slot['MinLength']} characters"
    if len(value) > int(slot.get("MaxLength", MAX_VALUE_BYTES)):
        return f"must contain at most {slot['MaxLength']} characters"
    return None


def _broken_form(members: Sequence[str], slot: Mapping[str, Any]) -> str | None:
    if "AllowedPattern" in slot:
        pattern = java_pattern(slot["AllowedPattern"])
        if not all(pattern.fullmatch(member) for member in members):
            return f"must match pattern {slot['AllowedPattern']}"
    if "AllowedValues" in slot:
        allowed = [_text(item) for item in slot["AllowedValues"]]
        if not all(member in allowed for member in members):
            return f"must be one of [{', '.join(allowed)}]"
    return None


def _broken_number(member: str, slot: Mapping[str, Any]) -> str | None:
    try:
        number = float(member)
    except ValueError:
        return "must be a number"
    if "MinValue" in slot and number < float(slot["MinValue"]):
        return f"must be at least {slot['MinValue']}"
    if "MaxValue" in slot and number > float(slot["MaxValue"]):
        return f"must be at most {slot['MaxValue']}"
    return None


@cache
def java_pattern(pattern: str) -> re.Pattern[str]:
    r"""Read a regular expression of Java, which AllowedPattern is, as one of Python.

    Both match the whole value. ``\d``, ``\w`` and ``\s`` are ASCII in Java, so they are here.

    :raises ValidationError: if the pattern uses what only Java has, or is not one at all.
    """
    if "&&" in pattern:
        raise ValidationError(
            message=f"the sandbox cannot read the AllowedPattern {pattern}: it intersects classes"
        )

    def posix(found: re.Match[str]) -> str:
        opening, name = found.groups()
        ranges = _JAVA_CLASSES[name]
        return f"{opening}{ranges}" if opening else f"[{ranges}]"

    names = "|".join(_JAVA_CLASSES)
    text = re.sub(rf"(\[(?:[^\]\\]|\\[^p])*)?\\p\{{({names})\}}", posix, pattern)
    text = text.replace(r"\z", r"\Z")
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise ValidationError(
            message=f"the sandbox cannot read the AllowedPattern {pattern}: {error}"
        ) from error


def _exists(kind: str, item: str, account_id: str, region: str) -> bool:
    """Whether a value of an AWS-specific type exists; types without a check here always do.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
    """
    if "AWS::EC2::" not in kind:
        return True
    ec2 = ec2_backends[account_id][region]
    if "AWS::EC2::Subnet::Id" in kind:
        return any(item in zone for zone in ec2.subnets.values())
    if "AWS::EC2::SecurityGroup::Id" in kind:
        return any(item in groups for groups in ec2.groups.values())
    if "AWS::EC2::VPC::Id" in kind:
        return item in ec2.vpcs
    return True


def _stored(name: str, parameter: str, account_id: str, region: str) -> str:
    stored = ssm_backends[account_id][region].get_parameter(name)
    if stored is None:
        raise ValidationError(
            message=f"Unable to fetch parameters [{name}] from parameter store for {parameter}"
        )
    return str(stored.value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return str(value)
