"""The catalog of the hub, and that of an account which it shares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.service_catalog.catalog import SPOKE, Catalog
from tests.sandbox.service_catalog.shop import Shop, opened

if TYPE_CHECKING:
    from compiler.sandbox import Sandbox


@pytest.fixture(scope="session")
def _catalog(sandbox: Sandbox) -> Catalog:
    return Catalog(sandbox.endpoint)


@pytest.fixture
def catalog(sandbox: Sandbox, _catalog: Catalog) -> Catalog:
    sandbox.reset()
    return _catalog


@pytest.fixture
def spoke(catalog: Catalog) -> Catalog:
    return catalog.of(SPOKE)


@pytest.fixture
def shop(catalog: Catalog) -> Shop:
    return opened(catalog)
