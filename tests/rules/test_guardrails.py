"""compiler.rules.guardrails: what the examples of its cards do not show."""

from __future__ import annotations

from datetime import date

import pytest

from compiler.diagnostic import settle
from compiler.load import load
from compiler.rules import guardrails
from tests.small import SMALL, findings, overlay, report, told

FILE = "guardrails/example.yaml"
PERSONA = "personas/analyst.yaml"
HEAD = "title: Example\ndescription: An example.\n"
TWO = """\
escalation:
  - {actions: [s3:DeleteBucket], bounded: true}
  - {actions: [s3:PutObject]}
"""
DENY = f"{HEAD}deny:\n  - actions: [s3:PutBucketPolicy]\n"


def rules(text: str) -> list[str]:
    return [each.rule for each in findings({FILE: HEAD + text})]


def messages(text: str) -> list[str]:
    return [each.at.message for each in findings({FILE: HEAD + text})]


def test_a_sound_guardrail_says_nothing() -> None:
    assert rules("deny:\n  - actions: [s3:PutBucketPolicy, s3:Delete*, ram:*]\n") == []


# ---------------------------------------------------------------------------------- their form


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"deny:\n  - actions: [s3:DeleteBucket]\n{TWO}",
            "this guardrail has both deny and escalation; it needs one of them",
        ),
        ("deny: []\n", "this guardrail forbids nothing; it needs deny or escalation"),
        (
            "escalation:\n  - {actions: [s3:DeleteBucket], bounded: true}\n",
            "this escalation has one step; it needs several that escalate together",
        ),
        (
            'deny: [{actions: [s3:*], resources: ["arn:aws:s3:::a"], except_resources: ["arn:aws:s3:::b"]}]\n',
            "this statement has both resources and except_resources; it needs one of them",
        ),
        (
            TWO.replace("PutObject]", "PutObject], bounded: true"),
            "2 steps of this escalation are bounded; one is enough",
        ),
    ],
)
def test_what_a_guardrail_may_not_say(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_a_launch_parameter_may_not_decide() -> None:
    """A guardrail holds for every launch."""
    said = told(
        {
            FILE: HEAD
            + 'deny:\n  - {actions: [s3:PutObject], resources: ["arn:a:s3:::${Buckets}/*"]}\n'
        }
    )

    assert said.startswith(
        "error[launch-in-guardrail]: a guardrail cannot depend on the launch parameter Buckets"
    )
    assert said.endswith("  = hint: write the value out\n")


def test_only_the_paths_are_settings_that_a_guardrail_may_name() -> None:
    resource = "arn:aws:iam::*:role${catalog.execution_role_path}*"
    text = f'deny:\n  - {{actions: [iam:PassRole], except_resources: ["{resource}"]}}\n'

    assert rules(text) == []
    assert rules(text.replace("execution_role_path", "title")) == ["bad-expression"]


# -------------------------------------------------------------- the rules of every statement


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("actions: [s3:GetObjekt]", "unknown-action"),
        ("actions: [s33:GetObject]", "unknown-service"),
        ("actions: [s3:Fetch*]", "action-matches-nothing"),
        ('actions: [s3:PutObject], resources: ["arn:aws:s3:a"]', "malformed-arn"),
        ('actions: [s3:PutObject], except_resources: ["arn:aws:s3:a"]', "malformed-arn"),
        ('actions: [s3:ListBucket], resources: ["arn:aws:s3:::a/*"]', "resource-type"),
        ('actions: [s3:ListBucket], except_resources: ["arn:aws:s3:::a/*"]', "resource-type"),
        ('actions: [s3:ListAllMyBuckets], resources: ["arn:aws:s3:::a"]', "needs-star"),
        ("actions: [s3:ListBucket], conditions: {StringEqual: {s3:prefix: a}}", "unknown-operator"),
        ("actions: [s3:PutObject], conditions: {Null: {s3:prefixes: a}}", "unknown-condition-key"),
        (
            "actions: [s3:PutObject], conditions: {Null: {s3:prefix: a}}",
            "unsupported-condition-key",
        ),
        ("actions: [s3:ListBucket], conditions: {Bool: {s3:prefix: a}}", "operator-type"),
        ('actions: [s3:PutObject], resources: ["arn:aws:s3:::${a"]', "bad-expression"),
    ],
)
@pytest.mark.parametrize("key", ["deny", "escalation"])
def test_a_mistake_in_a_statement_is_found(key: str, statement: str, rule: str) -> None:
    others = "  - {actions: [s3:DeleteBucket], bounded: true}\n" if key == "escalation" else ""

    assert rules(f"{key}:\n  - {{{statement}}}\n{others}") == [rule]


@pytest.mark.parametrize(
    "statement",
    [
        'actions: ["*"]',
        "actions: [s3:*]",
        "actions: [s3:GetObject]",
        "actions: [iam:PassRole]",
        'actions: [s3:ListAllMyBuckets], except_resources: ["arn:aws:s3:::a"], conditions: {}',
    ],
)
def test_a_prohibition_may_be_as_broad_as_it_likes(statement: str) -> None:
    found = rules(f"deny:\n  - {{{statement}}}\n")

    assert found == ([] if "except" not in statement else ["resource-type"])


def test_a_mistake_is_told_where_it_stands() -> None:
    text = f"{HEAD}escalation:\n  - actions: [iam:PassRole]\n  - {{actions: [s3:Get], bounded: true}}\n"

    assert told({FILE: text}).splitlines()[1] == f" --> catalog/{FILE}:5:16"


# -------------------------------------------------------------------------------- the boundary


@pytest.mark.parametrize(
    ("path", "boundary", "found"),
    [
        ("/personac/", None, True),
        ("/personac/boundary/", None, True),
        ("/personac/people/", None, False),
        ("/ml/people/", "ml/people/b", True),
        ("/ml/people/", "ml/peoples/b", False),
        ("/ml/people/", "b", False),
    ],
)
def test_the_boundary_stands_beside_the_roles(path: str, boundary: str | None, found: bool) -> None:
    setting = f"permissions_boundary: {boundary}\n" if boundary else ""
    settings = SMALL["catalog.yaml"].replace("/small/people/", path) + setting

    rule = ["boundary-on-role-path"] if found else []
    assert [each.rule for each in findings({FILE: DENY, "catalog.yaml": settings})] == rule


def test_a_catalog_without_guardrails_has_no_boundary_to_place() -> None:
    settings = SMALL["catalog.yaml"].replace("/small/people/", "/personac/")

    assert findings({"catalog.yaml": settings}) == ()


def test_what_cannot_be_read_is_not_measured() -> None:
    """Its own mistake is told, and not that the boundary lacks it."""
    assert [each.rule for each in findings({FILE: DENY + "    resource: a\n"})] == ["unknown-key"]


# ------------------------------------------------------------------------------- exceptions


def on(day: str, exceptions: str) -> str:
    """What is told of exceptions on one day."""
    loaded = load("catalog", overlay({FILE: DENY, PERSONA: SMALL[PERSONA] + exceptions}))
    assert not loaded.diagnostics
    found = guardrails.exceptions(loaded.catalog, date.fromisoformat(day))
    return report(settle(found, loaded.sources))


EXCEPTION = """\
exceptions:
  - guardrail: example
    reason: The team moves its models until then.
    expires: 2027-03-31
"""


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        ("2026-11-24", "warning[guardrail-exception]"),
        ("2027-03-31", "warning[guardrail-exception]"),
        ("2027-04-01", "error[exception-expired]"),
    ],
)
def test_an_exception_holds_to_the_end_of_its_last_day(day: str, rule: str) -> None:
    assert on(day, EXCEPTION).startswith(rule)


def test_an_exception_from_what_is_not_there_is_told_once() -> None:
    assert on("2027-04-01", EXCEPTION.replace("example", "exampel")) == report(())
    assert "did you mean 'example'?" in told(
        {FILE: DENY, PERSONA: SMALL[PERSONA] + EXCEPTION.replace("example", "exampel")}
    )


def test_an_exception_from_what_cannot_be_read_is_not_unknown() -> None:
    changes = {FILE: f"{DENY}colour: red\n", PERSONA: SMALL[PERSONA] + EXCEPTION}

    assert [each.rule for each in findings(changes)] == ["unknown-key"]


def test_one_guardrail_has_one_exception() -> None:
    twice = EXCEPTION + EXCEPTION.removeprefix("exceptions:\n")

    assert [each.rule for each in findings({FILE: DENY, PERSONA: SMALL[PERSONA] + twice})] == [
        "duplicate-id"
    ]
