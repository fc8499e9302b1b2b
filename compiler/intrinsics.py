"""The intrinsic functions of CloudFormation that our templates use, and the values they are given.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.admitted import AdmittedError, admitted
from compiler.diagnostic import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.template import Body, TemplatePath

_TOKEN = re.compile(r"\$\{([^}]*)\}")

_DYNAMIC = "{{resolve:"
"""Begins a value that CloudFormation looks up elsewhere.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""


class RenderError(ValueError):
    """The template cannot be resolved; the message says where and why."""


class ParameterError(ValueError):
    """Values that a launch would refuse; each problem on a line of its own."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class _Attribute:
    """What only AWS knows: a resource's id or attribute."""

    resource: str
    name: str

    def __str__(self) -> str:
        return f"<{self.resource}.{self.name}>"

    __repr__ = __str__


_NO_VALUE = object()
_NULLARY = {"AWS::NoValue": _NO_VALUE}


class Resolver:
    """Resolves the parts of one template for one launch."""

    def __init__(
        self, body: Body, parameters: Mapping[str, str], pseudo: Mapping[str, str]
    ) -> None:
        self.body = body
        self.declared: dict[str, Any] = body.get("Parameters", {})
        self.given = dict(parameters)
        defaults = {
            name: each["Default"] for name, each in self.declared.items() if "Default" in each
        }
        self.names: dict[str, Any] = {**defaults, **self.given, **pseudo, **_NULLARY}
        self.conditions: dict[str, bool] = {}
        self.resolving: set[str] = set()

    def refuse_values(self) -> None:
        """Say everything that CloudFormation would refuse about the values, at once."""
        all_there_are = f"it has {', '.join(self.declared) or 'none'}"
        problems = [
            f"{name} is no parameter of this template;"
            f" {suggest(name, self.declared) or all_there_are}"
            for name in self.given
            if name not in self.declared
        ]
        for name, each in self.declared.items():
            if name not in self.names:
                problems.append(
                    f"{name} is missing: {each.get('Description', 'it has no default')}"
                )
                continue
            problems += refused_value(name, self.names[name], each)
        problems = problems or list(self.unmet())
        if problems:
            raise ParameterError(problems)

    def unmet(self) -> Iterator[str]:
        """What the template's Rules refuse about the values."""
        for name, rule in self.body.get("Rules", {}).items():
            if "RuleCondition" in rule and not self.value(rule["RuleCondition"], ("Rules", name)):
                continue
            for assertion in rule["Assertions"]:
                if not self.value(assertion["Assert"], ("Rules", name)):
                    yield assertion.get("AssertDescription", f"the rule {name} is not met")

    def condition(self, name: str) -> bool:
        """The value of a condition of the template."""
        if name not in self.conditions:
            if name not in self.body.get("Conditions", {}):
                message = f"there is no condition {name}"
                raise RenderError(message)
            if name in self.resolving:
                message = f"the condition {name} depends on itself"
                raise RenderError(message)
            self.resolving.add(name)
            value = self.value(self.body["Conditions"][name], ("Conditions", name))
            self.conditions[name] = bool(value)
            self.resolving.discard(name)
        return self.conditions[name]

    def value(self, node: Any, path: TemplatePath) -> Any:
        """Resolve any part of the template."""
        if isinstance(node, list):
            items = [self.value(each, (*path, index)) for index, each in enumerate(node)]
            return [each for each in items if each is not _NO_VALUE]
        if not isinstance(node, dict):
            if isinstance(node, str) and _DYNAMIC in node:
                raise self._problem(path, "a dynamic reference is known to AWS alone")
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument, path)
        resolved = {key: self.value(each, (*path, key)) for key, each in node.items()}
        return {key: each for key, each in resolved.items() if each is not _NO_VALUE}

    def _call(self, name: str, argument: Any, path: TemplatePath) -> Any:
        if name not in _FUNCTIONS:
            raise self._problem(path, f"{name} is not known here")
        function = getattr(self, _FUNCTIONS[name])
        try:
            return function(argument, path)
        except (RenderError, ParameterError):
            raise
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise self._problem(path, f"{name} cannot be resolved: {error}") from error

    def _problem(self, path: TemplatePath, message: str) -> RenderError:
        return RenderError(f"{'.'.join(str(each) for each in path)}: {message}")

    def _ref(self, name: str, path: TemplatePath) -> Any:
        if name in self.names:
            return self.names[name]
        resources = self.body.get("Resources", {})
        if name not in resources:
            raise self._problem(path, f"Ref names {name}, which is not there")
        if resources[name]["Type"] == "AWS::IAM::OIDCProvider":
            return self._identity_provider(resources[name]["Properties"]["Url"], path)
        return _Attribute(name, "Ref")

    def _identity_provider(self, url: Any, path: TemplatePath) -> str:
        """The ARN of an identity provider, which trust policies name: AWS adds nothing to its URL.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
        """
        host = self.value(url, path).removeprefix("https://")
        account = f"{self.names['AWS::Partition']}:iam::{self.names['AWS::AccountId']}"
        return f"arn:{account}:oidc-provider/{host}"

    def _get_att(self, argument: Any, _path: TemplatePath) -> Any:
        resource, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
        return _Attribute(resource, attribute)

    def _sub(self, argument: Any, path: TemplatePath) -> Any:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        local = {name: self.value(each, path) for name, each in given.items()}

        def put(found: re.Match[str]) -> str:
            name = found.group(1)
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in local:
                return str(local[name])
            if "." in name:
                return str(self._get_att(name, path))
            return str(self._ref(name, path))

        return _TOKEN.sub(put, text)

    def _join(self, argument: Any, path: TemplatePath) -> str:
        delimiter, values = argument
        return str(delimiter).join(str(each) for each in self.value(values, path))

    def _split(self, argument: Any, path: TemplatePath) -> list[str]:
        delimiter, text = argument
        return str(self.value(text, path)).split(delimiter)

    def _select(self, argument: Any, path: TemplatePath) -> Any:
        index, values = argument
        number, items = int(self.value(index, path)), self.value(values, path)
        if not 0 <= number < len(items):
            message = f"there is no item {number} among {len(items)}"
            raise ValueError(message)
        return items[number]

    def _if(self, argument: Any, path: TemplatePath) -> Any:
        name, true, false = argument
        return self.value(true if self.condition(name) else false, path)

    def _equals(self, argument: Any, path: TemplatePath) -> bool:
        first, second = self.value(argument, path)
        return bool(str(first) == str(second))

    def _and(self, argument: Any, path: TemplatePath) -> bool:
        return all(self.value(argument, path))

    def _or(self, argument: Any, path: TemplatePath) -> bool:
        return any(self.value(argument, path))

    def _not(self, argument: Any, path: TemplatePath) -> bool:
        return not self.value(argument, path)[0]

    def _contains(self, argument: Any, path: TemplatePath) -> bool:
        values, value = self.value(argument, path)
        return value in values

    def _find_in_map(self, argument: Any, path: TemplatePath) -> Any:
        name, top, second = self.value(argument, path)[:3]
        found = self.body.get("Mappings", {})
        for each in (name, top, second):
            if each not in found:
                message = f"there is no {each} in the mapping"
                raise ValueError(message)
            found = found[each]
        return found


def refused_value(name: str, value: str, declared: Mapping[str, Any]) -> Iterator[str]:
    """What CloudFormation would refuse about the value of one parameter.

    Args:
        name: the parameter.
        value: as the form takes it.
        declared: what the template says of it.
    """
    form, allowed = declared.get("AllowedPattern"), declared.get("AllowedValues")
    if form and not re.fullmatch(form, value):
        items, most = value.split(","), _most(declared)
        is_long = 1 < most < len(items)
        if is_long:
            number = f"at most {most} values are allowed, and these are {len(items)}"
            yield f"{name} is '{value}'; {number}"
        if not is_long or not all(each and re.fullmatch(form, each) for each in items):
            yield f"{name} is '{value}'; it must be of the form {form}"
    if allowed is not None and value not in allowed:
        yield f"{name} is '{value}'; allowed are {', '.join(allowed)}"


def _most(declared: Mapping[str, Any]) -> int:
    """How many values a parameter takes; 1 too where its pattern is none of a list of ours."""
    try:
        return admitted(declared).most
    except AdmittedError:
        return 1


_FUNCTIONS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_get_att",
    "Fn::Sub": "_sub",
    "Fn::Join": "_join",
    "Fn::Split": "_split",
    "Fn::Select": "_select",
    "Fn::If": "_if",
    "Fn::Equals": "_equals",
    "Fn::And": "_and",
    "Fn::Or": "_or",
    "Fn::Not": "_not",
    "Fn::Contains": "_contains",
    "Fn::FindInMap": "_find_in_map",
}
