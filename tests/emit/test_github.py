"""compiler.emit.github: which jobs of which repository get which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.iam import document
from compiler.iam.document import Principal
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request
from tests.emit.hub import ACCOUNT, PROVIDER, resources

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB = "token.actions.githubusercontent.com"
NAMES = "repo:acme/personas"
IDS = "repo:acme@4321/personas@123456789"
MAIN = "refs/heads/main"

CLAIMS: dict[str, tuple[dict[str, str], set[str]]] = {
    "a pull request": ({"sub": f"{NAMES}:pull_request", "ref": "refs/pull/7/merge"}, {"PlanRole"}),
    "a pull request, by ids": (
        {"sub": f"{IDS}:pull_request", "ref": "refs/pull/7/merge"},
        {"PlanRole"},
    ),
    "a push to a branch": (
        {"sub": f"{NAMES}:ref:refs/heads/new/persona", "ref": "refs/heads/new/persona"},
        {"PlanRole"},
    ),
    "a push to a branch, by ids": (
        {"sub": f"{IDS}:ref:refs/heads/new", "ref": "refs/heads/new"},
        {"PlanRole"},
    ),
    "main without an environment": ({"sub": f"{NAMES}:ref:{MAIN}", "ref": MAIN}, {"PlanRole"}),
    "main with the environment": (
        {"sub": f"{NAMES}:environment:publish", "ref": MAIN},
        {"PublishRole"},
    ),
    "main with the environment, by ids": (
        {"sub": f"{IDS}:environment:publish", "ref": MAIN},
        {"PublishRole"},
    ),
    "main with another environment": ({"sub": f"{NAMES}:environment:prod", "ref": MAIN}, set()),
    "an environment whose name goes on": (
        {"sub": f"{NAMES}:environment:publish-test", "ref": MAIN},
        set(),
    ),
    "a branch with the environment": (
        {"sub": f"{NAMES}:environment:publish", "ref": "refs/heads/new"},
        set(),
    ),
    "a pull request with the environment": (
        {"sub": f"{NAMES}:environment:publish", "ref": "refs/pull/7/merge"},
        set(),
    ),
    "a tag that is called main": (
        {"sub": f"{NAMES}:ref:refs/tags/main", "ref": "refs/tags/main"},
        set(),
    ),
    "a tag with the environment": (
        {"sub": f"{NAMES}:environment:publish", "ref": "refs/tags/main"},
        set(),
    ),
    "the environment, and no branch told": ({"sub": f"{NAMES}:environment:publish"}, set()),
    "another repository of the name that this one had": (
        {"sub": f"{NAMES}:environment:publish", "ref": MAIN, "repository_id": "987654321"},
        set(),
    ),
    "a pull request in it": (
        {"sub": f"{NAMES}:pull_request", "ref": "refs/pull/7/merge", "repository_id": "987654321"},
        set(),
    ),
    "a fork's own pull request": (
        {
            "sub": "repo:mallory/personas:pull_request",
            "ref": "refs/pull/1/merge",
            "repository_id": "555",
        },
        set(),
    ),
    "a fork's own main": (
        {"sub": "repo:mallory/personas:environment:publish", "ref": MAIN, "repository_id": "555"},
        set(),
    ),
    "a repository whose name goes on": (
        {"sub": "repo:acme/personas-fork:pull_request", "ref": "refs/pull/7/merge"},
        set(),
    ),
    "other ids behind the names": (
        {"sub": "repo:acme@1/personas@2:environment:publish", "ref": MAIN},
        set(),
    ),
    "a subject of another form": ({"sub": "repository_id:123456789", "ref": MAIN}, set()),
    "no repository told": (
        {"sub": f"{NAMES}:environment:publish", "ref": MAIN, "repository_id": ""},
        set(),
    ),
    "no audience": ({"sub": f"{NAMES}:environment:publish", "ref": MAIN, "aud": ""}, set()),
    "another audience": (
        {
            "sub": f"{NAMES}:pull_request",
            "ref": "refs/pull/7/merge",
            "aud": "https://github.com/acme",
        },
        set(),
    ),
    "no subject": ({"ref": MAIN}, set()),
}
"""Claims of a token to the roles that it gets; `aud` and `repository_id` are ours where unsaid."""


def getting(claims: Mapping[str, str], provider: str = PROVIDER, **given: str) -> set[str]:
    told = {"aud": "sts.amazonaws.com", "repository_id": "123456789", **claims}
    request = Request(
        action="sts:AssumeRoleWithWebIdentity",
        context={f"{GITHUB}:{claim}": value for claim, value in told.items() if value},
        principal=Principal("Federated", provider),
    )
    got = set()
    for role in ("PlanRole", "PublishRole"):
        trust = resources(**given)[role]["Properties"]["AssumeRolePolicyDocument"]
        policy = document.parse(trust, name=role, kind="trust")
        if decide(Access(policies=(policy,)), request).decision == "allowed":
            got.add(role)
    return got


@pytest.mark.parametrize("job", CLAIMS)
def test_a_job_gets_the_roles_that_it_should(job: str) -> None:
    claims, roles = CLAIMS[job]

    assert getting(claims) == roles


def test_only_github_vouches() -> None:
    claims, _ = CLAIMS["main with the environment"]
    impostor = f"arn:aws:iam::{ACCOUNT}:oidc-provider/example.com"

    assert getting(claims, impostor) == set()


def test_nobody_gets_a_role_by_other_means() -> None:
    for role in ("PlanRole", "PublishRole"):
        trust = resources()[role]["Properties"]["AssumeRolePolicyDocument"]
        assert [each["Action"] for each in trust["Statement"]] == [
            ["sts:AssumeRoleWithWebIdentity"]
        ]
        assert [list(each["Principal"]) for each in trust["Statement"]] == [["Federated"]]


def test_branch_and_environment_are_as_they_are_given() -> None:
    given = {"Branch": "release/2026", "Environment": "production"}
    sub = f"{NAMES}:environment:production"

    assert getting({"sub": sub, "ref": "refs/heads/release/2026"}, **given) == {"PublishRole"}
    assert getting(CLAIMS["main with the environment"][0], **given) == set()


def test_the_provider_is_made_where_there_is_none() -> None:
    made, kept = resources(), resources(MakeGitHubProvider="no")

    assert made["GitHubProvider"]["Properties"]["Url"] == f"https://{GITHUB}"
    assert made["GitHubProvider"]["Properties"]["ClientIdList"] == ["sts.amazonaws.com"]
    assert "GitHubProvider" not in kept
    for role in ("PlanRole", "PublishRole"):
        trust = "AssumeRolePolicyDocument"
        assert made[role]["Properties"][trust] == kept[role]["Properties"][trust]
        (statement,) = made[role]["Properties"][trust]["Statement"]
        assert statement["Principal"] == {"Federated": PROVIDER}
