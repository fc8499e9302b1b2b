"""The server: its port, its state, its silence, its end."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from compiler.sandbox import PortInUse, Sandbox, serve
from tests.sandbox.conftest import Cloud
from tests.sandbox.templates import body, policy, role, template


def test_a_taken_port_is_an_error_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use") as caught:
            Sandbox(port).__enter__()

    assert caught.value.port == port


@pytest.mark.usefixtures("sandbox")
def test_a_port_is_free_again_after_the_sandbox() -> None:
    with Sandbox() as first:
        port = int(first.endpoint.rsplit(":", 1)[1])
        assert first.endpoint == f"http://127.0.0.1:{port}"

    with Sandbox(port) as second:
        assert second.endpoint == f"http://127.0.0.1:{port}"


def test_a_sandbox_that_is_not_running_has_no_endpoint() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = Sandbox().endpoint
    with pytest.raises(RuntimeError, match="not running"):
        Sandbox().reset()


def test_reset_forgets_everything(cloud: Cloud, sandbox: Sandbox) -> None:
    cloud.create(template(Policy1=policy(), Role=role()))

    sandbox.reset()

    assert (cloud.roles(), cloud.policies()) == ([], [])
    assert cloud.cloudformation().describe_stacks()["Stacks"] == []


def test_a_second_sandbox_of_the_process_shows_the_same_state(cloud: Cloud) -> None:
    with Sandbox() as second:
        cloud.create(template(Role=role()))
        assert Cloud(second.endpoint).roles() == cloud.roles() != []

    assert len(cloud.roles()) == 1


def test_clients_in_several_threads_do_not_disturb_each_other(cloud: Cloud) -> None:
    regions = ["eu-west-1", "us-east-1"]
    for region in regions:
        cloud.cloudformation(region)
    text = body(template(Policy1=policy(), Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}])))

    def launch(number: int) -> str:
        return cloud.create(text, regions[number % 2], f"team{number}")["StackStatus"]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(launch, range(12)))

    assert statuses == ["CREATE_COMPLETE"] * 12
    assert (len(cloud.roles()), len(cloud.policies())) == (12, 12)


def test_importing_the_package_imports_no_moto_and_no_linter() -> None:
    code = "import sys, compiler.sandbox; sys.exit({'moto', 'cfnlint'} & set(sys.modules) != set())"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_environment_and_the_terminal_are_left_alone() -> None:
    code = (
        "import os, urllib.request; from compiler.sandbox import Sandbox; before = dict(os.environ)\n"
        "with Sandbox() as sandbox: urllib.request.urlopen(sandbox.endpoint)\n"
        "assert before == dict(os.environ)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", code],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_says_what_it_is_and_ends_when_told(cloud: Cloud, number: signal.Signals) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    lines: list[str] = []

    def announce(line: str) -> None:
        lines.append(line)
        if line.startswith("export AWS_ENDPOINT_URL="):
            endpoint = line.removeprefix("export AWS_ENDPOINT_URL=")
            assert Cloud(endpoint).roles() == cloud.roles() == []
            signal.raise_signal(number)

    serve(0, announce)

    first, second, last = lines
    assert "sandbox, not AWS" in first
    assert re.fullmatch(r"export AWS_ENDPOINT_URL=http://127\.0\.0\.1:\d+", second)
    assert "stopped" in last
    assert signal.getsignal(signal.SIGTERM) is handler


def test_serving_on_a_taken_port_announces_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(PortInUse):
        serve(int(sandbox.endpoint.rsplit(":", 1)[1]), pytest.fail)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/", {"Host": "127.0.0.1.evil.example"}),
        ("/", {"Host": "localhost.evil.example"}),
        ("/", {"Origin": "https://evil.example"}),
        ("/", {"Origin": "null"}),
        ("/", {"Sec-Fetch-Site": "cross-site"}),
        ("/moto-api/reset", {}),
        ("//moto-api/reset", {}),
        ("/moto-api/recorder/upload-recording", {}),
    ],
)
def test_what_a_web_page_may_send_is_refused(
    cloud: Cloud, path: str, headers: dict[str, str]
) -> None:
    cloud.create(template(Role=role()))
    request = urllib.request.Request(cloud.endpoint + path, b"{}", headers)  # noqa: S310 - ours

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)  # noqa: S310 - ours

    caught.value.close()
    assert caught.value.code == 403
    assert len(cloud.roles()) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:5000", "localhost:5000", "LOCALHOST", "[::1]:5000", "b.localhost"],
)
def test_this_machine_is_answered_by_each_of_its_names(cloud: Cloud, host: str) -> None:
    request = urllib.request.Request(cloud.endpoint, headers={"Host": host})  # noqa: S310 - ours

    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - ours
            status = answer.status
    except urllib.error.HTTPError as error:
        error.close()
        # There is no such bucket.
        status = error.code
    assert status in {200, 404}
