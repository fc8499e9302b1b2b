"""What a git commit holds of a catalog and of its output: the one place that runs git.

Git is only asked, by fixed commands whose arguments no shell reads; nothing in the work tree, the
index or the commits is touched.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import VERSION_FILE
from compiler.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PERSONA = re.compile(r"personas/([a-z0-9-]+)\.yaml")
_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
_SHA1 = 40
"""Characters of an id, where it is a SHA-1."""

_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git tells its hooks, in paths that are relative to where the hook runs."""

_FILES = ("100644", "100755")
"""The modes of regular files. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects"""


class BaseError(ValueError):
    """A base that cannot be read; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file of a commit, not read yet."""

    id: str
    top: Path = field(repr=False)
    """The repository that holds it."""

    def is_of(self, content: bytes) -> bool:
        """Whether the file holds exactly this, told without reading it.

        https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
        """
        # A repository of the newer object format has longer ids.
        algorithm = "sha1" if len(self.id) == _SHA1 else "sha256"
        # Git's own names for files: nothing is kept secret by them.
        named = hashlib.new(algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
        named.update(content)
        return named.hexdigest() == self.id

    def content(self) -> bytes:
        """The file.

        Raises:
            BaseError: where git does not give it, as from a clone that left it out.
        """
        return _git(self.top, "cat-file", "blob", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a commit holds."""

    ref: str
    """As the user named it."""

    commit: str
    versions: Mapping[str, str | None]
    """Persona of the catalog to its version; None where its file cannot be read."""

    templates: Mapping[str, Mapping[str, Blob]]
    """Persona to its templates in the output, by version, the newest first."""

    def version(self, persona: str) -> str | None:
        """The version that a persona had: the catalog's, or the newest in the output.

        None where the commit has neither.
        """
        return self.versions.get(persona) or next(iter(self.templates.get(persona, ())), None)


def read_base(ref: str, catalog: Path, output: Path) -> Base:
    """Read what a commit holds of the personas of a catalog.

    Args:
        ref: a commit, as git takes one: a branch, a tag, an id.
        catalog: the folder of the catalog, as it stands in the work tree.
        output: the folder of compiled templates, which need not exist.

    Raises:
        BaseError: where git is missing, the folders are in no repository, or in several, or the
            commit does not exist.
    """
    top = Path(os.fsdecode(_git(catalog, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    commit = _commit(top, ref)
    in_catalog = _files(top, commit, catalog)
    in_output = _files(top, commit, output)
    if not in_catalog:
        message = f"'{ref}' holds no catalog in '{_within(top, catalog)}'"
        raise BaseError(f"{message}; a base has the catalog where it is now")
    personas = {
        found[1]: blob for name, blob in in_catalog.items() if (found := _PERSONA.fullmatch(name))
    }
    texts = _contents(top, [each.id for each in personas.values()])
    versions = {persona: _version(persona, texts[each.id]) for persona, each in personas.items()}
    return Base(ref=ref, commit=commit, versions=versions, templates=_templates(in_output))


def _templates(files: Mapping[str, Blob]) -> dict[str, dict[str, Blob]]:
    found: dict[str, dict[str, Blob]] = {}
    for name, blob in files.items():
        if match := VERSION_FILE.fullmatch(name):
            found.setdefault(match["persona"], {})[match["version"]] = blob
    return {
        persona: dict(sorted(several.items(), key=lambda each: _ordered(each[0]), reverse=True))
        for persona, several in found.items()
    }


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("."))


def _version(persona: str, raw: bytes) -> str | None:
    """The version that the file of a persona states, whatever else it says."""
    source, _ = read(persona, raw)
    data = source.data if source else None
    version = data.get("version") if isinstance(data, dict) else None
    return version if isinstance(version, str) and _VERSION.fullmatch(version) else None


def _commit(top: Path, ref: str) -> str:
    # What begins with a hyphen is a name here, never an option.
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    try:
        return _git(top, *asked).decode().strip()
    except BaseError as error:
        hint = "a clone that CI makes may hold one branch alone: fetch the base first"
        raise BaseError(f"there is no commit '{ref}' in this repository; {hint}") from error


def _files(top: Path, commit: str, folder: Path) -> dict[str, Blob]:
    """The regular files of a folder in a commit, by path within the folder."""
    within = _within(top, folder)
    prefix = "" if within == "." else f"{within}/"
    only = () if within == "." else (f":(literal){within}",)
    listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *only)
    return {
        path.removeprefix(prefix): Blob(id=name, top=top)
        for mode, name, path in _entries(listed)
        if mode in _FILES and path.startswith(prefix)
    }


def _entries(listed: bytes) -> Iterator[tuple[str, str, str]]:
    """Mode, id and path of what `git ls-tree -z` lists."""
    for each in listed.split(b"\0"):
        if each:
            about, _, path = each.partition(b"\t")
            mode, _, name = about.decode().split(" ")
            yield mode, name, os.fsdecode(path)


def _contents(top: Path, ids: Sequence[str]) -> dict[str, bytes]:
    """Many files by one process.

    https://git-scm.com/docs/git-cat-file#_batch_output
    """
    said = _git(top, "cat-file", "--batch", given="".join(f"{each}\n" for each in ids).encode())
    found: dict[str, bytes] = {}
    at = 0
    for each in ids:
        head, _, _ = said[at:].partition(b"\n")
        about = head.split(b" ")
        if about[1:2] != [b"blob"]:
            raise BaseError(f"git has no file {each}: a clone may have left it out")
        begin = at + len(head) + 1
        at = begin + int(about[2])
        found[each] = said[begin:at]
        at += 1
    return found


def _within(top: Path, folder: Path) -> str:
    try:
        return folder.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:
        message = f"'{folder}' is outside of the git repository that holds the catalog"
        raise BaseError(message) from None


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git answers to a command, and to what it is given to read.

    Raises:
        BaseError: where it does not.
    """
    program = shutil.which("git")
    if program is None:
        raise BaseError("git is not installed, or not on PATH: a base is read by it")
    environment = {name: each for name, each in os.environ.items() if name not in _HOOKS}
    # Its messages as they are written everywhere; no lock is taken to refresh what it remembers,
    # and nobody is asked for a password.
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(  # noqa: S603 - fixed commands; a ref stands after --end-of-options
        [program, "-C", str(folder), *arguments],
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        if "not a git repository" in said:
            raise BaseError(f"'{folder}' is in no git repository")
        raise BaseError(f"git {arguments[0]} failed: {said or done.returncode}")
    return done.stdout
