from __future__ import annotations

from typing import Any

import pytest

from compiler.release.launching.values import faults, tag_faults, unmet

DECLARED: dict[str, dict[str, Any]] = {
    "Buckets": {
        "Type": "String",
        "AllowedPattern": "^[a-z]{3,9}$",
        "ConstraintDescription": "one value of the form ^[a-z]{3,9}$",
        "Description": "The bucket. Example: my-data",
    },
    "Subnets": {"Type": "String", "Default": ""},
    "Secret": {"Type": "String", "Default": "x", "NoEcho": True, "AllowedPattern": "^x$"},
}
PIN = {
    "PinSubnets": {
        "Assertions": [
            {
                "Assert": {"Fn::Contains": [["subnet-a,subnet-b", "subnet-c"], {"Ref": "Subnets"}]},
                "AssertDescription": "Subnets is pinned",
            }
        ]
    }
}
TOGETHER = {
    "Together": {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Subnets"}, "a"]},
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Buckets"}, "b"]}}],
    }
}


def test_every_fault_is_told_in_one_run() -> None:
    found = list(faults(DECLARED, {"Bucket": "abc", "Subnets": "x" * 5_000}))
    assert [(each.subject, each.message) for each in found] == [
        ("Bucket", "Bucket is no parameter of the product"),
        ("Buckets", "Buckets is missing"),
        ("Subnets", "Subnets is refused: it has 5,000 bytes, and 4,096 are allowed"),
    ]
    assert found[0].hint == "did you mean 'Buckets'?"
    assert found[1].hint == "give it by --set Buckets=…: The bucket. Example: my-data"


def test_a_value_is_shown_with_its_fault_what_is_allowed_and_an_example() -> None:
    (found,) = faults(DECLARED, {"Buckets": "my-Data"})
    assert found.message == "Buckets is refused: '-' is not allowed here"
    assert found.mark is not None
    assert (found.mark.value, found.mark.start, found.mark.end) == ("my-Data", 2, 3)
    assert found.allowed == "one value of the form ^[a-z]{3,9}$"
    assert found.hint == "as my-data"


def test_a_hidden_value_is_not_shown() -> None:
    (found,) = faults(DECLARED, {"Buckets": "abc", "Secret": "password"})
    assert "password" not in repr(found)


def test_a_kept_value_is_not_missing() -> None:
    assert list(faults(DECLARED, {}, kept=("Buckets",))) == []


def test_a_default_that_is_not_told_may_be_empty_where_the_pattern_admits_nothing() -> None:
    assert list(faults({"Key": {"Type": "String", "AllowedPattern": "^(a)?$"}}, {})) == []


def test_a_pinned_value_is_told_with_those_that_are_allowed() -> None:
    (found,) = unmet(DECLARED, {"Buckets": "abc", "Subnets": "subnet-a"}, PIN)
    assert (found.about, found.subject, found.message) == ("rule", "Subnets", "Subnets is pinned")
    assert found.allowed == "subnet-a,subnet-b or subnet-c"
    assert list(unmet(DECLARED, {"Subnets": "subnet-a,subnet-b"}, PIN)) == []


def test_a_rule_about_several_parameters_shows_their_values() -> None:
    values = {"Buckets": "abc", "Subnets": "a"}
    (found,) = unmet(DECLARED, values, TOGETHER)
    assert found.message == "the rule Together is not met"
    assert found.hint == "Subnets is 'a', Buckets is 'abc'"
    assert list(unmet(DECLARED, {**values, "Subnets": "b"}, TOGETHER)) == []


def test_a_rule_shows_no_hidden_value() -> None:
    rule = {"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Secret"}, "x"]}}]}}
    (found,) = unmet(DECLARED, {"Secret": "password"}, rule)
    assert "password" not in repr(found)


def test_a_rule_that_only_aws_can_decide_is_a_note() -> None:
    rule = {"Vpc": {"Assertions": [{"Assert": {"Fn::EachMemberIn": [["a"], ["b"]]}}]}}
    (found,) = unmet(DECLARED, {}, rule)
    assert found.severity == "note"
    assert "Fn::EachMemberIn" in found.message


OPTIONS = {"cost-center": ("a", "b"), "stage": ("prod",), "owner": ()}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"cost-center": "a"}, None),
        ({"cost-center": "a", "stage": "prod", "team": "fraud"}, None),
        ({}, "the tag cost-center is missing"),
        ({"cost-center": "c"}, "the tag cost-center cannot be 'c'"),
        ({"cost-center": "a", "stage": "test"}, "the tag stage cannot be 'test'"),
        ({"cost-center": "a", "owner": "me"}, "the tag owner is one that"),
        ({"cost-center": "a", "aws:x": "1"}, "the tag aws:x begins with aws:"),
        ({"cost-center": "a", "x": ""}, "the tag x is too long, or empty"),
        ({"cost-center": "a", "x": "a<b"}, "the tag x has other characters than"),
        ({"cost-center": "a", **{f"t{n}": "1" for n in range(50)}}, "51 tags are given"),
    ],
)
def test_tags_are_held_to_tag_options(tags: dict[str, str], message: str | None) -> None:
    found = [each.message for each in tag_faults(tags, OPTIONS)]
    assert [each[: len(message or "")] for each in found] == ([] if message is None else [message])


def test_an_update_need_not_choose_again() -> None:
    assert list(tag_faults({}, OPTIONS, chosen=True)) == []
