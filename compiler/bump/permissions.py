"""What a comparison means for a version: permissions lost and gained, launches that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bump.defaults import default_reasons
from compiler.bump.reason import Reason, listed, without_special
from compiler.subject import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.comparison import Comparison, Found, Pair


def permission_reasons(comparison: Comparison) -> Iterator[Reason]:
    """What differs in the policies of two templates, and in who may launch them.

    Args:
        comparison: of two templates, with no parameter fixed.
    """
    yield from _permissions(comparison)
    yield from _launches(comparison)
    yield from default_reasons(comparison)


def _permissions(comparison: Comparison) -> Iterator[Reason]:
    update = [each for each in comparison.pairs if each.is_update]
    updates = {each.label for each in update}
    for each in comparison.lost:
        # What only a new option takes away, which is off unless somebody chooses it, nobody loses.
        lost = [case for case in each.cases if case in updates]
        if lost:
            what = f" that {_statement(each)} allowed" if each.allowing.sid else ""
            sid = each.opposing[0].sid if each.opposing else None
            text = f"{_whose(each)}loses {listed(each.actions)}{what}{_tail(each, lost, update)}"
            yield Reason(level="major", text=text, sid=sid)
    for unknown in comparison.unknown:
        about = listed(unknown.actions)
        text = f"not known whether {about} is as it was: {readable(unknown.reason)}"
        yield Reason(level="major", text=text, is_open=True)
    for why in dict.fromkeys(comparison.left_out):
        text = f"not known whether permissions are lost: {why}"
        yield Reason(level="major", text=text, is_open=True)
    for each in comparison.gained:
        by = f" by {_statement(each)}" if each.allowing.sid else ""
        where = _tail(each, each.cases, comparison.pairs)
        text = f"{_whose(each)}gains {listed(each.actions)}{by}{where}"
        yield Reason(level="minor", text=text, sid=each.allowing.sid)


def _whose(found: Found) -> str:
    return "its trust policy " if found.part == "trust" else ""


def _statement(found: Found) -> str:
    return readable(found.allowing.sid or found.allowing.name)


def _tail(found: Found, cases: Iterable[str], pairs: Iterable[Pair]) -> str:
    """In which cases, unless in all; and whether odd names alone are meant."""
    told = list(cases)
    groups: dict[str, set[str]] = {}
    for each in pairs:
        groups.setdefault(each.switches, set()).add(each.label)
    # What needs no switch is there with any: the cases without are all that there are.
    without = groups.pop("", set())
    alike = {name: labels for name, labels in groups.items() if len(labels) == len(without)}
    where = "" if {*told} >= without else f", with {listed(_least(told, alike), 'or')}"
    return f"{where}, but only on names with a colon in them" if found.wide_only else where


def _least(told: list[str], groups: Mapping[str, set[str]]) -> Iterable[str]:
    """Cases in few words: those of a switch as the switch, where it does not matter what else."""
    whole = {name: labels for name, labels in groups.items() if labels <= {*told}}
    named = (next((name for name in whole if each in whole[name]), each) for each in told)
    return dict.fromkeys(named)


def _launches(comparison: Comparison) -> Iterator[Reason]:
    if comparison.refused and not comparison.left_out:
        text = f"launches with {listed(without_special(comparison.refused), 'or')} are refused"
        yield Reason(level="major", text=text)
