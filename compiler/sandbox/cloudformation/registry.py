"""The resource types that stacks are made of: moto's register, with our models in it."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.parsing import generate_resource_name, get_model_map
from moto.cloudformation.utils import random_suffix

_NAME_LIMITS = {"AWS::IAM::Role": 64, "AWS::IAM::ManagedPolicy": 128}
"""The longest names, in characters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def register(model: Any) -> None:
    """Make a model, a subclass of moto's CloudFormationModel, the one for its type.

    Beyond moto's own interface a model may have three class methods:
    ``replaced_by(previous, properties) -> bool`` says whether an update replaces the resource,
    ``with_stack_tags(properties, tags) -> properties`` takes over the tags of the stack, and
    ``calls(handler, handled) -> calls`` gives what CloudFormation calls for it: without that no
    stack with a role can make one. Its update finds the properties from before under
    ``PreviousProperties`` of the resource.
    """
    get_model_map()[model.cloudformation_type()] = model


def model_of(resource_type: str) -> Any:
    """The model of a type; templates with types that have none were refused before."""
    return get_model_map()[resource_type]


def physical_name(definition: dict[str, Any], stack_name: str, logical_id: str) -> str:
    """The name of a new resource: the one in its properties, or one that nothing else has.

    CloudFormation shortens the stack's name and the logical id to fit the type's longest name.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
    """
    kind = definition["Type"]
    name_property = model_of(kind).cloudformation_name_type()
    if name_property and name_property in definition["Properties"]:
        return str(definition["Properties"][name_property])
    if kind not in _NAME_LIMITS:
        return generate_resource_name(kind, stack_name, logical_id)
    suffix = random_suffix()
    # moto joins the name of a StackSet's stack with a colon, which no name may hold.
    stack_name = stack_name.replace(":", "-")
    room = _NAME_LIMITS[kind] - len(suffix) - 2
    kept = logical_id[: max(room // 2, room - len(stack_name))]
    return f"{stack_name[: room - len(kept)]}-{kept}-{suffix}"
