"""compiler.pack: statements into policies that fit, named so that changes stay small."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostic import settle
from compiler.gate import OPEN, gate
from compiler.iam import quota
from compiler.load import load
from compiler.pack import Packing, overfull, pack
from compiler.report import diagnostics_text
from compiler.resolve import resolve
from tests.laws import LAWS, Chosen, deployed, entitled, fullest, launches
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.entitlement import Entitlements


def packed(changes: Mapping[str, str | None], persona: str = "analyst") -> Packing:
    found = load("catalog", overlay(changes))
    assert not found.diagnostics
    return pack(resolve(found.catalog, persona))


def refused(changes: Mapping[str, str | None]) -> str:
    """What a person reads where the analyst does not fit."""
    found = load("catalog", overlay(changes))
    problems = overfull(pack(resolve(found.catalog, "analyst")))
    return diagnostics_text(settle((*found.diagnostics, *problems), found.sources))


def reading(*statements: tuple[str, int]) -> str:
    """An activity whose statements each name so many folders of every bucket."""
    text = "title: Read buckets\ndescription: Read objects.\nstatements:\n"
    for sid, folders in statements:
        text += f"  - sid: {sid}\n    actions: [s3:GetObject]\n    resources:\n"
        for number in range(folders):
            text += (
                f'      - "arn:${{AWS::Partition}}:s3:::${{Buckets}}/{sid}/folder-{number:02}/*"\n'
            )
    return text


class TestLaws:
    @LAWS
    @given(entitled())
    def test_packing_neither_adds_nor_loses(self, entitlements: Entitlements) -> None:
        """Packing neither adds nor loses a permission. Packed policies are Policy1…N.

        No managed policy is over 6,144 characters: but for a statement that no policy could hold.
        """
        policies = pack(entitlements).policies

        assert entitlements.statements == tuple(
            each for policy in policies for each in policy.statements
        )
        assert [f"Policy{number}" for number in range(1, len(policies) + 1)] == [
            policy.name for policy in policies
        ]
        assert all(policy.statements for policy in policies)
        assert all(
            policy.characters <= 6_144 or len(policy.statements) == 1
            for policy in policies
            if policy.storage == "managed"
        )

    @LAWS
    @given(entitled())
    def test_characters_are_what_iam_counts_of_the_fullest_launch(
        self, entitlements: Entitlements
    ) -> None:
        """Counted as AWS counts, for the longest values that the parameters' patterns admit."""
        rendered = deployed(Chosen(entitlements, fullest(entitlements)))

        packing = pack(entitlements)
        assert {policy.name: policy.characters for policy in packing.policies} == {
            each.name: quota.characters(each.document) for each in rendered.policies
        }
        assert packing.trust_characters == quota.characters(rendered.trust)

    @LAWS
    @given(launches())
    def test_no_launch_makes_more_characters(self, chosen: Chosen) -> None:
        """No document is over its characters in any combination of conditions."""
        at_most = {each.name: each.characters for each in pack(chosen.entitlements).policies}

        for each in deployed(chosen).policies:
            assert quota.characters(each.document) <= at_most[each.name]

    @LAWS
    @given(entitled(), st.data())
    def test_a_statement_at_the_end_changes_only_the_last_policy(
        self, entitlements: Entitlements, data: st.DataObject
    ) -> None:
        """A change moves only statements after it."""
        if not entitlements.statements:
            return
        more = data.draw(st.sampled_from(entitlements.statements))

        before = pack(entitlements).policies
        after = pack(replace(entitlements, statements=(*entitlements.statements, more))).policies

        assert before[:-1] == after[: len(before) - 1]
        assert len(after) in (len(before), len(before) + 1)
        if len(after) > len(before):
            assert before == after[:-1]

    @LAWS
    @given(entitled(), st.data())
    def test_a_changed_statement_moves_none_before_it(
        self, entitlements: Entitlements, data: st.DataObject
    ) -> None:
        """A change moves only statements after it, and only when something no longer fits."""
        statements = entitlements.statements
        if not statements:
            return
        index = data.draw(st.integers(0, len(statements) - 1))
        other = data.draw(st.sampled_from(statements))
        changed = (*statements[:index], other, *statements[index + 1 :])

        before = homes(pack(entitlements))
        after = homes(pack(replace(entitlements, statements=changed)))

        assert before[:index] == after[:index]


def homes(packing: Packing) -> list[str]:
    """The policy of each statement."""
    return [policy.name for policy in packing.policies for _ in policy.statements]


def test_statements_stand_in_the_order_of_the_catalog() -> None:
    (policy,) = packed({}).policies

    assert [each.sid for each in policy.statements] == [
        "ReadBucketsList",
        "ReadBucketsRead",
        "RunJobsStart",
        "RunJobsPass",
        "RunJobsInterfaces",
        "NetworkVpcSubnetsAbsent",
        "NetworkVpcSubnetsOther",
        "NetworkVpcSecurityGroupIdsAbsent",
        "NetworkVpcSecurityGroupIdsOther",
    ]


def test_a_policy_is_filled_before_the_next_is_begun() -> None:
    activity = reading(("A", 10), ("B", 10), ("C", 1))

    packing = packed(
        {
            "activities/read-buckets.yaml": activity,
            "personas/analyst.yaml": SMALL["personas/analyst.yaml"]
            .replace("{network: optional}", "{}")
            .replace(", run-jobs", ""),
        }
    )

    assert [
        (each.name, tuple(one.sid.removeprefix("ReadBuckets") for one in each.statements))
        for each in packing.policies
    ] == [("Policy1", ("A",)), ("Policy2", ("B", "C"))]


def test_a_policy_always_exists_where_one_of_its_statements_does() -> None:
    (policy,) = packed({}).policies

    assert policy.when == OPEN
    assert replace(policy, statements=policy.statements[-2:]).when == gate("Network")


def test_a_persona_without_any_statement_has_no_policy() -> None:
    """Each statement of it exists only with a control that is off."""
    packing = packed(
        {
            "activities/run-jobs.yaml": """\
title: Run jobs
description: Start training jobs.
statements:
  - {sid: See, actions: [ec2:DescribeSubnets], resources: ["*"], when: network}
""",
            "personas/analyst.yaml": """\
title: Analyst
description: Does nothing.
version: 1.0.0
trust: sagemaker
activities: [run-jobs]
""",
        }
    )

    assert packing.policies == ()
    assert packing.attachments == 0
    assert overfull(packing) == ()


@pytest.mark.parametrize(("storage", "attachments"), [("managed", 3), ("inline", 2)])
def test_attachments_count_the_policies_of_aws_and_managed_ones_of_our_own(
    storage: str, attachments: int
) -> None:
    persona = f"{SMALL['personas/analyst.yaml']}managed_policies: [A, B]\npolicies: {storage}\n"

    assert packed({"personas/analyst.yaml": persona}).attachments == attachments


def test_inline_is_one_policy_whatever_its_size() -> None:
    persona = f"{SMALL['personas/analyst.yaml']}policies: inline\n"

    packing = packed(
        {
            "personas/analyst.yaml": persona,
            "activities/read-buckets.yaml": reading(("A", 10), ("B", 10)),
        }
    )

    assert [each.name for each in packing.policies] == ["Policy1"]
    assert packing.policies[0].characters > quota.MANAGED_POLICY


class TestOverfull:
    def test_attachments_over_the_quota(self) -> None:
        text = refused(
            {
                "catalog.yaml": SMALL["catalog.yaml"] + "quotas: {attached_policies: 2}\n",
                "activities/read-buckets.yaml": reading(("A", 12), ("B", 12), ("C", 12)),
            }
        )

        assert (
            text
            == """\
error[too-many-policies]: the role needs 4 attached policies, 4 of its own and 0 AWS managed, 2 more than the quota of 2
 --> catalog/personas/analyst.yaml:1:1
  |
1 | title: Analyst
  | ^^^^^^^^^^^^^^
  = hint: 7,790 characters must go: drop the activity 'read-buckets' (11,037), or lower the max_items of its parameters, or set 'policies: both'

1 error, 0 warnings
"""
        )

    def test_attachments_of_aws_over_the_quota(self) -> None:
        persona = SMALL["personas/analyst.yaml"] + "managed_policies: [A, B, C]\n"

        text = refused(
            {
                "catalog.yaml": SMALL["catalog.yaml"] + "quotas: {attached_policies: 2}\n",
                "personas/analyst.yaml": persona,
            }
        )

        assert (
            text
            == """\
error[too-many-policies]: the role needs 4 attached policies, 1 of its own and 3 AWS managed, 2 more than the quota of 2
 --> catalog/personas/analyst.yaml:1:1
  |
1 | title: Analyst
  | ^^^^^^^^^^^^^^
  = hint: attach 2 fewer of AWS's

1 error, 0 warnings
"""
        )

    def test_one_statement_over_a_policy(self) -> None:
        text = refused({"activities/read-buckets.yaml": reading(("Small", 1), ("Large", 25))})

        assert (
            text
            == """\
error[statement-too-long]: this statement fills a policy of 7,921 characters in the longest form that its launch parameters admit, 1,777 more than the quota of 6,144
 --> catalog/activities/read-buckets.yaml:8:5
  |
8 |   - sid: Large
  |     ^^^^^^^^^^
  = hint: split its actions or its resources over two statements, or lower the max_items of its parameters

1 error, 0 warnings
"""
        )

    def test_a_trust_over_its_quota(self) -> None:
        principals = ", ".join(
            f'"arn:${{AWS::Partition}}:iam::{each:012}:root"' for each in range(60)
        )
        text = refused(
            {
                "trusts/sagemaker.yaml": f"""\
title: SageMaker
description: SageMaker of this account.
statements:
  - sid: SageMaker
    principals:
      AWS: [{principals}]
    actions: [sts:AssumeRole]
"""
            }
        )

        assert (
            text
            == """\
error[trust-too-long]: the trust policy has 2,525 characters, 477 more than the quota of 2,048
 --> catalog/trusts/sagemaker.yaml:4:5
  |
4 |   - sid: SageMaker
  |     ^^^^^^^^^^^^^^
  = hint: drop a statement, or a condition, of the trust

1 error, 0 warnings
"""
        )

    def test_a_trust_within_a_raised_quota(self) -> None:
        settings = SMALL["catalog.yaml"] + "quotas: {trust_policy_characters: 100}\n"

        assert "more than the quota of 100" in refused({"catalog.yaml": settings})
        assert refused({}) == "no mistakes found\n"

    def test_inline_policies_over_their_quota(self) -> None:
        persona = f"{SMALL['personas/analyst.yaml']}policies: inline\n"

        text = refused(
            {
                "personas/analyst.yaml": persona,
                "activities/read-buckets.yaml": reading(("A", 12), ("B", 12), ("C", 12)),
            }
        )

        assert (
            text
            == """\
error[inline-policies-too-long]: the inline policies have 15,188 characters in the longest form that its launch parameters admit, 4,948 more than the quota of 10,240
 --> catalog/personas/analyst.yaml:1:1
  |
1 | title: Analyst
  | ^^^^^^^^^^^^^^
  = hint: 4,948 characters must go: drop the activity 'read-buckets' (11,037), or lower the max_items of its parameters, or set 'policies: managed'

1 error, 0 warnings
"""
        )

    def test_what_another_activity_needs_too_does_not_count(self) -> None:
        """Whoever drops one of two activities that need the same gains nothing."""
        twin = reading(("A", 14), ("E", 1)).replace("Read buckets", "Read more")
        persona = SMALL["personas/analyst.yaml"].replace("[read-buckets,", "[read-buckets, twin,")

        text = refused(
            {
                "catalog.yaml": SMALL["catalog.yaml"] + "quotas: {attached_policies: 2}\n",
                "activities/read-buckets.yaml": reading(("A", 14), ("B", 14)),
                "activities/twin.yaml": twin,
                "personas/analyst.yaml": persona,
            }
        )

        assert "drop the activity 'read-buckets' (4,279), or lower" in text

    def test_what_to_drop_is_the_smallest_activity_that_is_enough(self) -> None:
        more = reading(("D", 12)).replace("Read buckets", "Read more")
        persona = SMALL["personas/analyst.yaml"].replace("[read-buckets,", "[read-buckets, more,")

        text = refused(
            {
                "catalog.yaml": SMALL["catalog.yaml"] + "quotas: {attached_policies: 2}\n",
                "activities/read-buckets.yaml": reading(("A", 14), ("B", 14)),
                "activities/more.yaml": more,
                "personas/analyst.yaml": persona,
            }
        )

        assert "drop the activity 'read-buckets' (8,558), or lower" in text


class TestBoth:
    """`both` fills managed policies as far as the quota of attachments goes."""

    STATEMENTS = (("A", 14), ("B", 14), ("C", 12))

    def packed(self, quota: int, managed: str = "[]") -> Packing:
        persona = f"{SMALL['personas/analyst.yaml']}policies: both\nmanaged_policies: {managed}\n"
        return packed(
            {
                "catalog.yaml": SMALL["catalog.yaml"] + f"quotas: {{attached_policies: {quota}}}\n",
                "activities/read-buckets.yaml": reading(*self.STATEMENTS),
                "personas/analyst.yaml": persona,
            }
        )

    def test_what_is_left_stands_in_the_role(self) -> None:
        found = self.packed(3, "[One]")

        assert [(each.name, each.storage) for each in found.policies] == [
            ("Policy1", "managed"),
            ("Policy2", "managed"),
            ("Policy3", "inline"),
        ]
        assert found.attachments == 3
        assert not overfull(found)

    def test_policies_of_aws_count_as_attached(self) -> None:
        found = self.packed(2, "[One]")

        assert [each.storage for each in found.policies] == ["managed", "inline"]
        assert found.attachments == 2

    def test_what_fits_stands_in_managed_policies_alone(self) -> None:
        found = self.packed(10)

        assert {each.storage for each in found.policies} == {"managed"}

    def test_what_stands_in_the_role_has_its_own_quota(self) -> None:
        found = self.packed(1, "[One]")

        assert [each.rule for each in overfull(found)] == ["inline-policies-too-long"]
        assert "or set" not in (overfull(found)[0].hint or "")
