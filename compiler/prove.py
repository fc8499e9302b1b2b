"""Prove that personas keep to the guardrails of their catalog.

For each persona: each combination of its options, the AWS managed policies that it attaches, and
every value that the patterns of its launch parameters admit. Of switches that only add it is enough
to look at all of them together: whatever a role may do with some of them on, it may do then.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from compiler.boundary import boundary
from compiler.breach import Lost, Telling
from compiler.build import compile_persona
from compiler.cases import cases
from compiler.diagnostic import Diagnostic
from compiler.guardrail import deny_statements
from compiler.iam import document, quota
from compiler.iam.difference import gained
from compiler.iam.request import Access
from compiler.managed import attached_name
from compiler.render import Launch, partition_of
from compiler.rules import guardrails
from compiler.subject import Subject, SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from compiler.build import Product
    from compiler.case import Case
    from compiler.catalog import Activity, Catalog, Persona
    from compiler.iam.document import Policy
    from compiler.iam.finding import Finding
    from compiler.place import Place
    from compiler.subject import Attached
    from compiler.template import Body


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
    found = [*guardrails.exceptions(catalog, today), *_misnamed(catalog, attached)]
    if not catalog.guardrails:
        return tuple(found)
    proofs = [_Proof(catalog, attached, place) for place in places(catalog.settings.regions)]
    for persona in catalog.personas:
        found += _everywhere([tuple(proof.of(persona)) for proof in proofs])
        watch(persona)
    return tuple(found)


def _misnamed(catalog: Catalog, attached: Attached) -> Iterator[Diagnostic]:
    """AWS managed policies by another path than AWS's: templates write their ARNs."""
    for place, name in _attached_by(catalog):
        try:
            wanted = attached_name(attached(name).arn)
        except SubjectError:
            # That there is no copy is told where one is needed.
            continue
        if wanted != name:
            yield Diagnostic(
                rule="managed-policy-name",
                severity="error",
                message=f"AWS has no policy '{name}': it stands on a path, as '{wanted}'",
                place=place,
                hint=f"write '{wanted}'",
            )


def _attached_by(catalog: Catalog) -> Iterator[tuple[Place, str]]:
    holders: Mapping[str, Persona | Activity]
    folders = (("personas", catalog.personas), ("activities", catalog.activities))
    for folder, holders in folders:
        for identifier, holder in holders.items():
            for index, name in enumerate(holder.managed_policies):
                yield catalog.place(folder, identifier, "managed_policies", index), name


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
        self.telling = Telling(catalog)
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
        if product.packing.entitlements.kind == "domain":
            # It makes no policy, so that there is nothing to keep to.
            return
        subject = Subject(
            name=persona, kind="template", body=product.template.body, source=self.catalog.root
        )
        absent = tuple(self._not_at_hand(product))
        if absent:
            yield from absent
            return
        try:
            opened = cases(subject, {}, self.place, self.attached)
        except SubjectError as error:
            yield self.telling.unproved(persona, str(error))
            return
        if opened.left_out:
            yield self.telling.unproved(persona, opened.left_out)
        yield from self._of_cases(product, opened.cases)

    def _not_at_hand(self, product: Product) -> Iterator[Diagnostic]:
        """The AWS managed policies whose documents are missing, each where it is attached."""
        for each in product.packing.entitlements.attachments:
            try:
                self.attached(each.name)
            except SubjectError as error:
                unproved = self.telling.unproved(product.template.persona, str(error))
                yield replace(unproved, place=each.origin)

    def _of_cases(self, product: Product, looked_at: Iterable[Case]) -> Iterator[Diagnostic]:
        persona = product.template.persona
        excepted = {
            each.guardrail: index
            for index, each in enumerate(self.catalog.personas[persona].exceptions)
        }
        broken: dict[str, list[Lost]] = {}
        where: dict[str, dict[int, Case]] = {}
        looked_at = tuple(looked_at)
        bounded: list[Lost] = []
        widest = ((number, each) for number, case in enumerate(looked_at) for each in case.widest())
        for number, case in widest:
            # All that guardrails deny at once: nearly always nothing is lost, and nothing to ask.
            lost = self._bounded(case)
            if lost:
                bounded.append(lost)
                for name, steps in self._broken(case):
                    # Of several combinations of options the first one shows it.
                    broken.setdefault(name, steps)
                    where.setdefault(name, {}).setdefault(number, case)
        if bounded and not any(each not in excepted for each in broken):
            yield from self.telling.taken(product, bounded, excepted=bool(excepted))
        for name, steps in broken.items():
            if name not in excepted:
                options = partial(_options, [*where[name].values()], len(looked_at))
                yield from self.telling.broken(product, name, steps, options)
        for name, index in excepted.items():
            if name in self.catalog.guardrails and name not in broken:
                place = self.catalog.place("personas", persona, "exceptions", index)
                yield Diagnostic(
                    rule="needless-exception",
                    severity="warning",
                    message=f"this persona keeps to '{self.telling.title(name)}' without"
                    " an exception",
                    place=place,
                    hint="remove the exception",
                )

    def _bounded(self, case: Case) -> Lost:
        """What the boundary of the guardrails takes away."""
        access = case.identity
        if access is None:
            return Lost(found=(), unknown=())
        within = Access(policies=access.policies, boundary=(self.boundary,))
        found, unknown = gained(within, access, case.universe)
        return Lost(found=found, unknown=unknown)

    def _broken(self, case: Case) -> Iterator[tuple[str, list[Lost]]]:
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


def _options(broken: list[Case], number: int, found: Iterable[Finding]) -> str:
    """With which options something is found: no more switches on than it depends on.

    Args:
        broken: the cases in which it is found, that where it was first, first.
        number: how many cases there are, whatever the switches.
        found: what is found.
    """
    switches = frozenset(one for each in found for one in broken[0].asked_by(each.allowing))
    if len(broken) < number:
        told = dict.fromkeys(each.with_switches(switches).label for each in broken)
        return f", with {' or '.join(told)}"
    added = broken[0].added
    return f", with {added.label(switches)}" if added and switches else ""


def _lost(access: Access, denying: Policy, case: Case) -> Lost:
    bounded = Access(policies=(*access.policies, denying), boundary=access.boundary)
    found, unknown = gained(bounded, access, case.universe)
    return Lost(found=found, unknown=unknown)


def _policy(statements: list[Body]) -> Policy:
    body = {"Version": quota.VERSION, "Statement": statements}
    return document.parse(body, name="guardrail", kind="identity")
