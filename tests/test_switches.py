"""Switches that only add: what is said of a few cases holds for every combination of them."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given

from compiler.cases import cases
from compiler.iam.text import hole
from compiler.render import Launch
from tests.laws import LAWS
from tests.roles import Json, allow, attached, deny, parameter, subject, when
from tests.roles import given as is_given
from tests.switched import (
    CONDITIONS,
    RULES,
    SAFE,
    SWITCHES,
    TEXTS,
    Held,
    either,
    held,
    is_on,
    launched,
    launches,
    many,
    needs,
    opened,
    reference,
    templates,
)

if TYPE_CHECKING:
    from compiler.case import Case

IN_NAMES = {
    "Fn::Sub": [
        "arn:aws:s3:::${Name}",
        {"Name": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Names"}]}]}},
    ]
}


def of_case(case: Case) -> Held:
    assert case.identity
    said = json.dumps([dict(each.body) for each in case.identity.statements])
    for name, value in TEXTS.items():
        said = said.replace(json.dumps(hole(name))[1:-1], value)
    return held(json.loads(said))


@LAWS
@given(templates(tuple(CONDITIONS), tuple(RULES)))
def test_whatever_a_launch_allows_one_of_the_widest_cases_does(body: Json) -> None:
    """Proved for every value that its patterns admit: no combination is missed, and none made up."""
    found = opened(body)
    every = [each for values in launches(body) if (each := launched(body, values))]

    assert bool(found) == bool(every)
    if found:
        assert not found.left_out
        widest = [of_case(each) for case in found.cases for each in case.widest()]
        for each in every:
            assert any(each.is_within(wide) for wide in widest)
        for wide in widest:
            assert wide in every


@LAWS
@given(templates(SAFE, ("BucketWithA", "BucketWithAOrB", "VpcWithC")))
def test_switches_that_only_add_make_no_cases(body: Json) -> None:
    found = opened(body)

    assert found
    # Of each text there are two at most: given and not.
    assert len(found.cases) <= 2 ** len(TEXTS)
    for case in found.cases:
        for on in product((False, True), repeat=len(SWITCHES)):
            switches = frozenset(each for each, is_it in zip(SWITCHES, on, strict=True) if is_it)
            if case.added and switches & case.added.off:
                continue
            values = {
                **{each: "yes" if each in switches else "no" for each in SWITCHES},
                **{each: value if case.chosen.get(each, hole(each)) else ""
                   for each, value in TEXTS.items()},
            }  # fmt: skip
            assert of_case(case.with_switches(switches)) == launched(body, values)


def sids(case: Case) -> list[str | None]:
    assert case.identity
    return [each.sid for each in case.identity.statements]


def wide(body: Json) -> list[str]:
    """The labels of the widest cases."""
    found = opened(body)
    assert found
    return [each.label for case in found.cases for each in case.widest()]


class TestCases:
    def test_any_number_of_switches_is_one_case(self) -> None:
        found = opened(many(30))

        assert found
        (case,) = found.cases
        assert (case.label, sids(case), found.left_out) == ("options off", [], "")
        assert len(sids(case.widest()[0])) == 30
        assert sids(case.with_switches(["RunJobs7"])) == ["SRunJobs7"]

    def test_what_cases_are_called(self) -> None:
        found = opened(many(9))
        assert found
        case = found.cases[0]
        names = sorted(found.switches)

        assert [case.with_switches(names[:each]).label for each in (0, 1, 2, 4, 8, 9)] == [
            "options off",
            "run-jobs0",
            "run-jobs0 + run-jobs1",
            "4 switches",
            "all switches but run-jobs8",
            "all options",
        ]

    def test_beside_other_options(self) -> None:
        vpc = {"Vpc": parameter("^(vpc-1)?$", Default="")}
        body = many(
            5,
            when("Network", deny("Network", "s3:*")),
            Parameters=vpc,
            Conditions={"Network": is_given("Vpc")},
        )
        assert wide(body) == ["all switches", "all options"]

    def test_a_deny_that_depends_on_switches_is_looked_at_on_and_off(self) -> None:
        """Without it more may be allowed, by what the other switches add."""
        guard = when("Guarded", deny("Guard", "iam:PassRole"))
        body = many(5, guard, Conditions={"Guarded": either("RunJobs0", "RunJobs1")})

        assert wide(body) == ["all options", "run-jobs2 + run-jobs3 + run-jobs4"]

    def test_two_that_are_needed_together_are_no_switches(self) -> None:
        together = {"Fn::And": [is_on("RunJobs0"), is_on("RunJobs1")]}
        body = many(3, when("Both", allow("Both", "iam:PassRole")), Conditions={"Both": together})
        found = opened(body)

        assert found
        assert sorted(found.switches) == ["RunJobs1", "RunJobs2"]
        assert [each.label for each in found.cases] == ["options off", "both + run-jobs0"]

    def test_too_many_of_them_are_left_out_and_said_to_be(self) -> None:
        body = many(14)
        for each in range(0, 14, 2):
            together = {"Fn::And": [is_on(f"RunJobs{each}"), is_on(f"RunJobs{each + 1}")]}
            body["Conditions"][f"Both{each}"] = together
            statement = when(f"Both{each}", allow(f"Both{each}", "iam:PassRole"))
            body["Resources"]["Policy1"]["Properties"]["PolicyDocument"]["Statement"].append(
                statement
            )
        found = opened(body)

        assert found
        assert found.left_out == "it has more than 64 combinations of options"

    def test_many_that_deny_are_options_like_others(self) -> None:
        denied = (when(f"RunJobs{each}On", deny(f"D{each}", "s3:*")) for each in range(5))
        found = opened(many(6, *denied))

        assert found
        assert sorted(found.switches) == ["RunJobs5"]
        assert len(found.cases) == 2**5

    def test_attached_policies_of_aws(self) -> None:
        theirs = {
            "Read": {"Version": "2012-10-17", "Statement": [allow("Theirs", "s3:ListBucket")]}
        }
        arn = when("RunJobs0On", "arn:aws:iam::aws:policy/Read")  # type: ignore[arg-type]  # a text
        found = cases(subject(many(2, ManagedPolicyArns=[arn])), {}, Launch(), attached(theirs))

        (case,) = found.cases
        assert sids(case) == []
        assert sids(case.with_switches(["RunJobs0"])) == ["SRunJobs0", "Theirs"]

    def test_a_whole_policy_and_one_inside_the_role(self) -> None:
        inline = {"PolicyName": "Own", "PolicyDocument": {"Version": "2012-10-17",
                  "Statement": [allow("Own", "s3:ListBucket")]}}  # fmt: skip
        body = many(2, Policies=[when("RunJobs1On", inline)])
        body["Resources"]["Policy1"]["Condition"] = "AnyOn"
        body["Conditions"]["AnyOn"] = either("RunJobs0", "RunJobs1")
        found = opened(body)

        assert found
        (case,) = found.cases
        assert sids(case.with_switches(["RunJobs1"])) == ["SRunJobs1", "Own"]

    def test_what_the_rules_ask_for_with_a_switch_makes_no_case(self) -> None:
        """A list that may be empty is one hole, where nobody looks at it while it is empty."""
        second = {"Fn::Select": [1, {"Fn::Split": [",", {"Fn::Sub": "${Names},?"}]}]}
        resources = [IN_NAMES, when("Has2", "arn:aws:s3:::two")]  # type: ignore[arg-type]  # a text
        body = many(
            2,
            when("Exists", allow("Read", "s3:ListBucket", resources)),
            Parameters={"Names": parameter("^([a-z]{3}(,[a-z]{3}){0,3})?$", Default="")},
            Conditions={
                "Given": is_given("Names"),
                "Exists": {"Fn::And": [reference("RunJobs0On"), reference("Given")]},
                "Has2": {"Fn::Not": [{"Fn::Equals": [second, "?"]}]},
            },
        )
        asked = {**body, "Rules": {"NamesNeeded": needs("Names", is_on("RunJobs0"))}}

        assert wide(asked) == ["all options"]
        found = opened(asked)
        assert found
        assert found.cases[0].universe.most == {"Names": 4}
        # Without the rule a launch may have the switch on and give no names.
        assert wide(body) == ["run-jobs0 + run-jobs1", "all options"]

    def test_what_no_policy_depends_on_makes_no_case(self) -> None:
        body = many(
            1,
            Parameters={
                "Domain": parameter("^(d-[a-z]{3})?$", Default=""),
                "Profile": parameter("^([a-z]{3})?$", Default=""),
                "Mode": parameter(AllowedValues=["IAM", "SSO", "none"], Default="IAM"),
            },
            Conditions={"Onboards": is_given("Domain"), "Sso": {"Fn::Equals": [{"Ref": "Mode"}, "SSO"]}},
        )  # fmt: skip
        both = {"Fn::Equals": [is_given("Domain"), is_given("Profile")]}
        body["Rules"] = {"Together": {"Assertions": [{"Assert": both}]}}
        body["Resources"]["Profile"] = {
            "Type": "AWS::SageMaker::UserProfile", "Condition": "Onboards", "Properties": {},
        }  # fmt: skip
        found = opened(body)

        assert found
        assert [each.label for each in found.cases] == ["options off"]
        assert found.idle_rules == {"Together"}
