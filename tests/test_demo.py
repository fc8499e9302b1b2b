"""The demo as a user runs it: the command, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.demo import surroundings

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow  # the whole way takes half a minute


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    output = tmp_path_factory.mktemp("demo") / "output"
    environment = {
        **os.environ,
        "AWS_PROFILE": "one-that-does-not-exist",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    return subprocess.run(
        [sys.executable, "-m", "compiler", "demo", "--output", output],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_it_plays_to_the_end(played: subprocess.CompletedProcess[str]) -> None:
    assert (played.returncode, played.stderr) == (0, "")
    assert re.search(
        r"^  terminated Data Scientist 1\.0\.0 as 'fraud-detection' \(pp-\w+\)\n\Z",
        played.stdout,
        re.MULTILINE,
    )


def test_it_says_that_this_is_not_aws(played: subprocess.CompletedProcess[str]) -> None:
    assert re.search(r"^sandbox +http://127\.0\.0\.1:\d+, .*not AWS$", played.stdout, re.MULTILINE)


def test_it_shows_each_policy_with_its_share_of_the_quota(
    played: subprocess.CompletedProcess[str],
) -> None:
    shown = re.findall(
        r"^  (\S[\S ]*?) +[█░]{24} +([\d,]+) of ([\d,]+) ch", played.stdout, re.MULTILINE
    )

    assert [name for name, *_ in shown] == ["Policy1", "Policy2", "Policy3", "trust policy"]
    assert all(int(used.replace(",", "")) <= int(most.replace(",", "")) for _, used, most in shown)


def test_it_proves_the_guardrails(played: subprocess.CompletedProcess[str]) -> None:
    assert re.search(
        r"^prove +\d+ guardrails hold for every launch of \d+ personas; with exceptions: broad-",
        played.stdout,
        re.MULTILINE,
    )


def test_it_shows_what_the_role_may_do(played: subprocess.CompletedProcess[str]) -> None:
    """Whoever reads the demo sees who is let in, and who is not."""
    answers = re.findall(
        r"^  (allowed|\w+-denied) +(.+?)(?:, by (\w+))?$", played.stdout, re.MULTILINE
    )

    assert answers == [
        ("allowed", "start a training job", "ManageMlJobsJobs"),
        ("allowed", "give it the role for jobs", "RunStudioApplicationsPassRoles"),
        ("implicitly-denied", "give it an administrator's role", ""),
        ("allowed", "read its own data", "S3BucketAccessObjects"),
        ("implicitly-denied", "read somebody else's data", ""),
    ]


STORY = """\
$ personac plan --region eu-west-1 --out plan.json
    N to add, N to change
$ personac publish plan.json
$ personac plan --region eu-west-1
    no changes
$ personac launch data-scientist --name fraud-detection
  launched Data Scientist 1.0.0 as 'fraud-detection'
$ personac can data-scientist s3:GetObject --resource
  implicitly denied: no statement allows it
$ personac launch data-scientist --name other
  1 error: nothing was begun
$ personac launch data-scientist --name other
  1 error: nothing was begun
$ personac launch custom
  personac: there is no product 'custom' for you
$ personac build --base main
     = hint: raise the version to 1.1.0, or higher
$ personac build --base main --bump
  raised catalog/personas/data-scientist.yaml from 1.0.0 to 1.1.0
$ personac diff data-scientist@1.0.0 data-scientist@1.1.0
  data-scientist@1.1.0 gains 11 actions: wider
$ personac publish --yes --region eu-west-1
    1 to add, 1 to change
$ personac launches --region eu-west-1
  1 launch in eu-west-1; behind by a version: 1 minor
$ personac launch data-scientist --name fraud-detection --update
  from       1.0.0 to 1.1.0: a minor change
$ personac rollback data-scientist --to 1.0.0 --region eu-west-1 --yes
        1.1.0: retired
$ personac plan --region eu-west-1
    no changes
$ personac launch data-scientist --name fraud-detection --update
  from       1.1.0 to 1.0.0: back to an older version
$ personac launch data-scientist --name fraud-detection --terminate --yes
  terminated Data Scientist 1.0.0 as 'fraud-detection'
"""


def test_it_goes_the_whole_way(played: subprocess.CompletedProcess[str]) -> None:
    """Build, plan, publish, launch, ask, change, upgrade, roll back: each line in its order."""
    at = 0
    for line in STORY.splitlines():
        text = re.escape(line).replace("N", r"\d+")
        found = re.compile(rf"^{text}", re.MULTILINE).search(played.stdout, at)
        assert found, line
        at = found.end()


def test_it_is_plain_where_nobody_watches(played: subprocess.CompletedProcess[str]) -> None:
    assert "\x1b" not in played.stdout


def test_the_surroundings_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    before = dict(os.environ)

    with surroundings("http://127.0.0.1:1"):
        inside = dict(os.environ)

    assert inside["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert "AWS_PROFILE" not in inside
    assert dict(os.environ) == before
