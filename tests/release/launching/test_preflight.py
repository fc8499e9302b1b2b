from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.release.launching.preflight import account_findings, room
from tests.release.launching.shop import template

if TYPE_CHECKING:
    from tests.release.conftest import Site

HELD = {
    "RolesQuota": 1_000,
    "Roles": 900,
    "PoliciesQuota": 1_500,
    "Policies": 100,
    "AttachedPoliciesPerRoleQuota": 10,
}
MADE = {"roles": 1, "policies": 3, "attached": 4}


@pytest.mark.parametrize(
    ("held", "made", "told"),
    [
        ({}, {}, []),
        ({"Roles": 1_000}, {}, ["error: the launch makes 1 roles, and the account has room for 0 of 1,000"]),
        ({"Roles": 995}, {}, ["warning: 995 of 1,000 roles of the account are taken"]),
        ({"Policies": 1_498}, {}, ["error: the launch makes 3 policies, and the account has room for 2 of 1,500"]),
        ({}, {"attached": 11}, ["error: the launch attaches 11 policies to a role, and the account allows 10"]),
    ],
)  # fmt: skip
def test_whether_there_is_room(held: dict[str, int], made: dict[str, int], told: list[str]) -> None:
    found = room({**HELD, **held}, new=True, **{**MADE, **made})
    assert [f"{each.severity}: {each.message}" for each in found] == told


def test_an_update_replaces_what_stands() -> None:
    assert list(room({**HELD, "Roles": 1_000}, new=False, **MADE)) == []


def found(site: Site, template: dict[str, Any] | None, **values: str) -> list[str]:
    findings = account_findings(
        site.aws(), "personac-launch", template, values, complete=True, new=True
    )
    return [f"{each.severity}: {each.message}" for each in findings]


def test_a_launch_role_that_trusts_others(site: Site) -> None:
    assert found(site, template("1"), Buckets="abc", Subnets="") == []
    site.aws().call("iam", "UpdateAssumeRolePolicy", RoleName="personac-launch", PolicyDocument=(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
        '"Principal":{"Service":"sagemaker.amazonaws.com"}}]}'
    ))  # fmt: skip
    assert found(site, template("1"), Buckets="abc", Subnets="") == [
        "error: the launch role personac-launch does not trust servicecatalog.amazonaws.com"
    ]


def test_a_domain_and_how_it_knows_its_users(site: Site) -> None:
    aws = site.aws()
    role = aws.call("iam", "GetRole", RoleName="personac-launch")["Role"]["Arn"]
    aws.call("iam", "UpdateAssumeRolePolicy", RoleName="personac-launch", PolicyDocument=(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
        '"Principal":{"Service":["sagemaker.amazonaws.com","servicecatalog.amazonaws.com"]}}]}'
    ))  # fmt: skip
    made = aws.call(
        "sagemaker",
        "CreateDomain",
        DomainName="team",
        AuthMode="IAM",
        VpcId="vpc-0123456789abcdef0",
        SubnetIds=["subnet-0123456789abcdef0"],
        DefaultUserSettings={"ExecutionRole": role},
    )
    domain = made["DomainArn"].rpartition("/")[2]
    aws.call("sagemaker", "CreateUserProfile", DomainId=domain, UserProfileName="jane")
    given = {"Buckets": "abc", "Subnets": "", "DomainId": domain, "DomainMode": "IAM"}
    assert found(site, template("1"), **given, UserProfileName="joe") == []
    assert found(site, template("1"), **given, UserProfileName="jane") == [
        f"error: the domain {domain} has a user profile jane already"
    ]
    assert found(site, template("1"), **{**given, "DomainMode": "SSO"}) == [
        f"error: the domain {domain} is in IAM mode, and DomainMode says SSO"
    ]
    assert found(site, template("1"), **{**given, "DomainId": "d-gone"}) == [
        "error: there is no Studio domain d-gone in eu-west-1"
    ]


def test_what_cannot_be_told_without_a_template_is_said(site: Site) -> None:
    told = found(site, None, Buckets="abc")
    assert len(told) == 1
    assert told[0].startswith("note: the template is not at hand: no look at the boundary")
