"""The control instance-types: which requests it holds to the list, and that nothing gets round it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import get_session

from compiler import pattern
from compiler.iam import reference
from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from tests.catalog.launches import (
    STUDIO,
    VALUES,
    arn,
    catalog,
    decide,
    documents,
    several,
    statements,
    template,
)
from tests.catalog.well_architected import (
    BIG,
    BOTH,
    ENGINEER,
    EVERYTHING,
    KEY,
    STUDIO_ADMINISTRATION,
    SWITCHES,
    TYPES,
    held,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = {
    "CreateApp": "optional",
    "CreateCluster": "optional",
    "CreateDataQualityJobDefinition": "required",
    "CreateHyperParameterTuningJob": "optional",
    "CreateModelBiasJobDefinition": "required",
    "CreateModelExplainabilityJobDefinition": "required",
    "CreateModelQualityJobDefinition": "required",
    "CreateNotebookInstance": "required",
    "CreateProcessingJob": "optional",
    "CreateTrainingJob": "optional",
    "CreateTransformJob": "required",
}
"""What must name its instance types, and whether SageMaker's API asks for them itself."""

MAY_BE_ABSENT = {
    "CreateDomain",
    "CreateEndpointConfig",
    "CreateMonitoringSchedule",
    "CreateSpace",
    "CreateUserProfile",
    "UpdateCluster",
    "UpdateDomain",
    "UpdateMonitoringSchedule",
    "UpdateNotebookInstance",
    "UpdateSpace",
    "UpdateTrainingJob",
    "UpdateUserProfile",
}
"""What starts nothing, or nothing on an instance, where it names no type. Read from SageMaker's API,
apart from the catalog's `when_present`: the two must agree."""


@cache
def _api() -> dict[str, Any]:
    found: dict[str, Any] = get_session().get_service_data("sagemaker")
    return found


def _types(action: str) -> dict[str, bool]:
    """The fields of a request that name instance types, and whether each is always there."""
    operation = _api()["operations"].get(action, {})
    if "input" not in operation:
        return {}
    return dict(_fields(operation["input"]["shape"], "", required=True, seen=frozenset()))


def _fields(
    name: str, path: str, *, required: bool, seen: frozenset[str]
) -> Iterator[tuple[str, bool]]:
    shape = _api()["shapes"][name]
    if name in seen:
        return
    if "member" in shape:
        inner = shape["member"]["shape"]
        yield from _fields(inner, f"{path}[]", required=required, seen=seen | {name})
    for field, member in shape.get("members", {}).items():
        always = required and field in shape.get("required", ())
        if field in {"InstanceType", "InstanceTypes"}:
            yield f"{path}.{field}", always
        inner = member["shape"]
        yield from _fields(inner, f"{path}.{field}", required=always, seen=seen | {name})


def test_every_action_that_supports_the_key_was_thought_through() -> None:
    supporting = {each.name for each in reference.actions_with_key(KEY)}
    assert supporting == set(HELD) | MAY_BE_ABSENT
    controlled = catalog().controls["instance-types"].condition_keys[KEY]
    assert {each.partition(":")[2] for each in controlled.when_present} == MAY_BE_ABSENT


@pytest.mark.parametrize("action", sorted(HELD))
def test_what_is_held_can_name_its_instances(action: str) -> None:
    found = _types(action)
    assert found
    assert any(found.values()) == (HELD[action] == "required")


@pytest.mark.parametrize("action", sorted(MAY_BE_ABSENT))
def test_what_may_lack_the_key_has_it_in_optional_fields_alone(action: str) -> None:
    assert _types(action)
    assert not any(_types(action).values())


@pytest.mark.parametrize("persona", BOTH)
@pytest.mark.parametrize("action", sorted((*HELD, *MAY_BE_ABSENT)))
def test_only_listed_instances_pass(persona: str, action: str) -> None:
    """Absent, wrong, half wrong, right, whatever else is attached to the role."""
    whole = [*held(persona), EVERYTHING]
    denying = [{"Version": "2012-10-17", "Statement": statements(held(persona), "Deny")}]
    called = f"sagemaker:{action}"
    absent = "implicitly-denied" if action in MAY_BE_ABSENT else "explicitly-denied"
    kept_off = persona == ENGINEER and action in {each for each, _ in STUDIO_ADMINISTRATION}
    for each in reference.expand(called)[0].resource_types:
        resource = arn(f"{each}/fraud")
        for types in ([BIG], [BIG, TYPES[1]], [TYPES[1], BIG], ["ml.t3.medium2"], ["ml.t3"]):
            assert decide(whole, called, resource, {KEY: types}) == "explicitly-denied"
        if not kept_off:
            assert decide(denying, called, resource, {}) == absent
            assert decide(denying, called, resource, {KEY: []}) == absent
            for types in ([TYPES[1]], TYPES):
                assert decide(denying, called, resource, {KEY: types}) == "implicitly-denied"


@pytest.mark.parametrize("persona", BOTH)
def test_nothing_starts_instances_that_the_key_does_not_see(persona: str) -> None:
    """So the list is not passed by another way: AutoML, inference components, recommendations."""
    granted = {
        str(each)
        for switches in ((), SWITCHES[persona])
        for statement in statements(held(persona, *switches), "Allow")
        for written in several(statement["Action"])
        for each in reference.expand(written)
        if each.service == "sagemaker" and _types(each.name)
    }
    assert granted
    assert granted <= {str(each) for each in reference.actions_with_key(KEY)}
    assert decide(held(persona), "sagemaker:CreateAutoMLJobV2", arn("automl-job/a")) != "allowed"


def test_the_list_admits_each_type_of_the_api_and_no_wildcard() -> None:
    parameter = catalog().parameters["AllowedInstanceTypes"]
    node = pattern.parse(parameter.pattern)
    types = {
        one
        for name, shape in _api()["shapes"].items()
        if name.endswith("InstanceType") and "enum" in shape
        for one in shape["enum"]
    }
    assert len(types) > 300
    assert [each for each in types if not pattern.matches(node, each)] == []
    for wrong in ("", "ml.*", "*", "ml.p?.24xlarge", "m5.large", "ml.m5", "SYSTEM"):
        assert not pattern.matches(node, wrong)
    assert parameter.default
    usual = set(parameter.default.split(","))
    for kind in ("App", "Training", "Processing", "Transform", "ProductionVariant", ""):
        assert len(usual & set(_api()["shapes"][f"{kind}InstanceType"]["enum"])) >= 3
    assert usual <= types


@pytest.mark.parametrize("persona", BOTH)
def test_a_launch_that_says_nothing_has_small_instances(persona: str) -> None:
    body = template(persona)
    given = {name: VALUES[name] for name in ("ExecutionRoles", "Buckets")}
    usual = documents(render(body, Launch(parameters=given)))
    app = arn("app/d-abcdefghijkl/ada/JupyterLab/default")
    assert decide(usual, "sagemaker:CreateApp", app, {**STUDIO, KEY: ["ml.t3.medium"]}) == "allowed"
    assert decide(usual, "sagemaker:CreateApp", app, {**STUDIO, KEY: [BIG]}) == "explicitly-denied"
    for wrong in ("", "*", "ml.*", "ml.t3.medium,"):
        with pytest.raises(ParameterError, match="AllowedInstanceTypes is"):
            render(body, Launch(parameters={**given, "AllowedInstanceTypes": wrong}))
