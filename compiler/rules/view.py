"""A catalog as the rules look at it: statements with their places, actions expanded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from compiler import expression
from compiler.guardrail import prohibitions, with_settings
from compiler.iam import reference
from compiler.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import (
        Catalog,
        Persona,
        Prohibition,
        Statement,
        TrustStatement,
    )
    from compiler.diagnostic import Severity
    from compiler.expression import Expression
    from compiler.load import Loaded
    from compiler.vocabulary import Conditions


@dataclass(frozen=True, eq=False)
class StatementView:
    """One statement of an activity, a trust or a guardrail, and where it stands."""

    catalog: Catalog
    folder: Literal["activities", "trusts", "guardrails"]
    owner: str
    index: int
    statement: Statement | TrustStatement | Prohibition
    users: tuple[Persona, ...]
    """The personas that compose the activity; none for a trust or a guardrail."""

    key: str = "statements"
    """The key of the file that the statement stands under."""

    def place(
        self, *route: str | int, on: Literal["value", "key"] = "value", fragment: str = ""
    ) -> Place:
        """The place of a part of the statement."""
        path = f"{self.catalog.root}/{self.folder}/{self.owner}.yaml"
        return Place(path=path, route=(self.key, self.index, *route), on=on, fragment=fragment)

    @property
    def sid(self) -> str | None:
        """The Sid as its author chose it; the statements of a guardrail have none."""
        return getattr(self.statement, "sid", None)

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources; a trust policy has none."""
        return getattr(self.statement, "resources", ())

    @property
    def except_resources(self) -> tuple[str, ...]:
        """The resources that a guardrail is not about."""
        return getattr(self.statement, "except_resources", ())

    @property
    def principals(self) -> Mapping[str, tuple[str, ...]]:
        """Who may assume the role; an activity does not say."""
        return getattr(self.statement, "principals", {})

    @property
    def when(self) -> str | None:
        """The control that the statement exists with."""
        return getattr(self.statement, "when", None)

    @property
    def conditions(self) -> Conditions:
        """The conditions."""
        return self.statement.conditions

    @cached_property
    def expanded(self) -> tuple[tuple[reference.Action, ...], ...]:
        """For each action as written, the actions that it names; empty where there is none."""
        return tuple(reference.expand(each) for each in self.statement.actions)

    @cached_property
    def actions(self) -> tuple[reference.Action, ...]:
        """All actions that the statement names."""
        return tuple(dict.fromkeys(one for several in self.expanded for one in several))

    @property
    def breadth(self) -> Severity:
        """How an error of breadth counts here: a warning where only broad personas use it."""
        return "warning" if self.users and all(each.broad for each in self.users) else "error"

    def texts(self) -> Iterator[tuple[str, Place]]:
        """Every text that may hold `${…}`, and its place."""
        for kind, who in self.principals.items():
            for index, text in enumerate(who):
                yield text, self.place("principals", kind, index)
        for index, text in enumerate(self.resources):
            yield text, self.place("resources", index)
        for index, text in enumerate(self.except_resources):
            yield text, self.place("except_resources", index)
        for operator, keys in self.conditions.items():
            for key, values in keys.items():
                for index, text in enumerate(values):
                    yield text, self.place("conditions", operator, key, index)


@dataclass(frozen=True, eq=False)
class View:
    """A loaded catalog, read once for all rules."""

    loaded: Loaded

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.loaded.catalog

    @cached_property
    def statements(self) -> tuple[StatementView, ...]:
        """The statements of all activities, trusts and guardrails."""
        return (*self._granting, *self.prohibitions)

    @cached_property
    def prohibitions(self) -> tuple[StatementView, ...]:
        """The statements of all guardrails, with the settings of catalog.yaml that they name."""
        catalog = self.catalog
        return tuple(
            StatementView(
                catalog, "guardrails", name, index, with_settings(catalog, each), (), key=key
            )
            for name, guardrail in catalog.guardrails.items()
            for (key, index), each in prohibitions(guardrail)
        )

    @cached_property
    def _granting(self) -> tuple[StatementView, ...]:
        catalog = self.catalog
        return tuple(
            StatementView(catalog, "activities", name, index, each, self._users.get(name, ()))
            for name, activity in catalog.activities.items()
            for index, each in enumerate(activity.statements)
        ) + tuple(
            StatementView(catalog, "trusts", name, index, each, ())
            for name, trust in catalog.trusts.items()
            for index, each in enumerate(trust.statements)
        )

    @cached_property
    def of_activity(self) -> Mapping[str, tuple[StatementView, ...]]:
        """The statements of each activity."""
        found: dict[str, list[StatementView]] = {}
        for each in self.statements:
            if each.folder == "activities":
                found.setdefault(each.owner, []).append(each)
        return {name: tuple(several) for name, several in found.items()}

    @cached_property
    def _users(self) -> Mapping[str, tuple[Persona, ...]]:
        found: dict[str, list[Persona]] = {}
        for persona in self.catalog.personas.values():
            for name in dict.fromkeys(persona.composed):
                found.setdefault(name, []).append(persona)
        return {name: tuple(several) for name, several in found.items()}

    def named_by_controls(self) -> Iterator[tuple[str, str, Place]]:
        """Every action that a control names: the key that it is held to, the action, its place."""
        for name, control in self.catalog.controls.items():
            for key, controlled in control.condition_keys.items():
                lists: dict[tuple[str, ...], tuple[str, ...]] = {
                    ("when_present",): controlled.when_present,
                    **{
                        ("required_with", other): actions
                        for other, actions in controlled.required_with.items()
                    },
                }
                for route, actions in lists.items():
                    for index, written in enumerate(actions):
                        place = self.catalog.place(
                            "controls", name, "condition_keys", key, *route, index
                        )
                        yield key, written, place
                        if route[0] == "required_with":
                            yield route[1], written, place

    def is_readable(self, control: str) -> bool:
        """Whether a control is there, and no other rule has anything to say of its texts."""
        found = self.catalog.controls.get(control)
        return found is not None and all(
            parsed(text) is not None for key in found.condition_keys.values() for text in key.values
        )

    def is_broken(self, folder: str, name: str) -> bool:
        """Whether a thing is there, but could not be read: then nothing more is said of it."""
        broken = self.loaded.broken
        return f"{folder}/{name}" in broken or (folder == "parameters" and "parameters" in broken)

    @property
    def has_settings(self) -> bool:
        """Whether catalog.yaml could be read: what stands in for it is nobody's setting."""
        return "catalog" not in self.loaded.broken

    def has_broken(self, *folders: str) -> bool:
        """Whether some file of the folders could not be read: then nothing is said to be unused."""
        return any(each.partition("/")[0] in folders for each in self.loaded.broken)

    def texts(self) -> Iterator[tuple[str, Place]]:
        """Every text of activities, trusts, guardrails and controls that may hold `${…}`."""
        for each in self.statements:
            yield from each.texts()
        for name, control in self.catalog.controls.items():
            for key, controlled in control.condition_keys.items():
                for index, text in enumerate(controlled.values):
                    place = self.catalog.place(
                        "controls", name, "condition_keys", key, "values", index
                    )
                    yield text, place


@lru_cache(maxsize=65_536)
def parsed(text: str) -> Expression | None:
    """The tokens of a text; None where it cannot be read, which another rule says."""
    try:
        return expression.parse(text)
    except expression.ExpressionError:
        return None


def named(text: str) -> tuple[str, ...]:
    """The parameters that a text names, each once."""
    return tuple(dict.fromkeys(expression.names(parsed(text) or ())))
