"""The card of a rule: what it refuses, why, and an example of each kind that really runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.diagnostic import Severity

TEMPLATE = "template"
"""What `Card.file` says where the examples are compiled templates."""


OTHER_PARAMETERS = """\
ExecutionRoles:
  label: Execution roles
  group: Jobs
  description: ARNs of the roles that jobs run with.
  pattern: "arn:aws:iam::[0-9]{12}:role${catalog.execution_role_path}[A-Za-z0-9_-]{1,64}"
  max_items: 2
Subnets:
  label: Subnets
  group: Network
  description: Ids of subnets.
  pattern: "subnet-[0-9a-f]{8,17}"
  max_items: 2
SecurityGroups:
  label: Security groups
  group: Network
  description: Ids of security groups.
  pattern: "sg-[0-9a-f]{8,17}"
  max_items: 2
"""
"""The parameters of the small catalog but Buckets, for examples that need a parameters.yaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One rule.

    The examples are whole files. `tests/rules/test_cards.py` lays them over a small catalog: the
    failing one must be refused by this rule, the passing one by none.
    """

    rule: str
    """The id: what diagnostics, `personac explain` and SARIF call the rule."""

    what: str
    """What is refused, in one sentence."""

    why: str
    """What would happen otherwise."""

    file: str
    """Which file of a catalog the examples are, or `template` for a compiled template."""

    failing: str | bytes | None
    """The file refused; None where the mistake is that it is not there."""

    passing: str | None
    """The file as it should be; None where it should not be there."""

    severity: Severity = "error"
    source: str = ""
    """The URL of the rule of AWS's that stands behind it."""

    beside: Mapping[str, str] = field(default_factory=dict)
    """Other files that both examples need, by path."""

    unshown: str = ""
    """Why no example can be shown; empty where `failing` is one."""


def activity(statements: str) -> str:
    """An activity of the given statements."""
    body = indent(dedent(statements), "  ")
    return f"title: Example\ndescription: An example.\nstatements:\n{body}"


def persona(rest: str) -> str:
    """The persona of the small catalog, with what the example is about at its end."""
    head = "title: Analyst\ndescription: Reads data and trains models.\nversion: 1.0.0\n"
    return head + dedent(rest)


def portfolio(rest: str) -> str:
    """A portfolio of the persona of the small catalog, with what the example is about."""
    head = "title: People\ndescription: What people may launch.\nproducts:\n  analyst: {}\n"
    return head + dedent(rest)
