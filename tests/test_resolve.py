"""compiler.resolve: one persona, composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler import expression
from compiler.iam import reference
from compiler.launch_parameter import setting_in_pattern
from compiler.load import load
from compiler.resolve import resolve
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.entitlement import Entitlement, Entitlements

PERSONA = SMALL["personas/analyst.yaml"]


def resolved(changes: Mapping[str, str | None]) -> Entitlements:
    found = load("catalog", overlay(changes))
    assert not found.diagnostics
    return resolve(found.catalog, "analyst")


def persona(controls: str, more: str = "") -> dict[str, str]:
    return {"personas/analyst.yaml": PERSONA.replace("network: optional", controls) + more}


def said(entitlement: Entitlement) -> str:
    """A statement on one line, as its author would write it."""
    conditions = "; ".join(
        f"{operator} {key} {' '.join(map(text, values))}"
        for operator, keys in entitlement.conditions
        for key, values in keys
    )
    resources = " ".join(map(text, entitlement.resources))
    never = "not " if entitlement.except_resources else ""
    groups = " and ".join(" or ".join(group) for group in entitlement.gate)
    when = f" when {groups}" if groups else ""
    held = f" if {conditions}" if conditions else ""
    return f"{entitlement.sid}: {entitlement.effect} on {never}{resources}{held}{when}"


def text(value: expression.Expression) -> str:
    return "".join(
        each.text if isinstance(each, expression.Text) else f"${{{each.name}}}" for each in value
    )


def control(keys: str) -> str:
    return f"title: C\ndescription: C.\ncosts: C.\ncondition_keys:\n{keys}"


class TestControls:
    ACTIVITIES = (
        "ReadBucketsList: Allow on arn:${AWS::Partition}:s3:::${Buckets}",
        "ReadBucketsRead: Allow on arn:${AWS::Partition}:s3:::${Buckets}/*",
        "RunJobsStart: Allow on arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*",
        "RunJobsPass: Allow on ${ExecutionRoles} if StringEquals iam:PassedToService sagemaker.amazonaws.com",
    )
    DENIALS = (
        "NetworkVpcSubnetsAbsent: Deny on * if Null sagemaker:VpcSubnets true",
        "NetworkVpcSubnetsOther: Deny on * if ForAnyValue:StringNotEquals sagemaker:VpcSubnets ${Subnets}",
        "NetworkVpcSecurityGroupIdsAbsent: Deny on * if Null sagemaker:VpcSecurityGroupIds true",
        "NetworkVpcSecurityGroupIdsOther: Deny on * if ForAnyValue:StringNotEquals sagemaker:VpcSecurityGroupIds ${SecurityGroups}",
    )

    def test_optional_statements_exist_when_the_control_is_on(self) -> None:
        found = resolved({})

        assert [said(each) for each in found.statements] == [
            *self.ACTIVITIES,
            "RunJobsInterfaces: Allow on * when Network",
            *(f"{each} when Network" for each in self.DENIALS),
        ]
        assert {name: each.parameters for name, each in found.switches.items()} == {
            "network": ("Subnets", "SecurityGroups")
        }
        assert {"Subnets", "SecurityGroups"} == {
            name for name, each in found.parameters.items() if each.optional
        }

    def test_required_statements_always_exist(self) -> None:
        found = resolved(persona("network: required"))

        assert [said(each) for each in found.statements] == [
            *self.ACTIVITIES,
            "RunJobsInterfaces: Allow on *",
            *self.DENIALS,
        ]
        assert not found.switches
        assert not any(each.optional for each in found.parameters.values())

    @pytest.mark.parametrize("controls", ["network: 'off'", ""])
    def test_off_is_as_if_the_control_were_not_there(self, controls: str) -> None:
        found = resolved(persona(controls))

        assert [said(each) for each in found.statements] == list(self.ACTIVITIES)
        assert list(found.parameters) == ["Buckets", "ExecutionRoles"]

    def test_the_actions_are_all_that_support_the_key(self) -> None:
        """On exactly the actions that support its condition keys."""
        found = {each.sid: set(each.actions) for each in resolved({}).statements}
        supporting = {str(each) for each in reference.actions_with_key("sagemaker:VpcSubnets")}

        assert found["NetworkVpcSubnetsOther"] == supporting
        assert found["NetworkVpcSubnetsAbsent"] == supporting - {"sagemaker:CreateEndpointConfig"}

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            (
                '  sagemaker:NetworkIsolation: {values: ["true"]}\n',
                [
                    "HardNetworkIsolationAbsent: Deny on * if Null sagemaker:NetworkIsolation true",
                    "HardNetworkIsolationOther: Deny on * if Bool sagemaker:NetworkIsolation false",
                ],
            ),
            (
                "  sagemaker:VolumeKmsKeyArn: {values: [a, b], when_present: [sagemaker:CreateEndpointConfig]}\n",
                [
                    "HardVolumeKmsKeyArnOther: Deny on * if ArnNotEquals sagemaker:VolumeKmsKeyArn a b",
                    "HardVolumeKmsKeyArnOtherIfPresent: Deny on * if ArnNotEquals sagemaker:VolumeKmsKeyArn a b; Null sagemaker:VolumeKmsKeyArn false",
                ],
            ),
            (
                "  sagemaker:MaxRuntimeInSeconds: {values: ['60']}\n",
                [
                    "HardMaxRuntimeInSecondsOther: Deny on * if NumericNotEquals sagemaker:MaxRuntimeInSeconds 60"
                ],
            ),
            (
                "  s3:RequestObjectTag/team-a: {values: [a]}\n",
                [
                    "HardRequestObjectTagteamaOther: Deny on * if StringNotEquals s3:RequestObjectTag/team-a a"
                ],
            ),
        ],
        ids=["Bool", "ARN", "Numeric", "a key that no Sid could hold"],
    )
    def test_what_denies_depends_on_the_type_of_the_key(
        self, keys: str, expected: list[str]
    ) -> None:
        found = resolved({"controls/hard.yaml": control(keys), **persona("hard: required")})

        assert expected == [said(each) for each in found.statements if each.effect == "Deny"]

    def test_a_parameter_of_a_required_control_must_be_given(self) -> None:
        """Though an optional control names it too."""
        keys = '  sagemaker:VpcSubnets: {values: ["${Subnets}"]}\n'

        found = resolved(
            {"controls/hard.yaml": control(keys), **persona("network: optional, hard: required")}
        )

        assert {"SecurityGroups"} == {
            name for name, each in found.parameters.items() if each.optional
        }


class TestPassGuard:
    def guard(self, more: str, changes: Mapping[str, str | None] | None = None) -> list[str]:
        found = resolved({**persona("network: 'off'", more), **(changes or {})})
        return [said(each) for each in found.statements if each.sid == "PassNoOtherRole"]

    def test_an_attached_policy_passes_no_role_but_those_that_were_asked_for(self) -> None:
        assert self.guard("managed_policies: [A]\n") == [
            "PassNoOtherRole: Deny on not ${ExecutionRoles}"
        ]

    def test_without_attached_policies_nothing_has_to_be_denied(self) -> None:
        assert self.guard("") == []

    def test_a_broad_persona_is_not_held(self) -> None:
        assert self.guard("managed_policies: [A]\nbroad: true\n") == []

    def test_where_nobody_passes_a_role_none_may_be_passed(self) -> None:
        activity = SMALL["activities/read-buckets.yaml"]

        assert self.guard("managed_policies: [A]\n", {"activities/run-jobs.yaml": activity}) == [
            "PassNoOtherRole: Deny on *"
        ]

    @pytest.mark.parametrize("action", ["iam:passrole", "IAM:PassRole", "iam:Pass*"])
    def test_however_the_action_is_written(self, action: str) -> None:
        activity = SMALL["activities/run-jobs.yaml"].replace("iam:PassRole", action)

        assert self.guard("managed_policies: [A]\n", {"activities/run-jobs.yaml": activity}) == [
            "PassNoOtherRole: Deny on not ${ExecutionRoles}"
        ]


def test_what_several_activities_need_is_granted_once() -> None:
    twin = SMALL["activities/read-buckets.yaml"].replace("sid: Read", "sid: Other")
    changes = {"personas/analyst.yaml": PERSONA.replace("[read-buckets,", "[read-buckets, twin,")}

    found = resolved({"activities/twin.yaml": twin, **changes})

    assert not [each.sid for each in found.statements if each.sid.startswith("Twin")]
    assert [each.sid for each in found.activities["twin"]] == ["TwinList", "TwinOther"]


def test_statements_stand_in_the_order_in_which_the_persona_names_activities() -> None:
    found = resolved(
        {
            "personas/analyst.yaml": PERSONA.replace(
                "[read-buckets, run-jobs]", "[run-jobs, read-buckets]"
            )
        }
    )

    assert [
        each.sid.replace("Buckets", "Buckets ").replace("Jobs", "Jobs ").split()[0]
        for each in found.statements
        if each.effect == "Allow"
    ] == ["RunJobs", "RunJobs", "RunJobs", "ReadBuckets", "ReadBuckets"]


class TestParameters:
    @pytest.mark.parametrize(
        ("parameter", "allowed"),
        [
            ("pattern: '[a-z]{3}'", "^[a-z]{3}$"),
            ("pattern: a|b", "^(a|b)$"),
            ("pattern: (?:a|b)", "^((?:a|b))$"),
            ("pattern: '[a-z]{3}'\n  max_items: 1", "^[a-z]{3}$"),
            ("pattern: '[a-z]{3}'\n  max_items: 3", "^[a-z]{3}(,[a-z]{3}){0,2}$"),
            ("pattern: a|b\n  max_items: 2", "^(a|b)(,(a|b)){0,1}$"),
            ("pattern: '[a-z]{3}'\n  max_items: 100", "^[a-z]{3}(,[a-z]{3}){0,99}$"),
        ],
    )
    def test_the_pattern_holds_the_whole_value(self, parameter: str, allowed: str) -> None:
        rest = SMALL["parameters.yaml"].partition("ExecutionRoles:")
        text = (
            f"Buckets:\n  label: B\n  group: D\n  description: D\n  {parameter}\n{rest[1]}{rest[2]}"
        )

        found = resolved({"parameters.yaml": text})

        assert allowed == found.parameters["Buckets"].allowed_pattern
        assert found.parameters["Buckets"].default is None

    def test_an_optional_parameter_may_be_empty_and_is_so_by_default(self) -> None:
        found = resolved({}).parameters["Subnets"]

        assert found.allowed_pattern == "^(subnet-[0-9a-f]{8,17}(,subnet-[0-9a-f]{8,17}){0,1})?$"
        assert found.default == ""

    @pytest.mark.parametrize(
        ("state", "default"), [("required", "subnet-12345678"), ("optional", "")]
    )
    def test_an_optional_control_is_off_whatever_the_default_of_the_catalog(
        self, state: str, default: str
    ) -> None:
        parameters = SMALL["parameters.yaml"].replace(
            "  description: Ids of subnets.\n",
            "  description: Ids of subnets.\n  default: subnet-12345678\n",
        )

        found = resolved({"parameters.yaml": parameters, **persona(f"network: {state}")})

        assert found.parameters["Subnets"].default == default

    def test_a_setting_stands_for_its_own_characters(self) -> None:
        settings = SMALL["catalog.yaml"].replace("/small/execution/", "/a.b-c/")
        catalog = load("catalog", overlay({"catalog.yaml": settings})).catalog

        assert (
            setting_in_pattern(catalog, "role${catalog.execution_role_path}x") == r"role/a\.b\-c/x"
        )
        assert (
            r":role/a\.b\-c/["
            in resolve(catalog, "analyst").parameters["ExecutionRoles"].allowed_pattern
        )

    def test_only_what_is_used_is_asked_for_in_the_order_of_the_file(self) -> None:
        assert list(resolved({}).parameters) == [
            "Buckets",
            "ExecutionRoles",
            "Subnets",
            "SecurityGroups",
        ]


def test_the_roles_to_name_in_jobs() -> None:
    assert resolved({}).execution_roles == "ExecutionRoles"


@pytest.mark.parametrize(
    ("serves", "path"), [("people", "/small/people/"), ("jobs", "/small/execution/")]
)
def test_whom_a_role_serves_decides_where_it_stands(serves: str, path: str) -> None:
    assert resolved({"personas/analyst.yaml": f"{PERSONA}serves: {serves}\n"}).role_path == path


@pytest.mark.parametrize(
    ("catalog", "persona_", "expected"),
    [
        ("managed", "", "managed"),
        ("inline", "", "inline"),
        ("inline", "policies: managed\n", "managed"),
    ],
)
def test_a_persona_may_store_its_policies_otherwise(
    catalog: str, persona_: str, expected: str
) -> None:
    found = resolved(
        {
            "catalog.yaml": f"{SMALL['catalog.yaml']}policies: {catalog}\n",
            "personas/analyst.yaml": PERSONA + persona_,
        }
    )

    assert found.storage == expected


@pytest.mark.parametrize(
    "change", [("trust: sagemaker", "trust: x"), ("run-jobs]", "x]"), ("network:", "x:")]
)
def test_what_is_not_there_is_our_mistake(change: tuple[str, str]) -> None:
    with pytest.raises(KeyError):
        resolved({"personas/analyst.yaml": PERSONA.replace(*change)})


def test_what_many_personas_share_is_made_once() -> None:
    """Values are compared by identity: what is shared is made, measured and emitted once."""
    catalog = load("catalog", overlay({"personas/other.yaml": PERSONA})).catalog

    first, second = resolve(catalog, "analyst"), resolve(catalog, "other")

    assert first.statements == second.statements
    assert list(first.parameters.values()) == list(second.parameters.values())


def test_actions_are_spelled_as_aws_spells_them() -> None:
    """IAM ignores the case of actions, so an author may; what is emitted is AWS's own."""
    activity = SMALL["activities/run-jobs.yaml"].replace(
        "sagemaker:CreateTrainingJob", "SageMaker:createtrainingjob"
    )
    loaded = load("catalog", overlay({"activities/run-jobs.yaml": activity}))

    found = resolve(loaded.catalog, "analyst").activities["run-jobs"][0]

    assert found.actions == ("sagemaker:CreateTrainingJob",)
