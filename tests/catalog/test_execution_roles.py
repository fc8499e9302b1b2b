"""The roles that notebook instances, jobs and models run with: what they may, and nothing else."""

from __future__ import annotations

import pytest

from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from tests import brute_force
from tests.catalog.execution import (
    BESIDE_THE_VPC,
    BROAD,
    DECRYPT,
    ENCRYPT,
    IN_THE_VPC,
    JOBS,
    MUST,
    MUST_NOT,
    NARROW,
    NEVER_WITH_KEYS,
    NONE_MAY,
    OUTSIDE_THE_VPC,
    UNSCOPED,
    VOLUME,
    WITH_KEYS,
    of,
    s3,
)
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    MODES,
    RIGHT,
    arn,
    catalog,
    decide,
    policies,
    statements,
    template,
    trusted,
    values,
)


@pytest.mark.parametrize("persona", NARROW)
def test_a_role_may_do_its_work(persona: str) -> None:
    assert [
        of(each) for each in MUST[persona] if decide(policies(persona), *each) != "allowed"
    ] == []


@pytest.mark.parametrize("persona", NARROW)
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_the_controls_take_nothing_from_it(persona: str, mode: tuple[str, ...]) -> None:
    held = policies(persona, mode)
    asked = [(action, thing, {**RIGHT, **context}) for action, thing, context in MUST[persona]]
    assert [of(each) for each in asked if decide(held, *each) != "allowed"] == []


@pytest.mark.parametrize("persona", NARROW)
def test_a_role_may_do_nothing_else(persona: str) -> None:
    asked = [*NONE_MAY, *MUST_NOT[persona]]
    assert [of(each) for each in asked if decide(policies(persona), *each) == "allowed"] == []


@pytest.mark.parametrize("persona", NARROW)
def test_with_a_vpc_it_gets_interfaces_there_alone(persona: str) -> None:
    held = policies(persona, ("network",))
    assert [of(each) for each in IN_THE_VPC if decide(held, *each) != "allowed"] == []
    beside = [*BESIDE_THE_VPC, *(() if persona in UNSCOPED else OUTSIDE_THE_VPC)]
    assert [of(each) for each in beside if decide(held, *each) == "allowed"] == []


@pytest.mark.parametrize("persona", NARROW)
def test_with_keys_it_uses_the_right_one_through_the_right_service(persona: str) -> None:
    held = policies(persona, ("encryption",))
    may = WITH_KEYS[persona]
    may_not = [each for each in (DECRYPT, *ENCRYPT, VOLUME) if each not in may]
    assert [of(each) for each in may if decide(held, *each) != "allowed"] == []
    asked = [*NEVER_WITH_KEYS, *may_not]
    assert [of(each) for each in asked if decide(held, *each) == "allowed"] == []


def test_the_controls_bind_the_notebook_instance_that_starts_jobs() -> None:
    held = policies("notebook-instance-execution-role", tuple(CONTROLS))
    job = arn("training-job/fraud")
    assert decide(held, "sagemaker:CreateTrainingJob", job, RIGHT) == "allowed"
    assert decide(held, "sagemaker:CreateTrainingJob", job) == "explicitly-denied"
    assert decide(held, "sagemaker:CreateModel", arn("model/fraud")) == "explicitly-denied"


# -------------------------------------------------------------------------------------- locations


@pytest.mark.parametrize("name", ["InputLocations", "OutputLocations"])
@pytest.mark.parametrize(
    "location",
    [
        "",
        "fraud-data",
        "fraud-data/",
        "fraud-data/train/",
        "fraud-data//train",
        "fraud-data/*",
        "fraud-data/train*",
        "fraud-data/day-?.csv",
        "fraud-data/${aws:username}",
        "*/train",
        "s3://fraud-data/train",
        "arn:aws:s3:::fraud-data/train",
        "Fraud/train",
        "fraud-data/my train",
        "fraud-data/train\n",
        f"fraud-data/{'x' * 129}",
        ",".join(["fraud-data/train"] * 6),
    ],
)
def test_a_location_is_a_bucket_and_a_folder(name: str, location: str) -> None:
    body = template("training-job-execution-role")
    with pytest.raises(ParameterError, match=f"{name} is"):
        render(body, Launch(parameters={**values(body, ()), name: location}))


@pytest.mark.parametrize("location", ["abc/d", "fraud-data/year=2026/v1.0/_x", "a.b/C-d/e.tar.gz"])
def test_these_are_locations(location: str) -> None:
    body = template("training-job-execution-role")
    rendered = render(body, Launch(parameters={**values(body, ()), "InputLocations": location}))
    held = [each.document for each in rendered.policies]
    assert decide(held, "s3:GetObject", s3(location)) == "allowed"
    assert decide(held, "s3:GetObject", s3(f"{location}/deep/er")) == "allowed"
    assert decide(held, "s3:GetObject", s3(f"{location}x")) == "implicitly-denied"


# ------------------------------------------------------------------------------------ composition


def test_the_one_role_is_made_of_all_five_and_repeats_nothing() -> None:
    """Permissions that the five need alike are granted once."""
    composed = set(catalog().personas["execution-role"].activities)
    own = {
        activity
        for persona in NARROW
        for activity in catalog().personas[persona].activities
        if activity.startswith("execute-")
    }
    assert composed == own
    assert len(composed) == len(MUST) - 1
    found = statements(policies("execution-role", tuple(CONTROLS)), "Allow")
    meant = [str({key: each[key] for key in each if key != "Sid"}) for each in found]
    assert len(meant) == len(set(meant))
    held = policies("execution-role")
    for persona in (*JOBS, "model-execution-role"):
        assert [of(each) for each in MUST[persona] if decide(held, *each) != "allowed"] == []


@pytest.mark.parametrize("persona", [*NARROW, *BROAD])
def test_a_role_that_is_passed_stands_on_the_path_of_such_roles(persona: str) -> None:
    settings = catalog().settings
    path = template(persona)["Resources"]["Role"]["Properties"]["Path"]
    # Who can pass a role that itself passes every role could do what it may: this one is not passed.
    if persona == "broad-notebook-instance-execution-role":
        assert path == settings.role_path
    else:
        # No launch parameter reaches a broad one: nobody names it among the roles that they pass.
        deeper = "broad/" if persona in BROAD else ""
        assert path == f"{settings.execution_role_path}{deeper}"


@pytest.mark.parametrize("persona", [*NARROW, *BROAD])
def test_sagemaker_of_this_account_alone_assumes_it(persona: str) -> None:
    """Training and processing are held to their jobs, as AWS documents; the rest is open."""
    trust = trusted(template(persona))
    jobs = ["training-job/fraud", "processing-job/fraud", "notebook-instance/fraud", "model/fraud"]
    allowed = {"training-job-execution-role": 2, "processing-job-execution-role": 1}

    def assumed(resource: str, **changes: str) -> bool:
        context = {"aws:SourceArn": arn(resource), "aws:SourceAccount": ACCOUNT}
        context |= {"aws:SourceAccount": changes["account"]} if changes else {}
        asking = ("Service", "sagemaker.amazonaws.com")
        said = brute_force.decide([trust], "sts:AssumeRole", None, context, principal=asking)
        return said == "allowed"

    assert sum(map(assumed, jobs)) == allowed.get(persona, len(jobs))
    assert assumed("processing-job/fraud" if "processing" in persona else "training-job/fraud")
    assert not any(assumed(each, account="444455556666") for each in jobs)
    asking = ("Service", "lambda.amazonaws.com")
    source = {"aws:SourceArn": arn(jobs[0]), "aws:SourceAccount": ACCOUNT}
    said = brute_force.decide([trust], "sts:AssumeRole", None, source, principal=asking)
    assert said == "implicitly-denied"


@pytest.mark.parametrize("persona", NARROW)
def test_a_narrow_role_is_not_excused_from_anything(persona: str) -> None:
    found = catalog().personas[persona]
    assert not found.broad
    assert not found.exceptions
    for statement in statements(policies(persona, tuple(CONTROLS)), "Allow"):
        assert not any("*" in each for each in statement["Action"])
