"""`personac keep`: copies of AWS managed policies in the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, put
from compiler.cli.exits import Exit, Stop
from compiler.cli.subjects import latest
from compiler.managed import FOLDER, kept_form
from compiler.subject import SubjectError

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Look each policy up, and write those that the catalog does not keep in that version."""
    catalog = Path(options.catalog)
    if not catalog.is_dir():
        raise Stop(Exit.NOTHING, f"there is no folder '{options.catalog}'")
    try:
        found = [latest(options.catalog)(each.removeprefix("aws:")) for each in options.names]
    except SubjectError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    for each in found:
        file = Artifact(path=f"{FOLDER}/{each.name}/{each.version}.json", content=kept_form(each))
        try:
            before = put(catalog, file)
        except OSError as error:
            problem = f"cannot write to {options.catalog}: {error.strerror}"
            raise Stop(Exit.USAGE, problem) from error
        did = "kept already:" if before == "current" else "wrote"
        print(f"{did} {options.catalog}/{file.path}, from {each.source}")
    return Exit.FINE
