"""The controls, network and encryption: what each holds, what it lets pass, that nothing gets round it."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import get_session

from compiler.iam import reference
from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from tests.catalog.launches import (
    CONTROLS,
    DATA_KEY,
    ELSEWHERE,
    EXECUTION_ROLES,
    GROUPS,
    MODES,
    PEOPLE,
    PERSONAS,
    REGION,
    RIGHT,
    STUDIO,
    SUBNETS,
    VOLUME_KEY,
    alone,
    arn,
    attached,
    catalog,
    compiled,
    decide,
    documents,
    everything,
    launched,
    managed,
    policies,
    statements,
    template,
    values,
    with_persona,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.catalog.launches import Document

KEYS = {
    "network": ("sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"),
    "encryption": ("sagemaker:VolumeKmsKeyArn", "sagemaker:OutputKmsKeyArn"),
}
"""Each control, and the keys that it holds."""

CONTROL_OF = {key: control for control, keys in KEYS.items() for key in keys}

WRONG: dict[str, tuple[str | list[str], ...]] = {
    "sagemaker:VpcSubnets": (["subnet-00000000000000000"], [*SUBNETS, "subnet-00000000000000000"]),
    "sagemaker:VpcSecurityGroupIds": (
        ["sg-00000000000000000"],
        [GROUPS[0], "sg-00000000000000000"],
    ),
    "sagemaker:VolumeKmsKeyArn": (DATA_KEY, f"{VOLUME_KEY}0", VOLUME_KEY.replace("1111", "4444")),
    "sagemaker:OutputKmsKeyArn": (VOLUME_KEY, f"{DATA_KEY}0", DATA_KEY.replace("1111", "4444")),
}
"""Values that a launch did not give; a list may hold one that it did."""

_SCHEDULE = "MonitoringScheduleConfig.MonitoringJobDefinition"
_GROUPS = "InstanceGroups.[].OverrideVpcConfig"

MAY_BE_ABSENT = {
    ("sagemaker:VpcSubnets", "CreateEndpointConfig"): "VpcConfig.Subnets",
    (
        "sagemaker:VpcSubnets",
        "CreateMonitoringSchedule",
    ): f"{_SCHEDULE}.NetworkConfig.VpcConfig.Subnets",
    (
        "sagemaker:VpcSubnets",
        "UpdateMonitoringSchedule",
    ): f"{_SCHEDULE}.NetworkConfig.VpcConfig.Subnets",
    ("sagemaker:VpcSubnets", "UpdateCluster"): f"{_GROUPS}.Subnets",
    ("sagemaker:VpcSubnets", "UpdateDomain"): "SubnetIds",
    ("sagemaker:VpcSecurityGroupIds", "CreateEndpointConfig"): "VpcConfig.SecurityGroupIds",
    (
        "sagemaker:VpcSecurityGroupIds",
        "CreateMonitoringSchedule",
    ): f"{_SCHEDULE}.NetworkConfig.VpcConfig.SecurityGroupIds",
    (
        "sagemaker:VpcSecurityGroupIds",
        "UpdateMonitoringSchedule",
    ): f"{_SCHEDULE}.NetworkConfig.VpcConfig.SecurityGroupIds",
    ("sagemaker:VpcSecurityGroupIds", "UpdateCluster"): f"{_GROUPS}.SecurityGroupIds",
    ("sagemaker:VpcSecurityGroupIds", "UpdateDomain"): "DefaultUserSettings.SecurityGroups",
    ("sagemaker:VpcSecurityGroupIds", "CreateUserProfile"): "UserSettings.SecurityGroups",
    ("sagemaker:VpcSecurityGroupIds", "UpdateUserProfile"): "UserSettings.SecurityGroups",
    ("sagemaker:VolumeKmsKeyArn", "CreateEndpointConfig"): "KmsKeyId",
    (
        "sagemaker:VolumeKmsKeyArn",
        "CreateLabelingJob",
    ): "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId",
    (
        "sagemaker:VolumeKmsKeyArn",
        "CreateMonitoringSchedule",
    ): f"{_SCHEDULE}.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    (
        "sagemaker:VolumeKmsKeyArn",
        "UpdateMonitoringSchedule",
    ): f"{_SCHEDULE}.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    (
        "sagemaker:OutputKmsKeyArn",
        "CreateMonitoringSchedule",
    ): f"{_SCHEDULE}.MonitoringOutputConfig.KmsKeyId",
    (
        "sagemaker:OutputKmsKeyArn",
        "UpdateMonitoringSchedule",
    ): f"{_SCHEDULE}.MonitoringOutputConfig.KmsKeyId",
}
"""Key and action whose lawful request may lack the key, and the request's field for it.

A reading of SageMaker's API, made apart from the catalog's `when_present`: the two must agree.
"""

FIELDS = {
    "sagemaker:VpcSubnets": {"Subnets", "SubnetIds", "SubnetId"},
    "sagemaker:VpcSecurityGroupIds": {"SecurityGroupIds", "SecurityGroups"},
    "sagemaker:VolumeKmsKeyArn": {"VolumeKmsKeyId", "KmsKeyId"},
    "sagemaker:OutputKmsKeyArn": {"KmsKeyId"},
}
"""What a request's field for a key may be called."""

NO_FIELD = {
    # The job is described by a document of its own language, in one text field.
    ("sagemaker:VpcSubnets", "CreateJob"),
    ("sagemaker:VpcSecurityGroupIds", "CreateJob"),
    ("sagemaker:OutputKmsKeyArn", "CreateJob"),
    # Its OutputConfig takes no key yet: it cannot run while encryption is on.
    ("sagemaker:OutputKmsKeyArn", "CreateTrainingSession"),
}
"""Key and action whose request has no field for the key: held, and so refused while the control is on."""

PAIRS = [(key, each.name) for key in CONTROL_OF for each in reference.actions_with_key(key)]
"""Every key of a control with every action that supports it."""


def asked(action: str) -> dict[str, str | list[str]]:
    """A request for an action that keeps to both controls."""
    (found,) = reference.expand(f"sagemaker:{action}")
    return {key: value for key, value in RIGHT.items() if reference.supports(found, key)}


def resources(action: str, region: str = REGION) -> list[str]:
    """Things that the action may be about; `canvas` is what AWS's Canvas policy asks of a name."""
    (found,) = reference.expand(f"sagemaker:{action}")
    return [arn(f"{each}/canvas-fraud", region=region) for each in found.resource_types]


def test_the_reference_knows_actions_that_support_the_keys() -> None:
    assert len(PAIRS) > 60
    assert {"CreateTrainingJob", "CreateModel", "CreateTransformJob"} <= {name for _, name in PAIRS}
    assert ("sagemaker:VpcSubnets", "CreateTransformJob") not in PAIRS
    assert set(MAY_BE_ABSENT) | NO_FIELD <= set(PAIRS)


# --------------------------------------------------------------------------- absent, wrong, right


@pytest.mark.parametrize(("key", "action"), PAIRS)
def test_the_control_holds_every_action_that_supports_its_key(key: str, action: str) -> None:
    """Alone and with the other control, for every persona: absent, wrong, half wrong, right."""
    absent = "implicitly-denied" if (key, action) in MAY_BE_ABSENT else "explicitly-denied"
    called = f"sagemaker:{action}"
    for persona, controls in product(PERSONAS, ((CONTROL_OF[key],), tuple(CONTROLS))):
        right = {each: one for each, one in asked(action).items() if CONTROL_OF[each] in controls}
        # What it denies alone: what it allows is another question.
        held = [
            {"Version": "2012-10-17", "Statement": statements(policies(persona, controls), "Deny")}
        ]
        for resource in resources(action):
            assert decide(held, called, resource, right) == "implicitly-denied"
            assert decide(held, called, resource, without(right, key)) == absent
            for wrong in WRONG[key]:
                assert decide(held, called, resource, {**right, key: wrong}) == "explicitly-denied"
            if isinstance(RIGHT[key], list):
                assert decide(held, called, resource, {**right, key: []}) == absent
                for one in RIGHT[key]:
                    found = decide(held, called, resource, {**right, key: [one]})
                    assert found == "implicitly-denied"


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_a_control_that_is_off_denies_nothing(persona: str, control: str) -> None:
    """Whatever its keys hold, with the other control on and off."""
    for other in ((), tuple(each for each in CONTROLS if each != control)):
        held = policies(persona, other)
        for key, action in PAIRS:
            if CONTROL_OF[key] != control:
                continue
            for resource in resources(action):
                for value in (*WRONG[key], None):
                    context = without(asked(action), key) | ({key: value} if value else {})
                    found = decide(held, f"sagemaker:{action}", resource, context)
                    assert found != "explicitly-denied", (key, action)


@pytest.mark.parametrize("persona", ["all-ml-activities", "ml-ops"])
def test_an_endpoint_on_instances_needs_the_volume_key_though_a_serverless_one_does_not(
    persona: str,
) -> None:
    held, called = policies(persona, ("encryption",)), "sagemaker:CreateEndpointConfig"
    resource = arn("endpoint-config/fraud")
    instances: dict[str, str | list[str]] = {"sagemaker:InstanceTypes": ["ml.m5.large"]}
    key = {"sagemaker:VolumeKmsKeyArn": VOLUME_KEY}
    assert decide(held, called, resource) == "allowed"
    assert decide(held, called, resource, instances) == "explicitly-denied"
    assert decide(held, called, resource, {**instances, **key}) == "allowed"


@pytest.mark.parametrize("verb", ["Create", "Update"])
def test_a_schedule_that_brings_its_definition_needs_what_a_definition_needs(verb: str) -> None:
    """One that names a definition needs nothing: that was judged when it was created."""
    held = policies("all-ml-activities", ("network", "encryption"))
    called, resource = f"sagemaker:{verb}MonitoringSchedule", arn("monitoring-schedule/fraud")
    inline = {**RIGHT, "sagemaker:InstanceTypes": ["ml.m5.large"]}
    assert decide(held, called, resource) == "allowed"
    assert decide(held, called, resource, inline) == "allowed"
    for key in RIGHT:
        if key != "sagemaker:VpcSecurityGroupIds":
            assert decide(held, called, resource, without(inline, key)) == "explicitly-denied"


# ------------------------------------------------------------------- what a request really carries


@cache
def _api() -> dict[str, Any]:
    """SageMaker's API as botocore has it: its operations and the shapes of their requests."""
    found: dict[str, Any] = get_session().get_service_data("sagemaker")
    return found


def _input(action: str) -> str:
    return str(_api()["operations"][action]["input"]["shape"])


def _may_be_absent(action: str, field: str) -> bool:
    """Whether SageMaker takes a request without a field, given by its path in the request."""
    name, optional = _input(action), False
    for part in field.split("."):
        shape = _api()["shapes"][name]
        if part == "[]":
            name = shape["member"]["shape"]
        else:
            optional = optional or part not in shape.get("required", ())
            name = shape["members"][part]["shape"]
    return optional


def _fields(name: str, seen: set[str]) -> Iterator[str]:
    """The names of all fields of a request, at every depth."""
    if name in seen:
        return
    seen.add(name)
    shape = _api()["shapes"][name]
    if "member" in shape:
        yield from _fields(shape["member"]["shape"], seen)
    for field, member in shape.get("members", {}).items():
        yield field
        yield from _fields(member["shape"], seen)


@pytest.mark.parametrize(("key", "action"), MAY_BE_ABSENT)
def test_when_present_is_only_for_fields_that_a_request_may_lack(key: str, action: str) -> None:
    field = MAY_BE_ABSENT[key, action]
    assert field.rpartition(".")[2] in FIELDS[key]
    assert _may_be_absent(action, field)


def test_when_present_is_what_was_thought_through() -> None:
    written = {
        (key, each.removeprefix("sagemaker:"))
        for control in CONTROLS
        for key, controlled in catalog().controls[control].condition_keys.items()
        for each in controlled.when_present
    }
    assert written == set(MAY_BE_ABSENT)


def test_a_request_that_is_held_to_a_key_can_carry_it() -> None:
    names = {action: set(_fields(_input(action), set())) for _, action in PAIRS}
    cannot = {(key, action) for key, action in PAIRS if FIELDS[key].isdisjoint(names[action])}
    assert cannot == NO_FIELD


# ------------------------------------------------------------------------ required, optional, off


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_required_makes_parameters_mandatory_and_statements_unconditional(
    persona: str, control: str
) -> None:
    controls = {**dict.fromkeys(CONTROLS, "optional"), control: "required"}
    body = compiled(persona, with_persona(persona, controls=controls))
    for name in CONTROLS[control]:
        assert "Default" not in body["Parameters"][name]
        given = values(body, CONTROLS)
        with pytest.raises(ParameterError, match=f"{name} is ''"):
            render(body, Launch(parameters={**given, name: ""}))
        given.pop(name)
        with pytest.raises(ParameterError, match=f"{name} is missing"):
            render(body, Launch(parameters=given))
    assert control.capitalize() not in body["Conditions"]
    assert f'["{control.capitalize()}",' not in json.dumps(body["Resources"])
    sids = {each["Sid"] for each in statements(policies(persona, (control,)))}
    assert {each["Sid"] for each in statements(documents(launched(body, (control,))))} == sids


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_off_leaves_no_parameter_and_no_statement(persona: str, control: str) -> None:
    others = {each: "optional" for each in CONTROLS if each != control}
    for controls in ({**others, control: "off"}, others):
        body = compiled(persona, with_persona(persona, controls=controls))
        assert not set(CONTROLS[control]) & body["Parameters"].keys()
        assert control.capitalize() not in body["Conditions"]
        assert f"{control.capitalize()}Together" not in body["Rules"]
        held = documents(launched(body, others))
        sids = {each["Sid"] for each in statements(held)}
        assert sids == {each["Sid"] for each in statements(policies(persona, tuple(others)))}
        text = json.dumps(body)
        assert not [key for key in KEYS[control] if f'"{key}": {{"Ref"' in text]
        assert not [each for each in sids if each.startswith(control.capitalize())]


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_half_of_a_control_is_refused(persona: str, control: str) -> None:
    body = template(persona)
    for name in CONTROLS[control]:
        given = values(body, CONTROLS)
        for half in (
            {**given, name: ""},
            {key: each for key, each in given.items() if key != name},
        ):
            with pytest.raises(ParameterError, match=rf"{control.capitalize()}: give all of"):
                render(body, Launch(parameters=half))
    for mode in MODES:
        assert launched(body, mode).trust


# ---------------------------------------------------------------------- AWS's own managed policies

SERVICES = [
    "sagemaker.amazonaws.com",
    "forecast.amazonaws.com",
    "emr-serverless.amazonaws.com",
    "glue.amazonaws.com",
]


def with_policies(persona: str, *names: str) -> Document:
    """The template of a persona that attaches these AWS managed policies."""
    return compiled(persona, with_persona(persona, managed_policies=names))


FULL = "AmazonSageMakerFullAccess"


def test_canvas_trains_on_canvas_jobs_only_inside_the_network() -> None:
    job, called = arn("training-job/canvas-fraud"), "sagemaker:CreateTrainingJob"
    canvas = [managed("AmazonSageMakerCanvasFullAccess")]
    assert decide(canvas, called, job) == "allowed"
    persona = "all-ml-activities"
    assert decide(everything(persona), called, job) == "allowed"
    held = everything(persona, ("network",))
    assert decide(held, called, job) == "explicitly-denied"
    network = without(RIGHT, *KEYS["encryption"])
    assert decide(held, called, job, network) == "allowed"
    model = arn("model/canvas-fraud")
    assert decide(canvas, "sagemaker:CreateModel", model) == "allowed"
    assert decide(held, "sagemaker:CreateModel", model) == "explicitly-denied"


@pytest.mark.parametrize(("key", "action"), PAIRS)
def test_no_managed_policy_gets_round_a_control(key: str, action: str) -> None:
    """Neither those that the persona attaches nor full access, in this Region or another.

    What may lack the key lacks it lawfully only where the request names no instances.
    """
    persona, called = "all-ml-activities", f"sagemaker:{action}"
    held = [*everything(persona, ("network", "encryption")), managed(FULL)]
    right = asked(action)
    instances = instances_of(action)
    for resource in (*resources(action), *resources(action, ELSEWHERE)):
        for wrong in WRONG[key]:
            context = {**STUDIO, **right, **instances, key: wrong}
            assert decide(held, called, resource, context) == "explicitly-denied"
        context = {**STUDIO, **without(right, key), **instances}
        if _lawfully_absent(key, action):
            assert decide(held, called, resource, context) != "explicitly-denied"
        else:
            assert decide(held, called, resource, context) == "explicitly-denied"


def instances_of(action: str) -> dict[str, str | list[str]]:
    """What a request carries that names instances, if the action can."""
    called = reference.expand(f"sagemaker:{action}")[0]
    if reference.supports(called, "sagemaker:InstanceTypes"):
        return {"sagemaker:InstanceTypes": ["ml.m5.large"]}
    return {}


def _lawfully_absent(key: str, action: str) -> bool:
    """Whether a request that names instances may lack the key all the same."""
    on_instances = {"CreateEndpointConfig", "CreateMonitoringSchedule", "UpdateMonitoringSchedule"}
    if action in on_instances and CONTROL_OF[key] == "encryption":
        return False
    if action.endswith("MonitoringSchedule"):
        # VpcConfig has subnets and security groups or is absent: one of the two is guard enough.
        return key == "sagemaker:VpcSecurityGroupIds"
    return (key, action) in MAY_BE_ABSENT


@pytest.mark.parametrize("service", SERVICES)
def test_no_managed_policy_passes_another_role(service: str) -> None:
    asking = {
        "iam:PassedToService": service,
        "aws:ResourceAccount": "1",
        "aws:PrincipalAccount": "1",
    }
    others = [
        "arn:aws:iam::111122223333:role/admin",
        "arn:aws:iam::111122223333:role/personac/people/ml-ops",
        "arn:aws:iam::111122223333:role/personac/execution/somebody-elses",
        "arn:aws:iam::111122223333:role/service-role/AmazonSageMakerCanvasEMRSExecutionAccess-1",
        "arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole-1",
        "arn:aws:iam::444455556666:role/personac/execution/fraud-training",
        f"{EXECUTION_ROLES[0]}2",
    ]
    whole = [*everything("all-ml-activities"), managed(FULL)]
    assert any(
        decide([*attached("all-ml-activities"), managed(FULL)], "iam:PassRole", each, asking)
        == "allowed"
        for each in others
    )
    for role in others:
        for mode in MODES:
            held = [*everything("all-ml-activities", mode), managed(FULL)]
            assert decide(held, "iam:PassRole", role, asking) == "explicitly-denied"
    if service == "sagemaker.amazonaws.com":
        assert {decide(whole, "iam:PassRole", each, asking) for each in EXECUTION_ROLES} == {
            "allowed"
        }


@pytest.mark.parametrize("persona", PEOPLE)
def test_full_access_attached_to_any_persona_stays_inside_its_controls(persona: str) -> None:
    body = with_policies(persona, FULL)
    held = [*documents(launched(body, CONTROLS)), managed(FULL)]
    asking = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    for role in ("arn:aws:iam::111122223333:role/admin", f"{EXECUTION_ROLES[0]}2"):
        assert decide([managed(FULL)], "iam:PassRole", role, asking) == "allowed"
        if "ExecutionRoles" in body["Parameters"]:
            assert decide(held, "iam:PassRole", role, asking) == "explicitly-denied"
    for key, action in PAIRS:
        instances = instances_of(action)
        for resource in resources(action):
            context = {**without(asked(action), key), **instances}
            found = decide(held, f"sagemaker:{action}", resource, context)
            if not _lawfully_absent(key, action):
                assert found == "explicitly-denied"
            for wrong in WRONG[key]:
                context = {**asked(action), key: wrong}
                found = decide(held, f"sagemaker:{action}", resource, context)
                assert found == "explicitly-denied"


def test_a_persona_that_passes_no_roles_denies_passing_any() -> None:
    """Full access may pass every role to SageMaker; the compute role asks for none."""
    body = with_policies("sagemaker-compute-role", FULL)
    held = [*documents(launched(body)), managed(FULL)]
    asking = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    assert decide([managed(FULL)], "iam:PassRole", EXECUTION_ROLES[0], asking) == "allowed"
    assert decide(held, "iam:PassRole", EXECUTION_ROLES[0], asking) == "explicitly-denied"


def test_a_control_is_one_set_of_statements_whatever_the_activities() -> None:
    """So that no activity can weaken it: the same Deny statements stand in every persona."""

    def denied(body: Document) -> list[tuple[str, ...]]:
        found = statements(documents(launched(body, CONTROLS)), "Deny")
        return sorted(
            (each["Sid"], *sorted(each["Action"]))
            for each in found
            # An activity may deny too, as what keeps off the administration of Studio does.
            if each["Sid"].startswith(tuple(control.capitalize() for control in CONTROLS))
        )

    first = denied(alone("s3-bucket-access"))
    assert len(first) >= 8
    for activity in catalog().activities:
        assert denied(alone(activity)) == first
