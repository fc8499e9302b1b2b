"""Texts with `${…}`: each can be read, and names parameters that are there when it needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler import expression
from compiler.control import control_parameters
from compiler.diagnostic import error, suggest
from compiler.iam.quota import LETTERS
from compiler.rules.card import OTHER_PARAMETERS, Card, activity
from compiler.rules.view import named, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import View

_FILE = "activities/example.yaml"
_PASSING = activity("""\
    - sid: Read
      actions: [s3:GetObject]
      resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
    """)
_TRUST = """\
title: SageMaker
description: SageMaker of this account.
statements:
  - sid: SageMaker
    principals: {Service: sagemaker.amazonaws.com}
    actions: [sts:AssumeRole]
    conditions:
      StringEquals: {aws:SourceAccount: "${AWS::AccountId}"}
"""
_BUCKETS = """\
Buckets:
  label: Buckets
  group: Data
  description: Names of buckets.
  pattern: "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
  max_items: 3
"""
_TOPICS = """\
Topics:
  label: Topics
  group: Data
  description: Names of topics.
  pattern: "[a-z]{1,64}"
  max_items: 3
"""

CARDS = (
    Card(
        rule="bad-expression",
        what="A ${…} that is neither a parameter, a pseudo parameter nor a variable of IAM's.",
        why="CloudFormation would refuse the template, or IAM would take the text as it stands.",
        file=_FILE,
        failing=_PASSING.replace("${Buckets}", "${Buckets"),
        passing=_PASSING,
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    ),
    Card(
        rule="unknown-parameter",
        what="A ${Name} that parameters.yaml does not define.",
        why="The template would refer to a parameter that it does not have.",
        file=_FILE,
        failing=_PASSING.replace("${Buckets}", "${Bucket}"),
        passing=_PASSING,
    ),
    Card(
        rule="two-lists",
        what="A text that names two list parameters.",
        why="A list repeats its text for each of its values; over two it is not clear which goes"
        " with which.",
        file=_FILE,
        failing=_PASSING.replace("${Buckets}/*", "${Buckets}/${Subnets}/*"),
        passing=_PASSING,
        # `needs-control` would be a second finding were Subnets not governed by another control.
        beside={
            "controls/network.yaml": """\
title: Network
description: Jobs run in given subnets.
costs: Jobs need the security groups.
condition_keys:
  sagemaker:VpcSecurityGroupIds:
    values: ["${SecurityGroups}"]
""",
            "activities/see-subnets.yaml": activity("""\
                - sid: See
                  actions: [ec2:DescribeSubnets]
                  resources: ["*"]
                  conditions: {StringLike: {aws:RequestedRegion: "${Subnets}"}}
                """),
        },
    ),
    Card(
        rule="unused-parameter",
        what="A parameter that no activity, trust or control uses.",
        why="No launch would ever ask for it; more often its use was lost by mistake.",
        file="parameters.yaml",
        failing=_BUCKETS + OTHER_PARAMETERS + _TOPICS,
        passing=_BUCKETS + OTHER_PARAMETERS,
    ),
    Card(
        rule="needs-control",
        what="A parameter of a control in a statement that exists without that control.",
        why="The parameter is empty while the control is off, and IAM refuses an empty value.",
        file=_FILE,
        failing=activity("""\
            - sid: Use
              actions: [ec2:CreateNetworkInterface]
              resources:
                - "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:subnet/${Subnets}"
            """),
        passing=activity("""\
            - sid: Use
              when: network
              actions: [ec2:CreateNetworkInterface]
              resources:
                - "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:subnet/${Subnets}"
            """),
    ),
    Card(
        rule="parameter-in-trust",
        what="A launch parameter in a trust.",
        why="Whoever launches the product would decide who may assume the role.",
        file="trusts/sagemaker.yaml",
        failing=_TRUST.replace("${AWS::AccountId}", "${Buckets}"),
        passing=_TRUST,
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every text that may hold `${…}`."""
    used: set[str] = set()
    for text, place in view.texts():
        yield from _text(view, text, place)
        # Of a text that cannot be read, what looks like a use is one.
        known = view.catalog.parameters
        used |= set(named(text) if parsed(text) else (each for each in known if each in text))
    if not view.has_broken("activities", "controls", "trusts"):
        yield from _unused(view, used)
    yield from _trusts(view)
    yield from _governed(view)


def _text(view: View, text: str, place: Place) -> Iterator[Diagnostic]:
    parameters = view.catalog.parameters
    try:
        expression.parse(text)
    except expression.ExpressionError as problem:
        yield error("bad-expression", str(problem), replace(place, fragment=problem.fragment))
    if strange := next((each for each in text if each not in LETTERS), None):
        message = f"IAM takes no '{strange}' (U+{ord(strange):04X}) in a policy"
        yield error("bad-expression", message, replace(place, fragment=strange))
    for name in named(text):
        if name not in parameters and not view.is_broken("parameters", name):
            message = f"there is no parameter '{name}' in parameters.yaml"
            yield error("unknown-parameter", message, _at(place, name), suggest(name, parameters))
    lists = [
        name
        for name in named(text)
        if name in parameters and parameters[name].max_items is not None
    ]
    if len(lists) > 1:
        message = f"this text repeats over {' and '.join(lists)}; one list parameter is allowed"
        yield error("two-lists", message, place, "write one text for each list")


def _at(place: Place, name: str) -> Place:
    return replace(place, fragment=f"${{{name}}}")


def _unused(view: View, used: set[str]) -> Iterator[Diagnostic]:
    for name in view.catalog.parameters:
        if name not in used:
            place = replace(view.catalog.parameter_place(name), on="key")
            hint = "remove it, or use it in an activity or a control"
            yield error("unused-parameter", f"nothing uses the parameter '{name}'", place, hint)


def _trusts(view: View) -> Iterator[Diagnostic]:
    for each in view.statements:
        for text, place in each.texts() if each.folder == "trusts" else ():
            for name in named(text):
                message = f"a trust cannot depend on a launch parameter, as {name} is one"
                hint = f"write the value out, or one of {', '.join(expression.PSEUDO)}"
                yield error("parameter-in-trust", message, _at(place, name), hint)


def _governed(view: View) -> Iterator[Diagnostic]:
    """A control's parameters may be empty while the control is off."""
    owners: dict[str, str] = {}
    for control in view.catalog.controls:
        values = view.catalog.controls[control].condition_keys.values()
        if all(parsed(text) is not None for each in values for text in each.values):
            for name in control_parameters(view.catalog, control):
                owners.setdefault(name, control)
    for each in view.statements:
        for text, place in each.texts() if each.folder == "activities" else ():
            for name in named(text):
                owner = owners.get(name)
                if owner is not None and owner != each.when:
                    message = (
                        f"{name} belongs to the control '{owner}' and is empty while that is off"
                    )
                    hint = f"add 'when: {owner}'"
                    yield error("needs-control", message, _at(place, name), hint)
