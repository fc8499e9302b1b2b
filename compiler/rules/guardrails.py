"""Guardrails: what each says, and who may break one.

Their statements are held to the rules of all statements; those about the breadth of an Allow apart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from compiler import expression
from compiler.boundary import LONGEST, boundary
from compiler.diagnostic import error, suggest
from compiler.guardrail import rendered
from compiler.iam import quota
from compiler.rules.card import Card, persona
from compiler.rules.view import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog, Guardrail
    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

_FILE = "guardrails/example.yaml"
_BOUNDARIES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"


def _guardrail(rest: str) -> str:
    return f"title: Example\ndescription: An example.\n{rest}"


def _escalation(first: str = "", second: str = "") -> str:
    return _guardrail(f"""\
escalation:
  - actions: [iam:PassRole]
    conditions: {{StringEquals: {{iam:PassedToService: lambda.amazonaws.com}}}}
{first}  - actions: [lambda:CreateFunction]
{second}""")


def _settings(boundary_name: str) -> str:
    return f"""\
name: small
title: Small
provider: Platform
role_path: /small/people/
execution_role_path: /small/execution/
permissions_boundary: {boundary_name}
regions: [eu-west-1]
"""


def _tags(count: int) -> str:
    names = ", ".join(f'"ou-{number:028}"' for number in range(count))
    return _guardrail(f"""\
deny:
  - actions: [s3:GetObject]
    conditions: {{StringEquals: {{aws:PrincipalTag/unit: [{names}]}}}}
""")


def _excepted(exceptions: str) -> str:
    return persona(f"trust: sagemaker\nactivities: [read-buckets]\n{exceptions}")


def _exception(guardrail: str, expires: str) -> str:
    return _excepted(f"""\
exceptions:
  - guardrail: {guardrail}
    reason: The team moves its models until then.
    expires: {expires}
""")


_BOUNDED = "    bounded: true\n"
_DENY = _guardrail("deny:\n  - actions: [s3:PutBucketPolicy]\n")
_RESOURCE = 'arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:domain/*"]\n'
_DOMAINS = _guardrail(f"""\
deny:
  - actions: [sagemaker:DeleteDomain]
    resources: ["{_RESOURCE}""")

CARDS = (
    Card(
        rule="guardrail-form",
        what="A guardrail that has not either deny or escalation, an escalation of one step, or a"
        " statement with both resources and except_resources.",
        why="It would not be clear what breaks it: one request, or several steps together.",
        file=_FILE,
        failing=_guardrail("sources: []\n"),
        passing=_DENY,
    ),
    Card(
        rule="escalation-bounded",
        what="An escalation of which not exactly one step is bounded.",
        why="The boundary stops an escalation at one step, and takes away no more than it must.",
        file=_FILE,
        failing=_escalation(),
        passing=_escalation(second=_BOUNDED),
        source=_BOUNDARIES,
    ),
    Card(
        rule="launch-in-guardrail",
        what="A launch parameter, or the Region, in a guardrail.",
        why="A guardrail holds for every launch, and its boundary stands once in an account, for"
        " all Regions.",
        file=_FILE,
        failing=_DOMAINS.replace(":*:", ":${AWS::Region}:"),
        passing=_DOMAINS,
        source=_BOUNDARIES,
    ),
    Card(
        rule="boundary-too-long",
        what="Guardrails whose boundary is longer than a managed policy may be.",
        why="IAM refuses the boundary, and no account could have it.",
        file=_FILE,
        failing=_tags(200),
        passing=_tags(100),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ),
    Card(
        rule="boundary-on-role-path",
        what="A permissions boundary on a path where roles stand.",
        why="Whoever may write the policies of roles could write the boundary that holds them.",
        file="catalog.yaml",
        failing=_settings("small/people/boundary"),
        passing=_settings("small/boundary"),
        source=_BOUNDARIES,
    ),
    Card(
        rule="unknown-guardrail",
        what="An exception from a guardrail that no file in guardrails/ defines.",
        why="Its author believes that the persona may do something, and it may not.",
        file="personas/analyst.yaml",
        failing=_exception("bucket-policy", "2027-03-31"),
        passing=_excepted(""),
        beside={"guardrails/bucket-policies.yaml": _DENY},
    ),
    Card(
        rule="guardrail-exception",
        severity="warning",
        what="An exception from a guardrail, told every time as long as it stands.",
        why="The persona can do what no other may: it should end, and not be forgotten.",
        file="personas/analyst.yaml",
        failing=_exception("bucket-policies", "2027-03-31"),
        passing=_excepted(""),
        beside={"guardrails/bucket-policies.yaml": _DENY},
    ),
    Card(
        rule="exception-expired",
        what="An exception from a guardrail after the last day that it was meant for.",
        why="What was to be for a time would be for ever.",
        file="personas/analyst.yaml",
        failing=_exception("bucket-policies", "2026-03-31"),
        passing=_excepted(""),
        beside={"guardrails/bucket-policies.yaml": _DENY},
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every guardrail, the boundary that they make together, and every exception."""
    catalog = view.catalog
    for name, each in catalog.guardrails.items():
        yield from _form(catalog, name, each)
        if each.escalation:
            yield from _bounded(catalog, name, each)
    for statement in view.prohibitions:
        yield from _statement(statement)
    yield from _path(catalog)
    if catalog.guardrails and _is_readable(view):
        yield from _length(catalog)
    for identifier, found in catalog.personas.items():
        for index, exception in enumerate(found.exceptions):
            name = exception.guardrail
            if name not in catalog.guardrails and not view.is_broken("guardrails", name):
                place = catalog.place("personas", identifier, "exceptions", index, "guardrail")
                message = f"there is no guardrail '{name}'"
                near = suggest(name, catalog.guardrails)
                yield error("unknown-guardrail", message, place, near)


def exceptions(catalog: Catalog, today: date) -> Iterator[Diagnostic]:
    """Every exception from a guardrail that there is: a warning, or an error once it expired."""
    for identifier, each in catalog.personas.items():
        for index, exception in enumerate(each.exceptions):
            if exception.guardrail not in catalog.guardrails:
                continue
            place = catalog.place("personas", identifier, "exceptions", index)
            title = catalog.guardrails[exception.guardrail].title
            if date.fromisoformat(exception.expires) < today:
                message = f"the exception from '{title}' expired on {exception.expires}"
                at = replace(place, route=(*place.route, "expires"))
                hint = "let the persona keep to the guardrail, or review the exception"
                yield error("exception-expired", message, at, hint)
                continue
            reason = exception.reason.strip().rstrip(".")
            message = f"until {exception.expires} this persona may break '{title}': {reason}"
            yield error("guardrail-exception", message, place, severity="warning")


def _form(catalog: Catalog, name: str, guardrail: Guardrail) -> Iterator[Diagnostic]:
    place = catalog.place("guardrails", name)
    if guardrail.deny and guardrail.escalation:
        message = "this guardrail has both deny and escalation; it needs one of them"
        at = catalog.place("guardrails", name, "escalation", on="key")
        yield error("guardrail-form", message, at, "write two guardrails")
    elif not guardrail.deny and not guardrail.escalation:
        message = "this guardrail forbids nothing; it needs deny or escalation"
        yield error("guardrail-form", message, replace(place, on="key"))
    elif len(guardrail.escalation) == 1:
        message = "this escalation has one step; it needs several that escalate together"
        at = catalog.place("guardrails", name, "escalation", on="key")
        yield error("guardrail-form", message, at, "write it under deny")


def _bounded(catalog: Catalog, name: str, guardrail: Guardrail) -> Iterator[Diagnostic]:
    bounded = [index for index, each in enumerate(guardrail.escalation) if each.bounded]
    if len(bounded) == 1:
        return
    if bounded:
        place = catalog.place("guardrails", name, "escalation", bounded[1], "bounded")
        message = f"{len(bounded)} steps of this escalation are bounded; one is enough"
        hint = "keep it at the step that personas need least"
        yield error("escalation-bounded", message, place, hint)
    else:
        place = catalog.place("guardrails", name, "escalation", on="key")
        message = "no step of this escalation is bounded; the boundary has to deny one"
        hint = "add 'bounded: true' to the step that personas need least"
        yield error("escalation-bounded", message, place, hint)


def _statement(statement: StatementView) -> Iterator[Diagnostic]:
    if statement.except_resources and statement.resources != ("*",):
        place = statement.place("except_resources", on="key")
        message = "this statement has both resources and except_resources; it needs one of them"
        yield error("guardrail-form", message, place)
    for text, place in statement.texts():
        for token in parsed(text) or ():
            match token:
                case expression.Parameter(name):
                    what, hint = f"the launch parameter {name}", "write the value out"
                case expression.Pseudo("AWS::Region" as name):
                    what, hint = "one Region", "write * for the Region"
                case _:
                    continue
            message = f"a guardrail cannot depend on {what}: it holds for every launch"
            at = replace(place, fragment=f"${{{name}}}")
            yield error("launch-in-guardrail", message, at, hint)


def _path(catalog: Catalog) -> Iterator[Diagnostic]:
    settings = catalog.settings
    if not catalog.guardrails and settings.permissions_boundary is None:
        return
    for path in (settings.role_path, settings.execution_role_path):
        if f"/{catalog.boundary}".startswith(path):
            place = catalog.settings_place("permissions_boundary")
            message = f"the boundary '{catalog.boundary}' stands on {path}, where roles stand"
            hint = "give permissions_boundary a path beside it"
            yield error("boundary-on-role-path", message, place, hint)


def _is_readable(view: View) -> bool:
    """Whether no other rule has anything to say that keeps the boundary from being made."""
    return not view.has_broken("guardrails", "catalog") and all(
        parsed(text) is not None
        and not any(isinstance(token, expression.Parameter) for token in parsed(text) or ())
        for each in view.prohibitions
        for text, _ in each.texts()
    )


def _length(catalog: Catalog) -> Iterator[Diagnostic]:
    made = boundary(catalog)
    over = made.characters - quota.MANAGED_POLICY
    if over <= 0:
        return
    pseudo = LONGEST.pseudo()
    longest = max(made.statements, key=lambda each: quota.characters(rendered(each, pseudo)))
    message = (
        f"the boundary of these guardrails has {made.characters:,} characters, {over:,} more than"
        f" the quota of {quota.MANAGED_POLICY:,}"
    )
    hint = "write actions with wildcards, or give statements the same resources and conditions"
    yield error("boundary-too-long", message, longest.origin, hint)
