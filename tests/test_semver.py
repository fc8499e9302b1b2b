"""Semantic versions as numbers."""

from __future__ import annotations

import pytest

from compiler.semver import numbers, ordered, parts_of


def test_versions_are_compared_by_their_numbers() -> None:
    assert parts_of("1.10.2") == (1, 10, 2)
    assert sorted(["1.10.0", "1.9.0", "v1", "0.2.0"], key=ordered) == [
        "v1",
        "0.2.0",
        "1.9.0",
        "1.10.0",
    ]


@pytest.mark.parametrize("name", ["", "v1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-beta", "one"])
def test_what_somebody_else_named_need_be_no_version(name: str) -> None:
    assert numbers(name) is None
    assert ordered(name) == ()
