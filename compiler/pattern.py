r"""The pattern of a launch parameter: a small, bounded part of regular expressions.

A pattern says what one value may be, whole. It knows characters, escapes, classes, groups,
alternatives and counted repetition; it has no `*` and no `+`, so that every value has a longest
form, and nothing in it may admit a wildcard. The same text means the same to Python, to the Java
that CloudFormation matches AllowedPattern with, and to a proof.

    pattern     = branch *( "|" branch )
    branch      = *( atom [ count ] )
    atom        = character | "\" character | class | "(" [ "?:" ] pattern ")"
    class       = "[" 1*( character | character "-" character ) "]"
    count       = "?" | "{" number "}" | "{" number "," number "}"
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

SPECIAL = frozenset(".^$*+?{}[]()|\\")
SHORTHAND = {
    "d": frozenset("0123456789"),
    "w": frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"),
}
LONGEST_COUNT = 4
"""Digits of a count after which it is too large, whatever they are."""

MOST_REPEATS = 4096
"""CloudFormation takes no parameter value longer than this, in bytes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_ESCAPED = '"\\'

DEEPEST = 20
"""Groups inside groups, at most."""


class PatternError(ValueError):
    """The pattern is not in the language; `offset` is where, in characters from its start."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set."""

    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same part, between `least` and `most` times."""

    part: Node
    least: int
    most: int


Node = Characters | Sequence | Choice | Repeat


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Parse a pattern; what many personas ask for is parsed once.

    Raises:
        PatternError: with the offset of the first character that does not belong.
    """
    parser = _Parser(text)
    node = parser.choice()
    if parser.offset < len(text):
        message = f"'{text[parser.offset]}' does not belong here"
        raise PatternError(message, parser.offset)
    return node


def size(node: Node) -> int:
    """The bytes of the largest value that the pattern admits, found without building it."""
    match node:
        case Characters(allowed):
            return max(len(each.encode(errors="surrogatepass")) for each in allowed)
        case Sequence(parts):
            return sum(size(part) for part in parts)
        case Choice(options):
            return max(size(option) for option in options)
        case Repeat(part, _, most):
            return size(part) * most


def longest(node: Node) -> str:
    """A longest value that the pattern admits. Ask `size` first: it may have billions of bytes."""
    match node:
        case Characters(allowed):
            # JSON writes these two with a backslash: the longest form, once written.
            return next((each for each in _ESCAPED if each in allowed), min(allowed))
        case Sequence(parts):
            return "".join(longest(part) for part in parts)
        case Choice(options):
            return max((longest(option) for option in options), key=_written)
        case Repeat(part, _, most):
            return longest(part) * most


def _written(text: str) -> int:
    return len(text) + sum(text.count(each) for each in _ESCAPED)


def shortest(node: Node) -> str:
    """A shortest value that the pattern admits."""
    match node:
        case Characters(allowed):
            return min(allowed)
        case Sequence(parts):
            return "".join(shortest(part) for part in parts)
        case Choice(options):
            return min((shortest(option) for option in options), key=len)
        case Repeat(part, least, _):
            return shortest(part) * least


def sample(node: Node, liked: str) -> str:
    """A value that the pattern admits, of few characters, the first ones that are liked."""
    match node:
        case Characters(allowed):
            return next((each for each in liked if each in allowed), min(allowed))
        case Sequence(parts):
            return "".join(sample(part, liked) for part in parts)
        case Choice(options):
            return sample(options[0], liked)
        case Repeat(part, least, _):
            return sample(part, liked) * least


def matches(node: Node, text: str) -> bool:
    """Whether the pattern admits a text, whole."""
    return len(text) in _ends(node, text, frozenset({0}))


def alphabet(node: Node) -> frozenset[str]:
    """Every character that stands in some value that the pattern admits."""
    match node:
        case Characters(allowed):
            return allowed
        case Sequence(parts) | Choice(parts):
            return frozenset().union(*(alphabet(part) for part in parts))
        case Repeat(part, _, most):
            return alphabet(part) if most else frozenset()


def _ends(node: Node, text: str, starts: frozenset[int]) -> frozenset[int]:
    """Where a match may end that begins at one of the given offsets."""
    match node:
        case Characters(allowed):
            return frozenset(at + 1 for at in starts if at < len(text) and text[at] in allowed)
        case Sequence(parts):
            for part in parts:
                starts = _ends(part, text, starts)
            return starts
        case Choice(options):
            return frozenset().union(*(_ends(option, text, starts) for option in options))
        case Repeat(part, least, most):
            ends = starts if least == 0 else frozenset()
            for count in range(1, most + 1):
                before, starts = starts, _ends(part, text, starts)
                if count >= least:
                    ends |= starts
                # What did not move once never moves again.
                if starts == before:
                    return ends | starts
            return ends


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.depth = 0

    def choice(self) -> Node:
        options = [self.sequence()]
        while self._take("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.offset < len(self.text) and self.text[self.offset] not in "|)":
            parts.append(self._counted(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self) -> Node:
        start = self.offset
        character = self._next("a pattern")
        if character == "(":
            if self._take("?") and not self._take(":"):
                raise PatternError("of the groups that begin with '(?' only '(?:' is known", start)
            if self.depth == DEEPEST:
                raise PatternError(f"groups stand in at most {DEEPEST} others", start)
            self.depth += 1
            inner = self.choice()
            self.depth -= 1
            if not self._take(")"):
                raise PatternError("this group is not closed", start)
            return inner
        if character == "[":
            return self._class(start)
        if character == "\\":
            return Characters(self._escaped(start))
        if character in "*+":
            message = f"'{character}' repeats without bound; say how often, as in {{1,64}}"
            raise PatternError(message, start)
        if character in SPECIAL:
            hint = " (a pattern is always matched whole)" if character in "^$" else ""
            message = f"'{character}' has no meaning here{hint}; write '\\{character}' for itself"
            raise PatternError(message, start)
        return Characters(frozenset(character))

    def _counted(self, part: Node) -> Node:
        start = self.offset
        if self._take("?"):
            return Repeat(part, 0, 1)
        if self.text[start : start + 1] in ("*", "+"):
            self._atom()
        if not self._take("{"):
            return part
        least = self._number(start)
        most = self._number(start) if self._take(",") else least
        if not self._take("}") or most < least or most > MOST_REPEATS:
            message = f"a count is {{m}} or {{m,n}}, with m at most n and n at most {MOST_REPEATS}"
            raise PatternError(message, start)
        return Repeat(part, least, most)

    def _number(self, start: int) -> int:
        digits = ""
        while (
            self.text[self.offset : self.offset + 1] in SHORTHAND["d"]
            and len(digits) <= LONGEST_COUNT
        ):
            digits += self._next("a number")
        if not digits:
            raise PatternError("a count is {m} or {m,n}; both numbers are needed", start)
        return int(digits)

    def _class(self, start: int) -> Node:
        if self.text[self.offset : self.offset + 1] == "^":
            raise PatternError("a class says what is allowed; '[^' says what is not", start)
        allowed: set[str] = set()
        while not self._take("]"):
            low = self._member(start)
            if (
                self.text[self.offset : self.offset + 1] == "-"
                and self.text[self.offset + 1 : self.offset + 2] != "]"
            ):
                self.offset += 1
                high = self._member(start)
                first, last = min(low), min(high)
                if len(low) != 1 or len(high) != 1 or first > last:
                    raise PatternError("a range goes from a character to a later one", start)
                allowed |= {chr(code) for code in range(ord(first), ord(last) + 1)}
            else:
                allowed |= low
        if not allowed:
            raise PatternError("this class is empty", start)
        return Characters(frozenset(allowed))

    def _member(self, start: int) -> frozenset[str]:
        if self.offset >= len(self.text):
            raise PatternError("this class is not closed", start)
        at = self.offset
        character = self._next("a class")
        if character == "\\":
            return self._escaped(at)
        if character in "[&":
            # Java gives `[` and `&&` inside a class a meaning of their own; Python does not.
            raise PatternError(f"write '\\{character}' for '{character}' in a class", at)
        return frozenset(character)

    def _escaped(self, start: int) -> frozenset[str]:
        character = self._next("an escape")
        if character in SHORTHAND:
            return SHORTHAND[character]
        if character.isalnum():
            message = f"of the escapes with a letter only \\d and \\w are known, not \\{character}"
            raise PatternError(message, start)
        return frozenset(character)

    def _take(self, character: str) -> bool:
        if self.text[self.offset : self.offset + 1] == character:
            self.offset += 1
            return True
        return False

    def _next(self, what: str) -> str:
        if self.offset >= len(self.text):
            raise PatternError(f"{what} ends too early", max(0, self.offset - 1))
        character = self.text[self.offset]
        self.offset += 1
        return character
