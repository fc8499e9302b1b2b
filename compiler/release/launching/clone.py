"""What a clone of the catalog's repository adds to what Service Catalog tells its users.

A launch needs none. With one, a product is named by its persona, and templates tell what the API
leaves out: rules, the boundary, how many roles and policies a launch makes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.release.desired import DesiredError, read_desired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.desired import Desired, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """The output folder of a clone, if there is one."""

    folder: Path
    desired: Desired | None = None
    problem: str = ""
    """Why it is not read, where it is there."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """Portfolio to title."""

    def product(self, word: str) -> Product | None:
        """The product that a persona's id or a title names."""
        products = {} if self.desired is None else self.desired.products
        return products.get(word) or next(
            (each for each in products.values() if each.title == word), None
        )

    def template(self, sha256: str | None) -> dict[str, Any] | None:
        """The template with a digest; None where no portfolio lists it."""
        if self.desired is None or sha256 is None:
            return None
        for product in self.desired.products.values():
            for version in product.versions.values():
                if version.sha256 == sha256:
                    # `read_desired` held the file to its digest.
                    body: dict[str, Any] = json.loads((self.folder / version.template).read_bytes())
                    return body
        return None

    def constraints(self, portfolio: str, product: str) -> Mapping[str, Mapping[str, Any]]:
        """The constraints of a product in a portfolio, type to parameters.

        Args:
            portfolio: its title, as a launch path has it.
            product: the persona.
        """
        portfolios = {} if self.desired is None else self.desired.portfolios
        for each in portfolios.values():
            if each.title == portfolio and product in each.products:
                return each.products[product]
        return {}


def read_clone(folder: str) -> Clone:
    """Read the output folder of a clone; where there is none, the clone is empty."""
    path = Path(folder)
    if not (path / "portfolios").is_dir():
        return Clone(folder=path)
    try:
        desired = read_desired(path)
    except DesiredError as error:
        return Clone(folder=path, problem=error.problems[0])
    except (KeyError, TypeError, AttributeError, ValueError):
        return Clone(
            folder=path, problem=f"{folder}/portfolios is not as 'personac build' writes it"
        )
    titles = {name: each.title for name, each in desired.portfolios.items()}
    return Clone(folder=path, desired=desired, titles=titles)
