"""A persona's table of requests to begin with: what every persona must refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler import pattern
from compiler.draft.choices import told
from compiler.draft.names import called
from compiler.draft.persona import asked_of, first_activity
from compiler.iam.finding import Universe
from compiler.iam.sample import samples
from compiler.launch_parameter import setting_in_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog

_GENERAL = """\
whatever the statements say. An entry with parameters alone is the launch of all entries that follow
it, until the next one."""

_TABLE = """\
# What the persona is for: at least fifteen requests that must be allowed, from its purpose and not
# from its statements.
# - action: sagemaker:DescribeModel
#   resource: arn:aws:sagemaker:eu-west-1:111122223333:model/example
#   expected: allowed

# What it is not for: as many that must be refused.
- action: iam:PassRole
  resource: arn:aws:iam::111122223333:role/Admin
  context: {iam:PassedToService: sagemaker.amazonaws.com}
  expected: denied

# Nobody changes IAM.
- action: iam:CreateUser
  resource: arn:aws:iam::111122223333:user/example
  expected: denied
- action: iam:PutRolePolicy
  resource: arn:aws:iam::111122223333:role/example
  expected: denied
- action: iam:UpdateAssumeRolePolicy
  resource: arn:aws:iam::111122223333:role/example
  expected: denied

# With a principal, the trust policy is asked: who may assume the role, and who may not.
- action: sts:AssumeRole
  principal: AWS:arn:aws:iam::444455556666:root
  expected: denied
"""


def draft_requests(catalog: Catalog, name: str) -> str:
    """The text of an acceptance file for a persona as `draft_persona` makes it.

    Args:
        catalog: the catalog, with the persona or without.
        name: the persona's id.

    Raises:
        DraftError: where the catalog has no activity.
    """
    introduction = f"What {called(name)} has to be able to do, and what must be refused, {_GENERAL}"
    answered = f"`personac can {name} --requests FILE` answers it."
    return "\n".join([*told(f"{introduction} {answered}"), "", *_launch(catalog), _TABLE])


def _launch(catalog: Catalog) -> Iterator[str]:
    """The launch that the requests are about: a value for each parameter that it must have."""
    asked = asked_of(catalog.activities[first_activity(catalog)])
    values = {each: _value(catalog, each) for each in asked if each in catalog.parameters}
    if values:
        yield "- parameters:"
        yield from (f'    {each}: "{value}"' for each, value in values.items())
        yield ""


def _value(catalog: Catalog, parameter: str) -> str:
    found = catalog.parameters[parameter]
    try:
        node = pattern.parse(setting_in_pattern(catalog, found.pattern))
    except pattern.PatternError:
        # Checks say so at its place.
        return "example"
    return next(samples(node, Universe()))
