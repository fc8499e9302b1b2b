"""What a launch is about to do, as others build on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.release.launching.console_link import product_link
from compiler.release.launching.finding import errors
from compiler.release.launching.following import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.release.launching.finding import Finding
    from compiler.release.launching.launch import Ready
    from compiler.release.launching.offer import Offer
    from compiler.release.launching.provisioned import Provisioned
    from compiler.release.launching.termination import Ending

View = dict[str, Any]

_HIDDEN = "****"


def ready_view(ready: Ready) -> View:
    """A launch or an update, and what was found before it."""
    state = "current" if ready.is_current else "begun" if ready.is_begun else "new"
    return {
        **_head(ready.operation, ready, ready.offer),
        "version": ready.version.name,
        "portfolio": ready.path.name,
        "state": state,
        "launched_by": _launched_by(ready.standing),
        "previous": ready.previous or None,
        "bump": ready.bump,
        "values": {
            name: _HIDDEN if name in ready.hidden else value for name, value in ready.values.items()
        },
        "kept": list(ready.kept),
        "tags": dict(ready.tags),
        "losses": [],
        **_findings(ready.findings),
    }


def ending_view(ending: Ending) -> View:
    """A termination, what is lost by it, and what was found before it."""
    state = "new" if not ending.record else "begun" if ending.standing else "current"
    return {
        **_head("terminate", ending, ending.offer),
        "version": ending.standing.version_name if ending.standing else None,
        "portfolio": None,
        "state": state,
        "launched_by": _launched_by(ending.standing),
        "previous": None,
        "bump": None,
        "values": {},
        "kept": [],
        "tags": {},
        "losses": [
            {"resource": each.resource, "type": each.type, "id": each.id, "meaning": each.meaning}
            for each in ending.losses
        ],
        **_findings(ending.findings),
    }


def link_view(offer_id: str, region: str) -> View:
    """The link to a product in the console."""
    link = product_link(region, offer_id)
    return {"schema": SCHEMA, "event": "link", "product": offer_id, "region": region, "link": link}


def _head(operation: str, what: Ready | Ending, offer: Offer) -> View:
    return {
        "schema": SCHEMA,
        "event": "preflight",
        "operation": operation,
        "product": {"id": offer.id, "title": offer.title, "persona": offer.persona},
        "name": what.name,
        "account": what.account,
        "region": what.region,
        "link": product_link(what.region, offer.id),
    }


def _launched_by(standing: Provisioned | None) -> str | None:
    """The ARN of who launched what stands, where that is told."""
    return (standing.launched_by or None) if standing else None


def _findings(findings: Iterable[Finding]) -> View:
    listed = tuple(findings)
    return {
        "findings": [_finding(each) for each in listed],
        "errors": len(errors(listed)),
        "warnings": sum(each.severity == "warning" for each in listed),
    }


def _finding(finding: Finding) -> View:
    mark = finding.mark
    return {
        "severity": finding.severity,
        "about": finding.about,
        "subject": finding.subject or None,
        "message": finding.message,
        "value": mark.value if mark else None,
        "start": mark.start if mark else None,
        "end": mark.end if mark else None,
        "allowed": finding.allowed or None,
        "hint": finding.hint or None,
    }
