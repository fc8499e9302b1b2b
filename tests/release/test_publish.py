"""Publishing to the sandbox: what is made, in which order, and what befalls it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import TYPE_CHECKING, Any

import pytest

from compiler.release.desired import DesiredError, read_desired
from compiler.release.observe import Looking
from compiler.sandbox.faults import Fault, FaultKind, Faults
from tests.release.conftest import REGION, Life
from tests.release.offers import PATTERN, portfolio, product, template, two_products, write

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.release.event import Event
    from compiler.release.regions import Outcome
    from tests.release.conftest import Site

ORGANIZATION: dict[str, Any] = {
    "type": "ACCOUNT",
    "target": "222222222222",
    "principals": False,
    "tag_options": False,
}


def texts(site: Site, folder: Path) -> list[str]:
    return [f"{each.sign} {each.text}" for each in site.planned(folder).changes]


def notes(site: Site, folder: Path, looking: Looking | None = None) -> list[str]:
    plan = site.planned(folder, looking)
    return [f"{each.kind}: {each.subject}: {each.text}" for each in plan.notes]


def test_what_guards_a_product_is_there_before_anybody_may_launch_it(
    site: Site, tmp_path: Path
) -> None:
    site.one_at_a_time()
    life = Life()
    folder = two_products(tmp_path)
    site.publish(folder, connect=site.mortal(life))
    calls = [each.split(":")[1] for each in life.calls]
    made = [
        at
        for at, each in enumerate(calls)
        if each in {"CreateProduct", "CreateProvisioningArtifact"}
    ]
    assert len(made) == 4
    for at in made:
        update = next(n for n in range(at, len(calls)) if calls[n] == "UpdateProvisioningArtifact")
        between = [each for each in calls[at + 1 : update] if "Object" not in each]
        # CreateProduct is looked at first: its answer may be of a product that is gone.
        assert between in ([], ["DescribeProductAsAdmin"])
    first_principal = calls.index("AssociatePrincipalWithPortfolio")
    assert max(n for n, each in enumerate(calls) if each == "CreateConstraint") < first_principal
    assert max(n for n, each in enumerate(calls) if each == "DescribeConstraint") < first_principal


def test_events_tell_what_happens_and_the_receipt_what_came_of_it(
    site: Site, tmp_path: Path
) -> None:
    site.one_at_a_time()
    seen: list[Event] = []
    folder = write(
        tmp_path, portfolio("science", {"ml-ops": product("MLOps", {"1.0.0": "active"})})
    )
    outcome = site.publish(folder, watch=seen.append)
    assert [f"{each.kind} {each.done}/{each.of} {each.text}" for each in seen[:4]] == [
        "start 0/7 portfolio science: 'Science'",
        "done 1/7 portfolio science: 'Science'",
        "start 1/7 product ml-ops: 'MLOps', with version 1.0.0",
        "done 2/7 product ml-ops: 'MLOps', with version 1.0.0",
    ]
    receipt = outcome.receipt
    assert receipt["complete"] is True
    assert list(receipt["versions"]) == ["ml-ops@1.0.0"]
    assert receipt["versions"]["ml-ops@1.0.0"].startswith("pa-")
    kept = site.hub(folder).artifacts().list(f"receipts/{REGION}/")
    assert [json.loads(site.hub(folder).artifacts().get(each.key)) for each in kept] == [receipt]


def test_a_new_version_leaves_all_others_as_they_are(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    site.publish(folder)
    before = site.state(folder).products["ml-ops"]
    both = {"1.0.0": "deprecated", "1.1.0": "active"}
    products = {
        "data-scientist": product("Data Scientist", both),
        "ml-ops": product("MLOps", {**both, "1.1.0": "deprecated", "2.0.0": "active"}),
    }
    write(tmp_path, portfolio("science", products))
    assert texts(site, folder) == [
        "+ version ml-ops 2.0.0",
        "~ version ml-ops 2.0.0: inactive → active",
        "~ version ml-ops 1.1.0: active → deprecated",
    ]
    site.publish(folder)
    after = site.state(folder).products["ml-ops"]
    assert [each.id for each in after.versions[:2]] == [each.id for each in before.versions]
    assert [each.lifecycle for each in after.versions] == ["deprecated", "deprecated", "active"]
    assert texts(site, folder) == []


@pytest.mark.slow
def test_a_fifth_of_all_calls_throttled_or_failing(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    saved = site.saved(folder)
    before = site.sandbox.call_count
    site.publish(folder, saved, lease=1000.0)
    undisturbed = site.sandbox.call_count - before
    site.sandbox.reset()
    site.prepare()
    saved = site.saved(folder)
    site.sandbox.faults = Faults(
        Fault(kind=FaultKind.THROTTLING, share=0.1),
        Fault(kind=FaultKind.INTERNAL_FAILURE, share=0.06),
        Fault(kind=FaultKind.LOST, share=0.02),
        Fault(kind=FaultKind.LOST, share=0.02, effect=True),
        seed=7,
    )
    before = site.sandbox.call_count
    outcome = site.publish(folder, saved, lease=1000.0)
    sent = site.sandbox.call_count - before
    site.sandbox.faults = None
    assert outcome.problems == ()
    assert texts(site, folder) == []
    assert notes(site, folder) == []
    failed = sum(each.fault is not None for each in site.sandbox.calls[before:])
    assert failed > undisturbed / 8
    # Each call is sent again as often as it fails, and no more.
    assert sent == undisturbed + failed


def test_two_publishers_at_once(site: Site, tmp_path: Path) -> None:
    """Of two at once, one wins and the other says so."""
    folder = two_products(tmp_path)
    saved = site.saved(folder)
    begun = Signal()

    def slowly(_: Event) -> None:
        begun.set()
        time.sleep(0.1)

    def second() -> Outcome:
        begun.wait(10)
        return site.publish(folder, saved, lease=3.0)

    with ThreadPoolExecutor() as pool:
        other = pool.submit(second)
        outcome = site.publish(folder, saved, slowly, lease=3.0)
    busy = "another publish to eu-west-1 is at work"
    hint = "run again when it has ended: what it has done is then seen"
    assert outcome.problems == ()
    assert other.result().problems == (f"{busy}; {hint}",)
    assert texts(site, folder) == []


def test_a_product_that_was_deleted_by_hand_is_made_anew(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    site.publish(folder)
    wanted = site.held(folder)
    held = site.state(folder)
    gone, aws = held.products["ml-ops"], site.aws()
    for each in held.portfolios["science"].constraints:
        if each.product == gone.id:
            aws.call("servicecatalog", "DeleteConstraint", Id=each.id)
    aws.call(
        "servicecatalog", "DisassociateProductFromPortfolio",
        ProductId=gone.id, PortfolioId=held.portfolios["science"].id,
    )  # fmt: skip
    aws.call("servicecatalog", "DeleteProduct", Id=gone.id)
    plan = site.planned(folder)
    assert all(each.drift for each in plan.changes if "ml-ops" in each.text)
    assert site.publish(folder).problems == ()
    assert site.held(folder) == wanted
    assert site.state(folder).products["ml-ops"].id != gone.id


def test_a_version_of_our_name_that_somebody_made_by_hand(site: Site, tmp_path: Path) -> None:
    folder = write(
        tmp_path, portfolio("science", {"ml-ops": product("MLOps", {"1.0.0": "active"})})
    )
    site.publish(folder)
    aws = site.aws()
    url = site.hub(folder).artifacts().upload(template("somebody's"))
    made = aws.call(
        "servicecatalog", "CreateProvisioningArtifact",
        ProductId=site.state(folder).products["ml-ops"].id,
        Parameters={"Name": "1.1.0", "Info": {"LoadTemplateFromURL": url}},
        IdempotencyToken="by-hand",
    )  # fmt: skip
    by_hand = made["ProvisioningArtifactDetail"]["Id"]
    (note,) = notes(site, folder)
    assert note == (
        "conflict: product ml-ops: version 1.1.0 was made by somebody else and is offered: make it "
        "inactive, or delete it; until then no portfolio gets the product"
    )
    versions = {"1.0.0": "active", "1.1.0": "active"}
    write(tmp_path, portfolio("science", {"ml-ops": product("MLOps", versions)}))
    (note,) = notes(site, folder)
    ours = read_desired(folder).products["ml-ops"].versions["1.1.0"].sha256
    assert note == (
        f"conflict: product ml-ops: version 1.1.0 ({by_hand}) was made by somebody else; output/ "
        f"has {ours[:12]}…. Nothing is published under a name that is taken: raise the version, "
        "or delete it by hand"
    )
    assert texts(site, folder) == []


def test_a_share_that_exists_with_other_flags_is_updated(site: Site, tmp_path: Path) -> None:
    """AWS does nothing where a share exists, its flags included."""
    products = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    folder = write(tmp_path, portfolio("science", products, shares=[ORGANIZATION]))
    site.publish(folder)
    write(tmp_path, portfolio("science", products, shares=[{**ORGANIZATION, "tag_options": True}]))
    assert texts(site, folder) == [
        "~ portfolio science: share to ACCOUNT 222222222222: tag options"
    ]
    assert site.publish(folder).problems == ()
    (share,) = site.state(folder).portfolios["science"].shares.values()
    assert share.tag_options


def test_a_template_that_service_catalog_holds_differs(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    site.publish(folder)
    held = site.state(folder).products["ml-ops"].versions[1]
    # The copy that Service Catalog keeps, which nobody can reach on AWS.
    bucket, key = "sc-000000000000-eu-west-1", f"{held.id}.template"
    site.aws().call("s3", "PutObject", Bucket=bucket, Key=key, Body=template("changed"))
    assert notes(site, folder) == []
    (note,) = notes(site, folder, Looking(verify=True))
    assert note.startswith(
        f"conflict: product ml-ops: version 1.1.0 ({held.id}) holds the template "
    )


def test_a_saved_plan_is_refused_once_somebody_has_moved_the_state(
    site: Site, tmp_path: Path
) -> None:
    folder = two_products(tmp_path)
    site.publish(folder)
    both = {"1.0.0": "retired", "1.1.0": "active"}
    write(tmp_path, portfolio("science", {
        "data-scientist": product("Data Scientist", both), "ml-ops": product("MLOps", both),
    }))  # fmt: skip
    saved = site.saved(folder)
    science = site.state(folder).portfolios["science"].id
    site.aws().call(
        "servicecatalog", "AssociatePrincipalWithPortfolio", PortfolioId=science,
        PrincipalType="IAM_PATTERN", PrincipalARN="arn:aws:iam:::role/other/*",
    )  # fmt: skip
    outcome = site.publish(folder, saved)
    assert outcome.published is None
    assert outcome.problems == (
        "Service Catalog has changed since the plan was made: plan again",
        "portfolio science principal IAM_PATTERN arn:aws:iam:::role/other/*: nothing → yes",
    )
    plan = site.planned(folder)
    (revoked,) = [each for each in plan.changes if each.sign == "-"]
    assert (revoked.text, revoked.drift) == (
        "portfolio science: IAM_PATTERN arn:aws:iam:::role/other/*",
        True,
    )
    assert site.publish(folder).problems == ()
    wanted = read_desired(folder).portfolios["science"].principals
    assert site.state(folder).portfolios["science"].principals == wanted


def test_a_launch_constraint_that_was_loosened_by_hand_is_mended(
    site: Site, tmp_path: Path
) -> None:
    folder = two_products(tmp_path)
    site.publish(folder)
    launch = next(
        each
        for each in site.state(folder).portfolios["science"].constraints
        if each.type == "LAUNCH"
    )
    trust = site.aws().call("iam", "GetRole", RoleName="personac-launch")["Role"]
    site.aws().call(
        "iam", "CreateRole", RoleName="Administrator",
        AssumeRolePolicyDocument=json.dumps(trust["AssumeRolePolicyDocument"]),
    )  # fmt: skip
    site.aws().call(
        "servicecatalog", "UpdateConstraint", Id=launch.id,
        Parameters=json.dumps({"LocalRoleName": "Administrator"}),
    )  # fmt: skip
    (change,) = site.planned(folder).changes
    assert (change.why, change.drift) == ("it was changed by hand", True)
    site.publish(folder)
    assert texts(site, folder) == []


def test_what_is_not_ours_is_never_touched(site: Site, tmp_path: Path) -> None:
    aws = site.aws()
    made = aws.call(
        "servicecatalog", "CreatePortfolio", DisplayName="Science", ProviderName="Somebody",
        IdempotencyToken="theirs",
    )  # fmt: skip
    theirs = made["PortfolioDetail"]["Id"]
    folder = two_products(tmp_path)
    site.publish(folder)
    described = aws.call("servicecatalog", "DescribePortfolio", Id=theirs)
    assert described["PortfolioDetail"]["ProviderName"] == "Somebody"
    assert site.state(folder).others == 1
    assert site.state(folder).portfolios["science"].id != theirs


def test_a_failure_holds_back_what_follows_it_and_nothing_else(site: Site, tmp_path: Path) -> None:
    site.patient_retries(1)
    folder = two_products(tmp_path)
    saved = site.saved(folder)
    site.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="CreateConstraint", last=1)
    )
    site.one_at_a_time()
    outcome = site.publish(folder, saved)
    site.sandbox.faults = None
    assert outcome.published is not None
    ((failed, why),) = outcome.published.failed
    assert failed.text == "portfolio science: RESOURCE_UPDATE constraint of data-scientist"
    assert why.startswith("the permission servicecatalog:CreateConstraint is missing")
    assert [each.text for each, _ in outcome.published.skipped] == [
        "portfolio science: LAUNCH constraint of data-scientist",
        "portfolio science: RESOURCE_UPDATE constraint of ml-ops",
        "portfolio science: LAUNCH constraint of ml-ops",
        "version data-scientist 1.1.0: inactive → active",
        f"portfolio science: IAM_PATTERN {PATTERN['arn']}",
        "version data-scientist 1.0.0: inactive → deprecated",
    ]
    assert site.publish(folder, saved).problems == ()
    assert texts(site, folder) == []


def test_adopt_takes_over_a_product_and_the_versions_that_are_the_same(
    site: Site, tmp_path: Path
) -> None:
    versions = {"1.0.0": "active", "1.1.0": "active"}
    folder = write(tmp_path, portfolio("science", {"ml-ops": product("MLOps", versions)}))
    content = (folder / "personas/ml-ops/1.0.0.template.json").read_bytes()
    made = site.aws().call(
        "servicecatalog", "CreateProduct", Name="Machine Learning", Owner="Somebody",
        ProductType="CLOUD_FORMATION_TEMPLATE", IdempotencyToken="theirs",
        ProvisioningArtifactParameters={
            "Name": "1.0.0", "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": site.hub(folder).artifacts().upload(content)},
        },
    )  # fmt: skip
    theirs = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    looking = Looking(adopt={"ml-ops": theirs})
    assert [each.text for each in site.planned(folder, looking).changes][1:5] == [
        f"product ml-ops: adopt {theirs}",
        "product ml-ops: title, description, owner",
        f"version ml-ops 1.0.0: adopt {made['ProvisioningArtifactDetail']['Id']}",
        "version ml-ops 1.1.0",
    ]
    assert site.publish(folder, site.saved(folder, looking)).problems == ()
    assert site.state(folder).products["ml-ops"].id == theirs
    assert texts(site, folder) == []


def test_a_removed_version_is_deleted_only_where_no_launch_can_need_it(
    site: Site, tmp_path: Path
) -> None:
    three = {"1.0.0": "active", "1.1.0": "active", "1.2.0": "active"}
    folder = write(tmp_path, portfolio("science", {"ml-ops": product("MLOps", three)}))
    site.publish(folder)
    write(
        tmp_path, portfolio("science", {"ml-ops": product("MLOps", {**three, "1.0.0": "removed"})})
    )
    assert texts(site, folder) == [
        "~ version ml-ops 1.0.0: active → inactive",
        "- version ml-ops 1.0.0",
    ]
    site.publish(folder)
    assert [each.name for each in site.state(folder).products["ml-ops"].versions] == [
        "1.1.0",
        "1.2.0",
    ]
    # Shared once: from now on launches elsewhere may use any version.
    gone = {**three, "1.0.0": "removed", "1.1.0": "removed"}
    of_it = {"ml-ops": product("MLOps", gone)}
    write(tmp_path, portfolio("science", of_it, shares=[ORGANIZATION]))
    site.publish(folder)
    write(tmp_path, portfolio("science", of_it))
    site.publish(folder)
    why = "the product was shared, and launches elsewhere are not seen from here"
    assert notes(site, folder) == [f"kept: product ml-ops: version 1.1.0 is not deleted: {why}"]
    assert texts(site, folder) == []


def test_output_that_does_not_belong_together_is_not_published(tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    (folder / "personas/ml-ops/1.1.0.template.json").write_bytes(template("changed"))
    (folder / "personas/ml-ops/1.0.0.template.json").unlink()
    with pytest.raises(DesiredError) as error:
        read_desired(folder)
    assert str(error.value).replace(str(folder), "output") == (
        "ml-ops 1.0.0: output/personas/ml-ops/1.0.0.template.json: no such file or directory\n"
        "ml-ops 1.1.0: output/personas/ml-ops/1.1.0.template.json is not what its portfolio lists\n"
        "run 'personac build', and commit what it writes"
    )


def test_an_organization_gets_a_portfolio_with_its_principals(site: Site, tmp_path: Path) -> None:
    aws = site.aws()
    made = aws.call("organizations", "CreateOrganization", FeatureSet="ALL")
    aws.call("servicecatalog", "EnableAWSOrganizationsAccess")
    share = {
        "type": "ORGANIZATION",
        "target": made["Organization"]["Id"],
        "principals": True,
        "tag_options": False,
    }
    products = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    folder = write(tmp_path, portfolio("science", products, shares=[share]))
    assert site.publish(folder).problems == ()
    assert texts(site, folder) == []
    (held,) = site.state(folder).portfolios["science"].shares.values()
    assert (held.type, held.principals) == ("ORGANIZATION", True)
    write(tmp_path, portfolio("science", products, shares=[{**share, "principals": False}]))
    assert site.publish(folder).problems == ()
    write(tmp_path, portfolio("science", products))
    assert texts(site, folder) == [f"- portfolio science: share to ORGANIZATION {share['target']}"]
    assert site.publish(folder).problems == ()
    assert texts(site, folder) == []


def test_what_a_shared_portfolio_has_no_right_to(site: Site, tmp_path: Path) -> None:
    """Outside of an organization, AWS shares with single accounts alone."""
    share = {"type": "ORGANIZATION", "target": "o-abcdefghij", "principals": False,
             "tag_options": False}  # fmt: skip
    products = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    folder = write(tmp_path, portfolio("science", products, shares=[share]))
    (problem,) = site.publish(folder).problems
    assert problem.startswith(
        "portfolio science: share to ORGANIZATION o-abcdefghij: "
        "servicecatalog:CreatePortfolioShare was refused: "
    )


@pytest.mark.parametrize("broken", ["products", "home_region", "principals"])
def test_output_that_somebody_edited(tmp_path: Path, broken: str) -> None:
    folder = two_products(tmp_path)
    file = folder / "portfolios/science.json"
    body = json.loads(file.read_text())
    del body[broken]
    file.write_text(json.dumps(body))
    with pytest.raises(DesiredError, match=f"is not as 'personac build' writes it: .*{broken}"):
        read_desired(folder)


def test_tag_options_come_and_go(site: Site, tmp_path: Path) -> None:
    products = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    asked = {"cost-center": ["a", "b"]}
    folder = write(tmp_path, portfolio("science", products, tag_options=asked))
    assert site.publish(folder).problems == ()
    assert texts(site, folder) == []
    write(tmp_path, portfolio("science", products))
    assert texts(site, folder) == [
        "- portfolio science: tag option cost-center=a",
        "- portfolio science: tag option cost-center=b",
    ]
    assert site.publish(folder).problems == ()
    assert texts(site, folder) == []


def test_access_that_ends_waits_for_nothing(site: Site, tmp_path: Path) -> None:
    site.patient_retries(1)
    site.one_at_a_time()
    two = [PATTERN, {**PATTERN, "arn": "arn:aws:iam:::role/teams/other-*"}]
    products = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    folder = write(tmp_path, portfolio("science", products, principals=two, shares=[ORGANIZATION]))
    assert site.publish(folder).problems == ()
    write(tmp_path, portfolio("science", products, principals=[]))
    saved = site.saved(folder)
    site.sandbox.faults = Faults(
        Fault(kind=FaultKind.ACCESS_DENIED, operation="DisassociatePrincipalFromPortfolio", last=1)
    )
    outcome = site.publish(folder, saved)
    site.sandbox.faults = None
    assert outcome.published is not None
    assert (len(outcome.published.failed), len(outcome.published.done)) == (1, 2)
    assert outcome.published.skipped == ()


def test_a_version_that_only_says_that_it_is_ours_is_not_finished(
    site: Site, tmp_path: Path
) -> None:
    folder = write(
        tmp_path, portfolio("science", {"ml-ops": product("MLOps", {"1.0.0": "active"})})
    )
    site.publish(folder)
    both = {"1.0.0": "active", "1.1.0": "active"}
    write(tmp_path, portfolio("science", {"ml-ops": product("MLOps", both)}))
    ours = read_desired(folder).products["ml-ops"].versions["1.1.0"].sha256
    made = site.aws().call(
        "servicecatalog", "CreateProvisioningArtifact",
        ProductId=site.state(folder).products["ml-ops"].id,
        Parameters={
            "Name": "1.1.0",
            "Description": f"sha256={ours} pending",
            "Info": {"LoadTemplateFromURL": site.hub(folder).artifacts().upload(template("evil"))},
        },
        IdempotencyToken="by-hand",
    )  # fmt: skip
    theirs = made["ProvisioningArtifactDetail"]["Id"]
    (problem,) = site.publish(folder).problems
    assert problem == (
        f"version ml-ops 1.1.0: test what was left untested: version ml-ops 1.1.0 ({theirs}) has "
        "another template than its description says; it is none of ours: delete it by hand"
    )
    held = site.state(folder).products["ml-ops"].versions[1]
    assert held.is_pending


def test_a_template_that_changes_during_a_publish(site: Site, tmp_path: Path) -> None:
    folder = write(
        tmp_path, portfolio("science", {"ml-ops": product("MLOps", {"1.0.0": "active"})})
    )
    file = folder / "personas/ml-ops/1.0.0.template.json"

    def meanwhile(_: Event) -> None:
        file.write_bytes(b"{}")

    (problem,) = site.publish(folder, watch=meanwhile).problems
    what = "product ml-ops: 'MLOps', with version 1.0.0"
    assert problem == f"{what}: {file} has changed since the plan was made: plan again"


def test_what_others_put_into_the_bucket_stops_nobody(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path)
    bucket = site.hub(folder).artifacts()
    bucket.put(f"locks/{REGION}/x/y", b"")
    bucket.put(f"receipts/{REGION}/zzz.json", b"no receipt")
    assert site.publish(folder).problems == ()
    assert texts(site, folder) == []
