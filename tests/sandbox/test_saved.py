"""The state in a file: what comes back, and what is refused."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

from compiler.cli import main
from compiler.sandbox import Sandbox, StateError, serve
from tests.sandbox.templates import policy, role, template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Cloud

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TEMPLATE = template(
    Policy1=policy(),
    Role=role(ManagedPolicyArns=[{"Ref": "Policy1"}, READ_ONLY]),
    Outputs={"Name": {"Value": {"Ref": "Role"}, "Export": {"Name": "role"}}},
)


def fill(cloud: Cloud) -> None:
    cloud.create(TEMPLATE)
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket="artifacts", Key="k", Body=body)
    cloud.client("servicecatalog").create_portfolio(DisplayName="Data", ProviderName="us")
    cloud.client("organizations").create_organization(FeatureSet="ALL")
    cloud.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


def seen(cloud: Cloud) -> list[Any]:
    s3, iam = cloud.client("s3"), cloud.iam()
    versions = s3.list_object_versions(Bucket="artifacts")["Versions"]
    return [
        cloud.stack(),
        cloud.outputs(),
        cloud.logical_ids(),
        iam.list_roles()["Roles"],
        cloud.attached(cloud.roles()[0]),
        cloud.document(cloud.policies()[0]),
        iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["AttachmentCount"],
        [each["VersionId"] for each in versions],
        s3.get_object(Bucket="artifacts", Key="k", VersionId=versions[1]["VersionId"])[
            "Body"
        ].read(),
        cloud.client("servicecatalog").list_portfolios()["PortfolioDetails"],
        cloud.client("organizations").describe_organization()["Organization"],
        _public_keys(cloud),
    ]


def _public_keys(cloud: Cloud) -> list[bytes]:
    kms = cloud.client("kms")
    return [kms.get_public_key(KeyId=k["KeyId"])["PublicKey"] for k in kms.list_keys()["Keys"]]


def test_everything_comes_back(sandbox: Sandbox, cloud: Cloud, tmp_path: Path) -> None:
    fill(cloud)
    before = seen(cloud)
    sandbox.save(tmp_path / "state")
    sandbox.reset()
    cloud.create(template(Role=role()), name="other")

    sandbox.load(tmp_path / "state")

    assert seen(cloud) == before
    assert len(cloud.cloudformation().describe_stacks()["Stacks"]) == 1
    # It is not a picture: the stack knows what it made.
    cloud.update(template(Role=role(MaxSessionDuration=7200)))
    assert cloud.policies() == []
    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.roles() == []


def test_nothing_is_what_it_was_after_nothing_was_saved(
    sandbox: Sandbox, cloud: Cloud, tmp_path: Path
) -> None:
    sandbox.save(tmp_path / "state")
    cloud.create(template(Role=role()))

    sandbox.load(tmp_path / "state")

    assert cloud.roles() == []


def rewritten(path: Path, change: Any) -> None:
    """The file with another payload, and the digest that fits it."""
    header, payload = path.read_bytes().splitlines()
    held = json.loads(payload)
    change(held)
    text = json.dumps(held).encode()
    said = {**json.loads(header), "sha256": hashlib.sha256(text).hexdigest()}
    path.write_bytes(json.dumps(said).encode() + b"\n" + text + b"\n")


def evil(name: str) -> Any:
    """A change that makes each row an object of some class."""

    def change(held: Any) -> None:
        held["rows"] = [["object", name, [], {"value": None}, [], []] for _ in held["rows"]]

    return change


def no_root(held: Any) -> None:
    held["root"] = {"row": 10**9}


def unknown_service(held: Any) -> None:
    held["rows"] = [["dict", [["no-such-service", {"row": 1}]]], ["dict", []]]


@pytest.mark.parametrize(
    "change",
    [
        evil("os:system"),
        evil("subprocess:Popen"),
        evil("moto.core.utils:json"),
        evil("moto.s3.models:nothing"),
        evil("compiler.lint:LintFinding"),
        no_root,
        unknown_service,
    ],
    ids=["os", "popen", "module", "missing", "elsewhere", "root", "service"],
)
def test_a_file_that_asks_for_more_than_objects_of_ours_is_refused(
    sandbox: Sandbox, cloud: Cloud, tmp_path: Path, change: Any
) -> None:
    path = tmp_path / "state"
    sandbox.save(path)
    rewritten(path, change)
    cloud.create(template(Role=role()))

    with pytest.raises(StateError, match="holds no state of this sandbox"):
        sandbox.load(path)

    assert len(cloud.roles()) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no state of a sandbox"),
        (b"\x80\x04pickle", "is no state of a sandbox"),
        (b'{"schema": "personac/can/1"}\n', "is no state of a sandbox"),
        (b'{"schema": "personac/sandbox-state/0"}\n', "was saved with schema"),
        (b'{"schema": "personac/sandbox-state/1", "personac": "0"}\n{}', "was saved with personac"),
    ],
    ids=["empty", "binary", "other", "schema", "version"],
)
def test_a_foreign_file_is_refused(
    sandbox: Sandbox, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "state"
    path.write_bytes(content)

    with pytest.raises(StateError, match=message):
        sandbox.load(path)


@pytest.mark.usefixtures("cloud")
def test_a_damaged_file_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "state"
    sandbox.save(path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(StateError, match="is damaged"):
        sandbox.load(path)


def test_a_file_that_cannot_be_read_or_written_is_an_error(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        sandbox.load(tmp_path)
    with pytest.raises(StateError, match="cannot be written"):
        sandbox.save(tmp_path)

    assert list(tmp_path.parent.glob(f"{tmp_path.name}?*")) == []


@pytest.mark.usefixtures("cloud")
def test_what_cannot_be_saved_leaves_the_file_as_it_was(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.servicecatalog.models import servicecatalog_backends

    path = tmp_path / "state"
    sandbox.save(path)
    before = path.read_bytes()
    backend = servicecatalog_backends["123456789012"]["eu-west-1"]
    monkeypatch.setattr(backend, "lock", threading.Lock(), raising=False)

    with pytest.raises(StateError, match="no class of moto"):
        sandbox.save(path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_serving_goes_on_from_a_file_and_keeps_everything_in_it(
    sandbox: Sandbox, cloud: Cloud, tmp_path: Path
) -> None:
    path, found = tmp_path / "state", list[list[str]]()

    def announce(line: str) -> None:
        if line.startswith("export AWS_ENDPOINT_URL="):
            found.append(cloud.roles())
            cloud.create(template(Role=role()), name=f"team{len(found)}")
            signal.raise_signal(signal.SIGTERM)

    for _ in range(2):
        serve(0, announce, path)
        sandbox.reset()

    assert [len(roles) for roles in found] == [0, 1]


def test_the_command_refuses_a_foreign_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "state"
    path.write_text("{}")

    assert main(["sandbox", "--port", "0", "--state", str(path)]) == 2

    assert f"{path} is no state of a sandbox" in capsys.readouterr().err
