"""The workflows of GitHub, and `.ci/with-role`, by which they get their roles."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from compiler.cli.arguments import parser
from compiler.sandbox import Sandbox
from tests.emit.hub import hub, small

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
TEXTS = {each.stem: each.read_text(encoding="utf-8") for each in sorted(FOLDER.glob("*.yml"))}
PUBLISHING = ("plan", "publish")
ROLE = "arn:aws:iam::111122223333:role/personac/hub/plan"
PERSONAC = re.compile(r"\.venv/bin/personac ([^|\n]+)")
USES = re.compile(r"uses: (\S+)@(\S+) # (\S+)")

SHOW = """\
import json, os, sys
path = os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"]
names = ("AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")
shown = {each: os.environ[each] for each in names}
shown["token"], shown["path"] = open(path).read(), path
shown["mode"] = oct(os.stat(path).st_mode & 0o777)
shown["asks"] = sorted(each for each in os.environ if each.startswith("ACTIONS_"))
print(json.dumps(shown))
sys.exit(int(sys.argv[1]))
"""


def workflow(name: str) -> Any:
    return yaml.load(TEXTS[name], Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts alone, of `on` too


def jobs(name: str) -> dict[str, Any]:
    return dict(workflow(name)["jobs"])


def commands(job: Any) -> str:
    return "\n".join(each.get("run", "") for each in job["steps"])


def test_actions_are_githubs_own_by_commit_and_the_same_everywhere() -> None:
    pins = {name: set(USES.findall(text)) for name, text in TEXTS.items()}

    for name, text in TEXTS.items():
        assert len(re.findall("uses:", text)) == len(USES.findall(text)), name
        assert pins[name] == pins["ci"]
    for action, commit, _ in pins["ci"]:
        assert action.startswith("actions/")
        assert re.fullmatch("[0-9a-f]{40}", commit)


@pytest.mark.parametrize("name", TEXTS)
def test_a_token_is_for_the_jobs_that_take_a_role(name: str) -> None:
    assert workflow(name)["permissions"] == {"contents": "read"}
    for job in jobs(name).values():
        takes_role = "with-role" in commands(job)
        wanted = {"contents": "read", "id-token": "write"} if takes_role else None
        assert job.get("permissions") == wanted


@pytest.mark.parametrize("name", PUBLISHING)
def test_a_failing_command_fails_its_step_though_its_output_goes_on(name: str) -> None:
    assert workflow(name)["defaults"] == {"run": {"shell": "bash"}}
    assert "| tee" in "\n".join(map(commands, jobs(name).values())).replace("|\n", "| ")


def test_the_commands_are_ones_that_personac_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE", "main")
    called = [
        shlex.split(os.path.expandvars(each))
        for name in TEXTS
        for job in jobs(name).values()
        for each in PERSONAC.findall(commands(job))
    ]

    assert {each[0] for each in called} == {"build", "check", "plan", "publish"}
    for each in called:
        assert parser().parse_args(each).run


def test_nothing_from_outside_stands_in_a_script() -> None:
    """What a pull request may choose, such as the name of a branch, comes in by variables."""
    for name in TEXTS:
        for job in jobs(name).values():
            assert "${{" not in commands(job)


def test_where_no_role_is_set_up_nothing_is_planned_or_published() -> None:
    outputs = hub(small())["bootstrap"].body["Outputs"]
    plan, publish = jobs("plan")["plan"], jobs("publish")

    for output, variable in (
        ("PlanRoleArn", "PERSONAC_PLAN_ROLE"),
        ("PublishRoleArn", "PERSONAC_PUBLISH_ROLE"),
    ):
        assert variable in outputs[output]["Description"]
        assert f"vars.{variable} != ''" in publish["plan"]["if"]
    assert "vars.PERSONAC_PLAN_ROLE != ''" in plan["if"]
    assert publish["publish"]["needs"] == "plan"


def test_a_fork_is_not_planned() -> None:
    same = "github.event.pull_request.head.repo.full_name == github.repository"

    assert list(workflow("plan")["on"]) == ["pull_request"]
    assert same in jobs("plan")["plan"]["if"]


def test_the_job_that_publishes_is_the_one_that_the_role_trusts() -> None:
    parameters = hub(small())["bootstrap"].body["Parameters"]
    published = workflow("publish")

    assert jobs("publish")["publish"]["environment"] == parameters["Environment"]["Default"]
    assert published["on"]["push"]["branches"] == [parameters["Branch"]["Default"]]
    for job in (jobs("plan")["plan"], jobs("publish")["plan"]):
        assert "environment" not in job


def test_one_publishes_at_a_time_and_is_not_cut_short() -> None:
    assert workflow("publish")["concurrency"] == {
        "group": "publish",
        "cancel-in-progress": "false",
    }


# ---------------------------------------------------------------------------------- .ci/with-role


class Github(ThreadingHTTPServer):
    """Gives tokens as GitHub does, to whoever has the right bearer."""

    asked: list[dict[str, list[str]]]


class _Answer(BaseHTTPRequestHandler):
    server: Github

    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        known = self.headers["Authorization"] == "Bearer of-this-job"
        self.send_response(200 if known else 403)
        self.end_headers()
        if known:
            self.wfile.write(json.dumps({"count": 1, "value": "a.b.c"}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def github() -> Iterator[Github]:
    server = Github(("127.0.0.1", 0), _Answer)
    server.asked = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_role(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        ["bash", str(ROOT / ".ci" / "with-role"), *arguments],
        env={**path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def job(server: Github, bearer: str = "of-this-job") -> dict[str, str]:
    return {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/token?version=2",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": bearer,
        "GITHUB_RUN_ID": "42",
        "GITHUB_RUN_ATTEMPT": "1",
    }


@pytest.mark.parametrize("exits", [0, 10])
def test_a_command_gets_the_role_and_a_token_that_is_gone_afterwards(exits: int) -> None:
    with github() as server:
        done = with_role(ROLE, sys.executable, "-c", SHOW, str(exits), **job(server))

    shown = json.loads(done.stdout)
    path = Path(shown.pop("path"))
    assert shown == {
        "AWS_ROLE_ARN": ROLE,
        "AWS_ROLE_SESSION_NAME": "github-42-1",
        "token": "a.b.c",
        "mode": "0o600",
        "asks": [],
    }
    assert done.returncode == exits
    assert done.stderr == ""
    assert not path.parent.exists()
    assert server.asked == [{"version": ["2"], "audience": ["sts.amazonaws.com"]}]


def test_botocore_takes_the_role_by_the_token() -> None:
    """The sandbox's STS stands for AWS's; it believes every token."""
    who = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    with github() as server, Sandbox() as sandbox:
        aws = {"AWS_ENDPOINT_URL": sandbox.endpoint, "AWS_DEFAULT_REGION": "eu-west-1"}
        done = with_role(ROLE, sys.executable, "-c", who, **job(server), **aws)

    assert done.stderr == ""
    assert "assumed-role/" in done.stdout
    assert done.stdout.endswith("/github-42-1\n")


def test_without_a_token_the_command_is_not_run() -> None:
    with github() as server:
        done = with_role(ROLE, "echo", "run", **job(server, bearer="of-another"))

    assert done.returncode != 0
    assert "403" in done.stderr
    assert done.stdout == ""


def test_a_job_without_the_permission_is_told_so() -> None:
    done = with_role(ROLE, "echo", "run")

    assert (done.returncode, done.stdout) == (1, "")
    assert "id-token: write" in done.stderr


def test_a_role_and_a_command_are_needed() -> None:
    assert with_role(ROLE).returncode == 2
