"""MLflow, EMR Serverless and Kendra: what these activities are for, and what they leave out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.boundary import boundary
from compiler.iam import reference
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    DATA_KEY,
    ELSEWHERE,
    EXECUTION_ROLES,
    KENDRA_INDEX,
    REGION,
    RUNTIME_ROLE,
    STUDIO,
    alone,
    arn,
    catalog,
    decide,
    documents,
    launched,
    several,
    statements,
    template,
)

if TYPE_CHECKING:
    from tests.catalog.launches import Document

Context = dict[str, str | list[str]]
Request = tuple[str, str, Context]

TITLES = {
    "access-required-for-mlflow": "Access required to AWS Services for MLflow",
    "canvas-kendra-access": "Canvas Kendra Access",
    "manage-mlflow-tracking-servers": "Manage MLflow Tracking Servers",
    "run-studio-emr-serverless-applications": "Run Studio EMR Serverless Applications",
    "use-mlflow": "Use MLflow",
}

NOTHING: Context = {}
OWN: Context = {"aws:ResourceAccount": ACCOUNT}
CREATING: Context = {"sagemaker:TaggingAction": "CreateMlflowTrackingServer"}
TO_SAGEMAKER: Context = {"iam:PassedToService": "sagemaker.amazonaws.com"}
TO_SPARK: Context = {"iam:PassedToService": "emr-serverless.amazonaws.com"}
BY_S3: Context = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}

SERVER, APP = arn("mlflow-tracking-server/fraud"), arn("mlflow-app/app-ABCDEFGHIJKL")
OTHERS_SERVER = SERVER.replace(ACCOUNT, "444455556666")
BUCKET, ARTIFACT = "arn:aws:s3:::fraud-models", "arn:aws:s3:::fraud-models/1/abc/model.pkl"
OTHERS_BUCKET = "arn:aws:s3:::payroll"

PROFILE = "user-profile/d-abcdefghijkl/ada"
MARKS = {
    "sagemaker:domain-arn": arn("domain/d-abcdefghijkl"),
    "sagemaker:space-arn": arn("space/d-abcdefghijkl/lab"),
    "sagemaker:user-profile-arn": arn(PROFILE),
}
"""The tags that Studio gives what it creates."""


def tagged(kind: str, tags: dict[str, str]) -> Context:
    return {f"aws:{kind}/{key}": value for key, value in tags.items()}


def tagging(tags: dict[str, str]) -> Context:
    """A request that brings tags along."""
    return {**tagged("RequestTag", tags), "aws:TagKeys": list(tags)}


MARKED = tagged("ResourceTag", MARKS)
MORE = {**MARKS, "team": "fraud"}
FEWER = {key: value for key, value in MARKS.items() if key != "sagemaker:space-arn"}
FORGED = {**MARKS, "sagemaker:domain-arn": "d-abcdefghijkl"}
APPLICATION = arn("/applications/00f1abcdefgh0001", "emr-serverless")
RUN = f"{APPLICATION}/jobruns/00f1abcdefgh0002"
EVERY_APPLICATION = arn("/*", "emr-serverless")

INDEX = arn(f"index/{KENDRA_INDEX}", "kendra")
OTHERS_INDEX = arn("index/00000000-12ab-34cd-56ef-1234567890ab", "kendra")

MUST: dict[str, list[Request]] = {
    "use-mlflow": [
        ("sagemaker:ListMlflowTrackingServers", "*", NOTHING),
        ("sagemaker:ListMlflowApps", "*", NOTHING),
        ("sagemaker:DescribeMlflowTrackingServer", SERVER, NOTHING),
        ("sagemaker:DescribeMlflowApp", APP, NOTHING),
        ("sagemaker:ListTags", SERVER, NOTHING),
        ("sagemaker:CreatePresignedMlflowTrackingServerUrl", SERVER, NOTHING),
        ("sagemaker:CreatePresignedMlflowAppUrl", APP, NOTHING),
        ("sagemaker:CallMlflowAppApi", APP, NOTHING),
    ],
    "manage-mlflow-tracking-servers": [
        *(
            (f"sagemaker:{verb}MlflowTrackingServer", SERVER, NOTHING)
            for verb in ("Create", "Delete", "Describe", "Start", "Stop", "Update")
        ),
        *(
            (f"sagemaker:{verb}MlflowApp", APP, NOTHING)
            for verb in ("Create", "Delete", "Describe", "Update")
        ),
        ("sagemaker:CreatePresignedMlflowTrackingServerUrl", SERVER, NOTHING),
        ("sagemaker:CreatePresignedMlflowAppUrl", APP, NOTHING),
        ("sagemaker:ListMlflowTrackingServers", "*", NOTHING),
        ("sagemaker:AddTags", SERVER, CREATING),
        ("sagemaker:AddTags", APP, CREATING),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
    ],
    "access-required-for-mlflow": [
        ("s3:GetObject", ARTIFACT, OWN),
        ("s3:PutObject", ARTIFACT, OWN),
        ("s3:DeleteObject", ARTIFACT, OWN),
        ("s3:AbortMultipartUpload", ARTIFACT, OWN),
        ("s3:ListBucket", BUCKET, OWN),
        ("s3:GetBucketLocation", BUCKET, OWN),
        ("s3:GetBucketCORS", BUCKET, OWN),
        ("s3:PutBucketCORS", BUCKET, OWN),
        ("sagemaker:CreateModelPackageGroup", arn("model-package-group/fraud"), NOTHING),
        ("sagemaker:DescribeModelPackageGroup", arn("model-package-group/fraud"), NOTHING),
        ("sagemaker:CreateModelPackage", arn("model-package/fraud/1"), NOTHING),
        ("sagemaker:UpdateModelPackage", arn("model-package/fraud/1"), NOTHING),
        ("sagemaker:AddTags", arn("model-package/fraud/1"), CREATING),
        ("sagemaker:AddTags", arn("model-package-group/fraud"), CREATING),
        ("sagemaker:CreateAction", arn("action/fraud"), NOTHING),
        ("sagemaker:AddAssociation", arn("artifact/fraud"), NOTHING),
        ("sagemaker:ListTags", SERVER, NOTHING),
    ],
    "canvas-kendra-access": [
        ("kendra:ListIndices", "*", NOTHING),
        ("kendra:DescribeIndex", INDEX, NOTHING),
        ("kendra:Query", INDEX, NOTHING),
        ("kendra:Retrieve", INDEX, NOTHING),
    ],
    "run-studio-emr-serverless-applications": [
        ("emr-serverless:ListApplications", "*", NOTHING),
        ("emr-serverless:CreateApplication", "*", tagging(MARKS)),
        ("emr-serverless:TagResource", EVERY_APPLICATION, {**tagging(MARKS), **MARKED}),
        ("emr-serverless:GetApplication", APPLICATION, MARKED),
        ("emr-serverless:StartApplication", APPLICATION, MARKED),
        ("emr-serverless:StopApplication", APPLICATION, MARKED),
        ("emr-serverless:DeleteApplication", APPLICATION, MARKED),
        ("emr-serverless:AccessLivyEndpoints", APPLICATION, MARKED),
        ("emr-serverless:GetDashboardForJobRun", RUN, MARKED),
        ("iam:PassRole", RUNTIME_ROLE, TO_SPARK),
    ],
}

MUST_NOT: dict[str, list[Request]] = {
    "use-mlflow": [
        ("sagemaker:CreateMlflowTrackingServer", SERVER, NOTHING),
        ("sagemaker:DeleteMlflowTrackingServer", SERVER, NOTHING),
        ("sagemaker:StopMlflowTrackingServer", SERVER, NOTHING),
        ("sagemaker:UpdateMlflowApp", APP, NOTHING),
        ("sagemaker:DeleteMlflowApp", APP, NOTHING),
        ("sagemaker:AddTags", SERVER, CREATING),
        ("sagemaker:ListTags", arn("model/fraud"), NOTHING),
        ("sagemaker:CallMlflowAppApi", APP.replace(REGION, ELSEWHERE), NOTHING),
        ("sagemaker-mlflow:CreateRun", OTHERS_SERVER, NOTHING),
        ("sagemaker-mlflow:CreateRun", SERVER.replace(REGION, ELSEWHERE), NOTHING),
        ("s3:GetObject", ARTIFACT, OWN),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
    ],
    "manage-mlflow-tracking-servers": [
        ("sagemaker:AddTags", SERVER, NOTHING),
        ("sagemaker:AddTags", arn("training-job/fraud"), CREATING),
        ("sagemaker:DeleteTags", SERVER, NOTHING),
        ("sagemaker:CallMlflowAppApi", APP, NOTHING),
        ("sagemaker-mlflow:GetRun", SERVER, NOTHING),
        ("sagemaker:DeleteMlflowTrackingServer", OTHERS_SERVER, NOTHING),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SPARK),
        ("iam:PassRole", EXECUTION_ROLES[0], NOTHING),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", TO_SAGEMAKER),
        ("s3:PutObject", ARTIFACT, OWN),
    ],
    "access-required-for-mlflow": [
        # A bucket of the same name that somebody else made after ours was deleted.
        ("s3:PutObject", ARTIFACT, {"aws:ResourceAccount": "444455556666"}),
        ("s3:PutBucketCORS", BUCKET, {"aws:ResourceAccount": "444455556666"}),
        ("s3:GetObject", ARTIFACT, NOTHING),
        ("s3:GetObject", f"{OTHERS_BUCKET}/2026.csv", OWN),
        ("s3:ListBucket", OTHERS_BUCKET, OWN),
        ("s3:PutBucketCORS", OTHERS_BUCKET, OWN),
        ("s3:PutBucketPolicy", BUCKET, OWN),
        ("s3:PutBucketAcl", BUCKET, OWN),
        ("s3:DeleteBucket", BUCKET, OWN),
        ("s3:PutObjectAcl", ARTIFACT, OWN),
        ("sagemaker:DeleteModelPackage", arn("model-package/fraud/1"), NOTHING),
        ("sagemaker:DeleteModelPackageGroup", arn("model-package-group/fraud"), NOTHING),
        ("sagemaker:PutModelPackageGroupPolicy", arn("model-package-group/fraud"), NOTHING),
        ("sagemaker:CreateModel", arn("model/fraud"), NOTHING),
        ("sagemaker:AddTags", arn("model-package/fraud/1"), NOTHING),
        ("sagemaker-mlflow:CreateRun", SERVER, NOTHING),
        ("kms:Decrypt", DATA_KEY, BY_S3),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
    ],
    "canvas-kendra-access": [
        ("kendra:Query", OTHERS_INDEX, NOTHING),
        ("kendra:Retrieve", OTHERS_INDEX, NOTHING),
        ("kendra:Query", INDEX.replace(REGION, ELSEWHERE), NOTHING),
        ("kendra:Query", INDEX.replace(ACCOUNT, "444455556666"), NOTHING),
        ("kendra:BatchPutDocument", INDEX, NOTHING),
        ("kendra:BatchDeleteDocument", INDEX, NOTHING),
        ("kendra:UpdateIndex", INDEX, NOTHING),
        ("kendra:DeleteIndex", INDEX, NOTHING),
        ("kendra:CreateIndex", "*", NOTHING),
        ("kendra:CreateDataSource", INDEX, NOTHING),
        ("kendra:DescribeDataSource", f"{INDEX}/data-source/1", NOTHING),
        ("kendra:Query", f"{INDEX}/experience/1", NOTHING),
    ],
    "run-studio-emr-serverless-applications": [
        # What Studio did not mark is not Studio's, and stays so.
        ("emr-serverless:CreateApplication", "*", NOTHING),
        ("emr-serverless:CreateApplication", "*", tagging(FEWER)),
        ("emr-serverless:CreateApplication", "*", tagging(MORE)),
        ("emr-serverless:CreateApplication", "*", tagging(FORGED)),
        ("emr-serverless:TagResource", APPLICATION, tagging(MARKS)),
        (
            "emr-serverless:TagResource",
            APPLICATION,
            {**tagging(MARKS), **tagged("ResourceTag", {"team": "fraud"})},
        ),
        ("emr-serverless:TagResource", APPLICATION, {**tagging(MORE), **MARKED}),
        (
            "emr-serverless:UntagResource",
            APPLICATION,
            {**MARKED, "aws:TagKeys": ["sagemaker:space-arn"]},
        ),
        ("emr-serverless:GetApplication", APPLICATION, NOTHING),
        ("emr-serverless:DeleteApplication", APPLICATION, tagged("ResourceTag", FEWER)),
        ("emr-serverless:AccessLivyEndpoints", APPLICATION, NOTHING),
        ("emr-serverless:AccessLivyEndpoints", APPLICATION.replace(REGION, ELSEWHERE), MARKED),
        ("emr-serverless:GetDashboardForJobRun", RUN, NOTHING),
        # Studio needs none of these.
        ("emr-serverless:UpdateApplication", APPLICATION, MARKED),
        ("emr-serverless:StartJobRun", APPLICATION, MARKED),
        ("emr-serverless:CancelJobRun", RUN, MARKED),
        # A runtime role is for Spark, and roles of jobs are not.
        ("iam:PassRole", RUNTIME_ROLE, TO_SAGEMAKER),
        ("iam:PassRole", RUNTIME_ROLE, NOTHING),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SPARK),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", TO_SPARK),
        ("sagemaker:UpdateUserProfile", arn(PROFILE), STUDIO),
        ("sagemaker:UpdateDomain", arn("domain/d-abcdefghijkl"), STUDIO),
        ("sts:AssumeRole", RUNTIME_ROLE, NOTHING),
    ],
}


@cache
def held(activity: str, controls: tuple[str, ...] = ()) -> tuple[Document, ...]:
    return documents(launched(alone(activity), controls))


def decided(activity: str, requests: list[Request], expected: str) -> list[Request]:
    """The requests that are decided otherwise."""
    found = held(activity)
    return [each for each in requests if (decide(found, *each) == "allowed") != (expected == "yes")]


@pytest.mark.parametrize("activity", TITLES)
def test_an_activity_says_what_it_is_and_where_from(activity: str) -> None:
    found = catalog().activities[activity]
    assert found.title == TITLES[activity]
    assert found.role_manager
    assert found.sources
    assert all(each.startswith("https://docs.aws.amazon.com/") for each in found.sources)


@pytest.mark.parametrize("activity", MUST)
def test_an_activity_does_what_it_is_for(activity: str) -> None:
    assert decided(activity, MUST[activity], "yes") == []


@pytest.mark.parametrize("activity", MUST_NOT)
def test_an_activity_does_nothing_else(activity: str) -> None:
    assert decided(activity, MUST_NOT[activity], "no") == []


def test_the_tables_cover_what_is_written() -> None:
    assert sorted(MUST) == sorted(MUST_NOT) == sorted(TITLES)


@pytest.mark.parametrize(
    "activity", ["canvas-kendra-access", "run-studio-emr-serverless-applications"]
)
def test_what_aws_does_not_publish_is_said_to_be_derived(activity: str) -> None:
    assert "is derived from" in catalog().activities[activity].description


# ---------------------------------------------------------------------------------------- MLflow


def test_the_whole_api_of_mlflow_can_be_used_on_servers() -> None:
    """Use MLflow: "permission to call MLflow REST APIs in order to manage experiments, runs, and models".

    https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
    """
    actions = reference.expand("sagemaker-mlflow:*")
    assert len(actions) > 50
    for each in actions:
        assert decide(held("use-mlflow"), str(each), SERVER if each.needs_resource else "*") == (
            "allowed"
        )


def test_the_role_of_a_server_reads_encrypted_artifacts_through_s3_alone() -> None:
    encrypted = held("access-required-for-mlflow", ("encryption",))
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert decide(encrypted, action, DATA_KEY, BY_S3) == "allowed"
        assert decide(encrypted, action, DATA_KEY) == "implicitly-denied"


def test_the_role_of_a_server_can_be_passed_and_is_no_persons() -> None:
    role = template("mlflow-tracking-server-role")["Resources"]["Role"]["Properties"]
    assert role["Path"] == "/personac/execution/"
    assert catalog().personas["mlflow-tracking-server-role"].serves == "jobs"


def test_a_rule_of_cors_is_for_buckets_of_the_own_account() -> None:
    """So the boundary has it: it would let even who may do everything set one there alone."""
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    _, *forbidden = boundary(catalog()).document()["Statement"]
    bounded = [{"Version": "2012-10-17", "Statement": [everything, *forbidden]}]
    for account, decision in (
        (OWN, "allowed"),
        ({"aws:ResourceAccount": "444455556666"}, "explicitly-denied"),
        (NOTHING, "explicitly-denied"),
    ):
        assert decide(bounded, "s3:PutBucketCORS", BUCKET, account) == decision


# -------------------------------------------------------------------------------- EMR Serverless

CREATE, TAG = "emr-serverless:CreateApplication", "emr-serverless:TagResource"
USE = [each for each in MUST["run-studio-emr-serverless-applications"] if each[2] == MARKED]


@pytest.mark.parametrize("mark", MARKS)
def test_only_what_bears_every_mark_of_studio_is_studios(mark: str) -> None:
    """Whoever could do without one of the tags, could take over what others run."""
    found = held("run-studio-emr-serverless-applications")
    fewer = {key: value for key, value in MARKS.items() if key != mark}
    forged = {**MARKS, mark: MARKS[mark].replace(ACCOUNT, "444455556666")}
    for tags in (fewer, forged):
        assert decide(found, CREATE, "*", tagging(tags)) == "implicitly-denied"
        requested = {**tagging(tags), **MARKED}
        assert decide(found, TAG, EVERY_APPLICATION, requested) == "implicitly-denied"
    lacking = tagged("ResourceTag", fewer)
    tagged_later = {**tagging(MARKS), **lacking}
    assert decide(found, TAG, APPLICATION, tagged_later) != "allowed"
    assert len(USE) > 5
    for action, thing, _ in USE:
        assert decide(found, action, thing, lacking) == "implicitly-denied"


# ------------------------------------------------------------------------------------ narrowness


@pytest.mark.parametrize("activity", TITLES)
def test_a_resource_is_open_only_where_aws_gives_no_type(activity: str) -> None:
    for statement in statements(held(activity, tuple(CONTROLS)), "Allow"):
        actions = [one for each in statement["Action"] for one in reference.expand(each)]
        for resource in several(statement["Resource"]):
            if resource == "*":
                assert not any(each.resource_types for each in actions), statement["Sid"]
                continue
            _, partition, service, region, account, name = resource.split(":", 5)
            assert partition == "aws"
            assert not name.startswith("*")
            if service == "iam":
                assert resource in (*EXECUTION_ROLES, RUNTIME_ROLE)
            elif service == "s3":
                assert name.split("/")[0] in {"fraud-data", "fraud-models", "fraud-results"}
            else:
                assert (region, account) == (REGION, ACCOUNT)


@pytest.mark.parametrize("activity", TITLES)
def test_tags_are_added_only_to_what_is_being_created(activity: str) -> None:
    for statement in statements(held(activity), "Allow"):
        if "sagemaker:AddTags" in statement["Action"]:
            assert statement["Action"] == ["sagemaker:AddTags"]
            assert statement["Condition"] == {"Null": {"sagemaker:TaggingAction": "false"}}
        assert "sagemaker:DeleteTags" not in statement["Action"]


@pytest.mark.parametrize("activity", TITLES)
def test_roles_are_passed_to_one_named_service(activity: str) -> None:
    passed = {
        "manage-mlflow-tracking-servers": ["sagemaker.amazonaws.com"],
        "run-studio-emr-serverless-applications": ["emr-serverless.amazonaws.com"],
    }
    found = [
        several(each["Condition"]["StringEquals"]["iam:PassedToService"])
        for each in statements(held(activity), "Allow")
        if "iam:PassRole" in each["Action"]
    ]
    assert found == ([passed[activity]] if activity in passed else [])
