"""Amazon Resource Names as patterns: six segments, and whether two patterns can name one thing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

SEGMENTS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One character, or any number of them, out of a set.

    `allowed` is the set, `forbidden` what it lacks where it is everything else (allowed is None).
    """

    allowed: frozenset[str] | None
    forbidden: frozenset[str] = frozenset()
    many: bool = False

    def meets(self, other: Step) -> bool:
        """Whether some character is in both sets."""
        if self.allowed is None and other.allowed is None:
            return True
        if self.allowed is None:
            return other.meets(self)
        if other.allowed is None:
            return bool(self.allowed - other.forbidden)
        return not self.allowed.isdisjoint(other.allowed)


Steps = tuple[Step, ...]

ANY = Step(None, many=True)
"""The wildcard `*`."""

_ANY_ONE = Step(None)
_COLON = Step(frozenset(":"))
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}|<[^>]*>")
# A bucket's name has no slash: without this `bucket/*` would pass for a bucket.
_NO_SLASH = frozenset({"BucketName"})


def literal(text: str) -> Steps:
    """Text as a pattern in which only `*` and `?` are wildcards."""
    return tuple(_character(each) for each in text)


@cache
def _character(character: str) -> Step:
    wild = {"*": ANY, "?": _ANY_ONE}
    return wild.get(character) or Step(frozenset(character))


@cache
def documented(pattern: str) -> Steps:
    """An ARN pattern of the Service Authorization Reference; a placeholder is not empty."""
    steps: list[Step] = []
    end = 0
    for found in _PLACEHOLDER.finditer(pattern):
        steps += literal(pattern[end : found.start()])
        # Before the resource, a placeholder is one segment: `s3:::a/*` has no Region in it.
        segment = ":" if pattern[: found.start()].count(":") < SEGMENTS - 1 else ""
        slash = "/" if found.group(1) in _NO_SLASH else ""
        forbidden = frozenset(segment + slash)
        steps += [Step(None, forbidden), Step(None, forbidden, many=True)]
        end = found.end()
    return (*steps, *literal(pattern[end:]))


def resource_prefix(steps: Steps) -> str:
    """The characters that the last of the six segments begins with in every text of a pattern.

    Empty where a wildcard stands before it that may hold a colon: then it is not known where the
    last segment begins.
    """
    colons = 0
    prefix: list[str] = []
    for step in steps:
        only = next(iter(step.allowed)) if step.allowed and len(step.allowed) == 1 else None
        if colons == SEGMENTS - 1:
            if only is None or step.many:
                break
            prefix.append(only)
        elif step == _COLON:
            colons += 1
        elif step.meets(_COLON):
            return ""
    return "".join(prefix)


def overlap(first: Steps, second: Steps) -> bool:
    """Whether some text matches both patterns."""
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        i, j = state
        if i == len(first) and j == len(second):
            return True
        one = first[i] if i < len(first) else None
        two = second[j] if j < len(second) else None
        if one and one.many:
            waiting.append((i + 1, j))
        if two and two.many:
            waiting.append((i, j + 1))
        if one and two and one.meets(two):
            waiting.append((i if one.many else i + 1, j if two.many else j + 1))
    return False
