"""What policies mention: the patterns and values that requests are drawn from, read from the JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from compiler.iam import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Document = dict[str, Any]

VARIABLE = re.compile(r"\$\{([A-Za-z0-9._-]+:[^,{}]+?)(?:\s*,\s*'([^']*)')?\}")
"""A policy variable: its key, and its default."""

_FAMILIES = ("IpAddress", "Numeric", "Date", "Bool", "Binary", "String", "Arn", "Null")

_SPECIAL = re.compile(r"[*?:/]|\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One key under one operator."""

    operator: str
    key: str
    """In lower case."""

    values: tuple[str, ...]

    @property
    def family(self) -> str:
        """The type that the operator compares: String, Arn, Numeric, Date, Bool, …, Null."""
        name = self.operator.rpartition(":")[2]
        return next(each for each in _FAMILIES if each in name)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement."""

    effect: str
    actions: tuple[str, ...]
    except_actions: bool
    resources: tuple[str, ...]
    except_resources: bool
    comparisons: tuple[Comparison, ...]
    variables: bool
    """Whether `${…}` means anything in its policy."""

    def is_about(self, action: str) -> bool:
        """Whether its Action or NotAction covers an action."""
        return _is_named(self.actions, action) != self.except_actions


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What several policies mention."""

    statements: tuple[Said, ...]
    odd: tuple[Said, ...]
    """Those that do not stand in every policy: what differs, differs by them."""

    variables: frozenset[str]
    """The keys that variables name, in lower case."""

    pieces: tuple[str, ...]
    """The literal parts of resources and of values."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...]


def vocabulary(documents: Iterable[Document]) -> Vocabulary:
    """Read what policies mention."""
    policies = [tuple(statements(each)) for each in documents]
    said = tuple(dict.fromkeys(each for policy in policies for each in policy))
    odd = tuple(each for each in said if not all(each in policy for policy in policies))
    texts = [each for one in said for each in _texts(one)]
    named = {
        found.group(1).strip().lower()
        for one in said
        if one.variables
        for each in _texts(one)
        for found in VARIABLE.finditer(each)
    }
    arns = [each.split(":", 5) for each in texts if each.startswith("arn:") and each.count(":") > 4]
    pieces = {"fresh"} | {piece for each in texts for piece in _SPECIAL.split(each) if piece}
    return Vocabulary(
        statements=said,
        odd=odd or said,
        variables=frozenset(named),
        pieces=tuple(sorted(pieces)),
        regions=_plain(each[3] for each in arns),
        accounts=_plain(each[4] for each in arns),
    )


def statements(document: Document) -> Iterator[Said]:
    """The statements of a policy."""
    for each in listed(document["Statement"]):
        yield Said(
            effect=each["Effect"],
            actions=tuple(listed(each.get("Action", each.get("NotAction")))),
            except_actions="NotAction" in each,
            resources=tuple(listed(each.get("Resource", each.get("NotResource", [])))),
            except_resources="NotResource" in each,
            comparisons=tuple(_comparisons(each.get("Condition", {}))),
            variables=document.get("Version") == "2012-10-17",
        )


def listed(value: Any) -> list[Any]:
    """A value that may stand without brackets, as a list."""
    return value if isinstance(value, list) else [value]


def _comparisons(condition: Mapping[str, Any]) -> Iterator[Comparison]:
    for operator, keys in condition.items():
        for key, values in keys.items():
            texts = (str(each).lower() if isinstance(each, bool) else str(each)
                     for each in listed(values))  # fmt: skip
            yield Comparison(operator, key.lower(), tuple(texts))


def _texts(said: Said) -> Iterator[str]:
    yield from said.resources
    for each in said.comparisons:
        yield from each.values


def _plain(segments: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({each for each in segments if each and not set(each) & set("*?$")}))


def covers(body: Mapping[str, Any], action: str) -> bool:
    """Whether a statement, as JSON has it, is about an action."""
    negated = "NotAction" in body
    return _is_named(listed(body["NotAction" if negated else "Action"]), action) != negated


def _is_named(patterns: Iterable[str], action: str) -> bool:
    return any(_matches(each, action) for each in patterns)


@cache
def _matches(pattern: str, action: str) -> bool:
    return glob(pattern.lower()).fullmatch(action.lower()) is not None


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern in which only `*` and `?` are special."""
    special = {"*": ".*", "?": "."}
    return re.compile("".join(special.get(each, re.escape(each)) for each in pattern), re.DOTALL)


@cache
def made(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern names; of `*`, those of one service."""
    pattern = "s3:*" if pattern == "*" else pattern
    return tuple(map(str, reference.expand(pattern)))


def substituted(
    text: str, values: Mapping[str, str | Sequence[str]]
) -> list[tuple[str, bool]] | None:
    """A text with its variables replaced, as pieces: each with whether wildcards in it are special.

    None where one has no value and no default, or a list.
    """
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in re.finditer(r"\$\{([*?$])\}|" + VARIABLE.pattern, text):
        pieces.append((text[end : found.start()], True))
        end = found.end()
        literal, key, default = found.groups()
        value = literal or values.get(key.strip().lower(), default)
        if not isinstance(value, str):
            return None
        pieces.append((value, False))
    pieces.append((text[end:], True))
    return pieces
