"""What a launch may give for a parameter now and before, decided exactly by a value that shows it.

`admitted.changes` compares single values, as a reader wants it. Here is asked what CloudFormation
asks when a stack is updated with the values that it has: is the whole value still admitted?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler import pattern
from compiler.admitted import AdmittedError, admitted, word_of_one_alone
from compiler.iam.automaton import TooHardError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.admitted import Admitted

EMPTY = ("may no longer be empty", "may be empty now")
"""What is said of the empty value: lost, and gained."""

_LEAST = ("MinLength", "MinValue")
_MOST = ("MaxLength", "MaxValue")

_LONGEST = 80
"""Characters of an example that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionChange:
    """One way in which a parameter admits more than before, or less."""

    wider: bool
    """Whether more; otherwise less, or it could not be decided."""

    text: str
    """Said of the parameter, as `no longer admits 'a'`."""


def admission_changes(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[AdmissionChange, ...]:
    """What a parameter admits that it did not, and the other way round.

    Args:
        old: the parameter as the old template declares it.
        new: as the new one does.
    """
    try:
        before, after = admitted(old), admitted(new)
        changes = [
            *(AdmissionChange(wider=False, text=each) for each in _less(before, after)),
            *(AdmissionChange(wider=True, text=each) for each in _more(before, after)),
        ]
    except (AdmittedError, TooHardError) as error:
        return (_undecided(str(error)),)
    if before.is_list_type or after.is_list_type:
        # Of a list that CloudFormation takes apart itself `admitted` reads no pattern.
        forms = [each.get("AllowedPattern") for each in (old, new)]
        if forms[0] != forms[1]:
            return (*changes, _undecided("its pattern is that of a list"))
    return (*changes, *_limits(old, new))


def _undecided(why: str) -> AdmissionChange:
    text = f"may admit less, which could not be decided: {why}"
    return AdmissionChange(wider=False, text=text)


def _less(before: Admitted, after: Admitted) -> Iterator[str]:
    if after.most < before.most and _come_apart(before, after):
        yield f"takes at most {after.most} value{'s' * (after.most > 1)}, no longer {before.most}"
    if before.may_be_empty and not after.may_be_empty:
        yield EMPTY[0]
    if (lost := _alone(before, after)) is not None:
        yield f"no longer admits '{_shown(lost)}'"


def _more(before: Admitted, after: Admitted) -> Iterator[str]:
    if after.most > before.most and _come_apart(before, after):
        yield f"takes up to {after.most} values, no longer {before.most}"
    if after.may_be_empty and not before.may_be_empty:
        yield EMPTY[1]
    if (gained := _alone(after, before)) is not None:
        yield f"also admits '{_shown(gained)}'"


def _alone(one: Admitted, other: Admitted) -> str | None:
    """A shortest value but the empty one that one side alone admits.

    Of lists it is enough to compare single values, their counts told by themselves, unless these
    may hold a comma or be empty.
    """
    if other.node is None or (one.node, one.most) == (other.node, other.most):
        return None
    if _come_apart(one, other):
        return word_of_one_alone(one.node, _or_empty(other.node))
    return word_of_one_alone(_whole(one), _or_empty(_whole(other)))


def _come_apart(*sides: Admitted) -> bool:
    return all(
        each.is_list_type
        if each.node is None
        else "," not in pattern.alphabet(each.node) and not pattern.matches(each.node, "")
        for each in sides
    )


def _whole(each: Admitted) -> pattern.Node | None:
    return None if each.node is None else each.whole(each.node)


def _or_empty(node: pattern.Node | None) -> pattern.Node | None:
    """That a value may be empty is told by itself."""
    return None if node is None else pattern.Repeat(node, 0, 1)


def _limits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[AdmissionChange]:
    """Bounds on length and size, which our own templates have none of.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    for name in (*_LEAST, *_MOST):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        try:
            wider = before is not None and (
                after is None or (float(after) < float(before)) is (name in _LEAST)
            )
        except (TypeError, ValueError):
            yield _undecided(f"{name} is {after}")
            continue
        told = f"{name} {after}" if after is not None else f"no {name}"
        was = f"{before}" if before is not None else "none"
        yield AdmissionChange(wider=wider, text=f"has {told}; before, {was}")


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
