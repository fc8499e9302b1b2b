"""The Conditions and Rules sections of a template.

moto has no Rules, and reads ``{"Condition": …}`` only where it is an item of And, Or and Not.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from compiler.sandbox.cloudformation.intrinsics import Scope, resolve


def decide_conditions(section: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Decide every condition of a template.

    :raises ValidationError: if a condition is circular, or uses what a condition may not use.
    """
    decided: dict[str, bool] = {}
    open_names: list[str] = []

    def by_name(name: str) -> bool:
        if name in decided:
            return decided[name]
        if name in open_names:
            raise ValidationError(message=f"Template error: Found circular condition {name}")
        if name not in section:
            raise ValidationError(
                message=f"Template format error: Unresolved condition dependency {name}"
            )
        open_names.append(name)
        decided[name] = truth(section[name])
        open_names.pop()
        return decided[name]

    def truth(node: Any) -> bool:
        match node:
            case {"Condition": str(name)}:
                return by_name(name)
            case {"Fn::And": list(parts)}:
                return all([truth(part) for part in parts])
            case {"Fn::Or": list(parts)}:
                return any([truth(part) for part in parts])
            case {"Fn::Not": [part]}:
                return not truth(part)
            case {"Fn::Equals": [left, right]}:
                return _equal(value(left), value(right))
        raise ValidationError(message=f"Template error: {node!r} is not a condition function")

    def value(node: Any) -> Any:
        # An operand may hold Fn::If, and that may name a condition that is still undecided.
        return resolve(node, replace(scope, conditions=_Deciding(section, by_name)))

    for name in section:
        by_name(name)
    return decided


def failed_assertions(section: Mapping[str, Any], scope: Scope) -> list[str]:
    """Say what the Rules section refuses: one line for each failed assertion.

    :raises ValidationError: if a rule uses a function that the sandbox does not know.
    """
    failures = []
    for name, rule in section.items():
        if "RuleCondition" in rule and not _holds(rule["RuleCondition"], scope):
            continue
        for assertion in rule["Assertions"]:
            if not _holds(assertion["Assert"], scope):
                description = assertion.get("AssertDescription", "an assertion does not hold")
                failures.append(f"rule {name} failed: {description}")
    return failures


def _holds(node: Any, scope: Scope) -> bool:
    """Decide a rule function.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
    """
    match node:
        case {"Fn::And": list(parts)}:
            return all([_holds(part, scope) for part in parts])
        case {"Fn::Or": list(parts)}:
            return any([_holds(part, scope) for part in parts])
        case {"Fn::Not": [part]}:
            return not _holds(part, scope)
        case {"Fn::Equals": [left, right]}:
            return _equal(_rule_value(left, scope), _rule_value(right, scope))
        case {"Fn::Contains": [items, item]}:
            return _rule_value(item, scope) in _rule_value(items, scope)
        case {"Fn::EachMemberEquals": [items, item]}:
            wanted = _rule_value(item, scope)
            return all(_equal(member, wanted) for member in _rule_value(items, scope))
        case {"Fn::EachMemberIn": [items, allowed]}:
            admitted = _rule_value(allowed, scope)
            return all(member in admitted for member in _rule_value(items, scope))
    raise ValidationError(message=f"Template error: {node!r} is not a rule function")


def _rule_value(node: Any, scope: Scope) -> Any:
    match node:
        case {"Ref": str(name)} if name in scope.values:
            return scope.values[name]
        case list(items):
            return [_rule_value(item, scope) for item in items]
        case str() | int() | float():
            return node
    # Everything else that cfn-lint passes here, such as Fn::Join, AWS refuses.
    raise ValidationError(message=f"Template error: {node!r} cannot stand in a rule")


def _equal(left: Any, right: Any) -> bool:
    """Equality of CloudFormation: JSON scalars are compared as the strings that they would be."""
    return _comparable(left) == _comparable(right)


def _comparable(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return value


class _Deciding(Mapping[str, bool]):
    """The conditions of a template, each decided when it is first asked for."""

    def __init__(self, section: Mapping[str, Any], decide: Callable[[str], bool]) -> None:
        self._section = section
        self._decide = decide

    def __getitem__(self, name: str) -> bool:
        return self._decide(name)

    def __contains__(self, name: object) -> bool:
        return name in self._section

    def __iter__(self) -> Any:
        return iter(self._section)

    def __len__(self) -> int:
        return len(self._section)
