"""What each persona is for: requests that it must and must not allow, as tables."""

from __future__ import annotations

import pytest

from tests.catalog.launches import (
    CONTROLS,
    DATA_KEY,
    EXECUTION_ROLES,
    PERSONAS,
    REGION,
    RIGHT,
    STUDIO,
    VOLUME_KEY,
    arn,
    decide,
    everything,
    policies,
)

Request = tuple[str, str, dict[str, str | list[str]]]

NOTHING: dict[str, str | list[str]] = {}
TO_SAGEMAKER: dict[str, str | list[str]] = {"iam:PassedToService": "sagemaker.amazonaws.com"}
TO_LAMBDA: dict[str, str | list[str]] = {"iam:PassedToService": "lambda.amazonaws.com"}
CREATING: dict[str, str | list[str]] = {"sagemaker:TaggingAction": "CreateTrainingJob"}
BY_S3: dict[str, str | list[str]] = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
GRANT: dict[str, str | list[str]] = {
    "kms:ViaService": f"sagemaker.{REGION}.amazonaws.com",
    "kms:GrantIsForAWSResource": "true",
}

ADA, BOB = "user-profile/d-abcdefghijkl/ada", "user-profile/d-abcdefghijkl/bob"
ELSEWHERE = "user-profile/d-zzzzzzzzzzzz/ada"


def owned(by: str, sharing: str) -> dict[str, str | list[str]]:
    """A request from Studio about what belongs to a profile."""
    owner = {"sagemaker:OwnerUserProfileArn": arn(by), "sagemaker:SpaceSharingType": sharing}
    return {**STUDIO, **owner}


def job(kind: str = "training-job", name: str = "fraud") -> str:
    return arn(f"{kind}/{name}")


STUDIO_MUST: list[Request] = [
    ("sagemaker:CreatePresignedDomainUrl", arn(ADA), STUDIO),
    ("sagemaker:DescribeUserProfile", arn(BOB), STUDIO),
    ("sagemaker:DescribeApp", arn("app/d-abcdefghijkl/bob/JupyterLab/default"), STUDIO),
    ("sagemaker:ListApps", "*", STUDIO),
    ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/ada/JupyterServer/default"), STUDIO),
    ("sagemaker:DeleteApp", arn("app/d-abcdefghijkl/ada/KernelGateway/x"), STUDIO),
    ("sagemaker:CreateSpace", arn("space/d-abcdefghijkl/lab"), owned(ADA, "Private")),
    ("sagemaker:UpdateSpace", arn("space/d-abcdefghijkl/lab"), owned(ADA, "Shared")),
    ("sagemaker:DeleteSpace", arn("space/d-abcdefghijkl/lab"), owned(ADA, "Shared")),
    (
        "sagemaker:CreateApp",
        arn("app/d-abcdefghijkl/lab/JupyterLab/default"),
        owned(ADA, "Private"),
    ),
    # Any member of the domain starts apps in a shared space.
    ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/lab/JupyterLab/default"), owned(BOB, "Shared")),
    ("sagemaker:AddTags", arn("space/d-abcdefghijkl/lab"), {**STUDIO, **CREATING}),
    ("sagemaker:DescribeAppImageConfig", arn("app-image-config/fraud"), STUDIO),
    ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
]

STUDIO_MUST_NOT: list[Request] = [
    ("sagemaker:CreatePresignedDomainUrl", arn(BOB), STUDIO),
    ("sagemaker:CreatePresignedDomainUrl", arn(ELSEWHERE), STUDIO),
    ("sagemaker:CreatePresignedDomainUrl", arn(ADA), NOTHING),
    ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/bob/JupyterServer/default"), STUDIO),
    ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/ada/JupyterServer/default"), NOTHING),
    ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/lab/JupyterLab/x"), owned(BOB, "Private")),
    ("sagemaker:CreateApp", arn("app/d-zzzzzzzzzzzz/ada/JupyterServer/default"), STUDIO),
    ("sagemaker:UpdateSpace", arn("space/d-abcdefghijkl/lab"), owned(BOB, "Shared")),
    ("sagemaker:DeleteSpace", arn("space/d-abcdefghijkl/lab"), owned(BOB, "Private")),
    ("sagemaker:DeleteSpace", arn("space/d-abcdefghijkl/lab"), STUDIO),
    ("sagemaker:DeleteSpace", arn("space/d-zzzzzzzzzzzz/lab"), owned(ADA, "Private")),
    ("sagemaker:AddTags", arn("space/d-abcdefghijkl/lab"), STUDIO),
    ("sagemaker:CreateDomain", arn("domain/d-abcdefghijkl"), STUDIO),
    ("sagemaker:UpdateDomain", arn("domain/d-abcdefghijkl"), STUDIO),
    ("sagemaker:CreateUserProfile", arn(BOB), STUDIO),
    ("sagemaker:DeleteUserProfile", arn(ADA), STUDIO),
    ("sagemaker:UpdateUserProfile", arn(ADA), STUDIO),
    ("sagemaker:CreateNotebookInstance", arn("notebook-instance/fraud"), STUDIO),
]

ROLES_MUST_NOT: list[Request] = [
    ("iam:PassRole", "arn:aws:iam::111122223333:role/admin", TO_SAGEMAKER),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/personac/people/ml-ops", TO_SAGEMAKER),
    ("iam:PassRole", EXECUTION_ROLES[0], TO_LAMBDA),
    ("iam:PassRole", EXECUTION_ROLES[0], NOTHING),
    ("iam:CreateUser", "arn:aws:iam::111122223333:user/eve", NOTHING),
    ("iam:AttachRolePolicy", EXECUTION_ROLES[0], NOTHING),
    ("iam:CreatePolicyVersion", "arn:aws:iam::111122223333:policy/personac/people/x", NOTHING),
    ("iam:UpdateAssumeRolePolicy", EXECUTION_ROLES[0], NOTHING),
    ("sts:AssumeRole", EXECUTION_ROLES[0], NOTHING),
    ("kms:Decrypt", DATA_KEY, BY_S3),
    ("kms:CreateGrant", VOLUME_KEY, GRANT),
    ("ec2:RunInstances", arn("instance/*", "ec2"), NOTHING),
    ("lambda:InvokeFunction", arn("function:fraud", "lambda"), NOTHING),
]

OBJECT, BUCKET = "arn:aws:s3:::fraud-data/2026/day.csv", "arn:aws:s3:::fraud-data"
OTHERS_OBJECT, OTHERS_BUCKET = "arn:aws:s3:::payroll/2026.csv", "arn:aws:s3:::payroll"

MODEL_MUST: list[Request] = [
    ("sagemaker:CreateModel", job("model"), NOTHING),
    ("sagemaker:DescribeModel", job("model"), NOTHING),
    ("sagemaker:DeleteModel", job("model"), NOTHING),
    ("sagemaker:CreateModelPackage", arn("model-package/fraud/1"), NOTHING),
    ("sagemaker:UpdateModelPackage", arn("model-package/fraud/1"), NOTHING),
    ("sagemaker:ListModelPackages", "*", NOTHING),
    ("sagemaker:QueryLineage", "*", NOTHING),
    ("sagemaker:Search", "*", NOTHING),
    ("sagemaker:DescribeTrial", job("experiment-trial"), NOTHING),
]

JOBS_MUST: list[Request] = [
    ("sagemaker:CreateTrainingJob", job(), NOTHING),
    ("sagemaker:StopTrainingJob", job(), NOTHING),
    ("sagemaker:CreateProcessingJob", job("processing-job"), NOTHING),
    ("sagemaker:CreateTransformJob", job("transform-job"), NOTHING),
    ("sagemaker:CreateHyperParameterTuningJob", job("hyper-parameter-tuning-job"), NOTHING),
    ("sagemaker:CreateAutoMLJobV2", job("automl-job"), NOTHING),
    ("sagemaker:AddTags", job(), CREATING),
    ("sagemaker:BatchGetMetrics", job(), NOTHING),
    ("sagemaker:CreateExperiment", job("experiment"), NOTHING),
    ("sagemaker:AddAssociation", job("artifact"), NOTHING),
    ("s3:GetObject", OBJECT, NOTHING),
    ("s3:PutObject", OBJECT, NOTHING),
    ("s3:DeleteObject", OBJECT, NOTHING),
    ("s3:ListBucket", BUCKET, NOTHING),
    (
        "logs:GetLogEvents",
        arn("log-group:/aws/sagemaker/TrainingJobs:log-stream:fraud/algo-1", "logs"),
        NOTHING,
    ),
]

OPERATIONS_MUST: list[Request] = [
    ("sagemaker:CreateEndpoint", job("endpoint"), NOTHING),
    ("sagemaker:CreateEndpoint", job("endpoint-config"), NOTHING),
    ("sagemaker:CreateEndpointConfig", job("endpoint-config"), NOTHING),
    ("sagemaker:UpdateEndpoint", job("endpoint"), NOTHING),
    ("sagemaker:DeleteEndpoint", job("endpoint"), NOTHING),
    ("sagemaker:UpdateEndpointWeightsAndCapacities", job("endpoint"), NOTHING),
    ("sagemaker:CreatePipeline", job("pipeline"), NOTHING),
    ("sagemaker:UpdatePipeline", job("pipeline"), NOTHING),
    ("sagemaker:StartPipelineExecution", job("pipeline"), NOTHING),
    ("sagemaker:StopPipelineExecution", arn("pipeline/fraud/execution/abc"), NOTHING),
    ("sagemaker:ListPipelines", "*", NOTHING),
]

LOGS = arn("log-group:/aws/sagemaker/TrainingJobs:log-stream:fraud/algo-1", "logs")

COMPUTE_MUST: list[Request] = [
    ("s3:GetObject", OBJECT, NOTHING),
    ("s3:PutObject", OBJECT, NOTHING),
    ("s3:ListBucket", BUCKET, NOTHING),
    ("ecr:BatchGetImage", arn("repository/fraud/training", "ecr"), NOTHING),
    ("ecr:GetDownloadUrlForLayer", arn("repository/fraud/inference", "ecr"), NOTHING),
    ("ecr:GetAuthorizationToken", "*", NOTHING),
    ("logs:CreateLogStream", LOGS, NOTHING),
    ("logs:PutLogEvents", LOGS, NOTHING),
    ("logs:CreateLogGroup", arn("log-group:/aws/sagemaker/Endpoints/fraud", "logs"), NOTHING),
    ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}),
    ("sagemaker:BatchPutMetrics", job(), NOTHING),
]

MUST: dict[str, list[Request]] = {
    "data-scientist": [*STUDIO_MUST, *MODEL_MUST, *JOBS_MUST],
    "ml-ops": [*STUDIO_MUST, *MODEL_MUST, *OPERATIONS_MUST],
    "sagemaker-compute-role": COMPUTE_MUST,
    "all-ml-activities": [
        *STUDIO_MUST,
        *MODEL_MUST,
        *JOBS_MUST,
        *OPERATIONS_MUST,
        *COMPUTE_MUST,
        ("s3:GetObject", OTHERS_OBJECT, NOTHING),
        ("s3:ListBucket", OTHERS_BUCKET, NOTHING),
        ("athena:StartQueryExecution", arn("workgroup/fraud-analysts", "athena"), NOTHING),
        ("athena:ListDataCatalogs", "*", NOTHING),
        ("glue:GetTable", arn("table/fraud_events/day", "glue"), NOTHING),
        ("glue:CreateTable", arn("table/sagemaker_featurestore/fraud", "glue"), NOTHING),
        ("sagemaker:CreateMonitoringSchedule", job("monitoring-schedule"), NOTHING),
        ("sagemaker:CreateDataQualityJobDefinition", job("data-quality-job-definition"), NOTHING),
        # What AWS's Canvas policies bring.
        ("sagemaker:CreateCompilationJob", arn("compilation-job/canvas-1"), NOTHING),
        ("sagemaker:InvokeEndpoint", arn("endpoint/canvas-1"), NOTHING),
    ],
}

MUST_NOT: dict[str, list[Request]] = {
    "data-scientist": [
        *STUDIO_MUST_NOT,
        *ROLES_MUST_NOT,
        ("sagemaker:CreateEndpoint", job("endpoint"), NOTHING),
        ("sagemaker:DeleteEndpoint", job("endpoint"), NOTHING),
        ("sagemaker:InvokeEndpoint", job("endpoint"), NOTHING),
        ("sagemaker:CreatePipeline", job("pipeline"), NOTHING),
        ("sagemaker:CreateMonitoringSchedule", job("monitoring-schedule"), NOTHING),
        ("sagemaker:AddTags", job(), NOTHING),
        ("sagemaker:DeleteTags", job(), NOTHING),
        ("sagemaker:CreateTrainingJob", job().replace("111122223333", "444455556666"), NOTHING),
        ("sagemaker:CreateTrainingJob", job().replace(REGION, "us-east-1"), NOTHING),
        ("s3:GetObject", OTHERS_OBJECT, NOTHING),
        ("s3:ListBucket", OTHERS_BUCKET, NOTHING),
        ("s3:GetObject", "arn:aws:s3:::fraud-data-2/day.csv", NOTHING),
        ("s3:DeleteBucket", BUCKET, NOTHING),
        ("s3:PutBucketPolicy", BUCKET, NOTHING),
        ("s3:PutObjectAcl", OBJECT, NOTHING),
        ("s3:ListAllMyBuckets", "*", NOTHING),
        ("athena:StartQueryExecution", arn("workgroup/fraud-analysts", "athena"), NOTHING),
        ("logs:GetLogEvents", arn("log-group:/payroll:log-stream:x", "logs"), NOTHING),
        ("logs:DeleteLogGroup", arn("log-group:/aws/sagemaker/TrainingJobs", "logs"), NOTHING),
    ],
    "ml-ops": [
        *STUDIO_MUST_NOT,
        *ROLES_MUST_NOT,
        ("sagemaker:CreateTrainingJob", job(), NOTHING),
        ("sagemaker:CreateProcessingJob", job("processing-job"), NOTHING),
        ("sagemaker:CreateExperiment", job("experiment"), NOTHING),
        ("sagemaker:DeleteArtifact", job("artifact"), NOTHING),
        ("sagemaker:CreateInferenceComponent", job("inference-component"), NOTHING),
        ("sagemaker:InvokeEndpoint", job("endpoint"), NOTHING),
        ("sagemaker:DeleteTags", job("endpoint"), NOTHING),
        ("sagemaker:CreateEndpoint", job("endpoint").replace(REGION, "us-east-1"), NOTHING),
        ("s3:GetObject", OBJECT, NOTHING),
        ("s3:PutObject", OBJECT, NOTHING),
    ],
    "sagemaker-compute-role": [
        *ROLES_MUST_NOT,
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
        ("sagemaker:CreateTrainingJob", job(), NOTHING),
        ("sagemaker:CreateModel", job("model"), NOTHING),
        ("sagemaker:CreatePresignedDomainUrl", arn(ADA), STUDIO),
        ("s3:DeleteObject", OBJECT, NOTHING),
        ("s3:GetObject", OTHERS_OBJECT, NOTHING),
        ("s3:PutBucketPolicy", BUCKET, NOTHING),
        ("ecr:BatchGetImage", arn("repository/payroll", "ecr"), NOTHING),
        ("ecr:PutImage", arn("repository/fraud/training", "ecr"), NOTHING),
        ("logs:PutLogEvents", arn("log-group:/payroll:log-stream:x", "logs"), NOTHING),
        ("logs:GetLogEvents", LOGS, NOTHING),
        ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "AWS/Billing"}),
        ("cloudwatch:PutMetricData", "*", NOTHING),
        ("ec2:CreateNetworkInterface", arn("subnet/subnet-0a1b2c3d4e5f60718", "ec2"), NOTHING),
        ("ec2:DescribeSubnets", "*", NOTHING),
    ],
    # With the managed policies of AWS that it attaches.
    "all-ml-activities": [
        *ROLES_MUST_NOT,
        *STUDIO_MUST_NOT,
        ("sagemaker:CreateInferenceComponent", job("inference-component"), NOTHING),
        ("sagemaker:DeleteTags", job(), NOTHING),
        ("sagemaker:AddTags", job(), NOTHING),
        ("s3:DeleteBucket", BUCKET, NOTHING),
        ("s3:PutBucketPolicy", OTHERS_BUCKET, NOTHING),
        ("s3:PutObjectAcl", OTHERS_OBJECT, NOTHING),
        ("athena:StartQueryExecution", arn("workgroup/payroll", "athena"), NOTHING),
        ("glue:UpdateTable", arn("table/fraud_events/day", "glue"), NOTHING),
        ("glue:GetTable", arn("table/payroll/day", "glue"), NOTHING),
        ("glue:DeleteTable", arn("table/sagemaker_featurestore/fraud", "glue"), NOTHING),
        ("ecr:PutImage", arn("repository/fraud/training", "ecr"), NOTHING),
    ],
}

UNDER_CONTROLS_MUST: dict[str, list[Request]] = {
    "data-scientist": [
        ("sagemaker:CreateTrainingJob", job(), RIGHT),
        ("sagemaker:CreateModel", job("model"), RIGHT),
        ("kms:CreateGrant", VOLUME_KEY, GRANT),
        ("kms:Decrypt", DATA_KEY, BY_S3),
        ("kms:GenerateDataKey", DATA_KEY, BY_S3),
    ],
    "ml-ops": [
        ("sagemaker:CreateModel", job("model"), RIGHT),
        ("sagemaker:CreateEndpointConfig", job("endpoint-config"), NOTHING),
        ("kms:CreateGrant", VOLUME_KEY, GRANT),
    ],
    "sagemaker-compute-role": [
        ("kms:Decrypt", DATA_KEY, BY_S3),
        ("ec2:CreateNetworkInterface", arn("subnet/subnet-0a1b2c3d4e5f60718", "ec2"), NOTHING),
        ("ec2:CreateNetworkInterface", arn("security-group/sg-0123456789abcdef0", "ec2"), NOTHING),
        ("ec2:CreateNetworkInterface", arn("network-interface/eni-1", "ec2"), NOTHING),
        ("ec2:DescribeSubnets", "*", NOTHING),
    ],
    "all-ml-activities": [
        ("sagemaker:CreateTrainingJob", job(), RIGHT),
        ("sagemaker:CreateMonitoringSchedule", job("monitoring-schedule"), NOTHING),
        ("sagemaker:CreateDataQualityJobDefinition", job("data-quality-job-definition"), RIGHT),
    ],
}

UNDER_CONTROLS_MUST_NOT: dict[str, list[Request]] = {
    "data-scientist": [
        ("sagemaker:CreateTrainingJob", job(), NOTHING),
        ("sagemaker:CreateModel", job("model"), NOTHING),
        ("kms:Decrypt", DATA_KEY, NOTHING),
        ("kms:Decrypt", VOLUME_KEY, BY_S3),
        ("kms:CreateGrant", VOLUME_KEY, {**GRANT, "kms:GrantIsForAWSResource": "false"}),
        ("kms:CreateGrant", VOLUME_KEY, {**GRANT, "kms:ViaService": f"ec2.{REGION}.amazonaws.com"}),
        ("kms:CreateGrant", DATA_KEY, GRANT),
        ("kms:ScheduleKeyDeletion", DATA_KEY, NOTHING),
        ("kms:PutKeyPolicy", VOLUME_KEY, NOTHING),
    ],
    "ml-ops": [
        ("sagemaker:CreateModel", job("model"), NOTHING),
        ("kms:Decrypt", VOLUME_KEY, BY_S3),
    ],
    "sagemaker-compute-role": [
        ("kms:Decrypt", DATA_KEY, NOTHING),
        ("kms:CreateGrant", VOLUME_KEY, {**GRANT, "kms:GrantIsForAWSResource": "false"}),
        ("ec2:AttachNetworkInterface", arn("network-interface/eni-1", "ec2"), NOTHING),
        ("ec2:RunInstances", arn("instance/*", "ec2"), NOTHING),
    ],
    "all-ml-activities": [
        ("sagemaker:CreateTrainingJob", job(name="canvas-1"), NOTHING),
        ("sagemaker:CreateTransformJob", job("transform-job"), NOTHING),
        ("sagemaker:CreateDataQualityJobDefinition", job("data-quality-job-definition"), NOTHING),
    ],
}


def _id(request: Request) -> str:
    return f"{request[0]} {request[1].rpartition(':')[2]}"


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_persona_may_do_its_work(persona: str) -> None:
    assert len(MUST[persona]) >= 10
    held = everything(persona)
    refused = [_id(each) for each in MUST[persona] if decide(held, *each) != "allowed"]
    assert refused == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_persona_may_do_nothing_else(persona: str) -> None:
    assert len(MUST_NOT[persona]) >= 10
    held = everything(persona)
    let_through = [_id(each) for each in MUST_NOT[persona] if decide(held, *each) == "allowed"]
    assert let_through == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_persona_works_under_its_controls(persona: str) -> None:
    held = policies(persona, tuple(CONTROLS))
    refused = [
        _id(each) for each in UNDER_CONTROLS_MUST[persona] if decide(held, *each) != "allowed"
    ]
    assert refused == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_persona_stays_inside_its_controls(persona: str) -> None:
    held = everything(persona, tuple(CONTROLS))
    requests = UNDER_CONTROLS_MUST_NOT[persona]
    let_through = [_id(each) for each in requests if decide(held, *each) == "allowed"]
    assert let_through == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_control_takes_nothing_away_that_it_is_not_about(persona: str) -> None:
    """What a persona may do, it may still do with both controls on, if it names subnets, groups and keys."""
    held = everything(persona, tuple(CONTROLS))
    refused = [
        _id((action, resource, context))
        for action, resource, context in MUST[persona]
        if decide(held, action, resource, {**RIGHT, **context}) != "allowed"
    ]
    assert refused == []
