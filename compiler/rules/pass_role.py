"""iam:PassRole: to a named service, and only roles of the execution path.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler import expression, pattern
from compiler.diagnostic import error
from compiler.iam import arn
from compiler.rules.card import OTHER_PARAMETERS, Card, activity
from compiler.rules.resources import names_execution_path, resource_steps, sound_pattern
from compiler.rules.view import parsed

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
    Card(
        rule="pass-role-when",
        what="iam:PassRole in a statement that exists with a control alone.",
        why="A persona with attached managed policies denies passing all roles but its own; which"
        " those are must not depend on what a launch fills in.",
        file=_FILE,
        failing=_PASSING.replace("    conditions:", "    when: network\n    conditions:"),
        passing=_PASSING,
        source=_SOURCE,
    ),
)

SERVICE_KEY = "iam:passedtoservice"
WILD = frozenset("*?$")
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
    place = statement.place("actions", index)
    if statement.when is not None:
        message = (
            "iam:PassRole depends on a control: what else passes roles is held to the same ones"
        )
        hint = "give it a statement without 'when'"
        yield error("pass-role-when", message, place, hint)
    services = [
        value
        for operator in POSITIVE
        for key, values in statement.conditions.get(operator, {}).items()
        if key.lower() == SERVICE_KEY
        for value in values
    ]
    loose = [each for each in services if set(each) & WILD]
    if not services or loose:
        what = f"for '{loose[0]}'" if loose else "without iam:PassedToService"
        message = f"iam:PassRole {what} hands the role to any service"
        hint = (
            "write in the conditions: StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}"
        )
        yield error("pass-role-service", message, place, hint, severity=statement.breadth)
    for number, text in enumerate(statement.resources):
        yield from _resource(view, statement, number, text)


def _resource(view: View, statement: StatementView, number: int, text: str) -> Iterator[Diagnostic]:
    """Refuse what may name a role off the execution path."""
    tokens = parsed(text)
    if tokens is None:
        return
    place = statement.place("resources", number)
    if len(tokens) == 1 and isinstance(tokens[0], expression.Parameter):
        name = tokens[0].name
        node = sound_pattern(view.catalog, name)
        if node is not None and not _on_path(view, node):
            message = (
                f"the pattern of {name} admits roles off the execution path, as those of people"
            )
            hint = f"let every value of its pattern hold '{ON_PATH}'"
            yield error("pass-role-off-path", message, place, hint, severity=statement.breadth)
        return
    if names_execution_path(view.catalog, tokens):
        return
    begun = arn.resource_prefix(resource_steps(view.catalog, tokens))
    if f"role{view.catalog.settings.execution_role_path}".startswith(begun):
        message = f"iam:PassRole on '{text}' passes roles of people, an administrator's included"
        hint = "name the roles by a launch parameter, as ${ExecutionRoles}"
        yield error("pass-role-everywhere", message, place, hint, severity=statement.breadth)
    else:
        message = f"'{text}' is off the execution path {view.catalog.settings.execution_role_path}"
        hint = "only roles that jobs run with may be passed"
        yield error("pass-role-off-path", message, place, hint, severity=statement.breadth)


def _on_path(view: View, node: pattern.Node) -> bool:
    """Whether every value that a pattern admits has the execution path in it."""
    if isinstance(node, pattern.Choice):
        return all(_on_path(view, option) for option in node.options)
    wanted = f":role{view.catalog.settings.execution_role_path}"
    return wanted in "".join(_certain(node))


def _certain(node: pattern.Node) -> Iterator[str]:
    """The characters that stand in every value, with a gap for each part that may differ."""
    match node:
        case pattern.Sequence(parts):
            for part in parts:
                yield from _certain(part)
        case pattern.Characters(allowed) if len(allowed) == 1:
            yield next(iter(allowed))
        case _:
            yield "\0"
