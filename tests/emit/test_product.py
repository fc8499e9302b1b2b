"""compiler.emit: templates whole, as text, and what must hold of any of them.

The templates stand in `expected/NAME.json`. After a change that is meant:
`UPDATE_EXPECTED=1 pytest tests/emit`, then read the difference as a reviewer would.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from compiler.build import Product, compile_persona
from compiler.diagnostic import settle
from compiler.emit import emit
from compiler.expression import Parameter
from compiler.lint import lint
from compiler.load import load, read_tree
from compiler.pack import pack
from compiler.render import Launch, render
from compiler.report import diagnostics_text
from compiler.resolve import resolve
from compiler.rules import examine
from tests.laws import LAWS, Chosen, deployed, entitled, fullest
from tests.small import ACCESS, OPEN, SMALL, overlay
from tests.test_resolve_options import CANVAS, READ_TOO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.entitlement import Entitlements

EXPECTED = Path(__file__).parent / "expected"
ROOT = Path(__file__).parents[2]

PERSONA = SMALL["personas/analyst.yaml"]
SETTINGS = SMALL["catalog.yaml"]

ENCRYPTION: dict[str, str | None] = {
    "parameters.yaml": SMALL["parameters.yaml"]
    + """\
Key:
  label: Key
  group: Encryption
  description: The ARN of a key.
  pattern: "arn:aws:kms:[a-z]{2}-[a-z]{4,9}-[1-9]:[0-9]{12}:key/[0-9a-f-]{36}"
""",
    "controls/encryption.yaml": """\
title: Encryption
description: Volumes are encrypted with the given key.
costs: Jobs need the key.
condition_keys:
  sagemaker:VolumeKmsKeyArn:
    values: ["${Key}"]
    when_present: [sagemaker:CreateEndpointConfig]
""",
    "activities/use-keys.yaml": """\
title: Use keys
description: Use the key.
statements:
  - sid: Grant
    actions: [kms:CreateGrant]
    resources: ["${Key}"]
    conditions:
      Bool: {kms:GrantIsForAWSResource: "true"}
    when: encryption
  - sid: Use
    actions: [kms:Decrypt, kms:DescribeKey]
    resources: ["${Key}"]
    conditions:
      StringLike:
        kms:ViaService: ["s3.${AWS::Region}.*", "sagemaker.${AWS::Region}.*"]
        kms:EncryptionContext:aws:s3:arn: "arn:${AWS::Partition}:s3:::${Buckets}/*"
      StringEquals: {aws:username: "${aws:username}"}
    when: encryption
""",
    "personas/analyst.yaml": PERSONA.replace(
        "network: optional", "network: optional, encryption: optional"
    ).replace("run-jobs]", "run-jobs, use-keys]"),
}

ENCRYPTED = str(ENCRYPTION["personas/analyst.yaml"])

DOMAIN = """\
title: Domain
description: A domain for teams that have none.
version: 1.0.0
kind: domain
tags: {team: ml}
"""

APPS: Mapping[str, str | None] = {
    "activities/run-apps.yaml": """\
title: Run apps
description: Start apps in Studio.
statements:
  - sid: Start
    actions: [sagemaker:CreateApp]
    resources: ["arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:app/*"]
""",
}
ONBOARDING = f"{ENCRYPTED.replace('run-jobs', 'run-jobs, run-apps')}onboarding: user-profile\n"

VARIANTS: dict[str, Mapping[str, str | None]] = {
    "small": {},
    "inline": {"personas/analyst.yaml": PERSONA + "policies: inline\n"},
    "required": {"personas/analyst.yaml": PERSONA.replace("optional", "required")},
    "off": {"personas/analyst.yaml": PERSONA.replace("optional", "off")},
    "settings": {
        "catalog.yaml": SETTINGS
        + """\
role_name_prefix: ml
permissions_boundary: bounds/ml+people=1
session_duration: 7200
tags: {cost-center: "4711", team: Machine Learning}
""",
        "personas/analyst.yaml": PERSONA
        + "managed_policies: [AmazonFullAccess, service-role/Other]\nserves: jobs\n",
    },
    "encryption": ENCRYPTION,
    "onboarding": {**ENCRYPTION, "personas/analyst.yaml": ONBOARDING, **APPS},
    "domain": {"personas/analyst.yaml": DOMAIN},
    "access": {"personas/analyst.yaml": ACCESS, "activities/open.yaml": OPEN},
    "no-parameters": {
        "activities/list.yaml": """\
title: List
description: List jobs.
statements:
  - {sid: List, actions: [sagemaker:ListTrainingJobs], resources: ["*"]}
""",
        "personas/analyst.yaml": PERSONA.replace("{network: optional}", "{}").replace(
            "[read-buckets, run-jobs]", "[list]"
        ),
    },
    "options": {
        "activities/canvas.yaml": CANVAS,
        "activities/read-too.yaml": READ_TOO,
        "personas/analyst.yaml": PERSONA.replace(
            "activities: [read-buckets, run-jobs]",
            "optional: {read-buckets: off, read-too: off, run-jobs: on, canvas: off}",
        ),
    },
}


def compiled(changes: Mapping[str, str | None]) -> Product:
    product, problems = compile_persona(load("catalog", overlay(changes)).catalog, "analyst")
    assert not problems
    assert product
    return product


def body(changes: Mapping[str, str | None]) -> Any:
    return json.loads(compiled(changes).artifact.content)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_template_is(name: str) -> None:
    expected = EXPECTED / f"{name}.json"
    actual = compiled(VARIANTS[name]).artifact.content
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_bytes(actual)

    assert expected.read_text(encoding="utf-8") == actual.decode()


def test_no_template_is_expected_that_nothing_makes() -> None:
    assert {f"{name}.json" for name in VARIANTS} == {file.name for file in EXPECTED.glob("*.json")}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_template_is_clean(name: str) -> None:
    """No finding of any severity, W1028 and what is merely informational included."""
    loaded = load("catalog", overlay(VARIANTS[name]))
    ours = [each for each in examine(loaded) if each.rule != "unused-parameter"]

    assert diagnostics_text(settle(ours, loaded.sources)) == "no mistakes found\n"
    assert lint(compiled(VARIANTS[name]).artifact.content.decode(), ["eu-west-1"]) == ()


def test_a_template_is_the_same_in_every_process() -> None:
    """Bytes are canonical: the same on every machine."""
    code = (
        "import sys; from compiler.build import compile_persona; from compiler.load import load;"
        "from tests.small import overlay; catalog = load('catalog', overlay({})).catalog;"
        "sys.stdout.buffer.write(compile_persona(catalog, 'analyst')[0].artifact.content)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    assert done.stdout == (EXPECTED / "small.json").read_bytes()


class TestConditionalPolicies:
    """Policies all of whose statements may be gone."""

    ACTIVITY = """\
title: See
description: See interfaces.
statements:
  - {sid: See, actions: [ec2:DescribeSubnets], resources: ["*"], when: network}
"""
    BOTH = """\
  - {sid: Keys, actions: [kms:ListKeys], resources: ["*"], when: encryption}
"""

    def changes(self, activity: str, *controls: str) -> dict[str, str | None]:
        governed = ", ".join(f"{each}: optional" for each in controls)
        persona = PERSONA.replace("network: optional", governed).replace(
            "[read-buckets, run-jobs]", "[see]"
        )
        return {**ENCRYPTION, "activities/see.yaml": activity, "personas/analyst.yaml": persona}

    def test_one_control_is_the_condition_of_the_policy(self) -> None:
        template = body(self.changes(self.ACTIVITY, "network"))

        policy = template["Resources"]["Policy1"]
        assert policy["Condition"] == "Network"
        assert template["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] == [
            {"Fn::If": ["Network", {"Ref": "Policy1"}, {"Ref": "AWS::NoValue"}]}
        ]
        # Inside it nothing asks for the condition again (W1028).
        assert "Fn::If" not in json.dumps(policy)
        assert lint(json.dumps(template), ["eu-west-1"]) == ()

    def test_several_controls_are_one_condition(self) -> None:
        template = body(self.changes(self.ACTIVITY + self.BOTH, "network", "encryption"))

        assert template["Resources"]["Policy1"]["Condition"] == "Policy1Exists"
        assert template["Conditions"]["Policy1Exists"] == {
            "Fn::Or": [{"Condition": "Encryption"}, {"Condition": "Network"}]
        }
        assert lint(json.dumps(template), ["eu-west-1"]) == ()

    def test_inline_the_policy_is_in_the_role_only_then(self) -> None:
        changes = self.changes(self.ACTIVITY, "network")
        persona = f"{changes['personas/analyst.yaml']}policies: inline\n"

        template = body({**changes, "personas/analyst.yaml": persona})

        (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
        assert [policy["Fn::If"][0], policy["Fn::If"][2]] == ["Network", {"Ref": "AWS::NoValue"}]
        assert list(template["Resources"]) == ["Role"]
        assert lint(json.dumps(template), ["eu-west-1"]) == ()

    def test_without_any_statement_there_is_a_role_and_nothing_else(self) -> None:
        changes = self.changes(self.ACTIVITY, "encryption")
        controls = "controls: {encryption: optional}"
        persona = str(changes["personas/analyst.yaml"]).replace(controls, "controls: {}")

        template = body({**changes, "personas/analyst.yaml": persona})

        assert list(template["Resources"]) == ["Role"]
        assert (
            not {"ManagedPolicyArns", "Policies"}
            & template["Resources"]["Role"]["Properties"].keys()
        )
        assert lint(json.dumps(template), ["eu-west-1"]) == ()

    def test_more_operands_than_a_function_takes_are_nested(self) -> None:
        """Fn::And and Fn::Or take 2 to 10: nest them."""
        names = [f"Value{number}" for number in range(23)]
        parameters = "".join(
            f"{name}:\n  label: x\n  group: x\n  description: x\n  pattern: '[a-z]{{8}}'\n"
            for name in names
        )
        listed = ", ".join(f'"${{{name}}}"' for name in names)
        control = f"title: C\ndescription: C.\ncosts: C.\ncondition_keys:\n  sagemaker:VpcSubnets: {{values: [{listed}]}}\n"
        changes = {
            "parameters.yaml": SMALL["parameters.yaml"] + parameters,
            "controls/many.yaml": control,
            "personas/analyst.yaml": PERSONA.replace("network: optional", "many: optional"),
        }
        template = body(changes)

        assert lint(json.dumps(template), ["eu-west-1"]) == ()
        everything = dict.fromkeys(names, "abcdefgh")
        assert len(self.sids(template, GIVEN)) == 4
        assert len(self.sids(template, {**GIVEN, **everything})) == 6
        with pytest.raises(ValueError, match="give all of Value0, Value1"):
            self.sids(template, {**GIVEN, **everything, "Value22": ""})

    def sids(self, template: Any, given: dict[str, str]) -> list[str]:
        rendered = render(template, Launch(parameters=given))
        return [one["Sid"] for each in rendered.policies for one in each.document["Statement"]]


GIVEN = {
    "Buckets": "one,two",
    "ExecutionRoles": "arn:aws:iam::111122223333:role/small/execution/jobs",
}
KEY = {"Key": "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012"}


class TestOutputs:
    def test_the_statement_that_a_key_policy_needs(self) -> None:
        """The actions are those of the statements, lists have all of their values."""
        rendered = render(body(ENCRYPTION), Launch(parameters={**GIVEN, **KEY}))

        assert json.loads(rendered.outputs["KeyPolicyStatement"]) == [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "<Role.Arn>"},
                "Action": ["kms:CreateGrant"],
                "Resource": "*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": ["true"]}},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": "<Role.Arn>"},
                "Action": ["kms:Decrypt", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {
                    "StringLike": {
                        "kms:ViaService": ["s3.eu-west-1.*", "sagemaker.eu-west-1.*"],
                        "kms:EncryptionContext:aws:s3:arn": [
                            "arn:aws:s3:::one/*",
                            "arn:aws:s3:::two/*",
                        ],
                    },
                    "StringEquals": {"aws:username": ["${aws:username}"]},
                },
            },
        ]

    def test_the_statement_is_there_only_with_the_control(self) -> None:
        rendered = render(body(ENCRYPTION), Launch(parameters=GIVEN))

        assert "KeyPolicyStatement" not in rendered.outputs

    def test_a_key_of_statements_under_different_controls_has_a_statement_always(self) -> None:
        """A key that is used with the network control and without it."""
        activity = str(ENCRYPTION["activities/use-keys.yaml"]).replace(
            "when: encryption", "when: network", 1
        )
        changes = {
            **ENCRYPTION,
            "activities/use-keys.yaml": activity.replace("    when: encryption\n", ""),
            "personas/analyst.yaml": str(ENCRYPTION["personas/analyst.yaml"]).replace(
                ", encryption: optional", ""
            ),
        }

        assert "Condition" not in body(changes)["Outputs"]["KeyPolicyStatement"]

    def test_the_role_and_the_execution_roles(self) -> None:
        outputs = body({})["Outputs"]

        assert outputs == {
            "ExecutionRoles": {
                "Description": "The roles to name in jobs; the role itself is not one of them.",
                "Value": {"Ref": "ExecutionRoles"},
            },
            "RoleArn": {"Description": "The role.", "Value": {"Fn::GetAtt": ["Role", "Arn"]}},
            "RoleName": {"Description": "The role's name.", "Value": {"Ref": "Role"}},
        }


class TestSettings:
    def test_the_name_ends_in_what_is_unique_to_the_stack(self) -> None:
        template = body(VARIANTS["settings"])
        resolved = template["Resources"]["Role"]["Properties"]["RoleName"]
        probe = {
            "Resources": {
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"AssumeRolePolicyDocument": {}, "PermissionsBoundary": resolved},
                }
            }
        }

        launch = Launch(identifier="12345678-1234-1234-1234-abcdefabcdef")
        assert render(probe, launch).permissions_boundary == "ml-abcdefabcdef"

    def test_the_boundary_is_of_the_launching_account(self) -> None:
        rendered = render(
            body(VARIANTS["settings"]),
            Launch(parameters=GIVEN, partition="aws-cn"),
        )

        assert (
            rendered.permissions_boundary
            == "arn:aws-cn:iam::111122223333:policy/bounds/ml+people=1"
        )
        assert rendered.managed_policy_arns == (
            "arn:aws-cn:iam::aws:policy/AmazonFullAccess",
            "arn:aws-cn:iam::aws:policy/service-role/Other",
        )

    def test_jobs_stand_on_the_path_of_roles_that_may_be_passed(self) -> None:
        people, jobs = body({})["Resources"], body(VARIANTS["settings"])["Resources"]

        assert people["Role"]["Properties"]["Path"] == "/small/people/"
        assert jobs["Role"]["Properties"]["Path"] == "/small/execution/"
        assert jobs["Policy1"]["Properties"]["Path"] == "/small/execution/"

    def test_a_description_never_holds_the_version(self) -> None:
        """A change of Description replaces a policy: no version in a Description."""
        other = body({"personas/analyst.yaml": PERSONA.replace("1.0.0", "2.3.4")})
        before = body({})

        assert other["Description"] == before["Description"]
        assert other["Resources"]["Policy1"] == before["Resources"]["Policy1"]
        assert "2.3.4" not in json.dumps({**other, "Metadata": {}}).replace(
            json.dumps({"Key": "personac:version", "Value": "2.3.4"}), ""
        )

    def test_a_title_in_any_script_fits_the_description(self) -> None:
        """CloudFormation takes 1,024 bytes; a character is not cut in two."""
        changes = {
            "personas/analyst.yaml": PERSONA.replace(
                "title: Analyst", f"title: {'人' * 100}"
            ).replace("Reads data and trains models.", "é" * 1000)
        }

        description = body(changes)["Description"]

        assert len(description.encode()) == 1024
        assert description.startswith("人")
        assert description.endswith("é")


class TestOrigins:
    """What is wrong with a template is told at the line of the catalog that caused it."""

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("Description", "Reads data and trains models."),
            ("Parameters.Buckets.AllowedPattern", "Buckets:"),
            ("Resources.Role.Properties.Tags.0.Value", "tags: {cost-center"),
            (
                "Resources.Role.Properties.PermissionsBoundary.Fn::Sub",
                "permissions_boundary: bounds/ml+people=1",
            ),
            ("Resources.Role.Properties.RoleName", "role_name_prefix: ml"),
            ("Resources.Role.Properties.MaxSessionDuration", "session_duration: 7200"),
            (
                "Resources.Role.Properties.ManagedPolicyArns.1",
                "managed_policies: [AmazonFullAccess, service-role/Other]",
            ),
            (
                "Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal",
                "- sid: SageMaker",
            ),
            (
                "Resources.Policy1.Properties.PolicyDocument.Statement.1.Resource.2.Fn::If",
                "- sid: Read",
            ),
            (
                "Resources.Policy1.Properties.PolicyDocument.Statement.4.Fn::If.1.Sid",
                "- sid: Interfaces",
            ),
            ("Resources.Policy1.Properties.PolicyDocument.Statement.5", "sagemaker:VpcSubnets:"),
            ("Resources.Role.Type", "title: Analyst"),
            ("", "title: Analyst"),
        ],
        ids=str,
    )
    def test_a_path_leads_to_a_line(self, path: str, line: str) -> None:
        loaded = load("catalog", overlay(VARIANTS["settings"]))
        product, _ = compile_persona(loaded.catalog, "analyst")
        assert product
        parts = tuple(int(each) if each.isdigit() else each for each in path.split(".") if each)

        place = product.template.origin(parts)

        source = loaded.sources[place.path]
        number = source.locate(place).line
        # A mapping begins on the line after its key.
        assert any(line in source.line(each) for each in (number - 1, number))


@LAWS
@given(entitled())
def test_a_launch_asks_for_what_it_uses_and_says_what_for(entitlements: Entitlements) -> None:
    """Descriptions, patterns that bound count and length and admit no wildcard on every parameter.

    Parameters are optional only under optional controls.
    """
    template = deployed_body(entitlements)
    optional = {name for switch in entitlements.switches.values() for name in switch.parameters}
    optional |= entitlements.needed.keys()
    options = {each.parameter for each in entitlements.options.values()}
    asked = template.get("Parameters", {})
    interface = template["Metadata"].get("AWS::CloudFormation::Interface", {})

    assert asked.keys() == entitlements.parameters.keys()
    assert asked.keys() == interface.get("ParameterLabels", {}).keys()
    assert sorted(asked) == sorted(
        name for group in interface.get("ParameterGroups", []) for name in group["Parameters"]
    )
    for name, each in asked.items():
        assert each["Type"] == "String"
        assert each["Description"]
        if name in options:
            assert each["AllowedValues"] == ["no", "yes"]
            assert each["Default"] in each["AllowedValues"]
            continue
        assert each["ConstraintDescription"].endswith(each["AllowedPattern"])
        assert ("Default" in each) == (name in optional)
        value = fullest(entitlements).parameters[name]
        assert re.fullmatch(each["AllowedPattern"], value)
        assert not re.fullmatch(each["AllowedPattern"], f"{value},{value}")
        assert bool(re.fullmatch(each["AllowedPattern"], "")) == (name in optional)
        for wild in "*?$":
            assert not re.fullmatch(each["AllowedPattern"], wild)
            assert not re.fullmatch(each["AllowedPattern"], value[:-1] + wild)


@LAWS
@given(entitled())
def test_what_a_template_refers_to_is_there(entitlements: Entitlements) -> None:
    template = deployed_body(entitlements)
    text = json.dumps(template)

    conditions = set(template.get("Conditions", {}))
    named = set(re.findall(r'"(?:Condition|Fn::If)": \[?"([A-Za-z0-9]+)"', text))
    assert named <= conditions
    # Each switch is a condition, whether or not a statement still depends on it.
    switched = {each.capitalize() for each in entitlements.switches}
    switched |= {each.condition for each in entitlements.options.values()}
    assert conditions <= named | switched
    refs = set(re.findall(r'"Ref": "([A-Za-z0-9]+)"', text))
    assert refs <= template.get("Parameters", {}).keys() | template["Resources"].keys()


def deployed_body(entitlements: Entitlements) -> Any:
    return emit(pack(entitlements)).body


@pytest.mark.parametrize(
    "file", sorted((ROOT / "catalog/personas").glob("*.yaml")), ids=lambda file: file.stem
)
def test_personas_of_the_catalog_say_all_of_it(file: Path) -> None:
    catalog = load("catalog", read_tree(ROOT / "catalog")[0]).catalog
    if catalog.personas[file.stem].kind != "role":
        return
    entitlements = resolve(catalog, file.stem)
    product, _ = compile_persona(catalog, file.stem)
    assert product
    template = product.template.body
    granted = [each for each in entitlements.statements if each.effect == "Allow"]

    rendered = deployed(Chosen(entitlements, fullest(entitlements)))

    assert template["Outputs"].keys() >= {"RoleArn", "RoleName"}
    for key in ("VolumeKey", "DataKey"):
        uses = {
            action
            for each in granted
            if (Parameter(key),) in each.resources
            for action in each.actions
        }
        output = rendered.outputs.get(f"{key}PolicyStatement", "[]")
        assert uses == {action for each in json.loads(output) for action in each["Action"]}
