"""Values that say everything about themselves, and names of classes, as JSON has them."""

from __future__ import annotations

import base64
import importlib
import inspect
import ipaddress
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = ("compiler.sandbox.", "moto.")
"""Where the classes of objects may come from."""


class GraphError(Exception):
    """What cannot be saved, or was not saved by this."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of values, and how they are written and read."""

    type: type
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


_ALL = (
    Kind(bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    Kind(datetime, datetime.isoformat, datetime.fromisoformat),
    Kind(date, date.isoformat, date.fromisoformat),
    Kind(timedelta, timedelta.total_seconds, lambda held: timedelta(seconds=held)),
    Kind(re.Pattern, lambda value: [value.pattern, value.flags], lambda held: re.compile(*held)),
    *(
        Kind(kind, str, kind)
        for kind in (
            Decimal,
            UUID,
            ipaddress.IPv4Address,
            ipaddress.IPv4Network,
            ipaddress.IPv6Address,
            ipaddress.IPv6Network,
        )
    ),
)
BY_TYPE: Final = {kind.type: kind for kind in _ALL}
BY_NAME: Final = {kind.type.__name__: kind for kind in _ALL}


def name_of(kind: type) -> str:
    """The name of a class, if it is one that may be saved.

    :raises GraphError: if it is not.
    """
    name = f"{kind.__module__}:{kind.__qualname__}"
    if class_of(name) is not kind:
        raise GraphError(f"{name} cannot be saved")
    return name


def class_of(name: str) -> Any:
    """A class by its name.

    :raises GraphError: if it is none of moto's and of the sandbox.
    """
    module, _, qualified = name.partition(":")
    if not f"{module}.".startswith(OURS):
        raise GraphError(f"{name} is no class of moto or the sandbox")
    try:
        found: Any = importlib.import_module(module)
        for part in qualified.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise GraphError(f"{name} does not exist") from error
    # What a module has imported is not its own.
    if not isinstance(found, type) or found.__module__ != module:
        raise GraphError(f"{name} is no class of moto or the sandbox")
    return found


def method_of(owner: Any, name: str) -> MethodType:
    """A method of an object of ours.

    :raises GraphError: if it is none.
    """
    name_of(type(owner))
    found = inspect.getattr_static(type(owner), name, None)
    if not isinstance(found, FunctionType):
        raise GraphError(f"{type(owner).__name__} has no method {name}")
    return MethodType(found, owner)
