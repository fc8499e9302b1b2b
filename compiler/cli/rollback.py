"""`personac rollback`: offer an earlier version again, at once."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.hub import confirmed, desired_of, hub_of, refusals, regions_of
from compiler.cli.reading import refuse_unknown
from compiler.report.console import show
from compiler.report.words import printable

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from compiler.release.regions import Hub
    from compiler.release.rollback import Rollback
    from compiler.report.text import Line

SCHEMA = "personac.rollback/1"


def run(options: Namespace) -> int:
    """Look at the product in each Region, ask, mark it, flip its flags, and say what to merge."""
    from compiler.release.rollback import catalog_change

    desired = desired_of(options)
    refuse_unknown([options.product], desired.products, "product")
    hub = hub_of(options, desired)
    regions = [
        each
        for each in regions_of(options, desired)
        if options.product in desired.within(each).products
    ]
    if not regions:
        raise Stop(Exit.USAGE, f"no portfolio offers {options.product} there")
    with refusals():
        found = {region: _planned(hub, region, options) for region in regions}
    to_do = any(each.changes for each in found.values())
    to = sys.stderr if options.format == "json" else sys.stdout
    for region, each in found.items():
        show([[("", printable(f"{region}: {change.text}"))] for change in each.changes], to)
    if to_do:
        confirmed(f"Roll {options.product} back to {options.to}?", yes=options.yes)
        with refusals():
            for region, each in found.items():
                _carry_out(hub, region, each)
    product = desired.products[options.product]
    merge = {k: v for each in found.values() for k, v in catalog_change(each, product).items()}
    if options.format == "json":
        print(json.dumps(_view(options, found, merge), indent=2))
    else:
        show(_lines(options, merge, to_do=to_do))
    return Exit.FINE


def _lines(options: Namespace, merge: dict[str, str], *, to_do: bool) -> Iterator[Line]:
    if not to_do:
        yield [("", f"{options.product} offers {options.to}, and nothing newer: nothing to do")]
        return
    yield [("green", f"{options.product} is rolled back to {options.to}.")]
    if not merge:
        yield [("", "The catalog says the same already: there is nothing to merge.")]
        return
    yield [("", f"Merge this into catalog/personas/{options.product}.yaml to make it last:")]
    yield [("", "")]
    yield [("cyan", "    lifecycle:")]
    yield from ([("cyan", f"      {version}: {it}")] for version, it in merge.items())


def _planned(hub: Hub, region: str, options: Namespace) -> Rollback:
    from compiler.release.observe import observe
    from compiler.release.rollback import RollbackError, plan_rollback

    state = observe(hub.connect(region), hub.desired.within(region))
    product = state.products.get(options.product)
    if product is None:
        raise Stop(
            Exit.USAGE, f"Service Catalog has no product of ours '{options.product}' in {region}"
        )
    try:
        return plan_rollback(product, options.to)
    except RollbackError as error:
        raise Stop(Exit.USAGE, f"{region}: {error}") from error


def _carry_out(hub: Hub, region: str, rollback: Rollback) -> None:
    from compiler.release.apply import Site, apply
    from compiler.release.lock import Lock
    from compiler.release.rollback import mark

    aws = hub.connect(region)
    artifacts = hub.artifacts()
    with Lock(artifacts, region, "rollback", lease=hub.lease) as lock:
        mark(aws, rollback)
        site = Site(
            aws=aws,
            bucket=artifacts,
            catalog=hub.desired.catalog,
            folder=hub.folder,
            live=lock.live,
        )
        site.products[rollback.product.slug] = rollback.product.id
        for change in rollback.changes:
            apply(site, change)


def _view(options: Namespace, found: dict[str, Rollback], merge: dict[str, str]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "product": options.product,
        "version": options.to,
        "regions": {region: [it.text for it in each.changes] for region, each in found.items()},
        "merge": merge,
    }
