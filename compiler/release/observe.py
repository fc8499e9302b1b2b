"""Look at what Service Catalog holds: every list to its end, two to four calls a product.

A product takes DescribeProductAsAdmin (its tags say whether it is ours) and
ListProvisioningArtifacts. Of constraints, those are read whole that keep people from more than they
should do, LAUNCH and TEMPLATE; of the others the description tells. `verify` reads everything.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compiler.hub import PORTFOLIO_TAG, PRODUCT_TAG, digest_in
from compiler.release.aws import AwsError
from compiler.release.desired import Principal, Share
from compiler.release.held_template import held_template
from compiler.release.state import (
    HeldConstraint,
    HeldPortfolio,
    HeldProduct,
    HeldTagOption,
    HeldVersion,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from compiler.release.aws import Aws
    from compiler.release.desired import Desired

SHARE_TYPES = ("ACCOUNT", "ORGANIZATIONAL_UNIT", "ORGANIZATION")
GUARDS = ("LAUNCH", "TEMPLATE")
"""Constraints that are read each time."""

AT_ONCE = 4
"""Calls at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How closely to look."""

    verify: bool = False
    """Read every template and constraint that Service Catalog holds."""

    adopt: Mapping[str, str] = field(default_factory=dict)
    """Product to the id of one that exists, and that is to become ours."""


def observe(
    aws: Aws,
    desired: Desired,
    looking: Looking | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> State:
    """See what a Region holds of a catalog.

    Args:
        aws: the hub account, in the Region.
        desired: the catalog whose things are ours, and which versions are to be removed.
        looking: how closely.
        watch: is told what was looked at.

    Raises:
        AwsError: where AWS refuses or cannot be reached.
    """
    return _Observer(aws, desired, looking or Looking(), watch).state()


class _Observer:
    def __init__(
        self, aws: Aws, desired: Desired, looking: Looking, watch: Callable[[str], None]
    ) -> None:
        self.aws = aws
        self.desired = desired
        self.looking = looking
        self.watch = watch
        self.twins: list[str] = []

    def state(self) -> State:
        self.aws.greet()
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            found = [each["ProductViewSummary"]["ProductId"] for each in self._products()]
            described = [each for each in pool.map(self._described, found) if each]
            listed = [each["Id"] for each in self.aws.pages("ListPortfolios", "PortfolioDetails")]
            ports = [each for each in pool.map(self._described_portfolio, listed) if each]
            products = self._by_slug(described, "product", self._slug_of_product)
            portfolios = self._by_slug(ports, "portfolio", self._slug_of_portfolio)
            held = dict(zip(products, pool.map(self._product, products.items()), strict=True))
            parts = pool.map(self._portfolio, portfolios.items())
            held_ports = dict(zip(portfolios, parts, strict=True))
        others = len(described) + len(ports) - len(held) - len(held_ports)
        return State(
            account=self.aws.account,
            region=self.aws.region,
            products=held,
            portfolios=held_ports,
            tag_options={(each.key, each.value): each for each in self._tag_options(held_ports)},
            others=others,
            twins=tuple(self.twins),
            used=frozenset(self._used(held)),
        )

    def _products(self) -> Iterable[dict[str, Any]]:
        return self.aws.pages("SearchProductsAsAdmin", "ProductViewDetails")

    def _described(self, product: str) -> dict[str, Any] | None:
        return self._if_there("DescribeProductAsAdmin", product)

    def _described_portfolio(self, portfolio: str) -> dict[str, Any] | None:
        return self._if_there("DescribePortfolio", portfolio)

    def _if_there(self, operation: str, id_: str) -> dict[str, Any] | None:
        """What is listed, as it is described; None where it has gone since, or is another's."""
        try:
            return self.aws.call("servicecatalog", operation, Id=id_)
        except AwsError as error:
            if error.is_missing:
                return None
            raise

    def _slug_of_product(self, described: Mapping[str, Any]) -> str | None:
        product = described["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        for slug, adopted in self.looking.adopt.items():
            if adopted == product:
                return slug
        return self._own(described, PRODUCT_TAG)

    def _slug_of_portfolio(self, described: Mapping[str, Any]) -> str | None:
        return self._own(described, PORTFOLIO_TAG)

    def _own(self, described: Mapping[str, Any], tag: str) -> str | None:
        """Our name for a thing, where a tag says that it is this catalog's."""
        catalog, _, slug = tags_of(described).get(tag, "").partition("/")
        return slug if catalog == self.desired.catalog and slug else None

    def _by_slug(
        self,
        described: Iterable[dict[str, Any]],
        kind: str,
        name: Callable[[Mapping[str, Any]], str | None],
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for each in described:
            slug = name(each)
            if slug in found:
                self.twins.append(f"{kind} {slug}")
            elif slug:
                found[slug] = each
        return found

    def _product(self, named: tuple[str, dict[str, Any]]) -> HeldProduct:
        slug, described = named
        seen = described["ProductViewDetail"]["ProductViewSummary"]
        adopted = slug in self.looking.adopt
        answer = self.aws.call(
            "servicecatalog", "ListProvisioningArtifacts", ProductId=seen["ProductId"]
        )
        listed = sorted(
            answer["ProvisioningArtifactDetails"],
            key=lambda each: (each["CreatedTime"], each["Id"]),
        )
        read = self.looking.verify or adopted
        versions = tuple(self._version(seen["ProductId"], each, read=read) for each in listed)
        self.watch(f"product {slug}")
        tags = tags_of(described)
        return HeldProduct(
            id=seen["ProductId"],
            slug=slug,
            title=seen["Name"],
            description=seen.get("ShortDescription", ""),
            owner=seen["Owner"],
            tags=tags,
            versions=versions,
            is_adopted=PRODUCT_TAG in tags,
        )

    def _version(self, product: str, seen: Mapping[str, Any], *, read: bool) -> HeldVersion:
        digest = ""
        if read:
            digest = sha256(held_template(self.aws, product, seen["Id"])).hexdigest()
        return HeldVersion(
            id=seen["Id"],
            name=seen.get("Name", ""),
            description=seen.get("Description", ""),
            is_active=seen["Active"],
            is_deprecated=seen.get("Guidance") == "DEPRECATED",
            read=digest,
        )

    def _portfolio(self, named: tuple[str, dict[str, Any]]) -> HeldPortfolio:
        slug, described = named
        seen = described["PortfolioDetail"]
        about = {"PortfolioId": seen["Id"]}
        principals = self.aws.pages("ListPrincipalsForPortfolio", "Principals", **about)
        products = self.aws.pages("SearchProductsAsAdmin", "ProductViewDetails", **about)
        self.watch(f"portfolio {slug}")
        return HeldPortfolio(
            id=seen["Id"],
            slug=slug,
            title=seen["DisplayName"],
            description=seen.get("Description", ""),
            provider=seen["ProviderName"],
            tags=tags_of(described),
            tag_options=frozenset(
                (each["Key"], each["Value"]) for each in described.get("TagOptions", ())
            ),
            principals=frozenset(
                Principal(type=each.get("PrincipalType", "IAM"), arn=each["PrincipalARN"])
                for each in principals
            ),
            products=frozenset(each["ProductViewSummary"]["ProductId"] for each in products),
            constraints=tuple(self._constraints(seen["Id"])),
            shares={(each.type, each.target): each for each in self._shares(seen["Id"])},
        )

    def _constraints(self, portfolio: str) -> Iterator[HeldConstraint]:
        listed = self.aws.pages(
            "ListConstraintsForPortfolio", "ConstraintDetails", PortfolioId=portfolio
        )
        for each in listed:
            description = each.get("Description", "")
            described = bool(digest_in(description))
            parameters, status = None, "AVAILABLE"
            if each["Type"] in GUARDS or not described or self.looking.verify:
                whole = self.aws.call(
                    "servicecatalog", "DescribeConstraint", Id=each["ConstraintId"]
                )
                parameters = json.loads(whole["ConstraintParameters"])
                status = whole.get("Status", status)
            yield HeldConstraint(
                id=each["ConstraintId"],
                type=each["Type"],
                product=each["ProductId"],
                description=description,
                parameters=parameters,
                status=status,
            )

    def _shares(self, portfolio: str) -> Iterator[Share]:
        for type_ in SHARE_TYPES:
            listed = self.aws.pages(
                "DescribePortfolioShares",
                "PortfolioShareDetails",
                PortfolioId=portfolio,
                Type=type_,
            )
            for each in listed:
                yield Share(
                    type=each.get("Type", type_),
                    target=each["PrincipalId"],
                    principals=bool(each.get("SharePrincipals")),
                    tag_options=bool(each.get("ShareTagOptions")),
                )

    def _tag_options(self, held: Mapping[str, HeldPortfolio]) -> Iterator[HeldTagOption]:
        asked = any(each.tag_options for each in self.desired.portfolios.values())
        if not asked and not any(each.tag_options for each in held.values()):
            return
        for each in self.aws.pages("ListTagOptions", "TagOptionDetails"):
            yield HeldTagOption(
                id=each["Id"], key=each["Key"], value=each["Value"], is_active=each["Active"]
            )

    def _used(self, held: Mapping[str, HeldProduct]) -> Iterator[str]:
        """The versions that launches use, of products that have any to be removed."""
        for slug, wanted in self.desired.products.items():
            removed = {v.name for v in wanted.versions.values() if v.lifecycle == "removed"}
            product = held.get(slug)
            if product and removed & {each.name for each in product.versions}:
                answers = self.aws.pages(
                    "SearchProvisionedProducts",
                    "ProvisionedProducts",
                    AccessLevelFilter={"Key": "Account", "Value": "self"},
                    Filters={"SearchQuery": [f"productId:{product.id}"]},
                )
                yield from (each["ProvisioningArtifactId"] for each in answers)


def tags_of(described: Mapping[str, Any]) -> dict[str, str]:
    """The tags of an answer, by key."""
    return {each["Key"]: each["Value"] for each in described.get("Tags", ())}
