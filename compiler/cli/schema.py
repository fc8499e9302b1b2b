"""`personac schema`: the JSON Schemas of catalog files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import put, standing
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import refuse_unknown
from compiler.schema import KINDS, artifacts

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print one schema, or write or compare all of them."""
    made = artifacts()
    if options.kind:
        refuse_unknown([options.kind], KINDS, "kind of file")
        wanted = f"schema/{options.kind}.schema.json"
        print(next(each.content.decode() for each in made if each.path == wanted), end="")
        return Exit.FINE
    folder = Path(options.catalog)
    if not folder.is_dir():
        raise Stop(Exit.NOTHING, f"there is no folder '{options.catalog}'")
    if options.check:
        stale = [each.path for each in made if standing(folder, each) != "current"]
        if stale:
            listed = "\n".join(f"{options.catalog}/{each} is stale" for each in stale)
            raise Stop(Exit.STALE, f"{listed}\nrun 'personac schema' and commit what it writes")
        print(f"{len(made)} schemas up to date")
        return Exit.FINE
    for each in made:
        if put(folder, each) != "current":
            print(f"wrote {options.catalog}/{each.path}")
    print(f"{len(made)} schemas up to date")
    return Exit.FINE
