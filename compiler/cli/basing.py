"""The base that commands compare with: a commit that the user names, or the default one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.base import Base

NONE = "none"
"""What is typed where there is to be no base."""


def chosen_base(options: Namespace, *, default: bool) -> Base | None:
    """What the base holds that `--base` names; None where there is none.

    Args:
        options: with `base`, `catalog` and `output`.
        default: whether the default base is taken, where it exists and none is named.
    """
    from compiler.base import BaseError, find_base, read_base
    from compiler.released import without_removed

    folders = Path(options.catalog), Path(options.output)
    if options.base == NONE or (options.base is None and not default):
        return None
    try:
        found = find_base(*folders) if options.base is None else read_base(options.base, *folders)
    except BaseError as error:
        without = f"; '--base {NONE}' goes on without one" if options.base is None else ""
        raise Stop(Exit.USAGE, f"{error}{without}") from error
    return without_removed(found, folders[1]) if found else None
