"""tests.brute_force: the judge itself, on the cases that readers of IAM's documentation get wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.brute_force import Context, NotUnderstoodError, decide

ACTION = "sagemaker:CreateModel"
MODEL = "arn:aws:sagemaker:eu-west-1:111122223333:model/fraud"


def document(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    whole: dict[str, Any] = {"Statement": list(statements)}
    return {"Version": version, **whole} if version else whole


def allow(**changes: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ACTION, "Resource": "*", **changes}


def deny(**changes: object) -> dict[str, Any]:
    return allow(Effect="Deny", **changes)


def held(condition: dict[str, Any], context: Context | None = None) -> bool:
    statement = allow(Condition=condition)
    return decide([document(statement)], ACTION, MODEL, context) == "allowed"


def matches(resource: str, asked: str, **context: str) -> bool:
    keys = {f"aws:{key}": value for key, value in context.items()}
    return decide([document(allow(Resource=resource))], ACTION, asked, keys) == "allowed"


# --------------------------------------------------------------------------------------- effects


def test_nothing_is_allowed_unless_said() -> None:
    assert decide([], ACTION, MODEL) == "implicitly-denied"
    assert decide([document()], ACTION, MODEL) == "implicitly-denied"
    assert decide([document(allow())], "sagemaker:DeleteModel", MODEL) == "implicitly-denied"


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    allowing, denying = document(allow()), document(deny())
    assert decide([allowing], ACTION, MODEL) == "allowed"
    assert decide([allowing, denying], ACTION, MODEL) == "explicitly-denied"
    assert decide([denying, allowing], ACTION, MODEL) == "explicitly-denied"
    assert decide([document(deny(), allow())], ACTION, MODEL) == "explicitly-denied"


def test_a_single_statement_may_stand_without_brackets() -> None:
    assert decide([{"Version": "2012-10-17", "Statement": allow()}], ACTION, MODEL) == "allowed"


# --------------------------------------------------------------------------------------- actions


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("sagemaker:CreateModel", True),
        ("SageMaker:createmodel", True),
        ("sagemaker:Create*", True),
        ("sagemaker:Create?odel", True),
        ("sagemaker:*Model", True),
        ("*", True),
        ("sagemaker:CreateModel?", False),
        ("sagemaker:Create", False),
        ("sagemaker:CreateModelPackage", False),
        ("s3:*", False),
    ],
)
def test_actions_ignore_case_and_take_wildcards(pattern: str, covered: bool) -> None:
    found = decide([document(allow(Action=[pattern]))], ACTION, MODEL)
    assert (found == "allowed") is covered


def test_not_action_is_every_other_action() -> None:
    statement = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    assert decide([document(statement)], ACTION, MODEL) == "allowed"
    assert decide([document(statement)], "IAM:CreateUser", "*") == "implicitly-denied"


# ------------------------------------------------------------------------------------- resources


@pytest.mark.parametrize(
    ("pattern", "asked", "matched"),
    [
        ("arn:aws:s3:::data", "arn:aws:s3:::data", True),
        ("arn:aws:s3:::data", "arn:aws:s3:::Data", False),
        ("arn:aws:s3:::data", "arn:aws:s3:::data/x", False),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data", False),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data/a/b/c", True),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data/", True),
        ("arn:aws:s3:::*", "arn:aws:s3:::data/a", True),
        ("arn:aws:s3:::dat?", "arn:aws:s3:::data", True),
        ("arn:aws:s3:::dat?", "arn:aws:s3:::dat", False),
        # "it can expand to match beyond the colon boundaries"
        (
            "arn:aws:logs:*:*:log-group:*",
            "arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:b",
            True,
        ),
        ("arn:aws:s3:::a.b", "arn:aws:s3:::axb", False),
        ("arn:aws:s3:::data", "*", False),
        ("*", "*", True),
    ],
)
def test_resources_mind_case_and_wildcards_cross_segments(
    pattern: str,
    asked: str,
    matched: bool,
) -> None:
    assert matches(pattern, asked) is matched


def test_not_resource_is_every_other_resource() -> None:
    statement = {"Effect": "Deny", "Action": ACTION, "NotResource": [MODEL]}
    assert decide([document(statement)], ACTION, MODEL) == "implicitly-denied"
    assert decide([document(statement)], ACTION, f"{MODEL}2") == "explicitly-denied"


def test_a_variable_without_value_matches_no_resource_and_so_every_other() -> None:
    tagged = "arn:aws:s3:::${aws:PrincipalTag/team}"
    asked = "arn:aws:s3:::fraud"
    team = {"aws:PrincipalTag/team": "fraud"}
    grant = document(allow(Action="s3:ListBucket", Resource=tagged))
    assert decide([grant], "s3:ListBucket", asked, team) == "allowed"
    assert decide([grant], "s3:ListBucket", asked, {"AWS:principaltag/TEAM": "fraud"}) == "allowed"
    assert decide([grant], "s3:ListBucket", asked) == "implicitly-denied"
    assert decide([grant], "s3:ListBucket", tagged) == "implicitly-denied"
    guard = document({"Effect": "Deny", "Action": "s3:*", "NotResource": tagged})
    assert decide([guard], "s3:ListBucket", asked, team) == "implicitly-denied"
    assert decide([guard], "s3:ListBucket", asked) == "explicitly-denied"


def test_a_default_stands_for_a_variable_without_value() -> None:
    pattern = "arn:aws:s3:::${aws:username, 'nobody'}"
    assert matches(pattern, "arn:aws:s3:::nobody")
    assert matches(pattern, "arn:aws:s3:::ada", username="ada")
    assert not matches(pattern, "arn:aws:s3:::nobody", username="ada")


def test_escaped_wildcards_are_characters() -> None:
    assert matches("arn:aws:s3:::a${*}b", "arn:aws:s3:::a*b")
    assert not matches("arn:aws:s3:::a${*}b", "arn:aws:s3:::axb")
    assert matches("arn:aws:s3:::a${?}${$}", "arn:aws:s3:::a?$")
    assert matches("arn:aws:s3:::a${*}*", "arn:aws:s3:::a*bc")


def test_a_policy_of_2008_or_without_version_knows_no_variables() -> None:
    for version in (None, "2008-10-17"):
        old = document(allow(Resource="arn:aws:s3:::${aws:username}"), version=version)
        assert decide([old], ACTION, "arn:aws:s3:::ada", {"aws:username": "ada"}) != "allowed"
        assert decide([old], ACTION, "arn:aws:s3:::${aws:username}") == "allowed"


# ---------------------------------------------------------------------------------- absent keys


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("StringEquals", "x", False),
        ("StringLike", "*", False),
        ("ArnLike", "arn:*:*:*:*:*", False),
        ("Bool", "false", False),
        ("NumericLessThan", "5", False),
        ("DateLessThan", "2030-01-01T00:00:00Z", False),
        ("IpAddress", "0.0.0.0/0", False),
        ("BinaryEquals", "eA==", False),
        ("StringNotEquals", "x", True),
        ("StringNotLike", "*", True),
        ("StringNotEqualsIgnoreCase", "x", True),
        ("ArnNotEquals", "arn:aws:s3:::x", True),
        ("ArnNotLike", "arn:aws:s3:::x", True),
        ("NumericNotEquals", "5", True),
        ("DateNotEquals", "2030-01-01T00:00:00Z", True),
        ("NotIpAddress", "0.0.0.0/0", True),
        ("StringEqualsIfExists", "x", True),
        ("StringNotEqualsIfExists", "x", True),
        ("BoolIfExists", "true", True),
        ("ForAllValues:StringEquals", "x", True),
        ("ForAllValues:StringNotEquals", "x", True),
        ("ForAnyValue:StringEquals", "x", False),
        ("ForAnyValue:StringNotEquals", "x", False),
        ("ForAnyValue:StringEqualsIfExists", "x", True),
        ("Null", "true", True),
        ("Null", "false", False),
    ],
)
def test_an_absent_key(operator: str, value: str, holds: bool) -> None:
    assert held({operator: {"aws:Key": value}}) is holds


@pytest.mark.parametrize("empty", [[], ""])
def test_an_empty_key_is_a_null_dataset_to_set_operators(empty: str | list[str]) -> None:
    assert held({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}, {"aws:TagKeys": empty})
    assert not held({"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}, {"aws:TagKeys": empty})
    assert not held({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "x"}}, {"aws:TagKeys": empty})


def test_null_on_a_list() -> None:
    assert held({"Null": {"aws:TagKeys": "true"}}, {"aws:TagKeys": []})
    assert held({"Null": {"aws:TagKeys": "false"}}, {"aws:TagKeys": ["a"]})
    assert held({"Null": {"aws:TagKeys": False}}, {"AWS:TAGKEYS": ["a"]})
    assert not held({"Null": {"aws:TagKeys": "true"}}, {"aws:TagKeys": ["a"]})


# ------------------------------------------------------------------------------- several values


def test_values_are_alternatives_and_none_of_them_under_negation() -> None:
    two = {"aws:Key": ["x", "y"]}
    assert held({"StringEquals": two}, {"aws:Key": "y"})
    assert not held({"StringEquals": two}, {"aws:Key": "z"})
    assert not held({"StringNotEquals": two}, {"aws:Key": "y"})
    assert held({"StringNotEquals": two}, {"aws:Key": "z"})


def test_keys_and_operators_must_all_hold() -> None:
    keys = {"StringEquals": {"aws:A": "1", "aws:B": "2"}}
    assert held(keys, {"aws:A": "1", "aws:B": "2"})
    assert not held(keys, {"aws:A": "1", "aws:B": "x"})
    both = {"StringEquals": {"aws:A": "1"}, "Null": {"aws:B": "true"}}
    assert held(both, {"aws:A": "1"})
    assert not held(both, {"aws:A": "1", "aws:B": "2"})


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        ("ForAllValues:StringEquals", ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "z"], False),
        ("ForAllValues:StringEquals", ["z"], False),
        ("ForAnyValue:StringEquals", ["a", "z"], True),
        ("ForAnyValue:StringEquals", ["y", "z"], False),
        # Negated, element by element: "all are others" and "one is another".
        ("ForAllValues:StringNotEquals", ["y", "z"], True),
        ("ForAllValues:StringNotEquals", ["a", "z"], False),
        ("ForAnyValue:StringNotEquals", ["a", "z"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
        ("ForAllValues:StringLike", ["a", "b"], True),
    ],
)
def test_set_operators(operator: str, values: list[str], holds: bool) -> None:
    condition = {operator: {"sagemaker:VpcSubnets": ["a", "b"]}}
    assert held(condition, {"sagemaker:VpcSubnets": values}) is holds


def test_a_list_without_set_operator_is_not_judged() -> None:
    with pytest.raises(NotUnderstoodError, match="which has a list"):
        held({"StringEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a"]})


# ------------------------------------------------------------------------------------- operators


@pytest.mark.parametrize(
    ("operator", "written", "value", "holds"),
    [
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "A", "a", False),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEqualsIgnoreCase", "A", "a", False),
        ("StringLike", "a*c", "abc", True),
        ("StringLike", "A*", "abc", False),
        ("StringLike", "s3.eu-west-1.*", "s3.eu-west-1.amazonaws.com.cn", True),
        ("StringNotLike", "a?", "ab", False),
        ("ArnLike", "arn:aws:sagemaker:*:1:model/*", "arn:aws:sagemaker:x:1:model/a/b", True),
        ("ArnLike", "arn:aws:sagemaker:*:model/x", "arn:aws:sagemaker:eu:1:model/x", None),
        ("ArnLike", "arn:aws:s3:*:*:x", "arn:aws:s3:::x", True),
        # No component reaches into the next.
        ("ArnLike", "arn:aws:s3:*:1:x", "arn:aws:s3:a:b:1:x", False),
        ("ArnEquals", "arn:aws:s3:::dat?", "arn:aws:s3:::data", True),
        ("ArnEquals", "arn:aws:s3:::data", "arn:aws:s3:::Data", False),
        ("ArnNotEquals", "arn:aws:s3:::data", "arn:aws:s3:::data", False),
        ("ArnNotEquals", "arn:aws:s3:::data", "no-arn", True),
        ("Bool", "true", "True", True),
        ("Bool", True, "true", True),
        ("Bool", "true", "false", False),
        ("NumericEquals", "10", "10.0", True),
        ("NumericLessThan", 10, "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "9", "10", True),
        ("NumericGreaterThanEquals", "10", "9.5", False),
        ("NumericNotEquals", "10", "10", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00", True),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "1767225600", False),
        ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.9", False),
        ("IpAddress", "203.0.113.9", "203.0.113.9", True),
        ("NotIpAddress", "2001:db8::/32", "2001:db8::1", False),
        ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ],
)
def test_operators(operator: str, written: object, value: str, holds: bool | None) -> None:
    condition = {operator: {"aws:Key": written}}
    if holds is None:
        with pytest.raises(NotUnderstoodError, match="no ARN"):
            held(condition, {"aws:Key": value})
    else:
        assert held(condition, {"aws:Key": value}) is holds


def test_a_variable_without_value_is_like_nothing_and_unlike_everything() -> None:
    owner = {"aws:ResourceTag/owner": "${aws:PrincipalTag/owner}"}
    mine = {"aws:ResourceTag/owner": "ada", "aws:PrincipalTag/owner": "ada"}
    nobodys = {"aws:ResourceTag/owner": "ada"}
    assert held({"StringEquals": owner}, mine)
    assert not held({"StringEquals": owner}, nobodys)
    assert not held({"StringLike": owner}, nobodys)
    assert not held({"StringNotEquals": owner}, mine)
    assert held({"StringNotEquals": owner}, nobodys)


def test_a_variable_inside_an_arn_condition() -> None:
    profile = "arn:aws:sagemaker:eu-west-1:1:user-profile"
    condition = {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": f"{profile}/${{sagemaker:DomainId}}/*"}
    }
    own = {"sagemaker:OwnerUserProfileArn": f"{profile}/d-1/ada"}
    assert held(condition, {**own, "sagemaker:DomainId": "d-1"})
    assert not held(condition, {**own, "sagemaker:DomainId": "d-2"})
    assert not held(condition, own)


# ------------------------------------------------------------------------------- trust policies


def trust(principal: object, **changes: object) -> dict[str, Any]:
    return document(
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **changes}
    )


@pytest.mark.parametrize(
    ("principal", "asking", "allowed"),
    [
        ({"Service": "sagemaker.amazonaws.com"}, ("Service", "sagemaker.amazonaws.com"), True),
        ({"Service": "sagemaker.amazonaws.com"}, ("Service", "ec2.amazonaws.com"), False),
        ({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}, ("Service", "b.amazonaws.com"), True),
        ({"AWS": "111122223333"}, ("AWS", "arn:aws:iam::111122223333:role/x"), True),
        (
            {"AWS": "arn:aws:iam::111122223333:root"},
            ("AWS", "arn:aws:iam::111122223333:user/x"),
            True,
        ),
        ({"AWS": "111122223333"}, ("AWS", "arn:aws:iam::444455556666:role/x"), False),
        (
            {"AWS": "arn:aws:iam::111122223333:role/x"},
            ("AWS", "arn:aws:iam::111122223333:role/y"),
            False,
        ),
        ({"Service": "sagemaker.amazonaws.com"}, ("AWS", "sagemaker.amazonaws.com"), False),
        ("*", ("AWS", "arn:aws:iam::444455556666:role/x"), True),
        ({"AWS": "*"}, ("AWS", "arn:aws:iam::444455556666:role/x"), True),
    ],
)
def test_principals(principal: object, asking: tuple[str, str], allowed: bool) -> None:
    found = decide([trust(principal)], "sts:AssumeRole", None, principal=asking)
    assert (found == "allowed") is allowed


def test_a_trust_policy_minds_its_conditions() -> None:
    policy = trust(
        {"Service": "sagemaker.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
    )
    asking = ("Service", "sagemaker.amazonaws.com")
    own, other = {"aws:SourceAccount": "111122223333"}, {"aws:SourceAccount": "444455556666"}
    assert decide([policy], "sts:AssumeRole", None, own, principal=asking) == "allowed"
    assert decide([policy], "sts:AssumeRole", None, other, principal=asking) == "implicitly-denied"
    assert decide([policy], "sts:AssumeRole", None, principal=asking) == "implicitly-denied"
    assert decide([policy], "sts:TagSession", None, own, principal=asking) == "implicitly-denied"


# -------------------------------------------------------------------------- what is not understood


@pytest.mark.parametrize(
    "changes",
    [
        {"Effekt": "Allow"},
        {"Effect": "allow"},
        {"Action": "sagemaker"},
        {"Action": "*:CreateModel"},
        {"Action": "sagemaker:${aws:username}"},
        {"NotAction": "iam:*"},
        {"NotResource": "*"},
        {"Resource": "sagemaker-model"},
        {"Resource": "arn:aws:sagemaker:*"},
        {"Resource": "arn:aws:s3:::${username}"},
        {"Principal": "*"},
        {"Condition": {"StringIs": {"aws:Key": "x"}}},
        {"Condition": {"ForSomeValues:StringEquals": {"aws:Key": "x"}}},
        {"Condition": {"ForAllValues:Null": {"aws:Key": "true"}}},
        {"Condition": {"NullIfExists": {"aws:Key": "true"}}},
        {"Condition": {"Null": {"aws:Key": "yes"}}},
        {"Condition": {"Bool": {"aws:Key": "yes"}}},
        {"Condition": {"NumericEquals": {"aws:Key": "five"}}},
        {"Condition": {"NumericEquals": {"aws:Key": "${aws:username}"}}},
        {"Condition": {"DateEquals": {"aws:Key": "yesterday"}}},
        {"Condition": {"IpAddress": {"aws:Key": "here"}}},
        {"Condition": {"StringEquals": {"aws:Key": None}}},
    ],
)
def test_what_is_not_understood_raises(changes: dict[str, object]) -> None:
    with pytest.raises(NotUnderstoodError):
        decide([document(allow(**changes))], ACTION, MODEL, {"aws:Key": "true"})


def test_values_of_variables_that_may_be_wildcards_are_not_judged() -> None:
    grant = document(allow(Resource="arn:aws:s3:::${aws:username}"))
    for value in ("*", "a?", "", ["ada"]):
        with pytest.raises(NotUnderstoodError):
            decide([grant], ACTION, "arn:aws:s3:::ada", {"aws:username": value})


def test_a_request_that_is_none_raises() -> None:
    with pytest.raises(NotUnderstoodError):
        decide([document(allow())], "sagemaker:*", MODEL)
    with pytest.raises(NotUnderstoodError):
        decide([document(allow())], ACTION, MODEL, {"aws:Key": "a", "AWS:key": "b"})
    with pytest.raises(NotUnderstoodError):
        decide([document(allow())], ACTION, None)
    with pytest.raises(NotUnderstoodError):
        decide([document(allow())], ACTION, MODEL, principal=("AWS", "*"))
