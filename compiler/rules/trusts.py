"""Trusts: who may assume a role, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.catalog import TrustStatement
from compiler.diagnostic import error
from compiler.rules.card import Card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

_FILE = "trusts/sagemaker.yaml"
_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"


def _trust(principals: str, action: str, condition: str = "aws:SourceAccount") -> str:
    return f"""\
title: SageMaker
description: SageMaker of this account.
statements:
  - sid: SageMaker
    principals: {{{principals}}}
    actions: [{action}]
    conditions:
      StringEquals: {{{condition}: "${{AWS::AccountId}}"}}
"""


_PASSING = _trust("Service: sagemaker.amazonaws.com", "sts:AssumeRole")

CARDS = (
    Card(
        rule="trust-action",
        what="An action in a trust that does not assume a role.",
        why="IAM refuses the role, and the launch fails.",
        file=_FILE,
        failing=_trust("Service: sagemaker.amazonaws.com", "sts:GetCallerIdentity"),
        passing=_PASSING,
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    ),
    Card(
        rule="open-trust",
        what="A wildcard for a principal.",
        why="Everybody, of any account, could assume the role.",
        file=_FILE,
        failing=_trust('AWS: "*"', "sts:AssumeRole"),
        passing=_PASSING,
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ),
    Card(
        rule="confused-deputy",
        severity="warning",
        what="A trust in a service that does not say for whose account or resource it acts.",
        why="Somebody else could have the service use the role for them.",
        file=_FILE,
        failing=_trust("Service: sagemaker.amazonaws.com", "sts:AssumeRole", "sts:ExternalId"),
        passing=_PASSING,
        source=_DEPUTY,
    ),
)

ASSUMING = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
        "sts:setcontext",
    }
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html"""

SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})


def check(view: View) -> Iterator[Diagnostic]:
    """Every statement of every trust."""
    for view_of_one in view.statements:
        if isinstance(view_of_one.statement, TrustStatement):
            yield from _statement(view_of_one, view_of_one.statement)


def _statement(view: StatementView, statement: TrustStatement) -> Iterator[Diagnostic]:
    for number, action in enumerate(statement.actions):
        if action.lower() not in ASSUMING:
            message = f"'{action}' assumes no role; a trust has sts:AssumeRole and its like"
            yield error("trust-action", message, view.place("actions", number))
    if statement.effect == "Deny":
        return
    for kind, who in statement.principals.items():
        for number, each in enumerate(who):
            if "*" in each or "?" in each:
                message = f"the principal '{each}' is a wildcard: everybody may assume the role"
                place = view.place("principals", kind, number)
                yield error("open-trust", message, place, "name who may")
    keys = {key.lower() for held in statement.conditions.values() for key in held}
    if "Service" in statement.principals and not keys & SOURCES:
        message = "the service may use the role for anybody's account"
        hint = 'add to the conditions: StringEquals: {aws:SourceAccount: "${AWS::AccountId}"}'
        place = view.place("principals", "Service")
        yield error("confused-deputy", message, place, hint, severity="warning")
