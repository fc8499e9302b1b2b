"""Data Science Engineer and Administrator: cost under control, and who administers Studio."""

from __future__ import annotations

import pytest

from compiler.iam.document import parse
from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    EXECUTION_ROLES,
    REGION,
    RIGHT,
    STUDIO,
    VOLUME_KEY,
    arn,
    attached,
    catalog,
    compiled,
    decide,
    documents,
    managed,
    statements,
    template,
    with_persona,
    without,
)
from tests.catalog.test_guardrails import breaks
from tests.catalog.well_architected import (
    ADMINISTRATOR,
    BIG,
    BOTH,
    ENGINEER,
    EVERYTHING,
    KEY,
    STUDIO_ADMINISTRATION,
    SWITCHES,
    TYPES,
    as_persona,
    held,
    launch,
)

ENCRYPTION = ("sagemaker:VolumeKmsKeyArn", "sagemaker:OutputKmsKeyArn")
CONTEXT: dict[str, str | list[str]] = {**STUDIO, KEY: ["ml.m5.large"]}
TO_SAGEMAKER: dict[str, str | list[str]] = {"iam:PassedToService": "sagemaker.amazonaws.com"}


@pytest.mark.parametrize("persona", BOTH)
def test_they_work_in_studio_train_and_deploy(persona: str) -> None:
    whole = held(persona)
    for called, resource in (
        ("sagemaker:CreateHyperParameterTuningJob", arn("hyper-parameter-tuning-job/fraud")),
        ("sagemaker:CreateProcessingJob", arn("processing-job/fraud")),
        ("sagemaker:CreateTrainingJob", arn("training-job/fraud")),
        ("sagemaker:CreateTransformJob", arn("transform-job/fraud")),
        ("sagemaker:CreateApp", arn("app/d-abcdefghijkl/ada/JupyterLab/default")),
        ("sagemaker:CreatePresignedDomainUrl", arn("user-profile/d-abcdefghijkl/ada")),
        ("sagemaker:CreateModel", arn("model/fraud")),
        ("sagemaker:CreateEndpointConfig", arn("endpoint-config/fraud")),
        ("sagemaker:CreateEndpoint", arn("endpoint/fraud")),
        ("sagemaker:InvokeEndpoint", arn("endpoint/fraud")),
        ("s3:PutObject", "arn:aws:s3:::fraud-data/a.csv"),
        ("elasticfilesystem:DescribeFileSystems", arn("file-system/fs-1", "elasticfilesystem")),
        ("iam:GetRole", EXECUTION_ROLES[0]),
        ("ec2:DescribeSubnets", "*"),
        ("logs:GetLogEvents", arn("log-group:/aws/sagemaker/TrainingJobs:log-stream:a", "logs")),
    ):
        assert decide(whole, called, resource, CONTEXT) == "allowed"
    assert decide(whole, "iam:PassRole", EXECUTION_ROLES[1], TO_SAGEMAKER) == "allowed"


@pytest.mark.parametrize("persona", BOTH)
def test_they_reach_nothing_else(persona: str) -> None:
    whole = held(persona, *SWITCHES[persona])
    for called, resource, context in (
        ("sagemaker:CreatePresignedDomainUrl", arn("user-profile/d-abcdefghijkl/bob"), STUDIO),
        ("sagemaker:CreateNotebookInstance", arn("notebook-instance/a"), CONTEXT),
        ("sagemaker:CreatePipeline", arn("pipeline/a"), STUDIO),
        ("sagemaker:CreateStudioLifecycleConfig", arn("studio-lifecycle-config/a"), STUDIO),
        ("secretsmanager:GetSecretValue", arn("secret:a-1", "secretsmanager"), STUDIO),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", TO_SAGEMAKER),
        ("iam:PassRole", EXECUTION_ROLES[0], {"iam:PassedToService": "glue.amazonaws.com"}),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/a", STUDIO),
        ("iam:TagRole", f"arn:aws:iam::{ACCOUNT}:role/a", STUDIO),
        ("s3:PutBucketPolicy", "arn:aws:s3:::fraud-data", STUDIO),
        ("ecr:SetRepositoryPolicy", arn("repository/fraud/training", "ecr"), STUDIO),
        ("cloudformation:CreateStack", arn("stack/SC-1/a", "cloudformation"), STUDIO),
    ):
        assert decide(whole, called, resource, {**as_persona(persona), **context}) != "allowed"


def test_the_layers_are_the_same_for_both() -> None:
    personas = catalog().personas
    shared = set(personas[ENGINEER].activities) & set(personas[ADMINISTRATOR].activities)
    assert {f"data-science-{each}" for each in ("compute", "storage", "security")} <= shared
    assert set(personas[ENGINEER].activities) - shared == {"keep-off-studio-administration"}
    assert set(personas[ADMINISTRATOR].activities) - shared == {"administer-studio"}


@pytest.mark.parametrize("persona", BOTH)
def test_network_and_encryption_hold_as_for_everybody(persona: str) -> None:
    whole = held(persona, controls=tuple(CONTROLS))
    job = arn("training-job/fraud")
    assert decide(whole, "sagemaker:CreateTrainingJob", job, CONTEXT) == "explicitly-denied"
    assert decide(whole, "sagemaker:CreateTrainingJob", job, {**CONTEXT, **RIGHT}) == "allowed"


# --------------------------------------------------------------------- who administers Studio


@pytest.mark.parametrize(("action", "resource"), STUDIO_ADMINISTRATION)
def test_the_administrator_administers_studio_and_the_engineer_never(
    action: str, resource: str
) -> None:
    called, about = f"sagemaker:{action}", arn(resource)
    engineer, administrator = as_persona(ENGINEER), as_persona(ADMINISTRATOR)
    assert decide(held(ADMINISTRATOR), called, about, administrator) == "allowed"
    assert decide(held(ADMINISTRATOR), called, about, engineer) == "implicitly-denied"
    assert decide(held(ADMINISTRATOR), called, about, STUDIO) == "implicitly-denied"
    for context in (engineer, administrator):
        whole = [*held(ENGINEER), EVERYTHING]
        assert decide(whole, called, about, context) == "explicitly-denied"


def test_a_profile_needs_no_instance_types() -> None:
    profile, tag = arn("user-profile/d-abcdefghijkl/bob"), as_persona(ADMINISTRATOR)
    asked = "sagemaker:CreateUserProfile"
    assert decide(held(ADMINISTRATOR), asked, profile, tag) == "allowed"
    assert decide(held(ADMINISTRATOR), asked, profile, {**tag, KEY: TYPES}) == "allowed"
    assert decide(held(ADMINISTRATOR), asked, profile, {**tag, KEY: [BIG]}) == "explicitly-denied"


def test_the_administrator_clears_a_profile_but_does_not_work_as_it() -> None:
    tag, app = as_persona(ADMINISTRATOR), arn("app/d-abcdefghijkl/bob/JupyterLab/default")
    space = arn("space/d-abcdefghijkl/bobs")
    theirs: dict[str, str | list[str]] = {
        "sagemaker:OwnerUserProfileArn": arn("user-profile/d-abcdefghijkl/bob"),
        "sagemaker:SpaceSharingType": "Private",
    }
    whole = held(ADMINISTRATOR)
    assert decide(whole, "sagemaker:DeleteApp", app, {**tag, **theirs}) == "allowed"
    assert decide(whole, "sagemaker:DeleteSpace", space, {**tag, **theirs}) == "allowed"
    for called, about in (("CreateApp", app), ("UpdateSpace", space), ("CreateSpace", space)):
        context = {**CONTEXT, **tag, **theirs}
        assert decide(whole, f"sagemaker:{called}", about, context) != "allowed"
    assert decide(held(ENGINEER), "sagemaker:DeleteSpace", space, theirs) != "allowed"


def test_a_domain_makes_the_role_of_sagemaker_and_no_other() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/sagemaker.amazonaws.com"
    asked, notebooks = "iam:CreateServiceLinkedRole", "AWSServiceRoleForAmazonSageMakerNotebooks"
    sagemaker = {"iam:AWSServiceName": "sagemaker.amazonaws.com"}
    assert decide(held(ADMINISTRATOR), asked, f"{role}/{notebooks}", sagemaker) == "allowed"
    assert decide(held(ADMINISTRATOR), asked, f"{role}/Other", sagemaker) != "allowed"
    assert decide(held(ENGINEER), asked, f"{role}/{notebooks}", sagemaker) != "allowed"


def test_a_domain_in_the_network_has_no_other_way_out() -> None:
    network = ("network",)
    tag = {**as_persona(ADMINISTRATOR), **without(RIGHT, *ENCRYPTION)}
    domain = arn("domain/d-abcdefghijkl")
    only: dict[str, str | list[str]] = {"sagemaker:AppNetworkAccessType": "VpcOnly"}
    public: dict[str, str | list[str]] = {"sagemaker:AppNetworkAccessType": "PublicInternetOnly"}
    for action, context, decision in (
        ("CreateDomain", only, "allowed"),
        ("CreateDomain", public, "explicitly-denied"),
        ("CreateDomain", {}, "explicitly-denied"),
        ("UpdateDomain", only, "allowed"),
        ("UpdateDomain", public, "explicitly-denied"),
        ("UpdateDomain", {}, "allowed"),
    ):
        asked, whole = f"sagemaker:{action}", held(ADMINISTRATOR, controls=network)
        assert decide(whole, asked, domain, {**tag, **context}) == decision
        assert decide(held(ADMINISTRATOR), asked, domain, {**tag, **context}) == "allowed"


def test_a_domain_is_encrypted_with_the_key_of_the_launch() -> None:
    whole = held(ADMINISTRATOR, controls=("encryption",))
    tag, domain = as_persona(ADMINISTRATOR), arn("domain/d-abcdefghijkl")
    by_efs = {"kms:ViaService": f"elasticfilesystem.{REGION}.amazonaws.com"}
    grant = {**by_efs, "kms:GrantIsForAWSResource": "true"}
    key = {"sagemaker:VolumeKmsKeyArn": VOLUME_KEY}
    assert decide(whole, "sagemaker:CreateDomain", domain, {**tag, **key}) == "allowed"
    assert decide(whole, "sagemaker:CreateDomain", domain, tag) == "explicitly-denied"
    making = "elasticfilesystem:CreateFileSystem"
    assert decide(whole, making, "*", {"elasticfilesystem:Encrypted": "true"}) == "allowed"
    assert decide(whole, making, "*", {"elasticfilesystem:Encrypted": "false"}) != "allowed"
    assert decide(whole, "kms:CreateGrant", VOLUME_KEY, grant) == "allowed"
    assert decide(whole, "kms:CreateGrant", VOLUME_KEY, by_efs) != "allowed"
    assert decide(whole, "kms:Decrypt", VOLUME_KEY, by_efs) == "allowed"
    assert decide(whole, "kms:Decrypt", VOLUME_KEY) != "allowed"


def test_in_another_persona_the_activity_administers_nothing() -> None:
    other = with_persona("data-scientist", activities=("administer-studio",))
    body = compiled("data-scientist", other)
    allowing = documents(render(body, Launch(parameters={})))
    tag = as_persona("data-scientist")
    for action, resource in STUDIO_ADMINISTRATION:
        assert decide(allowing, f"sagemaker:{action}", arn(resource), tag) == "implicitly-denied"


# ------------------------------------------------------------------------- choices of a launch

ATTACHED = {
    "EcrReadOnlyAccess": "AmazonEC2ContainerRegistryReadOnly",
    "S3ReadOnlyAccess": "AmazonS3ReadOnlyAccess",
    "SagemakerReadOnlyAccess": "AmazonSageMakerReadOnly",
}
"""The switches that attach a policy of AWS's."""


@pytest.mark.parametrize("persona", BOTH)
def test_all_choices_are_off(persona: str) -> None:
    parameters = template(persona)["Parameters"]
    assert {name: parameters[name]["Default"] for name in SWITCHES[persona]} == dict.fromkeys(
        SWITCHES[persona], "no"
    )
    assert launch(persona).managed_policy_arns == ()
    assert attached(persona) == ()


@pytest.mark.parametrize("persona", BOTH)
def test_each_choice_attaches_its_policy_and_no_role_is_passed_by_it(persona: str) -> None:
    for switch in SWITCHES[persona]:
        rendered = launch(persona, switch)
        names = [each.rpartition("/")[2] for each in rendered.managed_policy_arns]
        assert names == ([ATTACHED[switch]] if switch in ATTACHED else [])
        sids = {each["Sid"] for each in statements(documents(rendered))}
        assert ("PassNoOtherRole" in sids) == (switch in ATTACHED)


def test_what_the_other_choices_are_for() -> None:
    products, repositories = held(ENGINEER, "LaunchProducts"), "ManageImageRepositories"
    product = "arn:aws:catalog:eu-west-1:444455556666:product/prod-1"
    own: dict[str, str | list[str]] = {"servicecatalog:userLevel": "self"}
    assert decide(products, "servicecatalog:ProvisionProduct", product) == "allowed"
    assert decide(products, "servicecatalog:TerminateProvisionedProduct", "*", own) == "allowed"
    assert decide(products, "servicecatalog:TerminateProvisionedProduct", "*") != "allowed"
    images = held(ADMINISTRATOR, repositories)
    given, other = (arn(f"repository/{each}", "ecr") for each in ("fraud/training", "payroll"))
    assert decide(images, "ecr:PutImage", given) == "allowed"
    assert decide(images, "ecr:PutImage", other) != "allowed"
    with pytest.raises(ParameterError, match="ImageRepositories"):
        launch(ADMINISTRATOR, repositories, given={"ImageRepositories": ""})


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("AWSServiceCatalogEndUserFullAccess", {"change-sets", "running-compute"}),
        ("AWSServiceCatalogAdminFullAccess", {"change-sets", "running-compute", "pass-roles"}),
        ("AmazonS3FullAccess", {"bucket-access"}),
        ("AmazonEC2ContainerRegistryFullAccess", {"identity-changes", "sharing"}),
        ("AmazonS3ReadOnlyAccess", set()),
        ("AmazonSageMakerReadOnly", set()),
        ("AmazonEC2ContainerRegistryReadOnly", set()),
    ],
)
def test_why_some_policies_of_the_application_are_no_choice(name: str, broken: set[str]) -> None:
    policies = (parse(managed(name), name="policy", kind="identity"),)
    assert {each for each in catalog().guardrails if breaks(policies, each)} >= broken
    if not broken:
        assert not [each for each in catalog().guardrails if breaks(policies, each)]
