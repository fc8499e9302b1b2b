"""A launch goes on after its state was saved and loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.sandbox import Sandbox
    from tests.sandbox.service_catalog.shop import Shop


def test_a_launch_is_updated_and_ended_after_its_state_was_loaded(
    sandbox: Sandbox, shop: Shop, tmp_path: Path
) -> None:
    shop.team.provision(shop.product, ProvisionToken="once")
    before = shop.team.launched(), shop.team.outputs(), shop.roles(), shop.stacks()
    sandbox.save(tmp_path / "state")
    sandbox.reset()

    sandbox.load(tmp_path / "state")

    # The session of the team is one that the sandbox knows again.
    assert (shop.team.launched(), shop.team.outputs(), shop.roles(), shop.stacks()) == before
    again = shop.team.provision(shop.product, ProvisionToken="once")["RecordDetail"]
    assert again["RecordId"] == before[0]["LastRecordId"]
    assert shop.team.update(shop.product, "1.1.0")["RecordDetail"]["Status"] == "SUCCEEDED"
    assert shop.roles()[0]["MaxSessionDuration"] == 7200
    assert shop.team.terminate()["RecordDetail"]["Status"] == "SUCCEEDED"
    assert (shop.roles(), shop.stacks()) == ([], [])
