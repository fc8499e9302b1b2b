"""compiler.render: every intrinsic function by hand, and emitted templates by law."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.build import compile_persona
from compiler.intrinsics import ParameterError, RenderError
from compiler.load import load, read_tree
from compiler.render import Launch, of_one_role, render
from compiler.resolve import resolve
from tests.laws import LAWS, Chosen, deployed, launches, launches_of, substituted, written
from tests.small import overlay

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.catalog import Catalog

TRUST = {"Version": "2012-10-17", "Statement": []}

PARAMETERS = {
    "Names": {"Type": "String", "Default": "a,b", "AllowedPattern": "^[a-z,]*$"},
    "Empty": {"Type": "String", "Default": ""},
}

CONDITIONS = {
    "On": {"Fn::Equals": ["x", "x"]},
    "Off": {"Fn::Not": [{"Condition": "On"}]},
    "Given": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Empty"}, ""]}]},
}


def template(document: Any = None, **more: Any) -> Any:
    """A template with one policy, which holds the given part."""
    return {
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Mappings": {"Places": {"eu-west-1": {"Short": "ew1"}}},
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST, **more.pop("role", {})},
            },
            "Policy1": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": {"It": document}},
            },
        },
        **more,
    }


def resolved(part: Any, **parameters: str) -> Any:
    """What a part of a policy document becomes."""
    (policy,) = render(template(part), Launch(parameters=parameters)).policies
    return policy.document["It"]


def condition(value: Any, **parameters: str) -> bool:
    """What a condition is."""
    body = template({"Fn::If": ["It", "yes", "no"]})
    body["Conditions"] = {**CONDITIONS, "It": value}
    (policy,) = render(body, Launch(parameters=parameters)).policies
    return bool(policy.document["It"] == "yes")


class TestFunctions:
    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            ("text", "text"),
            (7, 7),
            (True, True),
            (None, None),
            ({"Ref": "Names"}, "a,b"),
            ({"Ref": "AWS::Region"}, "eu-west-1"),
            ({"Ref": "AWS::AccountId"}, "111122223333"),
            ({"Ref": "AWS::Partition"}, "aws"),
            ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
            ({"Ref": "AWS::StackName"}, "persona"),
            (
                {"Ref": "AWS::StackId"},
                "arn:aws:cloudformation:eu-west-1:111122223333:stack/persona/00000000-0000-0000-0000-000000000000",
            ),
            ({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Names}"}, "arn:aws:s3:::a,b"),
            ({"Fn::Sub": "${!aws:username} ${!*} ${!$}"}, "${aws:username} ${*} ${$}"),
            ({"Fn::Sub": "$ {x} $$ }"}, "$ {x} $$ }"),
            ({"Fn::Sub": ["${Names}-${AWS::Region}", {"Names": "own"}]}, "own-eu-west-1"),
            (
                {"Fn::Sub": ["${One}", {"One": {"Fn::Select": [1, {"Fn::Split": [",", "a,b"]}]}}]},
                "b",
            ),
            ({"Fn::Sub": "${Role.Arn}"}, "<Role.Arn>"),
            ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, "b"]]}, "a-eu-west-1-b"),
            ({"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}]]}, "a"),
            ({"Fn::Join": ["", []]}, ""),
            ({"Fn::Split": [",", {"Ref": "Names"}]}, ["a", "b"]),
            ({"Fn::Split": [",", {"Ref": "Empty"}]}, [""]),
            ({"Fn::Select": [0, ["a", "b"]]}, "a"),
            ({"Fn::Select": ["1", {"Fn::Split": [",", {"Ref": "Names"}]}]}, "b"),
            ({"Fn::If": ["On", "yes", "no"]}, "yes"),
            ({"Fn::If": ["Off", "yes", "no"]}, "no"),
            # What is not chosen is not looked at.
            ({"Fn::If": ["On", "yes", {"Fn::Select": [9, []]}]}, "yes"),
            (["a", {"Fn::If": ["Off", "b", {"Ref": "AWS::NoValue"}]}, "c"], ["a", "c"]),
            ({"a": 1, "b": {"Fn::If": ["Off", 2, {"Ref": "AWS::NoValue"}]}}, {"a": 1}),
            ({"a": 1, "b": {"Ref": "AWS::NoValue"}}, {"a": 1}),
            ({"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "Short"]}, "ew1"),
            # Lists do not flatten, here as in CloudFormation.
            (["x", {"Fn::Split": [",", "a,b"]}], ["x", ["a", "b"]]),
            # A condition of IAM's is no condition of CloudFormation's.
            ({"Condition": {"Bool": {"k": "true"}}}, {"Condition": {"Bool": {"k": "true"}}}),
            (
                {"Fn::Join": [".", {"Fn::Split": ["-", {"Fn::Sub": "${AWS::Region}-${Names}"}]}]},
                "eu.west.1.a,b",
            ),
        ],
        ids=str,
    )
    def test_a_function_gives(self, part: Any, expected: Any) -> None:
        assert expected == resolved(part)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"Fn::Equals": [{"Ref": "Names"}, "a,b"]}, True),
            ({"Fn::Equals": ["1", 1]}, True),
            ({"Fn::Equals": ["a", "b"]}, False),
            ({"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}, True),
            ({"Fn::And": [{"Condition": "On"}, {"Fn::Equals": ["a", "a"]}]}, True),
            ({"Fn::And": [{"Condition": "On"}, {"Condition": "Off"}]}, False),
            ({"Fn::Or": [{"Condition": "Off"}, {"Condition": "On"}]}, True),
            ({"Fn::Or": [{"Condition": "Off"}, {"Condition": "Given"}]}, False),
            (
                {
                    "Fn::Or": [
                        {"Fn::And": [{"Condition": "On"}, {"Condition": "Off"}]},
                        {"Fn::Not": [{"Condition": "Off"}]},
                    ]
                },
                True,
            ),
            ({"Condition": "On"}, True),
        ],
        ids=str,
    )
    def test_a_condition_is(self, value: Any, expected: bool) -> None:
        assert expected == condition(value)

    def test_values_given_come_before_defaults(self) -> None:
        assert resolved({"Ref": "Names"}, Names="z") == "z"

    @pytest.mark.parametrize(
        ("partition", "suffix"),
        [
            ("aws-cn", "amazonaws.com.cn"),
            ("aws-us-gov", "amazonaws.com"),
            ("aws-eusc", "amazonaws.eu"),
        ],
    )
    def test_the_suffix_of_hosts_is_the_partition_s(self, partition: str, suffix: str) -> None:
        rendered = render(template({"Ref": "AWS::URLSuffix"}), Launch(partition=partition))

        assert rendered.policies[0].document == {"It": suffix}


class TestDocuments:
    def test_what_iam_holds_is_gathered(self) -> None:
        body = template(
            "document",
            role={
                "Policies": [
                    {"PolicyName": "Inline", "PolicyDocument": {"It": "inline"}},
                    {"Fn::If": ["Off", {"PolicyName": "Gone"}, {"Ref": "AWS::NoValue"}]},
                ],
                "ManagedPolicyArns": [
                    {"Ref": "Policy1"},
                    {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/Theirs"},
                ],
                "PermissionsBoundary": {"Fn::Sub": "arn:${AWS::Partition}:iam::1:policy/b"},
            },
            Outputs={
                "Name": {"Value": {"Ref": "Role"}},
                "Words": {"Value": {"Fn::Sub": "of ${AWS::Region}"}},
                "Gone": {"Value": "x", "Condition": "Off"},
            },
        )
        body["Resources"]["Policy2"] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Condition": "Off",
            "Properties": {"PolicyDocument": {"It": {"Fn::Nope": []}}},
        }

        rendered = render(body, Launch(partition="aws-cn"))

        assert rendered.trust == TRUST
        assert [(each.name, each.document) for each in rendered.policies] == [
            ("Policy1", {"It": "document"}),
            ("Inline", {"It": "inline"}),
        ]
        assert rendered.managed_policy_arns == ("arn:aws-cn:iam::aws:policy/Theirs",)
        assert rendered.permissions_boundary == "arn:aws-cn:iam::1:policy/b"
        assert rendered.outputs == {"Words": "of eu-west-1"}

    def test_policies_are_in_the_order_of_their_numbers(self) -> None:
        """A file's keys are sorted: Policy10 stands before Policy2 there."""
        body = template()
        policy = body["Resources"].pop("Policy1")
        body["Resources"] |= {f"Policy{number}": policy for number in (1, 10, 11, 2)}

        assert [each.name for each in render(body, Launch()).policies] == [
            "Policy1",
            "Policy2",
            "Policy10",
            "Policy11",
        ]


class TestErrors:
    @pytest.mark.parametrize(
        ("part", "message"),
        [
            (
                {"Fn::ImportValue": "x"},
                "Resources.Policy1.PolicyDocument.It: Fn::ImportValue is not known here",
            ),
            (
                {"a": [{"Ref": "Nothing"}]},
                "Resources.Policy1.PolicyDocument.It.a.0: Ref names Nothing, which is not there",
            ),
            (
                {"Fn::Sub": "${Nothing}"},
                "Resources.Policy1.PolicyDocument.It: Ref names Nothing, which is not there",
            ),
            (
                {"Fn::Select": [2, {"Fn::Split": [",", "a,b"]}]},
                "Resources.Policy1.PolicyDocument.It: Fn::Select cannot be resolved: there is no item 2 among 2",
            ),
            (
                {"Fn::Select": [-1, ["a"]]},
                "Resources.Policy1.PolicyDocument.It: Fn::Select cannot be resolved: there is no item -1 among 1",
            ),
            (
                {"Fn::Select": ["x", ["a"]]},
                "Resources.Policy1.PolicyDocument.It: Fn::Select cannot be resolved: invalid literal for int() with base 10: 'x'",
            ),
            (
                {"Fn::FindInMap": ["Places", "mars", "Short"]},
                "Resources.Policy1.PolicyDocument.It: Fn::FindInMap cannot be resolved: there is no mars in the mapping",
            ),
            (
                {"Fn::Join": ["-"]},
                "Resources.Policy1.PolicyDocument.It: Fn::Join cannot be resolved: not enough values to unpack (expected 2, got 1)",
            ),
            (
                {"Fn::GetAtt": 7},
                "Resources.Policy1.PolicyDocument.It: Fn::GetAtt cannot be resolved: 'int' object has no attribute 'split'",
            ),
            ({"Fn::If": ["Nothing", 1, 2]}, "there is no condition Nothing"),
        ],
        ids=str,
    )
    def test_what_cannot_be_resolved_names_the_place(self, part: Any, message: str) -> None:
        with pytest.raises(RenderError) as caught:
            resolved(part)

        assert message == str(caught.value)

    def test_a_condition_that_depends_on_itself(self) -> None:
        with pytest.raises(RenderError, match=r"^the condition (A|B) depends on itself$"):
            render(
                template(
                    {"Fn::If": ["A", 1, 2]},
                    Conditions={"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}},
                ),
                Launch(),
            )

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"Resources": {"Role": {}}},
            {"Resources": {"Role": []}},
            {"Resources": {"Role": {"Type": "AWS::IAM::Role"}}},
            {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": []}}},
            {"Resources": {}, "Parameters": []},
            {
                "Resources": {},
                "Parameters": {"P": {"Type": "String", "Default": "x", "AllowedPattern": "("}},
            },
            {
                "Resources": {},
                "Parameters": {"P": {"Type": "Number", "Default": 1, "AllowedPattern": "1"}},
            },
            {"Resources": {}, "Rules": {"R": {}}},
            template(role={"Policies": [{}]}),
        ],
        ids=str,
    )
    def test_what_is_no_template_of_a_role_is_refused_not_a_traceback(self, body: Any) -> None:
        with pytest.raises(RenderError):
            render(body, Launch())

    def test_a_template_nested_without_end_is_refused(self) -> None:
        part: Any = "x"
        for _ in range(900):
            part = {"Fn::Sub": ["${A}", {"A": part}]}

        with pytest.raises(RenderError, match="nested too deep"):
            resolved(part)

    @pytest.mark.parametrize(
        ("resource", "message"),
        [
            (
                {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}]}},
                "Resources.More: AWS::IAM::Policy is not read: only policies of the role itself and managed policies are",
            ),
            (
                {"Type": "AWS::IAM::RolePolicy", "Properties": {"RoleName": {"Ref": "Role"}}},
                "Resources.More: AWS::IAM::RolePolicy is not read: only policies of the role itself and managed policies are",
            ),
            (
                {"Type": "AWS::CloudFormation::Stack"},
                "Resources.More: AWS::CloudFormation::Stack is not read: what it makes stands in another template",
            ),
            (
                {"Type": "My::Company::Roles::MODULE"},
                "Resources.More: My::Company::Roles::MODULE is not read: it is a module",
            ),
        ],
        ids=str,
    )
    def test_what_may_give_more_permissions_is_not_passed_over(
        self, resource: Any, message: str
    ) -> None:
        body = template()
        body["Resources"]["More"] = resource

        with pytest.raises(RenderError) as caught:
            render(body, Launch())

        assert str(caught.value) == message

    def test_what_is_attached_and_not_known_is_not_passed_over(self) -> None:
        body = template(role={"ManagedPolicyArns": [{"Fn::GetAtt": ["Other", "Outputs.Policy"]}]})

        with pytest.raises(RenderError) as caught:
            render(body, Launch())

        assert (
            str(caught.value) == "the role attaches <Other.Outputs.Policy>, which is not known here"
        )

    def test_a_transform_is_not_passed_over(self) -> None:
        with pytest.raises(RenderError, match=r"^the template has a Transform: "):
            render(template(Transform="AWS::LanguageExtensions"), Launch())

    def test_a_dynamic_reference_is_no_text(self) -> None:
        with pytest.raises(RenderError) as caught:
            resolved(["arn:aws:s3:::{{resolve:ssm:bucket}}"])

        message = "Resources.Policy1.PolicyDocument.It.0: a dynamic reference is known to AWS alone"
        assert str(caught.value) == message

    @pytest.mark.parametrize(
        ("roles", "more"),
        [
            ((), ""),
            (
                ("Role", "Other"),
                ": which one is meant is told as FILE#ROLE, by its logical id",
            ),
        ],
        ids=range(2),
    )
    def test_a_template_makes_one_role(self, roles: tuple[str, ...], more: str) -> None:
        body = template()
        role = body["Resources"].pop("Role")
        body["Resources"] |= dict.fromkeys(roles, role)

        with pytest.raises(RenderError) as caught:
            render(body, Launch())

        told = f"the template makes {len(roles)} roles; it has to make one{more}"
        assert str(caught.value) == told

    def test_one_of_several_roles(self) -> None:
        body = template()
        role = body["Resources"]["Role"]
        document = {"Version": "2012-10-17", "Statement": []}
        policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
        other = {
            "Type": "AWS::IAM::Role",
            "Properties": {**role["Properties"], "ManagedPolicyArns": [{"Ref": "Theirs"}]},
        }
        body["Resources"] |= {"Other": other, "Theirs": policy, "Nobodys": policy}
        body["Outputs"] = {
            "RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}},
            "OtherArn": {"Value": {"Fn::GetAtt": ["Other", "Arn"]}},
            "OtherName": {"Value": {"Fn::Sub": "it is ${Other}, ${Other.Arn}"}},
        }

        ours, theirs = of_one_role(body, "Role"), of_one_role(body, "Other")

        # A policy that neither attaches is not known to be of no use: it stays.
        assert set(ours["Resources"]) == {"Role", "Policy1", "Nobodys"}
        assert set(ours["Outputs"]) == {"RoleArn"}
        assert set(theirs["Resources"]) == {"Other", "Policy1", "Theirs", "Nobodys"}
        assert set(theirs["Outputs"]) == {"OtherArn", "OtherName"}
        names = [each.name for each in render(theirs, Launch()).policies]
        assert names == ["Nobodys", "Policy1", "Theirs"]

    @pytest.mark.parametrize(
        ("roles", "message"),
        [
            (("Role", "Other"), "the template makes no role 'Policy1'; its roles are Other, Role"),
            ((), "the template makes no role 'Policy1'; it makes none"),
        ],
        ids=range(2),
    )
    def test_a_role_that_is_not_there(self, roles: tuple[str, ...], message: str) -> None:
        body = template()
        role = body["Resources"].pop("Role")
        body["Resources"] |= dict.fromkeys(roles, role)

        with pytest.raises(RenderError) as caught:
            of_one_role(body, "Policy1")

        assert str(caught.value) == message


class TestKinds:
    """Templates that say in their Metadata that they make no role."""

    def of_kind(self, kind: object, *left_out: str, **resources: object) -> Any:
        body = template({"Ref": "Names"}, Metadata={"personac": {"kind": kind}})
        kept = {name: each for name, each in body["Resources"].items() if name not in left_out}
        return {**body, "Resources": {**kept, **resources}}

    def test_access_of_people_has_no_trust_policy(self) -> None:
        rendered = render(self.of_kind("access", "Role"), Launch())

        assert rendered.trust is None
        assert [(each.name, each.document) for each in rendered.policies] == [
            ("Policy1", {"It": "a,b"})
        ]
        assert rendered.managed_policy_arns == ()

    def test_a_permission_set_holds_its_inline_policy(self) -> None:
        found = {
            "Type": "AWS::SSO::PermissionSet",
            "Properties": {"Name": "people", "InlinePolicy": {"It": {"Ref": "Names"}}},
        }

        rendered = render(self.of_kind("access", "Role", "Policy1", PermissionSet=found), Launch())

        assert [(each.name, each.document) for each in rendered.policies] == [
            ("PermissionSet", {"It": "a,b"})
        ]

    def test_a_role_counts_whatever_the_template_says(self) -> None:
        assert render(self.of_kind("access"), Launch()).trust == TRUST

    def test_a_domain_has_no_documents_and_is_asked_for_no_values(self) -> None:
        domain = {"Type": "AWS::SageMaker::Domain", "Properties": {"DomainName": "d"}}
        body = self.of_kind("domain", "Role", "Policy1", Domain=domain)

        for values in ({}, {"Unknown": "value"}):
            with pytest.raises(RenderError) as caught:
                render(body, Launch(parameters=values))
            assert str(caught.value) == "the template makes a Studio domain, and no role or policy"

    @pytest.mark.parametrize("kind", ["role", "other", 7, None])
    def test_nothing_else_may_lack_the_role(self, kind: object) -> None:
        with pytest.raises(RenderError, match="the template makes 0 roles; it has to make one"):
            render(self.of_kind(kind, "Role"), Launch())


class TestValues:
    BODY: Any = template(
        Parameters={
            "Buckets": {
                "Type": "String",
                "Description": "Names of buckets.",
                "AllowedPattern": "^[a-z]+(,[a-z]+)?$",
            },
            "Other": {"Type": "String"},
            "Size": {"Type": "String", "AllowedValues": ["s", "m"], "Default": "s"},
        },
        Conditions={},
        Rules={
            "Same": {
                "RuleCondition": {"Fn::Equals": [{"Ref": "Size"}, "m"]},
                "Assertions": [
                    {
                        "Assert": {"Fn::Equals": [{"Ref": "Buckets"}, {"Ref": "Other"}]},
                        "AssertDescription": "Buckets and Other are the same",
                    }
                ],
            },
            "Bare": {
                "Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Other"}, "no"]}]}}]
            },
        },
    )

    def problems(self, **given: str) -> tuple[str, ...]:
        with pytest.raises(ParameterError) as caught:
            render(self.BODY, Launch(parameters=given))
        return caught.value.problems

    def test_all_problems_are_told_at_once(self) -> None:
        assert self.problems(Bucket="x", Size="xl") == (
            "Bucket is no parameter of this template; did you mean 'Buckets'?",
            "Buckets is missing: Names of buckets.",
            "Other is missing: it has no default",
            "Size is 'xl'; allowed are s, m",
        )

    @pytest.mark.parametrize("value", ["", "a,b,c", "a*", "A", "a,", "a\n", " a"])
    def test_a_value_that_is_not_of_the_pattern(self, value: str) -> None:
        assert self.problems(Buckets=value, Other="x") == (
            f"Buckets is '{value}'; it must be of the form ^[a-z]+(,[a-z]+)?$",
        )

    def test_a_name_that_is_near_none(self) -> None:
        assert self.problems(Key="x", Buckets="a", Other="x") == (
            "Key is no parameter of this template; it has Buckets, Other, Size",
        )

    @pytest.mark.parametrize(
        "pattern", ["^[a-z]{1,9}(,[a-z]{1,9}){0,2}$", "^([a-z]{1,9}(,[a-z]{1,9}){0,2})?$"]
    )
    @pytest.mark.parametrize(
        ("value", "is_many", "is_bad"),
        [
            ("a,b,c,d", True, False),
            ("a,b,c,d,e,f,g", True, False),
            ("a,b,c,D", True, True),
            ("a,b,c,", True, True),
            ("a,b,C", False, True),
        ],
    )  # fmt: skip
    def test_a_list_with_too_many_values(
        self, pattern: str, value: str, *, is_many: bool, is_bad: bool
    ) -> None:
        body = template(
            Parameters={"Names": {"Type": "String", "AllowedPattern": pattern}}, Conditions={}
        )

        with pytest.raises(ParameterError) as caught:
            render(body, Launch(parameters={"Names": value}))

        number = len(value.split(","))
        many = f"Names is '{value}'; at most 3 values are allowed, and these are {number}"
        bad = f"Names is '{value}'; it must be of the form {pattern}"
        assert caught.value.problems == (many,) * is_many + (bad,) * is_bad

    def test_a_rule_that_is_not_met(self) -> None:
        assert self.problems(Buckets="a", Other="b", Size="m") == (
            "Buckets and Other are the same",
        )
        assert self.problems(Buckets="a", Other="no") == ("the rule Bare is not met",)

    def test_a_rule_holds_only_under_its_condition(self) -> None:
        rendered = render(self.BODY, Launch(parameters={"Buckets": "a", "Other": "b"}))

        assert [each.name for each in rendered.policies] == ["Policy1"]

    def test_a_template_without_parameters_says_so(self) -> None:
        with pytest.raises(ParameterError) as caught:
            render(template(Parameters={}, Conditions={}), Launch(parameters={"X": "1"}))

        assert str(caught.value) == "X is no parameter of this template; it has none"


@LAWS
@given(launches())
def test_what_is_rendered_is_what_the_entitlements_say(chosen: Chosen) -> None:
    """The documents that a launch makes, intrinsics resolved."""
    assert substituted(chosen) == written(deployed(chosen))


@pytest.mark.parametrize(
    "persona", ["all-ml-activities", "data-scientist", "ml-ops", "sagemaker-compute-role"]
)
@settings(LAWS, max_examples=4, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_same_holds_for_the_personas_of_the_catalog(
    persona: str, real: Catalog, data: st.DataObject
) -> None:
    chosen = data.draw(launches_of(resolve(real, persona)))

    assert substituted(chosen) == written(deployed(chosen))


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest) -> Catalog:
    root: Path = request.config.rootpath
    return load("catalog", read_tree(root / "catalog")[0]).catalog


def test_the_small_catalog_by_hand() -> None:
    product, problems = compile_persona(load("catalog", overlay({})).catalog, "analyst")
    assert product
    assert not problems
    execution = "arn:aws:iam::111122223333:role/small/execution/jobs"

    rendered = render(
        json.loads(product.artifact.content),
        Launch(parameters={"Buckets": "one,two", "ExecutionRoles": execution}),
    )

    (policy,) = rendered.policies
    assert policy.document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadBucketsList",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": ["arn:aws:s3:::one", "arn:aws:s3:::two"],
            },
            {
                "Sid": "ReadBucketsRead",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"],
            },
            {
                "Sid": "RunJobsStart",
                "Effect": "Allow",
                "Action": ["sagemaker:CreateTrainingJob"],
                "Resource": ["arn:aws:sagemaker:eu-west-1:111122223333:training-job/*"],
            },
            {
                "Sid": "RunJobsPass",
                "Effect": "Allow",
                "Action": ["iam:PassRole"],
                "Resource": [execution],
                "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            },
        ],
    }
    assert rendered.trust == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SageMaker",
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": ["sts:AssumeRole"],
                "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            }
        ],
    }


@pytest.mark.parametrize(
    "given", [{"Subnets": "subnet-12345678"}, {"SecurityGroups": "sg-12345678"}]
)
def test_what_belongs_together_is_given_together(given: dict[str, str]) -> None:
    product, _ = compile_persona(load("catalog", overlay({})).catalog, "analyst")
    assert product
    execution = "arn:aws:iam::111122223333:role/small/execution/jobs"

    with pytest.raises(ParameterError) as caught:
        render(
            product.template.body,
            Launch(parameters={"Buckets": "one", "ExecutionRoles": execution, **given}),
        )

    assert caught.value.problems == (
        "Network: give all of Subnets, SecurityGroups, or none of them",
    )
