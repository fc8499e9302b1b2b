"""What the roles of notebook instances, jobs and models are asked for: requests, as tables.

By what AWS says that each needs:
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
"""

from __future__ import annotations

from tests.catalog.launches import (
    ACCOUNT,
    DATA_KEY,
    EXECUTION_ROLES,
    GROUPS,
    REGION,
    SUBNETS,
    VOLUME_KEY,
    arn,
)

Context = dict[str, str | list[str]]
Request = tuple[str, str, Context]

JOBS = (
    "hyperparameter-tuning-job-execution-role",
    "processing-job-execution-role",
    "training-job-execution-role",
)
NARROW = (*JOBS, "execution-role", "model-execution-role", "notebook-instance-execution-role")
WRITERS = tuple(each for each in NARROW if each != "model-execution-role")
BROAD = {
    "broad-job-execution-role": JOBS,
    "broad-model-execution-role": ("model-execution-role",),
    "broad-notebook-instance-execution-role": ("notebook-instance-execution-role",),
}
"""Each broad role, and the narrow ones that take its place."""

PLAIN: Context = {}
TO_SAGEMAKER: Context = {"iam:PassedToService": "sagemaker.amazonaws.com"}
NAMESPACE: Context = {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}


def via(service: str) -> Context:
    return {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}


GRANT: Context = {**via("sagemaker"), "kms:GrantIsForAWSResource": "true"}


def ec2(thing: str) -> str:
    return arn(thing, "ec2")


def group(name: str) -> str:
    return arn(f"log-group:/aws/sagemaker/{name}", "logs")


def log(name: str) -> str:
    return f"{group(name)}:log-stream:fraud/algo-1"


def s3(thing: str) -> str:
    return f"arn:aws:s3:::{thing}"


INTERFACE = ec2("network-interface/eni-0a1b2c3d4e5f60718")

# ------------------------------------------------------------------------------- what each must do

ALIKE: list[Request] = [
    ("s3:GetObject", s3("fraud-data/train/2026/day.csv"), PLAIN),
    ("s3:GetObject", s3("fraud-models/base/model.tar.gz"), PLAIN),
    ("s3:ListBucket", s3("fraud-data"), PLAIN),
    ("ecr:BatchCheckLayerAvailability", arn("repository/fraud/training", "ecr"), PLAIN),
    ("ecr:BatchGetImage", arn("repository/fraud/training", "ecr"), PLAIN),
    ("ecr:GetDownloadUrlForLayer", arn("repository/fraud/inference", "ecr"), PLAIN),
    ("ecr:GetAuthorizationToken", "*", PLAIN),
    ("cloudwatch:PutMetricData", "*", NAMESPACE),
]
"""The input, the image and the metrics, of whatever kind the work is."""

WRITE: list[Request] = [
    ("s3:PutObject", s3("fraud-results/training/fraud-1/output/model.tar.gz"), PLAIN),
    ("s3:AbortMultipartUpload", s3("fraud-results/training/fraud-1/output/x"), PLAIN),
]
RESUME: list[Request] = [("s3:GetObject", s3("fraud-results/training/checkpoints/1"), PLAIN)]


def logging(*names: str) -> list[Request]:
    return [
        request
        for name in names
        for request in (
            ("logs:CreateLogGroup", group(name), PLAIN),
            ("logs:CreateLogStream", log(name), PLAIN),
            ("logs:DescribeLogStreams", group(name), PLAIN),
            ("logs:PutLogEvents", log(name), PLAIN),
        )
    ]


NOTEBOOK: list[Request] = [
    *ALIKE,
    *WRITE,
    *RESUME,
    *logging("NotebookInstances"),
    ("s3:DeleteObject", s3("fraud-results/training/old.csv"), PLAIN),
    ("logs:GetLogEvents", log("TrainingJobs"), PLAIN),
    ("sagemaker:DescribeNotebookInstance", arn("notebook-instance/fraud"), PLAIN),
]

MUST: dict[str, list[Request]] = {
    "training-job-execution-role": [*ALIKE, *WRITE, *RESUME, *logging("TrainingJobs")],
    "hyperparameter-tuning-job-execution-role": [
        *ALIKE,
        *WRITE,
        *RESUME,
        *logging("TrainingJobs"),
    ],
    "processing-job-execution-role": [*ALIKE, *WRITE, *logging("ProcessingJobs")],
    "model-execution-role": [
        *ALIKE,
        *logging("Endpoints/fraud", "InferenceComponents/fraud", "TransformJobs"),
    ],
    # AWS's page: "if you plan to use it to invoke SageMaker APIs and pass [a] role when calling the
    # CreateTrainingJob and CreateModel APIs".
    "notebook-instance-execution-role": [
        *NOTEBOOK,
        ("sagemaker:CreateTrainingJob", arn("training-job/fraud"), PLAIN),
        ("sagemaker:CreateProcessingJob", arn("processing-job/fraud"), PLAIN),
        ("sagemaker:StopTrainingJob", arn("training-job/fraud"), PLAIN),
        ("sagemaker:CreateModel", arn("model/fraud"), PLAIN),
        ("sagemaker:CreateModelPackage", arn("model-package/fraud/1"), PLAIN),
        ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
        ("iam:PassRole", EXECUTION_ROLES[1], TO_SAGEMAKER),
    ],
    "execution-role": [
        *NOTEBOOK,
        *logging("Endpoints/fraud", "ProcessingJobs", "TrainingJobs", "TransformJobs"),
    ],
}

# --------------------------------------------------------------------------- what none of them may

NONE_MAY: list[Request] = [
    # Beside the given folders, and in folders that only begin like them.
    ("s3:GetObject", s3("fraud-data/payroll/2026.csv"), PLAIN),
    ("s3:GetObject", s3("fraud-data/train-2/day.csv"), PLAIN),
    ("s3:GetObject", s3("fraud-models/base/model.tar.gz.bak"), PLAIN),
    ("s3:GetObject", s3("fraud-data-2/train/day.csv"), PLAIN),
    ("s3:GetObject", s3("payroll/train/day.csv"), PLAIN),
    ("s3:ListBucket", s3("payroll"), PLAIN),
    ("s3:ListBucket", s3("fraud-results"), PLAIN),
    ("s3:ListAllMyBuckets", "*", PLAIN),
    ("s3:CreateBucket", s3("sagemaker-eu-west-1-111122223333"), PLAIN),
    # Input is left as it was found.
    ("s3:PutObject", s3("fraud-data/train/2026/day.csv"), PLAIN),
    ("s3:DeleteObject", s3("fraud-data/train/2026/day.csv"), PLAIN),
    ("s3:PutObject", s3("fraud-results/others/x"), PLAIN),
    ("s3:PutObject", s3("fraud-results/training-2/x"), PLAIN),
    ("s3:PutObjectAcl", s3("fraud-results/training/x"), PLAIN),
    ("s3:PutBucketPolicy", s3("fraud-results"), PLAIN),
    # Images are pulled, of the given repositories.
    ("ecr:BatchGetImage", arn("repository/payroll", "ecr"), PLAIN),
    ("ecr:BatchGetImage", arn("repository/fraud/training", "ecr", region="us-east-1"), PLAIN),
    ("ecr:PutImage", arn("repository/fraud/training", "ecr"), PLAIN),
    ("ecr:SetRepositoryPolicy", arn("repository/fraud/training", "ecr"), PLAIN),
    # What does not belong to SageMaker.
    ("logs:PutLogEvents", arn("log-group:/payroll:log-stream:x", "logs"), PLAIN),
    ("logs:DeleteLogGroup", arn("log-group:/aws/sagemaker/TrainingJobs", "logs"), PLAIN),
    ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "AWS/Billing"}),
    ("cloudwatch:PutMetricData", "*", PLAIN),
    ("dynamodb:GetItem", arn("table/fraud", "dynamodb"), PLAIN),
    # Other roles, other people, other instances.
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", TO_SAGEMAKER),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/personac/people/ada", TO_SAGEMAKER),
    ("iam:PassRole", EXECUTION_ROLES[0], {"iam:PassedToService": "lambda.amazonaws.com"}),
    ("iam:PassRole", EXECUTION_ROLES[0], PLAIN),
    ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/personac/execution/x", PLAIN),
    ("sts:AssumeRole", EXECUTION_ROLES[0], PLAIN),
    ("sagemaker:CreateNotebookInstance", arn("notebook-instance/fraud"), PLAIN),
    ("sagemaker:CreatePresignedNotebookInstanceUrl", arn("notebook-instance/fraud"), PLAIN),
    ("sagemaker:CreateNotebookInstanceLifecycleConfig", "*", PLAIN),
    ("sagemaker:CreateEndpoint", arn("endpoint/fraud"), PLAIN),
    ("sagemaker:InvokeEndpoint", arn("endpoint/fraud"), PLAIN),
    ("sagemaker:CreateDomain", arn("domain/d-abcdefghijkl"), PLAIN),
    # Nothing of a control that is off.
    ("ec2:CreateNetworkInterface", INTERFACE, PLAIN),
    ("ec2:DescribeSubnets", "*", PLAIN),
    ("kms:Decrypt", DATA_KEY, via("s3")),
    ("kms:CreateGrant", VOLUME_KEY, GRANT),
]

STARTS: list[Request] = [
    ("iam:PassRole", EXECUTION_ROLES[0], TO_SAGEMAKER),
    ("sagemaker:CreateTrainingJob", arn("training-job/fraud"), PLAIN),
    ("sagemaker:CreateProcessingJob", arn("processing-job/fraud"), PLAIN),
    ("sagemaker:CreateModel", arn("model/fraud"), PLAIN),
]
"""What only the role of a notebook instance does: it serves a person."""

MUST_NOT: dict[str, list[Request]] = {
    "training-job-execution-role": [
        *STARTS,
        ("s3:DeleteObject", s3("fraud-results/training/x"), PLAIN),
        ("logs:GetLogEvents", log("TrainingJobs"), PLAIN),
        ("logs:PutLogEvents", log("Endpoints/fraud"), PLAIN),
        ("logs:PutLogEvents", log("NotebookInstances"), PLAIN),
    ],
    "hyperparameter-tuning-job-execution-role": [
        *STARTS,
        ("s3:DeleteObject", s3("fraud-results/training/x"), PLAIN),
        ("logs:PutLogEvents", log("ProcessingJobs"), PLAIN),
        ("sagemaker:CreateHyperParameterTuningJob", arn("hyper-parameter-tuning-job/x"), PLAIN),
    ],
    "processing-job-execution-role": [
        *STARTS,
        ("s3:DeleteObject", s3("fraud-results/training/x"), PLAIN),
        ("s3:GetObject", s3("fraud-results/training/x"), PLAIN),
        ("logs:PutLogEvents", log("TrainingJobs"), PLAIN),
    ],
    "model-execution-role": [
        *STARTS,
        ("s3:PutObject", s3("fraud-results/training/x"), PLAIN),
        ("s3:GetObject", s3("fraud-results/training/x"), PLAIN),
        ("logs:PutLogEvents", log("TrainingJobs"), PLAIN),
    ],
    "notebook-instance-execution-role": [
        ("logs:PutLogEvents", log("TrainingJobs"), PLAIN),
        ("sagemaker:StopNotebookInstance", arn("notebook-instance/fraud"), PLAIN),
        ("sagemaker:DeleteTrainingJob", arn("training-job/fraud"), PLAIN),
        ("codecommit:GitPush", arn("sagemaker-fraud", "codecommit"), PLAIN),
    ],
    "execution-role": [*STARTS, ("logs:GetLogEvents", log("Endpoints/fraud"), PLAIN)],
}


def of(request: Request) -> str:
    return f"{request[0]} {request[1].rpartition(':')[2]}"


# ---------------------------------------------------------------------------------------- network

IN_THE_VPC: list[Request] = [
    ("ec2:CreateNetworkInterface", INTERFACE, PLAIN),
    *(("ec2:CreateNetworkInterface", ec2(f"subnet/{each}"), PLAIN) for each in SUBNETS),
    *(("ec2:CreateNetworkInterface", ec2(f"security-group/{each}"), PLAIN) for each in GROUPS),
    ("ec2:CreateNetworkInterfacePermission", INTERFACE, PLAIN),
    ("ec2:DeleteNetworkInterface", INTERFACE, PLAIN),
    ("ec2:DeleteNetworkInterfacePermission", INTERFACE, PLAIN),
    ("ec2:DescribeNetworkInterfaces", "*", PLAIN),
    ("ec2:DescribeVpcs", "*", PLAIN),
    ("ec2:DescribeDhcpOptions", "*", PLAIN),
    ("ec2:DescribeSubnets", "*", PLAIN),
    ("ec2:DescribeSecurityGroups", "*", PLAIN),
]
OUTSIDE_THE_VPC: list[Request] = [
    ("ec2:CreateNetworkInterface", ec2("subnet/subnet-00000000000000000"), PLAIN),
    ("ec2:CreateNetworkInterface", ec2("security-group/sg-00000000000000000"), PLAIN),
]
UNSCOPED = ("processing-job-execution-role", "execution-role")
"""Roles whose interfaces AWS wants without resources: those of processing jobs."""

BESIDE_THE_VPC: list[Request] = [
    ("ec2:AttachNetworkInterface", INTERFACE, PLAIN),
    ("ec2:ModifyNetworkInterfaceAttribute", INTERFACE, PLAIN),
    ("ec2:AuthorizeSecurityGroupIngress", ec2(f"security-group/{GROUPS[0]}"), PLAIN),
    ("ec2:CreateVpcEndpoint", ec2("vpc-endpoint/*"), PLAIN),
    ("ec2:RunInstances", ec2("instance/*"), PLAIN),
]


# ------------------------------------------------------------------------------------------- keys

DECRYPT: Request = ("kms:Decrypt", DATA_KEY, via("s3"))
ENCRYPT: list[Request] = [
    ("kms:Encrypt", DATA_KEY, via("s3")),
    ("kms:Encrypt", DATA_KEY, via("sagemaker")),
    # AWS's page lacks it; S3 asks for a data key for each object that it encrypts.
    ("kms:GenerateDataKey", DATA_KEY, via("s3")),
]
VOLUME: Request = ("kms:CreateGrant", VOLUME_KEY, GRANT)

WITH_KEYS: dict[str, list[Request]] = {
    **{persona: [DECRYPT, *ENCRYPT, VOLUME] for persona in JOBS},
    "model-execution-role": [DECRYPT],
    # The jobs that it starts get their volumes by a grant in its name.
    "notebook-instance-execution-role": [DECRYPT, ENCRYPT[-1], VOLUME],
    "execution-role": [DECRYPT, *ENCRYPT, VOLUME],
}

OTHER_KEY = DATA_KEY.rpartition("/")[0] + "/99999999-12ab-34cd-56ef-1234567890ab"

NEVER_WITH_KEYS: list[Request] = [
    *((f"kms:{each}", DATA_KEY, PLAIN) for each in ("Decrypt", "Encrypt", "GenerateDataKey")),
    *((f"kms:{each}", DATA_KEY, via("ec2")) for each in ("Decrypt", "Encrypt", "GenerateDataKey")),
    *((f"kms:{each}", OTHER_KEY, via("s3")) for each in ("Decrypt", "Encrypt", "GenerateDataKey")),
    ("kms:Decrypt", DATA_KEY, {"kms:ViaService": "s3.us-east-1.amazonaws.com"}),
    ("kms:Decrypt", DATA_KEY, via("sagemaker")),
    ("kms:Decrypt", VOLUME_KEY, via("s3")),
    ("kms:Encrypt", VOLUME_KEY, via("s3")),
    ("kms:CreateGrant", DATA_KEY, GRANT),
    ("kms:CreateGrant", OTHER_KEY, GRANT),
    ("kms:CreateGrant", VOLUME_KEY, via("sagemaker")),
    ("kms:CreateGrant", VOLUME_KEY, {**GRANT, "kms:GrantIsForAWSResource": "false"}),
    ("kms:CreateGrant", VOLUME_KEY, {**GRANT, **via("ec2")}),
    ("kms:RevokeGrant", VOLUME_KEY, GRANT),
    ("kms:PutKeyPolicy", DATA_KEY, PLAIN),
    ("kms:ScheduleKeyDeletion", VOLUME_KEY, PLAIN),
]
