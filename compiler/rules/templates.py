"""What cfn-lint passes and AWS refuses, in a compiled template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.rules.view import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.template import Template, TemplatePath

RULE_FUNCTIONS = frozenset(
    {
        "Ref",
        "Fn::And",
        "Fn::Contains",
        "Fn::EachMemberEquals",
        "Fn::EachMemberIn",
        "Fn::Equals",
        "Fn::Not",
        "Fn::Or",
        "Fn::RefAll",
        "Fn::ValueOf",
        "Fn::ValueOfAll",
    }
)
"""https://docs.aws.amazon.com/servicecatalog/latest/adminguide/intrinsic-function-reference-rules.html"""

CONDITION_FUNCTIONS = frozenset(
    {
        "Ref",
        "Condition",
        "Fn::And",
        "Fn::Equals",
        "Fn::FindInMap",
        "Fn::If",
        "Fn::Join",
        "Fn::Not",
        "Fn::Or",
        "Fn::Select",
        "Fn::Split",
        "Fn::Sub",
    }
)
"""Those that are documented, and those that public templates of AWS's use there.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html"""

LARGEST_BODY = 1_048_576
"""Bytes of a template read from S3.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def check(template: Template, size: int) -> tuple[Diagnostic, ...]:
    """Everything of that kind in one template of `size` bytes."""
    return tuple(_check(template, size))


def _check(template: Template, size: int) -> Iterator[Diagnostic]:
    def say(rule: str, message: str, path: TemplatePath) -> Diagnostic:
        where = ".".join(str(each) for each in path)
        return error(rule, message, template.origin(path), f"in the template: {where}")

    body = template.body
    if size > LARGEST_BODY:
        message = f"the template has {size:,} bytes; CloudFormation takes {LARGEST_BODY:,}"
        yield say("template-too-large", message, ())
    for path, name in _functions(body.get("Rules", {}), ("Rules",)):
        if name not in RULE_FUNCTIONS:
            yield say("rule-function", f"{name} does not work inside Rules", path)
    for path, name in _functions(body.get("Conditions", {}), ("Conditions",)):
        if name not in CONDITION_FUNCTIONS:
            yield say("condition-function", f"{name} does not work inside Conditions", path)
    for name, parameter in body.get("Parameters", {}).items():
        path: TemplatePath = ("Parameters", name)
        kind = parameter["Type"]
        if kind != "String" and ("MaxLength" in parameter or "MinLength" in parameter):
            yield say("length-of-list", f"MinLength and MaxLength are for String, not {kind}", path)
        if kind.startswith(("AWS::", "List<AWS::")) and "Default" in parameter:
            message = f"a parameter of type {kind} cannot be left empty, and this one is optional"
            yield say("aws-type-of-optional", message, path)
    for path in _nested_lists(body.get("Resources", {}), ("Resources",)):
        message = "this function gives a list, and stands inside a list: IAM refuses lists of lists"
        yield say("nested-list", message, path)
    for path, function in _joins(body, ()):
        yield say("join-delimiter", f"the delimiter of {function} is a function", path)


def _functions(node: Any, path: TemplatePath) -> Iterator[tuple[TemplatePath, str]]:
    """The functions in a part of a template, the ones inside others included."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" or key.startswith("Fn::") or (key == "Condition" and len(node) == 1):
                yield (*path, key), key
            yield from _functions(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _functions(value, (*path, index))


def _nested_lists(node: Any, path: TemplatePath) -> Iterator[TemplatePath]:
    """Fn::Split as one of several items of a list; as an argument of a function it is at home."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key.startswith("Fn::") and isinstance(value, list):
                for index, each in enumerate(value):
                    if key == "Fn::If" and isinstance(each, list):
                        yield from _nested_lists(each, (*path, key, index))
                    elif isinstance(each, dict):
                        yield from _nested_lists(each, (*path, key, index))
            else:
                yield from _nested_lists(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if isinstance(value, dict) and "Fn::Split" in value:
                yield (*path, index)
            yield from _nested_lists(value, (*path, index))


def _joins(node: Any, path: TemplatePath) -> Iterator[tuple[TemplatePath, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("Fn::Join", "Fn::Split") and not isinstance(value[0], str):
                yield (*path, key), key
            yield from _joins(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _joins(value, (*path, index))


