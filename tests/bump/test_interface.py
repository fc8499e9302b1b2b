"""compiler.bump.interface: what a change of parameters, outputs and words means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bump.judged import OPTION, READ, told
from tests.roles import Json, parameter, template


def named(old: Json | None, new: Json | None) -> list[str]:
    """What is told of one parameter that nothing in the template uses."""
    first, second = (template(READ, Parameters={"P": each} if each else {}) for each in (old, new))
    return told(first, second)


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


class TestOutputs:
    @pytest.mark.parametrize(
        ("old", "new", "texts"),
        [
            (outputs(), template(READ), ["major: the output Arn is gone"]),
            (template(READ), outputs(), ["minor: the output Arn is new"]),
            (outputs(), outputs(Value="b"), ["patch: the output Arn says something else"]),
        ],
    )
    def test_what_changes(self, old: Json, new: Json, texts: list[str]) -> None:
        assert told(old, new) == texts

    def test_an_output_that_is_there_only_sometimes(self) -> None:
        always, sometimes = (
            {**OPTION, "Outputs": {"Id": {"Value": "a", **more}}}
            for more in ({}, {"Condition": "Vpc"})
        )

        assert told(always, sometimes) == ["major: the output Id is there only with Vpc"]
        assert told(sometimes, always) == ["minor: the output Id is always there"]


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ({"Description": "A."}, "patch: the description is another"),
        ({"Metadata": {"a": 1}}, "patch: the form has other groups or labels"),
    ],
)
def test_other_words(section: Json, text: str) -> None:
    assert told(template(READ), {**template(READ), **section}) == [text]
