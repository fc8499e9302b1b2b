"""The thirteen activities: what each must grant, and how narrowly."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest

from compiler.entitlement import pascal
from compiler.iam import arn as arns
from compiler.iam import reference
from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from tests.brute_force import names_action
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    EXECUTION_ROLES,
    MODES,
    PEOPLE,
    PERSONAS,
    REGION,
    RIGHT,
    STUDIO,
    alone,
    arn,
    attached,
    catalog,
    compiled,
    decide,
    documents,
    launched,
    policies,
    several,
    statements,
    template,
    values,
    with_persona,
)

if TYPE_CHECKING:
    from tests.catalog.launches import Document

# ------------------------------------------------------- what Role Manager's CDK library granted

ROLE_MANAGER: dict[str, dict[str, str]] = {
    # But for changing app image configurations: they name commands that run in everybody's apps.
    "run-studio-applications": {
        "base": """
            iam:PassRole sagemaker:CreateApp sagemaker:DeleteApp sagemaker:DescribeApp
            sagemaker:DescribeAppImageConfig sagemaker:DescribeDomain
            sagemaker:DescribeUserProfile sagemaker:ListAppImageConfigs sagemaker:ListApps
            sagemaker:ListDomains sagemaker:ListUserProfiles
        """,
        "encryption": """
            kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey
        """,
    },
    "manage-ml-jobs": {
        "base": """
            iam:PassRole sagemaker:BatchGetMetrics sagemaker:CreateAutoMLJob
            sagemaker:CreateHyperParameterTuningJob sagemaker:CreateProcessingJob
            sagemaker:CreateTrainingJob sagemaker:CreateTransformJob sagemaker:DescribeAutoMLJob
            sagemaker:DescribeHyperParameterTuningJob sagemaker:DescribeProcessingJob
            sagemaker:DescribeTrainingJob sagemaker:DescribeTransformJob
            sagemaker:ListAutoMLJobs sagemaker:ListCandidatesForAutoMLJob
            sagemaker:ListHyperParameterTuningJobs sagemaker:ListProcessingJobs
            sagemaker:ListTrainingJobs sagemaker:ListTrainingJobsForHyperParameterTuningJob
            sagemaker:ListTransformJobs sagemaker:Search sagemaker:StopAutoMLJob
            sagemaker:StopHyperParameterTuningJob sagemaker:StopProcessingJob
            sagemaker:StopTrainingJob sagemaker:StopTransformJob sagemaker:UpdateTrainingJob
        """,
        "encryption": """
            kms:CreateGrant
        """,
    },
    "manage-models": {
        "base": """
            iam:PassRole sagemaker:BatchDescribeModelPackage sagemaker:CreateModel
            sagemaker:CreateModelPackage sagemaker:CreateModelPackageGroup sagemaker:DeleteModel
            sagemaker:DeleteModelPackage sagemaker:DeleteModelPackageGroup
            sagemaker:DescribeModel sagemaker:DescribeModelPackage
            sagemaker:DescribeModelPackageGroup sagemaker:ListModelPackageGroups
            sagemaker:ListModelPackages sagemaker:ListModels sagemaker:UpdateModelPackage
        """,
    },
    "manage-endpoints": {
        "base": """
            sagemaker:CreateEndpoint sagemaker:CreateEndpointConfig sagemaker:DeleteEndpoint
            sagemaker:DeleteEndpointConfig sagemaker:DescribeEndpoint
            sagemaker:DescribeEndpointConfig sagemaker:ListEndpointConfigs
            sagemaker:ListEndpoints sagemaker:UpdateEndpoint
            sagemaker:UpdateEndpointWeightsAndCapacities
        """,
        "encryption": """
            kms:CreateGrant
        """,
    },
    "manage-pipelines": {
        "base": """
            iam:PassRole sagemaker:CreatePipeline sagemaker:DeletePipeline
            sagemaker:DescribePipeline sagemaker:DescribePipelineDefinitionForExecution
            sagemaker:DescribePipelineExecution sagemaker:ListPipelineExecutionSteps
            sagemaker:ListPipelineExecutions sagemaker:ListPipelineParametersForExecution
            sagemaker:ListPipelines sagemaker:RetryPipelineExecution
            sagemaker:SendPipelineExecutionStepFailure
            sagemaker:SendPipelineExecutionStepSuccess sagemaker:StartPipelineExecution
            sagemaker:StopPipelineExecution sagemaker:UpdatePipelineExecution
        """,
    },
    "manage-experiments": {
        "base": """
            sagemaker:AddAssociation sagemaker:AssociateTrialComponent sagemaker:CreateAction
            sagemaker:CreateArtifact sagemaker:CreateContext sagemaker:CreateExperiment
            sagemaker:CreateTrial sagemaker:CreateTrialComponent sagemaker:DeleteAction
            sagemaker:DeleteArtifact sagemaker:DeleteAssociation sagemaker:DeleteContext
            sagemaker:DeleteExperiment sagemaker:DeleteTrial sagemaker:DeleteTrialComponent
            sagemaker:DisassociateTrialComponent sagemaker:UpdateAction sagemaker:UpdateArtifact
            sagemaker:UpdateContext sagemaker:UpdateExperiment sagemaker:UpdateTrial
            sagemaker:UpdateTrialComponent
        """,
    },
    "search-and-visualize-experiments": {
        "base": """
            sagemaker:DescribeAction sagemaker:DescribeArtifact sagemaker:DescribeContext
            sagemaker:DescribeExperiment sagemaker:DescribeLineageGroup sagemaker:DescribeTrial
            sagemaker:DescribeTrialComponent sagemaker:GetLineageGroupPolicy
            sagemaker:GetSearchSuggestions sagemaker:ListActions sagemaker:ListArtifacts
            sagemaker:ListAssociations sagemaker:ListContexts sagemaker:ListExperiments
            sagemaker:ListLineageGroups sagemaker:ListTrialComponents sagemaker:ListTrials
            sagemaker:QueryLineage sagemaker:Search
        """,
    },
    "manage-model-monitoring": {
        "base": """
            iam:PassRole sagemaker:CreateMonitoringSchedule sagemaker:CreateProcessingJob
            sagemaker:DeleteMonitoringSchedule sagemaker:DescribeMonitoringSchedule
            sagemaker:DescribeProcessingJob sagemaker:ListMonitoringSchedules
            sagemaker:ListProcessingJobs sagemaker:StartMonitoringSchedule
            sagemaker:StopMonitoringSchedule sagemaker:StopProcessingJob
            sagemaker:UpdateMonitoringSchedule
        """,
        "encryption": """
            kms:CreateGrant
        """,
    },
    "s3-full-access": {
        "base": """
            s3:DeleteObject s3:GetObject s3:ListBucket s3:PutObject
        """,
    },
    "s3-bucket-access": {
        "base": """
            s3:DeleteObject s3:GetObject s3:ListBucket s3:PutObject
        """,
    },
    "query-athena-workgroups": {
        "base": """
            athena:GetQueryExecution athena:GetQueryResults athena:ListDataCatalogs
            athena:ListDatabases athena:ListTableMetadata athena:StartQueryExecution
            athena:StopQueryExecution
        """,
    },
    "manage-glue-tables": {
        "base": """
            glue:GetTable glue:SearchTables glue:UpdateTable s3:GetBucketAcl s3:GetObject
            s3:PutBucketAcl s3:PutObject
        """,
        "encryption": """
            kms:Decrypt kms:GenerateDataKey
        """,
    },
    "access-required-aws-services": {
        "base": """
            cloudwatch:PutMetricData ecr:BatchCheckLayerAvailability ecr:BatchGetImage
            ecr:GetAuthorizationToken ecr:GetDownloadUrlForLayer ecr:ListImages
            logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents
            s3:GetObject s3:ListBucket s3:PutObject sagemaker:BatchPutMetrics
        """,
        "network": """
            ec2:CreateNetworkInterface ec2:CreateNetworkInterfacePermission
            ec2:DeleteNetworkInterface ec2:DeleteNetworkInterfacePermission
            ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups
            ec2:DescribeSubnets ec2:DescribeVpcs
        """,
        "encryption": """
            kms:Decrypt kms:GenerateDataKey
        """,
    },
}

"""Activity to the actions that the CDK library granted for it, over its versions: without network and keys,
and what each of the two added. What a variant lost by mistake is not lost here. None is deprecated."""

TITLES = {
    "run-studio-applications": "Run Studio Applications",
    "manage-ml-jobs": "Manage ML Jobs",
    "manage-models": "Manage Models",
    "manage-endpoints": "Manage Endpoints",
    "manage-pipelines": "Manage Pipelines",
    "manage-experiments": "Manage Experiments",
    "search-and-visualize-experiments": "Search and visualize experiments",
    "manage-model-monitoring": "Manage Model Monitoring",
    "s3-full-access": "S3 Full Access",
    "s3-bucket-access": "S3 Bucket Access",
    "query-athena-workgroups": "Query Athena Workgroups",
    "manage-glue-tables": "Manage Glue Tables",
    "access-required-aws-services": "Access Required AWS Services",
}

COMPOSITIONS = {
    "data-scientist": (
        "Data Scientist",
        {
            "run-studio-applications",
            "manage-ml-jobs",
            "manage-models",
            "manage-experiments",
            "search-and-visualize-experiments",
            "s3-bucket-access",
        },
        (),
    ),
    "ml-ops": (
        "ML Ops",
        {
            "run-studio-applications",
            "manage-models",
            "manage-endpoints",
            "manage-pipelines",
            "search-and-visualize-experiments",
        },
        (),
    ),
    "sagemaker-compute-role": ("SageMaker Compute Role", {"access-required-aws-services"}, ()),
    "all-ml-activities": (
        "All ML Activities",
        {*TITLES, "canvas-core-access"},
        (
            "AmazonSageMakerCanvasFullAccess",
            "AmazonSageMakerCanvasAIServicesAccess",
            "service-role/AmazonSageMakerCanvasForecastAccess",
        ),
    ),
}
"""The personas of the first seed: title, activities, AWS managed policies."""

EVERYONE: dict[str, str | list[str]] = {
    **STUDIO,
    **RIGHT,
    "sagemaker:OwnerUserProfileArn": arn("user-profile/d-abcdefghijkl/ada"),
    "sagemaker:SpaceSharingType": "Private",
    "sagemaker:TaggingAction": "CreateTrainingJob",
    "iam:PassedToService": "sagemaker.amazonaws.com",
    "kms:GrantIsForAWSResource": "true",
    "cloudwatch:namespace": "aws/sagemaker/TrainingJobs",
    "s3:x-amz-acl": "bucket-owner-full-control",
}
"""All that lawful requests of any activity carry; a key that an action does not know changes nothing."""

REQUESTS = [
    {**EVERYONE, "kms:ViaService": f"{each}.{REGION}.amazonaws.com"} for each in ("s3", "sagemaker")
]


@cache
def held(activity: str, controls: tuple[str, ...] = ()) -> tuple[Document, ...]:
    return documents(launched(alone(activity), controls))


def things(statement: Document) -> list[str]:
    """Things that the resources of a statement match, with names of one part and of several."""
    found = [
        each.replace("*", name) if each != "*" else each
        for each in several(statement["Resource"])
        for name in ("fraud", "fraud/a", "fraud/a/b/c")
    ]
    return [
        re.sub(r"\$\{([^}]*)\}", lambda variable: str(STUDIO[variable.group(1)]), each)
        for each in dict.fromkeys(found)
    ]


def takes(action: reference.Action, resource: str) -> bool:
    """Whether AWS's reference has a resource type of the action that a resource may be of."""
    service = reference.service(action.service)
    assert service
    return any(
        arns.overlap(arns.literal(resource), arns.documented(service.resource_arns[each]))
        for each in action.resource_types
    )


def grants(documents: tuple[Document, ...], written: str) -> bool:
    """Whether some request for the action is allowed, on a thing that it can be about."""
    (action,) = reference.expand(written)
    return any(
        decide(documents, written, thing, request) == "allowed"
        for statement in statements(documents, "Allow")
        for thing in things(statement)
        if thing == "*" or takes(action, thing)
        for request in REQUESTS
    )


@pytest.mark.parametrize("activity", TITLES)
def test_an_activity_grants_what_role_manager_granted(activity: str) -> None:
    found = catalog().activities[activity]
    assert found.title == TITLES[activity]
    for mode in MODES:
        wanted = [
            each
            for part in ("base", *mode)
            for each in ROLE_MANAGER[activity].get(part, "").split()
        ]
        missing = [each for each in wanted if not grants(held(activity, mode), each)]
        assert not missing, mode


def test_the_controls_add_only_what_they_need() -> None:
    """Without a control, nothing of it is granted: no key, no network interface."""
    for activity, parts in ROLE_MANAGER.items():
        for control in CONTROLS:
            for each in parts.get(control, "").split():
                assert not grants(held(activity), each), (activity, each)


def test_the_activities_of_the_seeds_are_there() -> None:
    assert {name: catalog().activities[name].title for name in TITLES} == TITLES
    assert ROLE_MANAGER.keys() == TITLES.keys()


def test_the_personas_of_the_seeds_are_there() -> None:
    found = {
        name: (each.title, set(each.activities), each.managed_policies)
        for name, each in catalog().personas.items()
        if name in COMPOSITIONS
    }
    assert found == COMPOSITIONS


# ------------------------------------------------------------------------------------ narrowness


BROAD = {
    f"{pascal(name)}{each.sid}"
    for name, activity in catalog().activities.items()
    for each in activity.statements
    if each.broad
}
"""The statements whose resources are broader than their actions need, and say why."""


def test_only_the_interfaces_of_jobs_are_broad_and_say_so() -> None:
    assert {"AccessRequiredAwsServicesInterfaces", "ExecuteProcessingJobsInterfaces"} == BROAD


@pytest.mark.parametrize("activity", TITLES)
def test_resources_are_of_types_that_the_actions_take(activity: str) -> None:
    for statement in statements(held(activity, tuple(CONTROLS)), "Allow"):
        actions = [reference.expand(each)[0] for each in statement["Action"]]
        resources = several(statement["Resource"])
        for action in actions:
            if resources == ["*"]:
                # A type that is optional is no type: a request may name nothing. Where AWS wants it
                # so all the same, the statement says why.
                assert statement["Sid"] in BROAD or not action.needs_resource, action
            else:
                assert any(takes(action, each) for each in resources), (action, resources)
        for each in resources:
            assert each == "*" or any(takes(action, each) for action in actions), each


@pytest.mark.parametrize("activity", TITLES)
def test_no_resource_is_wider_than_its_type(activity: str) -> None:
    """Service, Region, account and kind of thing are always there; only its name may be open."""
    for statement in statements(held(activity, tuple(CONTROLS)), "Allow"):
        for resource in several(statement["Resource"]):
            if resource == "*":
                continue
            _, partition, service, region, account, name = resource.split(":", 5)
            assert partition == "aws"
            assert "*" not in service
            if service == "s3":
                assert (region, account) == ("", "")
                assert activity == "s3-full-access" or not name.startswith("*")
                continue
            if service == "iam":
                assert resource in EXECUTION_ROLES
                continue
            assert region == REGION
            shared = service == "ec2" and name.startswith(("subnet/", "security-group/"))
            assert account == ("*" if shared else ACCOUNT)
            assert not re.match(r"[^/:]*\*", name), resource
    # Outside its own account and Region an activity allows nothing but S3 in full.
    for statement in statements(held(activity, tuple(CONTROLS)), "Allow"):
        for action, thing in product(statement["Action"], things(statement)):
            for other in (
                thing.replace(REGION, "us-east-1").replace(ACCOUNT, "444455556666"),
                thing.replace(ACCOUNT, "444455556666"),
                thing.replace(REGION, "us-east-1"),
            ):
                if other != thing and ":ec2:" not in other:
                    assert (
                        decide(held(activity, tuple(CONTROLS)), action, other, REQUESTS[0])
                        != "allowed"
                    )


def test_nothing_of_a_place_is_written_out() -> None:
    """Another Region and account give the same policies, with these two exchanged."""
    for persona in PERSONAS:
        body = template(persona)
        written = json.dumps(
            [body["Resources"], body["Outputs"], body["Conditions"], body["Rules"]]
        )
        assert not re.search(r"\b[0-9]{12}\b", written)
        assert not re.search(r"\b(us|eu|ap|ca|sa|me|af|il|mx|cn)-[a-z]+-[0-9]\b", written)
        assert "arn:aws" not in written
        here = json.dumps(policies(persona, tuple(CONTROLS)))
        given = {
            name: each.replace(REGION, "ap-south-1").replace(ACCOUNT, "444455556666")
            for name, each in values(body, CONTROLS).items()
        }
        place = Launch(parameters=given, region="ap-south-1", account="444455556666")
        there = json.dumps(documents(render(body, place)))
        assert there == here.replace(REGION, "ap-south-1").replace(ACCOUNT, "444455556666")


# ------------------------------------------------------------------------------------------ roles


def test_only_roles_of_the_execution_path_are_passed() -> None:
    asked = 0
    for persona in PERSONAS:
        body = template(persona)
        if "ExecutionRoles" not in body["Parameters"]:
            continue
        asked += 1
        for bad in (
            f"arn:aws:iam::{ACCOUNT}:role/admin",
            f"arn:aws:iam::{ACCOUNT}:role/personac/people/ml-ops",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/deep/er",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/../people/x",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/*",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/jobs-?",
            f"arn:aws:iam::{ACCOUNT}:role/personac/execution/${{aws:username}}",
            "arn:aws:iam::*:role/personac/execution/jobs",
            f"arn:aws:iam::{ACCOUNT}:user/personac/execution/jobs",
            "",
            f"{EXECUTION_ROLES[0]},arn:aws:iam::{ACCOUNT}:role/admin",
            f"{EXECUTION_ROLES[0]}\n",
        ):
            given = {**values(body, ()), "ExecutionRoles": bad}
            with pytest.raises(ParameterError, match="ExecutionRoles is"):
                render(body, Launch(parameters=given))
    assert asked == len(PEOPLE)


def test_roles_of_people_never_stand_on_the_execution_path() -> None:
    paths = {each: template(each)["Resources"]["Role"]["Properties"]["Path"] for each in PERSONAS}
    assert paths == {
        **dict.fromkeys(PEOPLE, "/personac/people/"),
        "sagemaker-compute-role": "/personac/execution/",
    }
    for persona in PERSONAS:
        for resource in template(persona)["Resources"].values():
            if resource["Type"].startswith("AWS::IAM::"):
                assert resource["Properties"]["Path"] == paths[persona]


# -------------------------------------------------------------------------------------------- IAM

_IAM = reference.service("iam")
assert _IAM
IAM_ACTIONS = [str(each) for each in reference.expand("iam:*") if each.name != "PassRole"]
LINKED = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)
"""The role that AWS keeps for the scaling of endpoints."""

IAM_THINGS = [
    "*",
    *EXECUTION_ROLES,
    *(
        re.sub(r"\$\{Partition\}", "aws", re.sub(r"\$\{Account\}", ACCOUNT, pattern))
        .replace("${", "personac/people/")
        .replace("}", "")
        for pattern in _IAM.resource_arns.values()
    ),
    LINKED,
]
IAM_REQUESTS: list[dict[str, str | list[str]]] = [
    {},
    {"iam:AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"},
    {**EVERYONE, "aws:ResourceAccount": ACCOUNT, "aws:PrincipalAccount": ACCOUNT},
]


def changed(documents: tuple[Document, ...]) -> set[str]:
    """The actions of IAM, but for PassRole, that documents allow on anything."""
    found = set()
    for action in IAM_ACTIONS:
        # The statements that name the action at all decide; without this it takes a minute.
        about = [each for each in statements(documents) if names_action(each, action)]
        said = [{"Version": "2012-10-17", "Statement": about}]
        if any(
            decide(said, action, thing, request) == "allowed"
            for thing, request in product(IAM_THINGS, IAM_REQUESTS)
        ):
            found.add(action)
    return found


@pytest.mark.parametrize("persona", PERSONAS)
def test_nobody_can_change_iam(persona: str) -> None:
    assert len(IAM_ACTIONS) > 150
    for mode in ((), tuple(CONTROLS)):
        allowing = statements(policies(persona, mode), "Allow")
        # Whatever the resource and the request: no statement names such an action.
        named = [each for each in IAM_ACTIONS if any(names_action(one, each) for one in allowing)]
        assert named == []
        assert changed(policies(persona, mode)) == set()


def test_what_the_managed_policies_add_of_iam() -> None:
    """They read roles, and let application auto scaling have the role that AWS keeps for it; no more."""
    assert changed(attached("all-ml-activities")) == {"iam:GetRole", "iam:CreateServiceLinkedRole"}
    whole = (*policies("all-ml-activities"), *attached("all-ml-activities"))
    assert changed(whole) == {"iam:GetRole", "iam:CreateServiceLinkedRole"}
    for action, thing in product(("iam:CreateServiceLinkedRole",), IAM_THINGS):
        found = {decide(whole, action, thing, each) for each in IAM_REQUESTS}
        assert ("allowed" in found) is (thing == LINKED)


def test_an_activity_is_granted_the_same_alone_and_in_company() -> None:
    """What several activities need is granted once; nobody loses it when the first of them goes."""
    names = sorted(TITLES)
    for left_out in names:
        rest = tuple(each for each in names if each != left_out)
        body = compiled("all-ml-activities", with_persona("all-ml-activities", activities=rest))
        whole = documents(launched(body, CONTROLS))
        for activity in rest:
            for statement in statements(held(activity, tuple(CONTROLS)), "Allow"):
                thing, action = things(statement)[0], statement["Action"][0]
                before = decide(held(activity, tuple(CONTROLS)), action, thing, REQUESTS[0])
                if before == "allowed":
                    assert decide(whole, action, thing, REQUESTS[0]) == "allowed", (
                        left_out,
                        activity,
                    )
