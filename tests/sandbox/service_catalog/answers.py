"""Answers as they were sent, held against the model that botocore has of them."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "list": list,
    "map": dict,
    "string": str,
    "structure": dict,
    "timestamp": (int, float),
}


def check_answer(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """What boto3 calls before it parses an answer: it would drop what it does not know."""
    assert response_dict["headers"]["Content-Type"] == "application/x-amz-json-1.1"
    if response_dict["status_code"] == 200:
        found = json.loads(response_dict["body"])
        assert operation_model.output_shape is not None
        check(operation_model.output_shape, found, operation_model.name)


def check(shape: Shape, value: Any, path: str) -> None:
    """Fail on a member that the shape does not have, lacks, or has as another type."""
    fits = isinstance(value, TYPES[shape.type_name])
    assert fits, f"{path} is {value!r}"
    if isinstance(shape, StructureShape):
        assert value.keys() <= shape.members.keys(), path
        assert value.keys() >= set(shape.required_members), path
        for name, each in value.items():
            check(shape.members[name], each, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for each in value:
            check(shape.member, each, f"{path}[]")
    elif isinstance(shape, MapShape):
        for name, each in value.items():
            check(shape.value, each, f"{path}.{name}")
    elif shape.type_name == "string":
        assert value in (shape.metadata.get("enum") or [value]), f"{path} is {value}"
        assert shape.metadata.get("min", 0) <= len(value), path
        assert len(value) <= shape.metadata.get("max", len(value)), path
