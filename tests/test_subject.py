"""The policies of a subject, for one launch."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.iam import document
from compiler.iam.evaluate import decide
from compiler.iam.request import Request
from compiler.intrinsics import ParameterError
from compiler.render import Launch
from compiler.subject import Held, SubjectError, launched
from tests import roles
from tests.roles import NOTHING, TRUST, allow, attached, parameter, subject, template

BUCKET = {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}
BODY = template(
    allow("Read", "s3:GetObject", BUCKET), Parameters={"Bucket": parameter("^[a-z]{3}$")}
)


def names(held: Held) -> list[str]:
    assert held.identity
    return [each.name for each in held.identity.statements]


def test_a_template_with_its_values() -> None:
    held = launched(subject(BODY), Launch(parameters={"Bucket": "abc"}), NOTHING)

    assert names(held) == ["Policy1.Read"]
    assert held.identity
    assert held.trust
    assert held.trust.statements[0].name == "trust.Service"
    for bucket, decision in (("abc", "allowed"), ("abd", "implicitly-denied")):
        request = Request(action="s3:GetObject", resource=f"arn:aws:s3:::{bucket}/x")
        assert decide(held.identity, request).decision == decision


def test_values_that_no_launch_takes() -> None:
    with pytest.raises(ParameterError, match="Bucket is 'A'"):
        launched(subject(BODY), Launch(parameters={"Bucket": "A"}), NOTHING)


def test_attached_policies_count() -> None:
    body = template(
        allow("Own", "s3:GetObject"),
        ManagedPolicyArns=[
            {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/Theirs"}
        ],
    )
    theirs = roles.document(allow("Theirs", "s3:PutObject"))

    held = launched(subject(body), Launch(), attached({"service-role/Theirs": theirs}))

    assert names(held) == ["Policy1.Own", "Theirs.Theirs"]


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:iam::aws:policy/Unknown", "there is no Unknown"),
        (
            "arn:aws:iam::111122223333:policy/ours",
            "role attaches arn:aws:iam::111122223333:policy/ours, whose document is not at hand: it is none of AWS's",
        ),
    ],
)
def test_a_policy_that_cannot_be_had(arn: str, message: str) -> None:
    with pytest.raises(SubjectError) as refused:
        launched(subject(template(ManagedPolicyArns=[arn])), Launch(), NOTHING)

    assert str(refused.value) == message


def test_a_boundary_bounds_where_its_document_is_given() -> None:
    body = template(allow("Own", "s3:*"), PermissionsBoundary="arn:aws:iam::111122223333:policy/b")
    bound = document.parse(roles.document(allow("Only", "s3:GetObject")), name="b")

    without = launched(subject(body), Launch(), NOTHING)
    bounded = launched(subject(body), Launch(), NOTHING, bound)

    assert without.notes == (
        "the permissions boundary arn:aws:iam::111122223333:policy/b is not looked at: it can only take away",
    )
    assert bounded.notes == ()
    request = Request(action="s3:PutObject", resource="arn:aws:s3:::a/b")
    assert without.identity
    assert bounded.identity
    assert decide(without.identity, request).decision == "allowed"
    assert decide(bounded.identity, request).decision == "implicitly-denied"


def test_the_tags_of_the_role() -> None:
    body = template(Tags=[{"Key": "team", "Value": {"Ref": "AWS::Region"}}])

    assert launched(subject(body), Launch(region="eu-west-1"), NOTHING).tags == {
        "team": "eu-west-1"
    }
    assert launched(subject(roles.document()), Launch(), NOTHING).tags == {}


def test_a_policy_document_is_what_it_is() -> None:
    held = launched(subject(roles.document(allow("A", "s3:*")), "p.json"), Launch(), NOTHING)

    assert names(held) == ["p.json.A"]
    assert held.trust is None


def test_a_trust_policy_is_told_by_its_principals() -> None:
    held = launched(subject(TRUST, "t.json"), Launch(), NOTHING)

    assert held.identity is None
    assert held.trust
    assert held.trust.policies[0].kind == "trust"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            roles.document(allow("A", "nonsense")),
            "p.json: Statement.0.Action: 'nonsense' is no action; an action is service:Name, or *",
        ),
        (
            roles.document({**allow("A", "s3:*"), "Principal": "*"}),
            "p.json: Statement.0.Principal: an identity policy names no principal",
        ),
        ({"Statement": "x"}, "p.json: Statement: a statement is a JSON object"),
    ],
)
def test_what_is_no_policy(body: Any, message: str) -> None:
    with pytest.raises(SubjectError) as refused:
        launched(subject(body, "p.json"), Launch(), NOTHING)

    assert str(refused.value) == message


def test_a_template_that_cannot_be_rendered() -> None:
    body = template(allow("A", "s3:GetObject", {"Fn::Base64": "x"}))

    with pytest.raises(
        SubjectError, match=r"role cannot be rendered: .*Fn::Base64 is not known here"
    ):
        launched(subject(body), Launch(), NOTHING)


def test_a_domain_gives_nobody_permissions() -> None:
    body = {"Metadata": {"personac": {"kind": "domain"}}, "Resources": {}}

    with pytest.raises(SubjectError) as refused:
        launched(subject(body), Launch(), NOTHING)

    assert str(refused.value) == "role makes a Studio domain, and no role or policy"
