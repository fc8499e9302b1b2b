"""A publish that is killed anywhere is finished by running it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.release.conftest import Killed, Life
from tests.release.offers import two_products

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.release.facts import Facts
    from tests.release.conftest import Site

MORE = {
    "tag_options": {"cost-center": ["a", "b"]},
    "shares": [
        {"type": "ACCOUNT", "target": "222222222222", "principals": False, "tag_options": True}
    ],
}


def undisturbed(site: Site, folder: Path) -> tuple[Facts, int]:
    """What one publish leads to, and how many calls it makes."""
    site.one_at_a_time()
    life = Life()
    saved = site.saved(folder)
    outcome = site.publish(folder, saved, connect=site.mortal(life), lease=1000.0)
    assert outcome.problems == ()
    return site.held(folder), len(life.calls)


def killed(site: Site, folder: Path, life: Life) -> Facts:
    """What a publish leads to that is killed once, and run again with the same plan."""
    site.sandbox.reset()
    site.prepare()
    saved = site.saved(folder)
    with pytest.raises(Killed):
        site.publish(folder, saved, connect=site.mortal(life), lease=1000.0)
    outcome = site.publish(folder, saved)
    assert outcome.problems == (), (life.calls[life.dies_at - 1], life.before)
    assert site.planned(folder).changes == ()
    return site.held(folder)


@pytest.mark.slow
def test_killed_before_and_after_every_call_of_a_publish(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path, **MORE)
    wanted, calls = undisturbed(site, folder)
    assert calls > 50
    for number in range(1, calls + 1):
        for before in (True, False):
            life = Life(dies_at=number, before=before)
            assert killed(site, folder, life) == wanted, (number, life.calls[-1], before)


def test_killed_at_some_calls_of_a_publish(site: Site, tmp_path: Path) -> None:
    folder = two_products(tmp_path, **MORE)
    wanted, calls = undisturbed(site, folder)
    for number in range(30, calls + 1, 17):
        life = Life(dies_at=number, before=number % 2 == 0)
        assert killed(site, folder, life) == wanted, (number, life.calls[-1])
