"""Events of a launch: the JSON view, and the lines that are made from it."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.report.launch import lines

PREFLIGHT: dict[str, Any] = {
    "schema": "personac.launch/1",
    "event": "preflight",
    "operation": "launch",
    "product": {"id": "prod-a", "title": "Data Scientist", "persona": "data-scientist"},
    "name": "fraud",
    "account": "111122223333",
    "region": "eu-west-1",
    "link": None,
    "version": "1.1.0",
    "portfolio": "Data Science",
    "state": "new",
    "previous": None,
    "bump": None,
    "values": {},
    "kept": [],
    "tags": {},
    "losses": [],
    "findings": [],
    "errors": 0,
    "warnings": 0,
}
FINDING: dict[str, Any] = {
    "severity": "error",
    "about": "parameter",
    "subject": "Buckets",
    "message": "Buckets is refused: '*' is not allowed here",
    "value": "my-*",
    "start": 3,
    "end": 4,
    "allowed": "names of buckets",
    "hint": "as my-data",
}
RESULT: dict[str, Any] = {
    "event": "result",
    "operation": "launch",
    "status": "succeeded",
    "name": "fraud",
    "id": "pp-a",
    "product": "Data Scientist",
    "version": "1.1.0",
    "account": "111122223333",
    "region": "eu-west-1",
    "record": "rec-a",
    "outputs": {},
    "stack": "",
    "reasons": [],
    "advice": [],
}


def text(view: dict[str, Any]) -> str:
    return "".join("".join(part for _, part in line).rstrip() + "\n" for line in lines(view))


def test_a_launch_without_findings() -> None:
    view = {**PREFLIGHT, "values": {"Buckets": "my-data"}}
    assert text(view) == (
        "launch     Data Scientist 1.1.0 as 'fraud', in account 111122223333, eu-west-1\n"
        "portfolio  Data Science\n"
        "set        Buckets = my-data\n"
    )


def test_findings_the_errors_last_with_a_mark_under_the_fault() -> None:
    note = {**FINDING, "severity": "note", "message": "no look", "value": None, "allowed": None,
            "hint": None}  # fmt: skip
    view = {**PREFLIGHT, "findings": [FINDING, note], "errors": 1}
    assert text(view).splitlines()[2:] == [
        "note       no look",
        "error      Buckets is refused: '*' is not allowed here",
        "           Buckets = my-*",
        "                        ^",
        "           allowed: names of buckets",
        "           hint: as my-data",
        "1 error: nothing was begun",
    ]


def test_a_long_value_is_cut_around_its_fault() -> None:
    value = "a" * 300 + "*" + "b" * 300
    view = {**PREFLIGHT, "findings": [{**FINDING, "value": value, "start": 300, "end": 301}]}
    shown, mark = text(view).splitlines()[3:5]
    assert len(shown) < 130
    assert shown[mark.index("^")] == "*"
    assert "…a" in shown
    assert shown.endswith("b…")


@pytest.mark.parametrize(
    ("bump", "words"),
    [
        ("major", "a major change: something that it relied on may be gone"),
        ("back", "back to an older version"),
        (None, "not by semantic version"),
    ],
)
def test_an_update_says_how_far_it_goes(bump: str | None, words: str) -> None:
    view = {**PREFLIGHT, "operation": "update", "previous": "1.0.0", "bump": bump,
            "kept": ["Buckets"]}  # fmt: skip
    assert text(view).splitlines()[2:] == [
        f"from       1.0.0 to 1.1.0: {words}",
        "kept       1 value stays: Buckets",
    ]


def test_an_update_of_what_is_as_wanted() -> None:
    view = {**PREFLIGHT, "operation": "update", "state": "current", "bump": "none",
            "previous": "1.1.0"}  # fmt: skip
    assert text(view).splitlines()[2:] == ["fraud is at 1.1.0 with these values: nothing to do"]


def test_a_termination_shows_what_people_lose_and_counts_the_rest() -> None:
    profile = {"resource": "Profile", "type": "AWS::SageMaker::UserProfile", "id": "jane",
               "meaning": "the user's home directory is lost with it"}  # fmt: skip
    policy = {"resource": "P", "type": "AWS::IAM::ManagedPolicy", "id": "arn", "meaning": ""}
    view = {**PREFLIGHT, "operation": "terminate", "portfolio": None, "version": None,
            "losses": [policy, profile]}  # fmt: skip
    assert text(view) == (
        "terminate  Data Scientist as 'fraud', in account 111122223333, eu-west-1\n"
        "lost       jane (AWS::SageMaker::UserProfile): the user's home directory is lost with it\n"
        "           and 1 more resource\n"
    )


def test_events_have_their_time_and_a_reason_where_they_failed() -> None:
    event = {"event": "stack", "at": "2026-11-24T15:28:44+00:00", "resource": "Role",
             "type": "AWS::IAM::Role", "status": "CREATE_FAILED", "reason": "not\x1b[2J allowed"}  # fmt: skip
    assert text(event) == (
        "15:28:44   CREATE_FAILED      Role (AWS::IAM::Role): not\\x1b[2J allowed\n"
    )
    fine = {**event, "status": "CREATE_COMPLETE"}
    assert text(fine) == "15:28:44   CREATE_COMPLETE    Role (AWS::IAM::Role)\n"
    assert text({"event": "record", "at": None, "status": "IN_PROGRESS"}).strip() == "in progress"


def test_what_a_launch_gave() -> None:
    outputs = {"RoleArn": "arn:a", "File": "b:\n  c\n", "None": ""}
    assert text({**RESULT, "outputs": outputs}) == (
        "launched Data Scientist 1.1.0 as 'fraud' (pp-a)\n"
        "  RoleArn  arn:a\n"
        "  File     b:\n"
        "             c\n"
        "  None\n"
    )


def test_why_a_launch_failed_and_what_to_do() -> None:
    reason = {"resource": "Role", "type": "AWS::IAM::Role", "status": "CREATE_FAILED",
              "reason": "no"}  # fmt: skip
    view = {**RESULT, "status": "failed", "reasons": [reason], "advice": ["mend it"]}
    assert text(view) == (
        "launch failed: Data Scientist 1.1.0 as 'fraud' (pp-a)\n"
        "reason     Role (AWS::IAM::Role), CREATE_FAILED: no\n"
        "do         mend it\n"
    )


def test_what_is_left_to_itself() -> None:
    view = {**RESULT, "status": "in-progress", "advice": ["it goes on"]}
    assert text(view).startswith("launch goes on: Data Scientist 1.1.0 as 'fraud' (pp-a), record")


def test_a_console_that_has_no_address() -> None:
    assert text({"event": "link", "link": None}) == (
        "this partition's console has no public address\n"
    )
