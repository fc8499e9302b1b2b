"""A team at a terminal, and the sandbox's Service Catalog with a product for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

from compiler.cli import main
from compiler.release import aws as door
from compiler.release.launching import following
from tests.cli.conftest import Said
from tests.release.launching.shop import PERSONA, REGION, Shop, opened, template, write_output

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from compiler.sandbox import Sandbox
    from tests.release.launching.shop import Opened

LOADER = Loader()
BUCKETS = ("--set", "Buckets=my-data")


@dataclass(frozen=True)
class Team:
    """What a team types, and what the administrator of the hub sees."""

    sandbox: Sandbox
    open: Opened
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str) -> Said:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def launch(self, *arguments: str) -> Said:
        return self("launch", PERSONA, *arguments)

    def events(self, *arguments: str) -> list[dict[str, Any]]:
        said = self.launch(*arguments, "--format", "json")
        return [json.loads(line) for line in said.out.splitlines()]

    def provisioned(self) -> dict[str, str]:
        """What stands: name to version."""
        answer = self.open.shop.api.search_provisioned_products(
            AccessLevelFilter={"Key": "Account", "Value": "self"}
        )
        return {
            each["Name"]: each["ProvisioningArtifactName"] for each in answer["ProvisionedProducts"]
        }

    def clone(self, *versions: str, **more: Any) -> None:
        """The output of a clone that holds these versions."""
        bodies = {name: template(name) for name in versions}
        write_output(self.folder / "output", bodies, **more)


def team(
    sandbox: Sandbox,
    shop: Shop,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Team:
    """A team whose product is at 1.0.0, with nothing launched and no clone."""
    sandbox.reset()
    open_ = opened(shop)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(following, "PAUSE", 0.0)
    monkeypatch.setattr(door, "ATTEMPTS", 1)
    # Each command makes clients of its own: their models are read once.
    monkeypatch.setattr("botocore.session.create_loader", lambda _: LOADER)
    monkeypatch.setenv("AWS_REGION", REGION)
    for name, value in shop.session(open_.team).items():
        monkeypatch.setenv(name, value)
    return Team(sandbox, open_, folder, capsys, monkeypatch)
