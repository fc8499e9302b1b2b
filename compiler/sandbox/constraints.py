"""The constraints that the services of AWS put on the members of a request.

moto looks at none of them; boto3 knows which members are missing, and stops there. They stand in
the service models that both carry.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateUserProfile.html
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.model import ListShape, MapShape, StructureShape
from moto.core.exceptions import ServiceException
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

SHOWN_CHARACTERS = 256
"""How much of a value a message shows."""

_UNICODE = {
    "L": r"\w",
    "N": r"\w",
    "Z": "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""The classes of characters in these models, as Python writes them; ``_`` stands beside them."""


class ValidationException(ServiceException):
    """A request that breaks what its service asks of one."""

    code = "ValidationException"


def arguments(service: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a request as the arguments of a backend's method.

    :param service: as boto3 calls it, such as ``sagemaker``.
    :param members: as the API names them. Those that it does not know are left out, as AWS does;
        texts become numbers and booleans where it asks for these, as CloudFormation does.
    :returns: every member of the operation, None where the request has none.
    :raises ValidationException: in AWS's words, for all members at once.
    """
    shape = get_service_model(service).operation_model(operation).input_shape
    broken: list[str] = []
    given = {name: value for name, value in members.items() if value is not None}
    read = _structure(shape, given, "", broken)
    if broken:
        count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected"
        raise ValidationException(f"{count}: {'; '.join(broken)}")
    return {xform_name(name): read.get(name) for name in shape.members}


def _read(shape: Shape, value: Any, path: str, broken: list[str]) -> Any:
    """A value in the type of its shape; ``broken`` takes a line for each broken constraint."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return _structure(shape, value, f"{path}.", broken)
    if isinstance(shape, ListShape) and isinstance(value, list):
        _measure(shape, len(value), value, path, broken)
        places = enumerate(value, start=1)
        return [_read(shape.member, each, f"{path}.{n}.member", broken) for n, each in places]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {
            key: _read(shape.value, each, f"{path}.{key}", broken) for key, each in value.items()
        }
    return _scalar(shape, value, path, broken)


def _scalar(shape: Shape, value: Any, path: str, broken: list[str]) -> Any:
    match shape.type_name:
        case "integer" | "long":
            return _number(shape, value, path, broken)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "string":
            return _text(shape, value, path, broken)
        case _:
            return value


def _structure(
    shape: StructureShape, value: Mapping[str, Any], path: str, broken: list[str]
) -> dict[str, Any]:
    broken.extend(
        _line(None, f"{path}{_camel(name)}", "Member must not be null")
        for name in shape.required_members
        if name not in value
    )
    known = {name: member for name, member in shape.members.items() if name in value}
    return {
        name: _read(member, value[name], f"{path}{_camel(name)}", broken)
        for name, member in known.items()
    }


def _text(shape: Shape, value: Any, path: str, broken: list[str]) -> str:
    text = str(value)
    _measure(shape, len(text), text, path, broken)
    values, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if values and text not in values:
        broken.append(
            _line(text, path, f"Member must satisfy enum value set: [{', '.join(values)}]")
        )
    if pattern and not _compiled(pattern).fullmatch(text):
        broken.append(
            _line(text, path, f"Member must satisfy regular expression pattern: {pattern}")
        )
    return text


def _number(shape: Shape, value: Any, path: str, broken: list[str]) -> Any:
    try:
        number = int(value)
    except (TypeError, ValueError):
        broken.append(_line(value, path, "Member must be a number"))
        return value
    lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
    if lowest is not None and number < lowest:
        what = f"Member must have value greater than or equal to {lowest}"
        broken.append(_line(value, path, what))
    if highest is not None and number > highest:
        what = f"Member must have value less than or equal to {highest}"
        broken.append(_line(value, path, what))
    return number


def _measure(shape: Shape, length: int, value: Any, path: str, broken: list[str]) -> None:
    shortest, longest = shape.metadata.get("min", 0), shape.metadata.get("max")
    if length < shortest:
        what = f"Member must have length greater than or equal to {shortest}"
        broken.append(_line(value, path, what))
    if longest is not None and length > longest:
        what = f"Member must have length less than or equal to {longest}"
        broken.append(_line(value, path, what))


def _line(value: Any, path: str, constraint: str) -> str:
    text = str(value)
    text = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    shown = "null" if value is None else f"'{text}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    r"""A pattern of Java's, where ``\d`` and ``\w`` are ASCII."""
    text = re.sub(r"\\p\{([LNZ])\}", lambda found: _UNICODE[found[1]], pattern)
    return re.compile(text, re.NOFLAG if text != pattern else re.ASCII)
