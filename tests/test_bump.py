"""Which version a change of a template needs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.bump import Bump, bump, least_version, undecided
from compiler.cases import cases
from compiler.comparison import Undecided, compare
from compiler.managed import kept
from compiler.render import Launch
from tests.catalog.launches import (
    PERSONAS,
    REPOSITORY,
    catalog,
    compiled,
    with_persona,
)
from tests.catalog.launches import template as of_persona
from tests.laws import LAWS
from tests.roles import NOTHING, TRUST, Json, allow, deny, parameter, subject, template, when
from tests.roles import given as is_given

if TYPE_CHECKING:
    from compiler.subject import Attached

READ = allow("Read", "s3:GetObject", "arn:aws:s3:::a/*")
WRITE = allow("Write", "s3:PutObject", "arn:aws:s3:::a/*")


def of(old: Json, new: Json, attached: Attached = NOTHING) -> Bump:
    opened = [cases(subject(each, "role"), {}, Launch(), attached) for each in (old, new)]
    return bump(compare(*opened))


def told(old: Json, new: Json) -> list[str]:
    found = of(old, new)
    assert found.level == found.reasons[0].level
    return [f"{each.level}: {each.text}" for each in found.reasons]


def named(old: Json | None, new: Json | None) -> list[str]:
    """What is told of one parameter that nothing in the template uses."""
    first, second = (template(READ, Parameters={"P": each} if each else {}) for each in (old, new))
    return told(first, second)


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

    def test_an_equal_permission_written_otherwise_is_only_rewritten(self) -> None:
        found = of(template(READ, WRITE), template(WRITE, READ))

        assert (found.level, found.rewritten) == ("patch", True)
        assert [each.text for each in found.reasons] == ["Resources are written anew"]

    def test_a_changed_boundary_may_take_away_anything(self) -> None:
        bound = template(READ, PermissionsBoundary="arn:aws:iam::111122223333:policy/b")

        assert told(template(READ), bound) == [
            "major: the role has another permissions boundary: not known what that takes away"
        ]
        assert told(bound, template(READ)) == [
            "minor: the role has no permissions boundary any more"
        ]

    def test_what_is_not_known_is_major(self) -> None:
        conditions = {f"C{n}": is_given(f"P{n}") for n in range(7)}
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


OPTION = template(
    READ,
    when(
        "Vpc", deny("Vpc", "s3:*", Condition={"StringNotEquals": {"aws:SourceVpc": {"Ref": "Id"}}})
    ),
    Parameters={"Id": parameter("^(vpc-[0-9]{2})?$", Default="")},
    Conditions={"Vpc": is_given("Id")},
)


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

    def test_another_name_of_the_condition_is_no_change(self) -> None:
        text = json.dumps(OPTION).replace('"Vpc"', '"Net"')

        assert of(OPTION, json.loads(text)).rewritten

    def test_launches_that_gave_one_of_two_where_rules_ask_for_both(self) -> None:
        """Cases with the same options on are told apart by what they give."""
        both = {
            **template(
                READ,
                when("Some", allow("Some", "s3:PutObject")),
                Parameters={each: parameter(f"^({each})?$", Default="") for each in "AB"},
                Conditions={"Some": {"Fn::Or": [is_given("A"), is_given("B")]}},
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


class TestParameters:
    @pytest.mark.parametrize(
        ("old", "new", "texts"),
        [
            (parameter("^a$"), None, ["major: the parameter P is gone"]),
            (None, parameter("^a$"), ["major: the parameter P is new, and has no default"]),
            (None, parameter("^a$", Default="a"), ["minor: the parameter P is new"]),
            (parameter("^a?$", Default=""), parameter("^a?$"), ["major: the parameter P has no default any more"]),
            (parameter("^a?$", Default=""), parameter("^a$"), ["major: the parameter P has no default any more"]),
            (parameter("^a?$", Default="a"), parameter("^a$", Default="a"), ["major: the parameter P may no longer be empty"]),
            (parameter("^a$"), parameter("^a?$", Default=""), ["minor: the parameter P has a default now"]),
            (parameter("^a$"), parameter("^(a)?$"), ["minor: the parameter P may be empty now"]),
            (parameter("^[a-c]{2}$"), parameter("^[ac]{2}$"), ["major: the parameter P no longer admits 'ab'"]),
            (parameter("^[ac]{2}$"), parameter("^[a-c]{2}$"), ["minor: the parameter P also admits 'ab'"]),
            (parameter("^[a-c]$"), parameter("^[b-d]$"),
             ["major: the parameter P no longer admits 'a'", "minor: the parameter P also admits 'd'"]),
            (parameter("^[a-c]{1,3}$"), parameter("^([abc]|[a-c]{2,3})$"), []),
            (parameter("^a(,a){0,9}$"), parameter("^a(,a){0,2}$"), ["major: the parameter P takes at most 3 values, no longer 10"]),
            (parameter("^a(,a){0,2}$"), parameter("^a$"), ["major: the parameter P takes at most 1 value, no longer 3"]),
            (parameter("^a$"), parameter("^a(,a){0,2}$"), ["minor: the parameter P takes up to 3 values, no longer 1"]),
            (parameter("^[ab](,[ab]){0,9}$"), parameter("^a(,a){0,9}$"), ["major: the parameter P no longer admits 'b'"]),
            (parameter("^a(,a){0,2}$"), parameter("^[a,]{1,5}$"), ["minor: the parameter P also admits ','"]),
            (parameter("^a(,a){0,2}$"), parameter("^[a,]{1,4}$"),
             ["major: the parameter P no longer admits 'a,a,a'", "minor: the parameter P also admits ','"]),
            (parameter("^[a,]{2}(,[a,]{2}){0,2}$"), parameter("^[a,]{2}(,[a,]{2}){0,1}$"),
             ["major: the parameter P no longer admits 'aa,aa,aa'"]),
            (parameter(AllowedValues=["yes", "no"]), parameter(AllowedValues=["yes"]), ["major: the parameter P no longer admits 'no'"]),
            (parameter(AllowedValues=["yes"]), parameter(AllowedValues=["yes", "no"]), ["minor: the parameter P also admits 'no'"]),
            (parameter("^a$"), parameter("^a$", Type="AWS::EC2::VPC::Id"),
             ["major: the parameter P is of type AWS::EC2::VPC::Id, no longer String"]),
            (parameter(), parameter(MaxLength=3), ["major: the parameter P has MaxLength 3; before, none"]),
            (parameter(MinLength=3), parameter(MinLength=2), ["minor: the parameter P has MinLength 2; before, 3"]),
            (parameter(MaxLength="1"), parameter(MaxLength="x"),
             ["major: the parameter P may admit less, which could not be decided: MaxLength is x"]),
            (parameter(Type="CommaDelimitedList", AllowedPattern="a"), parameter(Type="CommaDelimitedList", AllowedPattern="b"),
             ["major: the parameter P may admit less, which could not be decided: its pattern is that of a list"]),
            (parameter("^a$", Default="a"), parameter("^(a|b)$", Default="b"),
             ["minor: the parameter P also admits 'b'", "patch: the parameter P has the default 'b', no longer 'a'"]),
            (parameter(Description="A."), parameter(Description="B."), ["patch: the parameter P is described in other words"]),
        ],
    )  # fmt: skip
    def test_what_changes(self, old: Json | None, new: Json | None, texts: list[str]) -> None:
        assert named(old, new) == (texts or ["patch: Parameters are written anew"])


def outputs(**more: Any) -> Json:
    return {**template(READ), "Outputs": {"Arn": {"Value": "a", **more}}}


class TestTheRest:
    @pytest.mark.parametrize(
        ("old", "new", "texts"),
        [
            (outputs(), template(READ), ["major: the output Arn is gone"]),
            (template(READ), outputs(), ["minor: the output Arn is new"]),
            (outputs(), outputs(Value="b"), ["patch: the output Arn says something else"]),
            (template(READ, Path="/a/"), template(READ, Path="/b/"), ["major: the role is replaced: its Path is another"]),
            (template(READ), template(READ, RoleName="x"), ["major: the role is replaced: its RoleName is another"]),
            (template(READ), template(READ, Tags=[{"Key": "a", "Value": "b"}]), ["patch: the role has other tags"]),
            (template(READ), template(READ, MaxSessionDuration=3600), ["patch: the role has another longest session"]),
            (template(READ), {**template(READ), "Description": "A."}, ["patch: the description is another"]),
            (template(READ), {**template(READ), "Metadata": {"a": 1}}, ["patch: the form has other groups or labels"]),
        ],
    )  # fmt: skip
    def test_what_changes(self, old: Json, new: Json, texts: list[str]) -> None:
        assert told(old, new) == texts

    def test_an_output_that_is_there_only_sometimes(self) -> None:
        always, sometimes = (
            {**OPTION, "Outputs": {"Id": {"Value": "a", **more}}}
            for more in ({}, {"Condition": "Vpc"})
        )

        assert told(always, sometimes) == ["major: the output Id is there only with Vpc"]
        assert told(sometimes, always) == ["minor: the output Id is always there"]

    def test_another_logical_id_replaces_the_role(self) -> None:
        body = template(READ)
        resources = {**body["Resources"]}
        resources["Person"] = resources.pop("Role")

        assert told(body, {**body, "Resources": resources}) == [
            "major: the role is replaced: in the template it was Role, and is Person"
        ]

    def test_another_logical_id_of_a_policy_does_not_matter(self) -> None:
        body = template(READ)
        resources = {**body["Resources"]}
        resources["Policy2"] = resources.pop("Policy1")

        assert of(body, {**body, "Resources": resources}).rewritten

    def test_the_version_alone_is_no_change(self) -> None:
        one, other = (
            {
                **template(READ, Tags=[{"Key": "personac:version", "Value": version}]),
                "Metadata": {"personac": {"persona": "a", "version": version}},
            }
            for version in ("1.0.0", "1.0.1")
        )

        assert of(one, other) == Bump(level="none", reasons=())


@pytest.mark.parametrize(
    ("level", "least"),
    [("none", "1.2.3"), ("patch", "1.2.4"), ("minor", "1.3.0"), ("major", "2.0.0")],
)
def test_the_least_version(level: Any, least: str) -> None:
    assert least_version("1.2.3", level) == least


def attached(name: str) -> Any:
    return kept(REPOSITORY / "catalog", name)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_is_what_it_is(persona: str) -> None:
    body = of_persona(persona)

    assert of(body, body, attached) == Bump(level="none", reasons=())


@LAWS
@given(st.data())
def test_an_activity_less_is_major_and_one_more_is_not_patch(data: st.DataObject) -> None:
    """Permissions lost → major; gained → minor; else patch."""
    persona = data.draw(st.sampled_from(("data-scientist", "ml-ops")))
    activities = catalog().personas[persona].activities
    left_out = data.draw(st.sampled_from(activities))
    rest = tuple(each for each in activities if each != left_out)
    fewer = compiled(persona, with_persona(persona, activities=rest))
    more = of_persona(persona)

    away, back = of(more, fewer), of(fewer, more)

    asked = {*more["Parameters"]} - {*fewer["Parameters"]}
    must = any("Default" not in more["Parameters"][each] for each in asked)
    assert away.level == "major"
    assert back.level == ("major" if must else "minor")
    assert [each for each in back.reasons if each.level == "minor" and "gains" in each.text]


PARTS = {
    **{
        f"allow {name}": allow(f"S{name}", "s3:GetObject", f"arn:aws:s3:::{name}/*")
        for name in "abc"
    },
    "parameter": parameter("^a$", Default="a"),
    "output": {"Value": "a"},
}
SETS = st.frozensets(st.sampled_from(sorted(PARTS)))


def made_of(parts: frozenset[str]) -> Json:
    body = template(*(PARTS[each] for each in sorted(parts) if each.startswith("allow")), READ)
    body["Parameters"] = {"P": PARTS["parameter"]} if "parameter" in parts else {}
    body["Outputs"] = {"O": PARTS["output"]} if "output" in parts else {}
    return body


@LAWS
@given(SETS, SETS)
def test_what_goes_is_major_and_what_comes_is_minor(
    old: frozenset[str], new: frozenset[str]
) -> None:
    """Permissions lost, a parameter removed, an output removed → major; gained → minor."""
    found = of(made_of(old), made_of(new))
    # The one bucket that is always read.
    expected = (
        "major" if (old - new) - {"allow a"} else "minor" if (new - old) - {"allow a"} else None
    )

    assert found.level == (expected or ("none" if old == new else "patch"))
    assert len(found.reasons) == len((old ^ new) - {"allow a"}) or not expected
