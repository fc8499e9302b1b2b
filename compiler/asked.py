"""What a template asks about its parameters, and what of it concerns the policies of its role."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.template import Body, TemplatePath

PLACES = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName")
"""What a launch is asked about that is no parameter."""

_SUB = re.compile(r"\$\{([A-Za-z0-9:]+)\}")
_ROLE = "AWS::IAM::Role"
_OF_ROLES = ("AssumeRolePolicyDocument", "ManagedPolicyArns", "PermissionsBoundary", "Policies")
"""The properties of a role that say what it may do."""

_TWO = 2


class Asked:
    """Reads a template without resolving it."""

    def __init__(self, body: Body) -> None:
        """Take in the template."""
        self.body = body
        self._conditions: dict[str, frozenset[str]] = {}

    def of(self, node: Any) -> frozenset[str]:
        """The parameters that a part of the template depends on, by Conditions too."""
        found: set[str] = set()
        for name, is_condition in named(node):
            found |= self.of_condition(name) if is_condition else {name}
        return frozenset(found)

    def of_condition(self, name: Any) -> frozenset[str]:
        """The parameters that a Condition depends on."""
        if not isinstance(name, str):
            return frozenset()
        if name not in self._conditions:
            # One that depends on itself is refused when it is resolved.
            self._conditions[name] = frozenset()
            self._conditions[name] = self.of(self.body.get("Conditions", {}).get(name))
        return self._conditions[name]

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters that Conditions and Rules ask about, and the places."""
        return self.of([self.body.get("Conditions", {}), self.body.get("Rules", {})])

    @cached_property
    def policy_resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources that policies stand in, and those that must not be there: see `render`."""
        return {
            name: each
            for name, each in self.body.get("Resources", {}).items()
            if each["Type"].startswith(("AWS::IAM::", "AWS::SSO::", "AWS::CloudFormation::Stack"))
            or each["Type"].endswith("::MODULE")
        }

    @cached_property
    def of_policies(self) -> frozenset[str]:
        """The parameters that policies depend on, or whether they are there."""
        standing = (self.of_condition(each.get("Condition"))
                    for each in self.policy_resources.values())  # fmt: skip
        return self.of(self._policies).union(*standing)

    @cached_property
    def _policies(self) -> list[Any]:
        """What decides what the role may do."""
        return [
            value
            for name, each in self.policy_resources.items()
            for key, value in each.get("Properties", {}).items()
            if self.is_of_policies(("Resources", name, key))
        ]

    @cached_property
    def idle(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Parameters that policies do not depend on, by the Rules that tie them together.

        Each with the names of these Rules. What they are tied to does not concern policies either.
        """
        declared = self.body.get("Parameters", {}).keys()
        groups: list[tuple[set[str], list[str]]] = [({each}, []) for each in self.names & declared]
        for name, rule in self.body.get("Rules", {}).items():
            about = {*self.of(rule) & declared}
            tied = [each for each in groups if each[0] & about]
            groups = [each for each in groups if not each[0] & about]
            rules = [name, *(one for _, several in tied for one in several)]
            groups.append((about.union(*(names for names, _ in tied)), rules))
        return tuple(
            (tuple(sorted(names)), tuple(rules))
            for names, rules in groups
            if names and not names & self.of_policies
        )

    @cached_property
    def switches(self) -> Mapping[str, str]:
        """Parameters of two values that Conditions compare with one of them, and that value."""
        compared: dict[str, Counter[str]] = {}
        for name, value in _compared([self.body.get("Conditions", {}), self.body.get("Rules", {})]):
            compared.setdefault(name, Counter())[value] += 1
        written = {name for name, is_condition in named(self._policies) if not is_condition}
        return {
            name: on
            for name, each in self.body.get("Parameters", {}).items()
            if name in compared and name not in written | self.direct
            if len({*each.get("AllowedValues", ())}) == _TWO
            if (on := compared[name].most_common(1)[0][0]) in each["AllowedValues"]
        }

    @cached_property
    def direct(self) -> frozenset[str]:
        """The parameters of Conditions that stand for a value in a resource, under no Fn::If."""
        return frozenset().union(*map(self.of_condition, _standing(self._policies)))

    def is_of_policies(self, path: TemplatePath) -> bool:
        """Whether what stands at a place decides what the role may do."""
        if len(path) <= _TWO or path[0] != "Resources" or path[1] not in self.policy_resources:
            return False
        return self._type(path) != _ROLE or path[2] in _OF_ROLES

    def place(self, path: TemplatePath) -> Literal["statement", "policy", "attachment"] | None:
        """What an item of a list is, where that is one that a role can do without."""
        match self._type(path), *path[2:]:
            case "AWS::IAM::ManagedPolicy", "PolicyDocument", "Statement", int():
                return "statement"
            case "AWS::IAM::Role", "Policies", int(), "PolicyDocument", "Statement", int():
                return "statement"
            case "AWS::SSO::PermissionSet", "InlinePolicy", "Statement", int():
                return "statement"
            case "AWS::IAM::Role", "Policies", int():
                return "policy"
            case "AWS::IAM::Role", "ManagedPolicyArns", int():
                return "attachment"
            case _:
                return None

    def _type(self, path: TemplatePath) -> Any:
        return self.policy_resources[str(path[1])]["Type"]


def named(node: Any) -> Iterator[tuple[str, bool]]:
    """The parameters and the Conditions that a part of a template names, and which each is."""
    if isinstance(node, list):
        for each in node:
            yield from named(each)
    elif isinstance(node, dict):
        for name, each in node.items():
            if name == "Ref" and isinstance(each, str):
                yield each, False
            elif name == "Condition" and isinstance(each, str):
                yield each, True
            elif name == "Fn::Sub":
                yield from ((one, False) for one in _SUB.findall(each if isinstance(each, str)
                                                                else each[0]))  # fmt: skip
                yield from named(each)
            elif name == "Fn::If" and isinstance(each, list) and isinstance(each[0], str):
                yield each[0], True
                yield from named(each[1:])
            else:
                yield from named(each)


def _standing(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _standing(each)
    elif isinstance(node, dict):
        for name, each in node.items():
            if name == "Condition" and isinstance(each, str):
                yield each
            yield from _standing(each)


def _compared(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for each in node:
            yield from _compared(each)
    elif isinstance(node, dict):
        if isinstance(sides := node.get("Fn::Equals"), list) and len(sides) == _TWO:
            for one, other in (sides, sides[::-1]):
                name = one.get("Ref") if isinstance(one, dict) else None
                if isinstance(name, str) and isinstance(other, str):
                    yield name, other
        for each in node.values():
            yield from _compared(each)
