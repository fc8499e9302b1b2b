"""Compiled templates: what AWS refuses in one, whether cfn-lint says so or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import error
from compiler.rules import functions
from compiler.rules.card import TEMPLATE, Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.template import Compiled, TemplatePath

LARGEST_BODY = 1_048_576
"""Bytes of a template read from S3.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_LIMITS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)
_PARAMETERS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "parameters-section-structure.html"
)
_SUBNETS = "List<AWS::EC2::Subnet::Id>"


def _parameter(rest: str) -> str:
    return f'{{"Parameters": {{"Subnets": {{{rest}}}}}}}\n'


CARDS = (
    Card(
        rule="template-too-large",
        what=f"A template of more than {LARGEST_BODY:,} bytes.",
        why="CloudFormation does not read it.",
        file=TEMPLATE,
        failing='{"Description": "' + "x" * LARGEST_BODY + '"}\n',
        passing='{"Description": "Analyst"}\n',
        source=_LIMITS,
    ),
    Card(
        rule="length-of-list",
        what="MinLength or MaxLength on a parameter that is not a String.",
        why="AWS refuses the template, although cfn-lint passes it.",
        file=TEMPLATE,
        failing=_parameter('"Type": "CommaDelimitedList", "MaxLength": 100'),
        passing=_parameter('"Type": "String", "MaxLength": 100'),
        source=_PARAMETERS,
    ),
    Card(
        rule="aws-type-of-optional",
        what="An AWS-specific type on a parameter that may be left empty.",
        why="Such a parameter takes only ids that exist, so the launch that leaves it empty fails.",
        file=TEMPLATE,
        failing=_parameter(f'"Type": "{_SUBNETS}", "Default": ""'),
        passing=_parameter(f'"Type": "{_SUBNETS}"'),
        source=_PARAMETERS,
    ),
    Card(
        rule="unknown-region",
        what="A Region that cfn-lint does not know.",
        why="Whether the templates work there cannot be said.",
        file="catalog.yaml",
        failing=None,
        passing=None,
        unshown="`personac check` says it, when it looks at templates",
    ),
    Card(
        rule="lint",
        what="What cfn-lint finds in a compiled template, told at the line that caused it.",
        why="AWS would refuse the template, or do something else than it says.",
        file=TEMPLATE,
        failing='{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {}}}}\n',
        passing="""\
{
  "Resources": {
    "Role": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "AssumeRolePolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": {"Service": "sagemaker.amazonaws.com"},
              "Action": "sts:AssumeRole"
            }
          ]
        }
      }
    }
  }
}
""",
        source="https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md",
    ),
)


def check(template: Compiled, size: int) -> tuple[Diagnostic, ...]:
    """Everything that AWS refuses in a template of `size` bytes and cfn-lint does not."""
    return tuple(_check(template, size))


def _check(template: Compiled, size: int) -> Iterator[Diagnostic]:
    def say(rule: str, message: str, path: TemplatePath) -> Diagnostic:
        where = ".".join(str(each) for each in path) or "the whole of it"
        return error(rule, message, template.origin(path), f"in the template: {where}")

    body = template.body
    if size > LARGEST_BODY:
        message = f"the template has {size:,} bytes; CloudFormation takes {LARGEST_BODY:,}"
        yield say("template-too-large", message, ())
    for at, name in functions.rule_functions(body):
        yield say("rule-function", f"{name} does not work inside Rules", at)
    for at, name in functions.condition_functions(body):
        yield say("condition-function", f"{name} does not work inside Conditions", at)
    for at in functions.nested_lists(body):
        message = "this function gives a list, and stands inside a list: IAM refuses lists of lists"
        yield say("nested-list", message, at)
    for at, name in functions.delimiters(body):
        yield say("join-delimiter", f"the delimiter of {name} is a function", at)
    for name, parameter in body.get("Parameters", {}).items():
        kind = parameter["Type"]
        path = ("Parameters", name)
        if kind != "String" and ("MaxLength" in parameter or "MinLength" in parameter):
            yield say("length-of-list", f"MinLength and MaxLength are for String, not {kind}", path)
        if kind.startswith(("AWS::", "List<AWS::")) and "Default" in parameter:
            message = f"a parameter of type {kind} cannot be left empty, and this one is optional"
            yield say("aws-type-of-optional", message, path)
