"""compiler.rules.profiles: user profiles for roles that a person can work with."""

from __future__ import annotations

import pytest

from compiler.rules.card import activity
from tests.small import SMALL, changed, findings

APPS = "arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:app/*"
PERSONA = "personas/analyst.yaml"
TRUST = "trusts/sagemaker.yaml"
ONBOARDING = SMALL[PERSONA].replace("run-jobs]", "run-jobs, work]") + "onboarding: user-profile\n"
SOURCE = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"


def working(actions: str = "sagemaker:CreateApp", rest: str = "") -> dict[str, str | bytes | None]:
    """A persona that onboards, and the activity that it works in Studio by."""
    text = activity(f"""\
        - sid: Work
          actions: ["{actions}"]
          resources: ["{APPS}"]
        """)
    return {PERSONA: ONBOARDING, "activities/work.yaml": f"{text}{rest}"}


def messages(changes: dict[str, str | bytes | None]) -> list[str]:
    return [each.at.message for each in findings(changes) if each.rule == "profile-role"]


def with_source(*sources: str) -> dict[str, str | bytes | None]:
    listed = ", ".join(f'"{each}"' for each in sources)
    return working() | changed(
        TRUST,
        ("    conditions:\n", f"    conditions:\n      ArnLike: {{aws:SourceArn: [{listed}]}}\n"),
    )


@pytest.mark.parametrize(
    "actions", ["sagemaker:CreateApp", "sagemaker:*App", "SageMaker:createapp"]
)
def test_an_activity_starts_apps(actions: str) -> None:
    assert messages(working(actions)) == []


@pytest.mark.parametrize(
    ("actions", "rest"),
    [
        ("sagemaker:DeleteApp", ""),
        ("sagemaker:CreateApp", "    effect: Deny\n"),
        # The persona has no such control.
        ("sagemaker:CreateApp", "    when: other\n"),
    ],
)
def test_no_activity_starts_apps(actions: str, rest: str) -> None:
    assert messages(working(actions, rest)) == [
        "no activity grants sagemaker:CreateApp: the role can start nothing in Studio"
    ]


def test_a_statement_of_a_control_of_the_persona_starts_apps() -> None:
    assert messages(working(rest="    when: network\n")) == []


def test_an_optional_activity_is_enough() -> None:
    persona = ONBOARDING.replace(", work]", "]\noptional: {work: off}")

    assert messages(working() | {PERSONA: persona}) == []


def test_a_policy_of_aws_may_start_apps() -> None:
    attached = f"{ONBOARDING}managed_policies: [AmazonSageMakerFullAccess]\n"

    assert messages(working("sagemaker:DeleteApp") | {PERSONA: attached}) == []


def test_a_role_of_jobs_has_no_user_profile() -> None:
    assert messages(working() | {PERSONA: f"{ONBOARDING}serves: jobs\n"}) == [
        "a user profile is a person's, and this role serves jobs"
    ]


@pytest.mark.parametrize(
    "sources",
    [
        (f"{SOURCE}:*",),
        (f"{SOURCE}:training-job/*", f"{SOURCE}:user-profile/*"),
        (f"{SOURCE}:domain/*",),
        ("arn:aws:sagemaker:eu-west-1:444455556666:*", f"{SOURCE}:*"),
    ],
)
def test_a_trust_that_admits_studio(sources: tuple[str, ...]) -> None:
    assert messages(with_source(*sources)) == []


@pytest.mark.parametrize("source", [f"{SOURCE}:training-job/*", "arn:aws:s3:::bucket"])
def test_a_trust_that_does_not_admit_studio(source: str) -> None:
    assert messages(with_source(source)) == [
        "by the trust 'sagemaker' SageMaker cannot assume the role for Studio"
    ]


@pytest.mark.parametrize(
    ("old", "new", "is_admitted"),
    [
        # Of the launching account, which a catalog may know.
        ('"${AWS::AccountId}"', '"444455556666"', True),
        ('aws:SourceAccount: "${AWS::AccountId}"', "aws:SourceOrgID: o-a1b2c3d4e5", True),
        ("sagemaker.amazonaws.com", "lambda.amazonaws.com", False),
        ("sts:AssumeRole", "sts:TagSession", False),
    ],
)
def test_what_a_trust_asks_for_beside(old: str, new: str, *, is_admitted: bool) -> None:
    assert bool(messages(working() | changed(TRUST, (old, new)))) is not is_admitted
