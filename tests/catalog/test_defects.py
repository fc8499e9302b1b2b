"""The fifteen defects of SageMaker Role Manager's CDK library, each absent from what we compile."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from botocore.session import get_session

from compiler.artifact import artifact, canonical, digest
from compiler.build import compile_account, compile_hub
from compiler.iam import reference
from compiler.intrinsics import ParameterError
from compiler.publication import portfolios
from compiler.render import Launch, render
from tests import brute_force
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    DATA_KEY,
    EXECUTION_ROLES,
    GROUPS,
    MODES,
    PEOPLE,
    PERSONAS,
    REGION,
    REPOSITORY,
    RIGHT,
    STUDIO,
    SUBNETS,
    VALUES,
    VOLUME_KEY,
    alone,
    arn,
    catalog,
    compared,
    compiled,
    decide,
    documents,
    launched,
    policies,
    several,
    statements,
    template,
    trusted,
    values,
    with_persona,
    without,
)

if TYPE_CHECKING:
    from pathlib import Path

TRAINING = arn("training-job/fraud")

ADMINISTERING: dict[str, str | list[str]] = {
    "aws:PrincipalTag/personac:persona": "data-science-administrator",
    "sagemaker:AppNetworkAccessType": "VpcOnly",
}
"""What one activity asks for: it grants Studio's administration to one persona, inside its network."""

# Puts the clock into another century before the compiler is loaded.
_LATER = """
import datetime, sys, time
late = 4102444800.0
time.time = lambda: late
time.time_ns = lambda: int(late * 1e9)
time.localtime = time.gmtime = lambda *_: time.struct_time((2100, 1, 1, 0, 0, 0, 4, 1, 0))
class Late(datetime.datetime):
    now = classmethod(lambda cls, tz=None: cls(2100, 1, 1, tzinfo=tz))
    utcnow = today = classmethod(lambda cls: cls(2100, 1, 1))
datetime.datetime = Late
sys.argv = ["personac", *sys.argv[1:]]
from compiler.cli import main
sys.exit(main())
"""


def _built(folder: Path, *command: str, **environment: str) -> dict[str, bytes]:
    """What another process compiles the catalog to, from another folder."""
    folder.mkdir()
    arguments = ("build", "--catalog", str(REPOSITORY / "catalog"), "--output", str(folder / "out"))
    outcome = subprocess.run(
        [sys.executable, *command, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    found = (folder / "out").rglob("*.json")
    return {file.relative_to(folder / "out").as_posix(): file.read_bytes() for file in found}


def test_1_nothing_holds_the_clock(tmp_path: Path) -> None:
    """Nor the time zone, the seed of hashes, the folder or the process."""
    personas = catalog().personas
    here = {f"personas/{each}/1.0.0.template.json": canonical(template(each)) for each in personas}
    digests = {path: digest(content) for path, content in here.items()}
    account = compile_account(catalog())
    made = map(artifact, (*account, *compile_hub(catalog(), account)))
    listed = portfolios(None, catalog(), tmp_path / "nothing", digests)
    here |= {each.path: each.content for each in (*made, *listed)}
    later = _built(tmp_path / "a", "-c", _LATER, PYTHONHASHSEED="1", TZ="Asia/Kolkata")
    other = _built(tmp_path / "b", "-m", "compiler", PYTHONHASHSEED="4242", TZ="America/Lima")
    assert later == here
    assert other == here
    for persona in PERSONAS:
        for name in template(persona)["Resources"]:
            assert re.fullmatch(r"Role|Policy[1-9]|UserProfile", name)


def test_2_no_condition_on_a_deprecated_key() -> None:
    """Each key exists and every action of its statement supports it, so that conditions hold."""
    for persona, mode in product(PERSONAS, MODES):
        for statement in statements(policies(persona, mode)):
            for _, key, _ in compared(statement):
                assert reference.key_type(key), key
                assert not re.search(r"Kms(Encryption)?Key(Id)?$", key), key
                for action in map(reference.expand, several(statement["Action"])):
                    assert reference.supports(action[0], key) or key.startswith("aws:"), key
    both = policies("data-scientist", ("network", "encryption"))
    assert decide(both, "sagemaker:CreateTrainingJob", TRAINING, RIGHT) == "allowed"


def test_3_a_key_is_named_by_its_arn() -> None:
    for persona in PERSONAS:
        held = policies(persona, ("encryption",))
        about_keys = [
            each for each in statements(held, "Allow") if each["Action"][0].startswith("kms:")
        ]
        assert about_keys, persona
        for statement in about_keys:
            assert set(several(statement["Resource"])) <= {VOLUME_KEY, DATA_KEY}
        body = template(persona)
        for parameter, bad in product(
            CONTROLS["encryption"],
            (
                VOLUME_KEY.rpartition("/")[2],
                VOLUME_KEY.replace("key/", "alias/"),
                "alias/fraud",
                f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
            ),
        ):
            given = {**values(body, ("encryption",)), parameter: bad}
            with pytest.raises(ParameterError, match=f"{parameter} is"):
                render(body, Launch(parameters=given))


@pytest.mark.parametrize("persona", ["all-ml-activities", "data-scientist"])
def test_4_batch_transform_works_in_network_mode(persona: str) -> None:
    """Its request has no field for a VPC."""
    job = arn("transform-job/fraud")
    assert decide(policies(persona, ("network",)), "sagemaker:CreateTransformJob", job) == "allowed"
    keys = without(RIGHT, "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds")
    both = policies(persona, ("network", "encryption"))
    assert decide(both, "sagemaker:CreateTransformJob", job, keys) == "allowed"
    assert decide(both, "sagemaker:CreateTransformJob", job) == "explicitly-denied"


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_5_ml_jobs_stop_transform_jobs(mode: tuple[str, ...]) -> None:
    held = documents(launched(alone("manage-ml-jobs"), mode))
    assert decide(held, "sagemaker:StopTransformJob", arn("transform-job/fraud")) == "allowed"


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_6_monitoring_keeps_its_actions_in_every_mode(mode: tuple[str, ...]) -> None:
    held = documents(launched(alone("manage-model-monitoring"), mode))
    schedule = arn("monitoring-schedule/fraud")
    for verb in ("Describe", "Delete", "Start", "Stop"):
        assert decide(held, f"sagemaker:{verb}MonitoringSchedule", schedule) == "allowed"
    for verb in ("Describe", "Stop"):
        job = arn("processing-job/fraud")
        assert decide(held, f"sagemaker:{verb}ProcessingJob", job) == "allowed"


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_7_studio_passes_roles_in_every_mode(mode: tuple[str, ...]) -> None:
    held = documents(launched(alone("run-studio-applications"), mode))
    to_sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    for role in EXECUTION_ROLES:
        assert decide(held, "iam:PassRole", role, to_sagemaker) == "allowed"
        assert decide(held, "iam:PassRole", role) == "implicitly-denied"


def test_8_pipelines_are_updated_and_what_is_created_is_tagged() -> None:
    """What creates something that takes tags may tag it, in that request; Studio has its spaces."""
    held = policies("ml-ops")
    assert decide(held, "sagemaker:UpdatePipeline", arn("pipeline/fraud")) == "allowed"
    own = "d-abcdefghijkl/ada"
    studio = {
        **STUDIO,
        "sagemaker:OwnerUserProfileArn": arn(f"user-profile/{own}"),
        "sagemaker:SpaceSharingType": "Private",
    }
    for verb in ("Create", "Update", "Delete"):
        space = arn("space/d-abcdefghijkl/lab")
        assert decide(held, f"sagemaker:{verb}Space", space, studio) == "allowed"
    url = "sagemaker:CreatePresignedDomainUrl"
    assert decide(held, url, arn(f"user-profile/{own}"), STUDIO) == "allowed"

    api = get_session().get_service_data("sagemaker")
    tagged = 0
    for activity in catalog().activities:
        held = documents(launched(alone(activity)))
        for statement in statements(held, "Allow"):
            for written in statement["Action"]:
                prefix, _, name = written.partition(":")
                if prefix != "sagemaker" or not name.startswith("Create"):
                    continue
                request = api["operations"][name]["input"]["shape"]
                if "Tags" not in api["shapes"][request]["members"]:
                    continue
                tagged += 1
                made = name.removeprefix("Create").removesuffix("V2").lower()
                types = reference.expand(written)[0].resource_types
                (kind,) = (each for each in types if each.replace("-", "").endswith(made))
                thing = f"{kind}/d-abcdefghijkl/ada/x"
                create = {**STUDIO, **ADMINISTERING, "sagemaker:TaggingAction": name}
                tag = "sagemaker:AddTags"
                assert decide(held, tag, arn(thing), create) == "allowed", (activity, name)
                assert decide(held, tag, arn(thing), STUDIO) == "implicitly-denied"
    assert tagged > 25


@pytest.mark.parametrize("action", ["s3:GetBucketAcl", "s3:PutBucketAcl"])
def test_9_bucket_acls_are_on_buckets(action: str) -> None:
    held = documents(launched(alone("manage-glue-tables")))
    owner = {"s3:x-amz-acl": "bucket-owner-full-control"}
    assert decide(held, action, "arn:aws:s3:::fraud-data", owner) == "allowed"
    assert decide(held, action, "arn:aws:s3:::fraud-data/x", owner) == "implicitly-denied"
    assert decide(held, action, "arn:aws:s3:::others", owner) == "implicitly-denied"


@pytest.mark.parametrize(
    ("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_10_the_partition_is_never_written_out(partition: str, region: str) -> None:
    for persona in PERSONAS:
        body = template(persona)
        assert "arn:aws" not in json.dumps(
            [body["Resources"], body["Outputs"], body["Conditions"], body["Rules"]]
        )
        given = {
            name: each.replace("arn:aws:", f"arn:{partition}:").replace(REGION, region)
            for name, each in values(body, CONTROLS).items()
        }
        place = {"partition": partition, "region": region}
        rendered = render(body, Launch(parameters=given, **place))
        text = json.dumps([*documents(rendered), rendered.trust, rendered.managed_policy_arns])
        assert set(re.findall(r"arn:[^:\"]*", text)) == {f"arn:{partition}"}
        assert REGION not in text


def test_11_the_order_of_activities_does_not_change_the_trust() -> None:
    asking = ("Service", "sagemaker.amazonaws.com")
    for persona in PERSONAS:
        names = catalog().personas[persona].activities
        trust = trusted(template(persona))
        for order in (names[::-1], *((each,) for each in names)):
            other_way = compiled(persona, with_persona(persona, activities=order))
            assert trusted(other_way) == trust
        source = {"aws:SourceArn": arn("domain/d-1"), "aws:SourceAccount": ACCOUNT}
        other = {"aws:SourceArn": arn("domain/d-1").replace(ACCOUNT, "444455556666")}

        def assumed(context: dict[str, str], trust: dict[str, object] = trust) -> str:
            return brute_force.decide([trust], "sts:AssumeRole", None, context, principal=asking)

        assert assumed(source) == "allowed"
        assert assumed({**source, **other}) == "implicitly-denied"
        assert assumed({**source, "aws:SourceAccount": "444455556666"}) == "implicitly-denied"
        assert assumed({"aws:SourceAccount": ACCOUNT}) == "implicitly-denied"
        assert assumed({}) == "implicitly-denied"


# The longest values by hand: each of the longest form, as many as may be.
_LONGEST = {
    "AthenaWorkgroups": ["w" * 64] * 5,
    "Buckets": ["b" * 63] * 10,
    "DefaultLanding": ["Studio Classic"],
    "DomainId": [f"d-{'d' * 61}"],
    "DomainMode": ["SSO"],
    "DataKey": [f"arn:aws-us-gov:kms:us-gov-west-1:{ACCOUNT}:key/mrk-{'a' * 32}"],
    "ExecutionRoles": [f"arn:aws-us-gov:iam::{ACCOUNT}:role/personac/execution/{'r' * 64}"] * 5,
    "GlueDatabases": ["g" * 64] * 5,
    "ImageRepositories": ["i" * 64] * 5,
    "JupyterLabInstanceType": [f"ml.{'m' * 16}.{'l' * 16}"],
    "SecurityGroups": [f"sg-{'a' * 17}"] * 5,
    "SingleSignOnUser": ["u" * 128],
    "SpaceGigabytes": ["16384"],
    "Subnets": [f"subnet-{'a' * 17}"] * 6,
    "UserProfileName": ["u" * 63],
    "VolumeKey": [f"arn:aws-us-gov:kms:us-gov-west-1:{ACCOUNT}:key/mrk-{'a' * 32}"],
}


@pytest.mark.parametrize("persona", PERSONAS)
def test_12_every_size_is_within_its_quota(persona: str) -> None:
    """Nothing is inline; path, tags and session are there, and a boundary where the catalog names one."""
    body = template(persona)
    longest = {name: ",".join(_LONGEST[name]) for name in body["Parameters"]}
    place = {"partition": "aws-us-gov", "region": "us-gov-west-1"}
    for mode in MODES:
        off = {name for each in CONTROLS if each not in mode for name in CONTROLS[each]}
        given = {name: each for name, each in longest.items() if name not in off}
        rendered = render(body, Launch(parameters=given, **place))
        assert len(rendered.policies) + len(rendered.managed_policy_arns) <= 10
        for policy in rendered.policies:
            assert len(json.dumps(policy.document, separators=(",", ":"))) <= 6_144
        assert len(json.dumps(rendered.trust, separators=(",", ":"))) <= 2_048
    for name, items in _LONGEST.items():
        if name in body["Parameters"] and len(items) > 1:
            more = {**longest, name: ",".join([*items, items[0]])}
            with pytest.raises(ParameterError, match=f"{name} is"):
                render(body, Launch(parameters=more, **place))
    role = body["Resources"]["Role"]["Properties"]
    assert "Policies" not in role
    assert role["Path"].startswith("/personac/")
    assert role["MaxSessionDuration"] == 3_600
    assert {"Key": "managed-by", "Value": "personac"} in role["Tags"]
    assert (
        launched(body).permissions_boundary == f"arn:aws:iam::{ACCOUNT}:policy/{catalog().boundary}"
    )
    free = compiled(
        persona, replace(catalog(), settings=replace(catalog().settings, permissions_boundary=None))
    )
    assert "PermissionsBoundary" not in free["Resources"]["Role"]["Properties"]
    settings = replace(catalog().settings, permissions_boundary="teams/edge")
    bounded = compiled(persona, replace(catalog(), settings=settings))
    assert launched(bounded).permissions_boundary == f"arn:aws:iam::{ACCOUNT}:policy/teams/edge"


@pytest.mark.parametrize("activity", sorted(catalog().activities))
def test_13_no_activity_ignores_network_and_encryption(activity: str) -> None:
    """Whatever the activity grants that supports the keys is held to the values of the launch."""
    held = documents(launched(alone(activity), CONTROLS))
    wrong: dict[str, str | list[str]] = {
        "sagemaker:VpcSubnets": ["subnet-00000000000000000"],
        "sagemaker:VpcSecurityGroupIds": ["sg-00000000000000000"],
        "sagemaker:VolumeKmsKeyArn": DATA_KEY,
        "sagemaker:OutputKmsKeyArn": VOLUME_KEY,
    }
    for statement in statements(held, "Allow"):
        for written in statement["Action"]:
            for action, (key, value) in product(reference.expand(written), wrong.items()):
                if reference.supports(action, key):
                    resource = several(statement["Resource"])[0].replace("*", "fraud")
                    asked = {**RIGHT, **STUDIO, **ADMINISTERING}
                    assert decide(held, str(action), resource, asked) == "allowed"
                    asked |= {key: value}
                    assert decide(held, str(action), resource, asked) == "explicitly-denied"
    text = json.dumps(held)
    for value in (*SUBNETS, *GROUPS, VOLUME_KEY, DATA_KEY):
        assert value in text


def test_14_a_request_without_the_key_is_never_let_through() -> None:
    """ForAllValues holds where there is no key: in an Allow it has a Null guard beside it."""
    for persona, mode in product(PERSONAS, MODES):
        for statement in statements(policies(persona, mode), "Allow"):
            for operator, key, _ in compared(statement):
                if operator.startswith("ForAllValues:"):
                    guarded = statement["Condition"].get("Null", {})
                    assert guarded.get(key) == "false", statement["Sid"]
    for persona in ("all-ml-activities", "data-scientist"):
        held = policies(persona, ("network", "encryption"))
        assert decide(held, "sagemaker:CreateTrainingJob", TRAINING, RIGHT) == "allowed"
        for key in RIGHT:
            asked = without(RIGHT, key)
            assert (
                decide(held, "sagemaker:CreateTrainingJob", TRAINING, asked) == "explicitly-denied"
            )
            asked = {**RIGHT, key: []} if isinstance(RIGHT[key], list) else asked
            assert (
                decide(held, "sagemaker:CreateTrainingJob", TRAINING, asked) == "explicitly-denied"
            )


@pytest.mark.parametrize("persona", PERSONAS)
def test_15_every_policy_is_looked_at(persona: str) -> None:
    """All policies of a template are attached, rendered and in output/, not the first alone."""
    body = template(persona)
    committed = REPOSITORY / "output" / "personas" / persona / "1.0.0.template.json"
    assert committed.read_bytes() == canonical(body)
    policies = body["Resources"].items()
    own = {name for name, each in policies if each["Type"] == "AWS::IAM::ManagedPolicy"}
    attached = json.dumps(body["Resources"]["Role"]["Properties"]["ManagedPolicyArns"])
    assert set(re.findall(r'"Ref": "(Policy\d+)"', attached)) == own
    rendered = launched(body, CONTROLS)
    assert {each.name for each in rendered.policies} == own
    sids = [each["Sid"] for each in statements(documents(rendered))]
    assert len(sids) == len(set(sids))
    if persona in PEOPLE:
        assert len(own) > 1
    for activity in catalog().personas[persona].activities:
        mine = "".join(word.capitalize() for word in activity.split("-"))
        assert any(each.startswith(mine) for each in sids), activity
    defaulted = {name for name, each in body["Parameters"].items() if "Default" in each}
    assert VALUES.keys() | defaulted >= body["Parameters"].keys()
