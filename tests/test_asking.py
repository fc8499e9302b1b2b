"""Questions to one subject, under as many launches as they are about."""

from __future__ import annotations

import pytest

from compiler.asking import Asking, UnanswerableError
from compiler.iam.document import Principal
from compiler.iam.request import Request
from compiler.render import Launch
from compiler.requests import Question, questions
from compiler.subject import SubjectError
from tests.roles import NOTHING, allow, document, parameter, subject, template

READ = Request(action="s3:GetObject", resource="arn:aws:s3:::one/a")
ROLE = subject(
    template(
        allow("Read", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}),
        Parameters={"Bucket": parameter("^[a-z]+$")},
    )
)
ASKING = Asking(ROLE, Launch(parameters={"Bucket": "two"}, account="111122223333"), NOTHING)


def test_the_parameters_of_a_question_go_over_those_of_all() -> None:
    decided = [
        ASKING.view(Question(request=READ, parameters=parameters))["decision"]
        for parameters in ({}, {"Bucket": "one"}, {})
    ]

    assert decided == ["implicitly-denied", "allowed", "implicitly-denied"]


def test_with_a_principal_the_trust_policy_is_asked() -> None:
    for service, decision in (("sagemaker", "allowed"), ("lambda", "implicitly-denied")):
        principal = Principal("Service", f"{service}.amazonaws.com")
        request = Request(action="sts:AssumeRole", principal=principal)

        assert ASKING.view(Question(request=request))["decision"] == decision


def test_what_stands_in_a_file_is_told_with_its_line() -> None:
    text = '- parameters: {Bucket: one}\n- {action: s3:GetObject, resource: "arn:aws:s3:::one/a"}\n'
    (asked,), source, _ = questions("table.yaml", text.encode())

    view = ASKING.view(asked, source)

    assert (view["decision"], view["place"]) == ("allowed", "table.yaml:2")
    assert ASKING.view(asked)["place"] is None


def test_a_launch_that_cannot_be() -> None:
    with pytest.raises(UnanswerableError) as refused:
        ASKING.view(Question(request=READ, parameters={"Bucket": "1"}))

    assert refused.value.of_launch
    assert refused.value.lines[0] == "role cannot be launched so:"
    assert refused.value.lines[1].startswith("Bucket is '1'")


def test_a_request_that_cannot_be_decided() -> None:
    policy = subject(
        document(allow("Read", "s3:*", Condition={"NumericLessThan": {"s3:max-keys": "10"}}))
    )
    request = Request(
        action="s3:ListBucket", resource="arn:aws:s3:::a", context={"s3:max-keys": "x"}
    )

    with pytest.raises(UnanswerableError) as refused:
        Asking(policy, Launch(account="111122223333"), NOTHING).view(Question(request=request))

    assert not refused.value.of_launch


def test_a_subject_that_cannot_be_read() -> None:
    asking = Asking(
        subject(
            template(allow("Read", "s3:GetObject"), ManagedPolicyArns=["arn:aws:iam::aws:policy/A"])
        ),
        Launch(account="111122223333"),
        NOTHING,
    )

    with pytest.raises(SubjectError, match="there is no A"):
        asking.view(Question(request=READ))
