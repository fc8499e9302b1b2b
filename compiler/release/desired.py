"""What output/ asks of Service Catalog: the portfolios and products, as files say them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, cast

from compiler.hub import PORTFOLIO_SCHEMA
from compiler.semver import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Lifecycle = Literal["active", "deprecated", "retired", "removed"]
Constraints = dict[str, dict[str, Any]]
"""Type, as AWS calls it, to parameters."""


class DesiredError(ValueError):
    """Output that cannot be published: every reason, for the user."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a product."""

    name: str
    """Semantic version."""

    template: str
    """The file, relative to the output folder."""

    sha256: str
    """Of the file's bytes, in hexadecimal."""

    lifecycle: Lifecycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product."""

    id: str
    """The persona."""

    title: str
    description: str
    owner: str
    tags: Mapping[str, str]
    versions: Mapping[str, Version]
    """By name, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Principal:
    """Who may launch what a portfolio holds."""

    type: str
    """IAM or IAM_PATTERN."""

    arn: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Share:
    """To whom a portfolio is shared."""

    type: str
    """ACCOUNT, ORGANIZATIONAL_UNIT or ORGANIZATION."""

    target: str
    principals: bool
    tag_options: bool

    @property
    def flags(self) -> str:
        """What is shared beside the products, as one text."""
        words = (("principals", self.principals), ("tag options", self.tag_options))
        return " and ".join(word for word, is_on in words if is_on) or "products alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """A portfolio."""

    id: str
    title: str
    description: str
    provider: str
    tags: Mapping[str, str]
    tag_options: frozenset[tuple[str, str]]
    principals: frozenset[Principal]
    shares: Mapping[tuple[str, str], Share]
    """By type and target."""

    products: Mapping[str, Constraints]
    """Product to the constraints that it has here."""

    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """Everything that one Region of Service Catalog should hold of a catalog, or all of them."""

    catalog: str
    home_region: str
    portfolios: Mapping[str, Portfolio]
    products: Mapping[str, Product]
    digest: str = field(repr=False)
    """Of the files that say so."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Where anything is published."""
        found = (region for each in self.portfolios.values() for region in each.regions)
        return tuple(sorted(set(found)))

    def within(self, region: str) -> Desired:
        """What one Region should hold."""
        portfolios = {
            name: replace(it, products=_in_region(it.products, region))
            for name, it in self.portfolios.items()
            if region in it.regions
        }
        offered = {product for each in portfolios.values() for product in each.products}
        products = {name: it for name, it in self.products.items() if name in offered}
        return replace(self, portfolios=portfolios, products=products)

    def is_shared(self, product: str) -> bool:
        """Whether some portfolio that is shared holds a product."""
        return any(each.shares and product in each.products for each in self.portfolios.values())


def read_desired(folder: Path) -> Desired:
    """Read the portfolios of an output folder, and hold its templates to their digests.

    Raises:
        DesiredError: where there are none, or files do not belong together.
    """
    files = sorted((folder / "portfolios").glob("*.json"))
    if not files:
        message = f"{folder}/portfolios holds no portfolio: nothing to publish"
        raise DesiredError([f"{message}; add one to the catalog, then run 'personac build'"])
    problems: list[str] = []
    read: dict[str, dict[str, Any]] = {}
    digest = sha256()
    for file in files:
        try:
            raw = file.read_bytes()
            body = json.loads(raw)
            read[file.stem] = _of_schema(body, file.stem)
            digest.update(raw)
        except (OSError, ValueError, RecursionError) as error:
            problems.append(f"{file}: {error}")
    portfolios: dict[str, Portfolio] = {}
    products: dict[str, Product] = {}
    homes: set[tuple[str, str]] = set()
    try:
        products = _products(read, problems)
        portfolios = {name: _portfolio(name, body) for name, body in read.items()}
        homes = {(body["catalog"], body["home_region"]) for body in read.values()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problems.append(f"{folder}/portfolios is not as 'personac build' writes it: {error!r}")
    problems += _missing(folder, products)
    if len(homes) > 1:
        names = ", ".join(f"{catalog} in {region}" for catalog, region in sorted(homes))
        problems.append(f"portfolios of several catalogs: {names}")
    if problems:
        hint = "run 'personac build', and commit what it writes"
        raise DesiredError([*problems, hint])
    ((catalog, home),) = homes
    return Desired(
        catalog=catalog,
        home_region=home,
        portfolios=portfolios,
        products=products,
        digest=digest.hexdigest(),
    )


def _of_schema(body: object, name: str) -> dict[str, Any]:
    if not isinstance(body, dict) or body.get("schema") != PORTFOLIO_SCHEMA:
        raise ValueError(f"this is no portfolio of the form {PORTFOLIO_SCHEMA}")
    if body.get("portfolio") != name:
        raise ValueError(f"this is the portfolio '{body.get('portfolio')}'")
    return body


def _portfolio(name: str, body: Mapping[str, Any]) -> Portfolio:
    shares = [Share(**each) for each in body["shares"]]
    return Portfolio(
        id=name,
        title=body["title"],
        description=body["description"],
        provider=body["provider"],
        tags=body["tags"],
        tag_options=frozenset(
            (key, one) for key, all_ in body["tag_options"].items() for one in all_
        ),
        principals=frozenset(Principal(**each) for each in body["principals"]),
        shares={(each.type, each.target): each for each in shares},
        products={product: it["constraints"] for product, it in body["products"].items()},
        regions=tuple(body["regions"]),
    )


def _products(read: Mapping[str, Mapping[str, Any]], problems: list[str]) -> dict[str, Product]:
    found: dict[str, Product] = {}
    first: dict[str, str] = {}
    for portfolio, body in read.items():
        for name, it in body["products"].items():
            product = _product(name, it)
            if found.setdefault(name, product) != product:
                problems.append(f"{first[name]} and {portfolio} say other things of '{name}'")
            first.setdefault(name, portfolio)
    return found


def _product(name: str, it: Mapping[str, Any]) -> Product:
    versions = {
        version: Version(
            name=version,
            template=each["template"],
            sha256=each["sha256"],
            lifecycle=cast("Lifecycle", each["lifecycle"]),
        )
        for version, each in sorted(it["versions"].items(), key=lambda each: ordered(each[0]))
    }
    return Product(
        id=name,
        title=it["title"],
        description=it["description"],
        owner=it["owner"],
        tags=it["tags"],
        versions=versions,
    )


def _in_region(products: Mapping[str, Constraints], region: str) -> dict[str, Constraints]:
    """Constraints as one Region takes them: a stack tells topics of its own Region alone.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-notification.html
    """
    found: dict[str, Constraints] = {}
    for product, constraints in products.items():
        found[product] = dict(constraints)
        topics = constraints.get("NOTIFICATION", {}).get("NotificationArns", ())
        near = [each for each in topics if each.split(":")[3:4] == [region]]
        if near:
            found[product]["NOTIFICATION"] = {"NotificationArns": near}
        else:
            found[product].pop("NOTIFICATION", None)
    return found


def _missing(folder: Path, products: Mapping[str, Product]) -> Iterator[str]:
    for product in products.values():
        for version in product.versions.values():
            file = folder / version.template
            if not file.resolve().is_relative_to(folder.resolve()):
                yield f"{product.id} {version.name}: {version.template} leads out of {folder}"
                continue
            try:
                content = file.read_bytes()
            except OSError as error:
                yield f"{product.id} {version.name}: {file}: {(error.strerror or '').lower()}"
                continue
            if sha256(content).hexdigest() != version.sha256:
                yield f"{product.id} {version.name}: {file} is not what its portfolio lists"
