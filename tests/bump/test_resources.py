"""compiler.bump.resources: what a change of a role means, and of what is made beside it."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from compiler.bump import Bump
from tests.bump.judged import READ, of, told
from tests.roles import Json, template


class TestRole:
    @pytest.mark.parametrize(
        ("old", "new", "texts"),
        [
            (template(READ, Path="/a/"), template(READ, Path="/b/"), ["major: the role is replaced: its Path is another"]),
            (template(READ), template(READ, RoleName="x"), ["major: the role is replaced: its RoleName is another"]),
            (template(READ), template(READ, Tags=[{"Key": "a", "Value": "b"}]), ["patch: the role has other tags"]),
            (template(READ), template(READ, MaxSessionDuration=3600), ["patch: the role has another longest session"]),
        ],
    )  # fmt: skip
    def test_what_changes(self, old: Json, new: Json, texts: list[str]) -> None:
        assert told(old, new) == texts

    def test_a_changed_boundary_may_take_away_anything(self) -> None:
        bound = template(READ, PermissionsBoundary="arn:aws:iam::111122223333:policy/b")

        assert told(template(READ), bound) == [
            "major: the role has another permissions boundary: not known what that takes away"
        ]
        assert told(bound, template(READ)) == [
            "minor: the role has no permissions boundary any more"
        ]

    def test_another_logical_id_replaces_the_role(self) -> None:
        body = template(READ)
        resources = {**body["Resources"]}
        resources["Person"] = resources.pop("Role")

        assert told(body, {**body, "Resources": resources}) == [
            "major: the role is replaced: in the template it was Role, and is Person"
        ]

    def test_another_logical_id_of_a_policy_does_not_matter(self) -> None:
        body = template(READ)
        resources = {**body["Resources"]}
        resources["Policy2"] = resources.pop("Policy1")

        assert of(body, {**body, "Resources": resources}).rewritten


class TestBeside:
    """What templates make beside a role and its policies."""

    PROFILE: ClassVar[Json] = {
        "UserProfileName": "one",
        "UserSettings": {"StudioWebPortal": "ENABLED"},
        "Tags": [{"Key": "personac:version", "Value": "1.0.0"}],
    }

    def body(self, **changes: Any) -> Json:
        made = template(READ)
        profile = {"Type": "AWS::SageMaker::UserProfile", "Properties": {**self.PROFILE, **changes}}
        return {**made, "Resources": {**made["Resources"], "UserProfile": profile}}

    @pytest.mark.parametrize(
        ("changes", "texts"),
        [
            (
                {"UserProfileName": "other"},
                ["major: the UserProfile is replaced: its UserProfileName is another"],
            ),
            (
                {"UserSettings": {"StudioWebPortal": "DISABLED"}},
                ["minor: the UserProfile has another UserSettings"],
            ),
            (
                {"Tags": [{"Key": "team", "Value": "ml"}]},
                ["patch: the UserProfile has other tags"],
            ),
        ],
    )
    def test_what_changes(self, changes: Json, texts: list[str]) -> None:
        assert told(self.body(), self.body(**changes)) == texts

    def test_the_version_alone_is_no_change(self) -> None:
        assert of(self.body(), self.body(Tags=[])) == Bump(level="none", reasons=())

    def test_what_comes_and_goes(self) -> None:
        assert told(template(READ), self.body()) == ["minor: the UserProfile is new"]
        assert told(self.body(), template(READ)) == ["major: the UserProfile is gone"]
