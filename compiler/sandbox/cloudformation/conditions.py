"""The Conditions and Rules sections of a template.

moto has no Rules, and reads ``{"Condition": …}`` only where it is an item of And, Or and Not.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from compiler.sandbox.cloudformation.intrinsics import Scope, resolve


def decide_conditions(section: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Decide every condition of a template.

    :raises ValidationError: if a condition is circular, or uses what a condition may not use.
    """
    return dict(_Conditions(section, scope))


class _Conditions(Mapping[str, bool]):
    """The conditions of a template, each decided when it is first asked for."""

    def __init__(self, section: Mapping[str, Any], scope: Scope) -> None:
        self._section = section
        # An operand may hold Fn::If, and that may name a condition that is still undecided.
        self._scope = replace(scope, conditions=self)
        self._decided: dict[str, bool] = {}
        self._open: set[str] = set()

    def __getitem__(self, name: str) -> bool:
        if name in self._decided:
            return self._decided[name]
        if name in self._open:
            raise ValidationError(message=f"Template error: Found circular condition {name}")
        if name not in self._section:
            raise ValidationError(
                message=f"Template format error: Unresolved condition dependency {name}"
            )
        self._open.add(name)
        self._decided[name] = self._holds(self._section[name])
        self._open.remove(name)
        return self._decided[name]

    def __contains__(self, name: object) -> bool:
        return name in self._section

    def __iter__(self) -> Iterator[str]:
        return iter(self._section)

    def __len__(self) -> int:
        return len(self._section)

    def _holds(self, node: Any) -> bool:
        match node:
            case {"Condition": str(name)}:
                return self[name]
            case {"Fn::And": list(parts)}:
                return _all(map(self._holds, parts))
            case {"Fn::Or": list(parts)}:
                return _any(map(self._holds, parts))
            case {"Fn::Not": [part]}:
                return not self._holds(part)
            case {"Fn::Equals": [left, right]}:
                return _equal(resolve(left, self._scope), resolve(right, self._scope))
            case _:
                text = f"Template error: {node!r} is not a condition function"
                raise ValidationError(message=text)


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


def _holds(node: Any, scope: Scope) -> bool:  # noqa: PLR0911 - one return for each rule function
    """Decide a rule function.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
    """
    match node:
        case {"Fn::And": list(parts)}:
            return _all(_holds(part, scope) for part in parts)
        case {"Fn::Or": list(parts)}:
            return _any(_holds(part, scope) for part in parts)
        case {"Fn::Not": [part]}:
            return not _holds(part, scope)
        case {"Fn::Equals": [left, right]}:
            return _equal(_rule_value(left, scope), _rule_value(right, scope))
        case {"Fn::Contains": [items, item]}:
            return bool(_rule_value(item, scope) in _rule_value(items, scope))
        case {"Fn::EachMemberEquals": [items, item]}:
            wanted = _rule_value(item, scope)
            return all(_equal(member, wanted) for member in _rule_value(items, scope))
        case {"Fn::EachMemberIn": [items, allowed]}:
            admitted = _rule_value(allowed, scope)
            return all(member in admitted for member in _rule_value(items, scope))
        case _:
            raise ValidationError(message=f"Template error: {node!r} is not a rule function")


def _rule_value(node: Any, scope: Scope) -> Any:
    match node:
        case {"Ref": str(name)} if name in scope.values:
            return scope.values[name]
        case list(items):
            return [_rule_value(item, scope) for item in items]
        case str() | int() | float():
            return node
        case _:
            # Everything else that cfn-lint passes here, such as Fn::Join, AWS refuses.
            raise ValidationError(message=f"Template error: {node!r} cannot stand in a rule")


def _all(parts: Iterable[bool]) -> bool:
    """Like all(), but every part is decided: a mistake in the last one is a mistake."""
    return False not in list(parts)


def _any(parts: Iterable[bool]) -> bool:
    """Like any(), but every part is decided: a mistake in the last one is a mistake."""
    return True in list(parts)


def _equal(left: Any, right: Any) -> bool:
    """Equality of CloudFormation: JSON scalars are compared as the strings that they would be."""
    return bool(_comparable(left) == _comparable(right))


def _comparable(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return value
