"""The cases of a comparison in few words: switches make hundreds of them, and one name says which.

A label is made of options and switches, joined by plus signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.words import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

View = dict[str, Any]

CASES = 6
"""Cases that are named; of more, only how many."""

_JOINED = " + "


def cases_words(view: View, shown: int = CASES) -> str:
    """The cases, and which of them had no counterpart; empty where there is but one.

    Args:
        view: `personac.diff/1`.
        shown: so many are named; those of switches are counted by themselves, by their switches.
    """
    cases = view["cases"]
    if len(cases) == 1 and cases[0]["old"] == cases[0]["new"]:
        return ""
    plain = [_case(each) for each in cases if not each["switches"]]
    switches = list(dict.fromkeys(each["switches"] for each in cases if each["switches"]))
    told = _cut(plain, shown)
    return f"{told}; with {_cut(_least(switches), shown)}" if switches else told


def where_words(finding: View, view: View, shown: int = CASES) -> str:
    """The cases that a finding is about; empty where it is about all of them.

    Args:
        finding: one of the view.
        view: `personac.diff/1`.
        shown: so many are named.
    """
    told = finding["cases"]
    groups: dict[str, list[str]] = {}
    for each in view["cases"]:
        groups.setdefault(each["switches"], []).append(each["case"])
    without = list(dict.fromkeys(groups.get("", [])))
    # What needs no switch is there with any.
    if len(told) >= len({each["case"] for each in view["cases"]}) or (
        len(groups) > 1 and {*told} >= {*without}
    ):
        return ""
    if len(groups) == 1 and len(told) <= shown:
        return ", ".join(told)
    plain: list[str] = []
    common: list[str] = []
    for switches, labels in groups.items():
        among = [each for each in dict.fromkeys(labels) if each in told]
        shared = _shared(among, without, switches)
        common += [shared] if shared else []
        plain += [] if shared else among
    plain = [each for each in plain if not any(_parts(one) <= _parts(each) for one in common)]
    words = [_cut(plain, shown)] if plain else []
    words += [f"with {_cut(_least(common), shown, 'or')}"] if common else []
    return "; ".join(words)


def _case(each: View) -> str:
    # A side without options is compared as it is, whatever the other's are.
    missing = next((side for side in ("old", "new")
                    if each[side] not in (each["case"], "always")), None)  # fmt: skip
    return f"{each['case']} ({missing}: {each[missing]})" if missing else str(each["case"])


def _shared(labels: Collection[str], without: Iterable[str], switches: str) -> str:
    """The options and switches that some cases have and no others; empty where there are none.

    Args:
        labels: of cases with these switches on.
        without: the labels of all cases without switches.
        switches: as a label, empty for none.
    """
    if not labels or (len(labels) == 1 and not switches):
        return ""
    common = frozenset.intersection(*map(_parts, labels))
    options = common - (_parts(switches) if switches else frozenset())
    if sum(options <= _parts(each) for each in without) != len(labels):
        return ""
    first, *_ = labels
    return _JOINED.join(each for each in first.split(_JOINED) if each in common)


def _least(several: Iterable[str]) -> list[str]:
    """Without those that another one says: with more on, it is so as well."""
    labels = list(dict.fromkeys(several))
    return [each for each in labels if not any(_parts(one) < _parts(each) for one in labels)]


def _parts(label: str) -> frozenset[str]:
    return frozenset(label.split(_JOINED))


def _cut(texts: Collection[str], shown: int, word: str = "and") -> str:
    """All of them by commas, or so many and how many more."""
    several = list(texts)
    if len(several) > shown + 1 or word == "or":
        return cut(several, shown, word)
    return ", ".join(several)
