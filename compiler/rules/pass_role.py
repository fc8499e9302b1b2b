"""iam:PassRole: to a named service, and only roles of the execution path.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.resolve import SETTING
from compiler.rules.card import OTHER_PARAMETERS, Card, activity
from compiler.rules.view import error, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

_FILE = "activities/example.yaml"
_SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_PASSING = activity("""\
    - sid: Pass
      actions: [iam:PassRole]
      resources: ["${ExecutionRoles}"]
      conditions:
        StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}
    """)

CARDS = (
    Card(
        rule="pass-role-service",
        what="iam:PassRole without iam:PassedToService, in a persona that is not marked broad.",
        why="The role could be handed to any service, as to a function that does what it likes.",
        file=_FILE,
        failing=activity("""\
            - sid: Pass
              actions: [iam:PassRole]
              resources: ["${ExecutionRoles}"]
            """),
        passing=_PASSING,
        source=_SOURCE,
    ),
    Card(
        rule="pass-role-everywhere",
        what="iam:PassRole on every role, in a persona that is not marked broad.",
        why="A job could be given the administrator's role, and do whatever that may.",
        file=_FILE,
        failing=_PASSING.replace("${ExecutionRoles}", "*"),
        passing=_PASSING,
        source=_SOURCE,
    ),
    Card(
        rule="pass-role-off-path",
        what="iam:PassRole on a parameter that admits roles off the execution path.",
        why="A launch could name a role of people there, and jobs would do what those people may.",
        file=_FILE,
        failing=_PASSING.replace("${ExecutionRoles}", "${AnyRoles}"),
        passing=_PASSING,
        source=_SOURCE,
        beside={
            "parameters.yaml": """\
AnyRoles:
  label: Any roles
  group: Jobs
  description: ARNs of roles.
  pattern: "arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9_/-]{1,64}"
  max_items: 2
Buckets:
  label: Buckets
  group: Data
  description: Names of buckets.
  pattern: "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
  max_items: 3
"""
            + OTHER_PARAMETERS,
            "activities/tag-roles.yaml": activity("""\
                - sid: See
                  actions: [iam:GetRole]
                  resources: ["${AnyRoles}"]
                """),
        },
    ),
)

SERVICE_KEY = "iam:passedtoservice"
POSITIVE = ("StringEquals", "StringLike", "StringEqualsIgnoreCase")
ON_PATH = ":role${catalog.execution_role_path}"


def check(view: View) -> Iterator[Diagnostic]:
    """Every statement that allows iam:PassRole."""
    for statement in view.statements:
        passes = any(str(each) == "iam:PassRole" for each in statement.actions)
        if passes and statement.statement.effect == "Allow":
            yield from _statement(view, statement)


def _statement(view: View, statement: StatementView) -> Iterator[Diagnostic]:
    index = next(
        number
        for number, several in enumerate(statement.expanded)
        if any(str(each) == "iam:PassRole" for each in several)
    )
    held = {key.lower() for operator in POSITIVE for key in statement.conditions.get(operator, {})}
    if SERVICE_KEY not in held:
        message = "iam:PassRole without iam:PassedToService hands the role to any service"
        hint = "add to the conditions: StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}"
        place = statement.place("actions", index)
        yield error("pass-role-service", message, place, hint, severity=statement.breadth)
    for number, text in enumerate(statement.resources):
        place = statement.place("resources", number)
        if text == "*" or text.endswith((":role/*", ":*")):
            message = f"iam:PassRole on '{text}' passes every role, an administrator's included"
            hint = "name the roles by a launch parameter, as ${ExecutionRoles}"
            yield error("pass-role-everywhere", message, place, hint, severity=statement.breadth)
        for name in named(text):
            yield from _path(view, statement, number, name)


def _path(view: View, statement: StatementView, number: int, name: str) -> Iterator[Diagnostic]:
    found = view.catalog.parameters.get(name)
    if found is None or ON_PATH in found.pattern:
        return
    paths = ", ".join(SETTING.findall(found.pattern)) or "none"
    message = (
        f"the pattern of {name} admits roles off the execution path, so a role of people could"
        f" be passed (settings in the pattern: {paths})"
    )
    place = statement.place("resources", number, fragment=f"${{{name}}}")
    yield error("pass-role-off-path", message, place, f"let its pattern hold '{ON_PATH}'")
