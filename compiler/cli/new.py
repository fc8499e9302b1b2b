"""`personac new`: a persona or an activity to begin with."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, put
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import loaded_catalog
from compiler.draft import DraftError, draft_activity, draft_persona, draft_requests
from compiler.load import ID, LONGEST_ID

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.catalog import Catalog

ACCEPTANCE = "tests/acceptance"
"""Where tables of requests stand, unless it is said."""

FOLDERS = {"persona": "personas", "activity": "activities"}


def run(options: Namespace) -> int:
    """Write the files, each whole or not at all, and say what to do next."""
    _refuse_name(options.name)
    if options.acceptance and options.kind != "persona":
        message = "--acceptance is about personas: an activity has no table of requests"
        raise Stop(Exit.USAGE, message)
    catalog = loaded_catalog(options.catalog)[0].catalog
    path = Path(options.catalog) / FOLDERS[options.kind] / f"{options.name}.yaml"
    for each in (path, path.with_suffix(".yml")):
        if _is_there(each):
            message = f"'{each.as_posix()}' is there already, and nothing is overwritten"
            raise Stop(Exit.USAGE, message)
    table = _table(options)
    kept = table is not None and _is_there(table)
    try:
        files = {path: _text(options, catalog)}
        if table and not kept:
            files[table] = draft_requests(catalog, options.name)
    except DraftError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    _write(files)
    _tell(options, list(files), table, kept=kept)
    return Exit.FINE


def _is_there(path: Path) -> bool:
    """Whether something has the name, be it a link that leads nowhere."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        # A folder that is none is told when it is written to.
        return False
    except OSError as error:
        message = f"cannot look at '{path.as_posix()}': {error.strerror}"
        raise Stop(Exit.USAGE, message) from error
    return True


def _refuse_name(name: str) -> None:
    if ID.fullmatch(name) and len(name) <= LONGEST_ID:
        return
    if len(name) > LONGEST_ID:
        message = f"an id has at most {LONGEST_ID} characters, and this has {len(name)}"
    elif not name[:1].isalpha():
        message = f"an id begins with a letter, a to z, and has at most {LONGEST_ID} characters"
    else:
        message = f"an id is lower-case words with hyphens, at most {LONGEST_ID} characters"
    meant = _meant(name)
    suggested = f"; did you mean '{meant}'?" if meant else ""
    raise Stop(Exit.USAGE, f"'{name}' is no id; {message}{suggested}")


def _meant(name: str) -> str | None:
    """The id that has all letters and digits of a name, without their accents."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each)
    ).lower()
    meant = re.sub("[^a-z0-9]+", "-", plain).strip("-")
    lost = any(each.isalnum() and not each.isascii() for each in plain)
    is_id = ID.fullmatch(meant) and len(meant) <= LONGEST_ID
    return meant if is_id and not lost else None


def _table(options: Namespace) -> Path | None:
    """Where the persona's table of requests goes, if anywhere."""
    if options.kind != "persona":
        return None
    if options.acceptance:
        return Path(options.acceptance) / f"{options.name}.yaml"
    folder = Path(ACCEPTANCE)
    return folder / f"{options.name}.yaml" if folder.is_dir() else None


def _text(options: Namespace, catalog: Catalog) -> str:
    draft = draft_persona if options.kind == "persona" else draft_activity
    return draft(catalog, options.name)


def _write(files: dict[Path, str]) -> None:
    """Write all of them, or leave none."""
    written: list[Path] = []
    for path, text in files.items():
        try:
            put(path.parent, Artifact(path=path.name, content=text.encode()))
        except OSError as error:
            for each in written:
                each.unlink(missing_ok=True)
            message = f"cannot write '{path.as_posix()}': {error.strerror}"
            raise Stop(Exit.USAGE, message) from error
        written.append(path)


def _tell(options: Namespace, files: list[Path], table: Path | None, *, kept: bool) -> None:
    wrote = [each.as_posix() for each in files]
    steps = _steps(options, table)
    if options.format == "json":
        left = [table.as_posix()] if table and kept else []
        view = {"schema": "personac.new/1", "wrote": wrote, "kept": left, "next": steps}
        print(json.dumps(view, indent=2))
        return
    for each in wrote:
        print(f"wrote {each}")
    if table and kept:
        print(f"kept {table.as_posix()}, which was there already")
    if options.kind == "persona" and table is None:
        print(f"no table of requests: there is no folder {ACCEPTANCE}; --acceptance DIR names one")
    chosen = "what it may do" if options.kind == "persona" else "what it allows"
    print(f"next, say in it {chosen}, then:")
    for each in steps:
        print(f"  {each}")


def _steps(options: Namespace, table: Path | None) -> list[str]:
    """The commands that come next."""
    catalog = "" if options.catalog == "catalog" else f" --catalog {quote(options.catalog)}"
    steps = [f"personac check{catalog}"]
    if table:
        requests = quote(table.as_posix())
        steps.append(f"personac can {options.name} --requests {requests}{catalog}")
    if options.kind == "persona":
        steps.append(f"personac build{catalog}")
    return steps
