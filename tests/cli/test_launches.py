"""`personac launches` through the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from compiler.demo import surroundings
from compiler.sandbox import Sandbox
from compiler.sandbox.faults import Fault, FaultKind, Faults
from tests.cli.launching import BUCKETS, Team, team
from tests.release.launching.shop import LAUNCH_ROLE, PERSONA, REGION, Shop, template, trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Said

SPOKE = "210987654321"


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Sandbox, Shop]]:
    with Sandbox() as sandbox, surroundings(sandbox.endpoint):
        yield sandbox, Shop(sandbox.endpoint)


@pytest.fixture
def people(
    shop: tuple[Sandbox, Shop],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Team:
    return team(*shop, tmp_path, monkeypatch, capsys)


def view(people: Team, *arguments: str) -> dict[str, Any]:
    said = people("launches", "--format", "json", *arguments)
    assert said.code == 0, said
    found: dict[str, Any] = json.loads(said.out)
    return found


def grow(people: Team, *versions: str) -> None:
    for each in versions:
        people.open.shop.version(people.open.product, each, template(each))


def test_who_runs_which_version_and_what_is_behind(people: Team) -> None:
    people.clone("1.0.0")
    people.launch(*BUCKETS)
    grow(people, "1.0.1", "2.0.0")
    people.launch(*BUCKETS, "--name", "newer")
    found = view(people)
    assert found["schema"] == "personac.launches/1"
    assert [
        (each["name"], each["product"], each["version"], each["behind"], each["could_take"])
        for each in found["launches"]
    ] == [
        (PERSONA, PERSONA, "1.0.0", "major", "2.0.0"),
        ("newer", PERSONA, "2.0.0", None, None),
    ]
    first = found["launches"][0]
    assert (first["account"], first["region"]) == ("123456789012", REGION)
    assert first["launched_by"].endswith(":assumed-role/team/jane.doe")
    assert [each["name"] for each in view(people, "--behind")["launches"]] == [PERSONA]
    assert found["behind"] == {"major": 1, "minor": 0, "patch": 0}
    assert found["seen"] == [{"account": "123456789012", "region": REGION, "level": "account"}]


@pytest.mark.parametrize("as_whom", ["hub", "user"])
def test_a_withdrawn_version_is_told_with_the_one_to_take(people: Team, as_whom: str) -> None:
    grow(people, "1.1.0")
    people.launch(*BUCKETS)
    people.launch(*BUCKETS, "--name", "old", "--version", "1.0.0")
    assert view(people)["withdrawn"] == 0
    withdraw(people, "1.1.0")
    if as_whom == "user":
        people.sandbox.faults = Faults(
            Fault(kind=FaultKind.ACCESS_DENIED, operation="ListProvisioningArtifacts")
        )
    found = view(people, "--behind")
    assert [
        (each["version"], each["withdrawn"], each["behind"], each["could_take"])
        for each in found["launches"]
    ] == [("1.1.0", True, None, "1.0.0")]
    assert (found["withdrawn"], found["behind"]["minor"]) == (1, 0)
    assert "withdrawn, 1.0.0" in answered(people, "--behind").out
    grow(people, "1.2.0")
    found = view(people, "--behind")
    assert [
        (each["version"], each["withdrawn"], each["behind"], each["could_take"])
        for each in found["launches"]
    ] == [("1.1.0", True, "minor", "1.2.0"), ("1.0.0", False, "minor", "1.2.0")]


@pytest.mark.parametrize("lifecycle", ["active", "retired"])
def test_where_versions_may_not_be_listed_the_clone_tells(people: Team, lifecycle: str) -> None:
    people.launch(*BUCKETS)
    people.clone("1.0.0")
    path = people.folder / "output/portfolios/data-science.json"
    path.write_text(path.read_text().replace('"active"', f'"{lifecycle}"'))
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="ListProvisioningArtifacts"),
        Fault(kind=FaultKind.ACCESS_DENIED, operation="DescribeProduct"),
    )
    (found,) = view(people)["launches"]
    assert (found["withdrawn"], found["could_take"]) == (lifecycle == "retired", None)


def withdraw(people: Team, version: str) -> None:
    api, product = people.open.shop.api, people.open.product
    listed = api.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    (found,) = (each["Id"] for each in listed if each["Name"] == version)
    api.update_provisioning_artifact(ProductId=product, ProvisioningArtifactId=found, Active=False)


def test_without_a_clone_products_are_known_by_their_tag(people: Team) -> None:
    people.launch(*BUCKETS)
    others = people.open.shop.product("Other", "other")
    people.open.shop.list(others, people.open.portfolio)
    people.open.shop.constrain(
        others, people.open.portfolio, "LAUNCH", {"LocalRoleName": LAUNCH_ROLE}
    )
    assert people("launch", "other", *BUCKETS).code == 0
    assert [each["product"] for each in view(people)["launches"]] == [PERSONA, "other"]
    for wanted in ("other", "Other", others):
        assert [each["product"] for each in view(people, "--product", wanted)["launches"]] == [
            "other"
        ]


def test_a_version_that_is_not_offered_any_more_is_no_step_ahead(people: Team) -> None:
    people.launch(*BUCKETS)
    grow(people, "1.1.0", "1.2.0")
    for each in people.open.shop.api.list_provisioning_artifacts(ProductId=people.open.product)[
        "ProvisioningArtifactDetails"
    ]:
        if each["Name"] == "1.2.0":
            people.open.shop.api.update_provisioning_artifact(
                ProductId=people.open.product, ProvisioningArtifactId=each["Id"], Active=False
            )
    (found,) = view(people)["launches"]
    assert (found["behind"], found["could_take"]) == ("minor", "1.1.0")


def shared(people: Team) -> None:
    people.clone(
        "1.0.0",
        shares=[
            {"type": "ACCOUNT", "target": SPOKE, "principals": False, "tag_options": False},
            {"type": "ORGANIZATION", "target": "o-abcdefghij", "principals": True,
             "tag_options": False},
        ],
    )  # fmt: skip


def reasons(people: Team, *arguments: str) -> dict[str, str]:
    return {each["target"]: each["reason"] for each in view(people, *arguments)["unseen"]}


def test_accounts_that_could_not_be_seen_are_told_with_the_reason(people: Team) -> None:
    shared(people)
    told = reasons(people)
    assert told[SPOKE].startswith("listings reach the caller's account: name a role")
    assert told["o-abcdefghij"].startswith("the accounts of the organization may not be listed: ")
    people.sandbox.faults = Faults(Fault(kind=FaultKind.ACCESS_DENIED, operation="AssumeRole"))
    told = reasons(people, "--account-role", "audit/reader")
    assert told[SPOKE].startswith("the permission sts:AssumeRole is missing")


def in_spoke(people: Team) -> None:
    """Launch the product in the account that the portfolio is shared to."""
    shop, portfolio = people.open.shop, people.open.portfolio
    shop.api.create_portfolio_share(PortfolioId=portfolio, AccountId=SPOKE)

    def client(service: str) -> Any:
        made = boto3.client(
            service,  # type: ignore[call-overload]  # any service
            region_name=REGION,
            endpoint_url=shop.endpoint,
            aws_access_key_id="spoke",
            aws_secret_access_key="spoke",
        )
        made.meta.events.register(
            "before-send", lambda request, **_: request.headers.update({"x-moto-account-id": SPOKE})
        )
        return made

    iam = client("iam")
    for name, service in ((LAUNCH_ROLE, "servicecatalog"), ("reader", "sagemaker")):
        document = json.dumps(trust(f"{service}.amazonaws.com"))
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        iam.put_role_policy(
            RoleName=name,
            PolicyName="all",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
                }
            ),
        )
    user = iam.create_user(UserName="joe")["User"]["Arn"]
    key = iam.create_access_key(UserName="joe")["AccessKey"]
    catalog = client("servicecatalog")
    catalog.accept_portfolio_share(PortfolioId=portfolio)
    catalog.associate_principal_with_portfolio(
        PortfolioId=portfolio, PrincipalARN=user, PrincipalType="IAM"
    )
    with people.monkeypatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        environment.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        environment.delenv("AWS_SESSION_TOKEN")
        said = people.launch(*BUCKETS)
        assert said.code == 0, said


def test_other_accounts_are_entered_by_the_role_that_is_named(people: Team) -> None:
    shared(people)
    in_spoke(people)
    found = view(people, "--account-role", "reader")
    assert [(each["account"], each["name"]) for each in found["launches"]] == [(SPOKE, PERSONA)]
    assert [each["target"] for each in found["unseen"]] == ["o-abcdefghij"]


def test_who_may_list_only_what_is_their_own_is_told_so(people: Team) -> None:
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="SearchProvisionedProducts", last=2)
    )
    assert "only launches of who asks may be seen" in view(people)["notes"][0]
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="SearchProvisionedProducts")
    )
    for arguments in ((), ("--product", "unknown")):
        said = answered(people, "--format", "json", *arguments)
        assert said.code == 5
        assert "SearchProvisionedProducts is missing" in json.loads(said.out)["unseen"][0]["reason"]
    said = answered(people)
    assert said.code == 5
    assert said.out.startswith(f"no account could be seen in {REGION}\n")


def answered(people: Team, *arguments: str) -> Said:
    return people("launches", *arguments)


def test_text_and_markdown_tell_the_same(people: Team) -> None:
    shared(people)
    people.launch(*BUCKETS)
    grow(people, "1.0.1")
    text, markdown = answered(people), answered(people, "--format", "markdown")
    assert (text.code, markdown.code) == (0, 0)
    for said in (text.out, markdown.out):
        assert "1 launch in eu-west-1; behind by a version: 1 patch" in said
        assert "patch, 1.0.1" in said
        assert f"{SPOKE}: listings reach the caller's account" in said


def test_a_product_that_is_not_known(people: Team) -> None:
    assert answered(people, "--product", "x").err == (
        "personac: there is no product 'x'; nothing is launched\n"
    )
    people.launch(*BUCKETS)
    said = answered(people, "--product", "Data Scientst")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("did you mean 'Data Scientist'?\n")
    people.clone("1.0.0")
    assert "did you mean 'data-scientist'?" in answered(people, "--product", "data-scient").err
    assert answered(people, "--product", PERSONA).code == 0


def test_an_expired_token_exits_5(people: Team) -> None:
    people.sandbox.faults = Faults(Fault(kind=FaultKind.EXPIRED_TOKEN))
    said = answered(people)
    assert said.code == 5
    assert "the credentials have expired; log in again" in said.err


@pytest.mark.parametrize(
    "role", ["bad role", "a" * 65, "arn:aws:iam::123456789012:role/x", "audit/"]
)
def test_what_is_no_name_of_a_role_exits_2(people: Team, role: str) -> None:
    said = answered(people, "--account-role", role)
    assert said.code == 2
    assert "is no name of a role" in said.err


@pytest.mark.parametrize("role", ["reader", "audit/reader", "/audit/eu/reader"])
def test_a_role_that_is_not_needed_is_told(people: Team, role: str) -> None:
    assert "no role is assumed" in view(people, "--account-role", role)["notes"][0]
