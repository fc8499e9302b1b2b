"""Onboarding: a Studio user profile is made for a role that a person can work with there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler import expression
from compiler.diagnostic import error
from compiler.iam import document
from compiler.iam.evaluate import decide
from compiler.iam.finding import PARTITIONS
from compiler.iam.request import Access, Request, RequestError
from compiler.onboarding import CREATE_APP
from compiler.rules.card import Card, activity, persona
from compiler.rules.view import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import Catalog, Persona, Trust
    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import View

_ONBOARDING = "trust: sagemaker\nonboarding: user-profile\n"

CARDS = (
    Card(
        rule="profile-role",
        what="A user profile for a role that nobody can work with in Studio: one that serves jobs,"
        " that SageMaker cannot assume for a domain, or that may start no app.",
        why="The launch makes the profile, and Studio opens, but nothing in it works.",
        file="personas/analyst.yaml",
        failing=persona(f"{_ONBOARDING}activities: [read-buckets]\n"),
        passing=persona(f"{_ONBOARDING}activities: [read-buckets, run-apps]\n"),
        source="https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
        beside={
            "activities/run-apps.yaml": activity("""\
                - sid: Start
                  actions: [sagemaker:CreateApp]
                  resources: ["arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:app/*"]
                """)
        },
    ),
)

SAGEMAKER = document.Principal(kind="Service", name="sagemaker.amazonaws.com")
STUDIO = ("domain/d-0a1b2c3d4e5f", "user-profile/d-0a1b2c3d4e5f/jane-doe")
"""What SageMaker assumes the role of a profile for."""

ACCOUNT = "111122223333"
_ACCOUNTS = re.compile("[0-9]{12}")
_ORGANIZATIONS = ("aws:sourceorgid", "aws:sourceorgpaths")


def check(view: View) -> Iterator[Diagnostic]:
    """Every persona that onboards."""
    catalog = view.catalog
    for identifier, found in catalog.personas.items():
        if found.kind != "role" or found.onboarding is None:
            continue
        place = catalog.place("personas", identifier, "onboarding")
        if found.serves == "jobs":
            message = "a user profile is a person's, and this role serves jobs"
            hint = "remove the key, or let the role serve people"
            yield error("profile-role", message, place, hint)
        trust = catalog.trusts.get(found.trust or "")
        if trust and not admits_studio(catalog, trust):
            message = f"by the trust '{found.trust}' SageMaker cannot assume the role for Studio"
            hint = 'its aws:SourceArn has to admit domains, as AWS\'s own "…:${AWS::AccountId}:*"'
            yield error("profile-role", message, place, hint)
        if not _starts_apps(view, found):
            message = f"no activity grants {CREATE_APP}: the role can start nothing in Studio"
            yield error("profile-role", message, place, "remove the key, or add such an activity")


def _starts_apps(view: View, found: Persona) -> bool:
    """Whether some launch can; a policy of AWS's that is attached might say so."""
    if found.managed_policies:
        return True
    for name in found.composed:
        known = view.catalog.activities.get(name)
        if known is None or known.managed_policies:
            # What is missing or broken is told elsewhere.
            return True
        for each in view.of_activity.get(name, ()):
            allows = found.may_have(each.when) and each.statement.effect == "Allow"
            if allows and any(str(one) == CREATE_APP for one in each.actions):
                return True
    return False


def admits_studio(catalog: Catalog, trust: Trust) -> bool:
    """Whether SageMaker may assume a role for a domain, or a profile, of the launching account.

    Args:
        catalog: whose Regions count: one of them is enough.
        trust: who may assume the role. One that cannot be read admits it: other rules say so.
    """
    written = repr(trust.statements)
    # A trust may name its account instead of the launch's.
    accounts = dict.fromkeys([ACCOUNT, *_ACCOUNTS.findall(written)])
    for region in catalog.settings.regions:
        for account in accounts:
            for partition in PARTITIONS if "aws-" in written else PARTITIONS[:1]:
                pseudo = {
                    "AWS::Partition": partition,
                    "AWS::Region": region,
                    "AWS::AccountId": account,
                }
                if _admits(trust, pseudo):
                    return True
    return False


def _admits(trust: Trust, pseudo: Mapping[str, str]) -> bool:
    account = pseudo["AWS::AccountId"]
    where = f"arn:{pseudo['AWS::Partition']}:sagemaker:{pseudo['AWS::Region']}:{account}"
    try:
        policy = document.parse(_document(trust, pseudo), name="trust", kind="trust")
        for resource in STUDIO:
            context = {"aws:SourceArn": f"{where}:{resource}", "aws:SourceAccount": account}
            request = Request(
                action="sts:AssumeRole",
                context={**_organization(policy), **context},
                principal=SAGEMAKER,
            )
            if decide(Access(policies=(policy,)), request).decision == "allowed":
                return True
    except (document.PolicyError, RequestError):
        return True
    return False


def _organization(policy: document.Policy) -> dict[str, str]:
    """The organization that a trust names is the launching account's."""
    return {
        key: value if isinstance(value, str) else value[0]
        for statement in policy.statements
        for keys in statement.body.get("Condition", {}).values()
        for key, value in keys.items()
        if key.lower() in _ORGANIZATIONS
    }


def _document(trust: Trust, pseudo: Mapping[str, str]) -> dict[str, object]:
    """A trust policy as IAM has it."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": each.sid,
                "Effect": each.effect,
                "Principal": {
                    kind: [_text(one, pseudo) for one in who]
                    for kind, who in each.principals.items()
                },
                "Action": list(each.actions),
                "Condition": {
                    operator: {
                        key: [_text(one, pseudo) for one in values] for key, values in keys.items()
                    }
                    for operator, keys in each.conditions.items()
                },
            }
            for each in trust.statements
        ],
    }


def _text(text: str, pseudo: Mapping[str, str]) -> str:
    tokens = parsed(text) or ()
    return "".join(
        each.text
        if isinstance(each, expression.Text)
        else pseudo.get(each.name, f"${{{each.name}}}")
        for each in tokens
    )
