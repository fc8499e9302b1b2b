"""One publish at a time, and a dead one's lock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from compiler.release.bucket import Bucket
from compiler.release.lock import Halt, Lock
from tests.release.conftest import REGION, Killed

if TYPE_CHECKING:
    from tests.release.conftest import Site


def bucket(site: Site) -> Bucket:
    return Bucket(site.aws(), "small")


def keys(site: Site) -> list[str]:
    return [each.key for each in bucket(site).list("locks/")]


def test_a_lock_is_numbered_and_given_back(site: Site) -> None:
    for _ in range(2):
        with Lock(bucket(site), REGION, "me"):
            pass
    assert keys(site) == [
        "locks/eu-west-1/00000001/000000-taken",
        "locks/eu-west-1/00000001/999999-done",
        "locks/eu-west-1/00000002/000000-taken",
        "locks/eu-west-1/00000002/999999-done",
    ]


def test_a_failure_gives_it_back_and_a_death_does_not(site: Site) -> None:
    with pytest.raises(ValueError, match="no"), Lock(bucket(site), REGION, "me"):
        raise ValueError("no")
    with pytest.raises(Killed), Lock(bucket(site), REGION, "me"):
        raise Killed
    assert [each.rpartition("/")[2] for each in keys(site)] == [
        "000000-taken",
        "999999-done",
        "000000-taken",
    ]


def test_a_dead_ones_lock_is_free_after_its_lease(site: Site) -> None:
    said: list[str] = []
    with pytest.raises(Killed), Lock(bucket(site), REGION, "me"):
        raise Killed
    with Lock(bucket(site), REGION, "you", lease=0.1, waiting=said.append):
        assert keys(site)[-1] == "locks/eu-west-1/00000002/000000-taken"
    assert said == [
        "a publish to eu-west-1 has not ended: waiting up to 0 s to see whether it lives"
    ]


def test_who_was_silent_too_long_sees_that_another_one_took_over(site: Site) -> None:
    with Lock(bucket(site), REGION, "me", lease=0.01) as mine:
        with Lock(bucket(site), REGION, "you", lease=0.01):
            pass
        time.sleep(0.02)
        with pytest.raises(Halt):
            mine.live()


def test_another_region_has_another_lock(site: Site) -> None:
    with Lock(bucket(site), REGION, "me"), Lock(bucket(site), "us-east-1", "me"):
        assert len(keys(site)) == 2
