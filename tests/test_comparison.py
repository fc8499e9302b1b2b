"""Two subjects, compared case by case, by the real search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.cases import cases
from compiler.comparison import Comparison, compare, level
from compiler.iam.escalation import danger
from compiler.iam.evaluate import decide
from compiler.iam.replay import with_values
from compiler.render import Launch
from tests.roles import (
    NOTHING,
    TRUST,
    Json,
    allow,
    deny,
    document,
    given,
    parameter,
    subject,
    template,
    when,
)

if TYPE_CHECKING:
    import pytest

    from compiler.comparison import Found


def of(old: Json, new: Json, **fixed: str) -> Comparison:
    one, other = (cases(subject(body, name), fixed, Launch(), NOTHING)
                  for name, body in (("old", old), ("new", new)))  # fmt: skip
    return compare(one, other)


def told(found: tuple[Found, ...]) -> list[tuple[Any, ...]]:
    return [(each.part, each.allowing.sid, list(each.actions), list(each.cases)) for each in found]


OPTIONAL = template(
    allow("Always", "s3:GetObject"),
    when("Vpc", deny("Vpc", "s3:GetObject", Condition={"StringNotEquals": {"aws:SourceVpc": {"Ref": "Id"}}})),
    Parameters={"Id": parameter("^(vpc-[0-9]{2})?$", Default="")},
    Conditions={"Vpc": given("Id")},
)  # fmt: skip
PLAIN = template(allow("Always", "s3:GetObject"))


def test_equal() -> None:
    found = of(OPTIONAL, OPTIONAL)

    assert found.verdict == "equal"
    assert (found.gained, found.lost, found.unknown, found.parameters) == ((), (), (), ())
    assert [each.label for each in found.pairs] == ["options off", "vpc"]


def test_gained_and_lost_with_witnesses_that_replay() -> None:
    old = document(allow("Get", "s3:GetObject"), allow("Put", "s3:PutObject", "arn:aws:s3:::a/*"))
    new = document(allow("Get", "s3:GetObject"), allow("Pass", "iam:PassRole"))

    found = of(old, new)

    assert found.verdict == "changed"
    assert told(found.gained) == [("identity", "Pass", ["iam:PassRole"], ["always"])]
    assert told(found.lost) == [("identity", "Put", ["s3:PutObject"], ["always"])]
    for several, allowing, other in (
        (found.gained, found.new, found.old),
        (found.lost, found.old, found.new),
    ):
        for each in several:
            for witness in each.witnesses:
                first, second = allowing.cases[0].identity, other.cases[0].identity
                assert first
                assert second
                assert (
                    decide(with_values(first, witness.parameters), witness.request).decision
                    == "allowed"
                )
                assert (
                    decide(with_values(second, witness.parameters), witness.request).decision
                    != "allowed"
                )


def test_what_holds_in_every_case_is_told_once() -> None:
    more = {**OPTIONAL, "Resources": {**OPTIONAL["Resources"]}}
    more["Resources"]["Policy2"] = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": document(allow("More", "iam:CreateUser"))},
    }

    assert told(of(OPTIONAL, more).gained) == [
        ("identity", "More", ["iam:CreateUser"], ["options off", "vpc"])
    ]


def test_a_case_that_one_side_lacks_is_compared_with_the_nearest() -> None:
    found = of(PLAIN, OPTIONAL)

    assert [(each.label, each.old, each.new) for each in found.pairs] == [
        ("options off", "always", "options off"),
        ("vpc", "always", "vpc"),
    ]
    assert told(found.lost) == [("identity", "Always", ["s3:GetObject"], ["vpc"])]
    assert found.gained == ()
    assert [(each.name, each.change) for each in found.parameters] == [("Id", "added")]
    assert found.verdict == "narrower"
    assert [(each.label, each.old, each.new) for each in of(OPTIONAL, PLAIN).pairs] == [
        ("options off", "options off", "always"),
        ("vpc", "vpc", "always"),
    ]


def test_parameters_of_one_name_are_one_hole() -> None:
    def role(form: str, action: str = "s3:GetObject") -> Json:
        return template(
            allow("Read", action, {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}),
            Parameters={"Bucket": parameter(form)},
        )

    wider = of(role("^[a-z]{3}$"), role("^[a-z]{3,4}$"))
    assert (wider.gained, wider.lost, wider.verdict) == ((), (), "wider")
    assert [(each.change, each.gained) for each in wider.parameters] == [("wider", "aaaa")]
    assert of(role("^[a-z]{3}$"), role("^[a-z]{3}$")).verdict == "equal"
    assert of(role("^[a-z]{3}$"), role("^[a-z]{3,4}$"), Bucket="abc").verdict == "equal"
    gained = of(role("^[a-z]{3}$"), role("^[a-z]{3}$", "s3:*")).gained
    assert all(each.witnesses[0].parameters["Bucket"] for each in gained)


def test_the_trust_policy_is_compared_too() -> None:
    open_to_all = {**TRUST["Statement"][0], "Principal": {"AWS": "111122223333"}, "Sid": "Open"}
    new = template(allow("Always", "s3:GetObject"))
    new["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"] = document(
        TRUST["Statement"][0], open_to_all
    )

    found = of(PLAIN, new)

    assert told(found.gained) == [("trust", "Open", ["sts:AssumeRole"], ["always"])]
    principal = found.gained[0].witnesses[0].request.principal
    assert principal
    assert principal.kind == "AWS"


def test_what_is_not_compared_is_said() -> None:
    found = of(document(allow("Always", "s3:GetObject")), PLAIN)

    assert found.verdict == "equal"
    assert found.notes == ("old has no trust policy: that of new is not compared",)


def test_a_boundary_that_is_not_at_hand_is_never_equal_to_another() -> None:
    one, other = (
        template(
            allow("Always", "s3:GetObject"),
            PermissionsBoundary=f"arn:aws:iam::111122223333:policy/{name}",
        )
        for name in ("a", "b")
    )

    assert of(one, one).verdict == "equal"
    found = of(PLAIN, one)
    assert found.verdict == "unknown"
    assert found.unread == (
        "the permissions boundaries differ, and only AWS has them:"
        " old has none; new has arn:aws:iam::111122223333:policy/a"
    )
    assert of(one, other).verdict == "unknown"


def test_combinations_left_out_are_never_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.cases.MOST_CASES", 1)

    found = of(OPTIONAL, OPTIONAL)

    assert found.verdict == "unknown"
    assert found.left_out[0] == "old: it has more than 1 combinations of options"


def test_the_most_dangerous_first() -> None:
    actions = [
        "iam:PutRolePolicy",
        "iam:PassRole",
        "sagemaker:CreateTrainingJob",
        "kms:CreateGrant",
        "s3:PutObject",
        "sagemaker:AddTags",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:Unmade",
    ]

    assert sorted(set(actions), key=danger) == actions
    assert [level(each) for each in actions[3:]] == [
        "Permissions management",
        "Write",
        "Tagging",
        "Read",
        "List",
        "Not made yet",
    ]


def test_findings_are_in_that_order() -> None:
    new = document(
        allow("Read", "s3:GetObject"),
        allow("Write", "s3:PutObject"),
        allow("Job", "sagemaker:CreateTrainingJob"),
        allow("Grant", "iam:AttachUserPolicy"),
    )
    old = document(allow("None", "sqs:SendMessage"), allow("Else", "s3:ListBucket"))

    assert [each.allowing.sid for each in of(old, new).gained] == ["Grant", "Job", "Write", "Read"]


def test_cases_with_the_same_options_on_are_matched_by_what_they_give() -> None:
    def body(text: str) -> Json:
        return template(
            when("Some", allow("Some", "s3:GetObject", {"Fn::Sub": f"arn:aws:s3:::files/{text}"})),
            allow("List", "s3:ListAllMyBuckets"),
            Parameters={each: parameter(f"^({each.lower()})?$", Default="") for each in "AB"},
            Conditions={"Some": {"Fn::Or": [given("A"), given("B")]}},
        )

    assert [each.label for each in of(body("${A}-${B}"), body("${A}-${B}")).pairs] == [
        "options off", "some", "some", "some"
    ]  # fmt: skip
    assert of(body("${A}-${B}"), body("${A}-${B}")).verdict == "equal"
    # Where B alone is given, A is empty.
    (lost,) = of(body("${A}-${A}"), body("${A}-a")).lost
    assert lost.witnesses[0].request.resource == "arn:aws:s3:::files/-"
