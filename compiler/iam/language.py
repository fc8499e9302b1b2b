"""The words of texts and ARN formats: as tests, and as automata where one is searched for.

Formats are those of the Service Authorization Reference, with placeholders such as `${BucketName}`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.iam import match
from compiler.iam.automaton import EVERY, Builder, Machine, characters
from compiler.iam.example import PLACEHOLDER
from compiler.iam.formula import is_linked
from compiler.iam.text import Hole, Literal, Text, Variable, Wildcard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.iam.finding import Universe
    from compiler.iam.predicate import Kind
    from compiler.iam.text import Token

ANY_ARN = "arn:${Partition}:${Service}:${Region?}:${Account?}:${Resource}"
"""The format of an ARN of which nothing is known: a Region and an account it may have."""

ANY_TEXT = "${Any}"
"""Any text but the empty one."""

_SEGMENTS = 6
_GAP = "\0"
_PLACES = ("Partition", "Region", "Account")
_NAME, _TIDY, _NO_SLASH, _NO_COLON, _ANY = (
    "[a-z0-9-]", "[a-zA-Z0-9/_.=@+-]", "[^/:]", "[^:]", "."
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_SETS = {
    _NAME: characters(_LETTERS),
    _TIDY: characters(f"{_LETTERS}{_LETTERS.upper()}/_.=@+"),
    _NO_SLASH: EVERY & ~characters("/:"),
    _NO_COLON: EVERY & ~characters(":"),
    _ANY: EVERY,
}
_READINGS: dict[Kind, match.Reading] = {
    "text": "wide",
    "any-case": "ignoring-case",
    "arn": "arn",
}


class Languages:
    """Makes tests and automata, each once."""

    def __init__(self, universe: Universe, *, prune: bool) -> None:
        self._universe = universe
        self._prune = prune
        self._machines: dict[frozenset[tuple[Kind, Text]], Machine] = {}
        self._tests: dict[tuple[Kind, frozenset[Text]], Callable[[str], bool]] = {}
        self._formats: dict[str, Machine] = {}

    def test(self, kind: Kind, texts: frozenset[Text]) -> Callable[[str], bool]:
        """Whether a value is like one of some texts."""
        found = self._tests.get((kind, texts))
        if found is None:
            if any(map(is_linked, texts)):
                found = self.machine(frozenset((kind, each) for each in texts)).has
            else:
                found = match.known(texts, _READINGS[kind])
            self._tests[kind, texts] = found
        return found

    def machine(self, texts: frozenset[tuple[Kind, Text]]) -> Machine:
        """The words that are like one of some texts, whatever their variables and holes may be."""
        found = self._machines.get(texts)
        if found is None:
            builder = Builder()
            for kind, each in texts:
                self._write(builder, each, kind)
            found = self._machines[texts] = builder.machine(prune=self._prune)
        return found

    def _write(self, builder: Builder, text: Text, kind: Kind) -> None:
        state = builder.start()
        folded = kind == "any-case"
        # What a variable holds may have colons: then it is not known where the segments are.
        segmented = kind == "arn" and not is_linked(text)
        colons = 0
        for token in text:
            inner = _SETS[_NO_COLON] if segmented and colons < _SEGMENTS - 1 else EVERY
            match token:
                case Literal(said):
                    state = (builder.folded if folded else builder.literal)(state, said)
                    colons += said.count(":")
                case Wildcard(many):
                    state = builder.many(state, inner) if many else builder.one(state, inner)
                case Variable() | Hole():
                    name = token.name if isinstance(token, Hole) else ""
                    node = self._universe.holes.get(name)
                    if node is None:
                        # A key is never empty, but a default may be, and a parameter.
                        empty = isinstance(token, Hole) or token.default == ""
                        state = builder.many(state if empty else builder.one(state, EVERY))
                    else:
                        state = builder.node(state, node, folded=folded)
        if folded:
            builder.ignore_case()
        # What is no ARN is like none.
        if not segmented or colons >= _SEGMENTS - 1:
            builder.end(state)

    def form(self, form: str) -> Machine:
        """The words of a format."""
        found = self._formats.get(form)
        if found is None:
            builder = Builder()
            state = builder.start()
            for literal, allowed, empty in _parts(form):
                state = builder.literal(state, literal)
                if allowed == "":
                    state = builder.choice(state, self._universe.partitions)
                elif allowed is not None:
                    first = state if empty else builder.one(state, _SETS[allowed])
                    state = builder.many(first, _SETS[allowed])
            builder.end(state)
            found = self._formats[form] = builder.machine(prune=self._prune)
        return found


@cache
def is_of(form: str, partitions: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a text is of a format, in one of some partitions."""
    source = ""
    for literal, allowed, empty in _parts(form):
        source += re.escape(literal)
        if allowed is not None:
            source += (
                f"{allowed}{'*' if empty else '+'}" if allowed else f"(?:{'|'.join(partitions)})"
            )
    matches = re.compile(source, re.DOTALL).fullmatch
    return lambda said: matches(said) is not None


def tidy(form: str) -> str:
    """A narrower format: names of letters and digits alone."""

    def narrower(found: re.Match[str]) -> str:
        name = found.group(1) or "Name"
        return found.group() if name in _PLACES else f"${{{name}!}}"

    return PLACEHOLDER.sub(narrower, form)


@lru_cache(maxsize=100_000)
def is_apart(form: str, one: Text) -> bool:
    """Whether no name of a tidy format is like a text, as a look at its segments shows.

    Names of letters and digits hold no colon. So where a text has as many colons as the format,
    each of its segments is matched by one of the name's. A yes is a proof; a no is none.
    """
    if is_linked(one) or "!" not in form:
        return False
    segments = PLACEHOLDER.sub(_GAP, form).split(":")
    wanted = "".join(_shown(each) for each in one).split(":")
    if len(segments) != len(wanted):
        return False
    heads = ((mine.partition(_GAP)[0], theirs.partition(_GAP)[0])
             for mine, theirs in zip(segments, wanted, strict=True))  # fmt: skip
    return any(mine[: len(theirs)] != theirs[: len(mine)] for mine, theirs in heads)


def _shown(token: Token) -> str:
    return token.text if isinstance(token, Literal) else _GAP


def _parts(form: str) -> Iterator[tuple[str, str | None, bool]]:
    """A format: what stands there, what may follow (empty: a partition), whether nothing may."""
    end = 0
    for found in PLACEHOLDER.finditer(form):
        name = found.group(1) or ""
        yield form[end : found.start()], _allowed(form, found.start(), name), name.endswith("?")
        end = found.end()
    yield form[end:], None, True


def _allowed(form: str, start: int, name: str) -> str:
    if name == "Partition":
        return ""
    if form.startswith("arn:") and form[:start].count(":") < _SEGMENTS - 1:
        return _NAME
    # A bucket's name has no slash: without this `bucket/*` would pass for a bucket.
    if name.rstrip("!") == "BucketName":
        return _NO_SLASH
    return _TIDY if name.endswith("!") else _ANY
