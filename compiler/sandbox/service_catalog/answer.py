"""One way to answer every operation: what is asked, and what is said, are checked by the model.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Operations.html
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore import xform_name
from botocore.model import ListShape, MapShape, StructureShape
from moto.core.exceptions import ServiceException
from moto.core.utils import get_service_model

from compiler.sandbox.constraints import arguments
from compiler.sandbox.service_catalog.errors import OperationNotSupportedException
from compiler.sandbox.service_catalog.idempotency import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel, Shape

    from compiler.sandbox.service_catalog.store import Store

SERVICE = "servicecatalog"

_TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "list": list,
    "map": dict,
    "string": str,
    "structure": dict,
    "timestamp": datetime,
}


def answer(backend: Store, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """What a backend answers to a request.

    :param operation: by its name in the API, such as ``CreatePortfolio``.
    :param members: of the request, as the API names them.
    :returns: the members of the answer; times are ``datetime``.
    :raises ServiceException: what the operation refuses.
    :raises TypeError: if the backend says what the model of the operation does not know.
    """
    method = getattr(backend, xform_name(operation), None)
    if method is None:
        raise OperationNotSupportedException(f"{operation} is not made in this sandbox.")
    model = _model(operation)
    asked = arguments(SERVICE, operation, members)

    def call() -> dict[str, Any]:
        try:
            said = method(**asked)
        except ServiceException as error:
            _verify_code(model, error)
            raise
        # Each operation of this service has one, empty as it may be.
        shape = cast("StructureShape", model.output_shape)
        found: dict[str, Any] = _checked(shape, said or {}, operation)
        return found

    # A token that the client leaves out is one of its own.
    tokens = [xform_name(name) for name in model.idempotent_members]
    token = next((asked[name] for name in tokens if asked[name]), None)
    rest = {name: value for name, value in asked.items() if name not in tokens}
    return once(backend.answered, operation, token, rest, call)


def json_value(value: object) -> float:
    """A time as JSON writes it: in seconds since 1970.

    :raises TypeError: if it is no time.
    """
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    raise TypeError(f"{value!r} is not of the model")


@cache
def _model(operation: str) -> OperationModel:
    model: OperationModel = get_service_model(SERVICE).operation_model(operation)
    return model


def _verify_code(model: OperationModel, error: ServiceException) -> None:
    """Hold the backend to the errors that the operation's documentation lists."""
    listed = {shape.name for shape in model.error_shapes} | {"ValidationException"}
    if error.code not in listed:
        raise TypeError(f"{model.name} does not answer {error.code}") from error


def _checked(shape: Shape, value: Any, path: str) -> Any:
    """A value, without the members that are None."""
    fits = isinstance(value, _TYPES[shape.type_name])
    if not fits:
        raise TypeError(f"{path} is {value!r}, not a {shape.type_name}")
    if isinstance(shape, StructureShape):
        unknown = value.keys() - shape.members.keys()
        found = {name: each for name, each in value.items() if each is not None}
        missing = set(shape.required_members) - found.keys()
        if unknown or missing:
            raise TypeError(f"{path} has {sorted(unknown)}, lacks {sorted(missing)}")
        return {
            name: _checked(shape.members[name], each, f"{path}.{name}")
            for name, each in found.items()
        }
    if isinstance(shape, ListShape):
        return [_checked(shape.member, each, f"{path}[]") for each in value]
    if isinstance(shape, MapShape):
        return {key: _checked(shape.value, each, f"{path}.{key}") for key, each in value.items()}
    values = shape.metadata.get("enum")
    if values and value not in values:
        raise TypeError(f"{path} is {value!r}, none of {values}")
    return value
