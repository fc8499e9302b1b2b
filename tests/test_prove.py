"""compiler.prove: guardrails hold for whatever a launch may be, or the report says where not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from compiler.diagnostic import settle
from compiler.load import load
from compiler.managed import ManagedPolicy
from compiler.prove import check_guardrails, places
from compiler.subject import SubjectError
from tests.catalog import launches
from tests.small import SMALL, changed, overlay, report

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2026, 11, 24)
FILE = "guardrails/example.yaml"
PERSONA = "personas/analyst.yaml"
ACTIVITY = "activities/read-buckets.yaml"
HEAD = "title: Payroll stays closed\ndescription: Nobody reads it.\n"
PAYROLL = f"""\
{HEAD}deny:
  - actions: [s3:GetObject]
    resources: ["arn:${{AWS::Partition}}:s3:::payroll/*"]
"""
EXCEPTION = """\
exceptions:
  - {guardrail: example, reason: They pay us, expires: 2027-03-31}
"""


def attached(name: str) -> ManagedPolicy:
    if name != "AmazonSageMakerFullAccess":
        message = f"there is no policy {name}"
        raise SubjectError(message)
    return ManagedPolicy(
        name=name,
        arn=f"arn:aws:iam::aws:policy/{name}",
        version="v1",
        source="moto",
        date="",
        document=launches.managed(name),
    )


def told(changes: Mapping[str, str | bytes | None]) -> str:
    loaded = load("catalog", overlay(changes))
    assert not loaded.diagnostics
    found = check_guardrails(loaded.catalog, attached, TODAY)
    return report(settle(found, loaded.sources))


def rules(changes: Mapping[str, str | bytes | None]) -> list[str]:
    loaded = load("catalog", overlay(changes))
    assert not loaded.diagnostics
    return [each.rule for each in check_guardrails(loaded.catalog, attached, TODAY)]


def deny(statement: str) -> str:
    return f"{HEAD}deny:\n  - {{{statement}}}\n"


def test_a_catalog_without_guardrails_has_nothing_to_prove() -> None:
    assert rules({}) == []


def test_a_persona_that_keeps_to_its_guardrails_is_passed_over() -> None:
    assert rules({FILE: deny("actions: [s3:DeleteObject, iam:Create*]")}) == []


def test_a_domain_makes_no_policy_and_so_keeps_to_every_guardrail() -> None:
    domain = "title: Domain\ndescription: A domain.\nversion: 1.0.0\nkind: domain\n"

    assert rules({FILE: deny("actions: [s3:PutObject]"), "personas/domain.yaml": domain}) == []


def test_what_people_may_do_is_proved_too() -> None:
    user = "title: User\ndescription: Writes.\nversion: 1.0.0\nkind: access\nactivities: [write]\n"
    statement = '- {sid: Write, actions: [s3:PutObject], resources: ["arn:aws:s3:::data/*"]}'
    activity = f"title: Write\ndescription: Write.\nstatements:\n  {statement}\n"
    changes = {"personas/user.yaml": user, "activities/write.yaml": activity}

    text = told({FILE: deny("actions: [s3:PutObject]"), **changes})

    # As a policy and as a permission set, and told once.
    assert text.count("error[guardrail-broken]") == 1
    assert "catalog/activities/write.yaml" in text


def test_whatever_a_launch_parameter_may_be() -> None:
    """No sample is tried: that a bucket may be called so is read off the parameter's pattern."""
    assert (
        told({FILE: PAYROLL})
        == """\
error[guardrail-broken]: the persona 'analyst' breaks 'Payroll stays closed': it may s3:GetObject on arn:aws:s3:::payroll/example where Buckets=payroll
 --> catalog/activities/read-buckets.yaml:7:5
  |
7 |   - sid: Read
  |     ^^^^^^^^^
 ::: catalog/guardrails/example.yaml:1:8
  |
1 | title: Payroll stays closed
  |        -------------------- the guardrail
  = hint: narrow the statement ReadBucketsRead, or write an exception into the persona
"""
    )


def test_a_name_that_the_pattern_does_not_admit_is_safe() -> None:
    assert rules({FILE: PAYROLL.replace("payroll", "Payroll")}) == []


def test_each_combination_of_controls_is_proved() -> None:
    """The statement exists with the control alone."""
    assert "RunJobsInterfaces" in told({FILE: deny("actions: [ec2:DescribeSubnets]")})


def test_what_a_control_denies_when_it_is_on_counts_for_nothing_while_it_may_be_off() -> None:
    text = deny(
        "actions: [sagemaker:CreateTrainingJob], conditions: {'Null': {sagemaker:VpcSubnets: 'true'}}"
    )

    assert rules({FILE: text}) == ["guardrail-broken"]
    assert "training-job/example, with options off\n" in told({FILE: text})
    required = changed(PERSONA, ("optional", "required"))
    assert rules({FILE: text, **required}) == []


ESCALATION = f"""\
{HEAD}escalation:
  - actions: [iam:PassRole]
  - actions: [sagemaker:CreateTrainingJob, sagemaker:CreateProcessingJob]
    bounded: true
"""


def test_an_escalation_is_told_once_with_all_of_its_steps() -> None:
    first, *rest = told({FILE: ESCALATION}).splitlines()

    assert first.startswith("error[guardrail-broken]: the persona 'analyst' breaks")
    assert "it may iam:PassRole on arn:aws:iam::" in first
    assert first.count("error[") == 1
    assert not [each for each in rest if each.startswith("error")]
    assert [each for each in rest if "and it may sagemaker:CreateTrainingJob on" in each]


def test_a_step_that_is_missing_saves_it() -> None:
    without = changed(PERSONA, ("read-buckets, run-jobs", "read-buckets"))

    assert rules({FILE: ESCALATION, **without}) == []
    missing = ESCALATION.replace("iam:PassRole", "iam:CreateRole")
    assert rules({FILE: missing}) == ["boundary-takes"]


def test_attached_managed_policies_count() -> None:
    """They are told at the line that attaches them."""
    persona = SMALL[PERSONA] + "managed_policies: [AmazonSageMakerFullAccess]\n"
    text = told({FILE: deny("actions: [sagemaker:DeleteDomain]"), PERSONA: persona})

    assert " --> catalog/personas/analyst.yaml:7:20\n" in text
    assert "hint: attach another policy than AmazonSageMakerFullAccess, or" in text


def test_what_is_not_at_hand_is_not_proved() -> None:
    persona = SMALL[PERSONA] + "managed_policies: [Unheard, Unseen]\n"
    text = told({FILE: PAYROLL, PERSONA: persona})

    assert text.startswith(
        "error[guardrail-unproved]: it is not known whether 'analyst' keeps to the guardrails:"
        " there is no policy Unheard\n --> catalog/personas/analyst.yaml:7:20\n"
    )
    assert "there is no policy Unseen\n --> catalog/personas/analyst.yaml:7:29\n" in text


@pytest.mark.parametrize(
    ("guardrail", "expires", "found"),
    [
        (PAYROLL, "2027-03-31", ["guardrail-exception", "boundary-takes"]),
        (PAYROLL, "2026-11-24", ["guardrail-exception", "boundary-takes"]),
        (PAYROLL, "2026-11-23", ["exception-expired", "boundary-takes"]),
        (
            deny("actions: [s3:DeleteObject]"),
            "2027-03-31",
            ["guardrail-exception", "needless-exception"],
        ),
    ],
)
def test_an_exception_is_told_instead(guardrail: str, expires: str, found: list[str]) -> None:
    persona = SMALL[PERSONA] + EXCEPTION.replace("2027-03-31", expires)

    assert rules({FILE: guardrail, PERSONA: persona}) == found


def test_an_exception_is_for_its_own_guardrail_and_persona() -> None:
    changes = {
        FILE: PAYROLL,
        "guardrails/second.yaml": PAYROLL,
        PERSONA: SMALL[PERSONA] + EXCEPTION,
        "personas/other.yaml": SMALL[PERSONA],
    }

    assert rules(changes) == ["guardrail-exception"] + ["guardrail-broken"] * 3


OPTIONAL = {"activities: [read-buckets, run-jobs]": "optional: {read-buckets: off, run-jobs: off}"}
"""Both activities as switches of a launch."""


def test_what_an_optional_activity_allows_is_told_with_it_alone() -> None:
    switched = changed(PERSONA, *OPTIONAL.items())
    text = told({FILE: PAYROLL, **switched})

    assert "it may s3:GetObject on arn:aws:s3:::payroll/example with" not in text
    assert "where Buckets=payroll, with read-buckets\n --> catalog/activities/read-buckets" in text
    assert rules({FILE: deny("actions: [s3:DeleteObject]"), **switched}) == []


def test_an_escalation_of_two_optional_activities_is_told_with_both() -> None:
    text = ESCALATION.replace("iam:PassRole", "s3:GetObject")

    found = told({FILE: text, **changed(PERSONA, *OPTIONAL.items())})

    assert ", with read-buckets + run-jobs\n" in found
    assert found.count("error[") == 1


def test_a_policy_that_an_optional_activity_attaches_is_looked_at() -> None:
    """The activity denies passing other roles: that is looked at with it on and off."""
    full = "title: Full\ndescription: All.\nmanaged_policies: [AmazonSageMakerFullAccess]\n"
    persona = changed(
        PERSONA, ("activities: [read-buckets, run-jobs]", "optional: {full: off, run-jobs: off}")
    )
    files = {"activities/full.yaml": full, **persona}

    found = told({FILE: deny("actions: [sagemaker:DeleteDomain]"), **files})

    assert ", with full\n --> catalog/activities/full.yaml:3:20\n" in found
    other = 'actions: [iam:PassRole], except_resources: ["arn:*:iam::*:role/small/execution/*"]'
    assert rules({FILE: deny(other), **files}) == []


def test_the_personas_of_this_repository_keep_to_its_guardrails() -> None:
    def moto(name: str) -> ManagedPolicy:
        return ManagedPolicy(
            name=name.rpartition("/")[2],
            arn=f"arn:aws:iam::aws:policy/{name}",
            version="v1",
            source="moto",
            date="",
            document=launches.managed(name),
        )

    seen: list[str] = []

    found = check_guardrails(launches.catalog(), moto, TODAY, seen.append)

    # Where a persona has an exception that is warned of, and what the boundary takes from it.
    assert {each.severity for each in found} <= {"warning"}
    assert {each.rule for each in found} <= {"boundary-takes", "guardrail-exception"}
    assert seen == sorted(launches.catalog().personas)


HALF_HELD = f"""\
{HEAD}escalation:
  - actions: [s3:GetObject]
    resources: ["arn:${{AWS::Partition}}:s3:::payroll/*"]
    bounded: true
  - actions: [iam:CreateUser]
"""


def test_the_boundary_takes_nothing_from_who_breaks_no_guardrail() -> None:
    """The persona lacks one step of the escalation, but the boundary denies the other one."""
    assert (
        told({FILE: HALF_HELD})
        == """\
error[boundary-takes]: the boundary takes s3:GetObject from 'analyst', as s3:GetObject on arn:aws:s3:::payroll/example where Buckets=payroll
 --> catalog/activities/read-buckets.yaml:7:5
  |
7 |   - sid: Read
  |     ^^^^^^^^^
  = hint: narrow the statement, or bound another step of the escalation
"""
    )


def test_what_the_boundary_takes_is_listed_for_who_has_an_exception() -> None:
    found = told({FILE: PAYROLL, PERSONA: SMALL[PERSONA] + EXCEPTION})

    assert "warning[boundary-takes]: the boundary takes s3:GetObject from 'analyst'" in found
    assert "error" not in found.replace("0 errors", "")


def test_a_boundary_in_force_saves_nobody() -> None:
    """It only takes away, and an account may not have it: guardrails hold without it."""
    settings = SMALL["catalog.yaml"] + "permissions_boundary: small/boundary\n"

    found = rules({FILE: PAYROLL, "catalog.yaml": settings})

    assert found == rules({FILE: PAYROLL}) != []


def test_each_partition_is_a_place_of_its_own() -> None:
    regions = ("eu-west-1", "cn-north-1", "us-east-1", "us-gov-west-1")

    assert [(each.partition, each.region) for each in places(regions)] == [
        ("aws", "eu-west-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
    ]


def test_a_guardrail_that_forgets_a_partition_is_found_out() -> None:
    """A Deny on `arn:aws:` leaves China open: what it forbids is allowed in neither."""
    forgetful = deny('actions: [s3:GetObject], resources: ["arn:aws-cn:s3:::payroll/*"]')
    settings = SMALL["catalog.yaml"].replace("[eu-west-1]", "[eu-west-1, cn-north-1]")

    assert rules({FILE: forgetful}) == []
    assert rules({FILE: forgetful, "catalog.yaml": settings}) == ["guardrail-broken"]
    needed = {FILE: forgetful, "catalog.yaml": settings, PERSONA: SMALL[PERSONA] + EXCEPTION}
    assert "needless-exception" not in rules(needed)
    assert "needless-exception" in rules({**needed, "catalog.yaml": SMALL["catalog.yaml"]})


def test_what_is_so_in_every_partition_is_told_once() -> None:
    settings = SMALL["catalog.yaml"].replace("[eu-west-1]", "[eu-west-1, cn-north-1]")

    assert rules({FILE: PAYROLL, "catalog.yaml": settings}) == ["guardrail-broken"]


def test_a_policy_by_a_name_without_its_path_is_no_policy() -> None:
    """Templates write the ARN: deployed, it would be refused."""

    def on_a_path(name: str) -> ManagedPolicy:
        return replace(attached("AmazonSageMakerFullAccess"), arn=_ON_A_PATH, name=name)

    persona = SMALL[PERSONA] + "managed_policies: [Forecast, service-role/Forecast]\n"
    loaded = load("catalog", overlay({PERSONA: persona}))
    found = check_guardrails(loaded.catalog, on_a_path, TODAY)

    assert (
        report(settle(found, loaded.sources))
        == """\
error[managed-policy-name]: AWS has no policy 'Forecast': it stands on a path, as 'service-role/Forecast'
 --> catalog/personas/analyst.yaml:7:20
  |
7 | managed_policies: [Forecast, service-role/Forecast]
  |                    ^^^^^^^^
  = hint: write 'service-role/Forecast'
"""
    )


_ON_A_PATH = "arn:aws:iam::aws:policy/service-role/Forecast"
