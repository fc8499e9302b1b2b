"""What policies say to a request: as JSON, `personac.can/1`, and from that for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.entitlement import YES
from compiler.report.difference_view import statement_view
from compiler.report.words import (
    SHOWN,
    condition_words,
    conditions_of,
    context_words,
    cut,
    printable,
)
from compiler.subject import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.iam.evaluate import Answer
    from compiler.iam.near import Near
    from compiler.iam.request import Context, Request
    from compiler.report.text import Line
    from compiler.requests import Question
    from compiler.source import Source
    from compiler.subject import Subject

SCHEMA = "personac.can/1"

View = dict[str, Any]

_STYLES = {
    "allowed": "bold green",
    "implicitly-denied": "bold yellow",
    "explicitly-denied": "bold red",
}
_NEAREST = 3
"""Statements that nearly allowed a request which are shown."""


def decision_view(  # noqa: PLR0913 - all that there is to say
    subject: Subject,
    question: Question,
    *,
    parameters: Mapping[str, str],
    answer: Answer,
    near: Iterable[Near],
    options: Iterable[str],
    filled: Mapping[str, str],
    notes: Iterable[str],
    source: Source | None = None,
) -> View:
    """A decision as others build on it.

    Args:
        subject: who was asked about.
        question: what was asked.
        parameters: the values of the launch, those of the command line included.
        answer: what was decided.
        near: the statements that came nearest, where nothing decided.
        options: parameters of which each alone, switched on, would allow it.
        filled: keys that the request was given beside its own, and that mattered: tags of the role.
        notes: what was not looked at.
        source: the file of requests that it stands in, where it stands in one.
    """
    at = None
    if source and question.place:
        at = f"{source.path}:{source.locate(question.place).line}"
    return {
        "schema": SCHEMA,
        "decision": answer.decision,
        "statements": [statement_view(each, None, subject.places) for each in answer.statements],
        "withheld": [statement_view(each, None, subject.places) for each in answer.withheld],
        "nearest": [_near(each, {**filled, **question.request.context}, subject) for each in near],
        "options": [{each: YES} for each in options],
        "request": {**_request(question.request), "parameters": dict(parameters)},
        "filled_in": dict(filled),
        "place": at,
        "expected": question.expected,
        "as_expected": None if question.expected is None else is_expected(question, answer),
        "subject": {
            "name": subject.name, "version": subject.version, "source": subject.source
        },
        "notes": list(notes),
    }  # fmt: skip


def is_expected(question: Question, answer: Answer) -> bool:
    """Whether a decision is the one that a file of requests expects."""
    expected = question.expected
    return answer.decision == expected or (
        expected == "denied" and answer.decision.endswith("-denied")
    )


def _request(request: Request) -> View:
    view: View = {
        "action": request.action,
        "resource": request.resource,
        "context": {
            key: value if isinstance(value, str) else list(value)
            for key, value in request.context.items()
        },
    }
    if request.principal is not None:
        view["principal"] = f"{request.principal.kind}:{request.principal.name}"
    return view


def _near(near: Near, context: Context, subject: Subject) -> View:
    keys = {key.lower(): value for key, value in context.items()}
    conditions = []
    # Both are in the order of the document.
    told = conditions_of(near.statement, readable)
    for one, comparison in zip(told, near.statement.comparisons, strict=True):
        if comparison in near.comparisons:
            found = keys.get(comparison.key.lower())
            several = found if found is None or isinstance(found, str) else list(found)
            conditions.append({**one, "found": several})
    return {
        **statement_view(near.statement, None, subject.places),
        "other_resource": near.resource,
        "other_principal": near.principal,
        "conditions": conditions,
    }


def lines(view: View) -> Iterator[Line]:
    """One decision for people: the answer first, then why."""
    for line in _lines(view):
        yield [(style, printable(text)) for style, text in line]


def _lines(view: View) -> Iterator[Line]:
    decision = view["decision"]
    yield [(_STYLES[decision], decision.replace("-", " ")), ("", _because(view))]
    request = view["request"]
    who = f"{request['principal']} asks for " if "principal" in request else ""
    on = "" if "principal" in request else f" on {request['resource']}"
    yield _told("request", f"{who}{request['action']}{on}")
    for each in context_words(request["context"]):
        yield _told("", f"with {each}")
    for each in context_words(view["filled_in"]):
        yield _told("", f"with {each}, a tag of the role")
    subject = view["subject"]
    version = f" {subject['version']}" if subject["version"] else ""
    yield _told("asked", f"{subject['name']}{version}, from {subject['source']}")
    for each in view["statements"]:
        yield from _statement("by", each)
    for each in view["withheld"]:
        yield from _statement("allows", each)
    for each in view["nearest"][:_NEAREST]:
        yield from _lacking(each)
    if len(view["nearest"]) > _NEAREST:
        more = len(view["nearest"]) - _NEAREST
        yield _told("", f"and {more} more statements about the action")
    if switched := [f"{name}={value}" for each in view["options"] for name, value in each.items()]:
        yield _told("option", f"{cut(switched, SHOWN, 'or')} would allow it")
    for each in view["notes"]:
        yield _told("note", each)
    if view["as_expected"] is False:
        yield [("bold red", "  not as expected"), ("", f"  {view['expected']} was")]


def _because(view: View) -> str:
    if view["decision"] != "implicitly-denied":
        return ""
    if view["withheld"]:
        return ": the permissions boundary does not allow it"
    if view["nearest"]:
        return ": no statement allows it"
    return ": no statement is about the action"


def _statement(label: str, statement: View) -> Iterator[Line]:
    yield _told(label, _name(statement))
    body = statement["statement"]
    for element in ("Resource", "NotResource"):
        if element in body:
            several = body[element] if isinstance(body[element], list) else [body[element]]
            words = "everything but " if element == "NotResource" else ""
            yield _told("", f"on {words}{cut(several, SHOWN)}")
    for operator, keys in body.get("Condition", {}).items():
        for key, values in keys.items():
            several = values if isinstance(values, list) else [values]
            texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in several]
            yield _told("", f"where {condition_words(operator, key, texts)}")


def _lacking(near: View) -> Iterator[Line]:
    yield _told("nearest", _name(near))
    body = near["statement"]
    if near["other_resource"]:
        element = "Resource" if "Resource" in body else "NotResource"
        several = body[element] if isinstance(body[element], list) else [body[element]]
        words = "everything but " if element == "NotResource" else ""
        yield _told("", f"is about other resources: {words}{cut(several, SHOWN)}")
    if near["other_principal"]:
        yield _told("", "is about other principals")
    for each in near["conditions"]:
        wanted = condition_words(each["operator"], each["key"], each["values"])
        found = each["found"]
        has = "has none" if found is None else f"has {found}"
        yield _told("", f"needs that {wanted}; the request {has}")


def table(views: list[View]) -> Iterator[Line]:
    """Many decisions, one a line; what was not expected is told at the end."""
    width = max((len(each["request"]["action"]) for each in views), default=0)
    for each in views:
        wrong = each["as_expected"] is False
        by = cut([_name(one) for one in each["statements"]], 1) if each["statements"] else ""
        mark = {True: "✓", False: "✗", None: " "}[each["as_expected"]]
        request = each["request"]
        yield [
            ("bold red" if wrong else "green", f"{mark} "),
            (_STYLES[each["decision"]], each["decision"].ljust(17)),
            ("", f"  {printable(request['action'].ljust(width))}  "),
            ("", printable(request.get("principal", request["resource"]))),
            ("bold red", f"  expected {each['expected']}" if wrong else ""),
            ("blue", f"  {printable(each['place'])}" if wrong and each["place"] else ""),
            ("blue", f"  {printable(by)}" if by else ""),
        ]
    asked = [each for each in views if each["as_expected"] is not None]
    refused = sum(not each["as_expected"] for each in asked)
    told = f"{len(views):,} request{'' if len(views) == 1 else 's'}"
    if asked:
        told += f": {len(asked) - refused:,} as expected, {refused:,} not"
    yield [("bold red" if refused else "bold green", told)]


def _name(statement: View) -> str:
    name = statement["sid"] or statement["index"]
    place = f", {statement['place']}" if statement["place"] else ""
    return f"{statement['policy']}.{name}{place}"


def _told(label: str, words: str) -> Line:
    return [("blue", f"  {label.ljust(7)}  "), ("", words)]
