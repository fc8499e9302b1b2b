"""The parameters of constraints: JSON, of a form for each type.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from compiler.sandbox.service_catalog import quotas
from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Callable

EXCLUSIVE = frozenset({"LAUNCH", "STACKSET"})
"""Types that are never together on a product and portfolio."""

SINGLE = EXCLUSIVE | {"RESOURCE_UPDATE"}
"""Types of which a product and portfolio have at most one. AWS documents that of the first two; of
RESOURCE_UPDATE, two could contradict each other."""

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?:.*/)?(?P<name>[^/]+)")
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_TOPIC_ARN = re.compile(
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[\w-]{1,256}(?:\.fifo)?", re.ASCII
)
_RULE_NAME = re.compile(r"[A-Za-z0-9]{1,255}")
_ACCOUNT = re.compile(r"[0-9]{12}")


def verify_parameters(kind: str, parameters: str, account_id: str, partition: str) -> None:
    """Refuse the parameters of a constraint that its type cannot have.

    :param account_id: the account that makes the constraint.
    :raises InvalidParametersException: if they are not, or if the type is none of AWS's.
    """
    verify = _VERIFY.get(kind)
    if verify is None:
        raise InvalidParametersException(f"Constraint type {kind} is none of {', '.join(_VERIFY)}.")
    try:
        found = json.loads(parameters)
    except ValueError as error:
        raise InvalidParametersException(f"The parameters are no JSON: {error}") from error
    if not isinstance(found, dict):
        raise _refusal("they are no object")
    verify(found)
    if kind == "LAUNCH":
        _verify_role(found, account_id, partition)


def _launch(found: dict[str, Any]) -> None:
    if len(found) != 1 or not found.keys() <= {"RoleArn", "LocalRoleName"}:
        raise _refusal("LAUNCH has either RoleArn or LocalRoleName")
    forms = {"RoleArn": _ROLE_ARN, "LocalRoleName": _ROLE_NAME}
    for name, value in found.items():
        if not isinstance(value, str) or not forms[name].fullmatch(value):
            raise _refusal(f"{name} is {value!r}")


def _verify_role(found: dict[str, str], account_id: str, partition: str) -> None:
    """Refuse a role that the account of the constraint does not have.

    A role of another account is seen when it is assumed.
    """
    arn = _ROLE_ARN.fullmatch(found.get("RoleArn", ""))
    if arn and arn["account"] != account_id:
        return
    roles = iam_backends[account_id][partition].get_roles()
    has = {role.arn for role in roles} if arn else {role.name for role in roles}
    (role,) = found.values()
    if role not in has:
        raise InvalidParametersException(f"Role {role} does not exist in account {account_id}.")


def _notification(found: dict[str, Any]) -> None:
    arns = found.get("NotificationArns")
    if found.keys() != {"NotificationArns"} or not isinstance(arns, list) or not arns:
        raise _refusal("NOTIFICATION has NotificationArns, and no more")
    if len(arns) > quotas.NOTIFICATION_ARNS:
        raise _refusal(f"a stack tells at most {quotas.NOTIFICATION_ARNS} topics")
    for arn in arns:
        if not isinstance(arn, str) or not _TOPIC_ARN.fullmatch(arn):
            raise _refusal(f"{arn!r} is no ARN of a topic")


def _resource_update(found: dict[str, Any]) -> None:
    properties = found.get("Properties")
    allowed = [{"TagUpdateOnProvisionedProduct": value} for value in ("ALLOWED", "NOT_ALLOWED")]
    if found.get("Version") != "2.0" or found.keys() != {"Version", "Properties"}:
        raise _refusal('RESOURCE_UPDATE has "Version": "2.0" and Properties')
    if properties not in allowed:
        raise _refusal("TagUpdateOnProvisionedProduct is ALLOWED or NOT_ALLOWED")


def _stackset(found: dict[str, Any]) -> None:
    properties = found.get("Properties")
    if found.keys() != {"Version", "Properties"} or not isinstance(properties, dict):
        raise _refusal("STACKSET has Version and Properties")
    if properties.keys() != {"AccountList", "RegionList", "AdminRole", "ExecutionRole"}:
        raise _refusal("STACKSET has AccountList, RegionList, AdminRole and ExecutionRole")
    accounts = properties["AccountList"]
    if not isinstance(accounts, list) or not all(_ACCOUNT.fullmatch(str(one)) for one in accounts):
        raise _refusal("AccountList has accounts")


def _template(found: dict[str, Any]) -> None:
    """Rules, as CloudFormation reads them.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html
    """
    rules = found.get("Rules")
    if found.keys() != {"Rules"} or not isinstance(rules, dict) or not rules:
        raise _refusal("TEMPLATE has Rules, and no more")
    for name, rule in rules.items():
        if not _RULE_NAME.fullmatch(name):
            raise _refusal(f"{name!r} is no name of a rule")
        if not isinstance(rule, dict) or not rule.keys() <= {"RuleCondition", "Assertions"}:
            raise _refusal(f"rule {name} has more than RuleCondition and Assertions")
        assertions = rule.get("Assertions")
        if not isinstance(assertions, list) or not assertions:
            raise _refusal(f"rule {name} has no Assertions")
        for each in assertions:
            if not isinstance(each, dict) or not isinstance(each.get("Assert"), dict):
                raise _refusal(f"an assertion of rule {name} has no Assert")
            if not each.keys() <= {"Assert", "AssertDescription"}:
                raise _refusal(f"an assertion of rule {name} has more than AWS knows")


def _refusal(what: str) -> InvalidParametersException:
    return InvalidParametersException(f"Invalid constraint parameters: {what}.")


_VERIFY: dict[str, Callable[[dict[str, Any]], None]] = {
    "LAUNCH": _launch,
    "NOTIFICATION": _notification,
    "RESOURCE_UPDATE": _resource_update,
    "STACKSET": _stackset,
    "TEMPLATE": _template,
}
