"""AWS managed policies out of moto's text, and out of an account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from compiler.deploy import DeployError, managed_policy
from compiler.sandbox.managed_policies import find, names
from tests.catalog.launches import managed

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_a_policy_is_found_in_the_text_as_it_is_in_the_data() -> None:
    for name in names()[::100]:
        found = find(name)
        assert found
        assert found.document == managed(name)


def test_a_path_has_to_be_right() -> None:
    name = "AmazonSageMakerCanvasForecastAccess"
    found = find(name)

    assert found
    assert found == find(f"service-role/{name}")
    assert found.arn == f"arn:aws:iam::aws:policy/service-role/{name}"
    assert find(f"job-function/{name}") is None


@pytest.mark.parametrize("name", ["Nothing", "", 'X":{', "Document"])
def test_what_is_not_there(name: str) -> None:
    assert find(name) is None


def test_the_account_gives_the_same(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sandbox")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    name = "AmazonSageMakerCanvasForecastAccess"

    found, expected = managed_policy(name), find(name)

    assert found
    assert expected
    assert found.source == "the account"
    assert (found.arn, found.version, found.document) == (
        expected.arn,
        expected.version,
        expected.document,
    )
    assert managed_policy(f"service-role/{name}") == found
    assert managed_policy(f"job-function/{name}") is None
    assert managed_policy("Nothing") is None


def test_an_account_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sandbox")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox")

    with pytest.raises(DeployError, match="Could not connect"):
        managed_policy("ReadOnlyAccess")


def test_moto_is_not_imported_for_it() -> None:
    import subprocess

    code = (
        "import sys\nfrom compiler.sandbox.managed_policies import find\n"
        "assert find('ReadOnlyAccess')\nsys.exit('moto' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
