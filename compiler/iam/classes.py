"""Which actions statements are about, and the classes of requests that they tell apart.

A class is some actions that the same statements name, one ARN format that they take, and the keys that
a request for them may have among those that the statements mention. One question decides for all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.iam import reference, text
from compiler.iam.automaton import EVERY, Builder, Machine, characters, word
from compiler.iam.document import named_keys, texts
from compiler.iam.language import ANY_ARN
from compiler.iam.predicate import covers
from compiler.iam.solve import NO_RESOURCE
from compiler.iam.text import Text, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.iam.document import Statement
    from compiler.iam.reference import Action

UNMADE_SERVICE = "unmade"
"""The prefix of a service that AWS has not made yet."""

_UNMADE_WORDS = ("Unmade", "Zzz", "Qjx", "A", "0")
"""What stands for wildcards in the name of an action that AWS has not made yet."""

_MOST_STATES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionClass:
    """One class of requests."""

    actions: tuple[str, ...]
    about: int
    """The statements that name the actions, one bit each, in the order that they were given."""

    form: str
    """The ARN format of the resource, or `*`."""

    keys: frozenset[str]
    """Of the keys that the statements mention, those that a request may have; in lower case."""


class Partition:
    """Divides the requests that some statements allow into classes."""

    def __init__(
        self, statements: Sequence[Statement], allowing: int, *, careful: bool = False
    ) -> None:
        """Take in statements.

        Args:
            statements: of both sides.
            allowing: those that have to be about an action for it to be of interest, one bit each.
            careful: whether a request may have keys that no documentation names.
        """
        self._statements = statements
        self._allowing = allowing
        self._careful = careful
        self._mentioned = {
            each: frozenset((*named_keys([each]), *_variables(each))) for each in statements
        }
        self.mentioned: frozenset[str] = frozenset().union(*self._mentioned.values())
        """Every key that a statement mentions, in lower case."""

        self._variables = frozenset(key for each in statements for key in _variables(each))
        self._written = {each.lower(): each for one in statements for each in one.actions}
        self._patterns = [tuple(each.lower() for each in one.actions) for one in statements]

    def groups(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The actions that the same statements name: the statements, and the actions."""
        found: dict[int, list[str]] = {}
        for prefix in self._services():
            for about, names in self._of_service(prefix).items():
                found.setdefault(about, []).extend(names)
        for each in self._unmade():
            about = self.about(each)
            if about & self._allowing:
                found.setdefault(about, []).append(each)
        for about, names in found.items():
            yield about, tuple(dict.fromkeys(names))

    def classes(self, about: int, actions: Iterable[str]) -> Iterator[ActionClass]:
        """The classes of actions that the same statements name."""
        mentioned = frozenset().union(
            *(self._mentioned[each] for index, each in enumerate(self._statements)
              if about >> index & 1)
        )  # fmt: skip
        found: dict[tuple[str, frozenset[str]], list[str]] = {}
        for each in actions:
            action = _action(each)
            keys = frozenset(key for key in mentioned if self._may_have(each, action, key))
            for form in _forms(each, action):
                found.setdefault((form, keys), []).append(each)
        for (form, keys), names in found.items():
            yield ActionClass(actions=tuple(names), about=about, form=form, keys=keys)

    def about(self, action: str) -> int:
        """The statements that name an action, one bit each."""
        lower = action.lower()
        return sum(
            1 << index
            for index, each in enumerate(self._statements)
            if any(_matches(pattern, lower) for pattern in self._patterns[index])
            is not each.except_actions
        )

    def _services(self) -> Iterable[str]:
        prefixes: set[str] = set()
        for index, each in enumerate(self._statements):
            if self._allowing >> index & 1:
                if each.except_actions or "*" in each.actions:
                    return sorted(reference.services())
                prefixes |= {pattern.partition(":")[0] for pattern in self._patterns[index]}
        return sorted(prefixes & reference.services())

    def _of_service(self, prefix: str) -> dict[int, list[str]]:
        service = reference.service(prefix)
        if service is None:
            return {}
        about: dict[str, int] = {}
        for index, each in enumerate(self._statements):
            for name in _names(prefix, self._patterns[index], negated=each.except_actions):
                about[name] = about.get(name, 0) | 1 << index
        found: dict[int, list[str]] = {}
        for name in sorted(about):
            if about[name] & self._allowing:
                found.setdefault(about[name], []).append(f"{prefix}:{service.action_names[name]}")
        return found

    def _unmade(self) -> Iterator[str]:
        """Actions that AWS has not made yet, one for each thing that patterns can say of them."""
        wild = [_wild(each, patterns) for each, patterns in zip(
            self._statements, self._patterns, strict=True)]  # fmt: skip
        allowed = dict.fromkeys(
            each for index, several in enumerate(wild) if self._allowing >> index & 1
            for each in several
        )  # fmt: skip
        denied = dict.fromkeys(
            each for statement, several in zip(self._statements, wild, strict=True)
            if statement.effect == "Deny" for each in several
        )  # fmt: skip
        everything = tuple(dict.fromkeys(each for several in wild for each in several))
        for one in allowed:
            for other in (None, *denied):
                named = (one,) if other is None or other == one else (one, other)
                yield from unmade(
                    tuple(self._written.get(each, each) for each in named), everything
                )

    def _may_have(self, name: str, action: Action | None, key: str) -> bool:
        if key in self._variables:
            return True
        if reference.key_type(key) is None:
            return self._careful
        if key.startswith(reference.GLOBAL_PREFIX):
            return True
        if action is None:
            supported = key.startswith(f"{name.partition(':')[0]}:")
        else:
            supported = _supports(action.condition_keys, key)
        # A key that belongs to no action, as sagemaker:DomainId, is of the session.
        return supported or key in reference.SESSION_KEYS or not reference.actions_with_key(key)


def _variables(statement: Statement) -> Iterator[str]:
    for each in texts(statement):
        for token in each:
            if isinstance(token, Variable):
                yield token.key


def _wild(statement: Statement, patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns that an action yet unmade may be named by."""
    found = [each for each in patterns if set(each) & set("*?")]
    return ("*", *found) if statement.except_actions else tuple(found)


def unmade(patterns: tuple[str, ...], others: Iterable[str]) -> Iterator[str]:
    """An action that does not exist and that all of some patterns match, if there can be one.

    Where possible no other pattern matches it, but for those that match whatever these do.
    """
    lower = tuple(each.lower() for each in patterns)
    wanted = [text.parse(each, variables=False) for each in lower]
    avoided = [
        each
        for each in (text.parse(other, variables=False) for other in others)
        if not any(covers(each, one) for one in wanted)
    ]
    for outside in (avoided, []):
        for name in _named(patterns[-1], wanted, outside):
            prefix, _, rest = name.partition(":")
            found = reference.service(prefix.lower())
            if found is None or found.action(rest) is None:
                yield name
                return


def _named(first: str, wanted: Sequence[Text], avoided: Sequence[Text]) -> Iterator[str]:
    """Names of actions that are in some patterns and in none of others, the readable ones first."""
    for each in _UNMADE_WORDS:
        name = f"{UNMADE_SERVICE}:{each}" if first == "*" else first.replace("*", each)
        name = name.replace("?", "x")
        if all(_matches(text.written(one), name.lower()) for one in wanted) and not any(
            _matches(text.written(one), name.lower()) for one in avoided
        ):
            yield name
    names = text.parse("*:?*", variables=False)
    inside = [_machine(each) for each in (*wanted, names)]
    found = word((_spelling(), *inside), [_machine(each) for each in avoided], _MOST_STATES)
    if found is not None:
        yield found


@cache
def _spelling() -> Machine:
    """What the name of an action is made of: https://docs.aws.amazon.com/service-authorization/."""
    letters = characters("abcdefghijklmnopqrstuvwxyz0123456789")
    builder = Builder()
    prefix = builder.many(builder.one(builder.start(), letters), letters | characters("-"))
    name = builder.one(builder.literal(prefix, ":"), letters)
    builder.end(builder.many(name, letters))
    return builder.machine()


@cache
def _machine(pattern: Text) -> Machine:
    builder = Builder()
    state = builder.start()
    for token in pattern:
        if isinstance(token, text.Wildcard):
            state = builder.many(state) if token.many else builder.one(state, EVERY)
        elif isinstance(token, text.Literal):
            state = builder.literal(state, token.text)
    builder.end(state)
    return builder.machine()


def _action(name: str) -> Action | None:
    prefix, _, rest = name.partition(":")
    service = reference.service(prefix.lower())
    return service.action(rest) if service else None


def _forms(name: str, action: Action | None) -> Iterator[str]:
    """The formats of the resources that requests for an action name."""
    if action is None:
        prefix = name.partition(":")[0]
        yield ANY_ARN.replace("${Service}", prefix)
        yield NO_RESOURCE
        return
    service = reference.service(action.service)
    if service is not None:
        yield from dict.fromkeys(service.resource_arns[each] for each in action.resource_types)
    if not action.needs_resource:
        yield NO_RESOURCE


@lru_cache(maxsize=100_000)
def _names(prefix: str, patterns: tuple[str, ...], *, negated: bool) -> frozenset[str]:
    """The actions of a service that patterns name, or all others; in lower case."""
    service = reference.service(prefix)
    if service is None:
        return frozenset()
    names = service.action_names
    found: set[str] = set()
    for pattern in patterns:
        before, _, rest = pattern.partition(":")
        if pattern == "*":
            found.update(names)
        elif before != prefix:
            continue
        elif set(rest) & set("*?"):
            found.update(filter(_glob(rest).fullmatch, names))
        elif rest in names:
            found.add(rest)
    return frozenset(names) - found if negated else frozenset(found)


@lru_cache(maxsize=100_000)
def _matches(pattern: str, action: str) -> bool:
    """Whether a pattern names an action, both in lower case."""
    return _glob(pattern).fullmatch(action) is not None


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(each) or re.escape(each) for each in pattern))


@lru_cache(maxsize=100_000)
def _supports(documented: frozenset[str], key: str) -> bool:
    return any(reference.same_key(key, each) for each in documented)
