"""Service Catalog's own quotas and tags: what it takes of portfolios and products at most."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.diagnostic import error
from compiler.hub import PORTFOLIO_TAG, PRODUCT_TAG, ROLLED_BACK_TAG, SHARED_TAG
from compiler.rules.card import Card, portfolio
from compiler.rules.principals import is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.portfolio import Portfolio
    from compiler.rules.view import View

_FILE = "portfolios/people.yaml"
_SOURCE = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"


def _patterns(count: int) -> str:
    return portfolio("principals:\n") + "".join(
        f"  - arn:aws:iam:::role/science/Team{number}-*\n" for number in range(1, count + 1)
    )


CARDS = (
    Card(
        rule="service-catalog-quota",
        what="More portfolios, products, principals, tags, TagOptions, shares or topics than"
        " Service Catalog takes.",
        why="Publishing stops at the first one that is refused.",
        file=_FILE,
        failing=_patterns(11),
        passing=_patterns(10),
        source=_SOURCE,
    ),
    Card(
        rule="service-catalog-tag",
        what="A tag or a TagOption of a portfolio or product that Service Catalog does not take, or"
        " that says of one key what another one says.",
        why="Publishing stops there, or a launch gets a tag twice, with two values.",
        file=_FILE,
        failing=portfolio('tags: {team: ""}\n'),
        passing=portfolio("tags: {team: science}\n"),
        source="https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Tag.html",
    ),
    Card(
        rule="topic-elsewhere",
        what="A topic for notifications in a Region that the portfolio is not published in.",
        why="CloudFormation tells topics of its own Region: nobody would be told of anything.",
        file=_FILE,
        failing=portfolio("notifications: [arn:aws:sns:eu-west-3:111122223333:launches]\n"),
        passing=portfolio("notifications: [arn:aws:sns:eu-west-1:111122223333:launches]\n"),
        source="https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-notification.html",
    ),
)

# https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html
# The hundred constraints of a product in a portfolio are not reached: there are four types here.
PORTFOLIOS, PRODUCTS = 100, 350
"""Of one account in one Region."""

PRODUCTS_OF_PORTFOLIO, PRINCIPALS, TAGS, SHARES = 150, 100, 20, 5_000
"""Of one portfolio."""

PRINCIPALS_OF_PRODUCT = 200
"""Of all portfolios that list one product."""

TAG_OPTIONS, TAG_OPTION_VALUES = 25, 25
"""Keys of one portfolio, and values of one key."""

PATTERNS = 10
"""Principals of one portfolio that are patterns.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"""

TOPICS = 5
"""Of one stack.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""

OWN_TAGS: Mapping[str, tuple[str, ...]] = {
    "portfolio": (PORTFOLIO_TAG,),
    "product": (PRODUCT_TAG, SHARED_TAG, ROLLED_BACK_TAG),
}
"""Tags that publishing adds: whose a portfolio or product is, and what became of it."""

_TAG_OPTION = re.compile(r"[\w .:/=+@-]*")
_RESERVED = ("aws:", "personac:")


@dataclass(frozen=True, slots=True)
class _Count:
    """How many there are of something, and how many there may be."""

    number: int
    most: int
    what: str
    place: Place
    hint: str | None = None


def check(view: View) -> Iterator[Diagnostic]:
    """Every count and every tag."""
    catalog = view.catalog
    together = _together(catalog) if view.has_settings else ()
    for each in (*together, *_apart(catalog)):
        if each.number > each.most:
            message = f"these are {each.number:,} {each.what}; Service Catalog takes {each.most:,}"
            yield error("service-catalog-quota", message, each.place, each.hint)
    for name, found in catalog.portfolios.items():
        if view.has_settings:
            yield from _topics(catalog, name, found)
        yield from _tag_options(catalog, name, found)
        yield from _twice(catalog, name, found)
    yield from _tags(catalog)


def _together(catalog: Catalog) -> Iterator[_Count]:
    """What counts in every Region together."""
    several = "divide the catalog in two, published from two accounts"
    for region in catalog.settings.regions:
        here = {name: x for name, x in catalog.portfolios.items() if _is_in(catalog, x, region)}
        place = catalog.settings_place("regions", catalog.settings.regions.index(region))
        yield _Count(len(here), PORTFOLIOS, f"portfolios in {region}", place, several)
        products = {product for each in here.values() for product in each.products}
        yield _Count(len(products), PRODUCTS, f"products in {region}", place, several)


def _is_in(catalog: Catalog, found: Portfolio, region: str) -> bool:
    return region in (found.regions or catalog.settings.regions)


def _apart(catalog: Catalog) -> Iterator[_Count]:
    """What counts in each portfolio, and of each product."""
    for name, each in catalog.portfolios.items():
        yield from _of_portfolio(catalog, name, each)
    for name in _listed(catalog):
        granted = sum(
            len(each.principals) for each in catalog.portfolios.values() if name in each.products
        )
        at = catalog.place("personas", name)
        yield _Count(granted, PRINCIPALS_OF_PRODUCT, f"principals of '{name}', by portfolio", at)
        found = catalog.personas[name].tags
        at = catalog.place("personas", name, "tags") if found else catalog.settings_place("tags")
        yield _tag_count({**catalog.settings.tags, **found}, "product", at)


def _of_portfolio(catalog: Catalog, name: str, found: Portfolio) -> Iterator[_Count]:
    place = partial(catalog.place, "portfolios", name, on="key")
    several = "divide the portfolio in two"
    products = len(found.products)
    yield _Count(products, PRODUCTS_OF_PORTFOLIO, "products", place("products"), several)
    yield _Count(len(found.principals), PRINCIPALS, "principals", place("principals"), several)
    patterns = sum(map(is_pattern, found.principals))
    yield _Count(patterns, PATTERNS, "patterns", place("principals"), several)
    yield _Count(len(found.shares), SHARES, "shares", place("shares"), "share with an OU")
    yield _Count(len(found.tag_options), TAG_OPTIONS, "TagOptions", place("tag_options"))
    for key, values in found.tag_options.items():
        what = "values of one TagOption"
        yield _Count(len(values), TAG_OPTION_VALUES, what, place("tag_options", key))
    yield _Count(len(found.notifications), TOPICS, "topics", place("notifications"))
    for product, listing in found.products.items():
        at = place("products", product, "notifications")
        yield _Count(len(listing.notifications or ()), TOPICS, "topics", at)
    tags = {**catalog.settings.tags, **found.tags}
    at = place("tags") if found.tags else catalog.settings_place("tags")
    yield _tag_count(tags, "portfolio", at)


def _tag_count(tags: Mapping[str, str], of: str, place: Place) -> _Count:
    own = OWN_TAGS[of]
    what = f"tags of a {of}, with the {len(own)} that publishing adds"
    return _Count(len(tags) + len(own), TAGS, what, place)


def _listed(catalog: Catalog) -> tuple[str, ...]:
    """The personas that some portfolio lists."""
    listed = {name for each in catalog.portfolios.values() for name in each.products}
    return tuple(name for name in catalog.personas if name in listed)


def _tags(catalog: Catalog) -> Iterator[Diagnostic]:
    """Values that are empty: IAM takes them, Service Catalog does not."""
    if not catalog.portfolios:
        return
    of: list[tuple[Mapping[str, str], Place]] = [
        (catalog.settings.tags, catalog.settings_place("tags")),
        *(
            (catalog.personas[name].tags, catalog.place("personas", name, "tags"))
            for name in _listed(catalog)
        ),
        *(
            (each.tags, catalog.place("portfolios", name, "tags"))
            for name, each in catalog.portfolios.items()
        ),
    ]
    for tags, place in of:
        for key in (key for key, value in tags.items() if not value):
            message = f"the tag '{key}' is empty, and Service Catalog takes no empty value"
            at = _below(place, key)
            yield error("service-catalog-tag", message, at)


def _twice(catalog: Catalog, name: str, found: Portfolio) -> Iterator[Diagnostic]:
    """Tags of a portfolio that its products have otherwise; IAM ignores the case of a key."""
    for key, value in found.tags.items():
        for product in found.products:
            persona = catalog.personas.get(product)
            tags = {**catalog.settings.tags, **(persona.tags if persona else {})}
            other = next((each for each in tags if each.lower() == key.lower()), None)
            if other is not None and (other, tags[other]) != (key, value):
                place = catalog.place("portfolios", name, "tags", key, on="key")
                message = f"the product '{product}' has the tag '{other}: {tags[other]}' already"
                hint = "a launch has the tags of both: leave it to one of them"
                yield error("service-catalog-tag", message, place, hint)
                break


def _tag_options(catalog: Catalog, name: str, found: Portfolio) -> Iterator[Diagnostic]:
    fixed = {**catalog.settings.tags, **found.tags}
    for product in found.products:
        persona = catalog.personas.get(product)
        fixed |= persona.tags if persona else {}
    lower = {key.lower(): key for key in fixed}
    for key, values in found.tag_options.items():
        place = catalog.place("portfolios", name, "tag_options", key, on="key")
        if reserved := next((each for each in _RESERVED if key.lower().startswith(each)), None):
            owner = "AWS" if reserved == "aws:" else "the compiler"
            message = f"keys that begin with '{reserved}' belong to {owner}"
            yield error("service-catalog-tag", message, place)
        elif key.lower() in lower:
            message = f"launches have the tag '{lower[key.lower()]}' already, and cannot choose it"
            hint = "remove the TagOption, or the tag of the catalog, portfolio or persona"
            yield error("service-catalog-tag", message, place, hint)
        texts = [(key, place), *((each, _below(place, index)) for index, each in enumerate(values))]
        for text, at in texts:
            if refused := next((x for x in text if not _TAG_OPTION.fullmatch(x)), None):
                message = f"Service Catalog takes no '{refused}' in a TagOption"
                yield error("service-catalog-tag", message, at)
        for index, value in enumerate(values):
            if value in values[:index]:
                message = f"'{value}' stands here twice"
                yield error("service-catalog-tag", message, _below(place, index))


def _topics(catalog: Catalog, name: str, found: Portfolio) -> Iterator[Diagnostic]:
    regions = found.regions or catalog.settings.regions
    written = [(found.notifications, catalog.place("portfolios", name, "notifications"))]
    written += [
        (each.notifications or (), catalog.place("portfolios", name, *route))
        for product, each in found.products.items()
        for route in [("products", product, "notifications")]
    ]
    for topics, place in written:
        for index, topic in enumerate(topics):
            region = topic.split(":")[3]
            if region not in regions:
                message = f"the topic is in {region}; the portfolio is in {', '.join(regions)}"
                yield error("topic-elsewhere", message, _below(place, index))


def _below(place: Place, step: str | int) -> Place:
    return replace(place, route=(*place.route, step), on="value")
