"""Conditions, statements and actions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.iam.document import Statement

_RELATIONS = {
    "StringEquals": "is",
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is, in any case,",
    "StringNotEqualsIgnoreCase": "is not, in any case,",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is like",
    "ArnLike": "is like",
    "ArnNotEquals": "is not like",
    "ArnNotLike": "is not like",
    "NumericEquals": "=",
    "NumericNotEquals": "≠",
    "NumericLessThan": "<",
    "NumericLessThanEquals": "≤",
    "NumericGreaterThan": ">",
    "NumericGreaterThanEquals": "≥",
    "DateEquals": "is",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is at or before",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is at or after",
    "Bool": "is",
    "BinaryEquals": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
}
_LOWER = {each.lower(): words for each, words in _RELATIONS.items()}
_IF_EXISTS = "ifexists"

SHOWN = 3
"""Values that are written out; of more, only how many."""


def condition_words(operator: str, key: str, values: Sequence[str], shown: int = SHOWN) -> str:
    """A comparison in words, as `aws:SourceVpc is vpc-1 or vpc-2, if it is there`."""
    quantifier, _, plain = operator.lower().rpartition(":")
    optional = plain.endswith(_IF_EXISTS)
    plain = plain.removesuffix(_IF_EXISTS)
    if plain == "null":
        return f"{key} is {'absent' if values[0].lower() == 'true' else 'there'}"
    relation = _LOWER.get(plain, operator)
    negated = "not" in relation or relation == "≠"
    listed = cut(values, shown, "nor" if negated else "or")
    subject = {"foranyvalue": f"some value of {key}", "forallvalues": f"every value of {key}"}
    tail = ", if it is there" if optional else ""
    return f"{subject.get(quantifier, key)} {relation} {listed}{tail}"


def cut(texts: Sequence[str], shown: int, word: str = "and") -> str:
    """A list in words, its end cut off where it is long."""
    if len(texts) > shown + 1:
        return f"{', '.join(texts[:shown])} {word} {len(texts) - shown} more"
    *first, last = texts
    return f"{', '.join(first)} {word} {last}" if first else last


def by_service(actions: Iterable[str], shown: int) -> list[str]:
    """Actions grouped by service, as `s3: GetObject, PutObject and 12 more`, in the order given."""
    groups: dict[str, list[str]] = {}
    for each in actions:
        service, _, name = each.partition(":")
        groups.setdefault(service, []).append(name)
    return [f"{service}:{cut(names, shown)}" for service, names in groups.items()]


def conditions_of(statement: Statement, readable: Any) -> list[dict[str, Any]]:
    """The conditions of a statement for a view: operator, key, values.

    Args:
        statement: one of a parsed policy.
        readable: makes a text readable that may have holes in it.
    """
    found = []
    for operator, keys in statement.body.get("Condition", {}).items():
        for key, values in keys.items():
            several = values if isinstance(values, list) else [values]
            texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in several]
            texts = [readable(one) for one in texts]
            found.append({"operator": operator, "key": key, "values": texts})
    return found


def texts_of(body: Mapping[str, Any], element: str) -> list[str]:
    """What a statement has for an element that is one text or several."""
    value = body.get(element, [])
    return list(value) if isinstance(value, list) else [value]


def shown_body(value: Any, readable: Any) -> Any:
    """A part of a document with all its texts made readable."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list):
        return [shown_body(each, readable) for each in value]
    if isinstance(value, dict):
        return {key: shown_body(each, readable) for key, each in value.items()}
    return value


def context_words(context: Mapping[str, Any]) -> list[str]:
    """What a request has for its keys."""
    return [
        f"{key} = {value if isinstance(value, str) else ', '.join(value)}"
        for key, value in context.items()
    ]


def told(text: str) -> str:
    """A message of several lines, printable; none of its lines is a command to GitHub's runner.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = (printable(each) for each in text.split("\n"))
    return "\n".join(f" {each}" if each.startswith("::") else each for each in lines)


def printable(text: str) -> str:
    """What a policy holds may move a terminal's cursor."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
