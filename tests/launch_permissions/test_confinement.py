"""The launch role cannot get past its limits: searched for, and not found, in its template."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from compiler.build import compile_account
from tests.catalog import launches
from tests.launch_permissions.confinement import (
    BOUNDARY,
    ELSEWHERE,
    IAM,
    NEVER,
    administrator,
    allows,
    done,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Change = tuple[str, "Callable[[Json], object]"]
"""The Sid of a statement, and what is done to it."""


@cache
def held() -> list[Json]:
    _, template = compile_account(launches.catalog())
    return statements(template.body)


def test_it_does_none_of_what_it_must_never_do() -> None:
    assert done(held(), {**NEVER, **ELSEWHERE}) == set()


def test_what_it_is_allowed_is_confined_by_itself() -> None:
    assert done(allows(held()), {**NEVER, **ELSEWHERE}) == set()


def test_its_limits_hold_whatever_is_attached_to_it() -> None:
    assert done(administrator(held()), NEVER) == set()


def test_what_must_never_be_done_would_be_found() -> None:
    """The search finds each of them where nothing keeps from it."""
    everything = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]

    assert done(everything, {**NEVER, **ELSEWHERE}) == {*NEVER, *ELSEWHERE}


def without(name: str) -> Callable[[Json], object]:
    return lambda statement: statement.pop(name)


def operator(name: str) -> Callable[[Json], object]:
    return lambda statement: statement["Condition"].pop(name)


def wider(name: str, *values: str) -> Callable[[Json], object]:
    return lambda statement: statement[name].extend(values)


def attachable(statement: Json) -> None:
    (keys,) = (
        each for name, each in statement["Condition"].items() if name in ("ArnLike", "ArnNotLike")
    )
    keys["iam:PolicyARN"].append("arn:aws:iam::aws:policy/AdministratorAccess")


def bounded_by_any(statement: Json) -> None:
    (keys,) = (
        each for each in statement["Condition"].values() if "iam:PermissionsBoundary" in each
    )
    keys["iam:PermissionsBoundary"] = [BOUNDARY, f"{IAM}:policy/personac/people/my-own"]


def changed(sid: str, change: Callable[[Json], object] | None) -> list[Json]:
    """The statements with one of them changed, or without it."""
    found = copy.deepcopy(held())
    (one,) = (each for each in found if each["Sid"] == sid)
    if change is None:
        found.remove(one)
    else:
        change(one)
    return found


@pytest.mark.parametrize(
    ("sid", "change", "then"),
    [
        ("MakeBoundedRoles", without("Condition"), {"a role without the boundary"}),
        ("MakeBoundedRoles", bounded_by_any, {"another boundary", "a role without the boundary"}),
        ("MakeBoundedRoles", wider("Resource", "*"), {"anything off the paths"}),
        ("AttachPolicies", operator("StringEquals"), {"a write to a role without the boundary"}),
        ("AttachPolicies", operator("ArnLike"), {"another policy"}),
        ("AttachPolicies", attachable, {"another policy"}),
        ("AttachPolicies", wider("Resource", f"{IAM}:role/*"), {"a change of itself"}),
        (
            "KeepRoles",
            wider("Action", "iam:DeleteRolePermissionsBoundary"),
            {"no boundary any more"},
        ),
        ("KeepRoles", wider("Resource", f"{IAM}:role/personac-*"), {"a change of itself"}),
        (
            "KeepRoles",
            wider("Action", "iam:PutRolePolicy"),
            {"a write to a role without the boundary"},
        ),
        (
            "MakePolicies",
            wider("Resource", f"{IAM}:policy/personac/*"),
            {"a change of the boundary"},
        ),
        ("MakePolicies", wider("Resource", BOUNDARY), {"a change of the boundary"}),
        ("PassRoles", wider("Resource", "*"), {"a role of another path passed"}),
        ("PassRoles", without("Condition"), {"a role passed to another service"}),
        ("MakeServiceRole", wider("Resource", f"{IAM}:role/*"), {"anything off the paths"}),
        ("ChangeOwnStudio", without("Condition"), {"a domain or a profile that no product made"}),
        ("ChangeOwnSets", without("Condition"), {"a permission set that no product made"}),
        ("FetchTemplates", without("Condition"), {"an object that is no template"}),
        ("RunStacks", wider("Resource", "*"), {"a stack that is not Service Catalog's"}),
    ],
)
def test_a_grant_that_is_wider_is_found(
    sid: str, change: Callable[[Json], object], then: set[str]
) -> None:
    assert then <= done(allows(changed(sid, change)), {**NEVER, **ELSEWHERE})


LIMITS = {
    "BoundedRolesAlone": {
        "a role without the boundary",
        "a write to a role without the boundary",
        "another boundary",
    },
    "BoundariesStay": {"no boundary any more"},
    "PoliciesOfPersonasAlone": {"another policy"},
    "PassToSageMakerAlone": {"a role passed to another service"},
    "PassOwnRolesAlone": {"a role of another path passed"},
    "NothingElseInIam": {"anything off the paths"},
}


def test_these_are_all_limits() -> None:
    denying = {each["Sid"] for each in held() if each["Effect"] == "Deny"}
    assert denying == {*LIMITS, "OwnLimitsStay"}


@pytest.mark.parametrize("sid", LIMITS)
def test_a_limit_that_is_gone_is_found(sid: str) -> None:
    assert LIMITS[sid] <= done(administrator(changed(sid, None)), NEVER)


def test_it_takes_the_grant_and_the_limit_to_get_past() -> None:
    """One of them gone, the other still holds."""
    unbounded = changed("MakeBoundedRoles", without("Condition"))

    assert done(unbounded, NEVER) == set()
    unlimited = [each for each in unbounded if each["Sid"] != "BoundedRolesAlone"]
    assert "a role without the boundary" in done(unlimited, NEVER)


def test_the_boundary_stays_also_on_a_path_that_it_may_write_to() -> None:
    """What catalog.yaml must not say, and the template forbids all the same."""
    own = "arn:aws:iam::111122223333:policy/personac/people/boundary"
    catalog = launches.catalog()
    settings = replace(catalog.settings, permissions_boundary="personac/people/boundary")
    _, template = compile_account(replace(catalog, settings=settings))
    change = {"a change": {"Effect": "Deny", "Action": "iam:*", "Resource": [own]}}

    assert done(statements(template.body), change) == set()
    held_back = [each for each in statements(template.body) if each["Sid"] != "OwnLimitsStay"]
    assert done(held_back, change) == {"a change"}
