"""The permissions boundary that the guardrails of a catalog make.

It allows everything and denies what no persona may do: policies of a role still say what it may do.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.catalog import Step
from compiler.entitlement import EVERYTHING, Entitlement, pascal
from compiler.guardrail import SOMEWHERE, denials, prohibitions, rendered
from compiler.iam import quota
from compiler.render import Launch
from compiler.weigh import LONGEST_PSEUDO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.entitlement import Comparison
    from compiler.place import Place
    from compiler.template import Body

ALLOW = "AllowAllElse"
"""The Sid of the statement that leaves the rest to the policies of the role."""

LONGEST = Launch(
    partition=LONGEST_PSEUDO["AWS::Partition"], account=LONGEST_PSEUDO["AWS::AccountId"]
)
"""Where the names of places are longest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boundary:
    """A permissions boundary."""

    statements: tuple[Entitlement, ...]
    """The one that allows everything else, and then those that deny."""

    guardrails: Mapping[str, tuple[str, ...]]
    """Guardrail to the Sids of the statements that enforce it."""

    def document(self, launch: Launch = SOMEWHERE) -> Body:
        """The policy document as IAM has it in one place."""
        pseudo = launch.pseudo()
        statements = [rendered(each, pseudo) for each in self.statements]
        return {"Version": quota.VERSION, "Statement": statements}

    @property
    def characters(self) -> int:
        """Characters of the document, as IAM counts them, where the names of places are longest."""
        return quota.characters(self.document(LONGEST))


@dataclass(slots=True, kw_only=True, eq=False)
class _Group:
    """What is denied about the same resources under the same conditions."""

    first: Entitlement
    actions: dict[str, None] = field(default_factory=dict)
    guardrails: dict[str, None] = field(default_factory=dict)

    def is_wider(self, other: _Group) -> bool:
        """Whether this denies whatever the other one does, for an action that both name."""
        one, two = self.first, other.first
        everywhere = one.resources == (EVERYTHING,) and not one.except_resources
        about = (one.resources, one.except_resources) == (two.resources, two.except_resources)
        return (everywhere or about) and _compared(one.conditions) <= _compared(two.conditions)

    def covers(self, action: str) -> bool:
        """Whether another action of the group stands for all that this one names."""
        return any(
            _glob(each).fullmatch(action)
            # Of two that stand for each other, as they differ in case alone, the first one does.
            and (each < action or not _glob(action).fullmatch(each))
            for each in self.actions
            if each != action and ("*" in each or "?" in each)
        )


@lru_cache(maxsize=16)
def boundary(catalog: Catalog) -> Boundary:
    """The boundary of a catalog that the rules found no error in.

    Of an escalation it denies the bounded step. Statements about the same resources under the same
    conditions become one, and an action that another statement denies anyway is left out.
    """
    groups = _groups(catalog)
    kept = {id(each): tuple(_uncovered(each, groups)) for each in groups}
    statements = [_everything_else(catalog)]
    enforcing: dict[str, list[str]] = {}
    for each in groups:
        if actions := kept[id(each)]:
            sid = _sid(each, statements)
            statements.append(_statement(each, sid, actions))
            for name in each.guardrails:
                enforcing.setdefault(name, []).append(sid)
    return Boundary(
        statements=tuple(statements),
        guardrails={name: tuple(enforcing[name]) for name in sorted(enforcing)},
    )


def _groups(catalog: Catalog) -> tuple[_Group, ...]:
    groups: dict[object, _Group] = {}
    for name in sorted(catalog.guardrails):
        for each in _bounded(catalog, name):
            about = (each.resources, each.except_resources, each.conditions)
            group = groups.setdefault(about, _Group(first=each))
            group.actions |= dict.fromkeys(each.actions)
            group.guardrails[name] = None
    return tuple(groups.values())


def _bounded(catalog: Catalog, name: str) -> Iterator[Entitlement]:
    statements = prohibitions(catalog.guardrails[name])
    for (_, statement), each in zip(statements, denials(catalog, name), strict=True):
        if not isinstance(statement, Step) or statement.bounded:
            yield each


def _uncovered(group: _Group, groups: Iterable[_Group]) -> Iterator[str]:
    """The actions that nothing else denies anyway, in order of their names."""
    wider = [each for each in groups if each is not group and each.is_wider(group)]
    # The widest first: it is the one whose own action stays.
    wider.sort(key=lambda each: -sum(each.is_wider(other) for other in wider))
    for action in sorted(group.actions, key=str.lower):
        if group.covers(action):
            continue
        other = next(
            (each for each in wider if action in each.actions or each.covers(action)), None
        )
        if other is None:
            yield action
        else:
            other.guardrails |= group.guardrails


@cache
def _glob(name: str) -> re.Pattern[str]:
    """What stands for all that a name with wildcards names; of other names with wildcards too."""
    parts = {"*": ".*", "?": "[^*]"}
    glob = "".join(parts.get(each, re.escape(each)) for each in name)
    return re.compile(glob, re.IGNORECASE)


def _compared(conditions: Iterable[Comparison]) -> frozenset[object]:
    return frozenset((operator, key) for operator, keys in conditions for key in keys)


def _sid(group: _Group, statements: Iterable[Entitlement]) -> str:
    """A Sid after the first guardrail that the statement enforces, as no other statement has it."""
    first, *others = group.guardrails
    stem = f"{pascal(first)}{'AndMore' if others else ''}"
    taken = {each.sid for each in statements}
    numbered = (f"{stem}{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (stem, *numbered) if each not in taken)


def _statement(group: _Group, sid: str, actions: tuple[str, ...]) -> Entitlement:
    return Entitlement(
        sid=sid,
        effect="Deny",
        actions=actions,
        resources=group.first.resources,
        except_resources=group.first.except_resources,
        conditions=group.first.conditions,
        origin=group.first.origin,
    )


def _everything_else(catalog: Catalog) -> Entitlement:
    """A boundary that only denies would leave nothing to allow."""
    place: Place = catalog.settings_place("permissions_boundary")
    return Entitlement(
        sid=ALLOW, effect="Allow", actions=("*",), resources=(EVERYTHING,), origin=place
    )
