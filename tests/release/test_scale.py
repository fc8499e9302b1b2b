"""What looking at many products takes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from compiler.release import publish as publishing
from tests.release.offers import portfolio, product, template, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.conftest import Site


def many(folder: Path, products: int, versions: int) -> Path:
    """An output folder with many products of many versions each, the last one active."""
    names = [f"{number}.0.0" for number in range(1, versions + 1)]
    listed = {name: "active" if name == names[-1] else "deprecated" for name in names}
    for number in range(products):
        for name in names:
            file = folder / f"personas/persona-{number}/{name}.template.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(template(name))
    offered = {f"persona-{n}": product(f"Persona {n}", listed) for n in range(products)}
    return write(folder, portfolio("all", offered))


def calls_of_a_plan(site: Site, folder: Path) -> Counter[str]:
    before = len(site.sandbox.calls)
    plan = site.planned(folder)
    assert (plan.changes, plan.notes) == ((), ())
    made = site.sandbox.calls[before:]
    return Counter(each.operation for each in made if each.service == "servicecatalog")


def test_a_plan_takes_at_most_four_calls_a_product(site: Site, tmp_path: Path) -> None:
    folder = many(tmp_path, 25, 2)
    assert site.publish(folder).problems == ()
    assert calls_of_a_plan(site, folder) == {
        "DescribeProductAsAdmin": 25,
        "ListProvisioningArtifacts": 25,
        "DescribeConstraint": 25,
        # Pages of twenty: all products, and those of the portfolio.
        "SearchProductsAsAdmin": 4,
        "ListConstraintsForPortfolio": 3,
        "ListPortfolios": 1,
        "DescribePortfolio": 1,
        "ListPrincipalsForPortfolio": 1,
        "DescribePortfolioShares": 3,
    }


@pytest.mark.slow
def test_a_hundred_products_of_twenty_versions(site: Site, tmp_path: Path) -> None:
    site.monkeypatch.setattr(publishing, "AT_ONCE", 8)
    folder = many(tmp_path, 100, 20)
    assert site.publish(folder, lease=1000.0).problems == ()
    assert calls_of_a_plan(site, folder).total() < 4 * 100
