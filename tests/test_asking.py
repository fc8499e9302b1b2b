"""Questions to one subject, under as many launches as they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.asking import Asking, UnanswerableError
from compiler.iam.document import Principal, parse
from compiler.iam.request import Request
from compiler.render import Launch
from compiler.requests import Question, questions
from compiler.subject import SubjectError
from tests.roles import NOTHING, allow, deny, document, given, parameter, subject, template, when

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def asked(
    body: Any, context: Mapping[str, str], parameters: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What is answered to s3:GetObject of one object."""
    request = Request(action="s3:GetObject", resource="arn:aws:s3:::one/a", context=context)
    question = Question(request=request, parameters=parameters or {})
    return Asking(subject(body), Launch(account="111122223333"), NOTHING).view(question)


TEAM = "aws:PrincipalTag/Team"
OF_TEAM = allow("Read", "s3:GetObject", Condition={"StringEquals": {TEAM: "ml"}})


class TestTags:
    """A role's own tags are in its requests."""

    def role(self, *statements: Any, **tags: Any) -> Any:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return template(*statements, Tags=listed)

    def test_a_request_has_the_tags_of_the_role(self) -> None:
        view = asked(self.role(OF_TEAM, team="ml", owner="ada"), {"aws:username": "ada"})

        assert (view["decision"], view["filled_in"]) == ("allowed", {"aws:PrincipalTag/team": "ml"})
        assert view["request"]["context"] == {"aws:username": "ada"}

    def test_what_the_user_says_goes_over_the_tag_in_any_case(self) -> None:
        view = asked(self.role(OF_TEAM, team="ml"), {TEAM.upper(): "hr"})

        assert (view["decision"], view["filled_in"]) == ("implicitly-denied", {})
        assert view["nearest"][0]["conditions"][0]["found"] == "hr"

    def test_what_is_nearest_is_told_with_the_tag(self) -> None:
        view = asked(self.role(OF_TEAM, Team="hr"), {})

        assert (view["decision"], view["filled_in"]) == ("implicitly-denied", {TEAM: "hr"})
        assert view["nearest"][0]["conditions"][0]["found"] == "hr"

    def test_a_deny_that_the_tag_keeps_off(self) -> None:
        body = self.role(
            allow("Read", "s3:GetObject"),
            deny("Others", "s3:*", Condition={"StringNotEquals": {TEAM: "ml"}}),
            Team="ml",
        )

        view = asked(body, {})

        assert (view["decision"], view["filled_in"]) == ("allowed", {TEAM: "ml"})

    def test_a_tag_as_a_policy_variable(self) -> None:
        folder = {"Fn::Sub": f"arn:aws:s3:::one/${{!{TEAM}}}"}

        view = asked(self.role(allow("Own", "s3:GetObject", folder), Team="a"), {})

        assert (view["decision"], view["filled_in"]) == ("allowed", {TEAM: "a"})

    def test_a_boundary_that_looks_at_the_tag(self) -> None:
        body = self.role(allow("All", "s3:*"), Team="ml")
        bound = parse(document(OF_TEAM), name="bound")

        view = Asking(subject(body), Launch(), NOTHING, bound).view(Question(request=READ))

        assert (view["decision"], view["filled_in"]) == ("allowed", {TEAM: "ml"})

    def test_a_tag_that_no_statement_about_the_action_looks_at_is_not_told(self) -> None:
        other = {**OF_TEAM, "Sid": "Write", "Action": "s3:PutObject"}

        view = asked(self.role(allow("Read", "s3:GetObject"), other, Team="ml"), {})

        assert view["filled_in"] == {}

    @pytest.mark.parametrize("value", ["", {"Fn::GetAtt": ["Role", "RoleId"]}])
    def test_a_tag_without_a_value_that_is_known(self, value: Any) -> None:
        view = asked(self.role(OF_TEAM, Team=value), {})

        assert (view["decision"], view["filled_in"]) == ("implicitly-denied", {})

    def test_who_assumes_the_role_has_not_its_tags(self) -> None:
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {TEAM: "ml"}},
        }
        body = template(
            AssumeRolePolicyDocument=document(trust), Tags=[{"Key": "Team", "Value": "ml"}]
        )
        request = Request(action="sts:AssumeRole", principal=Principal("AWS", "111122223333"))

        view = Asking(subject(body), Launch(), NOTHING).view(Question(request=request))

        assert (view["decision"], view["filled_in"]) == ("implicitly-denied", {})

    def test_a_policy_document_has_no_tags(self) -> None:
        view = asked(document(OF_TEAM), {})

        assert (view["decision"], view["filled_in"]) == ("implicitly-denied", {})


SWITCH = {"Type": "String", "AllowedValues": ["no", "yes"], "Default": "no"}


def is_on(name: str) -> Any:
    return {"Fn::Equals": [{"Ref": name}, "yes"]}


class TestOptions:
    """What one option more would allow."""

    BODY = template(
        when("ReadOn", allow("Read", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"})),
        when("AllOn", allow("All", "s3:*")),
        when("WriteOn", allow("Write", "s3:PutObject")),
        when("BothOn", allow("Both", "s3:GetObject")),
        when("Named", allow("Named", "s3:GetObject")),
        Parameters={
            "Bucket": parameter("^([a-z]+)?$", Default=""),
            "Mode": {"Type": "String", "AllowedValues": ["no", "some"], "Default": "no"},
            **dict.fromkeys(("Read", "All", "Write", "Left", "Right"), SWITCH),
        },
        Conditions={
            **{f"{each}On": is_on(each) for each in ("Read", "All", "Write")},
            "BothOn": {"Fn::And": [is_on("Left"), is_on("Right")]},
            "Named": {"Fn::Equals": [{"Ref": "Mode"}, "some"]},
        },
        Rules={
            "BucketGiven": {
                "RuleCondition": is_on("Read"),
                "Assertions": [{"Assert": given("Bucket")}],
            }
        },
    )

    @pytest.mark.parametrize(
        ("parameters", "options"),
        [
            ({}, ["All"]),
            ({"Bucket": "one"}, ["Read", "All"]),
            ({"Bucket": "two"}, ["All"]),
            ({"Left": "yes"}, ["All", "Right"]),
        ],
    )
    def test_each_option_that_is_off_is_tried(
        self, parameters: Mapping[str, str], options: list[str]
    ) -> None:
        view = asked(self.BODY, {}, parameters)

        assert view["decision"] == "implicitly-denied"
        assert view["options"] == [{each: "yes"} for each in options]

    def test_nothing_is_tried_where_it_is_allowed(self) -> None:
        view = asked(self.BODY, {}, {"All": "yes", "Bucket": "one"})

        assert (view["decision"], view["options"]) == ("allowed", [])
