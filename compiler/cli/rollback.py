"""`personac rollback`: offer an earlier version again, at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.hub import confirmed, desired_of, hub_of, refusals, regions_of
from compiler.cli.reading import refuse_unknown
from compiler.report.console import show

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.release.regions import Hub
    from compiler.release.rollback import Rollback

SCHEMA = "personac/rollback/1"


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
    if not any(each.changes for each in found.values()):
        raise Stop(Exit.FINE, f"{options.product} offers {options.to}, and nothing newer: done")
    for region, each in found.items():
        show([[("", f"{region}: {change.text}")] for change in each.changes])
    confirmed(f"Roll {options.product} back to {options.to}?", yes=options.yes)
    with refusals():
        for region, each in found.items():
            _carry_out(hub, region, each)
    (first, *_) = sorted(found.values(), key=lambda each: -len(each.changes))
    merge = catalog_change(first)
    if options.format == "json":
        print(json.dumps(_view(options, found, merge), indent=2))
    else:
        text = f"{options.product} is rolled back to {options.to}. Merge this to make it last:"
        lines = [text, f"  catalog/personas/{options.product}.yaml", ""]
        show([[("", each)] for each in (*lines, *(f"    {line}" for line in merge.split("\n")))])
    return Exit.FINE


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


def _view(options: Namespace, found: dict[str, Rollback], merge: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "product": options.product,
        "version": options.to,
        "regions": {region: [it.text for it in each.changes] for region, each in found.items()},
        "merge": merge,
    }
