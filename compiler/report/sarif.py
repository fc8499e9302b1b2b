"""Findings as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.report.view import View
    from compiler.rules.card import Card


def sarif(view: View, cards: Mapping[str, Card], version: str) -> View:
    """One run, with the card of every rule that found something."""
    used = sorted({each["rule"] for each in view["diagnostics"]})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "personac",
                        "semanticVersion": version,
                        "rules": [_rule(name, cards.get(name)) for name in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, used) for each in view["diagnostics"]],
            }
        ],
    }


def _rule(name: str, card: Card | None) -> View:
    if card is None:
        return {"id": name}
    link = {"helpUri": card.source} if card.source else {}
    return {
        "id": name,
        "shortDescription": {"text": card.what},
        "fullDescription": {"text": card.why},
        **link,
    }


def _result(each: View, used: list[str]) -> View:
    hint = f"\nhint: {each['hint']}" if each["hint"] else ""
    return {
        "ruleId": each["rule"],
        "ruleIndex": used.index(each["rule"]),
        "level": each["severity"],
        "message": {"text": each["message"] + hint},
        "locations": [_location(each)],
        "relatedLocations": [
            {"id": number, "message": {"text": other["message"]}, **_location(other)}
            for number, other in enumerate(each["related"], start=1)
        ],
    }


def _location(spot: View) -> View:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(spot["path"])},
            "region": {
                "startLine": spot["line"],
                "startColumn": spot["column"],
                "endLine": spot["end_line"],
                "endColumn": spot["end_column"],
            },
        }
    }
