"""Principals: who may launch the products of a portfolio, and who gets in unintended.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostic import error
from compiler.rules.card import Card, portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import View

_FILE = "portfolios/people.yaml"
_SOURCE = (
    "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"
)
_JOBS = """\
title: Jobs
description: What jobs run with.
products:
  trainer: {}
"""
_TRAINER = """\
title: Trainer
description: Trains models.
version: 1.0.0
trust: sagemaker
activities: [read-buckets]
"""


def _principal(text: str) -> str:
    return portfolio(f'principals: ["{text}"]\n')


CARDS = (
    Card(
        rule="principal-form",
        what="A principal that Service Catalog does not take: no role, user or group, a wildcard in"
        " the ARN of one, or one that stands there twice.",
        why="The principal cannot be associated, and publishing stops.",
        file=_FILE,
        failing=_principal("arn:aws:iam::111122223333:role/science/*"),
        passing=_principal("arn:aws:iam:::role/science/*"),
        source=_SOURCE,
    ),
    Card(
        rule="open-principal",
        severity="warning",
        what="A pattern of principals that names no path, has a wildcard in its first folder, or"
        " matches longer names of permission sets.",
        why="Whoever may create a role, in any account that the portfolio is shared with, or a"
        " permission set, chooses a name that matches, and launches.",
        file=_FILE,
        failing=_principal("arn:aws:iam:::role/DataScience*"),
        passing=_principal("arn:aws:iam:::role/science/DataScience*"),
        source=_SOURCE,
    ),
    Card(
        rule="promoting-principal",
        what="A pattern of principals that matches roles which launches of another portfolio make.",
        why="Who may launch a product there gets a role that may launch what is here: self-service"
        " would be self-promotion.",
        file=_FILE,
        failing=_principal("arn:aws:iam:::role/small/people/*"),
        passing=_principal("arn:aws:iam:::role/science/*"),
        beside={"portfolios/jobs.yaml": _JOBS, "personas/trainer.yaml": _TRAINER},
    ),
)

PRINCIPAL = re.compile(r"arn:[^:]+:iam::(?P<account>[0-9]*):(?P<resource>.*)", re.DOTALL)
_EXACT = re.compile(r"(role|user|group)/([\w+=,.@-]+/)*[\w+=,.@-]+", re.ASCII)
_PATTERN = re.compile(r"(role|user|group)/([\w+=,.@*?-]+/)*[\w+=,.@*?-]+", re.ASCII)
_WILDCARDS = frozenset("*?")
_OF_PERMISSION_SETS = re.compile(r"/AWSReservedSSO_[^/]*\*$")
"""Roles of IAM Identity Center: a permission set's name, and sixteen characters.
https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html"""


def is_pattern(principal: str) -> bool:
    """Whether a principal is a pattern (IAM_PATTERN): then its ARN has no account."""
    found = PRINCIPAL.fullmatch(principal)
    return found is not None and not found["account"]


def check(view: View) -> Iterator[Diagnostic]:
    """Every principal of every portfolio."""
    catalog = view.catalog
    for name, each in catalog.portfolios.items():
        for index, principal in enumerate(each.principals):
            place = catalog.place("portfolios", name, "principals", index)
            if principal in each.principals[:index]:
                yield error("principal-form", "this principal stands here twice", place)
                continue
            refused = _form(principal, place)
            if refused:
                yield refused
            elif is_pattern(principal):
                yield from _openness(principal, place)
                if view.has_settings:
                    yield from _promotion(catalog, name, principal, place)


def _form(principal: str, place: Place) -> Diagnostic | None:
    _, account, resource = principal.split(":", 5)[3:]
    if not account and _PATTERN.fullmatch(resource):
        return None
    if account and _EXACT.fullmatch(resource):
        return None
    if account and _PATTERN.fullmatch(resource):
        message = "a principal with an account is one role, user or group: it takes no wildcard"
        return error("principal-form", message, place, "leave out the account: iam:::role/…")
    message = f"'{resource}' is no principal; a principal is role/…, user/… or group/…, by path"
    return error("principal-form", f"{message} and name", place)


def _openness(principal: str, place: Place) -> Iterator[Diagnostic]:
    resource = principal.rpartition(":")[2]
    kind, first, *rest = resource.split("/")
    if rest and not _WILDCARDS & set(first):
        if _OF_PERMISSION_SETS.search(resource):
            message = "this pattern matches every permission set whose name begins so"
            hint = f"end it with the characters that AWS adds: _{'?' * 16}"
            yield error("open-principal", message, place, hint, severity="warning")
        return
    what = "has a wildcard in its first folder" if rest else "names no path"
    message = f"this pattern {what}: whoever may create a {kind} of a matching name gets in"
    hint = f"name the folder that only administrators create a {kind} in"
    yield error("open-principal", message, place, hint, severity="warning")


def _promotion(catalog: Catalog, name: str, principal: str, place: Place) -> Iterator[Diagnostic]:
    settings = catalog.settings
    resource = principal.rpartition(":")[2]
    here = set(catalog.portfolios[name].products)
    for serves, path in (
        ("people", settings.role_path),
        ("jobs", settings.execution_role_path),
    ):
        if not reaches(resource, f"role{path}"):
            continue
        for other, each in catalog.portfolios.items():
            makes = [
                product
                for product in each.products
                if (found := catalog.personas.get(product))
                and (found.kind, found.serves) == ("role", serves)
            ]
            # Who may launch all of it anyway gains nothing.
            if makes and not here <= set(each.products):
                message = f"this pattern matches roles on {path}, as launches of '{makes[0]}' in"
                yield error(
                    "promoting-principal",
                    f"{message} the portfolio '{other}' make them",
                    place,
                    "name roles that no launch makes",
                )
                return


def reaches(pattern: str, prefix: str) -> bool:
    """Whether a pattern matches some text that begins so: `*` any text, `?` one character or none.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
    """
    at = _skipped(pattern, {0})
    for character in prefix:
        moved = set()
        for index in at:
            if index == len(pattern):
                continue
            if pattern[index] == "*":
                moved.add(index)
            elif pattern[index] in ("?", character):
                moved.add(index + 1)
        at = _skipped(pattern, moved)
    return bool(at)


def _skipped(pattern: str, at: set[int]) -> set[int]:
    """Where a pattern can be, too, since wildcards may stand for nothing."""
    found = set()
    for index in at:
        here = index
        found.add(here)
        while here < len(pattern) and pattern[here] in _WILDCARDS:
            here += 1
            found.add(here)
    return found
