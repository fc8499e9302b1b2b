"""`personac can`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.roles import allow, deny, document

if TYPE_CHECKING:
    from tests.cli.conftest import Said, Shell

SET = (
    "--set",
    "Buckets=one,two",
    "--set",
    "ExecutionRoles=arn:aws:iam::111122223333:role/small/execution/jobs",
)
ON = ("--set", "Subnets=subnet-12345678", "--set", "SecurityGroups=sg-12345678")
JOB = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/a"
ROLE = "arn:aws:iam::111122223333:role/small/execution/jobs"


def refused(said: Said) -> str:
    assert (said.code, said.out) == (2, "")
    return said.err


class TestAnswers:
    def test_allowed(self, shell: Shell) -> None:
        said = shell("can", "analyst", "s3:GetObject", "--resource", "arn:aws:s3:::two/a", *SET)

        assert (said.code, said.err) == (0, "")
        assert said.out == (
            "allowed\n"
            "  request  s3:GetObject on arn:aws:s3:::two/a\n"
            "  asked    analyst 1.0.0, from catalog\n"
            "  by       Policy1.ReadBucketsRead, catalog/activities/read-buckets.yaml:7\n"
            "           on arn:aws:s3:::one/* and arn:aws:s3:::two/*\n"
        )

    def test_implicitly_denied(self, shell: Shell) -> None:
        said = shell("can", "analyst", "iam:PassRole", "--resource", ROLE, *SET)

        assert (said.code, said.err) == (1, "")
        assert said.out == (
            "implicitly denied: no statement allows it\n"
            f"  request  iam:PassRole on {ROLE}\n"
            "  asked    analyst 1.0.0, from catalog\n"
            "  nearest  Policy1.RunJobsPass, catalog/activities/run-jobs.yaml:7\n"
            "           needs that iam:PassedToService is sagemaker.amazonaws.com; the request has none\n"
        )

    def test_about_nothing(self, shell: Shell) -> None:
        said = shell("can", "analyst", "s3:ListAllMyBuckets", *SET)

        assert said.code == 1
        assert said.out.startswith("implicitly denied: no statement is about the action\n")

    def test_explicitly_denied(self, shell: Shell) -> None:
        said = shell(
            "can", "analyst", "sagemaker:CreateTrainingJob", "--resource", JOB, *SET, *ON,
            "--context", 'sagemaker:VpcSubnets=["subnet-00000000"]',
            "--context", 'sagemaker:VpcSecurityGroupIds=["sg-12345678"]',
        )  # fmt: skip

        assert said.code == 1
        assert said.out == (
            "explicitly denied\n"
            f"  request  sagemaker:CreateTrainingJob on {JOB}\n"
            "           with sagemaker:VpcSubnets = subnet-00000000\n"
            "           with sagemaker:VpcSecurityGroupIds = sg-12345678\n"
            "  asked    analyst 1.0.0, from catalog\n"
            "  by       Policy1.NetworkVpcSubnetsOther, catalog/controls/network.yaml:6\n"
            "           on *\n"
            "           where some value of sagemaker:VpcSubnets is not subnet-12345678\n"
        )

    def test_the_trust_policy(self, shell: Shell) -> None:
        asking = ("can", "analyst", "sts:AssumeRole", "--trust", *SET, "--principal")

        said = shell(
            *asking, "Service:sagemaker.amazonaws.com", "--context",
            "aws:SourceAccount=111122223333",
        )  # fmt: skip
        other = shell(*asking, "Service:ec2.amazonaws.com")

        assert (said.code, other.code) == (0, 1)
        assert "  by       trust.SageMaker, catalog/trusts/sagemaker.yaml:4\n" in said.out
        assert "           is about other principals\n" in other.out

    def test_the_json_that_others_build_on(self, shell: Shell) -> None:
        said = shell(
            "can", "analyst", "iam:PassRole", "--resource", ROLE, *SET, "--format", "json"
        )  # fmt: skip

        view = json.loads(said.out)
        assert (said.code, view["schema"], view["decision"]) == (
            1,
            "personac.can/1",
            "implicitly-denied",
        )
        assert view["request"] == {
            "action": "iam:PassRole",
            "resource": ROLE,
            "context": {},
            "parameters": {"Buckets": "one,two", "ExecutionRoles": ROLE},
        }
        assert view["statements"] == []
        assert [each["sid"] for each in view["nearest"]] == ["RunJobsPass"]
        assert view["nearest"][0]["conditions"] == [
            {
                "operator": "StringEquals",
                "key": "iam:PassedToService",
                "values": ["sagemaker.amazonaws.com"],
                "found": None,
            }
        ]

    def test_every_subject_gives_the_same_but_for_places(self, shell: Shell) -> None:
        shell("build")
        path = "output/personas/analyst/1.0.0.template.json"
        asked = ("s3:GetObject", "--resource", "arn:aws:s3:::two/a", *SET)

        answers = [shell("can", each, *asked) for each in ("analyst@1.0.0", path)]

        for each in answers:
            assert each.code == 0
            assert "\n  by       Policy1.ReadBucketsRead\n" in each.out

    def test_the_tags_of_the_role(self, shell: Shell) -> None:
        tag = "aws:PrincipalTag/personac:persona"
        shell.change(
            "activities/read-buckets.yaml",
            "actions: [s3:GetObject]\n",
            f"actions: [s3:GetObject]\n    conditions: {{StringEquals: {{{tag}: analyst}}}}\n",
        )
        asked = ("can", "analyst", "s3:GetObject", "--resource", "arn:aws:s3:::two/a", *SET)

        said = shell(*asked)
        view = json.loads(shell(*asked, "--format", "json").out)
        other = shell(*asked, "--context", f"{tag.lower()}=someone")

        assert (said.code, said.err) == (0, "")
        assert f"           with {tag} = analyst, a tag of the role\n" in said.out
        assert (view["filled_in"], view["request"]["context"]) == ({tag: "analyst"}, {})
        assert (other.code, other.err) == (1, "")
        assert f"           with {tag.lower()} = someone\n  asked" in other.out

    def test_an_option_that_is_off(self, shell: Shell) -> None:
        shell.change(
            "personas/analyst.yaml", "[read-buckets, run-jobs]", "[run-jobs]\noptional: {read-buckets: off}"
        )  # fmt: skip
        asked = ("can", "analyst", "s3:GetObject", "--resource", "arn:aws:s3:::two/a", *SET)

        off, on = shell(*asked), shell(*asked, "--set", "ReadBuckets=yes")

        assert (off.code, on.code) == (1, 0)
        assert off.out.startswith("implicitly denied: no statement is about the action\n")
        assert off.out.endswith("\n  option   ReadBuckets=yes would allow it\n")
        assert "option" not in on.out

    def test_a_policy_file_and_its_boundary(self, shell: Shell) -> None:
        write(shell, "policy.json", document(allow("All", "s3:*"), deny("No", "s3:PutObject")))
        write(shell, "boundary.json", document(allow("Only", "s3:List*")))

        allowed = shell("can", "policy.json", "s3:GetObject", "--resource", "arn:aws:s3:::a/b")
        bounded = shell(
            "can", "policy.json", "s3:GetObject", "--resource", "arn:aws:s3:::a/b",
            "--boundary", "boundary.json",
        )  # fmt: skip

        assert allowed.code == 0
        assert bounded.code == 1
        assert bounded.out == (
            "implicitly denied: the permissions boundary does not allow it\n"
            "  request  s3:GetObject on arn:aws:s3:::a/b\n"
            "  asked    policy.json, from policy.json\n"
            "  allows   policy.json.All\n"
            "           on *\n"
        )

    def test_a_managed_policy_of_aws(self, shell: Shell) -> None:
        said = shell("can", "aws:AmazonSageMakerReadOnly", "sagemaker:ListModels")

        assert said.code == 0
        assert "  asked    aws:AmazonSageMakerReadOnly v11, from moto " in said.out


def write(shell: Shell, name: str, body: Any) -> None:
    (shell.folder / name).write_text(json.dumps(body), encoding="utf-8")


TABLE = """\
- {action: s3:GetObject, resource: "arn:aws:s3:::one/a", expected: allowed}
- {action: s3:GetObject, resource: "arn:aws:s3:::three/a", expected: denied}
- {action: s3:GetObject, resource: "arn:aws:s3:::three/a", parameters: {Buckets: three}}
"""


class TestRequests:
    def test_a_table(self, shell: Shell) -> None:
        (shell.folder / "table.yaml").write_text(TABLE, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)

        assert (said.code, said.err) == (0, "")
        by = "Policy1.ReadBucketsRead, catalog/activities/read-buckets.yaml:7"
        assert said.out == (
            f"✓ allowed            s3:GetObject  arn:aws:s3:::one/a  {by}\n"
            "✓ implicitly-denied  s3:GetObject  arn:aws:s3:::three/a\n"
            f"  allowed            s3:GetObject  arn:aws:s3:::three/a  {by}\n"
            "3 requests: 2 as expected, 0 not\n"
        )

    def test_a_mismatch(self, shell: Shell) -> None:
        text = TABLE.replace("expected: denied", "expected: explicitly-denied")
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)
        view = json.loads(
            shell("can", "analyst", "--requests", "table.yaml", *SET, "--format", "json").out
        )

        assert said.code == 1
        assert (
            "✗ implicitly-denied  s3:GetObject  arn:aws:s3:::three/a"
            "  expected explicitly-denied  table.yaml:2\n" in said.out
        )
        assert [each["as_expected"] for each in view] == [True, False, None]
        assert [each["place"] for each in view] == ["table.yaml:1", "table.yaml:2", "table.yaml:3"]
        assert {each["schema"] for each in view} == {"personac.can/1"}

    def test_a_launch_that_several_requests_are_about(self, shell: Shell) -> None:
        text = f"""\
- parameters: {{Buckets: one, ExecutionRoles: "{ROLE}"}}
- {{action: s3:GetObject, resource: "arn:aws:s3:::one/a", expected: allowed}}
- {{action: s3:GetObject, resource: "arn:aws:s3:::two/a", expected: denied}}
- {{action: s3:GetObject, resource: "arn:aws:s3:::two/a", parameters: {{Buckets: two}}, expected: allowed}}
"""
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", "--set", "Buckets=three")

        assert (said.code, said.err) == (0, "")
        assert said.out.endswith("\n3 requests: 3 as expected, 0 not\n")

    def test_a_launch_that_cannot_be_is_told_once_where_it_stands(self, shell: Shell) -> None:
        text = """\
- parameters: {Buckets: "*"}
- {action: s3:GetObject, resource: "arn:aws:s3:::one/a"}
- {action: s3:GetObject, resource: "arn:aws:s3:::two/a"}
"""
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)

        assert " --> table.yaml:1:3\n" in refused(said)
        assert said.err.endswith("\n1 error, 0 warnings\n")

    @pytest.mark.parametrize("text", ["[]\n", "- parameters: {Buckets: one}\n"])
    def test_a_file_that_asks_nothing(self, shell: Shell, text: str) -> None:
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)

        assert "error[no-requests]: the file asks nothing" in refused(said)

    def test_a_launch_that_no_request_follows_is_told(self, shell: Shell) -> None:
        text = TABLE + "- parameters: {Buckets: four}\n"
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)

        assert said.code == 0
        assert "warning[unused-launch]" in said.err
        assert said.out.endswith("3 requests: 2 as expected, 0 not\n")

    def test_what_cannot_be_answered_is_told_at_its_line_all_at_once(self, shell: Shell) -> None:
        text = """\
- {action: s3:GetObject, resource: "arn:aws:s3:::one/a", parameters: {Buckets: "*"}}
- {action: s3:GetObject, resource: "arn:aws:s3:::one/a"}
- {action: iam:PassRole, resource: "ROLE", context: {iam:PassedToService: [a, b]}}
""".replace("ROLE", ROLE)
        (shell.folder / "table.yaml").write_text(text, encoding="utf-8")

        said = shell("can", "analyst", "--requests", "table.yaml", *SET)

        assert "error[unanswerable]: analyst cannot be launched so: Buckets is '*'" in refused(said)
        assert " --> table.yaml:1:58\n" in said.err
        assert " --> table.yaml:3:3\n" in said.err
        assert said.err.endswith("2 errors, 0 warnings\n")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "what is asked for? name an ACTION, as s3:GetObject, or --requests"),
            (["s3:*"], "'s3:*' is no action; a request has one, service:Name, without wildcards"),
            (["s3:"], "'s3:' is no action; a request has one, service:Name, without wildcards"),
            (["s3:Get Object"], "'s3:Get Object' is no action; a request has one, service:Name, without wildcards"),
            (
                ["s3:GetObject", "--resource", "bucket"],
                "--resource: 'bucket' is no resource; it is an ARN, or * for an action that takes none",
            ),
            (
                ["s3:GetObject", "--resource", ""],
                "--resource: '' is no resource; it is an ARN, or * for an action that takes none",
            ),
            (["GetObject"], "'GetObject' is no action; a request has one, service:Name, without wildcards"),
            (
                ["s3:GetObject", "--context", "a:b=1", "--context", "A:b=2"],
                """--context names A:b twice; several values are written as a list: 'A:b=["…","…"]'""",
            ),
            (
                ["sts:AssumeRole", "--trust"],
                "a trust policy asks who it is: name --principal, as Service:sagemaker.amazonaws.com",
            ),
            (
                ["s3:GetObject", "--principal", "Service:x"],
                "only a trust policy looks at --principal: ask it by --trust",
            ),
            (
                ["sts:AssumeRole", "--trust", "--principal", "x"],
                "--principal: 'x' is no principal; it is KIND:NAME, and kinds are AWS, Service, Federated, CanonicalUser",
            ),
            (
                ["s3:GetObject", "--requests", "x.yaml"],
                "--requests names requests of its own: leave ACTION out",
            ),
            (["--requests", "x.yaml"], "cannot read 'x.yaml': No such file or directory"),
        ],
        ids=str,
    )  # fmt: skip
    def test_of_the_command_line(self, shell: Shell, arguments: list[str], message: str) -> None:
        assert refused(shell("can", "analyst", *arguments, *SET)) == f"personac: {message}\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--account", "abc"], "argument --account: 'abc' is no account; an account's id is 12 digits"),
            (["--region", ""], "argument --region: '' is no Region; a Region's name is like eu-west-1"),
            (
                ["--partition", "mars"],
                "argument --partition: 'mars' is no partition; there are aws, aws-cn, aws-iso-e, aws-eusc, aws-us-gov, aws-iso, aws-iso-b, aws-iso-f",
            ),
        ],
        ids=str,
    )  # fmt: skip
    def test_places_that_are_none(self, shell: Shell, arguments: list[str], message: str) -> None:
        said = shell("can", "analyst", "s3:GetObject", *arguments, *SET)

        assert refused(said).endswith(f"personac can: error: {message}\n")

    def test_the_partition_is_the_region_s(self, shell: Shell) -> None:
        arn = "arn:aws-cn:s3:::one/a"

        said = shell(
            "can", "analyst", "s3:GetObject", "--resource", arn, "--region", "cn-north-1", *SET
        )

        assert said.code == 0

    def test_the_action_may_stand_after_options(self, shell: Shell) -> None:
        arguments = ("can", "analyst", *SET, "s3:GetObject")

        assert shell(*arguments, "--resource", "arn:aws:s3:::one/a").code == 0
        assert refused(shell(*arguments, "x")).endswith(
            "error: unrecognized arguments: s3:GetObject x\n"
        )

    def test_a_launch_that_is_refused(self, shell: Shell) -> None:
        said = shell("can", "analyst", "s3:ListAllMyBuckets", "--set", "Buckets=one")

        assert refused(said) == (
            "personac: analyst cannot be launched so:\n"
            "  ExecutionRoles is missing: ARNs of the roles that jobs run with. (up to 2 values)\n"
        )

    def test_a_policy_takes_no_parameters(self, shell: Shell) -> None:
        write(shell, "policy.json", document(allow("All", "s3:*")))

        said = shell("can", "policy.json", "s3:ListAllMyBuckets", "--set", "A=b")

        assert refused(said) == "personac: policy.json is a policy: it takes no parameters\n"

    def test_a_policy_has_no_trust(self, shell: Shell) -> None:
        write(shell, "policy.json", document(allow("All", "s3:*")))

        said = shell("can", "policy.json", "sts:AssumeRole", "--trust", "--principal", "AWS:x")

        assert refused(said) == "personac: policy.json has no trust policy\n"

    def test_doubts_are_warnings(self, shell: Shell) -> None:
        said = shell("can", "analyst", "s3:GetObjct", *SET, "--context", "foo:Bar=a")

        assert said.code == 1
        assert said.err == (
            "personac: warning: AWS documents no action 's3:GetObjct'; did you mean 's3:GetObject'?\n"
            "personac: warning: AWS documents no condition key 'foo:Bar'\n"
        )


class TestSubjects:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"{", "'file.json' is not JSON: "),
            (b"[]", "'file.json' holds no JSON object"),
            (b'{"a": 1}', "'file.json' is neither a template, which has Resources, nor a policy, which has a Statement"),
            (b'{"Statement": [], "Statement": []}', "'file.json' is not JSON: the key 'Statement' stands twice in one object"),
            (b'{"Statement": "\xff"}', "'file.json' is not UTF-8: byte 16"),
            (b'{"Statement": "\\uE000a\\ue001"}', "'file.json' holds U+E000 or U+E001, which IAM takes in no policy"),
            (b'{"a": ' + b"9" * 5_000 + b"}", "'file.json' is not JSON: a number has more than 1000 digits"),
            (b" " * 1_048_577, "'file.json' has more than 1,048,576 bytes"),
            (b'{"a":' * 100_000, "'file.json' is not JSON: "),
            (b'{"Statement": [{"Effect": "Allow"}]}', "file.json: Statement.0: the statement has neither Action nor NotAction"),
        ],
        ids=range(10),
    )  # fmt: skip
    def test_a_file_that_is_none(self, shell: Shell, content: bytes, message: str) -> None:
        (shell.folder / "file.json").write_bytes(content)

        said = shell("can", "file.json", "s3:ListAllMyBuckets")

        assert refused(said).startswith(f"personac: {message}")

    def test_a_catalog_with_mistakes_answers_nothing(self, shell: Shell) -> None:
        """Were it 1, a script would take it for a "no"."""
        shell.change("personas/analyst.yaml", "run-jobs", "run-job")

        for command in (("can", "analyst", "s3:GetObject"), ("diff", "analyst", "analyst")):
            assert "error[unknown-activity]" in refused(shell(*command))

    @pytest.mark.parametrize(
        ("subject", "message"),
        [
            ("analist", "there is no persona 'analist'; did you mean 'analyst'?"),
            ("./none.json", "cannot read 'none.json': No such file or directory"),
            ("catalog/personas", "cannot read 'catalog/personas': Is a directory"),
            ("aws:AmazonSageMakerReadOnl", "there is no AWS managed policy 'AmazonSageMakerReadOnl'; did you mean 'AmazonSageMakerReadOnly'?"),
            (f"aws:{'a' * 300}", f"there is no AWS managed policy '{'a' * 300}'; look its name up in the console, under IAM, Policies"),
            ("aws:", "there is no AWS managed policy ''; look its name up in the console, under IAM, Policies"),
            ("analyst@", "'analyst@' names no version; one has to follow the @, or leave the @ out"),
            (
                "aws:AmazonSageMakerReadOnly@",
                "'aws:AmazonSageMakerReadOnly@' names no version; one has to follow the @, or leave the @ out",
            ),
            ("analyst@1.0.1", "there is no version 1.0.1 of analyst; there are 1.0.0"),
            ("analist@1.0.0", "there is no persona in the output 'analist'; did you mean 'analyst'?"),
        ],
    )  # fmt: skip
    def test_what_is_not_there(self, shell: Shell, subject: str, message: str) -> None:
        shell("build")

        assert refused(shell("can", subject, "s3:ListAllMyBuckets")) == f"personac: {message}\n"
