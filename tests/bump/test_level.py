"""compiler.bump.level: which version comes after another one."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.bump import least_version


@pytest.mark.parametrize(
    ("level", "least"),
    [("none", "1.2.3"), ("patch", "1.2.4"), ("minor", "1.3.0"), ("major", "2.0.0")],
)
def test_the_least_version(level: Any, least: str) -> None:
    assert least_version("1.2.3", level) == least
