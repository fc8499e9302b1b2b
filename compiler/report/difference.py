"""A comparison for people, made from its JSON view: who gains what, where, and on what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.report.difference_cases import CASES, cases_words, where_words
from compiler.report.words import by_service, condition_words, context_words, cut, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.report.text import Line

View = dict[str, Any]

ACTIONS = 8
"""Actions of one service that are named; of more, only how many."""

RESOURCES = 2
FINDINGS = 12
"""Findings of one direction that are shown."""

REASONS = 3
"""Reasons for a bump that are told; of more, only how many."""

EVERYTHING = 1_000_000

ODD = "which most services refuse"
"""What is said of names with a colon in them."""

_OWN_ACCOUNT = "aws:PrincipalAccount"
"""The same in every request."""

_VERDICTS = {
    "equal": ("bold green", "equal"),
    "wider": ("bold red", "wider"),
    "narrower": ("bold yellow", "narrower"),
    "changed": ("bold red", "wider in some things, narrower in others"),
    "unknown": ("bold magenta", "unknown: not everything could be decided"),
}
_STYLES = {"+": "bold red", "-": "bold yellow", "?": "bold magenta"}
_CHANGES = {
    "added": "is new",
    "removed": "is gone",
    "wider": "admits more",
    "narrower": "admits less",
    "changed": "admits other values",
    "unknown": "has another pattern; whether it admits the same could not be decided",
}


def lines(view: View, *, verbose: bool = False) -> Iterator[Line]:
    """The whole comparison, line by line.

    Args:
        view: `personac.diff/1`.
        verbose: cut nothing off.
    """
    for line in _lines(view, verbose=verbose):
        yield [(style, printable(text)) for style, text in line]


def _lines(view: View, *, verbose: bool) -> Iterator[Line]:
    style, words = _VERDICTS[view["verdict"]]
    yield [("bold", headline(view)), ("", ": "), (style, words)]
    for side in ("old", "new"):
        yield [("blue", f"  {side}  "), ("", subject_words(view["subjects"][side]))]
    yield from _told("cases", cases_words(view, EVERYTHING if verbose else CASES))
    yield from _told("bump ", bump_words(view))
    for each in view["notes"]:
        yield from _told("note ", each)
    for sign, side in (("+", "gained"), ("-", "lost")):
        plain, odd = parted(view[side])
        shown = view[side] if verbose else plain[:FINDINGS]
        for each in shown:
            yield [("", "")]
            yield from _finding(sign, each, view, verbose=verbose)
        if len(plain) > len(shown):
            more = _count(len(plain) - len(shown), "finding")
            yield [("", "")]
            yield [(_STYLES[sign], sign), ("", f" and {more} more; --verbose shows all")]
        if odd and not verbose:
            told = f"{_count(len(odd), 'finding')} by names with a colon in them"
            yield [("", "")]
            yield [(_STYLES[sign], sign), ("", f" {told}, {ODD}; --verbose shows all")]
    for each in view["unknown"]:
        yield [("", "")]
        yield from _undecided(each, verbose=verbose)
    for each in view["parameters"]:
        yield [("", "")]
        yield from _parameter(each)


def parted(findings: list[View]) -> tuple[list[View], list[View]]:
    """Findings about any names, and those about odd names alone."""
    plain = [each for each in findings if not each["wide_reading_only"]]
    return plain, [each for each in findings if each["wide_reading_only"]]


def headline(view: View) -> str:
    """In one line: who gains and loses how much."""
    name = view["subjects"]["new"]["name"]
    gained, lost = (_told_of(_of_part(view[side], "identity")) for side in ("gained", "lost"))
    told = [f"{verb} {what}" for verb, what in (("gains", gained), ("loses", lost)) if what]
    more, fewer = (bool(_of_part(view[side], "trust")) for side in ("gained", "lost"))
    if more or fewer:
        told.append(
            f"can be assumed by {'others' if more and fewer else 'more' if more else 'fewer'}"
        )
    opened = len(view["unknown"])
    if opened:
        told.append(f"{_count(opened, 'question')} stay{'s' if opened == 1 else ''} open")
    changed = len(view["parameters"])
    if changed:
        told.append(f"{_count(changed, 'parameter')} differ{'s' if changed == 1 else ''}")
    return f"{name} {', '.join(told) or 'gains and loses nothing'}"


def _of_part(findings: list[View], part: str) -> list[View]:
    return [each for each in findings if each["policy"] == part]


def _told_of(findings: list[View]) -> str:
    plain, odd = parted(findings)
    number = len({action for each in plain for action in each["actions"]})
    if number or not odd:
        return _count(number, "action") if number else ""
    return f"{_count(len({a for each in odd for a in each['actions']}), 'action')} by odd names"


def subject_words(subject: View) -> str:
    """A subject, its version and where it was read."""
    version = f" {subject['version']}" if subject["version"] else ""
    source = f", from {subject['source']}" if subject["source"] != subject["name"] else ""
    return f"{subject['name']}{version}{source}"


def bump_words(view: View) -> str:
    """Which version the change needs, and why; empty where it needs none."""
    verdict = view["bump"]
    if verdict is None or verdict["level"] == "none":
        return ""
    texts = [each["text"] for each in verdict["reasons"] if each["level"] == verdict["level"]]
    more = [f"and {len(texts) - REASONS} more"] if len(texts) > REASONS else []
    return f"{verdict['level']}: {'; '.join([*texts[:REASONS], *more])}"


def example_words(finding: View) -> list[str]:
    """An example request, line by line, with those parameters that it depends on."""
    witness = finding["witness"]
    who = f"{witness['principal']} asks for " if "principal" in witness else ""
    where = "" if "principal" in witness else f" on {witness['resource']}"
    told = [f"{who}{witness['action']}{where}"]
    keys = {key: each for key, each in witness["context"].items() if key != _OWN_ACCOUNT}
    told += [f"with {each}" for each in context_words(keys)]
    written = str([each["statement"] for each in finding["statements"]])
    told += [
        f"launched with {name} = {value}"
        for name, value in witness["parameters"].items()
        if f"${{{name}}}" in written
    ]
    return told


def who_words(finding: View, shown: int) -> str:
    """Whom the statement of a trust policy lets in; empty for a permissions policy."""
    body = finding["statements"][0]["statement"]
    element = "NotPrincipal" if "NotPrincipal" in body else "Principal"
    if element not in body:
        return ""
    kinds = body[element]
    if isinstance(kinds, str):
        return "anybody" if element == "Principal" else "nobody"
    several = {kind: [each] if isinstance(each, str) else each for kind, each in kinds.items()}
    if element == "Principal" and "*" in several.get("AWS", []):
        return "anybody"
    listed = cut([f"{kind}:{one}" for kind, each in several.items() for one in each], shown)
    return listed if element == "Principal" else f"everybody but {listed}"


def resources_words(finding: View, shown: int) -> str:
    """The resources of the statement that allows; empty for a trust policy."""
    if not finding["resources"]:
        return ""
    listed = cut(finding["resources"], shown)
    if finding["except_resources"]:
        return f"everything but {listed}"
    return "everything" if "*" in finding["resources"] else listed


def statement_name(statement: View) -> str:
    """How a statement is called, and the catalog's line where it is known."""
    place = f"  {statement['place']}" if statement["place"] else ""
    return f"{statement['policy']}{'.' if statement['sid'] else ', '}{_short(statement)}{place}"


def opposing_words(opposing: list[View], shown: int) -> str:
    """What the other side says of the same actions."""
    told = []
    for effect, does in (("Allow", "allows less, by"), ("Deny", "denies, by")):
        names = [_short(each) for each in opposing if each["effect"] == effect]
        if names:
            told.append(f"{does} {cut(names, shown)}")
    return ", and ".join(told)


def _short(statement: View) -> str:
    return statement["sid"] or f"statement {statement['index']}"


def _finding(sign: str, each: View, view: View, *, verbose: bool) -> Iterator[Line]:
    most = EVERYTHING if verbose else ACTIONS
    groups = by_service(each["actions"], most)
    shown = groups if verbose else groups[:ACTIONS]
    style = _STYLES[sign]
    for number, group in enumerate(shown):
        tail = f"  ({each['access_level']})" if number == 0 else ""
        yield [(style, f"{sign if number == 0 else ' '} "), ("bold", group), ("", tail)]
    if len(shown) < len(groups):
        yield [("", f"  and {len(groups) - len(shown)} services more")]
    reasons: dict[str, list[str]] = {}
    for one in each["escalation"]:
        reasons.setdefault(one["reason"], []).append(one["action"])
    for reason, actions in reasons.items():
        told = reason if len(each["actions"]) == 1 else f"{cut(actions, most)}: {reason}"
        yield [("", "    "), ("bold red", "escalation"), ("", f"  {told}")]
    yield from _told("    in   ", where_words(each, view, EVERYTHING if verbose else CASES))
    yield from _told("    who  ", who_words(each, EVERYTHING if verbose else RESOURCES))
    yield from _told("    on   ", resources_words(each, EVERYTHING if verbose else RESOURCES))
    for number, one in enumerate(each["conditions"]):
        told = condition_words(one["operator"], one["key"], one["values"], most)
        yield from _told("    where" if number == 0 else "    and  ", told)
    allowing, *opposing = each["statements"]
    yield from _told("    by   ", statement_name(allowing))
    if opposing:
        told = opposing_words(opposing, most if verbose else 2)
        yield from _told(f"    {opposing[0]['side']}  ", told)
    for number, told in enumerate(example_words(each)):
        yield from _told("    e.g. " if number == 0 else "         ", told)
    if each["wide_reading_only"]:
        yield from _told("    note ", f"needs a name with a colon in it, {ODD}")


def _undecided(each: View, *, verbose: bool) -> Iterator[Line]:
    groups = by_service(each["actions"], EVERYTHING if verbose else ACTIONS)
    told = "; ".join(groups) or "not compared"
    yield [(_STYLES["?"], "? "), ("bold", told)]
    yield from _told("    why  ", each["reason"])
    for one in each["statements"]:
        yield from _told("    by   ", statement_name(one))


def _parameter(each: View) -> Iterator[Line]:
    yield [("bold cyan", "~ "), ("bold", each["name"]), ("", f"  {_CHANGES[each['change']]}")]
    for side in ("old", "new"):
        if each[side]:
            most = f", up to {each[side]['most']} values" if each[side]["most"] > 1 else ""
            yield from _told(f"    {side}  ", f"{each[side]['pattern'] or 'any text'}{most}")
    for key, words in (("example_gained", "now admits"), ("example_lost", "no longer admits")):
        if each[key] is not None:
            yield from _told("    e.g. ", f"{words} '{each[key]}'")


def _told(label: str, words: str) -> Iterator[Line]:
    if words:
        yield [("blue", f"{label if label.startswith(' ') else '  ' + label} "), ("", words)]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
