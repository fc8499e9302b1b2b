"""compiler.iam.reference: what AWS's Service Authorization Reference says."""

from __future__ import annotations

import pytest

from compiler.iam import reference
from compiler.iam.quota import characters


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("s3:GetObject", ["s3:GetObject"]),
        ("S3:getobject", ["s3:GetObject"]),
        ("s3:GetObjectAc?", ["s3:GetObjectAcl"]),
        ("iam:Pass*", ["iam:PassRole"]),
        (
            "iam:*SSH*Key",
            [
                "iam:DeleteSSHPublicKey",
                "iam:GetSSHPublicKey",
                "iam:UpdateSSHPublicKey",
                "iam:UploadSSHPublicKey",
            ],
        ),
        ("s3:GetObjekt", []),
        ("s3:Get.bject*", []),
        ("s3:", []),
        ("s3", []),
        ("", []),
        ("*", []),
        ("nope:*", []),
        ("s3:GetObject:x", []),
    ],
)
def test_a_pattern_names_actions(pattern: str, expected: list[str]) -> None:
    assert expected == [str(each) for each in reference.expand(pattern)]


def test_a_wildcard_names_all_in_order() -> None:
    found = [str(each) for each in reference.expand("sagemaker:*")]

    assert len(found) > 300
    assert found == sorted(found, key=str.lower)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sagemaker:VpcSubnets", "ArrayOfString"),
        ("SageMaker:vpcsubnets", "ArrayOfString"),
        ("sagemaker:VolumeKmsKeyArn", "ARN"),
        ("aws:SourceAccount", "String"),
        ("AWS:sourceaccount", "String"),
        ("aws:PrincipalTag/team", "String"),
        ("aws:PrincipalTag/", None),
        ("aws:PrincipalTag", None),
        ("aws:PrincipalTags/x", None),
        ("aws:Nope", None),
        ("sagemaker:Nope", None),
        ("nope:x", None),
        ("x", None),
    ],
)
def test_the_type_of_a_key(key: str, kind: str | None) -> None:
    assert reference.key_type(key) == kind


def test_an_action_supports_the_keys_of_its_resource_types_too() -> None:
    (action,) = reference.expand("sagemaker:CreateTrainingJob")

    assert reference.supports(action, "sagemaker:VpcSubnets")
    assert reference.supports(action, "sagemaker:vpcsubnets")
    assert reference.supports(action, "aws:RequestTag/team")
    assert reference.supports(action, "aws:ResourceTag/team")
    assert not reference.supports(action, "s3:prefix")


def test_the_actions_of_a_key_are_those_that_support_it() -> None:
    found = reference.actions_with_key("sagemaker:VpcSubnets")

    assert "sagemaker:CreateTrainingJob" in map(str, found)
    assert "sagemaker:CreateTransformJob" not in map(str, found)
    assert [str(each) for each in found] == [
        str(each)
        for each in reference.expand("sagemaker:*")
        if reference.supports(each, "sagemaker:VpcSubnets")
    ]


@pytest.mark.parametrize("key", ["nope:x", "sagemaker:Nope", "x", "aws:SourceAccount"])
def test_a_key_without_actions(key: str) -> None:
    assert reference.actions_with_key(key) == ()


def test_what_is_known_of_an_action() -> None:
    (action,) = reference.expand("sagemaker:StopTrainingJob")

    assert (action.service, action.name) == ("sagemaker", "StopTrainingJob")
    assert action.access_level == "Write"
    assert action.resource_types == ("training-job",)
    assert action.needs_resource
    (listing,) = reference.expand("s3:ListAllMyBuckets")
    assert listing.resource_types == ()
    assert not listing.needs_resource


def test_which_data_it_is() -> None:
    assert reference.version()
    assert {"s3", "iam", "sagemaker"} <= reference.services()
    assert reference.service("nope") is None


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({}, 2),
        ({"a": "b c\td\n"}, len('{"a":"bc\\td\\n"}')),
        ({"a": ["ü", 1, True]}, len('{"a":["ü",1,true]}')),
        ('"', len('"\\""')),
        ("\u2003\u00a0", 2),
    ],
)
def test_white_space_is_not_counted(document: object, count: int) -> None:
    """As JSON without white space."""
    assert characters(document) == count


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/SageMaker"),
        ("ssm:GetParameter", "aws:ResourceTag/team"),
        ("ssm:SendCommand", "ssm:resourceTag/team"),
    ],
)
def test_a_tag_may_have_any_name(action: str, key: str) -> None:
    """AWS writes the placeholder of some of these as the word tag-key, without brackets."""
    (found,) = reference.expand(action)

    assert reference.supports(found, key)
