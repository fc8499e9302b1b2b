"""compiler.iam.evaluate: who is allowed what by which statements, and what is refused.

tests/iam/test_evaluate_law.py compares with a second reading of the documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.iam.document import Principal
from compiler.iam.evaluate import Answer, Evaluator, HoleError, decide
from compiler.iam.request import Access, Request, RequestError
from compiler.iam.text import hole
from tests.catalog.launches import RIGHT, arn, policies
from tests.iam.asking import ALLOWED, BUCKET, EXPLICIT, IMPLICIT, access, allow, ask, deny, policy

if TYPE_CHECKING:
    from compiler.iam.request import Context, Decision

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/analyst"
SAGEMAKER = Principal("Service", "sagemaker.amazonaws.com")


# ---------------------------------------------------------------------------- allow, deny, neither


def test_explicit_deny_wins_and_the_default_is_deny() -> None:
    assert ask(allow("s3:*")) == ALLOWED
    assert ask(allow("s3:*"), deny("s3:Get*")) == EXPLICIT
    assert ask(deny("s3:Get*"), allow("s3:*")) == EXPLICIT
    assert ask(deny("s3:Put*")) == IMPLICIT
    assert decide(access(), Request(action="s3:GetObject")) == Answer(decision=IMPLICIT)


def test_names_of_actions_ignore_case_and_resources_do_not() -> None:
    assert ask(allow("S3:getOBJECT"), action="s3:GetObject") == ALLOWED
    assert ask(allow("s3:GetObject"), action="S3:GETOBJECT") == ALLOWED
    assert ask(allow(resources=BUCKET), resource=BUCKET) == ALLOWED
    assert ask(allow(resources=BUCKET), resource="arn:aws:s3:::Bucket") == IMPLICIT


def test_not_action_and_not_resource_invert() -> None:
    others = {"Effect": "Allow", "NotAction": ["iam:*", "s3:Put*"], "Resource": "*"}
    assert ask(others, action="s3:GetObject") == ALLOWED
    assert ask(others, action="s3:PutObject") == IMPLICIT
    assert ask(others, action="unheard:OfAction") == ALLOWED

    elsewhere = {"Effect": "Deny", "Action": "*", "NotResource": [BUCKET, f"{BUCKET}/*"]}
    assert ask(allow(), elsewhere, resource=f"{BUCKET}/a") == ALLOWED
    assert ask(allow(), elsewhere, resource="*") == EXPLICIT
    assert ask({"Effect": "Allow", "Action": "*", "NotResource": "*"}, resource=BUCKET) == IMPLICIT


# --------------------------------------------------------------------- boundaries, and who decided


def test_a_boundary_and_the_policies_must_both_allow() -> None:
    held = access(policy(allow("s3:*")), boundary=policy(allow(["s3:Get*", "iam:*"])))
    evaluator = Evaluator(held)

    both = evaluator.decide(Request(action="s3:GetObject"))
    policies_alone = evaluator.decide(Request(action="s3:PutObject"))
    boundary_alone = evaluator.decide(Request(action="iam:GetRole"))

    assert both == Answer(decision=ALLOWED, statements=(*held.statements, *held.bounds))
    assert policies_alone == Answer(decision=IMPLICIT, withheld=held.statements)
    assert boundary_alone == Answer(decision=IMPLICIT)


def test_an_explicit_deny_of_policies_or_boundary_wins() -> None:
    held = access(policy(allow(), deny("s3:Get*")), boundary=policy(allow(), deny("s3:*Object")))
    evaluator = Evaluator(held)

    both = evaluator.decide(Request(action="s3:GetObject"))
    boundary_alone = evaluator.decide(Request(action="s3:PutObject"))

    assert both == Answer(decision=EXPLICIT, statements=(held.statements[1], held.bounds[1]))
    assert boundary_alone == Answer(decision=EXPLICIT, statements=(held.bounds[1],))


def test_a_boundary_without_policies_allows_nothing() -> None:
    """An empty boundary is not the same as none."""
    empty = Access(policies=access(policy(allow())).policies, boundary=())

    answer = decide(empty, Request(action="s3:GetObject"))

    assert answer == Answer(decision=IMPLICIT, withheld=empty.statements)


def test_the_statements_that_decided_stand_in_their_order() -> None:
    held = access(
        policy(allow("s3:*", Sid="One"), allow("iam:*", Sid="Two")),
        policy(allow(Sid="Three"), deny("iam:Create*", Sid="Four")),
    )
    evaluator = Evaluator(held)

    assert [each.sid for each in evaluator.decide(Request(action="s3:GetObject")).statements] == [
        "One",
        "Three",
    ]
    assert [each.sid for each in evaluator.decide(Request(action="iam:CreateUser")).statements] == [
        "Four"
    ]


# ------------------------------------------------------------------------- trust, and resources


def trusts(
    named: Any, asking: Principal, context: Context | None = None, **others: Any
) -> Decision:
    statement = {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole", **others}
    request = Request(action="sts:AssumeRole", principal=asking, context=context or {})
    return decide(access(policy(statement), kind="trust"), request).decision


@pytest.mark.parametrize(
    ("named", "asking", "expected"),
    [
        ("*", Principal("AWS", ROLE), ALLOWED),
        ("*", SAGEMAKER, ALLOWED),
        ({"AWS": "*"}, Principal("Federated", "cognito-identity.amazonaws.com"), ALLOWED),
        ({"AWS": ACCOUNT}, Principal("AWS", ROLE), ALLOWED),
        ({"AWS": ACCOUNT}, Principal("AWS", ACCOUNT), ALLOWED),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Principal("AWS", f"arn:aws:iam::{ACCOUNT}:user/ada"), ALLOWED),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Principal("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"), ALLOWED),
        ({"AWS": "444455556666"}, Principal("AWS", ROLE), IMPLICIT),
        ({"AWS": ACCOUNT}, Principal("AWS", f"arn:aws:iam::444455556666:role/{ACCOUNT}"), IMPLICIT),
        ({"AWS": ACCOUNT}, SAGEMAKER, IMPLICIT),
        ({"AWS": ROLE}, Principal("AWS", ROLE), ALLOWED),
        ({"AWS": ROLE}, Principal("AWS", f"{ROLE}s"), IMPLICIT),
        ({"AWS": ROLE}, Principal("AWS", ROLE.upper()), IMPLICIT),
        ({"Service": "sagemaker.amazonaws.com"}, SAGEMAKER, ALLOWED),
        ({"Service": ["ec2.amazonaws.com", "sagemaker.amazonaws.com"]}, SAGEMAKER, ALLOWED),
        ({"Service": "sagemaker.amazonaws.com"}, Principal("AWS", "sagemaker.amazonaws.com"), IMPLICIT),
        ({"Federated": "x", "AWS": ACCOUNT}, Principal("Federated", "x"), ALLOWED),
        ({"Federated": ACCOUNT}, Principal("AWS", ROLE), IMPLICIT),
        ({"CanonicalUser": "a1"}, Principal("CanonicalUser", "a1"), ALLOWED),
    ],
)  # fmt: skip
def test_whom_a_trust_policy_names(named: Any, asking: Principal, expected: Decision) -> None:
    assert expected == trusts(named, asking)


def test_a_trust_policy_has_conditions_and_looks_at_no_resource() -> None:
    account = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    named = {"Service": SAGEMAKER.name}

    assert trusts(named, SAGEMAKER, {"aws:SourceAccount": ACCOUNT}, Condition=account) == ALLOWED
    assert trusts(named, SAGEMAKER, {}, Condition=account) == IMPLICIT


def test_a_resource_policy_names_principals_and_resources() -> None:
    reading = {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "s3:*",
        "Resource": f"{BUCKET}/*",
    }
    others = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": [ROLE, ACCOUNT], "Service": SAGEMAKER.name},
        "Action": "s3:Put*",
        "Resource": f"{BUCKET}/*",
    }
    evaluator = Evaluator(access(policy(reading, others), kind="resource"))

    def asked(action: str, who: Principal, resource: str = f"{BUCKET}/a") -> Decision:
        request = Request(action=action, resource=resource, principal=who)
        return evaluator.decide(request).decision

    assert asked("s3:GetObject", Principal("AWS", ROLE)) == ALLOWED
    assert asked("s3:GetObject", Principal("AWS", ROLE), BUCKET) == IMPLICIT
    assert asked("s3:PutObject", Principal("AWS", ROLE)) == ALLOWED
    assert asked("s3:PutObject", SAGEMAKER) == IMPLICIT
    assert asked("s3:PutObject", Principal("AWS", "arn:aws:iam::444455556666:user/x")) == EXPLICIT
    assert asked("s3:PutObject", Principal("Service", "ec2.amazonaws.com")) == EXPLICIT


# ---------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "action", ["*", "s3:*", "s3:Get?", "GetObject", "s3:", ":Get", "a:b:c", ""]
)
def test_a_request_without_an_action_is_an_error(action: str) -> None:
    with pytest.raises(RequestError) as caught:
        ask(allow(), action=action)

    expected = f"'{action}' is no action; an action is service:Name, without wildcards"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (
            {"aws:Key": "a", "AWS:key": "a"},
            "AWS:key stands in the context twice: keys ignore case",
        ),
        (
            {"aws:Key": [], "AWS:key": "a"},
            "AWS:key stands in the context twice: keys ignore case",
        ),
        ({"aws:Other": ""}, "aws:Other has an empty text, which no key of a request has"),
        ({"aws:Other": ["a", ""]}, "aws:Other has an empty text, which no key of a request has"),
    ],
)
def test_a_context_that_no_request_has(context: Context, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        ask(deny(), context=context)

    assert message == str(caught.value)


def test_a_principal_belongs_to_policies_that_name_some() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}

    with pytest.raises(
        RequestError, match="the policies name principals, and the request has none"
    ):
        decide(access(policy(trust), kind="trust"), Request(action="sts:AssumeRole"))
    with pytest.raises(
        RequestError, match="the policies name no principals, and the request has one"
    ):
        decide(access(policy(allow())), Request(action="s3:GetObject", principal=SAGEMAKER))
    nobody = decide(access(), Request(action="s3:GetObject", principal=SAGEMAKER))
    assert nobody.decision == IMPLICIT


def test_policies_that_do_not_decide_together() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    trusting = access(policy(trust), kind="trust").policies
    held = access(policy(allow()))

    for mixed in (
        Access(policies=(*held.policies, *trusting)),
        Access(policies=trusting, boundary=held.policies),
        Access(policies=held.policies, boundary=trusting),
    ):
        with pytest.raises(ValueError, match="do not decide together"):
            Evaluator(mixed)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            allow(resources=f"{BUCKET}-{hole('Bucket')}/*"),
            ".0: 'arn:aws:s3:::bucket-${Bucket}/*' cannot be compared while Bucket has no value",
        ),
        (
            deny(Sid="Key", Condition={"StringEquals": {"aws:Key": hole("Key")}}),
            ".Key: '${Key}' cannot be compared while Key has no value",
        ),
    ],
)
def test_a_launch_parameter_without_a_value_cannot_be_compared(
    statement: dict[str, Any], message: str
) -> None:
    for held, name in (
        (access(policy(statement)), "p0"),
        (access(policy(allow()), boundary=policy(statement)), "boundary"),
    ):
        with pytest.raises(HoleError) as caught:
            Evaluator(held)

        assert f"{name}{message}" == str(caught.value)


def test_a_principal_that_is_a_launch_parameter_cannot_be_compared() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": hole("Account")}, "Action": "sts:AssumeRole"}

    with pytest.raises(HoleError, match="cannot be compared while Account has no value"):
        Evaluator(access(policy(trust), kind="trust"))


# ------------------------------------------------------------------------------------ one of ours


def test_what_the_data_scientist_may_do_with_both_controls_on() -> None:
    evaluator = Evaluator(access(*policies("data-scientist", ("network", "encryption"))))
    job = arn("training-job/fraud")

    def asked(context: Context, resource: str = job) -> Answer:
        request = Request(action="sagemaker:CreateTrainingJob", resource=resource, context=context)
        return evaluator.decide(request)

    assert asked(RIGHT).decision == ALLOWED
    assert asked(RIGHT, arn("model/fraud")).decision == IMPLICIT
    assert asked({**RIGHT, "sagemaker:VpcSubnets": ["subnet-0"]}).decision == EXPLICIT
    lacking = asked({key: value for key, value in RIGHT.items() if key != "sagemaker:VpcSubnets"})
    assert [each.sid for each in lacking.statements] == ["NetworkVpcSubnetsAbsent"]
