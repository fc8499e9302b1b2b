"""`personac render`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.iam.quota import characters
from tests.small import ACCESS, OPEN

if TYPE_CHECKING:
    from tests.cli.conftest import Said, Shell

SET = (
    "--set",
    "Buckets=one,two",
    "--set",
    "ExecutionRoles=arn:aws:iam::111122223333:role/small/execution/jobs",
)


def test_the_json_that_others_build_on(shell: Shell) -> None:
    said = shell(
        "render",
        "analyst",
        *SET,
        "--format",
        "json",
        "--region",
        "eu-central-1",
        "--account",
        "000000000001",
    )

    assert (said.code, said.err) == (0, "")
    view = json.loads(said.out)
    assert list(view) == [
        "schema",
        "trust",
        "policies",
        "managed_policy_arns",
        "permissions_boundary",
    ]
    assert view["schema"] == "personac.render/1"
    assert [each["name"] for each in view["policies"]] == ["Policy1"]
    assert view["managed_policy_arns"] == []
    assert view["permissions_boundary"] is None
    assert "arn:aws:sagemaker:eu-central-1:000000000001:training-job/*" in said.out
    assert view["trust"]["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "000000000001"}
    }


def test_for_people(shell: Shell) -> None:
    view = json.loads(shell("render", "analyst", *SET, "--format", "json").out)
    trust, policy = view["trust"], view["policies"][0]["document"]

    said = shell("render", "analyst", *SET)

    assert said.out == (
        f"# trust policy: {characters(trust):,} characters\n{json.dumps(trust, indent=2)}\n\n"
        f"# Policy1: {characters(policy):,} characters\n{json.dumps(policy, indent=2)}\n\n"
        "# permissions boundary: none\n"
    )


def test_attached_policies_and_the_boundary_are_told(shell: Shell) -> None:
    shell.change("catalog.yaml", "regions:", "permissions_boundary: bounds/people\nregions:")
    persona = shell.folder / "catalog/personas/analyst.yaml"
    persona.write_text(persona.read_text() + "managed_policies: [Theirs]\n", encoding="utf-8")

    said = shell("render", "analyst", *SET, "--partition", "aws-cn")

    assert said.out.endswith(
        "\n# attached: arn:aws-cn:iam::aws:policy/Theirs\n"
        "# permissions boundary: arn:aws-cn:iam::111122223333:policy/bounds/people\n"
    )


def test_what_people_may_do_has_no_trust_policy(shell: Shell) -> None:
    (shell.folder / "catalog/personas/user.yaml").write_text(ACCESS, encoding="utf-8")
    (shell.folder / "catalog/activities/open.yaml").write_text(OPEN, encoding="utf-8")

    view = json.loads(shell("render", "user", "--format", "json").out)
    assert view["trust"] is None
    assert [each["name"] for each in view["policies"]] == ["Policy1"]
    assert shell("render", "user").out.startswith(
        "# trust policy: none, since no role is made\n\n# Policy1: "
    )
    instance = "InstanceArn=arn:aws:sso:::instance/ssoins-1234567890abcdef"
    chosen = shell("render", "user", "--set", "AccessForm=permission set", "--set", instance)
    assert "\n# PermissionSet: " in chosen.out
    trusted = shell("can", "user", "sts:AssumeRole", "--trust", "--principal", "Service:x.y")
    assert refused(trusted) == "personac: user has no trust policy\n"


@pytest.mark.parametrize(
    "command",
    [["render", "domain"], ["can", "domain", "sagemaker:CreateApp"], ["diff", "domain", "analyst"]],
    ids=lambda command: command[0],
)
def test_a_domain_gives_nobody_permissions(shell: Shell, command: list[str]) -> None:
    domain = "title: Domain\ndescription: A domain.\nversion: 1.0.0\nkind: domain\n"
    (shell.folder / "catalog/personas/domain.yaml").write_text(domain, encoding="utf-8")

    assert refused(shell(*command)) == (
        "personac: domain makes a Studio domain, and no role or policy\n"
    )


def test_every_subject_gives_the_same(shell: Shell) -> None:
    shell("build")
    path = "output/personas/analyst/1.0.0.template.json"

    compiled = shell("render", "analyst", *SET)

    assert compiled.code == 0
    assert compiled == shell("render", "analyst@1.0.0", *SET)
    assert compiled == shell("render", path, *SET)
    assert compiled == shell("render", str(shell.folder / path), *SET)


def refused(said: Said) -> str:
    assert said.code == 2
    assert said.out == ""
    return said.err


class TestValues:
    def test_all_problems_are_told(self, shell: Shell) -> None:
        said = shell("render", "analyst", "--set", "Buckets=*", "--set", "Bucket=x")

        assert refused(said) == (
            "personac: analyst cannot be launched so:\n"
            "  Bucket is no parameter of this template; did you mean 'Buckets'?\n"
            "  Buckets is '*'; it must be of the form ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](,[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]){0,2}$\n"
            "  ExecutionRoles is missing: ARNs of the roles that jobs run with. (up to 2 values)\n"
        )

    def test_what_belongs_together(self, shell: Shell) -> None:
        said = shell("render", "analyst", *SET, "--set", "Subnets=subnet-12345678")

        assert refused(said) == (
            "personac: analyst cannot be launched so:\n"
            "  Network: give all of Subnets, SecurityGroups, or none of them\n"
        )

    @pytest.mark.parametrize("pair", ["Buckets", "=x", ""])
    def test_a_pair_that_is_none(self, shell: Shell, pair: str) -> None:
        assert refused(shell("render", "analyst", "--set", pair)) == (
            f"personac: --set takes NAME=VALUE, not '{pair}'\n"
        )

    def test_a_value_may_hold_an_equals_sign(self, shell: Shell) -> None:
        assert "Buckets is 'a=b'" in refused(shell("render", "analyst", "--set", "Buckets=a=b"))

    def test_a_name_given_twice(self, shell: Shell) -> None:
        said = shell("render", "analyst", "--set", "Buckets=a", "--set", "Buckets=b")

        assert refused(said) == "personac: --set names Buckets twice\n"


class TestSubjects:
    def test_an_unknown_persona(self, shell: Shell) -> None:
        assert refused(shell("render", "analist")) == (
            "personac: there is no persona 'analist'; did you mean 'analyst'?\n"
        )
        assert refused(shell("render", "zzz")) == (
            "personac: there is no persona 'zzz'; there are analyst\n"
        )

    def test_a_version_that_was_not_built(self, shell: Shell) -> None:
        assert refused(shell("render", "analyst@9.9.9")) == (
            "personac: cannot read 'output/personas/analyst/9.9.9.template.json': No such file or directory\n"
        )

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("{", "is not JSON: "),
            ("", "is not JSON: "),
            ("[" * 100_000, "is not JSON: "),
            ("[]", "holds no JSON object"),
            ('{"Resources": []}', "is no CloudFormation template: it has no Resources"),
            (
                '{"Resources": {}}',
                "cannot be rendered: the template makes 0 roles; it has to make one",
            ),
            ('{"Resources": {"Role": {}}}', "cannot be rendered: the template is not of the form"),
            ('{"Resources": {"Role": 7}}', "cannot be rendered: the template is not of the form"),
            (
                '{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"X": {"Fn::Transform": 1}}}}}',
                "cannot be rendered: Resources.Role.X: Fn::Transform is not known here",
            ),
        ],
        ids=range(9),
    )
    def test_a_file_that_is_no_template(self, shell: Shell, content: str, message: str) -> None:
        (shell.folder / "file.json").write_text(content, encoding="utf-8")

        assert message in refused(shell("render", "file.json"))

    def test_a_file_of_several_roles(self, shell: Shell) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
        body = {"Resources": {"First": role, "Second": role}}
        (shell.folder / "file.json").write_text(json.dumps(body), encoding="utf-8")

        assert "is told as FILE#ROLE" in refused(shell("render", "file.json"))
        assert refused(shell("render", "file.json#Third")) == (
            "personac: file.json cannot be rendered: the template makes no role 'Third';"
            " its roles are First, Second\n"
        )
        assert shell("render", "file.json#First").code == 0
        assert shell("diff", "file.json#First", "file.json#Second").code == 0
        told = refused(shell("can", "file.json#Third", "s3:GetObject"))
        assert "its roles are First, Second" in told

    def test_a_file_that_is_not_text(self, shell: Shell) -> None:
        (shell.folder / "file.json").write_bytes(b"\xff\xfe{}")

        assert refused(shell("render", "file.json"))

    def test_a_file_that_is_too_large(self, shell: Shell) -> None:
        (shell.folder / "file.json").write_bytes(b" " * 1_048_577)

        assert refused(shell("render", "file.json")) == (
            "personac: 'file.json' has more than 1,048,576 bytes\n"
        )

    def test_a_folder(self, shell: Shell) -> None:
        assert "Is a directory" in refused(shell("render", "catalog/personas"))

    def test_a_catalog_with_mistakes(self, shell: Shell) -> None:
        """What was found goes beside the output proper."""
        shell.change("personas/analyst.yaml", "title", "titel")

        said = shell("render", "analyst", *SET, "--format", "json")

        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("error[")

    def test_a_persona_that_does_not_fit(self, shell: Shell) -> None:
        shell.change("catalog.yaml", "regions:", "quotas: {trust_policy_characters: 9}\nregions:")

        said = shell("render", "analyst", *SET)

        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("error[trust-too-long]")


def test_what_only_aws_knows_is_named(shell: Shell) -> None:
    principal = {"AWS": {"Fn::GetAtt": ["Other", "Arn"]}}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    body = {"Resources": {"Role": role, "Other": {"Type": "AWS::SNS::Topic"}}}
    (shell.folder / "other.json").write_text(json.dumps(body))

    said = shell("render", "other.json")

    assert said.code == 0
    assert '"AWS": "<Other.Arn>"' in said.out
