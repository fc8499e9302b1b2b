"""compiler.iam.document: policy documents, parsed once, and what is wrong with others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from compiler.iam.document import (
    Comparison,
    Policy,
    PolicyError,
    Principal,
    Statement,
    named_keys,
    parse,
    texts,
)
from compiler.iam.operators import Operator
from compiler.iam.text import Hole, Literal, Variable, hole
from compiler.iam.text import parse as text
from tests.catalog.launches import all_managed

if TYPE_CHECKING:
    from compiler.iam.document import Kind, Route
    from compiler.iam.value import Value

S3 = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


def policy(*statements: Any, version: str = "2012-10-17", **changes: Any) -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements), **changes}


def one(statement: Any, kind: Kind = "identity", version: str = "2012-10-17") -> Statement:
    (parsed,) = parse(policy(statement, version=version), name="it", kind=kind).statements
    return parsed


def compared(operator: str, value: Any, version: str = "2012-10-17") -> Comparison:
    statement = {**S3, "Condition": {operator: {"aws:Key": value}}}
    (comparison,) = one(statement, version=version).comparisons
    return comparison


# ------------------------------------------------------------------------------------- what is read


def test_a_statement_of_an_identity_policy() -> None:
    body = {
        "Sid": "Read",
        "Effect": "Deny",
        "Action": ["s3:Get*", "S3:ListBucket"],
        "NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::${aws:username}"],
        "Condition": {"StringLike": {"aws:Key": "x*"}, "Null": {"aws:Other": True}},
    }

    parsed = one(body)

    assert parsed.name == "it.Read"
    assert parsed.effect == "Deny"
    assert parsed.actions == ("s3:Get*", "S3:ListBucket")
    assert not parsed.except_actions
    assert parsed.resources == (text("arn:aws:s3:::a/*"), text("arn:aws:s3:::${aws:username}"))
    assert parsed.except_resources
    assert parsed.principals is None
    assert parsed.comparisons == (
        Comparison(Operator("StringLike", "", "String", if_exists=False), "aws:Key", (text("x*"),)),
        Comparison(Operator("Null", "", "Null", if_exists=False), "aws:Other", (True,)),
    )
    assert parsed.body is body
    assert list(named_keys([parsed])) == ["aws:key", "aws:other"]
    assert list(texts(parsed)) == [*parsed.resources, text("x*")]


def test_a_statement_of_a_trust_policy() -> None:
    parsed = one({**TRUST, "Principal": {"AWS": ["111122223333", "*"], "Federated": "x"}}, "trust")

    assert parsed.principals == (
        Principal("AWS", "111122223333"),
        Principal("AWS", "*"),
        Principal("Federated", "x"),
    )
    assert parsed.resources is None
    assert not parsed.except_principals


def test_a_statement_of_a_resource_policy() -> None:
    parsed = one(
        {
            "Effect": "Deny",
            "NotPrincipal": {"CanonicalUser": "a1b2"},
            "NotAction": "s3:*",
            "Resource": "*",
        },
        "resource",
    )

    assert parsed.principals == (Principal("CanonicalUser", "a1b2"),)
    assert parsed.except_principals
    assert parsed.except_actions
    assert parsed.resources == (text("*"),)


def test_every_principal_is_written_in_two_ways() -> None:
    assert one({**TRUST, "Principal": "*"}, "trust").principals == (Principal("AWS", "*"),)
    assert one({**TRUST, "Principal": {"AWS": "*"}}, "trust").principals == (Principal("AWS", "*"),)


def test_one_statement_may_stand_without_brackets() -> None:
    parsed = parse({"Version": "2012-10-17", "Id": "x", "Statement": S3}, name="it")

    assert [each.name for each in parsed.statements] == ["it.0"]
    assert isinstance(parsed, Policy)
    assert parsed.kind == "identity"


def test_one_value_and_a_list_of_one_mean_the_same() -> None:
    listed = {"Effect": "Allow", "Action": ["s3:getobject"], "Resource": ["*"]}

    assert one(S3).meaning == one(listed).meaning
    assert one(S3).meaning != one({**S3, "Effect": "Deny"}).meaning
    assert one(S3).scope == one({**S3, "Action": "s3:PutObject"}).scope


def test_meaning_has_no_order_and_keys_in_it_no_case() -> None:
    conditions = {"aws:Key": ["a", "b"], "aws:Other": "c"}
    turned = {"AWS:other": ["c"], "aws:key": ["b", "a"]}

    first = one({**S3, "Condition": {"StringEquals": conditions}})
    second = one({**S3, "Sid": "Other", "Condition": {"StringEquals": turned}})

    assert first.meaning == second.meaning
    assert first != second


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_variables_are_of_version_2012(version: str | None) -> None:
    resource = "arn:aws:s3:::${aws:username}"
    document = policy({**S3, "Resource": resource})
    later, earlier = document, {**document, "Version": version}
    if version is None:
        del earlier["Version"]

    assert next(texts(parse(later, name="it").statements[0]))[1] == Variable("aws:username")
    assert next(texts(parse(earlier, name="it").statements[0])) == (Literal(resource),)


def test_a_launch_parameter_may_stand_for_a_whole_arn_or_a_part_of_one() -> None:
    whole, part = hole("Role"), f"arn:aws:s3:::{hole('Bucket')}/*"
    parsed = one({**S3, "Resource": [whole, part]})

    assert parsed.resources
    assert parsed.resources[0] == (Hole("Role"),)
    assert parsed.resources[1][1] == Hole("Bucket")
    assert compared("ArnLike", whole).values == ((Hole("Role"),),)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringEquals", "a*", ((Literal("a*"),),)),
        ("StringEquals", ["a", "b", "a"], ((Literal("a"),), (Literal("b"),))),
        ("StringEquals", True, ((Literal("true"),),)),
        ("StringEquals", 5, ((Literal("5"),),)),
        ("StringEquals", [], ()),
        ("StringLike", "a*", (text("a*"),)),
        ("ArnEquals", "arn:aws:s3:::a*", (text("arn:aws:s3:::a*"),)),
        ("ArnLike", "${aws:SourceArn}", ((Variable("aws:sourcearn"),),)),
        ("NumericEquals", "5", (Decimal(5),)),
        ("NumericLessThan", [5, 1.5, "-1e2"], (Decimal(5), Decimal("1.5"), Decimal(-100))),
        ("Bool", "TRUE", (True,)),
        ("Bool", [True, "false"], (True, False)),
        ("Null", ["true", True], (True,)),
        ("BinaryEquals", "AAE=", (b"\x00\x01",)),
        ("IpAddress", "10.1.2.3/8", (ip_network("10.0.0.0/8"),)),
        ("NotIpAddress", "2001:db8::1", (ip_network("2001:db8::1/128"),)),
        ("DateEquals", "2026-01-02", (datetime(2026, 1, 2, tzinfo=UTC),)),
        ("DateLessThan", "2026-01-02T03:04:05Z", (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),)),
        (
            "DateGreaterThan",
            "2026-01-02T03:04:05+01:00",
            (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))),),
        ),
        ("DateNotEquals", "86400", (datetime(1970, 1, 2, tzinfo=UTC),)),
        ("DateNotEquals", 86400, (datetime(1970, 1, 2, tzinfo=UTC),)),
    ],
)  # fmt: skip
def test_values_are_of_the_type_of_their_operator(
    operator: str, value: Any, expected: tuple[Value, ...]
) -> None:
    assert expected == compared(operator, value).values


def test_in_2008_an_arn_operator_has_no_variables_either() -> None:
    with pytest.raises(PolicyError, match="is no ARN"):
        compared("ArnLike", "${aws:SourceArn}", version="2008-10-17")
    assert compared("Bool", "true", version="2008-10-17").values == (True,)


# ------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("document", "message", "route"),
    [
        ([], "a policy is a JSON object with a Statement", ()),
        ("{}", "a policy is a JSON object with a Statement", ()),
        (None, "a policy is a JSON object with a Statement", ()),
        ({}, "a policy has a Statement, and this has none", ()),
        (
            {"Statements": []},
            "a policy has no element 'Statements'",
            ("Statements",),
        ),
        (
            policy(S3, version="2012-10-18"),
            "'2012-10-18' is no version of the policy language; 2012-10-17 and 2008-10-17 are",
            ("Version",),
        ),
        (
            {"Version": None, "Statement": S3},
            "None is no version of the policy language; 2012-10-17 and 2008-10-17 are",
            ("Version",),
        ),
        (policy(S3, "s3:*"), "a statement is a JSON object", ("Statement", 1)),
        ({"Statement": "s3:*"}, "a statement is a JSON object", ("Statement",)),
    ],
)
def test_a_document_that_is_no_policy(document: object, message: str, route: Route) -> None:
    assert (message, route) == problem(document)


@pytest.mark.parametrize(
    ("change", "message", "route"),
    [
        ({"Actions": "s3:*"}, "a statement has no element 'Actions'", ("Actions",)),
        ({"Sid": 5}, "a Sid is a text", ("Sid",)),
        ({"Effect": "allow"}, "Effect is 'allow'; Allow and Deny are known", ("Effect",)),
        ({"Effect": ["Allow"]}, "Effect is ['Allow']; Allow and Deny are known", ("Effect",)),
        (
            {"NotAction": "s3:*"},
            "a statement has Action or NotAction, not both",
            ("NotAction",),
        ),
        (
            {"NotResource": "*"},
            "a statement has Resource or NotResource, not both",
            ("NotResource",),
        ),
        ({"Principal": "*"}, "an identity policy names no principal", ("Principal",)),
        (
            {"Action": []},
            "expected a text or several, found an empty list",
            ("Action",),
        ),
        ({"Action": 5}, "expected a text, found 5", ("Action",)),
        ({"Action": ["s3:*", None]}, "expected a text, found None", ("Action", 1)),
        (
            {"Action": "s3"},
            "'s3' is no action; an action is service:Name, or *",
            ("Action",),
        ),
        (
            {"Action": ["*", "s*:Get"]},
            "'s*:Get' is no action; an action is service:Name, or *",
            ("Action", 1),
        ),
        (
            {"Action": "s3:${aws:x}"},
            "'s3:${aws:x}' is no action; an action is service:Name, or *",
            ("Action",),
        ),
        (
            {"Resource": "bucket"},
            "'bucket' is no ARN; an ARN has six parts, separated by colons",
            ("Resource",),
        ),
        (
            {"Resource": ["*", "arn:aws:s3::bucket"]},
            "'arn:aws:s3::bucket' is no ARN; an ARN has six parts, separated by colons",
            ("Resource", 1),
        ),
        (
            {"Resource": ["arn:aws:s3:::${aws:username"]},
            "the variable in 'arn:aws:s3:::${aws:username' cannot be read",
            ("Resource", 0),
        ),
        ({"Resource": {}}, "expected a text, found {}", ("Resource",)),
        ({"Condition": []}, "a Condition is an object of operators", ("Condition",)),
        (
            {"Condition": {"StringIs": {}}},
            "there is no operator 'StringIs'",
            ("Condition", "StringIs"),
        ),
        (
            {"Condition": {"ForAllValues:Null": {}}},
            "there is no operator 'ForAllValues:Null'",
            ("Condition", "ForAllValues:Null"),
        ),
        (
            {"Condition": {"Bool": "true"}},
            "an operator has an object of keys",
            ("Condition", "Bool"),
        ),
    ],
)
def test_a_statement_that_iam_does_not_take(
    change: dict[str, Any], message: str, route: Route
) -> None:
    assert (message, ("Statement", 0, *route)) == problem(policy({**S3, **change}))
    assert (message, ("Statement", *route)) == problem(
        {"Version": "2012-10-17", "Statement": {**S3, **change}}
    )


@pytest.mark.parametrize(
    ("element", "message", "route"),
    [
        ("Effect", "the statement has no Effect; Allow and Deny are known", ("Effect",)),
        ("Action", "the statement has neither Action nor NotAction", ()),
        ("Resource", "the statement has neither Resource nor NotResource", ()),
    ],
)
def test_a_statement_that_lacks_something(element: str, message: str, route: Route) -> None:
    statement = {key: value for key, value in S3.items() if key != element}

    assert (message, ("Statement", 0, *route)) == problem(policy(statement))


@pytest.mark.parametrize(
    ("operator", "value", "message", "place"),
    [
        ("StringEquals", None, "expected a text, found None", ()),
        ("StringEquals", ["a", {}], "expected a text, found {}", (1,)),
        ("StringLike", "${aws}", "the variable in '${aws}' cannot be read", ()),
        ("ArnLike", "*", "'*' is no ARN, which ArnLike compares", ()),
        ("ArnEquals", ["arn:aws:s3::a"], "'arn:aws:s3::a' is no ARN, which ArnEquals compares", (0,)),
        ("Bool", "yes", "'yes' is neither true nor false", ()),
        ("Bool", "${aws:x}", "a variable stands under Bool; String and Arn operators take them", ()),
        ("NumericEqualsIfExists", "${aws:x}", "a variable stands under NumericEquals; String and Arn operators take them", ()),
        ("Null", ["true", False], "Null is compared with true or with false, not with both", ()),
        ("Null", [], "Null is compared with true or with false, not with nothing", ()),
        ("Null", "absent", "'absent' is neither true nor false", ()),
        ("NumericEquals", ["1", "one"], "'one' is no number", (1,)),
        ("NumericEquals", "1_000", "'1_000' is no number", ()),
        ("NumericEquals", " 5", "' 5' is no number", ()),
        ("NumericEquals", "NaN", "'NaN' is no number", ()),
        ("NumericEquals", "Infinity", "'Infinity' is no number", ()),
        ("NumericEquals", True, "'true' is no number", ()),
        ("DateEquals", "tomorrow", "'tomorrow' is no date", ()),
        ("DateEquals", "2026-02-30", "'2026-02-30' is no date", ()),
        ("DateEquals", "99999999999999", "'99999999999999' is no date", ()),
        ("DateEquals", "2026-01-02T03:04:05", "'2026-01-02T03:04:05' has no time zone", ()),
        ("BinaryEquals", "AAE", "'AAE' is not in base 64", ()),
        ("BinaryEquals", "é", "'é' is not in base 64", ()),
        ("IpAddress", "10.0.0", "'10.0.0' is no IP address and no network", ()),
        ("IpAddress", "10.0.0.0/33", "'10.0.0.0/33' is no IP address and no network", ()),
        ("IpAddress", "10.0.0.0/255.0.0.0", "'10.0.0.0/255.0.0.0' is no IP address and no network", ()),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_the_type_of_its_operator(
    operator: str, value: Any, message: str, place: Route
) -> None:
    document = policy({**S3, "Condition": {operator: {"aws:Key": value}}})

    assert (message, ("Statement", 0, "Condition", operator, "aws:Key", *place)) == problem(
        document
    )


def test_two_keys_that_differ_in_case_are_one_key_given_twice() -> None:
    conditions = {"StringEquals": {"aws:Key": "a", "AWS:key": "b"}}

    message = "'AWS:key' stands here twice: keys ignore case"
    route = ("Statement", 0, "Condition", "StringEquals", "AWS:key")
    assert (message, route) == problem(policy({**S3, "Condition": conditions}))


@pytest.mark.parametrize(
    ("change", "message", "route"),
    [
        (
            {"Principal": "sagemaker.amazonaws.com"},
            """a Principal is '*', or an object such as {"AWS": …}""",
            ("Principal",),
        ),
        (
            {"Principal": {"Role": "x"}},
            "'Role' is no kind of principal; AWS, Service, Federated, CanonicalUser are",
            ("Principal", "Role"),
        ),
        (
            {"Principal": {"AWS": ["*", "arn:aws:iam::111122223333:role/*"]}},
            "'arn:aws:iam::111122223333:role/*' matches a part of a name by a wildcard: IAM does not",
            ("Principal", "AWS", 1),
        ),
        (
            {"Principal": {"Service": "*"}},
            "'*' under Service: IAM takes it under AWS alone",
            ("Principal", "Service"),
        ),
        (
            {"Principal": {"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}},
            "a variable stands in 'arn:aws:iam::111122223333:user/${aws:username}': IAM takes none in a principal",
            ("Principal", "AWS"),
        ),
        (
            {"Principal": {"Service": []}},
            "expected a text or several, found an empty list",
            ("Principal", "Service"),
        ),
        (
            {"NotPrincipal": "*"},
            "a statement has Principal or NotPrincipal, not both",
            ("NotPrincipal",),
        ),
        (
            {"Resource": "*"},
            "a trust policy names no resource: it is the role itself",
            ("Resource",),
        ),
    ],
)
def test_a_trust_policy_that_iam_does_not_take(
    change: dict[str, Any], message: str, route: Route
) -> None:
    assert (message, ("Statement", 0, *route)) == problem(policy({**TRUST, **change}), "trust")


@pytest.mark.parametrize(
    ("kind", "effect"), [("trust", "Deny"), ("trust", "Allow"), ("resource", "Allow")]
)
def test_not_principal_is_for_deny_statements_of_resource_policies(kind: Kind, effect: str) -> None:
    """AWS: "NotPrincipal must be used with Effect: Deny", and not "in an IAM role trust policy"."""
    statement = {
        "Effect": effect,
        "NotPrincipal": {"AWS": "111122223333"},
        "Action": "s3:*",
        **({"Resource": "*"} if kind == "resource" else {}),
    }

    message = "NotPrincipal is for Deny statements of resource policies alone"
    assert (message, ("Statement", 0, "NotPrincipal")) == problem(policy(statement), kind)


def test_a_trust_or_resource_policy_names_principals() -> None:
    statement = {key: value for key, value in TRUST.items() if key != "Principal"}

    message = "the statement has neither Principal nor NotPrincipal"
    assert (message, ("Statement", 0)) == problem(policy(statement), "trust")
    assert (message, ("Statement", 0)) == problem(policy(S3), "resource")


def test_an_error_names_the_document_and_the_place() -> None:
    with pytest.raises(PolicyError) as caught:
        parse(policy(S3, {**S3, "Effect": "Maybe"}), name="mine.json")

    expected = "mine.json: Statement.1.Effect: Effect is 'Maybe'; Allow and Deny are known"
    assert str(caught.value) == expected
    assert caught.value.policy == "mine.json"


def problem(document: object, kind: Kind = "identity") -> tuple[str, Route]:
    with pytest.raises(PolicyError) as caught:
        parse(document, name="it", kind=kind)
    return caught.value.message, caught.value.route


# ----------------------------------------------------------------------------------------- real data


def test_every_managed_policy_of_aws_is_understood() -> None:
    parsed = [parse(document, name=name) for name, document in all_managed().items()]

    assert len(parsed) > 1_500
    for each in parsed:
        assert all(statement.resources for statement in each.statements)
