"""Intrinsic functions where AWS refuses them and cfn-lint does not. `templates.check` asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.rules.card import TEMPLATE, Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.template import Body, TemplatePath

_RULES = (
    "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/"
    "intrinsic-function-reference-rules.html"
)
_CONDITIONS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "intrinsic-function-reference-conditions.html"
)
_JOIN = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "intrinsic-function-reference-join.html"
)


_Json = Any
"""Any part of a template."""


def _rule(value: str) -> str:
    return f"""\
{{
  "Rules": {{
    "NetworkTogether": {{
      "Assertions": [{{"Assert": {{"Fn::Not": [{{"Fn::Equals": [{value}, ""]}}]}}}}]
    }}
  }}
}}
"""


def _condition(value: str) -> str:
    return f'{{"Conditions": {{"Network": {{"Fn::Equals": [{value}, "on"]}}}}}}\n'


def _policy(resources: str) -> str:
    return f"""\
{{
  "Resources": {{
    "Policy1": {{
      "Type": "AWS::IAM::ManagedPolicy",
      "Properties": {{
        "PolicyDocument": {{
          "Statement": [{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": {resources}}}]
        }}
      }}
    }}
  }}
}}
"""


CARDS = (
    Card(
        rule="rule-function",
        what="A function inside Rules that is none of the rule functions.",
        why="AWS refuses the template, although cfn-lint passes it.",
        file=TEMPLATE,
        failing=_rule('{"Fn::Join": [",", [{"Ref": "Subnets"}]]}'),
        passing=_rule('{"Ref": "Subnets"}'),
        source=_RULES,
    ),
    Card(
        rule="condition-function",
        what="A function inside Conditions that does not work there.",
        why="AWS refuses the template, although cfn-lint passes it.",
        file=TEMPLATE,
        failing=_condition('{"Fn::Cidr": [{"Ref": "Network"}, 1, 8]}'),
        passing=_condition('{"Ref": "Network"}'),
        source=_CONDITIONS,
    ),
    Card(
        rule="nested-list",
        what="A function that gives a list, as one of several items of a list.",
        why="IAM refuses a list inside a list, and the launch fails.",
        file=TEMPLATE,
        failing=_policy(
            '["arn:aws:iam::123456789012:role/one", {"Fn::Split": [",", {"Ref": "Roles"}]}]'
        ),
        passing=_policy('{"Fn::Split": [",", {"Ref": "Roles"}]}'),
        source=_JOIN.replace("join", "split"),
    ),
    Card(
        rule="join-delimiter",
        what="A delimiter of Fn::Join or Fn::Split that is a function.",
        why="CloudFormation takes literal delimiters only, and refuses the template.",
        file=TEMPLATE,
        failing=_policy('{"Fn::Split": [{"Ref": "Delimiter"}, {"Ref": "Roles"}]}'),
        passing=_policy('{"Fn::Split": [",", {"Ref": "Roles"}]}'),
        source=_JOIN,
    ),
)

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


def rule_functions(body: Body) -> Iterator[tuple[TemplatePath, str]]:
    """Functions inside Rules that do not work there."""
    for path, name in _functions(body.get("Rules", {}), ("Rules",)):
        if name not in RULE_FUNCTIONS:
            yield path, name


def condition_functions(body: Body) -> Iterator[tuple[TemplatePath, str]]:
    """Functions inside Conditions that do not work there."""
    for path, name in _functions(body.get("Conditions", {}), ("Conditions",)):
        if name not in CONDITION_FUNCTIONS:
            yield path, name


def nested_lists(body: Body) -> Iterator[TemplatePath]:
    """Lists that functions give inside lists."""
    yield from _nested_lists(body.get("Resources", {}), ("Resources",))


def delimiters(body: Body) -> Iterator[tuple[TemplatePath, str]]:
    """Delimiters that are functions, and of which function."""
    yield from _joins(body, ())


def _functions(node: _Json, path: TemplatePath) -> Iterator[tuple[TemplatePath, str]]:
    """The functions in a part of a template, the ones inside others included."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" or key.startswith("Fn::") or (key == "Condition" and len(node) == 1):
                yield (*path, key), key
            yield from _functions(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _functions(value, (*path, index))


def _nested_lists(node: _Json, path: TemplatePath) -> Iterator[TemplatePath]:
    """Fn::Split as one of several items of a list; as an argument of a function it is at home."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key.startswith("Fn::") and isinstance(value, list):
                for index, each in enumerate(value):
                    if isinstance(each, dict) or (key == "Fn::If" and isinstance(each, list)):
                        yield from _nested_lists(each, (*path, key, index))
            else:
                yield from _nested_lists(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if isinstance(value, dict) and "Fn::Split" in value:
                yield (*path, index)
            yield from _nested_lists(value, (*path, index))


def _joins(node: _Json, path: TemplatePath) -> Iterator[tuple[TemplatePath, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("Fn::Join", "Fn::Split") and not isinstance(value[0], str):
                yield (*path, key), key
            yield from _joins(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _joins(value, (*path, index))
