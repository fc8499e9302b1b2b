"""`personac launch` through the sandbox, as a team would type it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from moto.moto_api import state_manager

from compiler.demo import surroundings
from compiler.sandbox import Sandbox
from compiler.sandbox.faults import Fault, FaultKind, Faults, death
from compiler.sandbox.service_catalog import transition
from tests.cli.launching import BUCKETS, Team, team
from tests.release.launching.shop import LAUNCH_ROLE, PERSONA, Shop, template, write_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Shell


OUTPUT = Path(__file__).parents[2] / "output"


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


@contextmanager
def slow_records() -> Iterator[None]:
    """Let what is done take the sandbox a few looks."""
    state_manager.set_transition(transition.RECORD, {"progression": "manual", "times": 3})
    try:
        yield
    finally:
        state_manager.unset_transition(transition.RECORD)


def test_a_launch_shows_what_happens_and_what_it_gave(people: Team) -> None:
    people.clone("1.0.0")
    said = people.launch(*BUCKETS)
    assert said.code == 0, said
    assert "Data Scientist 1.0.0 as 'data-scientist', in account 123456789012" in said.out
    assert "CREATE_COMPLETE    Role (AWS::IAM::Role)" in said.out
    assert "  RoleArn  arn:aws:iam::123456789012:role/people/" in said.out
    assert people.provisioned() == {PERSONA: "1.0.0"}


def test_machines_read_one_event_a_line_and_the_result_last(people: Team) -> None:
    events = people.events(*BUCKETS, "--name", "fraud")
    assert {each["schema"] for each in events} == {"personac.launch/1"}
    first, *between, last = (each["event"] for each in events)
    assert (first, last) == ("preflight", "result")
    assert set(between) == {"stack", "record"}
    result = events[-1]
    assert (result["status"], result["name"], result["version"]) == ("succeeded", "fraud", "1.0.0")
    assert list(result["outputs"]) == ["RoleArn"]
    assert result["stack"].startswith("arn:aws:cloudformation:")


def test_the_same_command_again_follows_and_launches_nothing_twice(people: Team) -> None:
    first = people.events(*BUCKETS)[-1]
    again = people.events(*BUCKETS)
    assert again[0]["state"] == "begun"
    assert (again[-1]["id"], again[-1]["outputs"]) == (first["id"], first["outputs"])


def test_other_values_under_the_same_name_are_refused(people: Team) -> None:
    people.launch(*BUCKETS)
    said = people.launch("--set", "Buckets=other-data")
    assert said.code == 2
    assert "'data-scientist' is launched already, with version 1.0.0 or other values" in said.out
    assert "--update" in said.out


def test_a_name_that_somebody_has_whose_launches_may_not_be_seen(people: Team) -> None:
    people.launch(*BUCKETS)
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="DescribeProvisionedProduct")
    )
    said = people.launch("--set", "Buckets=other-data")
    assert said.code == 2
    assert "somebody has launched a product as 'data-scientist' in account 123456789012" in said.err


def test_everything_that_is_wrong_is_told_before_anything_is_begun(people: Team) -> None:
    people.clone("1.0.0")
    given = ("--set", "Buckets=my-data,My", "--set", "Subnet=x", "--tag", "aws:x=1")
    said = people.launch(*given, "--name", "-")
    assert said.code == 2
    for told in (
        "Subnet is no parameter of the product",
        "hint: did you mean 'Subnets'?",
        "Buckets is refused: 'M' is not allowed here in value 2",
        "  Buckets = my-data,My\n" + " " * 29 + "^\n",
        "the tag aws:x begins with aws:",
        "a launch cannot be called '-'",
        "4 errors: nothing was begun",
    ):
        assert told in said.out
    assert people.provisioned() == {}


def test_a_dry_run_begins_nothing(people: Team) -> None:
    people.clone("1.0.0")
    assert people.launch(*BUCKETS, "--dry-run").code == 0
    assert people.launch("--set", "Buckets=other", "--dry-run").code == 2
    assert people.provisioned() == {}


def test_values_that_a_portfolio_pins(people: Team) -> None:
    pinned = [["subnet-0123abcd"], {"Ref": "Subnets"}]
    assertion = {"Assert": {"Fn::Contains": pinned}, "AssertDescription": "Subnets is pinned"}
    people.open.shop.constrain(
        people.open.product,
        people.open.portfolio,
        "TEMPLATE",
        {"Rules": {"PinSubnets": {"Assertions": [assertion]}}},
    )
    said = people.launch(*BUCKETS, "--set", "Subnets=subnet-00000000")
    assert said.code == 2
    assert "Subnets is pinned" in said.out
    assert "allowed: subnet-0123abcd" in said.out
    assert people.launch(*BUCKETS, "--set", "Subnets=subnet-0123abcd").code == 0


def test_tag_options_have_to_be_chosen(people: Team) -> None:
    shop = people.open.shop
    for value in ("a", "b"):
        made = shop.api.create_tag_option(Key="cost-center", Value=value)
        shop.api.associate_tag_option_with_resource(
            ResourceId=people.open.portfolio, TagOptionId=made["TagOptionDetail"]["Id"]
        )
    said = people.launch(*BUCKETS)
    assert said.code == 2
    assert "the tag cost-center is missing" in said.out
    assert "allowed: a, b" in said.out
    assert people.launch(*BUCKETS, "--tag", "cost-center=b").code == 0


def test_one_of_several_portfolios_is_named(people: Team) -> None:
    people.clone("1.0.0")
    shop = people.open.shop
    other = shop.portfolio("ML Ops", "ml-ops")
    shop.list(people.open.product, other)
    shop.admit(other, people.open.team)
    said = people.launch(*BUCKETS)
    assert said.code == 2
    assert "the product is reached by 2 portfolios; name one by --path: there are" in said.err
    assert "'data-science' (lpv2-" in said.err
    assert people.events(*BUCKETS, "--path", "data-science", "--dry-run")[0]["portfolio"] == (
        "Data Science"
    )


def test_the_newest_version_is_launched_unless_one_is_named(people: Team) -> None:
    shop, product = people.open.shop, people.open.product
    shop.version(product, "1.10.0", template("1.10.0"))
    shop.version(product, "1.9.0", template("1.9.0"))
    newer = shop.version(product, "2.0.0", template("2.0.0"))
    shop.api.update_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=newer, Guidance="DEPRECATED"
    )
    assert people.events(*BUCKETS, "--dry-run")[0]["version"] == "1.10.0"
    named = people.events(*BUCKETS, "--dry-run", "--version", "1.9.0")
    assert named[0]["version"] == "1.9.0"
    said = people.launch(*BUCKETS, "--version", "2.0.0")
    assert said.code == 2
    assert "version 2.0.0 is deprecated" in said.err


def test_an_update_keeps_what_is_not_set_and_says_the_kind_of_bump(people: Team) -> None:
    people.launch(*BUCKETS, "--set", "Subnets=subnet-0123abcd")
    more = {"Team": {"Type": "String", "Default": "fraud"}}
    people.open.shop.version(people.open.product, "1.1.0", template("1.1.0", more=more))
    said = people.launch("--update")
    assert said.code == 0, said
    assert "1.0.0 to 1.1.0: a minor change: it gains, and loses nothing" in said.out
    assert "2 values stay: Buckets, Subnets" in said.out
    assert people.provisioned() == {PERSONA: "1.1.0"}
    assert "at 1.1.0 with these values: nothing to do" in people.launch("--update").out
    changed = people.events("--update", "--set", "Buckets=more")
    assert changed[-1]["status"] == "succeeded"
    stack = people.open.shop.client("cloudformation").describe_stacks(
        StackName=changed[-1]["stack"]
    )
    held = {
        each["ParameterKey"]: each["ParameterValue"] for each in stack["Stacks"][0]["Parameters"]
    }
    assert held == {"Buckets": "more", "Subnets": "subnet-0123abcd", "Team": "fraud"}


def test_an_update_goes_by_the_portfolio_of_the_launch(people: Team) -> None:
    shop = people.open.shop
    other = shop.portfolio("ML Ops", "ml-ops")
    shop.list(people.open.product, other)
    shop.admit(other, people.open.team)
    shop.constrain(people.open.product, other, "LAUNCH", {"LocalRoleName": LAUNCH_ROLE})
    assert people.launch(*BUCKETS, "--path", "ML Ops").code == 0
    shop.version(people.open.product, "1.1.0", template("1.1.0"))
    assert people.events("--update", "--dry-run")[0]["portfolio"] == "ML Ops"


def test_one_of_several_launches_is_named(people: Team) -> None:
    for name in ("a", "b"):
        assert people.launch(*BUCKETS, "--name", name).code == 0
    said = people.launch("--update")
    assert said.code == 2
    assert "'Data Scientist' is launched 2 times; name one by --name: a, b" in said.err
    assert "did you mean" not in people.launch("--update", "--name", "c").err
    assert people.events("--update", "--name", "b")[0]["state"] == "current"


def test_back_to_an_older_version_warns(people: Team) -> None:
    people.open.shop.version(people.open.product, "1.1.0", template("1.1.0"))
    people.launch(*BUCKETS)
    said = people.launch("--update", "--version", "1.0.0")
    assert said.code == 0
    assert "1.1.0 to 1.0.0: back to an older version" in said.out
    assert "1.0.0 is older than 1.1.0, which is launched" in said.out


def test_what_is_being_changed_is_followed_or_left_alone(people: Team) -> None:
    people.launch(*BUCKETS)
    people.open.shop.version(people.open.product, "1.1.0", template("1.1.0"))
    with slow_records():
        assert people.launch("--update", "--no-wait").code == 0
        for other in (("--update", "--version", "1.0.0"), ("--terminate", "--yes")):
            said = people.launch(*other)
            assert said.code == 5
            assert "'data-scientist' is being changed by somebody" in said.out
        followed = people.events("--update")
    assert (followed[0]["state"], followed[-1]["status"]) == ("begun", "succeeded")


def test_what_a_version_asked_for_that_is_not_offered_any_more(people: Team) -> None:
    people.launch(*BUCKETS)
    people.clone("1.0.0")
    more = {"Team": {"Type": "String", "Default": "fraud"}}
    shop, product = people.open.shop, people.open.product
    shop.version(product, "1.1.0", template("1.1.0", more=more))
    (old,) = (
        each["Id"]
        for each in shop.api.list_provisioning_artifacts(ProductId=product)[
            "ProvisioningArtifactDetails"
        ]
        if each["Name"] == "1.0.0"
    )
    shop.api.update_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=old, Active=False
    )
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="cloudformation:DescribeStacks")
    )
    events = people.events("--update")
    assert events[0]["kept"] == ["Buckets", "Subnets"]
    assert events[-1]["status"] == "succeeded"


def test_an_update_finds_that_a_kept_value_is_no_longer_allowed(people: Team) -> None:
    people.launch("--set", "Buckets=a-b-c")
    narrow = {"Buckets": {"Type": "String", "AllowedPattern": "^[a-z]{3,9}$"}}
    people.open.shop.version(people.open.product, "2.0.0", template("2.0.0", more=narrow))
    said = people.launch("--update")
    assert said.code == 2
    assert "a major change" in said.out
    assert "Buckets is refused: '-' is not allowed here" in said.out
    assert people.provisioned() == {PERSONA: "1.0.0"}


def test_an_update_where_the_stack_may_not_be_read(people: Team) -> None:
    people.launch(*BUCKETS)
    people.open.shop.version(people.open.product, "1.0.1", template("1.0.1"))
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="cloudformation:DescribeStacks"),
        Fault(kind=FaultKind.ACCESS_DENIED, operation="DescribeStackEvents"),
    )
    events = people.events("--update")
    assert "some values that stand may not be read" in str(events[0]["findings"])
    assert [each["event"] for each in events[1:]] == ["note", "record", "record", "result"]
    assert people.provisioned() == {PERSONA: "1.0.1"}


def test_a_termination_says_what_is_lost_and_asks(people: Team) -> None:
    people.launch(*BUCKETS)
    asked = people.launch("--terminate")
    assert asked.code == 2
    assert "(AWS::IAM::Role): whatever runs with it stops working" in asked.out
    assert "say --yes to terminate 'data-scientist'" in asked.err
    people.monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    people.monkeypatch.setattr("builtins.input", lambda _: "n")
    assert people.launch("--terminate").code == 2
    assert people.provisioned() == {PERSONA: "1.0.0"}
    people.monkeypatch.setattr("builtins.input", lambda _: "yes")
    said = people.launch("--terminate")
    assert (said.code, people.provisioned()) == (0, {})
    assert "DELETE_COMPLETE    Role (AWS::IAM::Role)" in said.out


def test_a_termination_again_ends_nothing_else(people: Team) -> None:
    people.launch(*BUCKETS)
    people.launch(*BUCKETS, "--name", "other")
    assert people.launch("--terminate", "--yes").code == 0
    assert people.launch("--terminate", "--yes").code == 0
    assert people.provisioned() == {"other": "1.0.0"}


def test_what_was_terminated_is_launched_anew_by_the_same_command(people: Team) -> None:
    first = people.events(*BUCKETS)[-1]["id"]
    people.launch("--terminate", "--yes")
    second = people.events(*BUCKETS)[-1]["id"]
    people.launch("--terminate", "--yes")
    third = people.events(*BUCKETS)[-1]["id"]
    assert len({first, second, third}) == 3
    assert people.provisioned() == {PERSONA: "1.0.0"}


def become(people: Team, name: str) -> None:
    for key, value in people.open.shop.session(people.open.team, name).items():
        people.monkeypatch.setenv(key, value)


def test_a_launch_of_another_is_terminated_by_its_name_alone(people: Team) -> None:
    become(people, "ann")
    people.launch(*BUCKETS)
    become(people, "bob")
    said = people.launch("--terminate", "--yes")
    assert said.code == 2
    assert "error      'data-scientist' was launched by ann" in said.out
    assert "hint: to terminate it all the same, give --name data-scientist" in said.out
    assert people.provisioned() == {PERSONA: "1.0.0"}
    events = people.events("--terminate", "--yes", "--name", PERSONA)
    assert events[0]["launched_by"].endswith(":assumed-role/team/ann")
    assert [each["message"] for each in events[0]["findings"]] == [
        "'data-scientist' was launched by ann"
    ]
    assert people.provisioned() == {}


def test_an_update_says_who_launched_it(people: Team) -> None:
    become(people, "ann")
    people.launch(*BUCKETS)
    people.open.shop.version(people.open.product, "1.1.0", template("1.1.0"))
    assert "launched by" not in people.launch("--update", "--dry-run").out
    become(people, "bob")
    said = people.launch("--update")
    assert said.code == 0
    assert "warning    'data-scientist' was launched by ann" in said.out


def test_a_request_that_is_denied_is_to_be_mended_first(people: Team) -> None:
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="ProvisionProduct")
    )
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert "ProvisionProduct is missing" in said.err
    assert said.err.endswith("; once that is mended, run the same command again\n")


def test_a_version_that_the_catalog_retired(people: Team) -> None:
    people.clone("0.9.0", "1.0.0")
    path = people.folder / "output/portfolios/data-science.json"
    body = json.loads(path.read_text())
    body["products"][PERSONA]["versions"]["0.9.0"]["lifecycle"] = "retired"
    path.write_text(json.dumps(body))
    for update in ((), ("--update",)):
        said = people.launch(*BUCKETS, "--version", "0.9.0", *update)
        assert said.code == 2
        assert "version 0.9.0 is retired: it is not offered any more; there is 1.0.0" in said.err
        people.launch(*BUCKETS)


def test_what_is_not_published_or_admits_others(people: Team) -> None:
    people.clone("1.0.0")
    people.open.shop.api.disassociate_principal_from_portfolio(
        PortfolioId=people.open.portfolio, PrincipalARN=people.open.team
    )
    said = people.launch(*BUCKETS)
    assert said.code == 2
    assert "its portfolios do not admit who asks: Data Science; or it is not published" in said.err


def test_a_failed_launch_says_why_and_what_to_do(people: Team) -> None:
    gone = ["arn:aws:iam::aws:policy/NoSuchPolicy"]
    body = template("1.1.0", ManagedPolicyArns=gone)
    people.open.shop.version(people.open.product, "1.1.0", body)
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert "launch failed: Data Scientist 1.1.0 as 'data-scientist'" in said.out
    assert "reason     Role (AWS::IAM::Role), CREATE_FAILED: " in said.out
    assert "NoSuchPolicy" in said.out
    assert "'personac launch data-scientist --name data-scientist --terminate'" in said.out
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="DescribeStackEvents")
    )
    again = people.launch(*BUCKETS)
    assert again.code == 5
    assert "resources are not shown: the permission cloudformation:DescribeStackEvents" in again.out
    assert "NoSuchPolicy" in again.out
    assert people.launch("--terminate", "--yes").code == 0


def test_what_the_account_lacks_is_found_first(people: Team) -> None:
    body = template("1.1.0", PermissionsBoundary={
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/personac/boundary"
    })  # fmt: skip
    people.open.shop.version(people.open.product, "1.1.0", body)
    write_output(people.folder / "output", {"1.1.0": body})
    iam = people.open.shop.client("iam")
    iam.delete_role_policy(RoleName=LAUNCH_ROLE, PolicyName="all")
    iam.delete_role(RoleName=LAUNCH_ROLE)
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert "the launch role personac-launch does not exist in account 123456789012" in said.out
    assert (
        "the permissions boundary arn:aws:iam::123456789012:policy/personac/boundary does not exist"
        in said.out
    )
    assert people.provisioned() == {}


def test_what_may_not_be_seen_is_said_and_stops_nothing(people: Team) -> None:
    people.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="iam:GetRole"),
        Fault(kind=FaultKind.ACCESS_DENIED, operation="iam:GetAccountSummary"),
    )
    said = people.launch(*BUCKETS, "--dry-run")
    assert said.code == 0
    assert "note       no look at the launch role personac-launch: the permission" in said.out
    assert "note       no look at IAM's quotas: the permission" in said.out


@pytest.mark.slow
def test_our_data_scientist_with_the_roles_that_we_publish(people: Team) -> None:
    shop = people.open.shop
    iam, sagemaker = shop.client("iam"), shop.client("sagemaker")
    iam.delete_role_policy(RoleName=LAUNCH_ROLE, PolicyName="all")
    iam.delete_role(RoleName=LAUNCH_ROLE)
    for name in ("boundary", "launch-role"):
        body = json.loads((OUTPUT / f"account/{name}.template.json").read_bytes())
        shop.client("cloudformation").create_stack(
            StackName=name, TemplateURL=shop.upload(body)[0], Capabilities=["CAPABILITY_NAMED_IAM"]
        )
    raw = (OUTPUT / f"personas/{PERSONA}/1.0.0.template.json").read_bytes()
    shop.version(people.open.product, "9.0.0", json.loads(raw))
    domain = sagemaker.create_domain(
        DomainName="team",
        AuthMode="IAM",
        VpcId="vpc-0123456789abcdef0",
        SubnetIds=["subnet-0123456789abcdef0"],
        DefaultUserSettings={"ExecutionRole": shop.role("domain", "sagemaker.amazonaws.com")},
    )["DomainArn"].rpartition("/")[2]
    given = {
        "Buckets": "fraud-data",
        "ExecutionRoles": "arn:aws:iam::123456789012:role/personac/execution/jobs",
        "DomainId": domain,
        "UserProfileName": "jane",
    }
    sets = [f"--set={name}={value}" for name, value in given.items()]
    clone = ("--output", str(OUTPUT))
    refused = people.launch(*sets, "--set", "Subnets=subnet-01234567", *clone)
    assert refused.code == 2
    assert "Network: give all of Subnets, SecurityGroups, or none of them" in refused.out
    said = people.launch(*sets, *clone)
    assert said.code == 0, said
    assert "  UserProfileName  jane" in said.out
    sagemaker.create_space(
        DomainId=domain,
        SpaceName="notes",
        OwnershipSettings={"OwnerUserProfileName": "jane"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    refused = people.launch("--terminate", "--yes", *clone)
    assert refused.code == 5
    assert "(AWS::SageMaker::UserProfile): the user's home directory is lost with it" in refused.out
    assert "the user profile jane has spaces: notes" in refused.out
    sagemaker.delete_space(DomainId=domain, SpaceName="notes")
    assert people.launch("--terminate", "--yes", *clone).code == 0
    assert people.provisioned() == {}


@pytest.mark.parametrize("effect", [False, True])
def test_a_launch_that_dies_is_finished_by_the_same_command(people: Team, *, effect: bool) -> None:
    lost = Fault(kind=FaultKind.LOST, operation="ProvisionProduct", effect=effect)
    _dies(people, Faults(lost))


@pytest.mark.slow
def test_a_launch_that_dies_anywhere_is_finished_by_the_same_command(
    shop: tuple[Sandbox, Shop],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = team(*shop, tmp_path, monkeypatch, capsys)
    before = people.sandbox.call_count
    people.launch(*BUCKETS)
    calls = people.sandbox.call_count - before
    assert calls > 10
    for number in range(1, calls + 1):
        for effect in (False, True):
            people = team(*shop, tmp_path, monkeypatch, capsys)
            _dies(people, death(number, effect=effect))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "left"),
    [(("--update",), {PERSONA: "1.1.0"}), (("--terminate", "--yes"), {})],
)
def test_what_dies_anywhere_on_the_way_is_finished_by_the_same_command(
    shop: tuple[Sandbox, Shop],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    arguments: tuple[str, ...],
    left: dict[str, str],
) -> None:
    def launched() -> Team:
        people = team(*shop, tmp_path, monkeypatch, capsys)
        assert people.launch(*BUCKETS).code == 0
        people.open.shop.version(people.open.product, "1.1.0", template("1.1.0"))
        return people

    people = launched()
    before = people.sandbox.call_count
    assert people.launch(*arguments).code == 0
    calls = people.sandbox.call_count - before
    assert calls > 8
    for number in range(1, calls + 1):
        for effect in (False, True):
            people = launched()
            people.sandbox.faults = death(number, effect=effect)
            assert people.launch(*arguments).code == 5
            people.sandbox.faults = None
            assert people.launch(*arguments).code == 0
            assert people.provisioned() == left


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.THROTTLING, FaultKind.INTERNAL_FAILURE])
def test_a_launch_where_every_fifth_call_fails(people: Team, kind: FaultKind) -> None:
    people.monkeypatch.setattr("compiler.release.aws.ATTEMPTS", 10)
    before = people.sandbox.call_count
    people.sandbox.faults = Faults(Fault(kind=kind, share=0.2), seed=1)
    assert people.launch(*BUCKETS).code == 0
    assert people.provisioned() == {PERSONA: "1.0.0"}
    assert people.sandbox.call_count - before < 40


def _dies(people: Team, faults: Faults) -> None:
    people.sandbox.faults = faults
    said = people.launch(*BUCKETS)
    assert said.code == 5, said
    assert "Traceback" not in said.err
    people.sandbox.faults = None
    assert people.launch(*BUCKETS).code == 0
    assert people.provisioned() == {PERSONA: "1.0.0"}


def test_an_interrupt_says_how_to_go_on(people: Team) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with people.monkeypatch.context() as patched, slow_records():
        patched.setattr("compiler.release.launching.following.time.sleep", interrupted)
        said = people.launch(*BUCKETS)
    assert said.code == 130
    assert "AWS goes on with it: the same command again follows it" in said.err
    assert people.launch(*BUCKETS).code == 0
    assert people.provisioned() == {PERSONA: "1.0.0"}


def test_what_takes_too_long_is_left_to_itself(people: Team) -> None:
    with slow_records():
        events = people.events(*BUCKETS, "--timeout", "0")
    assert events[-1]["status"] == "in-progress"
    assert people.launch(*BUCKETS).code == 0
    begun = people.launch(*BUCKETS, "--name", "b", "--no-wait")
    assert begun.code == 0
    assert "launch goes on" in begun.out


def test_the_link_to_the_form(people: Team) -> None:
    said = people.launch("--link")
    assert said.code == 0
    assert said.out.strip().endswith(f"?region=eu-west-1#products/{people.open.product}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("launch", "data-scientst"), "no product 'data-scientst' for you in eu-west-1; did you mean"),
        (("launch", "prod-abcdefghijklm"), "no product 'prod-abcdefghijklm' for you in eu-west-1"),
        (("launch", PERSONA, "--region", "eu-west-2"), "no product 'data-scientist' for you in eu-west-2; no portfolio of this Region admits who asks, or none is published"),
        (("launch", PERSONA, "--update"), "'Data Scientist' is not launched in eu-west-1"),
        (("launch", PERSONA, "--version", "3.0.0"), "no active version '3.0.0'; there is 1.0.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_exits_2(
    people: Team, arguments: tuple[str, ...], message: str
) -> None:
    said = people(*arguments)
    assert said.code == 2
    assert message in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "Buckets"), "--set takes NAME=VALUE"),
        (("--tag", "a"), "--tag takes NAME=VALUE"),
        (("--terminate", "--set", "a=b"), "leave --set out"),
        (("--yes",), "there is nothing to answer"),
        (("--timeout", "soon"), "'soon' is no number of seconds"),
        (("--update", "--terminate"), "not allowed with argument"),
    ],
)
def test_what_is_typed_wrong_asks_nothing_of_aws(
    shell: Shell, arguments: tuple[str, ...], message: str
) -> None:
    said = shell("launch", PERSONA, *arguments)
    assert said.code == 2
    assert message in said.err


def test_a_region_where_it_is_not_published(people: Team) -> None:
    people.clone("1.0.0")
    said = people.launch("--region", "eu-west-2")
    assert said.code == 2
    assert "not published in eu-west-2; name one of its Regions by --region: eu-west-1" in said.err


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (FaultKind.EXPIRED_TOKEN, "the credentials have expired; log in again; nothing was begun"),
        (FaultKind.ACCESS_DENIED, "the permission servicecatalog:SearchProducts is missing"),
        (FaultKind.LOST, "AWS cannot be reached for servicecatalog:SearchProducts"),
        (FaultKind.INTERNAL_FAILURE, "servicecatalog:SearchProducts was refused"),
    ],
)
def test_a_refusal_of_aws_exits_5(people: Team, fault: FaultKind, message: str) -> None:
    people.sandbox.faults = Faults(Fault(kind=fault, operation="SearchProducts"))
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert message in said.err


def test_no_credentials_and_no_endpoint(people: Team) -> None:
    people.monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert "AWS cannot be reached" in said.err
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        people.monkeypatch.delenv(name)
    said = people.launch(*BUCKETS)
    assert said.code == 5
    assert "no credentials for AWS were found; log in" in said.err
