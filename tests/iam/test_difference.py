"""compiler.iam.difference: what is gained and lost, one named test for each sentence of the method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler import pattern
from compiler.iam import reference
from compiler.iam.difference import ANYWHERE, LIMITS, difference, gained
from compiler.iam.document import Principal
from compiler.iam.evaluate import decide
from compiler.iam.finding import Universe
from compiler.iam.replay import with_values
from compiler.iam.text import hole
from tests.iam.asking import ALLOWED, BUCKET, access, allow, deny, policy

if TYPE_CHECKING:
    from compiler.iam.finding import Difference, Finding, Verdict
    from compiler.iam.request import Access

Statements = list[dict[str, Any]]
GET, OBJECTS = "s3:GetObject", f"{BUCKET}/*"


def on(**condition: Any) -> Statements:
    """Allow objects to be read under a condition, whose `__` is a colon."""
    written = {operator.replace("__", ":"): keys for operator, keys in condition.items()}
    return [allow(GET, OBJECTS, Condition=written)]


def compared(old: Statements, new: Statements, universe: Universe = ANYWHERE) -> Difference:
    return difference(access(policy(*old)), access(policy(*new)), universe)


def verdict(old: Statements, new: Statements, universe: Universe = ANYWHERE) -> Verdict:
    return compared(old, new, universe).verdict


def only(old: Statements, new: Statements, universe: Universe = ANYWHERE) -> Finding:
    """The one thing that is gained."""
    found = compared(old, new, universe)
    assert (len(found.gained), found.lost, found.unknown) == (1, (), ())
    return found.gained[0]


# ------------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([allow(GET)], [allow(GET)], "equal"),
        ([], [], "equal"),
        ([], [deny(GET)], "equal"),
        ([], [allow(GET)], "wider"),
        ([allow(GET)], [], "narrower"),
        ([allow(GET)], [allow("s3:PutObject")], "changed"),
        ([allow(GET)], [allow(GET), deny(GET)], "narrower"),
        ([allow(GET), deny(GET)], [allow(GET)], "wider"),
        ([allow(GET)], [allow("S3:getobject")], "equal"),  # actions ignore case
        ([allow(GET, f"{BUCKET}/a")], [allow(GET, f"{BUCKET}/A")], "changed"),  # resources do not
    ],
)
def test_verdicts(old: Statements, new: Statements, expected: str) -> None:
    assert verdict(old, new) == expected


def test_what_is_unknown_is_never_equal() -> None:
    old, new = (access(policy(allow(GET, f"{BUCKET}/{each}"))) for each in ("*b", "*a*"))

    found = difference(old, new, ANYWHERE, replace(LIMITS, states=1))

    assert found.verdict == "unknown"
    assert {(each.actions, each.reason) for each in found.unknown} == {
        ((GET,), "no end after 1 states of the automata")
    }


# ------------------------------------------------------------------------------ 1. actions, unmade


def test_a_wildcard_is_not_equal_to_the_list_of_what_it_matches() -> None:
    made = [str(each) for each in reference.expand("s3:Get*")]
    one = only([allow(made)], [allow("s3:Get*")])

    assert one.actions == ("s3:GetUnmade",)
    assert one.witness.request.action == "s3:GetUnmade"


def test_everything_is_more_than_all_services() -> None:
    every = [allow(f"{each}:*") for each in sorted(reference.services())]

    assert only(every, [allow("*")]).actions == ("unmade:Unmade",)


def test_an_unmade_action_that_only_several_patterns_tell() -> None:
    """What the old side denies of what the new one leaves."""
    old = [allow("s3:*"), deny("s3:*Zzq*")]
    new = [allow("s3:*"), {**deny(), "NotAction": "s3:Get*"}]
    del new[1]["Action"]

    assert [each.actions for each in compared(old, new).gained] == [("s3:getzzq",)]


def test_an_unmade_action_within_a_boundary() -> None:
    made = [str(each) for each in reference.expand("s3:Get*")]
    bounded = access(policy(allow("s3:*")), boundary=policy(allow("s3:Get*")))

    found, unknown = gained(access(policy(allow(made))), bounded)

    assert [each.actions for each in found] == [("s3:GetUnmade",)]
    assert unknown == ()


def test_an_action_that_only_the_policy_names_is_compared() -> None:
    assert only([], [allow("s3:NotYetMade", "*")]).actions == ("s3:NotYetMade",)


def test_not_action_is_all_others() -> None:
    everything = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
    gone = compared([allow("*")], [everything])

    assert gone.verdict == "narrower"
    assert {each.partition(":")[0] for one in gone.lost for each in one.actions} == {"s3"}


# ------------------------------------------------------------------------------------- 2. cancel


def test_denies_on_both_sides_drop_out() -> None:
    hard = [deny(GET, f"arn:aws:s3:::*{each}*") for each in ("aa", "bb", "cc", "dd")]

    one = only([*hard], [*hard, allow(GET, OBJECTS)])

    assert one.opposing == ()


def test_statements_that_say_the_same_need_no_search() -> None:
    hard = [allow(GET, f"arn:aws:s3:::*{each}*") for each in ("aa", "bb", "cc", "dd")]
    old, new = access(policy(*hard)), access(policy(*reversed(hard)))

    assert difference(old, new, ANYWHERE, replace(LIMITS, branches=0)).verdict == "equal"


# ---------------------------------------------------------------------- 3. and 4. search, theory


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (OBJECTS, "*", "wider"),
        ("*", OBJECTS, "narrower"),
        (OBJECTS, f"{BUCKET}/a*", "narrower"),
        (f"{BUCKET}/a*", f"{BUCKET}/*a", "changed"),
        ([f"{BUCKET}/a*", f"{BUCKET}/b"], [f"{BUCKET}/b", f"{BUCKET}/a*"], "equal"),
        ([f"{BUCKET}/a*", f"{BUCKET}/ab*"], f"{BUCKET}/a*", "equal"),
        ([f"{BUCKET}/?*", f"{BUCKET}/"], OBJECTS, "equal"),
        (f"{BUCKET}/**?", f"{BUCKET}/?*", "equal"),
        # A part that no request can have is none.
        ([OBJECTS, "arn:aws:iam::*:role/*"], OBJECTS, "equal"),
        ([OBJECTS, BUCKET], OBJECTS, "equal"),  # it takes objects, no buckets
    ],
)
def test_resources(old: Any, new: Any, expected: str) -> None:
    assert verdict([allow(GET, old)], [allow(GET, new)]) == expected


def test_deny_with_not_resource_leaves_only_that() -> None:
    fence = {"Effect": "Deny", "Action": GET, "NotResource": f"{BUCKET}/a*"}

    assert verdict([allow(GET), fence], [allow(GET, f"{BUCKET}/a*")]) == "equal"
    assert verdict([allow(GET), fence], [allow(GET, OBJECTS)]) == "wider"
    one = only([allow(GET), fence], [allow(GET)])
    assert not one.witness.request.resource.startswith(f"{BUCKET}/a")
    assert [each.effect for each in one.opposing] == ["Allow", "Deny"]


def test_allow_and_deny_of_the_same_are_nothing() -> None:
    assert verdict([], [allow(GET, OBJECTS), deny(GET, f"{BUCKET}*")]) == "equal"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Numbers
        (on(NumericLessThan={"aws:MultiFactorAuthAge": "10"}),
         on(NumericLessThanEquals={"aws:MultiFactorAuthAge": "9"}), "narrower"),
        (on(NumericLessThan={"aws:MultiFactorAuthAge": "10"}),
         on(NumericLessThan={"aws:MultiFactorAuthAge": ["10", "5"]}), "equal"),
        (on(NumericEquals={"aws:MultiFactorAuthAge": "1"}),
         on(NumericEquals={"aws:MultiFactorAuthAge": "1.0"}), "equal"),
        (on(NumericLessThan={"aws:MultiFactorAuthAge": "10"}),
         on(NumericLessThanIfExists={"aws:MultiFactorAuthAge": "10"}), "wider"),
        (on(NumericNotEquals={"aws:MultiFactorAuthAge": "1"}),
         on(NumericNotEquals={"aws:MultiFactorAuthAge": ["1", "2"]}), "narrower"),
        # Dates
        (on(DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}),
         on(DateLessThan={"aws:CurrentTime": "2026-01-01T01:00:00+01:00"}), "equal"),
        (on(DateLessThan={"aws:CurrentTime": "2026-01-01"}),
         on(DateLessThanEquals={"aws:CurrentTime": "2026-01-01"}), "wider"),
        (on(DateLessThan={"aws:CurrentTime": "9999-12-31T23:59:59Z"}),
         on(DateLessThan={"aws:CurrentTime": "2026-01-01"}), "narrower"),
        # Addresses
        (on(IpAddress={"aws:SourceIp": "10.0.0.0/8"}),
         on(IpAddress={"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}), "equal"),
        (on(IpAddress={"aws:SourceIp": "10.0.0.0/8"}),
         on(IpAddress={"aws:SourceIp": "10.0.0.0/9"}), "narrower"),
        (on(IpAddress={"aws:SourceIp": "10.0.0.0/8"}),
         on(IpAddress={"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}), "wider"),
        (on(NotIpAddress={"aws:SourceIp": "10.0.0.0/8"}),
         on(NotIpAddress={"aws:SourceIp": "10.0.0.0/9"}), "wider"),
        # Bytes
        (on(BinaryEquals={"aws:PrincipalTag/b": "AAE="}),
         on(BinaryEquals={"aws:PrincipalTag/b": ["AAE=", "AAI="]}), "wider"),
        # Two values
        (on(Bool={"aws:MultiFactorAuthPresent": "true"}),
         on(Bool={"aws:MultiFactorAuthPresent": ["true", "false"]}), "wider"),
        (on(Bool={"aws:MultiFactorAuthPresent": ["true", "false"]}),
         on(Null={"aws:MultiFactorAuthPresent": "false"}), "equal"),
        (on(Bool={"aws:MultiFactorAuthPresent": "true"}),
         on(BoolIfExists={"aws:MultiFactorAuthPresent": "true"}), "wider"),
        # Texts
        (on(StringEquals={"aws:PrincipalTag/t": "a"}),
         on(StringEqualsIgnoreCase={"aws:PrincipalTag/t": "A"}), "wider"),
        (on(StringEqualsIgnoreCase={"aws:PrincipalTag/t": "straße"}),
         on(StringEqualsIgnoreCase={"aws:PrincipalTag/t": "STRASSE"}), "equal"),
        (on(StringLike={"aws:PrincipalTag/t": "a*"}),
         on(StringEquals={"aws:PrincipalTag/t": "a*"}), "narrower"),
        (on(StringEquals={"aws:PrincipalTag/t": "a"}),
         on(StringEquals={"AWS:principaltag/T": "a"}), "equal"),
        (on(ArnLike={"aws:SourceArn": "arn:aws:s3:::a*"}),
         on(ArnEquals={"aws:SourceArn": "arn:aws:s3:::a*"}), "equal"),
        (on(ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:a"}),
         on(StringLike={"aws:SourceArn": "arn:aws:sns:*:*:a"}), "wider"),
    ],
)  # fmt: skip
def test_conditions(old: Statements, new: Statements, expected: str) -> None:
    assert verdict(old, new) == expected
    back = {"wider": "narrower", "narrower": "wider"}.get(expected, expected)
    assert verdict(new, old) == back


def test_absence_is_tried_first() -> None:
    one = only([], on(StringNotEquals={"aws:PrincipalTag/t": "a"}))

    assert one.witness.request.context == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (on(ForAllValues__StringEquals={"aws:TagKeys": "a"}),
         on(ForAllValues__StringEquals={"aws:TagKeys": ["a", "b"]}), "wider"),
        (on(ForAnyValue__StringEquals={"aws:TagKeys": ["a", "b"]}),
         on(ForAnyValue__StringEquals={"aws:TagKeys": "a"}), "narrower"),
        (on(ForAllValues__StringEquals={"aws:TagKeys": "a"}),
         on(ForAnyValue__StringEquals={"aws:TagKeys": "a"}), "changed"),
        (on(ForAllValues__StringEquals={"aws:TagKeys": "a"}, Null={"aws:TagKeys": "false"}),
         on(ForAnyValue__StringEquals={"aws:TagKeys": "a"}), "wider"),
    ],
)  # fmt: skip
def test_lists(old: Statements, new: Statements, expected: str) -> None:
    assert verdict(old, new) == expected


def test_a_list_has_as_many_elements_as_are_needed() -> None:
    each = [{"ForAnyValue:StringEquals": {"aws:TagKeys": tag}} for tag in "abc"]
    fences = [deny(GET, Condition={"ForAllValues:StringNotEquals": {"aws:TagKeys": tag}})
              for tag in "abc"]  # fmt: skip

    one = only([], [allow(GET, OBJECTS, Condition=each[0]), *fences])

    assert one.witness.request.context == {"aws:TagKeys": ("a", "b", "c")}


# ------------------------------------------------------------------------------------ 5. variables

HOME = f"{BUCKET}/${{aws:username}}/*"
NOBODY = f"{BUCKET}/${{aws:username, 'nobody'}}/*"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (HOME, HOME, "equal"),
        (HOME, OBJECTS, "wider"),
        (HOME, NOBODY, "wider"),
        ([HOME, f"{BUCKET}/nobody/*"], NOBODY, "narrower"),
        (HOME, f"{BUCKET}/${{aws:userid}}/*", "changed"),
        (f"{BUCKET}/x?*", f"{BUCKET}/x${{aws:username, ''}}", "changed"),
        (f"{BUCKET}/${{aws:PrincipalAccount}}", f"{BUCKET}/111122223333", "equal"),
        (f"{BUCKET}/${{aws:PrincipalAccount}}", f"{BUCKET}/444455556666", "changed"),
        (f"{BUCKET}/${{*}}", f"{BUCKET}/*", "wider"),
    ],
)
def test_variables(old: Any, new: Any, expected: str) -> None:
    assert verdict([allow(GET, old)], [allow(GET, new)]) == expected


def test_a_variable_that_is_gone_matches_by_its_default() -> None:
    one = only([allow(GET, HOME)], [allow(GET, [HOME, NOBODY])])

    assert one.witness.request.context == {}
    assert one.witness.request.resource.startswith(f"{BUCKET}/nobody/")


def test_a_variable_has_one_value_in_a_request() -> None:
    """The resource and the condition name the same one."""
    new = [allow(GET, HOME, Condition={"StringEquals": {"aws:username": "ann"}})]

    one = only([], new)

    assert one.witness.request.context == {"aws:username": "ann"}
    assert one.witness.request.resource.startswith(f"{BUCKET}/ann/")


def test_the_account_is_that_of_whoever_asks() -> None:
    own = on(StringEquals={"aws:PrincipalAccount": "111122223333"})
    other = on(StringEquals={"aws:PrincipalAccount": "444455556666"})

    assert verdict([], other) == "equal"
    assert verdict(own, [allow(GET, OBJECTS)]) == "equal"
    assert only([], own).witness.request.context == {"aws:PrincipalAccount": "111122223333"}
    assert verdict([], other, Universe(account="444455556666")) == "wider"


# -------------------------------------------------------------- 5. launch parameters, held to patterns

KNOWN = Universe(
    holes={"Team": pattern.parse("[a-z]{1,8}"), "Other": pattern.parse("[a-z]{1,8}")},
    most={"Team": 3},
)
TEAM = hole("Team")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (f"{BUCKET}/{TEAM}/*", f"{BUCKET}/{TEAM}/*", "equal"),
        (f"{BUCKET}/{TEAM}/*", f"{BUCKET}/{TEAM}/a*", "narrower"),
        (f"{BUCKET}/{TEAM}/*", f"{BUCKET}/{TEAM}*", "wider"),
        (f"{BUCKET}/{TEAM}/*", f"{BUCKET}/*/*", "wider"),
        (f"{BUCKET}/{TEAM}/*", OBJECTS, "wider"),
        (f"{BUCKET}/{TEAM}", f"{BUCKET}/{hole('Other')}", "changed"),  # they may differ
        (f"{BUCKET}/fixed", [f"{BUCKET}/fixed", f"{BUCKET}/{TEAM}"], "wider"),
    ],
)
def test_holes(old: Any, new: Any, expected: str) -> None:
    assert verdict([allow(GET, old)], [allow(GET, new)], KNOWN) == expected


def test_a_parameter_is_held_to_its_pattern() -> None:
    old = [allow(GET, f"{BUCKET}/?*")]

    assert verdict(old, [*old, allow(GET, f"{BUCKET}/{TEAM}")], KNOWN) == "equal"
    capital = f"{BUCKET}/A*"
    fence = {"Effect": "Deny", "Action": GET, "NotResource": capital}
    assert verdict([], [allow(GET, f"{BUCKET}/{TEAM}"), fence], KNOWN) == "equal"


def test_a_witness_says_which_values_make_it_possible() -> None:
    one = only([], [allow(GET, f"{BUCKET}/{TEAM}/x")], KNOWN)

    (value,) = one.witness.parameters["Team"]
    assert pattern.matches(KNOWN.holes["Team"], value)
    assert one.witness.request.resource == f"{BUCKET}/{value}/x"


def test_ignoring_case_a_parameter_is_like_what_it_is_not() -> None:
    condition = {
        "StringEqualsIgnoreCase": {"aws:PrincipalTag/t": TEAM},
        "StringLike": {"aws:PrincipalTag/t": "X*"},
    }

    one = only([], [allow(GET, OBJECTS, Condition=condition)], KNOWN)

    assert one.witness.parameters["Team"][0].startswith("x")


def test_a_parameter_in_a_principal_is_unknown() -> None:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": TEAM}}
    trust = access(policy(body), kind="trust")

    assert difference(access(policy(), kind="trust"), trust).verdict == "unknown"
    assert difference(trust, access(policy(body), kind="trust")).verdict == "equal"


# ------------------------------------------------------------------------------------- 6. reading


def test_a_name_with_a_colon_is_told_apart() -> None:
    """`*` ends a segment here, and crosses colons in the wide reading alone."""
    topics = "arn:aws:sns:eu-west-1:111122223333:"
    old, new = [f"{topics}?"], [f"{topics}?", f"{topics}a:*"]
    one = only([allow("sns:Publish", old)], [allow("sns:Publish", new)])

    assert one.wide_only
    assert one.witness.request.resource.count(":") > 5


def test_where_a_name_without_a_colon_does_it_has_none() -> None:
    one = only([], [allow("sns:Publish", "arn:aws:sns:*:*:*")])

    assert not one.wide_only


# ------------------------------------------------------------------------------------ 7. universe


def test_a_resource_of_a_format_that_no_action_takes_is_none() -> None:
    assert verdict([], [allow(GET, "arn:aws:iam::111122223333:role/x")]) == "equal"


def test_every_partition_is_there_and_a_roles_own_alone() -> None:
    new = [allow(GET, "arn:aws-cn:s3:::*")]

    assert only([], new).witness.request.resource.startswith("arn:aws-cn:s3:::")
    assert verdict([], new, Universe(partitions=("aws",))) == "equal"
    one = only([], [allow(GET, "arn:*:s3:::bucket/*")], Universe(partition="aws-us-gov"))
    assert one.witness.request.resource == "arn:aws-us-gov:s3:::bucket/example"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("aws:username", "wider"),  # global
        ("s3:ExistingObjectTag/x", "wider"),  # of the action
        ("s3:prefix", "equal"),  # of another one
        ("ec2:Vpc", "equal"),  # of another service
        ("sagemaker:DomainId", "wider"),  # of no action: it is of the session
        ("s3:NoSuchKey", "equal"),  # named by no documentation
        ("aws:NoSuchKey", "equal"),
    ],
)
def test_keys_that_a_request_may_have(key: str, expected: str) -> None:
    assert verdict([], on(StringEquals={key: "a"})) == expected


def test_carefully_there_may_be_keys_that_no_documentation_names() -> None:
    new = on(StringEquals={"s3:NoSuchKey": "a"})

    assert verdict([], new, Universe(careful=True)) == "wider"


def test_what_policies_name_as_a_variable_every_request_may_have() -> None:
    one = only([], [allow(GET, f"{BUCKET}/${{s3:NoSuchKey}}")])

    assert set(one.witness.request.context) == {"s3:nosuchkey"}


# ------------------------------------------------------------------------- boundaries and principals


def bounded(statements: Statements, bounds: Statements) -> Access:
    return access(policy(*statements), boundary=policy(*bounds))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (access(policy(allow(GET))), bounded([allow(GET)], [allow("*")]), "equal"),
        (access(policy(allow(GET))), bounded([allow(GET)], [allow(GET, OBJECTS)]), "narrower"),
        (bounded([allow(GET)], [allow(GET, OBJECTS)]), access(policy(allow(GET))), "wider"),
        (access(policy(allow(GET))), bounded([allow(GET)], []), "narrower"),
        (bounded([allow("*")], [allow(GET)]), bounded([allow(GET)], [allow("*")]), "equal"),
        (bounded([allow(GET)], [allow("*"), deny(GET, OBJECTS)]),
         bounded([allow(GET)], [allow("*")]), "wider"),
    ],
)  # fmt: skip
def test_boundaries_on_either_side(old: Access, new: Access, expected: str) -> None:
    assert difference(old, new).verdict == expected


def trust(principal: Any, **condition: Any) -> Access:
    body = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return access(policy({**body, "Condition": condition} if condition else body), kind="trust")


SAGEMAKER = {"Service": "sagemaker.amazonaws.com"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (trust(SAGEMAKER), trust(SAGEMAKER), "equal"),
        (trust(SAGEMAKER), trust({"Service": "ec2.amazonaws.com"}), "changed"),
        (trust(SAGEMAKER), trust({**SAGEMAKER, "AWS": "444455556666"}), "wider"),
        (trust({"AWS": "444455556666"}), trust({"AWS": "arn:aws:iam::444455556666:root"}), "equal"),
        (trust({"AWS": "444455556666"}), trust({"AWS": "arn:aws:iam::444455556666:role/r"}),
         "narrower"),
        (trust({"AWS": "444455556666"}), trust("*"), "wider"),
        (trust(SAGEMAKER), trust("*"), "wider"),
        (trust(SAGEMAKER), trust(SAGEMAKER, StringEquals={"aws:SourceAccount": "111122223333"}),
         "narrower"),
    ],
)  # fmt: skip
def test_trust_policies(old: Access, new: Access, expected: str) -> None:
    assert difference(old, new).verdict == expected


def test_the_witness_of_a_trust_policy_says_who_asks() -> None:
    (one,) = difference(trust(SAGEMAKER), trust({"AWS": "444455556666"})).gained

    principal = Principal("AWS", "arn:aws:iam::444455556666:role/somebody")
    assert one.witness.request.principal == principal
    assert one.actions == ("sts:AssumeRole",)


# -------------------------------------------------------------------------------------- findings


def test_findings_of_one_statement_are_one_and_show_its_worst_action() -> None:
    actions = ["s3:ListBucket", "s3:PutBucketPolicy", "s3:GetObject", "s3:PutObject"]

    one = only([], [allow(actions)])

    assert one.actions == tuple(sorted(actions))
    assert one.witness.request.action == "s3:PutBucketPolicy"


def test_findings_name_the_statements_behind_them() -> None:
    old = [allow("s3:Get*", OBJECTS, Sid="Mine"), deny("s3:PutObject", Sid="Fence")]
    new = [allow("sqs:SendMessage", Sid="Queues"), allow("s3:Get*", Sid="All")]

    found = compared(old, new)

    names = {(each.allowing.sid, tuple(one.sid for one in each.opposing)) for each in found.gained}
    assert names == {("Queues", ()), ("All", ("Mine",))}


def test_every_witness_is_decided_as_the_finding_says() -> None:
    old, new = access(policy(allow(GET, HOME))), access(policy(allow(GET, f"{BUCKET}/{TEAM}/*")))

    found = difference(old, new, KNOWN)

    assert found.verdict == "changed"
    for several, less, more in ((found.gained, old, new), (found.lost, new, old)):
        for each in several:
            values = each.witness.parameters
            assert decide(with_values(more, values), each.witness.request).decision == ALLOWED
            assert decide(with_values(less, values), each.witness.request).decision != ALLOWED


def test_a_claim_of_a_token_is_compared_though_no_service_names_it() -> None:
    """GitHub's `sub` says which repository may assume a role: opening it is the worst gain."""
    provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"

    def opened(operator: str, sub: str) -> Access:
        statement = {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider},
            "Condition": {operator: {"token.actions.githubusercontent.com:sub": sub}},
        }
        return access(policy(statement), kind="trust")

    main = opened("StringEquals", "repo:ours/it:ref:refs/heads/main")
    found = difference(main, opened("StringLike", "repo:ours/it:*"))

    assert found.verdict == "wider"
    assert found.gained[0].witness.request.context == {
        "token.actions.githubusercontent.com:sub": "repo:ours/it:example"
    }


def test_a_key_of_an_action_may_be_of_another_prefix() -> None:
    change = allow(
        "aws-marketplace:StartChangeSet", Condition={"StringEquals": {"catalog:ChangeType": "x"}}
    )

    assert difference(access(policy()), access(policy(change))).verdict == "wider"


def test_a_star_in_a_format_is_a_placeholder() -> None:
    describe = allow(
        "dms:DescribeMetadataModelChildren",
        "arn:aws:dms:eu-west-1:*:migration-project:fraud",
    )

    found = difference(access(policy()), access(policy(describe)))

    assert found.gained[0].witness.request.resource == (
        "arn:aws:dms:eu-west-1:111122223333:migration-project:fraud"
    )


def test_an_unmade_action_may_take_what_is_of_another_service() -> None:
    made = sorted(str(each) for each in reference.expand("ssm:*"))
    instances = "arn:aws:ec2:*:*:instance/*"

    found = difference(
        access(policy(allow(made, instances))), access(policy(allow("ssm:*", instances)))
    )

    assert found.verdict == "wider"
    assert found.gained[0].actions == ("ssm:Unmade",)


def test_an_unmade_action_of_the_service_whose_key_is_asked_for() -> None:
    """All that is made is allowed already; only an action of S3 can carry S3's key."""
    signed = {"StringEquals": {"s3:authType": "REST-HEADER"}}
    made = sorted(str(each) for each in reference.expand("s3:*"))
    others = [f"{each}:*" for each in sorted(reference.services()) if each != "s3"]
    before = allow([*made, *others], Condition=signed)
    after = {**before, "NotAction": ["iam:CreateUser"]}
    del after["Action"]

    found = difference(access(policy(before)), access(policy(after)))

    assert "s3:Unmade" in {name for each in found.gained for name in each.actions}
