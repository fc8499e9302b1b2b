"""Which portfolios, products and launch paths a caller sees.

A caller sees a portfolio when one of its principals is the caller: whatever else IAM allows, an
administrator of the account included, counts for nothing here. The account's root is no user, role
or group, and so sees none.
https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_users.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.sandbox.callers import Caller, caller_of
from compiler.sandbox.service_catalog.caller import access_key
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    ResourceNotFoundException,
)
from compiler.sandbox.service_catalog.launch_path import LaunchPath, tag_choices
from compiler.sandbox.service_catalog.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.sandbox.service_catalog.portfolio import Portfolio, Principal
    from compiler.sandbox.service_catalog.product import Product, ProvisioningArtifact


def is_admitted(caller: Caller, principals: Iterable[Principal]) -> bool:
    """Whether one of these is the caller, or a group that it is in."""
    names = (caller.arn, *caller.groups)
    return any(
        any(_is_like(name, one.arn) for name in names)
        if one.type == "IAM_PATTERN"
        else one.arn in names
        for one in principals
    )


class Access(Store):
    """Who asks, and by which launch paths it reaches products."""

    @property
    def caller(self) -> Caller:
        """Who makes the request of this moment."""
        return caller_of(self.account_id, self.partition, access_key.get())

    def reached_portfolios(self) -> dict[str, tuple[Portfolio, bool]]:
        """The portfolios that admit the caller, by id: the account's own, then those it imported.

        With each, whether its TagOptions are the caller's too.

        Of the principals of another account's portfolio, those by pattern count where they are
        shared with it.
        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
        """
        caller = self.caller
        found: dict[str, tuple[Portfolio, bool]] = {}
        for portfolio in self.portfolios.values():
            if is_admitted(caller, self.principals.get(portfolio.id, ())):
                found[portfolio.id] = (portfolio, True)
        for portfolio, share in self.imported_portfolios():
            principals = list(self.principals.get(portfolio.id, ()))
            if share.share_principals:
                shared = self.of(portfolio.account_id).principals.get(portfolio.id, ())
                principals += [one for one in shared if one.type == "IAM_PATTERN"]
            if is_admitted(caller, principals):
                found[portfolio.id] = (portfolio, share.share_tag_options)
        return found

    def launch_paths(self, product_id: str) -> list[LaunchPath]:
        """The paths by which the caller reaches a product."""
        return [
            LaunchPath(
                portfolio=portfolio,
                product=self.seen_product(product_id),
                has_tag_options=has_tag_options,
            )
            for portfolio, has_tag_options in self.reached_portfolios().values()
            if product_id in portfolio.products
        ]

    def tag_choices(self, path: LaunchPath) -> dict[str, list[str]]:
        """The values that TagOptions let a launch choose from, by key."""
        if not path.has_tag_options:
            return {}
        of_portfolio, of_product = (
            [options[each] for each in thing.tag_options if each in options]
            for thing in (path.portfolio, path.product)
            for options in (self.of(thing.account_id).tag_options,)
        )
        return tag_choices(of_portfolio, of_product)

    def reached_products(self) -> dict[str, Product]:
        """The products that the caller may launch, by id."""
        return {
            product_id: self.seen_product(product_id)
            for portfolio, _ in self.reached_portfolios().values()
            for product_id in portfolio.products
        }

    def reached_product(self, product_id: str | None, name: str | None) -> Product:
        """A product that the caller may launch, by its id or its name.

        :raises InvalidParametersException: if both or none of these is given, or two have the name.
        :raises ResourceNotFoundException: if the caller reaches none.
        """
        require_one(product_id, name, "product")
        reached = self.reached_products()
        if product_id is not None:
            if product_id not in reached:
                raise ResourceNotFoundException(f"No launch paths found for resource: {product_id}")
            return reached[product_id]
        named = [product for product in reached.values() if product.name == name]
        if not named:
            raise ResourceNotFoundException(f"No Product found with name {name}.")
        if len(named) > 1:
            raise InvalidParametersException(f"Multiple Product with name {name} found.")
        return named[0]

    def chosen_path(self, product: Product, path_id: str | None, name: str | None) -> LaunchPath:
        """The path that a request names, or the only one that there is.

        :raises InvalidParametersException: if the path is named twice, or has to be named.
        :raises ResourceNotFoundException: if the caller has no such path.
        """
        if path_id is not None and name is not None:
            raise InvalidParametersException("Provide either PathId or PathName, not both.")
        paths = self.launch_paths(product.id)
        named = [path for path in paths if path_id in (None, path.id) and name in (None, path.name)]
        if not named:
            raise ResourceNotFoundException(f"No launch paths found for resource: {product.id}")
        if len(named) > 1:
            raise InvalidParametersException(
                "More than one launch path ids exist. Please specify the launch path id"
            )
        return named[0]

    def chosen_artifact(
        self, product: Product, artifact_id: str | None, name: str | None
    ) -> ProvisioningArtifact:
        """A version of a product that people see, by its id or its name.

        Inactive versions are invisible to them.
        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html

        :raises InvalidParametersException: if both or none of these is given, or two have the name.
        :raises ResourceNotFoundException: if there is none.
        """
        require_one(artifact_id, name, "provisioning artifact")
        seen = [one for one in product.artifacts.values() if one.active]
        named = [one for one in seen if artifact_id in (None, one.id) and name in (None, one.name)]
        if not named:
            raise ResourceNotFoundException(
                f"No ProvisioningArtifact {artifact_id or name} found for product {product.id}."
            )
        if len(named) > 1:
            raise InvalidParametersException(
                f"Multiple Provisioning Artifact with name {name} found."
            )
        return named[0]


def require_one(identifier: str | None, name: str | None, what: str) -> None:
    """Refuse a thing that is named in both ways, or in none.

    :raises InvalidParametersException: if it is.
    """
    if (identifier is None) == (name is None):
        raise InvalidParametersException(
            f"You must provide the name or ID of the {what}, but not both."
        )


def _is_like(arn: str, pattern: str) -> bool:
    """Whether an ARN of any account is one that a pattern stands for: the pattern has no account.

    ``?`` stands for no or one character, ``*`` for any number of them, slashes among them.
    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
    """
    parts = arn.split(":", 5)
    return bool(_compiled(pattern).fullmatch(":".join([*parts[:4], "", parts[5]])))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    meanings = {"*": ".*", "?": ".?"}
    return re.compile("".join(meanings.get(each) or re.escape(each) for each in pattern), re.DOTALL)
