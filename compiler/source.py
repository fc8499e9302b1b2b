"""Read one YAML file of the catalog: plain values, and where each of them stands.

The catalog is a strict subset of YAML. What stock YAML does to a catalog is refused or left out:
an account id does not become a number, `2012-10-17` no date, `NO` no false; anchors, aliases,
tags, merge keys, duplicate keys and second documents are errors, each with its own rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from compiler.diagnostic import Diagnostic, Related, error
from compiler.place import START, Place, Route, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_Event = Any
"""An event, a mark or an error of yaml's; its types say that what a parser gives may be missing."""

Value = str | int | bool | None | tuple["Value", ...] | dict[str, "Value"]
"""What a catalog file holds. Sequences are tuples: nothing changes after it was read."""

LARGEST = 1_000_000
"""Bytes that one file may have. A catalog file of this size is a mistake."""

DEEPEST = 40
"""Levels of nesting that one file may have."""

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
"""At most nine digits: an account id of twelve stays the text that the author wrote."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_TAG = re.compile(r"!<[^>\s]*>|![^\s,\[\]{}]*")

WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file."""

    path: str
    text: str
    data: Value
    values: Mapping[Route, Span] = field(repr=False)
    keys: Mapping[Route, Span] = field(repr=False)

    def locate(self, place: Place) -> Span:
        """Turn a symbolic place into lines and columns; never fails, but climbs to what exists."""
        if place.span:
            return place.span
        route = place.route
        while route:
            if place.on == "key" and route == place.route and route in self.keys:
                return self.keys[route]
            if route in self.values:
                span = self.values[route]
                return self._within(span, place.fragment) if place.fragment else span
            route = route[:-1]
        return self.values.get((), START)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        lines = _lines(self.text)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def offset(self, line: int, column: int) -> int:
        """How many characters of the text stand before a line and column, both counted from 1."""
        starts = (0, *(each.end() for each in _BREAK.finditer(self.text)), len(self.text))
        return starts[min(line, len(starts)) - 1] + column - 1

    def _within(self, span: Span, fragment: str) -> Span:
        """Point at a part of a value, where the author wrote it in one piece."""
        for number in range(span.line, span.end_line + 1):
            line = self.line(number)
            start = span.column - 1 if number == span.line else 0
            found = line.find(fragment, start)
            if found >= 0:
                return Span(number, found + 1, number, found + 1 + len(fragment))
        return span


@lru_cache(maxsize=16)
def _lines(text: str) -> tuple[str, ...]:
    """The lines of a file, parted where YAML 1.1 does: str.splitlines parts at more than that."""
    return tuple(_BREAK.split(text))


def _at(text: str) -> tuple[int, int]:
    """The line and the column of what follows a text."""
    before = _BREAK.split(text)
    return len(before), len(before[-1]) + 1


def read(path: str, raw: bytes) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Parse one file.

    Args:
        path: what diagnostics call the file.
        raw: its bytes.

    Returns:
        The parsed file, or None where nothing of it can be used, and all that is wrong with it.
    """
    if len(raw) > LARGEST:
        message = f"the file has more than the {LARGEST:,} bytes that a catalog file may have"
        return None, (error("file-too-large", message, Place(path=path, span=START)),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # What the error speaks of is the file without its byte order mark.
        line, column = _at(problem.object[: problem.start].decode())
        message = f"byte 0x{problem.object[problem.start]:02x} is not UTF-8"
        place = Place(path=path, span=Span(line, column, line, column + 1))
        source = Source(path, raw.decode("utf-8-sig", errors="replace"), None, {}, {})
        return source, (error("not-utf-8", message, place, "save the file as UTF-8"),)
    reader = _Reader(path, text)
    return reader.read(), tuple(reader.diagnostics)


def _span(event: _Event) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _character(mark: _Event) -> Span:
    return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


class _Reader:
    """One walk over the parser's events: builds the value and both tables of places."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = _lines(text)
        self.diagnostics: list[Diagnostic] = []
        self.values: dict[Route, Span] = {}
        self.keys: dict[Route, Span] = {}

    def read(self) -> Source:
        data: Value = None
        try:
            events = iter(yaml.parse(self.text, Loader=_LOADER))
            next(events)
            first = next(events)
            if isinstance(first, yaml.StreamEndEvent):
                self._say("empty-file", "the file holds nothing", START)
            else:
                data = self._value(next(events), events, ())
                if data is None and () in self.values and not self.diagnostics:
                    self._say("empty-file", "the file holds nothing", self.values[()])
                next(events)
                second = next(events)
                if not isinstance(second, yaml.StreamEndEvent):
                    self._say(
                        "second-document",
                        "a second document begins here; a catalog file holds one",
                        _span(second),
                        "put it into a file of its own",
                    )
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.reader.ReaderError as error:
            # The position is in bytes from libyaml, in characters from PyYAML. The character is the
            # first of its kind, since the reader stops at the first.
            line, column = _at(self.text.partition(chr(error.character))[0])
            message = f"character U+{error.character:04X} is not allowed in YAML"
            self._say("yaml-syntax", message, Span(line, column, line, column + 1))
        values = {route: self._inside(span) for route, span in self.values.items()}
        return Source(self.path, self.text, data, values, self.keys)

    def _inside(self, span: Span) -> Span:
        """A span that ends with the text: libyaml goes one line on, where the last has no end."""
        last = len(self.lines)
        if span.end_line <= last:
            return span
        end = len(self.lines[-1]) + 1
        start = (span.line, span.column) if span.line <= last else (last, end)
        return Span(*start, last, end)

    def _syntax(self, error: _Event) -> None:
        problem = (error.problem or "this is not YAML").rstrip(".")
        began = error.context_mark
        if error.context and began and error.problem_mark:
            place = Place(path=self.path, span=self._inside(_character(began)))
            related = (Related(message=error.context, place=place),)
            self._say("yaml-syntax", problem, _character(error.problem_mark), related=related)
        else:
            at = error.problem_mark or began
            span = _character(at) if at else START
            self._say("yaml-syntax", f"{problem} {error.context or ''}".rstrip(), span)

    def _value(self, event: _Event, events: Iterator[yaml.Event], route: Route) -> Value:
        self.values[route] = _span(event)
        if len(route) > DEEPEST:
            raise yaml.MarkedYAMLError(
                problem=f"nested more than {DEEPEST} deep", problem_mark=event.start_mark
            )
        self._refuse_decoration(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, route)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, route)
        return None

    def _sequence(self, events: Iterator[yaml.Event], route: Route) -> Value:
        items: list[Value] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._value(event, events, (*route, len(items))))
        self._close(route, event)
        return tuple(items)

    def _mapping(self, events: Iterator[yaml.Event], route: Route) -> Value:
        items: dict[str, Value] = {}
        unnamed = 0
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, events, route)
            if key is None or key in items:
                if key is not None:
                    self._duplicate(key, (*route, key), _span(event))
                # The value of a refused key is still read, under a route that nothing looks up.
                unnamed += 1
                self._value(next(events), events, (*route, -unnamed))
                continue
            self.keys[(*route, key)] = _span(event)
            items[key] = None
            items[key] = self._value(next(events), events, (*route, key))
        self._close(route, event)
        return items

    def _close(self, route: Route, event: yaml.Event) -> None:
        start = self.values[route]
        end = _span(event)
        if start.line != end.line or start.column == start.end_column:
            # A block collection: point at its first line only.
            end_column = len(self.lines[start.line - 1]) + 1
            self.values[route] = Span(start.line, start.column, start.line, end_column)
        else:
            self.values[route] = Span(start.line, start.column, end.end_line, end.end_column)

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], route: Route) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            if not isinstance(event, yaml.AliasEvent):
                self._say("non-string-key", "a key is a word, not a collection", _span(event))
            # As deep as it stands, or `? ? ? …` would nest without end.
            self._value(event, events, (*route, -1))
            return None
        self._refuse_decoration(event)
        value = _scalar(event)
        if not isinstance(value, str):
            written = event.value or "nothing"
            kind = {bool: "a boolean", int: "an integer"}.get(type(value), "null")
            message = f"the key is {kind}, {written}; keys are strings"
            self._say("non-string-key", message, _span(event), f'quote it: "{event.value}"')
            return None
        if value == "<<" and not event.style:
            self._say(
                "merge-key",
                "merge keys are not allowed",
                _span(event),
                "write the keys out, or put what is shared into an activity",
            )
            return None
        return value

    def _duplicate(self, key: str, route: Route, span: Span) -> None:
        first = Related(
            message="first defined here", place=Place(path=self.path, span=self.keys[route])
        )
        self._say("duplicate-key", f"the key '{key}' stands here twice", span, related=(first,))

    def _refuse_decoration(self, event: _Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            message = f"the alias *{event.anchor} is not allowed"
            self._say("alias", message, _span(event), "write the value out")
            return
        if event.anchor:
            message = f"the anchor &{event.anchor} is not allowed"
            hint = "write the value out wherever it is needed"
            self._say("anchor", message, self._written(event, _ANCHOR)[0], hint)
        if event.tag:
            span, tag = self._written(event, _TAG)
            self._say("tag", f"the tag {tag or event.tag} is not allowed", span, "remove it")

    def _written(self, event: _Event, form: re.Pattern[str]) -> tuple[Span, str]:
        """Where an anchor or a tag stands before its value, and how the author wrote it."""
        span = _span(event)
        found = form.search(self.lines[span.line - 1], span.column - 1)
        if found is None:
            return Span(span.line, span.column, span.line, span.column + 1), ""
        return Span(span.line, found.start() + 1, span.line, found.end() + 1), found.group()

    def _say(
        self,
        rule: str,
        message: str,
        span: Span,
        hint: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        place = Place(path=self.path, span=self._inside(span))
        self.diagnostics.append(error(rule, message, place, hint, related=related))


def _scalar(event: yaml.ScalarEvent) -> Value:
    """Resolve a scalar: only true, false, null and short integers are not strings."""
    text: str = event.value
    if event.style:  # libyaml says "", PyYAML says None for a plain one
        return text
    if text in WORDS:
        return WORDS[text]
    return int(text) if INTEGER.fullmatch(text) else text


# libyaml where PyYAML was built with it: ten times as fast, with the same events and marks.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
