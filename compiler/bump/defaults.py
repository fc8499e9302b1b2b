"""What another default means: to launches that leave its parameter out.

Such a launch gives the old default before, and the new one now. It may be refused, where the new
one asks for more, and its role may hold more or less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.asked import Asked
from compiler.bump.reason import Reason, listed, without_special
from compiler.comparison import compare
from compiler.pairing import pairings
from compiler.subject import SubjectError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from compiler.bump.level import Level
    from compiler.case import Cases
    from compiler.comparison import Comparison, Found

Defaults = dict[str, tuple[str, str]]
"""Parameter to its default before, and now."""


def default_reasons(comparison: Comparison) -> Iterator[Reason]:
    """What becomes of launches that leave out a parameter whose default is another.

    Args:
        comparison: of two templates, with no parameter fixed.
    """
    old, new = comparison.old, comparison.new
    changed = _changed(old, new)
    told = comparison.refused
    alone: list[str] = []
    for name, (before, after) in changed.items():
        refused = _refused(old, new, {name: changed[name]}, told)
        alone += refused
        permissions = list(_permissions(new, name, before, after))
        if not refused and not permissions:
            continue
        parts = [*refused, *(each for _, each in permissions)]
        is_major = refused or any(level == "major" for level, _ in permissions)
        yield Reason(
            level="major" if is_major else "minor",
            text=f"the parameter {name} has the default '{after}', no longer '{before}': "
            f"launches that leave it out {listed(parts)}",
            path=("Parameters", name, "Default"),
        )
    # One default after the other shows nearly all: not where launches between the two are refused.
    if len(changed) > 1 and not alone and (refused := _refused(old, new, changed, told)):
        text = f"launches that leave out {listed(changed)} {listed(refused)}"
        yield Reason(level="major", text=text)


def _changed(old: Cases, new: Cases) -> Defaults:
    """The defaults that are others now, of parameters that Conditions or Rules ask about."""
    before, after = (each.subject.body.get("Parameters", {}) for each in (old, new))
    asked = Asked(new.subject.body).names
    found: Defaults = {}
    for name in sorted(old.admitted.keys() & new.admitted.keys() & asked):
        one, other = (each[name].get("Default") for each in (before, after))
        if one is not None and other is not None and str(one) != str(other):
            found[name] = (str(one), str(other))
    return found


def _refused(old: Cases, new: Cases, changed: Defaults, told: Collection[str]) -> list[str]:
    """How launches are refused that leave these parameters out, and were not; told as a verb."""
    try:
        before = old.fixed({name: one for name, (one, _) in changed.items()})
    except SubjectError:
        # Nobody could leave them out.
        return []
    try:
        after = new.fixed({name: other for name, (_, other) in changed.items()})
    except SubjectError:
        return ["are refused"]
    if before.left_out or after.left_out:
        return []
    found = without_special(each for each in pairings(before, after).refused if each not in told)
    return [f"are refused with {listed(found, 'or')}"] if found else []


def _permissions(new: Cases, name: str, before: str, after: str) -> Iterator[tuple[Level, str]]:
    """What a role holds less and more by the new default, told as a verb, with the level of each.

    A default that is another text stands for any text: of these nothing is told.
    """
    asked = Asked(new.subject.body)
    if name not in asked.of_policies or not (new.admitted[name].values or not (before and after)):
        return
    try:
        found = compare(new.fixed({name: before}), new.fixed({name: after}))
    except SubjectError:
        # One of the two is refused: `_refused` tells it, or the parameter admits it no longer.
        return
    # A launch that is refused now has nothing to be compared with.
    updates = {each.label for each in found.pairs if each.is_update}
    lost, gained = (
        [each for each in side if not updates.isdisjoint(each.cases)]
        for side in (found.lost, found.gained)
    )
    if lost:
        yield "major", f"lose {_actions(lost)}"
    if found.unknown:
        yield "major", "may lose more, which could not be decided"
    if gained:
        yield "minor", f"gain {_actions(gained)}"


def _actions(found: Iterable[Found]) -> str:
    return listed(dict.fromkeys(action for each in found for action in each.actions))
