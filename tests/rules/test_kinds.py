"""compiler.rules.kinds: keys and statements that do not go with what a persona makes."""

from __future__ import annotations

import pytest

from tests.small import SMALL, findings, told

HEAD = "title: Other\ndescription: Other.\nversion: 1.0.0\n"
OTHER = "personas/other.yaml"

KEYS = {
    "activities": "[read-buckets]",
    "broad": "true",
    "controls": "{network: optional}",
    "exceptions": "[{guardrail: none, reason: None, expires: 2027-03-31}]",
    "managed_policies": "[Theirs]",
    "max_items": "{Buckets: 1}",
    "onboarding": "user-profile",
    "optional": "{run-jobs: off}",
    "policies": "inline",
    "serves": "jobs",
    "trust": "sagemaker",
}
ACCESS = ("activities", "broad", "exceptions", "max_items")
"""What people's access takes of them."""


def refused(text: str) -> list[str]:
    """The keys that a persona is told to remove."""
    return [
        each.at.line_text.partition(":")[0]
        for each in findings({OTHER: f"{HEAD}{text}"})
        if each.rule == "key-of-other-kind"
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_domain_takes_none_of_them(key: str) -> None:
    assert refused(f"kind: domain\n{key}: {KEYS[key]}\n") == [key]


@pytest.mark.parametrize("key", KEYS)
def test_the_access_of_people_takes_some_of_them(key: str) -> None:
    rest = "" if key == "activities" else "activities: [read-buckets]\n"

    found = refused(f"kind: access\n{rest}{key}: {KEYS[key]}\n")

    assert found == ([] if key in ACCESS else [key])


def test_tags_go_with_every_kind() -> None:
    for kind in ("kind: domain\n", "kind: access\nactivities: [read-buckets]\n"):
        assert refused(f"{kind}tags: {{team: ml}}\n") == []


def test_an_activity_of_attached_policies_needs_a_role() -> None:
    activity = "title: Theirs\ndescription: Theirs.\nmanaged_policies: [Theirs]\n"
    persona = f"{HEAD}kind: access\nactivities: [theirs]\n"

    assert (
        told({"activities/theirs.yaml": activity, OTHER: persona})
        == """\
error[key-of-other-kind]: the activity 'theirs' attaches managed_policies, and a persona of kind 'access' makes one policy of people and no role
 --> catalog/personas/other.yaml:5:14
  |
5 | activities: [theirs]
  |              ^^^^^^
  = hint: take an activity of statements alone
"""
    )


def test_a_role_may_name_the_place_of_the_launch_though_people_may_not() -> None:
    persona = f"{HEAD}kind: access\nactivities: [run-jobs]\n"
    found = [each.rule for each in findings({OTHER: persona})]

    # The small catalog's own persona has the activity too, and nobody minds. Region and account of
    # one resource are told together.
    assert found == ["place-of-access"]


def test_what_exists_with_a_control_alone_never_does_for_people() -> None:
    statement = SMALL["activities/run-jobs.yaml"].replace(
        '    resources: ["*"]\n',
        '    resources: ["*"]\n    conditions: {ArnLike: {ec2:Subnet: "arn:aws:ec2:${AWS::Region}:*:*"}}\n',
    )
    persona = f"{HEAD}kind: access\nactivities: [run-jobs]\n"
    changes = {"activities/run-jobs.yaml": statement, OTHER: persona}

    told = [each.at.line_text for each in findings(changes) if each.rule == "place-of-access"]

    assert [each.strip() for each in told] == [
        'resources: ["arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*"]'
    ]
