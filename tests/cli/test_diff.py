"""`personac diff`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from compiler.managed import ManagedPolicy, kept_form
from compiler.sandbox import Sandbox
from tests.catalog.launches import REPOSITORY
from tests.roles import TRUST, allow, document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Said, Shell


def write(shell: Shell, name: str, body: Any) -> None:
    (shell.folder / name).write_text(json.dumps(body), encoding="utf-8")


def refused(said: Said) -> str:
    assert (said.code, said.out) == (2, "")
    return said.err


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


class TestTemplates:
    def test_a_persona_and_its_version_are_equal(self, shell: Shell) -> None:
        shell("build")

        said = shell("diff", "analyst@1.0.0", "analyst")

        assert (said.code, said.err) == (0, "")
        assert said.out == (
            "analyst gains and loses nothing: equal\n"
            "  old  analyst@1.0.0 1.0.0, from output/personas/analyst/1.0.0.template.json\n"
            "  new  analyst 1.0.0, from catalog\n"
            "  cases options off, network\n"
        )

    def test_what_a_change_lets_people_do(self, shell: Shell) -> None:
        shell("build")
        shell.change(
            "activities/read-buckets.yaml",
            "actions: [s3:GetObject]",
            "actions: [s3:GetObject, s3:PutObject]",
        )

        said = shell("diff", "analyst@1.0.0", "analyst")

        assert said.code == 1
        assert said.out.startswith("analyst gains 1 action: wider\n")
        assert "\n+ s3:PutObject  (Write)\n    on    arn:aws:s3:::${Buckets}/*\n" in said.out
        assert (
            "    by    Policy1.ReadBucketsRead  catalog/activities/read-buckets.yaml:7\n"
            in said.out
        )
        assert "          launched with Buckets = " in said.out

    def test_a_witness_is_what_can_answers(self, shell: Shell) -> None:
        """A finding's request is an entry of a file of requests as it stands."""
        shell("build")
        shell.change("activities/read-buckets.yaml", "s3:GetObject", "s3:PutObject")
        view = json.loads(shell("diff", "analyst@1.0.0", "analyst", "--format", "json").out)
        (gained,), (lost,) = view["gained"], view["lost"]
        write(
            shell,
            "table.json",
            [
                {**gained["witness"], "expected": "allowed"},
                {**lost["witness"], "expected": "denied"},
            ],
        )

        now = shell("can", "analyst", "--requests", "table.json")
        before = shell("can", "analyst@1.0.0", "--requests", "table.json")

        assert (gained["actions"], lost["actions"]) == (["s3:PutObject"], ["s3:GetObject"])
        assert (now.code, before.code) == (0, 1)
        assert now.out.endswith("2 requests: 2 as expected, 0 not\n")
        assert before.out.endswith("2 requests: 0 as expected, 2 not\n")

    def test_a_control_that_is_gone(self, shell: Shell) -> None:
        shell("build")
        shell.change("personas/analyst.yaml", "controls: {network: optional}", "controls: {}")
        shell.change("activities/run-jobs.yaml", "    when: network\n", "")

        said = shell("diff", "analyst@1.0.0", "analyst")

        assert said.code == 1
        assert "\n  cases options off, network\n" in said.out
        assert "~ Subnets  is gone\n" in said.out

    def test_a_fixed_parameter(self, shell: Shell) -> None:
        shell("build")
        shell.change("parameters.yaml", "{1,61}", "{1,60}")

        assert shell("diff", "analyst@1.0.0", "analyst").code == 1
        fixed = shell("diff", "analyst@1.0.0", "analyst", "--set", "Buckets=one")
        assert fixed.code == 0
        write(shell, "policy.json", document())
        assert refused(shell("diff", "policy.json", "policy.json", "--set", "A=b")) == (
            "personac: --set names A; no subject has parameters\n"
        )
        assert refused(shell("diff", "analyst", "analyst", "--set", "Bucket=one")) == (
            "personac: --set names Bucket; there are the parameters Buckets, ExecutionRoles, SecurityGroups, Subnets\n"
        )
        assert "analyst cannot be launched so:\n  Buckets is 'A'" in refused(
            shell("diff", "analyst", "analyst", "--set", "Buckets=A")
        )

    def test_an_attached_policy_counts_by_the_kept_copy(self, shell: Shell) -> None:
        policy = ManagedPolicy(
            name="Theirs", arn="arn:aws:iam::aws:policy/Theirs", version="v3", source="somebody",
            date="2026-01-02", document=document(allow("Theirs", "sqs:SendMessage")),
        )  # fmt: skip
        shell("build")
        persona = shell.folder / "catalog/personas/analyst.yaml"
        persona.write_text(persona.read_text() + "managed_policies: [Theirs]\n", encoding="utf-8")

        without = shell("diff", "analyst@1.0.0", "analyst")
        file = shell.folder / "catalog/aws_managed/Theirs/v3.json"
        file.parent.mkdir(parents=True)
        file.write_bytes(kept_form(policy))
        said = shell("diff", "analyst@1.0.0", "analyst")

        assert "there is no AWS managed policy 'Theirs'" in refused(without)
        assert (
            "+ sqs:SendMessage  (Write)\n    on    everything\n    by    Theirs.Theirs\n"
            in said.out
        )
        compared = shell("diff", "aws:Theirs", "aws:Theirs").out
        assert (
            "aws:Theirs v3, from the catalog's copy, kept from somebody, 2026-01-02\n" in compared
        )


class TestPolicies:
    def test_the_json_that_others_build_on(self, shell: Shell) -> None:
        write(shell, "old.json", document(allow("A", "s3:GetObject", "arn:aws:s3:::a/*")))
        write(shell, "new.json", document(allow("A", "s3:GetObject", "arn:aws:s3:::b/*")))

        said = shell("diff", "old.json", "new.json", "--format", "json")

        view = json.loads(said.out)
        assert (said.code, view["schema"], view["verdict"]) == (1, "personac.diff/1", "changed")
        assert list(view) == [
            "schema", "verdict", "bump", "subjects", "cases", "gained", "lost", "unknown", "parameters",
            "notes",
        ]  # fmt: skip
        assert view["subjects"]["old"] == {
            "name": "old.json", "kind": "policy", "version": None, "source": "old.json"
        }  # fmt: skip
        (gained,), (lost,) = view["gained"], view["lost"]
        assert gained["witness"]["resource"].startswith("arn:aws:s3:::b/")
        assert lost["witness"]["resource"].startswith("arn:aws:s3:::a/")

    def test_markdown(self, shell: Shell) -> None:
        write(shell, "old.json", document(allow("A", "s3:GetObject")))
        write(shell, "new.json", document(allow("A", "s3:PutObject")))

        said = shell("diff", "old.json", "new.json", "--format", "markdown")

        assert said.code == 1
        assert said.out.startswith("### 🔶 new.json gains 1 action, loses 1 action\n")

    def test_a_trust_policy_against_a_role(self, shell: Shell) -> None:
        write(shell, "trust.json", TRUST)
        write(shell, "policy.json", document(allow("A", "s3:GetObject")))

        said = shell("diff", "trust.json", "analyst")

        assert said.code == 1
        assert (
            "  note  trust.json has no permissions policy: that of analyst is not compared\n"
            in said.out
        )
        assert "- sts:AssumeRole  (Write)\n" in said.out
        assert refused(shell("diff", "trust.json", "policy.json")) == (
            "personac: trust.json and policy.json have nothing in common that could be compared:"
            " a trust policy and a permissions policy\n"
        )

    def test_a_file_that_is_no_policy(self, shell: Shell) -> None:
        write(shell, "policy.json", document(allow("A", "nonsense")))

        assert refused(shell("diff", "policy.json", "analyst")) == (
            "personac: policy.json: Statement.0.Action: 'nonsense' is no action; an action is service:Name, or *\n"
        )


class TestManagedPolicies:
    def test_versions_and_sources_are_named(self, shell: Shell) -> None:
        said = shell("diff", "aws:AmazonSageMakerReadOnly", "aws:AmazonSageMakerReadOnly")

        assert said.code == 0
        assert "  old  aws:AmazonSageMakerReadOnly v11, from moto 5." in said.out

    def test_an_older_version_is_named_by_it(self, shell: Shell) -> None:
        for version in ("v1", "2021-08-02"):
            policy = ManagedPolicy(
                name="AmazonSageMakerReadOnly",
                arn="arn:aws:iam::aws:policy/AmazonSageMakerReadOnly",
                version=version,
                source="a guide",
                date="2021-08-02",
                document=document(allow("Look", "sagemaker:ListModels")),
            )
            file = shell.folder / f"catalog/aws_managed/AmazonSageMakerReadOnly/{version}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(kept_form(policy))

        said = shell(
            "diff", "aws:AmazonSageMakerReadOnly@2021-08-02", "aws:AmazonSageMakerReadOnly"
        )
        absent = shell("diff", "aws:AmazonSageMakerReadOnly@v2", "aws:AmazonSageMakerReadOnly")

        kept = "from the catalog's copy, kept from a guide, 2021-08-02"
        assert said.code == 0
        assert said.out.splitlines()[1:3] == [
            f"  old  aws:AmazonSageMakerReadOnly@2021-08-02 2021-08-02, {kept}",
            f"  new  aws:AmazonSageMakerReadOnly v1, {kept}",
        ]
        assert refused(absent) == (
            "personac: there is no version 'v2' of AmazonSageMakerReadOnly;"
            " at hand: v1, 2021-08-02\n"
        )

    def test_the_account_is_asked_where_there_are_credentials(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sandbox")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox")
        asking = ("diff", "aws:AmazonSageMakerReadOnly", "aws:AmazonSageMakerReadOnly")

        with Sandbox() as sandbox:
            monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.endpoint)
            said = shell(*asking)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        unreachable = shell(*asking)

        assert "  old  aws:AmazonSageMakerReadOnly v11, from the account, 2" in said.out
        assert "v11, from moto" in unreachable.out
        assert "; AWS was asked, and said: Could not connect to the endpoint" in unreachable.err

    @pytest.mark.slow
    def test_from_the_shell_without_moto(self) -> None:
        """Moto's own data is not read where the catalog keeps a copy."""
        code = (
            "import sys\nfrom compiler.cli import main\n"
            "main(['diff', 'aws:AmazonSageMakerFullAccess', 'aws:AmazonSageMakerReadOnly'])\n"
            "assert not {'moto', 'boto3', 'yaml', 'troposphere'} & sys.modules.keys()\n"
            "assert 'compiler.sandbox.managed_policies' not in sys.modules"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY, capture_output=True, check=False, text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert "kept from moto" in done.stdout
