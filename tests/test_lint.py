"""compiler.lint: the verdict of cfn-lint, typed and free of its surroundings."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from compiler.lint import LEFT_OUT, LintFinding, lint, registry_schema

if TYPE_CHECKING:
    from pathlib import Path

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def role(**properties: object) -> str:
    resource = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": TRUST, **properties},
    }
    return json.dumps({"Resources": {"Role": resource}}, indent=2)


def test_a_sound_template_has_no_findings() -> None:
    assert lint(role(), ["eu-west-1"]) == ()


def test_a_finding_names_its_rule_path_and_place() -> None:
    body = role(Colour="red")

    (finding,) = lint(body, ["eu-west-1"])

    line = next(i for i, text in enumerate(body.splitlines(), 1) if "Colour" in text)
    column = body.splitlines()[line - 1].index('"Colour"') + 1
    assert finding == LintFinding(
        rule="E3002",
        severity="error",
        message=finding.message,
        path=("Resources", "Role", "Properties", "Colour"),
        line=line,
        column=column,
        end_line=line,
        end_column=finding.end_column,
        source_url=finding.source_url,
    )
    assert "Colour" in finding.message
    assert finding.end_column > finding.column
    assert finding.source_url.startswith("https://")


def test_list_indices_stand_in_the_path_as_integers() -> None:
    findings = lint(role(Policies=[{"PolicyName": "P", "Nope": 1}]), ["eu-west-1"])

    assert ("Resources", "Role", "Properties", "Policies", 0, "Nope") in {
        finding.path for finding in findings
    }


@pytest.mark.parametrize("body", ['{"Resources":', "a: [", "[]", "", "3"])
def test_what_is_no_template_is_an_error_not_an_exception(body: str) -> None:
    assert "error" in {finding.severity for finding in lint(body, ["eu-west-1"])}


def test_only_the_given_regions_are_linted() -> None:
    body = json.dumps({"Resources": {"App": {"Type": "AWS::AppRunner::Service", "Properties": {}}}})
    known = {finding.rule for finding in lint(body, ["eu-west-1"])}

    unknown = {finding.rule for finding in lint(body, ["cn-north-1"])}

    assert "E3006" not in known
    assert "E3006" in unknown


def test_no_region_and_an_unknown_region_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one Region"):
        lint(role(), [])
    with pytest.raises(ValueError, match="no Region mars-north-1"):
        lint(role(), ["mars-north-1"])


def test_configuration_files_do_not_change_the_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert [finding.rule for finding in lint(role(Colour="red"), ["eu-west-1"])] == ["E3002"]


def test_a_template_cannot_silence_an_error() -> None:
    template = json.loads(role(Colour="red"))
    silence = {"cfn-lint": {"config": {"ignore_checks": ["E3002"]}}}
    template["Metadata"] = silence
    template["Resources"]["Role"]["Metadata"] = silence

    assert "E3002" in {f.rule for f in lint(json.dumps(template), ["eu-west-1"])}


def test_threads_get_the_verdicts_that_one_thread_gets() -> None:
    bodies = [role(), role(Colour="red"), role(Size="big"), role(MaxSessionDuration="x")] * 3
    alone = [lint(body, ["eu-west-1"]) for body in bodies]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda body: lint(body, ["eu-west-1"]), bodies))

    assert together == alone


def test_each_rule_left_out_is_informational_and_has_a_reason() -> None:
    for rule, reason in LEFT_OUT.items():
        assert rule.startswith("I")
        assert reason


def test_importing_lint_does_not_import_cfnlint() -> None:
    code = "import sys, compiler.lint; sys.exit('cfnlint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_schema_of_the_registry_says_what_handlers_need() -> None:
    schema = registry_schema("AWS::IAM::Role", "eu-west-1")

    assert "iam:CreateRole" in schema["handlers"]["create"]["permissions"]
    assert schema == registry_schema("AWS::IAM::Role")


def test_a_schema_is_read_without_cfnlint() -> None:
    code = (
        "import sys; from compiler.lint import registry_schema; "
        "registry_schema('AWS::IAM::Role'); sys.exit('cfnlint' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_type_or_a_region_that_is_not_there_has_no_schema() -> None:
    with pytest.raises(ValueError, match="there is no AWS::IAM::Nobody in us-east-1"):
        registry_schema("AWS::IAM::Nobody")
    with pytest.raises(ValueError, match="knows no Region moon-west-1"):
        registry_schema("AWS::IAM::Role", "moon-west-1")
