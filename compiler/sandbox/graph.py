"""Objects as rows of JSON, and back: what the state of the sandbox is saved as.

Not pickle, which runs what a file tells it to. Of a file like this, nothing is called but the
``__new__`` and ``__setstate__`` of classes of moto and of the sandbox, and the types of ``plain``.

Each list, dictionary, set and object is one row; what refers to it holds its number, so that what
was one thing is one thing again. Rows are read in three steps: made empty, then given what they
hold, and last, when everything has its hash, dictionaries and sets are filled.
"""

from __future__ import annotations

import copyreg
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from enum import Enum
from types import MethodType
from typing import Any, Final

from compiler.sandbox.plain import (
    BY_NAME,
    BY_TYPE,
    GraphError,
    check_member,
    class_of,
    method_of,
    name_of,
)

__all__ = ["GraphError", "Named", "Reader", "Writer"]

Named = Callable[[Any], Any]
"""Gives a short JSON value for an object that is not saved but found again, or None; and back."""

_FACTORIES: Final[dict[str, Callable[[], Any]]] = {
    each.__name__: each for each in (OrderedDict, dict, int, list, set, str)
}
"""What a defaultdict may make."""

_DICTS: Final[dict[str, type]] = {"dict": dict, "OrderedDict": OrderedDict}

_NEWOBJ: Final = getattr(copyreg, "__newobj__")  # noqa: B009 - copyreg's types lack it
"""How objects say that they are made by ``__new__`` alone."""


class Writer:
    """Objects to rows."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._numbers: dict[int, int] = {}
        self._objects: list[Any] = []
        self.rows: list[Any] = []

    def write(self, root: Any) -> Any:
        """The JSON value of an object; what it refers to is in ``rows``.

        :raises GraphError: if something cannot be saved.
        """
        value = self._value(root)
        while len(self.rows) < len(self._objects):
            self.rows.append(self._row(self._objects[len(self.rows)]))
        return value

    def _value(self, value: Any) -> Any:  # noqa: PLR0911 - one return for each form
        if value is None or type(value) in (bool, int, float, str):
            return value
        kind = BY_TYPE.get(type(value))
        if kind is not None:
            return {kind.type.__name__: kind.write(value)}
        if type(value) in (tuple, frozenset):
            return {type(value).__name__: self._values(value)}
        if isinstance(value, Enum):
            return {"enum": [name_of(type(value)), value.name]}
        if isinstance(value, type):
            return {"class": name_of(value)}
        if isinstance(value, MethodType):
            method_of(value.__self__, value.__name__)
            return {"method": [self._value(value.__self__), value.__name__]}
        name = self._named(value)
        return {"named": name} if name is not None else {"row": self._number(value)}

    def _number(self, value: Any) -> int:
        if id(value) not in self._numbers:
            # Kept here, no other object can get its id.
            self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return self._numbers[id(value)]

    def _row(self, value: Any) -> list[Any]:
        if type(value) in (list, set, deque):
            return [type(value).__name__, self._values(value)]
        if type(value) is defaultdict:
            name = getattr(value.default_factory, "__name__", "")
            if _FACTORIES.get(name) is not value.default_factory:
                raise GraphError(f"a defaultdict of {name} cannot be saved")
            return ["defaultdict", name, self._pairs(value.items())]
        if type(value) in _DICTS.values():
            return [type(value).__name__, self._pairs(value.items())]
        return self._object(value)

    def _object(self, value: Any) -> list[Any]:
        kind = name_of(type(value))
        try:
            make, arguments, *rest = value.__reduce_ex__(4)
        except (TypeError, ValueError) as error:
            raise GraphError(f"{kind} cannot be saved: {error}") from error
        if make is not _NEWOBJ or arguments[0] is not type(value):
            raise GraphError(f"{kind} cannot be saved")
        return [
            "object",
            kind,
            self._values(arguments[1:]),
            self._state(rest[0] if rest else None),
            # moto's lists and dictionaries may show less than they hold.
            self._values(list.__iter__(value) if isinstance(value, list) else ()),
            self._pairs(_held(value) if isinstance(value, dict) else ()),
        ]

    def _state(self, state: Any) -> Any:
        """What ``__getstate__`` gave: it is nobody else's, and stands in the row itself."""
        match state:
            case dict():
                return {"members": self._pairs(state.items())}
            case list() | tuple():
                return {"fields": [type(state).__name__, [self._state(each) for each in state]]}
            case _:
                return {"value": self._value(state)}

    def _values(self, values: Iterable[Any]) -> list[Any]:
        return [self._value(each) for each in values]

    def _pairs(self, pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
        return [[self._value(key), self._value(value)] for key, value in pairs]


class Reader:
    """Rows to objects."""

    def __init__(self, rows: list[Any], named: Named) -> None:
        self._rows = rows
        self._made: dict[int, Any] = {}
        self._kinds: dict[str, Callable[[Any], Any]] = {
            **{name: kind.read for name, kind in BY_NAME.items()},
            "row": self._shell,
            "tuple": lambda held: tuple(map(self._value, held)),
            "frozenset": lambda held: frozenset(map(self._value, held)),
            "enum": lambda held: class_of(held[0])[held[1]],
            "class": class_of,
            "method": lambda held: method_of(self._value(held[0]), held[1]),
            "named": named,
        }

    def read(self, value: Any) -> Any:
        """The object of a JSON value, with all that it refers to.

        :raises GraphError: if the rows are not as a Writer makes them.
        """
        try:
            for number in range(len(self._rows)):
                self._shell(number)
            for number, row in enumerate(self._rows):
                self._settle(self._made[number], row)
            for number, row in enumerate(self._rows):
                self._fill(self._made[number], row)
            return self._value(value)
        except GraphError:
            raise
        except Exception as error:
            # A file that was not written by a Writer can be wrong in any way.
            raise GraphError(f"{type(error).__name__}: {error}") from error

    def _value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, held),) = value.items()
        return self._kinds[kind](held)

    def _shell(self, number: int) -> Any:
        if number not in self._made:
            self._made[number] = self._new(self._rows[number])
        return self._made[number]

    def _new(self, row: list[Any]) -> Any:
        match row[0]:
            case "list":
                return []
            case "set":
                return set()
            case "deque":
                return deque()
            case "defaultdict":
                return defaultdict(_FACTORIES[row[1]])
            case "object":
                kind = class_of(row[1])
                return kind.__new__(kind, *map(self._value, row[2]))
            case _:
                return _DICTS[row[0]]()

    def _settle(self, made: Any, row: list[Any]) -> None:
        """Give an object its state, and a list what it holds."""
        if row[0] in ("list", "deque"):
            made.extend(map(self._value, row[1]))
        if row[0] != "object":
            return
        state = self._state(row[3])
        for members in state if isinstance(state, tuple) else (state,):
            for name in members if isinstance(members, dict) else ():
                check_member(type(made), name)
        if state is not None and hasattr(made, "__setstate__"):
            made.__setstate__(state)
        elif state is not None:
            # Slots come second, where there are any.
            for members in state if isinstance(state, tuple) else (state,):
                for name, value in (members or {}).items():
                    object.__setattr__(made, name, value)
        for each in row[4]:
            list.append(made, self._value(each))

    def _fill(self, made: Any, row: list[Any]) -> None:
        """Give a dictionary or a set what it holds: all keys have their hash by now."""
        if row[0] == "set":
            made.update(map(self._value, row[1]))
        elif row[0] not in ("list", "deque"):
            # moto's dictionaries do more when they are asked to store.
            store = OrderedDict if isinstance(made, OrderedDict) else dict
            for key, value in row[-1]:
                store.__setitem__(made, self._value(key), self._value(value))

    def _state(self, state: Any) -> Any:
        match state:
            case {"members": pairs}:
                return {self._value(key): self._value(value) for key, value in pairs}
            case {"fields": [kind, fields]}:
                held = [self._state(each) for each in fields]
                return tuple(held) if kind == "tuple" else held
            case {"value": value}:
                return self._value(value)
            case _:
                raise GraphError("a state is missing")


def _held(dictionary: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    kind = OrderedDict if isinstance(dictionary, OrderedDict) else dict
    return kind.items(dictionary)
