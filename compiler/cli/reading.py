"""What commands read: a catalog, a subject, the values of launch parameters."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.artifact import template_path
from compiler.cli.exits import Exit, Stop
from compiler.diagnostic import suggest
from compiler.intrinsics import RenderError
from compiler.render import of_one_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.build import Product
    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.load import Loaded

LARGEST = 1_048_576
"""Bytes of a template or a policy that is read: as many as CloudFormation takes of a template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


MOST_DIGITS = 1_000
"""Digits of a number in JSON. Python takes 4,300 at most."""

_MARKER = re.compile(r"[\ue000\ue001]|\\ue00[01]", re.IGNORECASE)


def loaded_catalog(folder: str) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """Load a catalog from disk, without its rules."""
    from compiler.load import load, read_tree

    path = Path(folder)
    if not path.is_dir():
        hint = "run personac where the catalog is, or name it by --catalog"
        raise Stop(Exit.NOTHING, f"there is no folder '{folder}'; {hint}")
    try:
        tree, unread = read_tree(path)
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot read '{folder}': {error.strerror}") from error
    if not tree and not unread:
        raise Stop(Exit.NOTHING, f"the folder '{folder}' holds no YAML file: nothing to compile")
    loaded = load(path.as_posix().rstrip("/"), tree)
    return loaded, (*unread, *loaded.diagnostics)


def examined(folder: str) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """Load a catalog and look at it with every rule."""
    from compiler.rules import examine

    loaded, diagnostics = loaded_catalog(folder)
    return loaded, (*diagnostics, *examine(loaded))


def refuse_unknown(names: Iterable[str], known: Iterable[str], kind: str) -> None:
    """Stop where a name is none of those known, with the nearest one."""
    listed = list(known)
    unknown = [each for each in names if each not in listed]
    if unknown:
        known_ones = f"there are {', '.join(listed)}"
        hints = (
            f"there is no {kind} '{each}'; {suggest(each, listed) or known_ones}"
            for each in unknown
        )
        raise Stop(Exit.USAGE, "\n".join(hints))


def values(pairs: Iterable[str], option: str = "--set") -> dict[str, str]:
    """Read `--set P=V` arguments, or those of another option."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise Stop(Exit.USAGE, f"{option} takes NAME=VALUE, not '{pair}'")
        if name in found:
            raise Stop(Exit.USAGE, f"{option} names {name} twice")
        found[name] = value
    return found


def template_body(subject: str, catalog: str, output: str) -> dict[str, Any]:
    """The template that a subject names: a file, `persona@version`, or a persona of the catalog."""
    if subject.partition("#")[0].endswith(".json") or "/" in subject:
        return _template_file(subject)
    name, at, version = subject.partition("@")
    if at:
        return _template_file((Path(output) / template_path(name, version)).as_posix())
    return compiled(name, catalog)[2]


def compiled(persona: str, folder: str) -> tuple[Loaded, Product, dict[str, Any]]:
    """Compile a persona: the catalog, the product, and its template as the file has it."""
    from compiler.build import compile_persona
    from compiler.cli.writing import report

    loaded, diagnostics = examined(folder)
    known: Catalog = loaded.catalog
    if f"personas/{persona}" not in loaded.broken:
        refuse_unknown([persona], known.personas, "persona")
    if any(each.severity == "error" for each in diagnostics):
        raise Stop(Exit(report(diagnostics, loaded.sources, "text", to_stderr=True)))
    product, problems = compile_persona(known, persona)
    if product is None:
        raise Stop(Exit(report(problems, loaded.sources, "text", to_stderr=True)))
    # As the file has it: a persona and its file are told the same, in the same order.
    body: dict[str, Any] = json.loads(product.artifact.content)
    return loaded, product, body


def file_bytes(path: Path) -> bytes:
    """A file that the command line names, if it is not too large."""
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Stop(Exit.USAGE, f"cannot read '{path}': {reason}") from error
    if len(raw) > LARGEST:
        raise Stop(Exit.USAGE, f"'{path}' has more than {LARGEST:,} bytes")
    return raw


def json_file(path: Path) -> dict[str, Any]:
    """A JSON object from a file. A key that stands twice is refused: JSON would keep the last."""
    try:
        text = file_bytes(path).decode("utf-8-sig")
        body = json.loads(text, object_pairs_hook=_once, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise Stop(Exit.USAGE, f"'{path}' is not UTF-8: byte {error.start + 1}") from error
    except RecursionError as error:
        raise Stop(Exit.USAGE, f"'{path}' is not JSON: it is nested too deep") from error
    except ValueError as error:
        raise Stop(Exit.USAGE, f"'{path}' is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Stop(Exit.USAGE, f"'{path}' holds no JSON object")
    if _MARKER.search(text):
        # They mark launch parameters in the texts of policies: see `compiler.iam.text`.
        message = f"'{path}' holds U+E000 or U+E001, which IAM takes in no policy"
        raise Stop(Exit.USAGE, message)
    return body


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        message = f"a number has more than {MOST_DIGITS} digits"
        raise ValueError(message)
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the key '{twice}' stands twice in one object")
    return found


def file_body(name: str) -> dict[str, Any]:
    """The JSON of a file; of `FILE#ROLE`, a template as if it made that role alone."""
    path, hash_sign, role = name.partition("#") if ".json#" in name else (name, "", "")
    body = json_file(Path(path))
    if not hash_sign:
        return body
    try:
        return of_one_role(body, role)
    except RenderError as error:
        raise Stop(Exit.USAGE, f"{path} cannot be rendered: {error}") from error


def _template_file(name: str) -> dict[str, Any]:
    body = file_body(name)
    if not isinstance(body.get("Resources"), dict):
        raise Stop(Exit.USAGE, f"'{name}' is no CloudFormation template: it has no Resources")
    return body
