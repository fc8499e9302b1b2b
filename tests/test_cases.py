"""Templates with their parameters left open."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from compiler import cases as module
from compiler import pattern
from compiler.cases import cases
from compiler.iam import document
from compiler.iam.text import Text, written
from compiler.iam.text import holes as named
from compiler.intrinsics import ParameterError
from compiler.render import Launch
from compiler.subject import SubjectError
from tests import roles
from tests.catalog.launches import PERSONAS, attached, catalog
from tests.catalog.launches import template as of_persona
from tests.roles import NOTHING, Json, allow, deny, given, parameter, subject, template, when

if TYPE_CHECKING:
    from compiler.case import Case, Cases

LIST = "^[a-z]{1,3}(,[a-z]{1,3}){0,2}$"


def of(body: Json, **fixed: str) -> Cases:
    return cases(subject(body), fixed, Launch(), NOTHING)


def resources(case: Case) -> list[str]:
    assert case.identity
    return [written(one) for each in case.identity.statements for one in each.resources or ()]


def test_a_parameter_is_a_hole_held_to_its_pattern() -> None:
    body = template(
        allow("Read", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}),
        Parameters={"Bucket": parameter("^[a-z]{3}$")},
    )

    found = of(body)

    assert [each.label for each in found.cases] == ["always"]
    case = found.cases[0]
    assert resources(case) == ["arn:aws:s3:::${Bucket}/*"]
    assert case.universe.holes == {"Bucket": pattern.parse("[a-z]{3}")}
    assert case.universe.most == {}
    assert resources(of(body, Bucket="abc").cases[0]) == ["arn:aws:s3:::abc/*"]
    assert of(body, Bucket="abc").cases[0].universe.holes == {}


def test_a_list_is_one_hole_that_stands_for_any_of_its_values() -> None:
    second = {"Fn::Select": [1, {"Fn::Split": [",", {"Fn::Sub": "${Roles},?"}]}]}
    body = template(
        allow("All", "iam:PassRole", {"Fn::Split": [",", {"Ref": "Roles"}]}),
        allow(
            "Each",
            "s3:GetObject",
            [
                {
                    "Fn::Sub": [
                        "arn:aws:s3:::${Roles}",
                        {"Roles": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Roles"}]}]}},
                    ]
                },
                when("RolesHas2", "arn:aws:s3:::two"),  # type: ignore[arg-type]  # a text in its place
            ],
        ),
        Parameters={"Roles": parameter(LIST)},
        Conditions={"RolesHas2": {"Fn::Not": [{"Fn::Equals": [second, "?"]}]}},
    )

    case = of(body).cases[0]

    assert resources(case) == ["${Roles}", "arn:aws:s3:::${Roles}"]
    assert case.universe.most == {"Roles": 3}


def test_of_a_type_that_cloudformation_splits_itself() -> None:
    body = template(
        allow("All", "s3:GetObject", {"Ref": "Ids"}),
        Parameters={"Ids": {"Type": "List<AWS::EC2::Subnet::Id>"}},
    )

    assert resources(of(body).cases[0]) == ["${Ids}"]


@pytest.mark.parametrize(
    "declared",
    [{"Type": "String"}, {"Type": "CommaDelimitedList"}, parameter("^[a-z*]{1,5}$"), parameter("^[$]{1}$")],
    ids=str,
)  # fmt: skip
def test_a_value_that_may_be_a_wildcard_is_no_text(declared: Json) -> None:
    """`*` at a launch grants all: no request for something called * would show that."""
    body = template(allow("All", "s3:GetObject", {"Ref": "Any"}), Parameters={"Any": declared})

    with pytest.raises(SubjectError) as caught:
        of(body)

    assert str(caught.value) == (
        "role: the parameter Any cannot be left open: it stands in a policy and admits *, ? or $;"
        " give it a value by --set"
    )
    assert of(template(allow("All", "s3:GetObject"), Parameters={"Any": declared})).cases


@pytest.mark.parametrize(
    ("delimiter", "form"), [("-", "^[a-z-]{3}$"), ("-", ""), (",", "^[a-z,]{3}$"), ("N", "^[a-z]$")]
)
def test_where_a_value_is_split_is_open(delimiter: str, form: str) -> None:
    split = {"Fn::Split": [delimiter, {"Fn::Sub": "arn:aws:s3:::a${Name}"}]}
    body = template(allow("All", "s3:GetObject", split), Parameters={"Name": parameter(form)})

    with pytest.raises(SubjectError, match=f"where a value of Name is split at '{delimiter}' is"):
        of(body)


def test_options_that_depend_on_the_place_are_not_all_looked_at() -> None:
    body = template(
        when("There", allow("All", "s3:GetObject")),
        Conditions={"There": {"Fn::Equals": [{"Fn::Sub": "${AWS::Region}"}, "us-east-1"]}},
    )

    assert of(body).left_out == "its options depend on AWS::Region: this is one place alone"


NETWORK = template(
    allow("Always", "s3:GetObject"),
    when("Network", deny("Network", "s3:*", "*", Condition={"StringNotEquals": {"aws:SourceVpc": {"Ref": "Vpc"}}})),
    when("Key", allow("Key", "kms:Decrypt", {"Ref": "Arn"})),
    Parameters={
        "Vpc": parameter("^(vpc-[0-9]{1,2})?$", Default=""),
        "Group": parameter("^(sg-[0-9]{1,2})?$", Default=""),
        "Arn": parameter("^(arn:aws:kms:[a-z]{2}:1:key/[a-z]{2})?$", Default=""),
    },
    Conditions={"Network": given("Vpc"), "Key": given("Arn"),
                "Either": {"Fn::Or": [{"Condition": "Network"}, {"Condition": "Key"}]}},
    Rules={
        "Together": {
            "Assertions": [
                {
                    "Assert": {"Fn::Equals": [given("Vpc"), given("Group")]},
                    "AssertDescription": "both or none",
                }
            ]
        }
    },
)  # fmt: skip


def test_options_make_cases_as_far_as_the_rules_admit_them() -> None:
    found = of(NETWORK)

    told = {
        each.label: (sorted(each.universe.holes), [one.sid for one in each.identity.statements])
        for each in found.cases
        if each.identity
    }
    assert told == {
        "options off": ([], ["Always"]),
        "key": (["Arn"], ["Always", "Key"]),
        "network": (["Group", "Vpc"], ["Always", "Network"]),
        "key + network": (["Arn", "Group", "Vpc"], ["Always", "Network", "Key"]),
    }
    assert found.left_out == ""
    assert [each.label for each in of(NETWORK, Vpc="", Group="").cases] == ["options off", "key"]


def test_allowed_values_that_a_condition_asks_about_make_cases() -> None:
    body = template(
        allow("Always", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Stage}/*"}),
        when("Write", allow("Write", "s3:PutObject")),
        Parameters={
            "Writes": parameter(AllowedValues=["yes", "no"], Default="no"),
            "Stage": parameter(AllowedValues=["test", "live"]),
        },
        Conditions={"Write": {"Fn::Equals": [{"Ref": "Writes"}, "yes"]}},
    )

    found = of(body)

    assert [each.label for each in found.cases] == ["options off"]
    assert [each.label for each in found.cases[0].widest()] == ["write"]
    assert found.cases[0].universe.holes == {"Stage": pattern.parse("test|live")}


def test_allowed_values_that_take_away_make_cases() -> None:
    body = template(
        allow("Always", "s3:GetObject"),
        {"Fn::If": ["Write", allow("Write", "s3:PutObject"), allow("Else", "s3:ListBucket")]},
        Parameters={"Writes": parameter(AllowedValues=["yes", "no"], Default="no")},
        Conditions={"Write": {"Fn::Equals": [{"Ref": "Writes"}, "yes"]}},
    )

    assert [each.label for each in of(body).cases] == ["options off", "write"]


def test_an_option_that_nobody_asks_about_may_be_empty_in_its_text() -> None:
    body = template(
        allow("A", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::a${Tail}"}),
        Parameters={"Tail": parameter("^(-[a-z])?$", Default="")},
    )

    case = of(body).cases[0]

    assert case.universe.holes == {"Tail": pattern.parse("(-[a-z])?")}


class TestRefusals:
    @pytest.mark.parametrize(
        ("condition", "message"),
        [
            (
                {"Fn::Equals": [{"Ref": "Name"}, "abc"]},
                "role cannot be rendered: Conditions.Asked: whether ${Name} is 'abc' is open; give Name a value by --set",
            ),
            (
                {"Fn::Equals": [{"Ref": "Name"}, {"Ref": "Other"}]},
                "role cannot be rendered: Conditions.Asked: whether ${Name} is '${Other}' is open; give Name, Other a value by --set",
            ),
        ],
    )
    def test_a_comparison_that_is_open(self, condition: Json, message: str) -> None:
        body = template(
            when("Asked", allow("A", "s3:GetObject")),
            Parameters={"Name": parameter("^[a-z]{3}$"), "Other": parameter("^[a-z]{3}$")},
            Conditions={"Asked": condition},
        )

        with pytest.raises(SubjectError) as refused:
            of(body)

        assert str(refused.value) == message

    def test_a_comparison_that_no_value_makes_true_is_decided(self) -> None:
        body = template(
            when("Asked", allow("A", "s3:GetObject")),
            Parameters={"Name": parameter("^[a-z]{3}$")},
            Conditions={"Asked": {"Fn::Equals": [{"Ref": "Name"}, "UPPER"]}},
        )

        assert resources(of(body).cases[0]) == []

    def test_a_pattern_that_a_proof_cannot_read(self) -> None:
        body = template(Parameters={"Name": parameter("^.*$")})

        with pytest.raises(SubjectError, match=r"role: the parameter Name cannot be left open: "):
            of(body)
        assert of(body, Name="x").cases

    def test_a_fixed_value_that_no_launch_takes(self) -> None:
        body = template(Parameters={"Name": parameter("^[a-z]{3}$")})

        with pytest.raises(ParameterError, match="Name is 'A'; it must be of the form"):
            of(body, Name="A")

    def test_rules_that_admit_nothing(self) -> None:
        rules = {"Never": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}

        with pytest.raises(SubjectError, match="its Rules admit no combination"):
            of(template(Rules=rules))

    @pytest.mark.parametrize("part", ["Parameters", "Conditions", "Rules", "Resources"])
    @pytest.mark.parametrize("value", [[], 7, "x", {"A": 7}], ids=str)
    def test_what_is_no_template(self, part: str, value: Any) -> None:
        body = {**template(allow("A", "s3:*")), part: value}
        with suppress(SubjectError):
            of(body)


def test_too_many_options_are_said_to_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CASES", 3)

    found = of(NETWORK)

    assert len(found.cases) == 3
    assert found.left_out == "it has more than 3 combinations of options"


@pytest.mark.parametrize("name", PERSONAS)
def test_our_personas(name: str) -> None:
    theirs = dict(zip(catalog().personas[name].managed_policies, attached(name), strict=True))

    found = cases(subject(of_persona(name)), {}, Launch(), roles.attached(theirs))

    labels = ["options off", "encryption", "network", "encryption + network"]
    assert [each.label for each in found.cases] == labels
    for case in found.cases:
        assert case.identity
        holes = {one for text in texts(case) for one in named(text)}
        assert holes <= case.universe.holes.keys()
        assert holes >= {"ExecutionRoles"} or name == "sagemaker-compute-role"


def texts(case: Case) -> list[Text]:
    assert case.identity
    return [one for each in case.identity.statements for one in document.texts(each)]
