"""The commands plan, publish and rollback, as they are typed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from compiler.cli import main
from compiler.sandbox.faults import Fault, FaultKind, Faults
from tests.release.offers import portfolio, product, two_products, write

if TYPE_CHECKING:
    from tests.release.conftest import Site


ROOT = Path(__file__).parents[2]


class Typed:
    """Commands on an output folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What a command prints, with the folder called output/."""
        return self.said(*arguments, code=code)[0]

    def said(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        found = main([*arguments, "--output", str(self.folder)])
        captured = self.capsys.readouterr()
        assert found == code, (captured.out, captured.err)
        out, err = (each.replace(str(self.folder), "output") for each in captured)
        return out, err


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    one = {"ml-ops": product("MLOps", {"1.0.0": "active"})}
    return Typed(write(tmp_path, portfolio("science", one)), capsys)


PLAN = """\
eu-west-1, account 123456789012
  + portfolio science: 'Science'  (not in Service Catalog yet)
  + product ml-ops: 'MLOps', with version 1.0.0  (not in Service Catalog yet)
  + portfolio science: product ml-ops  (not in Service Catalog yet)
  + portfolio science: RESOURCE_UPDATE constraint of ml-ops  (not in Service Catalog yet)
  + portfolio science: LAUNCH constraint of ml-ops  (not in Service Catalog yet)
  ~ version ml-ops 1.0.0: inactive → active  (made, and tested)
  + portfolio science: IAM_PATTERN arn:aws:iam:::role/teams/science-*  (not in Service Catalog yet)
  6 to add, 1 to change
"""

MARKDOWN = """\
### Plan for Service Catalog

**eu-west-1**: 6 to add, 1 to change

```diff
+ portfolio science: 'Science'  # not in Service Catalog yet
+ product ml-ops: 'MLOps', with version 1.0.0  # not in Service Catalog yet
+ portfolio science: product ml-ops  # not in Service Catalog yet
+ portfolio science: RESOURCE_UPDATE constraint of ml-ops  # not in Service Catalog yet
+ portfolio science: LAUNCH constraint of ml-ops  # not in Service Catalog yet
! version ml-ops 1.0.0: inactive → active  # made, and tested
+ portfolio science: IAM_PATTERN arn:aws:iam:::role/teams/science-*  # not in Service Catalog yet
```
"""


@pytest.mark.usefixtures("site")
def test_a_plan_as_text_markdown_and_json(typed: Typed) -> None:
    assert typed("plan") == PLAN
    assert typed("plan", "--format", "markdown") == MARKDOWN
    view = json.loads(typed("plan", "--format", "json", "--exit-code", code=10))
    assert view["schema"] == "personac.plan/1"
    assert [each["change"] for each in view["regions"][0]["changes"]][:2] == [
        "CreatePortfolio",
        "CreateProduct",
    ]


@pytest.mark.usefixtures("site")
def test_a_plan_is_saved_carried_out_and_then_there_is_nothing_to_do(
    typed: Typed, tmp_path: Path
) -> None:
    file = str(tmp_path / "plan.json")
    typed("plan", "--out", file)
    out = typed("publish", file)
    assert out.splitlines()[0] == "eu-west-1        1/7 + portfolio science: 'Science'"
    assert "\neu-west-1: 7 changes made\n" in out
    assert typed("plan", "--exit-code") == ("eu-west-1, account 123456789012\n  no changes\n")
    # Once more does nothing: what it would do is done.
    assert typed("publish", file) == "eu-west-1: 0 changes made\n"


@pytest.mark.usefixtures("site")
def test_a_plan_for_another_output_is_refused(typed: Typed, tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    typed("plan", "--out", file)
    two_products(tmp_path)
    _, err = typed.said("publish", file, code=1)
    assert err.endswith("plan.json was made for another output than output: plan again\n")


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is no plan that 'personac plan --out' wrote"),
        ("[]", "this is no plan that 'personac plan --out' wrote"),
        ("{}", "this is no plan of the form personac.plan/1"),
        ('{"schema": "personac.plan/1"}', "this is no plan that 'personac plan --out' wrote"),
    ],
)
def test_what_is_no_plan(typed: Typed, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    _, err = typed.said("publish", str(file), code=2)
    assert message in err


def test_a_plan_that_takes_over_a_product_is_agreed_to(
    site: Site, typed: Typed, tmp_path: Path
) -> None:
    """An edited plan shows one harmless line, and takes what belongs to another team."""
    same = (typed.folder / "personas/ml-ops/1.0.0.template.json").read_bytes()
    made = site.aws().call(
        "servicecatalog", "CreateProduct", Name="Payments", Owner="Somebody",
        ProductType="CLOUD_FORMATION_TEMPLATE", IdempotencyToken="theirs",
        ProvisioningArtifactParameters={
            "Name": "1.0.0", "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": site.hub(typed.folder).artifacts().upload(same)},
        },
    )  # fmt: skip
    theirs = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    adopt = ("--adopt", f"ml-ops={theirs}")
    file = str(tmp_path / "plan.json")
    typed("plan", "--out", file, *adopt)
    _, err = typed.said("publish", file, code=2)
    message = f"this plan takes over {theirs} as 'ml-ops'; agree by --adopt ml-ops={theirs}"
    assert err == f"personac: {message.replace(';', ':')}\n"
    typed("publish", file, *adopt)
    assert site.state(typed.folder).products["ml-ops"].id == theirs


@pytest.mark.usefixtures("site")
def test_a_message_is_no_command_to_a_terminal_or_a_runner(typed: Typed) -> None:
    file = typed.folder / "portfolios/science.json"
    body = json.loads(file.read_text())
    evil = "\x1b]0;x\n::error::injected"
    body["products"]["ml-ops"]["versions"]["1.0.0"]["template"] = evil
    file.write_text(json.dumps(body))
    _, err = typed.said("plan", code=4)
    assert "\x1b" not in err
    assert "\n::" not in err


@pytest.mark.usefixtures("site")
def test_publish_as_json_lines(typed: Typed) -> None:
    out = typed("publish", "--yes", "--format", "json")
    lines = [json.loads(each) for each in out.splitlines()]
    assert {each["event"] for each in lines[:-1]} == {"start", "done"}
    (region,) = lines[-1]["regions"]
    assert (region["done"], region["failed"], region["receipt"]["complete"]) == (7, 0, True)


@pytest.mark.usefixtures("site")
def test_nobody_can_be_asked(typed: Typed) -> None:
    out, err = typed.said("publish", code=2)
    assert out == PLAN
    assert err == "personac: Carry this out? Nobody can be asked here: say --yes\n"


def test_a_conflict_is_a_finding(site: Site, typed: Typed) -> None:
    typed("publish", "--yes")
    held = site.state(typed.folder).products["ml-ops"].versions[0]
    site.aws().call(
        "servicecatalog", "UpdateProvisioningArtifact", Description="by hand",
        ProductId=site.state(typed.folder).products["ml-ops"].id, ProvisioningArtifactId=held.id,
    )  # fmt: skip
    out = typed("plan", code=1)
    assert "\n  ! conflict: product ml-ops: version 1.0.0 " in out
    _, err = typed.said("publish", "--yes", code=1)
    assert err == "personac: settle the conflicts first; nothing was done\n"


def test_rollback_flips_flags_and_prints_what_to_merge(site: Site, typed: Typed) -> None:
    three = {"1.0.0": "deprecated", "1.1.0": "active", "2.0.0": "active"}
    write(typed.folder, portfolio("science", {"ml-ops": product("MLOps", three)}))
    typed("publish", "--yes")
    ids = [each.id for each in site.state(typed.folder).products["ml-ops"].versions]
    assert (
        typed("rollback", "ml-ops", "--to", "1.0.0", "--yes")
        == """\
eu-west-1: version ml-ops 1.0.0: deprecated → active
eu-west-1: version ml-ops 1.1.0: active → inactive
eu-west-1: version ml-ops 2.0.0: active → inactive
ml-ops is rolled back to 1.0.0.
Merge this into catalog/personas/ml-ops.yaml to make it last:

    lifecycle:
      1.0.0: active
      1.1.0: retired
      2.0.0: retired
"""
    )
    held = site.state(typed.folder).products["ml-ops"]
    assert [each.id for each in held.versions] == ids
    assert [each.lifecycle for each in held.versions] == ["active", "retired", "retired"]
    assert (
        typed("plan", "--exit-code")
        == """\
eu-west-1, account 123456789012
  ! rolled back: product ml-ops: rolled back to 1.0.0, and left alone until the catalog says so \
too: lifecycle: {1.0.0: active, 1.1.0: retired, 2.0.0: retired}
  no changes
"""
    )
    merged = {"1.0.0": "active", "1.1.0": "retired", "2.0.0": "retired"}
    write(typed.folder, portfolio("science", {"ml-ops": product("MLOps", merged)}))
    assert "~ product ml-ops: the rollback to 1.0.0 is merged" in typed("plan")
    typed("publish", "--yes")
    assert typed("plan", "--exit-code").endswith("  no changes\n")


@pytest.mark.usefixtures("site")
def test_a_rollback_that_cannot_be(typed: Typed) -> None:
    typed("publish", "--yes")
    _, err = typed.said("rollback", "ml-ops", "--to", "0.9.0", "--yes", code=2)
    assert err == "personac: eu-west-1: ml-ops has no version 0.9.0; it has 1.0.0\n"
    _, err = typed.said("rollback", "ml-opps", "--to", "1.0.0", code=2)
    assert err == "personac: there is no product 'ml-opps'; did you mean 'ml-ops'?\n"


def test_a_rollback_as_json(site: Site, typed: Typed) -> None:
    both = {"1.0.0": "active", "1.1.0": "active"}
    write(typed.folder, portfolio("science", {"ml-ops": product("MLOps", both)}))
    typed("publish", "--yes")
    held = site.state(typed.folder).products["ml-ops"]
    # Somebody calls a version what no version is called: a rollback works all the same.
    made = site.aws().call(
        "servicecatalog", "UpdateProvisioningArtifact", ProductId=held.id,
        ProvisioningArtifactId=held.versions[0].id, Name="one",
    )  # fmt: skip
    assert made
    out, _ = typed.said("rollback", "ml-ops", "--to", "1.1.0", "--yes", "--format", "json")
    assert json.loads(out)["regions"] == {"eu-west-1": []}
    assert typed("plan").splitlines()[1] == (
        f"  ~ version ml-ops 1.0.0: rename {held.versions[0].id}, which is 'one'  (it has our "
        "template and another name)  differs from the last publish"
    )
    typed("publish", "--yes")
    assert site.state(typed.folder).products["ml-ops"].versions[0].id == held.versions[0].id
    out, err = typed.said("rollback", "ml-ops", "--to", "1.0.0", "--yes", "--format", "json")
    assert json.loads(out)["merge"] == {"1.1.0": "retired"}
    assert err == "eu-west-1: version ml-ops 1.1.0: active → inactive\n"
    # Forward again: there is nothing to merge, and the next publish takes the mark off.
    assert typed("rollback", "ml-ops", "--to", "1.1.0", "--yes") == (
        "eu-west-1: version ml-ops 1.1.0: inactive → active\n"
        "ml-ops is rolled back to 1.1.0.\n"
        "The catalog says the same already: there is nothing to merge.\n"
    )


@pytest.mark.usefixtures("empty")
def test_what_answers_is_not_aws(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>Please log in")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        _, err = typed.said("plan", code=5)
        server.shutdown()
    assert err == (
        "personac: what answers to sts:GetCallerIdentity is not AWS; is AWS_ENDPOINT_URL set on "
        "purpose, is there a proxy?\n"
    )


@pytest.mark.usefixtures("site")
def test_a_publish_goes_on_when_its_reader_has_gone(typed: Typed) -> None:
    command = [sys.executable, "-m", "compiler", "publish", "--yes", "--output", str(typed.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        while "1/7" not in process.stdout.readline():
            pass
        process.stdout.close()
        # 0 where all of it was written before.
        assert process.wait(60) in {0, 141}
    assert typed("plan", "--exit-code").endswith("  no changes\n")


REFUSALS = {
    FaultKind.EXPIRED_TOKEN: "personac: the credentials have expired; log in again\n",
    FaultKind.ACCESS_DENIED: "personac: the permission servicecatalog:ListPortfolios is missing",
}


@pytest.mark.parametrize("kind", list(REFUSALS), ids=lambda kind: kind.name)
def test_what_aws_refuses(site: Site, typed: Typed, kind: FaultKind) -> None:
    site.sandbox.faults = Faults(Fault(kind=kind, operation="ListPortfolios"))
    out, err = typed.said("plan", code=5)
    assert out == ""
    assert err.startswith(REFUSALS[kind])


@pytest.mark.usefixtures("empty")
def test_no_credentials(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    _, err = typed.said("plan", code=5)
    assert err == (
        "personac: no credentials for AWS were found; log in, as by 'aws sso login', or name a "
        "profile by AWS_PROFILE\n"
    )


def test_no_endpoint(empty: Site, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    empty.patient_retries(1)
    _, err = typed.said("plan", code=5)
    assert re.match(r"personac: AWS cannot be reached for \w+:\w+: Could not connect", err)
    assert "Traceback" not in err


@pytest.mark.usefixtures("empty")
def test_no_bucket(typed: Typed) -> None:
    typed("plan")
    out, _ = typed.said("publish", "--yes", code=5)
    assert out.endswith(
        "eu-west-1: nothing was done\n"
        "  there is no bucket personac-small-123456789012 in eu-west-1; deploy "
        "output/hub/bootstrap.template.json, or name another by --bucket\n"
    )


@pytest.mark.usefixtures("site")
def test_a_region_that_no_portfolio_names(typed: Typed) -> None:
    _, err = typed.said("plan", "--region", "eu-west-2", code=2)
    assert err == (
        "personac: there is no Region of any portfolio 'eu-west-2'; did you mean 'eu-west-1'?\n"
    )


def test_nothing_to_publish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = Typed(tmp_path, capsys)
    _, err = typed.said("plan", code=3)
    assert err == (
        "personac: output/portfolios holds no portfolio: nothing to publish; add one to the "
        "catalog, then run 'personac build'\n"
    )


def stopped(folder: Path, how: signal.Signals) -> subprocess.CompletedProcess[str]:
    """A publish in a process of its own, which gets a signal once it has made two changes."""
    command = [sys.executable, "-m", "compiler", "publish", "--yes", "--output", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout
        seen = ""
        while "2/16" not in seen:
            seen += process.stdout.readline()
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, seen + out, err)


@pytest.mark.usefixtures("site")
def test_a_publish_that_was_interrupted_is_finished_by_the_next(typed: Typed) -> None:
    two_products(typed.folder)
    said = stopped(typed.folder, signal.SIGINT)
    assert (said.returncode, said.stderr) == (
        130,
        "personac: interrupted; run it again: what is done is seen, and what is left is finished\n",
    )
    assert "16/16" not in said.stdout
    typed("publish", "--yes")
    assert typed("plan", "--exit-code").endswith("  no changes\n")


@pytest.mark.slow
@pytest.mark.usefixtures("site")
def test_a_publish_that_was_killed_is_finished_by_the_next(typed: Typed) -> None:
    two_products(typed.folder)
    said = stopped(typed.folder, signal.SIGKILL)
    assert said.returncode == -signal.SIGKILL
    out = typed("publish", "--yes")
    assert "a publish to eu-west-1 has not ended: waiting up to 30 s" in out
    assert typed("plan", "--exit-code").endswith("  no changes\n")
