"""compiler.emit.publishing: what the roles that plan and publish may do, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.boundary import boundary
from compiler.cases import cases
from compiler.emit.publishing import observing, publishing
from compiler.iam import document, reference
from compiler.iam.difference import gained
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request
from compiler.render import Launch, of_one_role
from compiler.subject import Subject
from tests.emit.hub import ACCOUNT, hub, ours, resources, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.iam.request import Decision
    from compiler.managed import ManagedPolicy

BUCKET = f"arn:aws:s3:::personac-small-{ACCOUNT}"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LAUNCH_ROLE = f"arn:aws:iam::{ACCOUNT}:role/personac-launch"
PRODUCT = f"arn:aws:catalog:eu-west-1:{ACCOUNT}:product/prod-abcdefghijklm"
PORTFOLIO = f"arn:aws:catalog:eu-west-1:{ACCOUNT}:portfolio/port-abcdefghijklm"
HERE = {"aws:RequestedRegion": "eu-west-1"}
PERMISSIONS = (*observing(small()), *publishing(small()))


def decision(
    role: str,
    action: str,
    resource: str,
    context: Mapping[str, str | list[str]],
    **given: str,
) -> Decision:
    policies = tuple(
        document.parse(each["PolicyDocument"], name=each["PolicyName"])
        for each in resources(**given)[role]["Properties"]["Policies"]
    )
    request = Request(action=action, resource=resource, context=context)
    return decide(Access(policies=policies), request).decision


def actions_of(role: str) -> Iterator[str]:
    for policy in resources(ArtifactKey=KEY)[role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            yield from statement["Action"]


def test_no_action_is_a_wildcard_and_each_exists() -> None:
    for action in (*actions_of("PlanRole"), *actions_of("PublishRole")):
        (known,) = reference.expand(action)
        assert str(known) == action


def test_the_plan_role_only_reads() -> None:
    levels = {
        action: reference.DANGER[reference.danger(action)] for action in actions_of("PlanRole")
    }

    # AWS counts Decrypt as a write, as it does all of KMS's cryptography.
    assert levels.pop("kms:Decrypt") == "Write"
    assert set(levels.values()) == {"List", "Read"}


def test_the_publish_role_may_what_the_plan_role_may() -> None:
    assert set(actions_of("PlanRole")) < set(actions_of("PublishRole"))


def test_an_action_stands_on_the_resource_types_that_it_takes() -> None:
    """An action that takes resources stands on theirs alone, and one that takes none on `*`."""
    for permission in PERMISSIONS:
        about = {each.rpartition(":")[2].partition("/")[0] for each in permission.resources}
        for action in permission.actions:
            (known,) = reference.expand(action)
            types = {each.lower() for each in known.resource_types}
            if known.service == "servicecatalog":
                assert (about <= types) if types else about == {"*"}, action


def test_a_condition_is_on_a_key_that_its_actions_support() -> None:
    """A key that a request never has would refuse all."""
    everywhere = ("aws:RequestedRegion", "aws:ResourceAccount")
    for permission in PERMISSIONS:
        asked = {key for keys in permission.conditions.values() for key in keys}
        for action in permission.actions:
            (known,) = reference.expand(action)
            unsupported = {key for key in asked if not reference.supports(known, key)}
            assert unsupported <= set(everywhere), action


def test_products_of_others_are_not_touched() -> None:
    update = "servicecatalog:UpdateProduct"
    ours = {**HERE, "aws:ResourceTag/personac:product": "small/analyst"}
    theirs = {**HERE, "aws:ResourceTag/personac:product": "smaller/analyst"}

    assert decision("PublishRole", update, PRODUCT, ours) == "allowed"
    assert decision("PublishRole", update, PRODUCT, theirs) == "implicitly-denied"
    assert decision("PublishRole", update, PRODUCT, HERE) == "implicitly-denied"


def test_portfolios_of_others_are_not_shared() -> None:
    share = "servicecatalog:CreatePortfolioShare"
    ours = {**HERE, "aws:ResourceTag/personac:portfolio": "small/people"}

    assert decision("PublishRole", share, PORTFOLIO, ours) == "allowed"
    assert decision("PublishRole", share, PORTFOLIO, HERE) == "implicitly-denied"


def test_what_is_made_is_marked_as_ours() -> None:
    for kind, resource in (("Product", PRODUCT), ("Portfolio", PORTFOLIO)):
        make = f"servicecatalog:Create{kind}"
        tag = f"aws:RequestTag/personac:{kind.lower()}"
        assert decision("PublishRole", make, resource, {**HERE, tag: "small/new"}) == "allowed"
        assert decision("PublishRole", make, resource, {**HERE, tag: "other/new"}) != "allowed"
        assert decision("PublishRole", make, resource, HERE) != "allowed"


def test_nothing_is_changed_in_another_region() -> None:
    constraint = "servicecatalog:DeleteConstraint"
    elsewhere = {"aws:RequestedRegion": "eu-central-1"}

    assert decision("PublishRole", constraint, "*", HERE) == "allowed"
    assert decision("PublishRole", constraint, "*", elsewhere) == "implicitly-denied"


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("templates/0a1b.template.json", True),
        ("locks/eu-west-1/1", True),
        ("receipts/eu-west-1/1.json", True),
        ("other/1", False),
        ("templates", False),
    ],
)
def test_artifacts_are_written_where_they_belong(key: str, written: bool) -> None:
    own = {"aws:ResourceAccount": ACCOUNT}
    squatted = {"aws:ResourceAccount": "999999999999"}
    put = "s3:PutObject"

    assert (decision("PublishRole", put, f"{BUCKET}/{key}", own) == "allowed") is written
    assert decision("PublishRole", put, f"{BUCKET}/{key}", squatted) != "allowed"
    assert decision("PublishRole", put, f"{BUCKET}-more/{key}", own) != "allowed"
    assert decision("PlanRole", put, f"{BUCKET}/{key}", own) != "allowed"


def test_only_the_launch_role_is_passed_and_only_to_service_catalog() -> None:
    to = {"iam:PassedToService": "servicecatalog.amazonaws.com"}
    path = f"arn:aws:iam::{ACCOUNT}:role/small/people/personac-launch"

    assert decision("PublishRole", "iam:PassRole", LAUNCH_ROLE, to) == "allowed"
    assert decision("PublishRole", "iam:PassRole", path, to) != "allowed"
    assert decision("PublishRole", "iam:PassRole", LAUNCH_ROLE, {}) != "allowed"
    assert decision("PlanRole", "iam:PassRole", LAUNCH_ROLE, to) != "allowed"


def test_the_launch_roles_are_those_of_the_portfolios() -> None:
    portfolio = f"""\
title: People
description: What people launch.
launch_role: arn:aws:iam::{ACCOUNT}:role/of/a-portfolio
products:
  analyst: {{launch_role: of-a-product}}
  other: {{}}
"""
    made = publishing(small({"portfolios/people.yaml": portfolio}))
    (passing,) = (each for each in made if each.sid == "PassLaunchRoles")

    assert passing.resources == (
        f"arn:aws:iam::{ACCOUNT}:role/of/a-portfolio",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/of-a-product",
    )


WRITES = ("Write", "Permissions management", "Tagging")


@pytest.mark.parametrize("prefix", ["iam", "s3", "sts", "cloudformation", "organizations", "kms"])
def test_of_other_services_nothing_can_be_changed(prefix: str) -> None:
    """No role, policy, key or stack, and no bucket but its own; whatever the context may be."""
    service = reference.service(prefix)
    assert service
    own = {"s3:PutObject", "iam:PassRole"}
    writing = [
        f"{prefix}:{name}"
        for name in service.action_names.values()
        if reference.DANGER[reference.danger(f"{prefix}:{name}")] in WRITES
    ]
    assert len(writing) > 5
    held = {each.lower() for each in actions_of("PublishRole")}
    keys = {"kms:decrypt", "kms:generatedatakey"}

    assert {each for each in writing if each.lower() in held - keys} <= own


@pytest.mark.parametrize(
    ("role", "broken"), [("PlanRole", set()), ("PublishRole", {"iam:PassRole"})]
)
def test_guardrails_hold_but_that_the_launch_role_is_passed(role: str, broken: set[str]) -> None:
    """Proved for every value that the parameters admit, against all guardrails of our catalog."""
    place = Launch(account=ACCOUNT)
    held = boundary(ours()).document(place)
    guarding = document.parse(held, name="boundary")
    body = of_one_role(hub(ours())["bootstrap"].body, role)
    subject = Subject(name=role, kind="template", body=body, source="the hub")
    found: set[str] = set()
    looked_at = cases(subject, {}, place, _no_policy_of_aws).cases
    for case in looked_at:
        access = case.identity
        assert access
        within = Access(policies=access.policies, boundary=(guarding,))
        lost, unknown = gained(within, access, case.universe)
        assert not unknown
        found |= {action for each in lost for action in each.actions}

    assert len(looked_at) == 4
    assert found == broken


def _no_policy_of_aws(name: str) -> ManagedPolicy:
    raise AssertionError(name)


def test_the_key_is_used_by_way_of_s3_alone() -> None:
    through = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}

    for action, role in (
        ("kms:Decrypt", "PlanRole"),
        ("kms:Decrypt", "PublishRole"),
        ("kms:GenerateDataKey", "PublishRole"),
    ):
        assert decision(role, action, KEY, through, ArtifactKey=KEY) == "allowed"
        assert decision(role, action, KEY, {}, ArtifactKey=KEY) != "allowed"
        assert decision(role, action, KEY, through) != "allowed"
    assert decision("PlanRole", "kms:GenerateDataKey", KEY, through, ArtifactKey=KEY) != "allowed"
