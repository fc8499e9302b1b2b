"""GitHub's identity provider, and which workflows it vouches for.

A token says of a job: its repository, by name and by an id that no other repository ever has, and
its environment, or else its branch or that a pull request started it. STS tests these claims, among
them `repository_id` and `ref`.
https://docs.github.com/en/actions/reference/security/oidc
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs.aws import Principal, Statement
from troposphere import Equals, If, Ref, Sub, Tags, encode_to_dict
from troposphere.iam import OIDCProvider

from compiler.emit.permissions import condition
from compiler.emit.statements import action
from compiler.iam import quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.template import Body

PROVIDER = "GitHubProvider"
MAKE_PROVIDER = "MakeGitHubProvider"
"""The parameter that says whether the provider is made, or the account has it."""

MAKES_PROVIDER = "MakesGitHubProvider"
"""The Condition that it is."""

HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

OWNER = "GitHubOwner"
REPOSITORY = "GitHubRepository"
REPOSITORY_ID = "GitHubRepositoryId"
OWNER_ID = "GitHubOwnerId"
BRANCH = "Branch"
ENVIRONMENT = "Environment"


def provider_conditions() -> Body:
    """The Conditions of a template with the provider."""
    return {MAKES_PROVIDER: encode_to_dict(Equals(Ref(MAKE_PROVIDER), "yes"))}


def provider_resources(tags: Mapping[str, str]) -> Body:
    """The provider, where the account has none: it can have one for a URL.

    It outlives its stack, as the roles of others may have come to trust it. IAM needs no thumbprint
    of GitHub's.
    """
    provider = OIDCProvider(
        PROVIDER,
        Condition=MAKES_PROVIDER,
        Url=f"https://{HOST}",
        ClientIdList=[AUDIENCE],
        Tags=Tags(dict(tags)),
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )
    return {PROVIDER: provider.to_dict()}


def provider_arn() -> If:
    """The ARN of the provider: the same in any case, but one that is made is waited for."""
    standing = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{HOST}"
    return If(MAKES_PROVIDER, Ref(PROVIDER), Sub(standing))


def trust_to_plan() -> Body:
    """Any branch of the repository, and its pull requests; no job with an environment."""
    subjects = [*_subjects("pull_request"), *_subjects("ref:refs/heads/*")]
    return _trust("PullRequestsAndBranches", {"StringLike": {"sub": subjects}})


def trust_to_publish() -> Body:
    """Jobs of one branch with one environment.

    The subject of a job with an environment says nothing of its branch, so that `ref` has to.
    """
    claims = {
        "sub": _subjects(f"environment:${{{ENVIRONMENT}}}"),
        "ref": Sub(f"refs/heads/${{{BRANCH}}}"),
    }
    return _trust("OneBranchAndEnvironment", {"StringEquals": claims})


def _subjects(job: str) -> list[Sub]:
    """Both forms of a subject: by names, and by names and ids, as newer repositories have it."""
    owner, name = f"${{{OWNER}}}", f"${{{REPOSITORY}}}"
    owner_id, name_id = f"${{{OWNER_ID}}}", f"${{{REPOSITORY_ID}}}"
    return [
        Sub(f"repo:{owner}/{name}:{job}"),
        Sub(f"repo:{owner}@{owner_id}/{name}@{name_id}:{job}"),
    ]


def _trust(sid: str, claims: Mapping[str, Mapping[str, Any]]) -> Body:
    exact = {"aud": AUDIENCE, "repository_id": Ref(REPOSITORY_ID), **claims.get("StringEquals", {})}
    operators = {**claims, "StringEquals": exact}
    statement = Statement(
        Sid=sid,
        Effect="Allow",
        Principal=Principal("Federated", provider_arn()),
        Action=[action("sts:AssumeRoleWithWebIdentity")],
        Condition=condition(
            {
                operator: {f"{HOST}:{claim}": value for claim, value in keys.items()}
                for operator, keys in operators.items()
            }
        ),
    )
    return {"Version": quota.VERSION, "Statement": [encode_to_dict(statement)]}
