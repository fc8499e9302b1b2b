"""Portfolios: their products, titles, Regions and launch roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import Related, error, suggest
from compiler.hub import bucket_name
from compiler.rules.card import Card, portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.portfolio import Portfolio
    from compiler.rules.view import View

_FILE = "portfolios/people.yaml"
_PASSING = portfolio("")


def _settings(name: str = "small", provider: str = "Platform") -> str:
    return f"""\
name: {name}
title: Small
provider: {provider}
role_path: /small/people/
execution_role_path: /small/execution/
regions: [eu-west-1]
"""


CARDS = (
    Card(
        rule="unknown-persona",
        what="A product of a portfolio that no file in personas/ defines.",
        why="There is no template that could be published.",
        file=_FILE,
        failing=_PASSING.replace("analyst", "analist"),
        passing=_PASSING,
    ),
    Card(
        rule="region-elsewhere",
        what="A Region of a portfolio that catalog.yaml does not have, or that stands there twice.",
        why="Templates are checked for the Regions of catalog.yaml, and not for this one.",
        file=_FILE,
        failing=portfolio("regions: [eu-west-3]\n"),
        passing=portfolio("regions: [eu-west-1]\n"),
    ),
    Card(
        rule="same-title",
        severity="warning",
        what="Two portfolios, or two products that portfolios list, with one title.",
        why="People choose by the title, and cannot tell the two apart.",
        file=_FILE,
        failing=_PASSING,
        passing=_PASSING.replace("title: People", "title: Other people"),
        beside={"portfolios/others.yaml": _PASSING},
    ),
    Card(
        rule="bucket-name-too-long",
        what="The name of a catalog with portfolios, where the name of its bucket is too long.",
        why="S3 takes 63 characters, and `personac-NAME-ACCOUNT` is the bucket of the templates.",
        file="catalog.yaml",
        failing=_settings(name="personas-of-the-machine-learning-platforms"),
        passing=_settings(name="personas-of-the-machine-learning-platform"),
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        beside={_FILE: _PASSING},
    ),
    Card(
        rule="provider-too-long",
        what="A provider of more than 50 characters, where a portfolio has no other.",
        why="Service Catalog takes no longer one for a portfolio, though it does for a product.",
        file="catalog.yaml",
        failing=_settings(provider="The platform of machine learning and everything else"),
        passing=_settings(provider="The platform of machine learning"),
        source="https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolio.html",
        beside={_FILE: _PASSING},
    ),
    Card(
        rule="launch-role-of-one-account",
        severity="warning",
        what="The ARN of a launch role in a portfolio that is shared with other accounts.",
        why="It is a role of one account: a launch elsewhere would run with it, and not with a role"
        " of the account that it is in.",
        file=_FILE,
        failing=portfolio("""\
            launch_role: arn:aws:iam::111122223333:role/launch
            shares: [{account: "444455556666"}]
            """),
        passing=portfolio("""\
            launch_role: launch
            shares: [{account: "444455556666"}]
            """),
        source="https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html",
    ),
    Card(
        rule="launch-role-on-role-path",
        what="A launch role that stands on a path where launches make roles.",
        why="A launch could change the role that it runs with, and so take what it likes.",
        file=_FILE,
        failing=portfolio("launch_role: arn:aws:iam::111122223333:role/small/people/launch\n"),
        passing=portfolio("launch_role: arn:aws:iam::111122223333:role/small/launch\n"),
    ),
)

LONGEST_BUCKET = 63
"""Characters of the name of a bucket."""

LONGEST_PROVIDER = 50
"""Characters of the provider of a portfolio."""

_ACCOUNT = "0" * 12


def check(view: View) -> Iterator[Diagnostic]:
    """Every portfolio, and what they have in common."""
    catalog = view.catalog
    for name, each in catalog.portfolios.items():
        for product in each.products:
            if product not in catalog.personas and not view.is_broken("personas", product):
                place = catalog.place("portfolios", name, "products", product, on="key")
                message = f"there is no persona '{product}'"
                yield error("unknown-persona", message, place, suggest(product, catalog.personas))
        if view.has_settings:
            yield from _regions(catalog, name, each)
            yield from _launch_roles(catalog, name, each)
    yield from _titles(catalog)
    if catalog.portfolios and view.has_settings:
        yield from _settings_of_portfolios(catalog)


def _regions(catalog: Catalog, name: str, found: Portfolio) -> Iterator[Diagnostic]:
    known = catalog.settings.regions
    for index, region in enumerate(found.regions):
        place = catalog.place("portfolios", name, "regions", index)
        if region not in known:
            message = f"catalog.yaml has no Region '{region}'; it has {', '.join(known)}"
            hint = suggest(region, known) or "add the Region to catalog.yaml"
            yield error("region-elsewhere", message, place, hint)
        elif region in found.regions[:index]:
            yield error("region-elsewhere", f"'{region}' stands here twice", place)


def _launch_roles(catalog: Catalog, name: str, found: Portfolio) -> Iterator[Diagnostic]:
    written = [(found.launch_role, catalog.place("portfolios", name, "launch_role"))]
    written += [
        (each.launch_role, catalog.place("portfolios", name, "products", product, "launch_role"))
        for product, each in found.products.items()
    ]
    paths = (catalog.settings.role_path, catalog.settings.execution_role_path)
    for role, place in written:
        if role is None or not role.startswith("arn:"):
            continue
        account, resource = role.split(":")[4:]
        if any(resource.removeprefix("role").startswith(path) for path in paths):
            message = f"the launch role '{resource}' stands where launches make roles"
            hint = "give it another path, and let nobody who launches write there"
            yield error("launch-role-on-role-path", message, place, hint)
        if found.shares:
            message = f"this role is one of account {account}, and the portfolio is shared"
            hint = "write the name alone: each account then launches with its own role of the name"
            yield error("launch-role-of-one-account", message, place, hint, severity="warning")


def _titles(catalog: Catalog) -> Iterator[Diagnostic]:
    portfolios = {
        name: (each.title, catalog.place("portfolios", name, "title"))
        for name, each in catalog.portfolios.items()
    }
    listed = {name for each in catalog.portfolios.values() for name in each.products}
    products = {
        name: (each.title, catalog.place("personas", name, "title"))
        for name, each in catalog.personas.items()
        if name in listed
    }
    yield from _same("portfolio", portfolios)
    yield from _same("product", products)


def _same(what: str, titles: Mapping[str, tuple[str, Place]]) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for name, (title, place) in titles.items():
        other = first.setdefault(title.casefold(), name)
        if other != name:
            message = f"the {what} '{other}' has the title '{title}' too"
            related = (Related(message="the other one", place=titles[other][1]),)
            yield error("same-title", message, place, severity="warning", related=related)


def _settings_of_portfolios(catalog: Catalog) -> Iterator[Diagnostic]:
    settings = catalog.settings
    bucket = bucket_name(settings.name, _ACCOUNT)
    if len(bucket) > LONGEST_BUCKET:
        most = len(settings.name) - (len(bucket) - LONGEST_BUCKET)
        message = f"the bucket '{bucket}' would have {len(bucket)} characters; S3 takes"
        yield error(
            "bucket-name-too-long",
            f"{message} {LONGEST_BUCKET}",
            catalog.settings_place("name"),
            f"a catalog that is published has a name of at most {most} characters",
        )
    without = [name for name, each in catalog.portfolios.items() if each.provider is None]
    if without and len(settings.provider) > LONGEST_PROVIDER:
        message = f"the portfolio '{without[0]}' has this provider, of {len(settings.provider)}"
        yield error(
            "provider-too-long",
            f"{message} characters; Service Catalog takes {LONGEST_PROVIDER}",
            catalog.settings_place("provider"),
            "write a shorter one, or give the portfolio a provider of its own",
        )
