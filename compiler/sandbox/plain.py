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

_MACHINERY = ("moto.moto_api.", "moto.moto_server.", "moto.server.", "moto.proxy.")
"""What runs moto and is no state: the recorder, for one, writes to a path that it holds."""

_METHODS_OF = "moto.ec2.models."
_METHODS = "filter_"
"""The only methods that moto's objects hold: how security groups are filtered."""


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
    if not f"{module}.".startswith(OURS) or f"{module}.".startswith(_MACHINERY):
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
    """A method that an object may hold.

    :raises GraphError: if it is none.
    """
    name_of(type(owner))
    if not (type(owner).__module__.startswith(_METHODS_OF) and name.startswith(_METHODS)):
        raise GraphError(f"{type(owner).__name__}.{name} is no method that is saved")
    found = inspect.getattr_static(type(owner), name, None)
    if not isinstance(found, FunctionType):
        raise GraphError(f"{type(owner).__name__} has no method {name}")
    return MethodType(found, owner)


def check_member(kind: type, name: Any) -> None:
    """Refuse a member that would take the place of a method of its object's class.

    :raises GraphError: if it would, or if it is one of Python's own such as ``__class__``.
    """
    if not isinstance(name, str) or (name.startswith("__") and name.endswith("__")):
        raise GraphError(f"{kind.__name__} has no member {name}")
    found = inspect.getattr_static(kind, name, None)
    if callable(found) or isinstance(found, classmethod | staticmethod):
        raise GraphError(f"{name} is a method of {kind.__name__}")
