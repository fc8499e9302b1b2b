"""Which actions statements are about, and the classes of requests that they tell apart.

A class is some actions that the same statements name, one ARN format that they take, and the keys
that a request for them may have among those that the statements mention. One question decides for
all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.iam import reference
from compiler.iam.automaton import TooHardError
from compiler.iam.document import named_keys, texts
from compiler.iam.language import ANY_ARN
from compiler.iam.solve import NO_RESOURCE
from compiler.iam.text import Variable
from compiler.iam.unmade import unmade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.iam.document import Statement
    from compiler.iam.reference import Action


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

        self.undecided = ""
        """Why not all actions that AWS has not made yet were looked at, where they were not."""

        self._variables = frozenset(key for each in statements for key in _variables(each))
        self._written = tuple(dict.fromkeys(each for one in statements for each in one.actions))
        self._patterns = [tuple(each.lower() for each in one.actions) for one in statements]

    def groups(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The actions that the same statements name: the statements, and the actions."""
        found: dict[int, list[str]] = {}
        services = self._services()
        for prefix in services:
            for about, names in self._of_service(prefix).items():
                found.setdefault(about, []).extend(names)
        for each in (*self._unmade(frozenset(services)), *self._unknown(frozenset(services))):
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
        head = lower[: lower.index(":") + 1]
        return sum(
            1 << index
            for index, each in enumerate(self._statements)
            if any(
                pattern == "*" or (pattern.startswith(head) and _matches(pattern, lower))
                for pattern in self._patterns[index]
            )
            is not each.except_actions
        )

    def _unmade(self, services: frozenset[str]) -> tuple[str, ...]:
        """Actions that AWS has not made yet, as far as they are of interest."""
        others = reference.services() - services
        sets = (
            tuple(each for each in one.actions if each.partition(":")[0].lower() not in others)
            for one in self._statements
        )
        # A service that is yet unmade carries no key of those that there are: where statements ask
        # for a key of a service, an action of that one has to be looked at too.
        asked = {each.partition(":")[0] for each in self.mentioned} & services
        own = ((f"{each}:*",) for each in sorted(asked))
        try:
            return tuple(unmade((*sets, *own)))
        except TooHardError as reason:
            self.undecided = str(reason)
            return ()

    def _unknown(self, services: frozenset[str]) -> Iterator[str]:
        """The actions that are named in full and that AWS has not made, as far as is known."""
        for each in self._written:
            prefix, _, name = each.partition(":")
            if name and not set(name) & set("*?"):
                known = prefix.lower() in reference.services()
                if not known or (prefix.lower() in services and _action(each) is None):
                    yield each

    def _services(self) -> Sequence[str]:
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

    def _may_have(self, name: str, action: Action | None, key: str) -> bool:
        prefix = name.partition(":")[0]
        if key in self._variables or (prefix == "sts" and reference.is_claim(key)):
            return True
        # Some keys of actions are of another prefix, which is no service, as catalog:ChangeType.
        supported = _keys_of(prefix) if action is None else action.condition_keys
        if _supports(supported, key):
            return True
        if reference.key_type(key) is None:
            return self._careful
        own = f"{prefix}:"
        if key.startswith(reference.GLOBAL_PREFIX) or (action is None and key.startswith(own)):
            return True
        # A key that belongs to no action, as sagemaker:DomainId, is of the session.
        return key in reference.SESSION_KEYS or not reference.actions_with_key(key)


def _variables(statement: Statement) -> Iterator[str]:
    for each in texts(statement):
        for token in each:
            if isinstance(token, Variable):
                yield token.key


def _action(name: str) -> Action | None:
    prefix, _, rest = name.partition(":")
    service = reference.service(prefix.lower())
    return service.action(rest) if service else None


@cache
def _keys_of(prefix: str) -> frozenset[str]:
    """All keys that actions of a service support."""
    every = reference.expand(f"{prefix}:*")
    return frozenset().union(*(each.condition_keys for each in every))


def _forms(name: str, action: Action | None) -> Iterator[str]:
    """The formats of the resources that requests for an action name."""
    if action is None:
        prefix = name.partition(":")[0]
        # Nobody knows what it will take: likely what is of its own service, perhaps any other ARN.
        yield ANY_ARN.replace("${Service}", prefix)
        yield ANY_ARN
        yield NO_RESOURCE
        return
    service = reference.service(action.service)
    if service is not None:
        # Some formats have `*` for a name: it is a placeholder like the others.
        formats = {
            service.resource_arns[each].replace("*", "${Any}") for each in action.resource_types
        }
        # The plainest first: an object of a bucket before one of an access point.
        yield from sorted(formats, key=lambda each: (len(each), each))
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
