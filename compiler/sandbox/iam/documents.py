"""Policy documents that IAM refuses and moto's validators let through.

moto checks the grammar well where it checks at all: it never looks at the trust policy of a new
role, takes null for a resource, and asks for the newest version where IAM does not.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import BaseIAMPolicyValidator, IAMPolicyDocumentValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

_SID = re.compile(r"[0-9A-Za-z]*")
_TRUST_ACTION = re.compile(
    r"sts:(\*|AssumeRole\*?|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|SetContext"
    r"|SetSourceIdentity|TagSession)",
    re.IGNORECASE,
)


def verify_identity_policy(document: str) -> None:
    """Verify a managed or an inline policy.

    :raises MalformedPolicyDocument: in AWS's words.
    """
    for statement in _statements(document):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise MalformedPolicyDocument("Policy document should not specify a principal.")
        _verify_sid(statement)
    IAMPolicyDocumentValidator(document).validate()


def verify_trust_policy(document: str) -> None:
    """Verify the trust policy of a role.

    :raises MalformedPolicyDocument: in AWS's words.
    """
    for statement in _statements(document):
        _verify_sid(statement)
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise MalformedPolicyDocument("Missing required field Principal")
        if statement.get("Principal") in ({}, [], "", None) and "NotPrincipal" not in statement:
            raise MalformedPolicyDocument("Invalid principal in policy")
    _TrustPolicyValidator(document).validate()


def policy_size(document: str) -> int:
    """The characters that IAM counts towards a quota: all but white space.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return sum(not character.isspace() for character in document)


class _TrustPolicyValidator(BaseIAMPolicyValidator):
    """moto's validator with the versions and actions that IAM takes in a trust policy."""

    def validate(self) -> None:
        super().validate()
        for statement in self._statements:
            actions = statement.get("Action", [])
            actions = [actions] if isinstance(actions, str) else actions
            if not actions or not all(_TRUST_ACTION.fullmatch(action) for action in actions):
                raise MalformedPolicyDocument(
                    "AssumeRole policy may only specify STS AssumeRole actions."
                )
            if "Resource" in statement or "NotResource" in statement:
                raise MalformedPolicyDocument("Has prohibited field Resource.")

    def _validate_version(self) -> None:
        # Trust policies of 2008 are still the default of the console's older wizards.
        if self._policy_json.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
            raise ValueError("Version")


def _statements(document: str) -> Iterator[dict[str, Any]]:
    """The statements of a document that is well-formed enough to have some."""
    try:
        policy = json.loads(document, object_pairs_hook=_distinct)
    except ValueError:
        raise MalformedPolicyDocument("This policy contains invalid Json") from None
    if not isinstance(policy, dict):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    if any(leaf is None for leaf in _leaves(policy)):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict):
            yield statement


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    return found


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, list):
        for item in node:
            yield from _leaves(item)
    else:
        yield node


def _verify_sid(statement: dict[str, Any]) -> None:
    sid = statement.get("Sid", "")
    if isinstance(sid, str) and not _SID.fullmatch(sid):
        raise MalformedPolicyDocument(
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )
