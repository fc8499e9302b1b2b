"""compiler.guardrail: what a guardrail says, as the Deny statements that are proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.guardrail import deny_statements
from compiler.load import load
from compiler.place import Place
from compiler.render import Launch
from tests.small import overlay

if TYPE_CHECKING:
    from compiler.catalog import Catalog

HEAD = "title: Example\ndescription: An example.\n"
FILE = "catalog/guardrails/example.yaml"


def guarded(statements: str) -> Catalog:
    """The small catalog with one guardrail."""
    loaded = load("catalog", overlay({"guardrails/example.yaml": HEAD + statements}))
    assert not loaded.diagnostics
    return loaded.catalog


def test_a_statement_is_about_everything_unless_it_says_otherwise() -> None:
    catalog = guarded("deny:\n  - actions: [s3:putBucketPolicy, s3:PutBucketPolicy, s3:Delete*]\n")

    assert deny_statements(catalog, "example") == (
        (
            {
                "Sid": "Example1",
                "Effect": "Deny",
                "Action": ["s3:PutBucketPolicy", "s3:Delete*"],
                "Resource": ["*"],
            },
            Place(path=FILE, route=("deny", 0)),
        ),
    )


def test_places_settings_and_variables() -> None:
    """Settings of catalog.yaml and the place of the launch are put in; IAM's variables stay."""
    catalog = guarded("""\
deny:
  - actions: [iam:PassRole]
    except_resources:
      - "arn:${AWS::Partition}:iam::${AWS::AccountId}:role${catalog.execution_role_path}*"
    conditions:
      StringNotLike: {iam:PassedToService: ["*.${AWS::URLSuffix}", "${catalog.role_path}"]}
      ArnLike: {aws:PrincipalArn: "arn:*:iam::*:role/${aws:PrincipalTag/team}"}
""")
    launch = Launch(partition="aws-cn", account="999999999999")

    ((statement, _),) = deny_statements(catalog, "example", launch)

    assert statement == {
        "Sid": "Example1",
        "Effect": "Deny",
        "Action": ["iam:PassRole"],
        "NotResource": ["arn:aws-cn:iam::999999999999:role/small/execution/*"],
        "Condition": {
            "ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:role/${aws:PrincipalTag/team}"},
            "StringNotLike": {"iam:PassedToService": ["*.amazonaws.com.cn", "/small/people/"]},
        },
    }


def test_each_step_of_an_escalation_is_a_statement() -> None:
    catalog = guarded("""\
escalation:
  - actions: [iam:PassRole]
  - actions: [lambda:CreateFunction]
    resources: ["arn:aws:lambda:*:*:function:a"]
    bounded: true
""")

    found = deny_statements(catalog, "example")

    assert [(each["Sid"], each["Action"], each["Resource"]) for each, _ in found] == [
        ("Example1", ["iam:PassRole"], ["*"]),
        ("Example2", ["lambda:CreateFunction"], ["arn:aws:lambda:*:*:function:a"]),
    ]
    assert [place.route for _, place in found] == [("escalation", 0), ("escalation", 1)]
