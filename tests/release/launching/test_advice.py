from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.release.launching.advice import advice

if TYPE_CHECKING:
    from compiler.release.launching.launch import Operation


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        (
            "User: x is not authorized to perform: iam:CreateRole",
            "the launch role lacks a permission",
        ),
        ("personac already exists in stack arn:…", "something of that name exists"),
        ("Cannot exceed quota for PoliciesPerRole: 10", "a quota of the account is full"),
        ("Unable to delete: UserProfile has associated apps", "delete the apps and spaces"),
        ("Internal error", "mend what the reason names"),
    ],
)
def test_the_reason_tells_what_to_do(reason: str, first: str) -> None:
    said = advice("launch", [{"reason": reason}], "data-scientist", "team")
    assert said[0].startswith(first)


@pytest.mark.parametrize(
    ("operation", "command"),
    [("launch", "--terminate"), ("update", "--update"), ("terminate", "--terminate")],
)
def test_the_command_to_go_on_with_is_one_that_a_shell_takes(
    operation: Operation, command: str
) -> None:
    said = advice(operation, [], "Data Scientist", "team")
    assert f"personac launch 'Data Scientist' --name team {command}" in said[1]
