"""Requests, as people write them."""

from __future__ import annotations

import pytest

from compiler.diagnostic import settle
from compiler.iam.document import Principal
from compiler.iam.request import Request
from compiler.requests import Doubt, Question, WrittenError, context, doubts, principal, questions
from tests.small import report

FILE = "requests.yaml"


def read(text: str) -> tuple[Question, ...]:
    found, _, diagnostics = questions(FILE, text.encode())
    assert not diagnostics
    return found


def told(text: str) -> str:
    found, source, diagnostics = questions(FILE, text.encode())
    if any(each.severity == "error" for each in diagnostics):
        assert found == ()
    return report(settle(diagnostics, {FILE: source} if source else {}))


def test_an_entry_with_everything() -> None:
    (found,) = read(
        """\
- action: sagemaker:CreateTrainingJob
  resource: arn:aws:sagemaker:eu-west-1:111122223333:training-job/a
  context:
    sagemaker:VpcSubnets: [subnet-1]
    aws:SecureTransport: true
    aws:EpochTime: 17
  parameters: {Buckets: [a, b], Account: "1"}
  expected: denied
"""
    )

    assert found.request == Request(
        action="sagemaker:CreateTrainingJob",
        resource="arn:aws:sagemaker:eu-west-1:111122223333:training-job/a",
        context={
            "sagemaker:VpcSubnets": ("subnet-1",),
            "aws:SecureTransport": "true",
            "aws:EpochTime": "17",
        },
    )
    assert found.parameters == {"Buckets": "a,b", "Account": "1"}
    assert found.expected == "denied"


def test_an_entry_with_the_least() -> None:
    (found,) = read("- action: s3:ListAllMyBuckets\n")

    assert found.request == Request(action="s3:ListAllMyBuckets", resource="*", context={})
    assert (found.parameters, found.expected) == ({}, None)


def test_json_is_yaml() -> None:
    text = '[{"action": "sts:AssumeRole", "principal": "Service:a.amazonaws.com"}]'

    assert read(text)[0].request.principal == Principal("Service", "a.amazonaws.com")


def test_an_entry_with_parameters_alone_is_the_launch_of_those_that_follow() -> None:
    found = read(
        """\
- {action: s3:ListAllMyBuckets}
- parameters: {Buckets: [a, b], Subnets: subnet-1}
- {action: s3:ListAllMyBuckets}
- {action: s3:ListAllMyBuckets, parameters: {Buckets: c}}
- {action: s3:ListAllMyBuckets, parameters: {Subnets: ""}}
- {action: s3:ListAllMyBuckets}
- parameters: {Buckets: d}
- {action: s3:ListAllMyBuckets}
"""
    )

    assert [each.parameters for each in found] == [
        {},
        {"Buckets": "a,b", "Subnets": "subnet-1"},
        {"Buckets": "c", "Subnets": "subnet-1"},
        {"Buckets": "a,b", "Subnets": ""},
        {"Buckets": "a,b", "Subnets": "subnet-1"},
        {"Buckets": "d"},
    ]
    at = [each.launch_place for each in found]
    assert [each and each.route for each in at] == [
        None,
        (1, "parameters"),
        (3, "parameters"),
        (4, "parameters"),
        (1, "parameters"),
        (6, "parameters"),
    ]


def test_a_launch_that_no_request_follows_is_told() -> None:
    text = """\
- parameters: {Buckets: a}
- parameters: {Buckets: b}
- {action: s3:ListAllMyBuckets}
- parameters: {Buckets: c}
"""
    found, _, _ = questions(FILE, text.encode())

    assert [each.parameters for each in found] == [{"Buckets": "b"}]
    assert told(text) == (
        """\
warning[unused-launch]: no request follows this launch: it is not looked at
 --> requests.yaml:1:3
  |
1 | - parameters: {Buckets: a}
  |   ^^^^^^^^^^

warning[unused-launch]: no request follows this launch: it is not looked at
 --> requests.yaml:4:3
  |
4 | - parameters: {Buckets: c}
  |   ^^^^^^^^^^
"""
    )


def test_an_action_that_is_missing_beside_parameters() -> None:
    assert told("- {parameters: {Buckets: a}, expected: allowed}\n") == (
        """\
error[missing-key]: the key 'action' is missing
 --> requests.yaml:1:3
  |
1 | - {parameters: {Buckets: a}, expected: allowed}
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: an entry without an action holds parameters alone: the launch of those that follow
"""
    )


def test_all_mistakes_come_in_one_run() -> None:
    assert told(
        """\
- acton: s3:GetObject
- {action: "s3:*", principal: me}
- action: s3:GetObject
  resource: arn:aws:s3:::a/b
  context: {aws:SourceVpc: a, AWS:sourcevpc: b}
  expected: yes
- {action: s3:GetObject, resource: a, resource: b}
"""
    ) == (
        """\
error[unknown-key]: unknown key 'acton'; allowed are action, resource, context, parameters, principal, expected
 --> requests.yaml:1:3
  |
1 | - acton: s3:GetObject
  |   ^^^^^
  = hint: did you mean 'action'?

error[missing-key]: the key 'action' is missing
 --> requests.yaml:1:3
  |
1 | - acton: s3:GetObject
  |   ^^^^^^^^^^^^^^^^^^^

error[wrong-value]: 's3:*' is not of the form [A-Za-z0-9-]+:[A-Za-z0-9_-]+
 --> requests.yaml:2:12
  |
2 | - {action: "s3:*", principal: me}
  |            ^^^^^^

error[wrong-value]: 'me' is no principal; it is KIND:NAME, and kinds are AWS, Service, Federated, CanonicalUser
 --> requests.yaml:2:31
  |
2 | - {action: "s3:*", principal: me}
  |                               ^^

error[duplicate-key]: the key 'AWS:sourcevpc' stands here twice: condition keys ignore case
 --> requests.yaml:5:31
  |
5 |   context: {aws:SourceVpc: a, AWS:sourcevpc: b}
  |                               ^^^^^^^^^^^^^

error[wrong-value]: 'yes' is not allowed; allowed are 'allowed', 'denied', 'implicitly-denied' or 'explicitly-denied'
 --> requests.yaml:6:13
  |
6 |   expected: yes
  |             ^^^

error[wrong-value]: 'a' is no resource; it is an ARN, or * for an action that takes none
 --> requests.yaml:7:36
  |
7 | - {action: s3:GetObject, resource: a, resource: b}
  |                                    ^

error[duplicate-key]: the key 'resource' stands here twice
 --> requests.yaml:7:39
  |
7 | - {action: s3:GetObject, resource: a, resource: b}
  |                                       ^^^^^^^^
 ::: requests.yaml:7:26
  |
7 | - {action: s3:GetObject, resource: a, resource: b}
  |                          -------- first defined here
"""
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "error[empty-file]"),
        ("action: s3:GetObject\n", "error[wrong-type]: a file of requests is a list"),
        ("- [\n", "error[yaml-syntax]"),
        ("- action: &a s3:GetObject\n", "error[anchor]"),
        ("[]\n", "error[no-requests]: the file asks nothing: none of its entries has an action"),
        ("- parameters: {A: b}\n- parameters: {A: c}\n", "error[no-requests]"),
        ("- 7\n", "error[wrong-type]: expected a mapping, found the integer 7"),
        ("- {action: s3:GetObject, context: 7}\n", "error[wrong-type]"),
        ("- {}\n", "error[missing-key]: the key 'action' is missing"),
        ("- parameters: 7\n", "error[wrong-type]: expected a mapping, found the integer 7"),
        ("- {action: s3:GetObject, context: {aws:SourceVpc: ''}}\n", "error[wrong-value]"),
    ],
)
def test_files_that_are_none(text: str, message: str) -> None:
    assert told(text).startswith(message)


def test_what_no_documentation_names_is_a_warning() -> None:
    assert told("- {action: s3:GetObjekt, context: {aws:SourceVpcc: x}}\n") == (
        """\
warning[unknown-action]: AWS documents no action 's3:GetObjekt'
 --> requests.yaml:1:12
  |
1 | - {action: s3:GetObjekt, context: {aws:SourceVpcc: x}}
  |            ^^^^^^^^^^^^
  = hint: did you mean 's3:GetObject'?

warning[unknown-condition-key]: AWS documents no condition key 'aws:SourceVpcc'
 --> requests.yaml:1:36
  |
1 | - {action: s3:GetObjekt, context: {aws:SourceVpcc: x}}
  |                                    ^^^^^^^^^^^^^^
  = hint: did you mean 'aws:SourceVpc'?
"""
    )


def test_doubts() -> None:
    assert list(doubts(Request(action="sagemakr:Get"))) == [
        Doubt(
            kind="unknown-action",
            message="AWS documents no service 'sagemakr'",
            hint="did you mean 'sagemaker'?",
        )
    ]
    assert list(doubts(Request(action="iam:PassRole"))) == [
        Doubt(
            kind="missing-resource",
            message="iam:PassRole is about a resource, and the request names none",
            hint="name the ARN of its role",
        )
    ]
    assert list(doubts(Request(action="s3:GetObject", resource="arn:aws:s3:::a/*"))) == [
        Doubt(
            kind="wildcard-resource",
            message="a request is about one resource: a wildcard in it stands for itself",
            hint="personac diff tells what is allowed on all that a pattern names",
        )
    ]
    assert not list(doubts(Request(action="S3:listallmybuckets", context={"aws:username": "a"})))


def test_context_pairs() -> None:
    pairs = ["aws:SourceVpc=a=b,c", 'aws:TagKeys=["a","b"]', "aws:PrincipalTag/team=x"]

    assert context(pairs) == {
        "aws:SourceVpc": "a=b,c",
        "aws:TagKeys": ("a", "b"),
        "aws:PrincipalTag/team": "x",
    }


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["a"], "takes KEY=VALUE, not 'a'"),
        (["=a"], "takes KEY=VALUE, not '=a'"),
        (["aws:x="], "gives aws:x no value: no key of a request has an empty one"),
        (
            ["aws:x=1", "AWS:X=2"],
            """names AWS:X twice; several values are written as a list: 'AWS:X=["…","…"]'""",
        ),
        (["aws:x=[1]"], "gives aws:x a list of something else than texts"),
        (['aws:x=[""]'], "gives aws:x a list of something else than texts"),
    ],
)
def test_context_pairs_that_are_none(pairs: list[str], message: str) -> None:
    with pytest.raises(WrittenError) as refused:
        context(pairs)

    assert str(refused.value) == message


def test_a_list_that_is_not_json() -> None:
    with pytest.raises(WrittenError, match="gives aws:x a list that is not JSON: "):
        context(["aws:x=[a]"])


@pytest.mark.parametrize("written", ["me", "Service:", "service:x", ":x"])
def test_principals_that_are_none(written: str) -> None:
    with pytest.raises(WrittenError, match=f"'{written}' is no principal"):
        principal(written)
