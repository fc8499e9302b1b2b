"""How it is told that a persona breaks a guardrail: where, by which request, in which launch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.diagnostic import Diagnostic, Related
from compiler.iam import text
from compiler.managed import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.build import Product
    from compiler.catalog import Catalog
    from compiler.iam.document import Statement
    from compiler.iam.finding import Finding, Unknown
    from compiler.place import Place

Options = Callable[[Iterable["Finding"]], str]
"""Says with which options of a launch something is found, as `, with network`."""

MOST_SHOWN = 3
"""Statements that are named for one persona and one guardrail, where each breaks it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a persona allows that a Deny statement would stop."""

    found: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]

    def __bool__(self) -> bool:
        """Whether there is anything; what is not known may be."""
        return bool(self.found or self.unknown)


class Telling:
    """Tells it at the lines of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        """Take in the catalog."""
        self.catalog = catalog

    def taken(
        self, product: Product, bounded: list[Lost], *, excepted: bool
    ) -> Iterator[Diagnostic]:
        """What the boundary takes from a persona that breaks no guardrail, or may break some."""
        origin = _origins(product)
        persona = product.template.persona
        taken: dict[Place, dict[str, None]] = {}
        example: dict[Place, Finding] = {}
        for each in bounded:
            for one in each.found:
                place = origin(one.allowing)
                taken.setdefault(place, {}).update(dict.fromkeys(one.actions))
                example.setdefault(place, one)
            for unknown in each.unknown[:1]:
                yield self.unproved(persona, f"{unknown.actions[0]}: {unknown.reason}")
        for place, actions in taken.items():
            yield Diagnostic(
                rule="boundary-takes",
                severity="warning" if excepted else "error",
                message=f"the boundary takes {_listed(actions)} from '{persona}', as"
                f" {_request(example[place])}",
                place=place,
                hint="launched with the boundary, the role cannot do it in spite of the exception"
                if excepted
                else "narrow the statement, or bound another step of the escalation",
            )

    def broken(
        self, product: Product, name: str, steps: list[Lost], options: Options
    ) -> Iterator[Diagnostic]:
        """An escalation is told once, all else at each statement that breaks the guardrail."""
        origin = _origins(product)
        persona = product.template.persona
        title = self.title(name)
        guardrail = Related(
            message="the guardrail", place=self.catalog.place("guardrails", name, "title")
        )
        unknown = next((one for each in steps if not each.found for one in each.unknown), None)
        together = bool(self.catalog.guardrails[name].escalation)
        found = [one for each in steps for one in (each.found[:1] if together else each.found)]
        if unknown and (together or not found):
            yield Diagnostic(
                rule="guardrail-unproved",
                severity="error",
                message=f"it is not known whether the persona '{persona}' breaks '{title}' by"
                f" {unknown.actions[0]}: {unknown.reason}",
                place=origin(unknown.allowing),
                related=(guardrail,),
            )
            return
        shown: dict[Place, Finding] = {}
        for each in found[:1] if together else found:
            shown.setdefault(origin(each.allowing), each)
        for place, each in tuple(shown.items())[:MOST_SHOWN]:
            others = [one for one in found if together and one is not each]
            yield Diagnostic(
                rule="guardrail-broken",
                severity="error",
                message=f"the persona '{persona}' breaks '{title}':"
                f" it may {_request(each)}{options(found if together else (each,))}",
                place=place,
                hint=f"{_mended(each, place)}, or write an exception into the persona",
                related=(
                    *(
                        Related(message=f"and it may {_request(one)}", place=origin(one.allowing))
                        for one in others
                    ),
                    guardrail,
                ),
            )

    def unproved(self, persona: str, why: str, *route: str | int) -> Diagnostic:
        """What is not known is never taken for a proof."""
        return Diagnostic(
            rule="guardrail-unproved",
            severity="error",
            message=f"it is not known whether '{persona}' keeps to the guardrails: {why}",
            place=self.catalog.place("personas", persona, *route),
        )

    def title(self, guardrail: str) -> str:
        """The title of a guardrail."""
        return self.catalog.guardrails[guardrail].title


def _origins(product: Product) -> Callable[[Statement], Place]:
    """Where in the catalog a statement comes from."""
    entitlements = product.packing.entitlements
    own: Mapping[str, Place] = {each.sid: each.origin for each in entitlements.statements}
    theirs = {plain_name(each.name): each.origin for each in entitlements.attachments}

    def place(statement: Statement) -> Place:
        if statement.policy in theirs:
            return theirs[statement.policy]
        return own.get(statement.sid or "", entitlements.origin)

    return place


def _request(finding: Finding) -> str:
    """A request, with the launch that makes it possible."""
    witness, said = finding.witness, json.dumps(finding.allowing.body, ensure_ascii=False)
    context = ", ".join(
        f"{key}={value if isinstance(value, str) else ' '.join(value)}"
        for key, value in witness.request.context.items()
        if key.lower() != "aws:principalaccount"
    )
    launch = ", ".join(
        f"{name}={','.join(values)}"
        for name, values in witness.parameters.items()
        if text.hole(name) in said
    )
    request = f"{witness.request.action} on {witness.request.resource}"
    return f"{request}{' with ' * bool(context)}{context}{' where ' * bool(launch)}{launch}"


def _listed(actions: Iterable[str]) -> str:
    first, *rest = actions
    more = (
        f" and {len(rest)} more actions"
        if len(rest) > 1
        else "".join(f" and {each}" for each in rest)
    )
    return f"{first}{more}"


def _mended(finding: Finding, place: Place) -> str:
    """What an author can do: a policy of AWS's is not theirs to narrow."""
    if "managed_policies" in place.route:
        return f"attach another policy than {finding.allowing.policy}"
    return f"narrow the {_named(finding.allowing)}"


def _named(statement: Statement) -> str:
    return f"statement {statement.sid}" if statement.sid else f"policy {statement.policy}"
