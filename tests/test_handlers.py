"""compiler.handlers: what CloudFormation's handlers need, by the schemas of the registry."""

from __future__ import annotations

import pytest

from compiler.handlers import NEEDED_BY, NEVER, handlers
from compiler.iam import reference
from compiler.launch_permissions import PROPERTIES
from compiler.lint import registry_schema

ROLE, POLICY = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"
DOMAIN = "AWS::SageMaker::Domain"


def test_what_a_role_needs_follows_its_properties() -> None:
    bare = handlers(ROLE).needed(frozenset())
    full = handlers(ROLE).needed(frozenset({"ManagedPolicyArns", "Policies"}))

    assert "iam:CreateRole" in bare
    assert full - bare == {
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:PutRolePolicy",
    }


def test_a_policy_that_names_nobody_is_attached_to_nobody() -> None:
    needed = handlers(POLICY).needed(frozenset())

    assert not [each for each in needed if "Attach" in each or "Detach" in each]
    assert "iam:CreatePolicyVersion" in needed


def test_what_tagging_needs_is_among_it() -> None:
    tagging = set(registry_schema(ROLE)["tagging"]["permissions"])

    assert "iam:ListRoleTags" in tagging
    assert tagging <= handlers(ROLE).needed(frozenset())


def test_a_boundary_is_never_removed_though_the_schema_lists_it() -> None:
    found = handlers(ROLE)

    assert "iam:DeleteRolePermissionsBoundary" in found.actions["update"]
    assert not NEVER & found.needed(frozenset(NEEDED_BY[ROLE]))


def test_the_handler_that_lists_all_of_a_type_is_not_asked() -> None:
    assert "iam:ListRoles" in registry_schema(ROLE)["handlers"]["list"]["permissions"]
    assert "iam:ListRoles" not in handlers(ROLE).needed(frozenset(NEEDED_BY[ROLE]))


def test_names_that_are_no_actions_are_told_and_dropped() -> None:
    found = handlers(DOMAIN)

    assert found.unknown == (
        "efs:CreateFileSystem",
        "efs:DeleteFileSystem",
        "efs:DeleteMountTarget",
        "efs:DescribeMountTargets",
    )
    assert not {each for each in found.needed(frozenset()) if each.startswith("efs:")}


@pytest.mark.parametrize("kind", PROPERTIES)
def test_no_other_name_of_ours_is_dropped(kind: str) -> None:
    """If this fails: a newer schema has another name that is none. See what AWS means by it."""
    assert kind == DOMAIN or handlers(kind).unknown == ()


def test_an_action_is_spelled_as_aws_does() -> None:
    listed = registry_schema(DOMAIN)["handlers"]["create"]["permissions"]
    needed = handlers(DOMAIN).needed(frozenset({"KmsKeyId"}))

    assert "kms:GenerateDataKeyWithoutPlainText" in listed
    assert "kms:GenerateDataKeyWithoutPlaintext" in needed
    assert all([str(one) for one in reference.expand(each)] == [each] for each in needed)


@pytest.mark.parametrize("kind", NEEDED_BY)
def test_what_only_some_properties_need_is_in_the_schema(kind: str) -> None:
    """Neither a property nor an action that the schema does not have."""
    schema = registry_schema(kind)
    listed = {each for actions in handlers(kind).actions.values() for each in actions}
    properties = {
        name
        for one in (schema, *schema.get("definitions", {}).values())
        for name in one.get("properties", {})
    }

    assert NEEDED_BY[kind].keys() <= properties
    assert {each for actions in NEEDED_BY[kind].values() for each in actions} <= listed


def test_a_type_that_the_registry_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no AWS::IAM::Nobody"):
        handlers("AWS::IAM::Nobody")
