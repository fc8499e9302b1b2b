"""compiler.emit.bootstrap: the template of the account that publishes, as a whole."""

from __future__ import annotations

import json

import pytest

from compiler.artifact import artifact
from compiler.intrinsics import ParameterError
from compiler.lint import lint
from compiler.rules import templates
from tests.emit.hub import (
    GIVEN,
    SETTINGS,
    bootstrap,
    hub,
    matches,
    ours,
    resolved,
    resources,
    small,
)


def test_the_whole_template() -> None:
    matches(bootstrap())


def test_a_catalog_without_portfolios_needs_no_hub() -> None:
    assert hub(small({"portfolios/people.yaml": None})) == {}


def test_ours_is_what_aws_takes() -> None:
    template = hub(ours())["bootstrap"]
    file = artifact(template)

    assert file.path == "hub/bootstrap.template.json"
    assert len(file.content) <= 51_200  # so that a stack takes it as text, before there is a bucket
    assert templates.check(template, len(file.content)) == ()
    assert lint(file.content.decode(), ours().settings.regions) == ()


def test_a_session_lasts_an_hour_and_roles_stand_apart() -> None:
    for role in ("PlanRole", "PublishRole"):
        properties = resources()[role]["Properties"]
        assert properties["MaxSessionDuration"] == 3_600
        assert properties["Path"] == "/personac/hub/"
        assert "RoleName" not in properties


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("GitHubOwner", "*"),
        ("GitHubOwner", "acme/personas"),
        ("GitHubRepository", "*"),
        ("GitHubRepository", "persona?"),
        ("GitHubRepository", "personas:environment"),
        ("GitHubRepository", "acme/personas"),
        ("GitHubRepositoryId", "*"),
        ("GitHubRepositoryId", ""),
        ("GitHubOwnerId", "acme"),
        ("Branch", "*"),
        ("Environment", "publish*"),
        ("MakeGitHubProvider", "arn:aws:iam::999999999999:oidc-provider/example.com"),
        ("ArtifactKey", "alias/personac"),
    ],
)
def test_a_value_that_would_let_others_in_is_refused(parameter: str, value: str) -> None:
    with pytest.raises(ParameterError, match=parameter):
        resolved(bootstrap(), {**GIVEN, parameter: value})


def test_what_others_may_need_outlives_the_stack() -> None:
    kept = {
        name
        for name, each in bootstrap().body["Resources"].items()
        if each.get("DeletionPolicy") == "RetainExceptOnCreate"
        and each.get("UpdateReplacePolicy") == "Retain"
    }

    assert kept == {"ArtifactBucket", "ArtifactBucketPolicy", "GitHubProvider"}


def test_every_region_of_the_catalog_can_be_published_in() -> None:
    settings = SETTINGS.replace("[eu-west-1]", "[eu-west-1, us-east-1]")
    template = hub(small({"catalog.yaml": settings}))["bootstrap"]
    text = json.dumps(template.body)

    assert '{"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}' in text
    assert "in eu-west-1." in template.body["Description"]
