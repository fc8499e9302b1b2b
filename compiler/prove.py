"""Prove that personas keep to the guardrails of their catalog.

For each persona: each combination of its options, the AWS managed policies that it attaches, and
every value that the patterns of its launch parameters admit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from compiler.boundary import boundary
from compiler.build import compile_persona
from compiler.cases import cases
from compiler.diagnostic import Diagnostic, Related
from compiler.guardrail import deny_statements
from compiler.iam import document, quota, text
from compiler.iam.difference import gained
from compiler.iam.request import Access
from compiler.managed import plain_name
from compiler.render import Launch, partition_of
from compiler.rules import guardrails
from compiler.subject import Subject, SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from compiler.build import Product
    from compiler.cases import Case
    from compiler.catalog import Catalog
    from compiler.iam.document import Policy, Statement
    from compiler.iam.finding import Finding, Unknown
    from compiler.place import Place
    from compiler.subject import Attached
    from compiler.template import Body

MOST_SHOWN = 3
"""Statements that are named for one persona and one guardrail, where each breaks it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """What a persona allows that a Deny statement would stop."""

    found: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]

    def __bool__(self) -> bool:
        """Whether there is anything; what is not known may be."""
        return bool(self.found or self.unknown)


def check_guardrails(
    catalog: Catalog,
    attached: Attached,
    today: date,
    watch: Callable[[str], None] = lambda _: None,
) -> tuple[Diagnostic, ...]:
    """Every guardrail over every persona, and every exception.

    Args:
        catalog: one that the rules found no error in.
        attached: gives the AWS managed policies that personas attach.
        today: the day on which exceptions hold or have expired.
        watch: told of each persona that was looked at.
    """
    found = list(guardrails.exceptions(catalog, today))
    if not catalog.guardrails:
        return tuple(found)
    proofs = [_Proof(catalog, attached, place) for place in places(catalog.settings.regions)]
    for persona in catalog.personas:
        found += _everywhere([tuple(proof.of(persona)) for proof in proofs])
        watch(persona)
    return tuple(found)


def _everywhere(told: list[tuple[Diagnostic, ...]]) -> Iterator[Diagnostic]:
    """What is found in several partitions, once; that something is needless, if it is in all."""
    found: dict[object, list[Diagnostic]] = {}
    for each in chain.from_iterable(told):
        about = tuple((one.place.path, one.place.route) for one in each.related)
        found.setdefault((each.rule, each.place.path, each.place.route, about), []).append(each)
    for first, *others in found.values():
        if first.rule != "needless-exception" or len(others) + 1 == len(told):
            yield first


def places(regions: Iterable[str]) -> Iterator[Launch]:
    """A place in each partition of some Regions.

    One is enough: a catalog names partition, Region and account by variables, so that what holds in
    one place of a partition holds in all.
    """
    first: dict[str, str] = {}
    for each in regions:
        first.setdefault(partition_of(each), each)
    for partition, region in first.items():
        yield Launch(partition=partition, region=region)


class _Proof:
    """What is the same for every persona."""

    def __init__(self, catalog: Catalog, attached: Attached, place: Launch) -> None:
        self.catalog, self.attached, self.place = catalog, attached, place
        held = boundary(catalog).document(place)
        self.boundary = document.parse(held, name="boundary", kind="identity")
        self.steps = {
            name: tuple(_policy([each]) for each, _ in deny_statements(catalog, name, place))
            for name in catalog.guardrails
        }

    def of(self, persona: str) -> Iterator[Diagnostic]:
        """All that is found about one persona."""
        product, problems = compile_persona(self.catalog, persona)
        if product is None:
            # That it does not fit is told elsewhere.
            assert problems  # noqa: S101 - or there would be a product
            return
        subject = Subject(
            name=persona, kind="template", body=product.template.body, source=self.catalog.root
        )
        absent = tuple(self._not_at_hand(persona))
        if absent:
            yield from absent
            return
        try:
            opened = cases(subject, {}, self.place, self.attached)
        except SubjectError as error:
            yield self._unproved(persona, str(error))
            return
        if opened.left_out:
            yield self._unproved(persona, opened.left_out)
        yield from self._of_cases(product, opened.cases)

    def _not_at_hand(self, persona: str) -> Iterator[Diagnostic]:
        """The AWS managed policies whose documents are missing, each where it is attached."""
        for index, name in enumerate(self.catalog.personas[persona].managed_policies):
            try:
                self.attached(name)
            except SubjectError as error:
                yield self._unproved(persona, str(error), "managed_policies", index)

    def _of_cases(self, product: Product, looked_at: Iterable[Case]) -> Iterator[Diagnostic]:
        persona = product.template.persona
        excepted = {
            each.guardrail: index
            for index, each in enumerate(self.catalog.personas[persona].exceptions)
        }
        broken: dict[str, list[_Lost]] = {}
        labels: dict[str, list[str]] = {}
        looked_at = tuple(looked_at)
        bounded: list[_Lost] = []
        for case in looked_at:
            # All that guardrails deny at once: nearly always nothing is lost, and nothing to ask.
            lost = self._bounded(case)
            if lost:
                bounded.append(lost)
                for name, steps in self._broken(case):
                    # Of several combinations of options the first one shows it.
                    broken.setdefault(name, steps)
                    labels.setdefault(name, []).append(case.label)
        if bounded and not any(each not in excepted for each in broken):
            yield from self._taken(product, bounded, excepted=bool(excepted))
        for name, steps in broken.items():
            if name not in excepted:
                everywhere = len(labels[name]) == len(looked_at)
                options = "" if everywhere else f", with {' or '.join(labels[name])}"
                yield from self._told(product, name, steps, options)
        for name, index in excepted.items():
            if name in self.catalog.guardrails and name not in broken:
                place = self.catalog.place("personas", persona, "exceptions", index)
                yield Diagnostic(
                    rule="needless-exception",
                    severity="warning",
                    message=f"this persona keeps to '{self._title(name)}' without an exception",
                    place=place,
                    hint="remove the exception",
                )

    def _bounded(self, case: Case) -> _Lost:
        """What the boundary of the guardrails takes away."""
        access = case.identity
        if access is None:
            return _Lost(found=(), unknown=())
        within = Access(policies=access.policies, boundary=(self.boundary,))
        found, unknown = gained(within, access, case.universe)
        return _Lost(found=found, unknown=unknown)

    def _taken(
        self, product: Product, bounded: list[_Lost], *, excepted: bool
    ) -> Iterator[Diagnostic]:
        """What the boundary takes from a persona that breaks no guardrail, or may break some."""
        origin = _origins(self.catalog, product)
        persona = product.template.persona
        taken: dict[Place, dict[str, None]] = {}
        example: dict[Place, Finding] = {}
        for each in bounded:
            for one in each.found:
                place = origin(one.allowing)
                taken.setdefault(place, {}).update(dict.fromkeys(one.actions))
                example.setdefault(place, one)
            for unknown in each.unknown[:1]:
                yield self._unproved(persona, f"{unknown.actions[0]}: {unknown.reason}")
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

    def _broken(self, case: Case) -> Iterator[tuple[str, list[_Lost]]]:
        """The guardrails that are broken, and by what: an escalation by each of its steps."""
        access = case.identity
        if access is None:
            return
        for name, denials in self.steps.items():
            together = bool(self.catalog.guardrails[name].escalation)
            steps = []
            for each in denials:
                steps.append(_lost(access, each, case))
                if together and not steps[-1]:
                    break
            if (all if together else any)(steps):
                yield name, steps

    def _told(
        self, product: Product, name: str, steps: list[_Lost], options: str
    ) -> Iterator[Diagnostic]:
        """An escalation is told once, all else at each statement that breaks the guardrail."""
        origin = _origins(self.catalog, product)
        persona = product.template.persona
        title = self._title(name)
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
                f" it may {_request(each)}{options}",
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

    def _unproved(self, persona: str, why: str, *route: str | int) -> Diagnostic:
        return Diagnostic(
            rule="guardrail-unproved",
            severity="error",
            message=f"it is not known whether '{persona}' keeps to the guardrails: {why}",
            place=self.catalog.place("personas", persona, *route),
        )

    def _title(self, guardrail: str) -> str:
        return self.catalog.guardrails[guardrail].title


def _lost(access: Access, denying: Policy, case: Case) -> _Lost:
    bounded = Access(policies=(*access.policies, denying), boundary=access.boundary)
    found, unknown = gained(bounded, access, case.universe)
    return _Lost(found=found, unknown=unknown)


def _policy(statements: list[Body]) -> Policy:
    body = {"Version": quota.VERSION, "Statement": statements}
    return document.parse(body, name="guardrail", kind="identity")


def _origins(catalog: Catalog, product: Product) -> Callable[[Statement], Place]:
    """Where in the catalog a statement comes from."""
    entitlements = product.packing.entitlements
    own: Mapping[str, Place] = {each.sid: each.origin for each in entitlements.statements}
    theirs = {
        plain_name(each): catalog.place("personas", entitlements.persona, "managed_policies", index)
        for index, each in enumerate(entitlements.managed_policies)
    }

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
