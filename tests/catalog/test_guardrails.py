"""The guardrails of this repository: complete, kept by its personas, and broken by what breaks them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from compiler.boundary import boundary
from compiler.guardrail import deny_statements
from compiler.iam.difference import gained
from compiler.iam.document import parse
from compiler.iam.request import Access
from tests.catalog import launches
from tests.catalog.launches import CONTROLS, MODES, PERSONAS, REPOSITORY, catalog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.iam.document import Policy

Statement = dict[str, Any]

GUARDRAILS = sorted(file.stem for file in (REPOSITORY / "catalog/guardrails").glob("*.yaml"))
ESCALATIONS = [each for each in GUARDRAILS if launches.catalog().guardrails[each].escalation]

PATHS = {
    "apprunner": 2,
    "bedrock": 2,
    "cloudformation": 5,
    "codebuild": 4,
    "datapipeline": 1,
    "ec2": 4,
    "ecs": 5,
    "glue": 6,
    "iam": 21,
    "lambda": 6,
    "sagemaker": 5,
    "ssm": 2,
    "sts": 1,
}
"""How many paths pathfinding.cloud numbered for each service, as of 2025-12-17."""


def policy(statements: Sequence[Statement]) -> Policy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return parse(document, name="policy", kind="identity")


@cache
def held(persona: str, controls: tuple[str, ...] = ()) -> tuple[Policy, ...]:
    """The policies of a persona, those of AWS included."""
    documents = launches.everything(persona, controls)
    return tuple(parse(each, name="policy", kind="identity") for each in documents)


def denied(policies: tuple[Policy, ...], statements: Sequence[Statement]) -> frozenset[str]:
    """The actions that policies allow in some request which Deny statements would stop."""
    bounded = Access(policies=(*policies, policy(statements)))
    found, unknown = gained(bounded, Access(policies=policies))
    assert unknown == ()
    return frozenset(action for each in found for action in each.actions)


def breaks(policies: tuple[Policy, ...], guardrail: str) -> bool:
    """Whether policies break a guardrail: an escalation by each of its steps."""
    steps = [denied(policies, [each]) for each, _ in deny_statements(launches.catalog(), guardrail)]
    return all(steps) if guardrail in ESCALATIONS else any(steps)


def allow(*actions: str) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


def test_every_path_of_pathfinding_cloud_is_in_some_guardrail() -> None:
    named = {
        source.removeprefix("https://pathfinding.cloud/paths/")
        for each in launches.catalog().guardrails.values()
        for source in each.sources
        if "pathfinding" in source
    }

    numbered = {f"{name}-{each:03}" for name, most in PATHS.items() for each in range(1, most + 1)}
    assert named == numbered | {"ec2instanceconnect-003"}


@pytest.mark.parametrize("guardrail", GUARDRAILS)
def test_no_persona_breaks_a_guardrail(guardrail: str) -> None:
    assert [each for each in PERSONAS if breaks(held(each), guardrail)] == []


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("controls", MODES)
def test_the_boundary_takes_nothing_from_a_persona(persona: str, controls: tuple[str, ...]) -> None:
    """So each of `deny` holds for all of them, and no escalation has its bounded step."""
    assert not launches.catalog().personas[persona].exceptions
    _, *statements = boundary(launches.catalog()).document()["Statement"]

    assert denied(held(persona, controls), statements) == frozenset()


@pytest.mark.parametrize("persona", launches.PEOPLE)
def test_people_open_studio_as_themselves_alone(persona: str) -> None:
    """Judged by brute force: the profile is the one of the session, by two variables of IAM's."""
    _, *statements = boundary(launches.catalog()).document()["Statement"]
    documents = launches.policies(persona, tuple(CONTROLS))
    bounded = (*documents, {"Version": "2012-10-17", "Statement": statements})

    url = "sagemaker:CreatePresignedDomainUrl"
    for name, decision in (("ada", "allowed"), ("grace", "explicitly-denied")):
        profile = launches.arn(f"user-profile/{launches.STUDIO['sagemaker:DomainId']}/{name}")
        assert launches.decide(bounded, url, profile, launches.STUDIO) == decision


@pytest.mark.parametrize("guardrail", GUARDRAILS)
def test_who_may_do_everything_breaks_every_guardrail(guardrail: str) -> None:
    assert breaks((policy([allow("*")]),), guardrail)


def test_reading_breaks_none() -> None:
    reader = parse(launches.managed("AmazonSageMakerReadOnly"), name="aws", kind="identity")

    assert [each for each in GUARDRAILS if breaks((reader,), each)] == []


@pytest.mark.parametrize("guardrail", ESCALATIONS)
def test_an_escalation_takes_all_of_its_steps(guardrail: str) -> None:
    steps = [each["Action"] for each, _ in deny_statements(launches.catalog(), guardrail)]

    assert breaks(tuple(policy([allow(each[0])]) for each in steps), guardrail)
    for index in range(len(steps)):
        others = steps[:index] + steps[index + 1 :]
        assert not breaks(tuple(policy([allow(*each)]) for each in others), guardrail)


@pytest.mark.parametrize(
    ("persona", "statement", "guardrail"),
    [
        ("data-scientist", allow("iam:CreateServiceLinkedRole"), "identity-changes"),
        ("data-scientist", allow("iam:PassRole"), "training-with-any-role"),
        ("data-scientist", allow("iam:PassRole"), "pass-roles"),
        ("ml-ops", allow("sagemaker:CreatePresignedDomainUrl"), "studio-of-others"),
        ("ml-ops", allow("kms:CreateGrant"), "key-administration"),
        ("sagemaker-compute-role", allow("secretsmanager:GetSecretValue"), "secrets"),
        ("sagemaker-compute-role", allow("s3:PutBucketAcl"), "bucket-access"),
        ("ml-ops", allow("ssm:StartSession"), "running-compute"),
    ],
)
def test_one_statement_more_breaks_it(persona: str, statement: Statement, guardrail: str) -> None:
    assert breaks((*held(persona), policy([statement])), guardrail)


def test_without_the_guard_attached_policies_break_what_passes_roles() -> None:
    """A persona that attaches managed policies denies passing all roles but its own."""
    attached = tuple(
        parse(each, name="aws", kind="identity") for each in launches.attached("all-ml-activities")
    )

    assert {each for each in GUARDRAILS if breaks(attached, each)} == {
        "pass-roles",
        "processing-with-any-role",
        "training-with-any-role",
    }


def test_each_escalation_is_bounded_where_personas_lose_nothing() -> None:
    """Its other steps may be what a persona lives by: those of SageMaker are."""
    needed = {
        action
        for persona in PERSONAS
        for statement in launches.statements(launches.everything(persona), "Allow")
        for action in launches.several(statement["Action"])
    }
    for name in ESCALATIONS:
        for step in launches.catalog().guardrails[name].escalation:
            if step.bounded and step.actions != ("iam:PassRole",):
                assert not needed & set(step.actions), name
                assert not any(re.search(r"[*?]", each) for each in step.actions)


def test_no_role_that_may_pass_every_role_can_be_passed() -> None:
    """The guardrails say of the path of execution roles that passing one of them escalates nothing."""
    excepted = {
        name: each.serves
        for name, each in catalog().personas.items()
        if any(one.guardrail == "pass-roles" for one in each.exceptions)
    }
    assert set(excepted.values()) == {"people"}
