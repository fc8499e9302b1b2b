"""compiler.bump.permissions: what a comparison means for a version."""

from __future__ import annotations

from dataclasses import replace

from compiler.bump import bump, undecided
from compiler.cases import cases
from compiler.comparison import Undecided, compare
from compiler.render import Launch
from tests.bump.judged import OPTION, READ, WRITE, of, told
from tests.roles import NOTHING, TRUST, allow, deny, given, parameter, subject, template, when


class TestPermissions:
    def test_lost_and_gained(self) -> None:
        assert told(template(READ, WRITE), template(READ)) == [
            "major: loses s3:PutObject that Write allowed"
        ]
        assert told(template(READ), template(READ, WRITE)) == ["minor: gains s3:PutObject by Write"]
        assert told(template(READ), template(WRITE)) == [
            "major: loses s3:GetObject that Read allowed",
            "minor: gains s3:PutObject by Write",
        ]

    def test_many_actions_are_cut(self) -> None:
        many = allow(
            "All",
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketAcl"],
        )

        assert told(template(READ), template(READ, many))[0].endswith("and 2 more by All")

    def test_of_a_trust_policy(self) -> None:
        trust = {
            **TRUST["Statement"][0],
            "Sid": "Glue",
            "Principal": {"Service": "glue.amazonaws.com"},
        }
        both = {**TRUST, "Statement": [*TRUST["Statement"], trust]}

        assert told(template(READ, AssumeRolePolicyDocument=both), template(READ)) == [
            "major: its trust policy loses sts:AssumeRole that Glue allowed"
        ]
        assert told(template(READ), template(READ, AssumeRolePolicyDocument=both)) == [
            "minor: its trust policy gains sts:AssumeRole by Glue"
        ]

    def test_what_is_not_known_is_major(self) -> None:
        conditions = {f"C{n}": given(f"P{n}") for n in range(7)}
        parameters = {f"P{n}": parameter("^(a)?$", Default="") for n in range(7)}
        many = template(
            READ,
            *(
                when(f"C{n}", allow(f"S{n}", "s3:PutObject", f"arn:aws:s3:::b{n}/*"))
                for n in range(7)
            ),
            Conditions=conditions,
            Parameters=parameters,
        )
        other = {**many, "Description": "Other."}

        assert told(many, other) == [
            "major: not known whether permissions are lost: role: it has more than 64 combinations of options",
            "patch: the description is another",
        ]
        assert undecided("the file is gone").level == "major"

    def test_an_open_question_is_major(self) -> None:
        opened = [cases(subject(each), {}, Launch(), NOTHING)
                  for each in (template(READ), template(READ, WRITE))]  # fmt: skip
        compared = compare(*opened)
        asked = Undecided(
            part="identity", cases=("always",), actions=("s3:GetObject",),
            allowing=compared.gained[0].allowing, reason="no end after 9 states",
        )  # fmt: skip

        assert [each.text for each in bump(replace(compared, unknown=(asked,))).reasons] == [
            "not known whether s3:GetObject is as it was: no end after 9 states",
            "gains s3:PutObject by Write",
        ]


class TestOptions:
    def test_what_only_a_new_option_takes_away_nobody_loses(self) -> None:
        assert told(template(READ), OPTION) == ["minor: the parameter Id is new"]

    def test_a_new_option_that_is_on_unless_somebody_says_no_takes_away(self) -> None:
        on = {**OPTION, "Parameters": {"Id": parameter("^(vpc-[0-9]{2})?$", Default="vpc-11")}}

        assert told(template(READ), on) == [
            "major: loses s3:GetObject that Read allowed",
            "minor: the parameter Id is new",
        ]

    def test_an_option_that_goes(self) -> None:
        assert told(OPTION, template(READ)) == [
            "major: the parameter Id is gone",
            "minor: gains s3:GetObject by Read, with vpc",
        ]

    def test_lost_in_one_case_alone(self) -> None:
        old = {**OPTION, "Parameters": {"Id": parameter("^(vpc-[0-9]{2})?$", Default="")}}
        new = template(
            READ,
            when("Vpc", deny("Vpc", "s3:*")),
            Parameters=old["Parameters"],
            Conditions=old["Conditions"],
        )

        assert told(old, new) == ["major: loses s3:GetObject that Read allowed, with vpc"]

    def test_a_launch_that_rules_refuse_now(self) -> None:
        rule = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Id"}, ""]}}]}

        assert told(OPTION, {**OPTION, "Rules": {"Never": rule}}) == [
            "major: launches with vpc are refused",
            "minor: gains s3:GetObject by Read, with vpc",
        ]

    def test_launches_that_gave_one_of_two_where_rules_ask_for_both(self) -> None:
        """Cases with the same options on are told apart by what they give."""
        both = {
            **template(
                READ,
                when("Some", allow("Some", "s3:PutObject")),
                Parameters={each: parameter(f"^({each})?$", Default="") for each in "AB"},
                Conditions={"Some": {"Fn::Or": [given("A"), given("B")]}},
            ),
        }
        equal = {"Fn::Equals": [{"Ref": "A"}, ""]}, {"Fn::Equals": [{"Ref": "B"}, ""]}
        neither, all_given = (
            {"Fn::And": [*equal]},
            {"Fn::And": [{"Fn::Not": [each]} for each in equal]},
        )
        rule = {"Assertions": [{"Assert": {"Fn::Or": [neither, all_given]}}]}

        assert told(both, {**both, "Rules": {"Together": rule}}) == [
            "major: launches with some are refused"
        ]
        assert of({**both, "Rules": {"Together": rule}}, both).rewritten

    def test_a_parameter_that_an_option_asks_about_from_now_on(self) -> None:
        """A launch may have given it, or not: both are looked at."""
        declared = {"Id": parameter("^(vpc-[0-9]{2})?$", Default="")}

        assert told(template(READ, Parameters=declared), OPTION) == [
            "major: loses s3:GetObject that Read allowed, with vpc"
        ]

    def test_required_from_now_on(self) -> None:
        required = {**OPTION, "Parameters": {"Id": parameter("^vpc-[0-9]{2}$")}}

        assert told(OPTION, required) == [
            "major: launches with options off are refused",
            "major: the parameter Id has no default any more",
        ]
        assert told(required, OPTION) == [
            "minor: gains s3:GetObject by Read, with options off",
            "minor: the parameter Id has a default now",
        ]
