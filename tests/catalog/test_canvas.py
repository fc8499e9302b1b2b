"""SageMaker Canvas: activities that attach policies of AWS's, and what is taken from these."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.managed import attached_name, plain_name
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    EXECUTION_ROLES,
    KENDRA_INDEX,
    REPOSITORY,
    STUDIO,
    alone,
    arn,
    catalog,
    compiled,
    decide,
    documents,
    launched,
    managed,
    statements,
    with_persona,
)

if TYPE_CHECKING:
    from tests.catalog.launches import Document

Context = dict[str, str | list[str]]
Request = tuple[str, str, Context]

TITLES = {
    "canvas-ai-services": "Canvas AI Services",
    "canvas-core-access": "Canvas Core Access",
    "canvas-data-preparation": "Canvas Data Preparation",
    "canvas-forecasting": "Canvas Forecasting",
    "canvas-mlops": "Canvas MLOps",
}

CANVAS = {
    "canvas-ai-services": "AmazonSageMakerCanvasAIServicesAccess",
    "canvas-core-access": "AmazonSageMakerCanvasFullAccess",
    "canvas-data-preparation": "AmazonSageMakerCanvasDataPrepFullAccess",
    "canvas-forecasting": "service-role/AmazonSageMakerCanvasForecastAccess",
    "canvas-mlops": "service-role/AmazonSageMakerCanvasDirectDeployAccess",
}
"""The AWS managed policies that Role Manager attached."""

NOTHING: Context = {}
OWN: Context = {"aws:ResourceAccount": ACCOUNT}

INDEX = arn(f"index/{KENDRA_INDEX}", "kendra")
OTHERS_INDEX = arn("index/00000000-12ab-34cd-56ef-1234567890ab", "kendra")


@pytest.mark.parametrize("activity", TITLES)
def test_an_activity_says_what_it_is_and_where_from(activity: str) -> None:
    found = catalog().activities[activity]
    assert found.title == TITLES[activity]
    assert found.role_manager
    assert any(CANVAS[activity].rpartition("/")[2] in each for each in found.sources)


@pytest.mark.parametrize("activity", CANVAS)
def test_canvas_is_granted_by_the_policies_of_aws(activity: str) -> None:
    arns = launched(alone(activity)).managed_policy_arns
    assert [attached_name(each) for each in arns] == [CANVAS[activity]]
    assert not statements(documents(launched(alone(activity))), "Allow")


@pytest.mark.parametrize("policy", CANVAS.values())
def test_checks_have_a_copy_of_each_policy(policy: str) -> None:
    kept = REPOSITORY / "catalog" / "aws_managed" / plain_name(policy)
    assert list(kept.glob("v*.json"))


@cache
def canvas() -> tuple[Document, ...]:
    """All of Canvas beside Studio, as a persona has it."""
    activities = ("run-studio-applications", *sorted(CANVAS), "canvas-kendra-access")
    body = compiled("data-scientist", with_persona("data-scientist", activities=activities))
    return (*documents(launched(body)), *(managed(each) for each in CANVAS.values()))


SERVICES = ("sagemaker", "forecast", "bedrock", "events", "emr-serverless")


def test_canvas_passes_the_given_roles_alone() -> None:
    for service in SERVICES:
        to: Context = {**OWN, "iam:PassedToService": f"{service}.amazonaws.com"}
        for role in (
            "admin",
            "personac/people/data-scientist",
            "personac/execution/payroll",
            "AmazonSageMakerCanvasEMRSExecutionAccess-1",
            "service-role/AmazonSageMakerCanvasEMRSExecutionAccess-1",
        ):
            whole = f"arn:aws:iam::{ACCOUNT}:role/{role}"
            assert decide(canvas(), "iam:PassRole", whole, to) == "explicitly-denied"
        given = decide(canvas(), "iam:PassRole", EXECUTION_ROLES[0], to)
        # Roles for EMR Serverless have a name of their own in AWS's policies.
        assert given == ("implicitly-denied" if service == "emr-serverless" else "allowed")


CANVAS_MUST: list[Request] = [
    ("sagemaker:CreateAutoMLJobV2", arn("automl-job/Canvas1"), NOTHING),
    ("sagemaker:CreateProcessingJob", arn("processing-job/1-canvas-data-prep-1"), NOTHING),
    ("sagemaker:CreateEndpoint", arn("endpoint/canvas-fraud"), NOTHING),
    ("sagemaker:InvokeEndpoint", arn("endpoint/canvas-fraud"), NOTHING),
    ("bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan", NOTHING),
    ("rekognition:DetectText", "*", NOTHING),
    ("kendra:Query", INDEX, NOTHING),
    ("s3:GetObject", "arn:aws:s3:::sagemaker-eu-west-1-111122223333/Canvas/day.csv", OWN),
]

CANVAS_MUST_NOT: list[Request] = [
    ("sagemaker:CreateEndpoint", arn("endpoint/fraud"), NOTHING),
    ("sagemaker:InvokeEndpoint", arn("endpoint/fraud"), NOTHING),
    ("sagemaker:CreateTrainingJob", arn("training-job/fraud"), NOTHING),
    ("sagemaker:UpdateUserProfile", arn("user-profile/d-abcdefghijkl/ada"), STUDIO),
    ("kendra:Query", OTHERS_INDEX, NOTHING),
    ("secretsmanager:GetSecretValue", arn("secret:payroll-1", "secretsmanager"), NOTHING),
    ("s3:PutBucketPolicy", "arn:aws:s3:::fraud-models", OWN),
    ("iam:CreateRole", EXECUTION_ROLES[0], NOTHING),
]


def test_canvas_can_be_used_from_end_to_end() -> None:
    assert [each for each in CANVAS_MUST if decide(canvas(), *each) != "allowed"] == []


def test_canvas_is_no_way_to_what_is_not_canvas() -> None:
    assert [each for each in CANVAS_MUST_NOT if decide(canvas(), *each) == "allowed"] == []


def test_canvas_is_bound_by_the_controls() -> None:
    """An attached policy of AWS's is no way around subnets and keys."""
    body = compiled(
        "data-scientist",
        with_persona(
            "data-scientist", activities=("run-studio-applications", "canvas-core-access")
        ),
    )
    free, bound = (
        (*documents(launched(body, controls)), managed(CANVAS["canvas-core-access"]))
        for controls in ((), tuple(CONTROLS))
    )
    job = ("sagemaker:CreateAutoMLJobV2", arn("automl-job/Canvas1"))
    assert decide(free, *job) == "allowed"
    assert decide(bound, *job) == "explicitly-denied"
