"""An activity to begin with: one statement that is sound, and every choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.catalog import Activity, Statement
from compiler.draft.choices import beside, keys, told
from compiler.draft.names import called, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.draft.choices import Lines

_INTRODUCTION = """\
An activity to begin with. All that it may say stands here: take the # away from a line to choose
it, and delete what is not needed. Give it to a persona in personas/."""

_NAMED = """\
Launch parameters that resources and values of conditions may name. A resource with a list is
written once for each of its values. parameters.yaml defines them:"""

_MODEL = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:model/*"
_OWN = '{aws:ResourceTag/team: "${aws:PrincipalTag/team}"}'
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html"
)


def draft_activity(catalog: Catalog, name: str) -> str:
    """The text of an activity's file.

    Args:
        catalog: what there is to choose from.
        name: its id.
    """
    used = {
        "title": (f"title: {spelled(called(name))}",),
        "description": (
            "description: Permissions for what the activity is, in a sentence or two.",
        ),
        "sources": ("sources:", f"  - {_REFERENCE}"),
        "statements": ("statements:", *_statement(catalog), "", *_more()),
    }
    examples = {
        "role_manager": ("role_manager: SM_ModelManagement",),
        "managed_policies": ("managed_policies:", "  - AmazonSageMakerReadOnly"),
    }
    lines = [
        "# yaml-language-server: $schema=../schema/activity.schema.json",
        *told(_INTRODUCTION),
        *keys(Activity, used, examples),
        *_parameters(catalog),
    ]
    return "\n".join(each.rstrip() for each in lines) + "\n"


def _statement(catalog: Catalog) -> Iterator[str]:
    """The statement as an item of a list: its first key stands behind the hyphen."""
    used = {
        "sid": ("sid: Describe",),
        "actions": ("actions: [sagemaker:DescribeModel]",),
        "resources": (f'resources: ["{_MODEL}"]',),
    }
    examples: dict[str, Lines] = {
        "conditions": ("conditions:", f"  StringEquals: {_OWN}"),
        "broad": ("broad: AWS asks for it without resources, and where it says so",),
    }
    if control := next(iter(catalog.controls), None):
        examples["when"] = (f"when: {spelled(control)}",)
    begun = False
    for line in keys(Statement, used, examples, "    "):
        if begun:
            yield line
        elif line.startswith("    #"):
            yield line.removeprefix("  ")
        else:
            yield f"  - {line.removeprefix('    ')}"
            begun = True


def _more() -> Lines:
    return (
        "  # A list is about nothing that has an ARN.",
        "  # - sid: List",
        "  #   actions: [sagemaker:ListModels]",
        '  #   resources: ["*"]',
    )


def _parameters(catalog: Catalog) -> Iterator[str]:
    """The launch parameters that there are to name."""
    if not catalog.parameters:
        return
    yield ""
    yield from told(_NAMED)
    named = [(f"${{{name}}}", found.label) for name, found in catalog.parameters.items()]
    yield from (f"#   {each}" for each in beside(named))
