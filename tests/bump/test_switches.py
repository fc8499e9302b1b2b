"""compiler.bump: which version a change of switches needs."""

from __future__ import annotations

import json

from compiler.bump import bump
from tests.roles import Json, allow, deny, parameter, template, when
from tests.switched import actions, compared, is_on, many, needs, switch


def verdict(old: Json, new: Json) -> list[str]:
    found = compared(old, new)
    assert found
    return [f"{each.level}: {each.text}" for each in bump(found).reasons]


MORE = allow("More", "iam:CreateUser")


def test_what_a_switch_adds() -> None:
    old, new = many(20), many(20, when("RunJobs3On", MORE))

    assert verdict(old, old) == []
    assert verdict(old, new) == ["minor: gains iam:CreateUser by More, with run-jobs3"]
    assert verdict(new, old) == ["major: loses iam:CreateUser that More allowed, with run-jobs3"]


def test_a_new_switch_is_minor_whatever_it_adds() -> None:
    taking = deny("Taking", "s3:*")
    conditions = {"MoreOn": is_on("More")}
    statements = (when("MoreOn", MORE), when("MoreOn", taking))
    new = many(3, *statements, Parameters={"More": switch()}, Conditions=conditions)

    assert verdict(many(3), new) == [
        "minor: gains iam:CreateUser by More, with more",
        "minor: the parameter More is new",
    ]
    assert verdict(new, many(3))[:2] == [
        "major: loses iam:CreateUser that More allowed, with more",
        "major: the parameter More is gone",
    ]


def test_a_new_switch_that_is_on_by_default_takes_away_what_it_denies() -> None:
    new = many(
        1,
        when("MoreOn", deny("Taking", "s3:*")),
        Parameters={"More": switch("yes")},
        Conditions={"MoreOn": is_on("More")},
    )

    assert verdict(many(1), new) == [
        "major: loses s3:GetObject that SRunJobs0 allowed, with run-jobs0",
        "minor: the parameter More is new",
    ]


def test_a_new_switch_that_is_on_by_default_and_asks_for_more() -> None:
    """Who gives no more is refused; with the switch off they may launch, and gain."""
    old = template(
        allow("Get", "s3:GetObject"), Parameters={"Vpc": parameter("^(vpc-1)?$", Default="")}
    )
    new = template(
        allow("Get", "s3:GetObject"),
        MORE,
        when("MoreOn", allow("Put", "s3:PutObject")),
        Parameters=old["Parameters"] | {"More": switch("yes")},
        Conditions={"MoreOn": is_on("More")},
        Rules={"VpcNeeded": needs("Vpc", is_on("More"))},
    )  # fmt: skip

    found = compared(old, new)

    assert found
    assert actions(found.gained) == {"iam:CreateUser", "s3:PutObject"}
    assert found.refused


def test_a_switch_that_asks_for_a_parameter_from_now_on() -> None:
    names = {"Names": parameter("^([a-z]{3})?$", Default="")}
    new = {**many(2, Parameters=names), "Rules": {"Needed": needs("Names", is_on("RunJobs1"))}}

    assert verdict(many(2), new) == [
        "major: launches with run-jobs1 and no Names are refused",
        "minor: the parameter Names is new",
    ]


def test_a_switch_that_is_always_on_now() -> None:
    """What it was to add is granted to who had it off; with it off nobody may launch."""
    old = many(1)
    new = json.loads(json.dumps(old).replace('["no", "yes"]', '["yes"]').replace(
        '"Default": "no"', '"Default": "yes"'))  # fmt: skip

    assert "major: the parameter RunJobs0 no longer admits 'no'" in verdict(old, new)
