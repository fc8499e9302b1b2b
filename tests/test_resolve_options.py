"""compiler.resolve: activities that a launch switches on and off, and what they attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.load import load
from compiler.resolve import resolve
from tests.small import SMALL, overlay
from tests.test_resolve import said

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements

PERSONA = SMALL["personas/analyst.yaml"]

CANVAS = """\
title: Canvas
description: Canvas, by policies of AWS's.
managed_policies: [AmazonSageMakerCanvasFullAccess, service-role/Forecast]
"""

READ_TOO = """\
title: Read too
description: Lists buckets, as another activity does.
statements:
  - sid: List
    actions: [s3:ListBucket]
    resources: ["arn:${AWS::Partition}:s3:::${Buckets}"]
"""


def resolved(optional: str, activities: str = "[]", more: str = "") -> Entitlements:
    text = PERSONA.replace("[read-buckets, run-jobs]", activities)
    files = {
        "activities/canvas.yaml": CANVAS,
        "activities/read-too.yaml": READ_TOO,
        "personas/analyst.yaml": f"{text}optional: {optional}\n{more}",
    }
    found = load("catalog", overlay(files))
    assert not found.diagnostics
    return resolve(found.catalog, "analyst")


def granted(entitlements: Entitlements) -> list[str]:
    return [said(each) for each in entitlements.statements if each.effect == "Allow"]


def test_each_optional_activity_is_a_launch_parameter() -> None:
    found = resolved("{read-buckets: off, run-jobs: on}")

    assert {
        name: (each.allowed_values, each.default, each.label, each.group)
        for name, each in found.parameters.items()
        if each.allowed_values
    } == {
        "ReadBuckets": (("no", "yes"), "no", "Read buckets", "Activities"),
        "RunJobs": (("no", "yes"), "yes", "Run jobs", "Activities"),
    }
    assert list(found.parameters)[:2] == ["ReadBuckets", "RunJobs"]


def test_a_statement_exists_with_its_activity_its_control_and_what_it_names() -> None:
    assert granted(resolved("{read-buckets: off, run-jobs: off}")) == [
        (
            "ReadBucketsList: Allow on arn:${AWS::Partition}:s3:::${Buckets}"
            " when ReadBucketsOn and BucketsGiven"
        ),
        (
            "ReadBucketsRead: Allow on arn:${AWS::Partition}:s3:::${Buckets}/*"
            " when ReadBucketsOn and BucketsGiven"
        ),
        (
            "RunJobsStart: Allow on arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
            ":training-job/* when RunJobsOn"
        ),
        (
            "RunJobsPass: Allow on ${ExecutionRoles} if StringEquals iam:PassedToService"
            " sagemaker.amazonaws.com when RunJobsOn and ExecutionRolesGiven"
        ),
        "RunJobsInterfaces: Allow on * when RunJobsOn and Network",
    ]


def test_what_two_optional_activities_need_exists_with_either_and_once() -> None:
    found = resolved("{read-buckets: off, read-too: off}")

    assert granted(found)[0].endswith(" when ReadBucketsOn or ReadTooOn and BucketsGiven")
    assert not any(each.startswith("ReadToo") for each in granted(found))
    assert found.needed == {"Buckets": (("ReadBucketsOn", "ReadTooOn"),)}


def test_what_a_fixed_activity_needs_always_exists() -> None:
    found = resolved("{read-too: off}", "[read-buckets]")

    assert granted(found)[0] == "ReadBucketsList: Allow on arn:${AWS::Partition}:s3:::${Buckets}"
    assert not found.needed
    assert found.parameters["Buckets"].default is None


def test_a_parameter_that_only_options_need_may_be_empty() -> None:
    found = resolved("{read-buckets: off}").parameters["Buckets"]

    assert found.optional
    assert found.default == ""
    assert found.allowed_pattern.endswith("?$")


def test_an_activity_attaches_policies_while_it_is_on() -> None:
    found = resolved(
        "{canvas: off}", "[read-buckets]", "managed_policies: [service-role/Forecast]\n"
    )

    assert [(each.name, each.when) for each in found.attachments] == [
        ("service-role/Forecast", ()),
        ("AmazonSageMakerCanvasFullAccess", (("CanvasOn",),)),
    ]


def test_with_an_attached_policy_no_role_is_passed_but_those_asked_for() -> None:
    """A persona that attaches managed policies also denies PassRole outside ExecutionRoles."""
    *_, guard = resolved("{canvas: off, run-jobs: off}").statements
    nobody = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/small/execution/"

    assert said(guard) == f"PassNoOtherRole: Deny on not {nobody} ${{ExecutionRoles}} when CanvasOn"
    assert guard.left_out == ("ExecutionRoles",)


def test_a_list_may_take_fewer_values_than_elsewhere() -> None:
    found = resolved("{}", "[read-buckets]", "max_items: {Buckets: 2}\n")

    assert found.parameters["Buckets"].max_items == 2
    assert found.parameters["Buckets"].allowed_pattern.endswith("{0,1}$")


def test_the_tags_of_a_persona_go_over_those_of_the_catalog() -> None:
    settings = SMALL["catalog.yaml"] + "tags: {team: everybody, cost: shared}\n"
    files = {"catalog.yaml": settings, "personas/analyst.yaml": PERSONA + "tags: {team: fraud}\n"}

    found = resolve(load("catalog", overlay(files)).catalog, "analyst")

    assert found.tags == {"team": "fraud", "cost": "shared"}


def test_the_roles_of_jobs_are_those_that_sagemaker_takes() -> None:
    spark = """\
title: Run Spark
description: Starts Spark.
statements:
  - sid: Pass
    actions: [iam:PassRole]
    resources: ["${SparkRoles}"]
    conditions:
      StringEquals: {iam:PassedToService: emr-serverless.amazonaws.com}
"""
    parameters = SMALL["parameters.yaml"]
    other = parameters[parameters.index("ExecutionRoles:") : parameters.index("Subnets:")]
    files = {
        "parameters.yaml": parameters + other.replace("ExecutionRoles", "SparkRoles"),
        "activities/run-spark.yaml": spark,
        "personas/analyst.yaml": PERSONA.replace("[read-buckets,", "[run-spark, read-buckets,"),
    }

    assert resolve(load("catalog", overlay(files)).catalog, "analyst").execution_roles == (
        "ExecutionRoles"
    )
