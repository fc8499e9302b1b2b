"""A comparison as JSON, `personac.diff/1`. Every other form is made from this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.comparison import UNMADE, level
from compiler.iam import escalation
from compiler.iam.reference import DANGER
from compiler.report.words import conditions_of, shown_body, texts_of
from compiler.subject import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.admitted import Admitted, ParameterChange
    from compiler.bump import Bump
    from compiler.comparison import Comparison, Found, Undecided
    from compiler.iam.document import Statement
    from compiler.iam.finding import Witness
    from compiler.subject import Subject

SCHEMA = "personac.diff/1"

View = dict[str, Any]


def difference_view(comparison: Comparison, verdict: Bump | None = None) -> View:
    """A comparison as others build on it.

    Args:
        comparison: what was found.
        verdict: which version the change needs, where both sides are one persona's templates.
    """
    old, new = comparison.old.subject, comparison.new.subject
    return {
        "schema": SCHEMA,
        "verdict": comparison.verdict,
        "bump": None if verdict is None else _bump(verdict),
        "subjects": {"old": _subject(old), "new": _subject(new)},
        "cases": [
            {"case": each.label, "old": each.old, "new": each.new, "switches": each.switches}
            for each in comparison.pairs
        ],
        "gained": [_found(each, new, old, "new") for each in comparison.gained],
        "lost": [_found(each, old, new, "old") for each in comparison.lost],
        "unknown": [
            *(_undecided(each) for each in comparison.unknown),
            *(_left_out(each) for each in (*comparison.left_out, comparison.unread) if each),
        ],
        "parameters": [_parameter(each) for each in comparison.parameters],
        "notes": list(comparison.notes),
    }


def _bump(verdict: Bump) -> View:
    reasons = [{"level": each.level, "text": each.text} for each in verdict.reasons]
    return {"level": verdict.level, "reasons": reasons}


def _subject(subject: Subject) -> View:
    return {
        "name": subject.name,
        "kind": subject.kind,
        "version": subject.version,
        "source": subject.source,
    }


def _found(found: Found, allowing: Subject, opposing: Subject, side: str) -> View:
    other = "old" if side == "new" else "new"
    first, *others = (_witness(each) for each in found.witnesses)
    element = "NotResource" if found.allowing.except_resources else "Resource"
    resources = texts_of(found.allowing.body, element)
    return {
        "policy": found.part,
        "cases": list(found.cases),
        "actions": list(found.actions),
        "access_level": _highest(found.actions),
        "escalation": [
            {"action": each, "reason": reason}
            for each in found.actions
            if (reason := escalation.reason(each))
        ],
        "witness": first,
        "other_witnesses": others,
        "wide_reading_only": found.wide_only,
        "resources": [readable(each) for each in resources],
        "except_resources": found.allowing.except_resources,
        "conditions": conditions_of(found.allowing, readable),
        "statements": [
            statement_view(found.allowing, side, allowing.places),
            *(statement_view(each, other, opposing.places) for each in found.opposing),
        ],
    }


def _highest(actions: Iterable[str]) -> str:
    levels = {level(each) for each in actions}
    return next((each for each in reversed(DANGER) if each in levels), UNMADE)


def _witness(witness: Witness) -> View:
    request = witness.request
    view: View = {
        "action": request.action,
        "resource": request.resource,
        "context": {
            key: value if isinstance(value, str) else list(value)
            for key, value in request.context.items()
        },
        "parameters": {name: ",".join(values) for name, values in witness.parameters.items()},
    }
    if request.principal is not None:
        view["principal"] = f"{request.principal.kind}:{request.principal.name}"
    return view


def statement_view(statement: Statement, side: str | None, places: Mapping[str, str]) -> View:
    """A statement, and where it stands.

    Args:
        statement: one of a parsed policy.
        side: which of two subjects it belongs to; None where there is one.
        places: Sid to line of the catalog.
    """
    return {
        **({} if side is None else {"side": side}),
        "policy": statement.policy,
        "sid": statement.sid,
        "index": statement.index,
        "effect": statement.effect,
        "statement": shown_body(dict(statement.body), readable),
        "place": places.get(statement.sid or ""),
    }


def _undecided(undecided: Undecided) -> View:
    return {
        "policy": undecided.part,
        "cases": list(undecided.cases),
        "actions": list(undecided.actions),
        "reason": undecided.reason,
        "statements": [statement_view(undecided.allowing, None, {})],
    }


def _left_out(reason: str) -> View:
    return {"policy": None, "cases": [], "actions": [], "reason": reason, "statements": []}


def _parameter(change: ParameterChange) -> View:
    return {
        "name": change.name,
        "change": change.change,
        "old": _admitted(change.old),
        "new": _admitted(change.new),
        "example_gained": change.gained,
        "example_lost": change.lost,
    }


def _admitted(admitted: Admitted | None) -> View | None:
    return None if admitted is None else {"pattern": admitted.written, "most": admitted.most}
