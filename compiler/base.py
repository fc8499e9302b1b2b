"""What a git commit holds of a catalog and of its output: the one place that runs git.

Git is only asked, by fixed commands whose arguments no shell reads; nothing in the work tree, the
index or the commits is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import PORTFOLIO_FILE, VERSION_FILE
from compiler.semver import parts_of
from compiler.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEFAULT = "origin/main"
"""What `build` takes as its base, where the repository has it."""

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


class NoBaseError(BaseError):
    """There is no base: no git, no repository, no such commit, or no catalog in it."""


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
        return git(self.top, "cat-file", "blob", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A version that portfolios of a base list."""

    sha256: str
    """Of its template, in hexadecimal digits."""

    lifecycle: str
    portfolios: tuple[str, ...]
    """The portfolios that list it."""


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

    released: Mapping[tuple[str, str], Released] = field(default_factory=dict)
    """The versions that never change any more, by persona and version. Each has a template."""

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
        NoBaseError: where git is missing, the folders are in no repository, or in several, or the
            commit does not exist, or has no catalog.
        BaseError: where git does not give what it has, or a portfolio of the output cannot be read.
    """
    top = Path(os.fsdecode(git(catalog, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    commit = _commit(top, ref)
    in_catalog = _files(top, commit, catalog)
    in_output = _files(top, commit, output)
    if not in_catalog:
        message = f"'{ref}' holds no catalog in '{_within(top, catalog)}'"
        raise NoBaseError(f"{message}; a base has the catalog where it is now")
    personas = {
        found[1]: blob for name, blob in in_catalog.items() if (found := _PERSONA.fullmatch(name))
    }
    portfolios = {
        found[1]: blob
        for name, blob in in_output.items()
        if (found := PORTFOLIO_FILE.fullmatch(name))
    }
    texts = _contents(top, [each.id for each in (*personas.values(), *portfolios.values())])
    templates = _templates(in_output)
    return Base(
        ref=ref,
        commit=commit,
        versions={name: _version(name, texts[each.id]) for name, each in personas.items()},
        templates=templates,
        released=_released(
            ref, {name: texts[each.id] for name, each in portfolios.items()}, templates
        ),
    )


def find_base(catalog: Path, output: Path) -> Base | None:
    """Read the default base, or None where there is none: then nothing is released.

    Args:
        catalog: as `read_base` takes it.
        output: as above.

    Raises:
        BaseError: where there is one, and it cannot be read.
    """
    try:
        return read_base(DEFAULT, catalog, output)
    except NoBaseError:
        return None


def _released(
    ref: str, portfolios: Mapping[str, bytes], templates: Mapping[str, Mapping[str, Blob]]
) -> dict[tuple[str, str], Released]:
    """What the portfolios of an output list."""
    found: dict[tuple[str, str], Released] = {}
    for portfolio, raw in portfolios.items():
        try:
            listed = {
                (persona, version): (str(each["sha256"]), str(each["lifecycle"]))
                for persona, product in json.loads(raw)["products"].items()
                for version, each in product["versions"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            message = f"'{ref}' holds the portfolio '{portfolio}' in a form that this version of"
            raise BaseError(f"{message} personac does not read: {error!r}") from error
        for (persona, version), (sha256, lifecycle) in listed.items():
            if version not in templates.get(persona, {}):
                message = f"'{ref}' lists {version} of '{persona}' in '{portfolio}', and holds no"
                raise BaseError(f"{message} template of it")
            before = found.get((persona, version))
            found[persona, version] = Released(
                sha256=sha256,
                lifecycle=lifecycle,
                portfolios=(*(before.portfolios if before else ()), portfolio),
            )
    return found


def commit_that_added(file: Path) -> str:
    """The commit that added a file; empty where git does not know.

    Args:
        file: as it stands in the work tree.
    """
    asked = ("log", "--diff-filter=A", "--format=%H", "-1", "--", file.name)
    try:
        return git(file.parent, *asked).decode().strip()
    except BaseError:
        return ""


def _templates(files: Mapping[str, Blob]) -> dict[str, dict[str, Blob]]:
    found: dict[str, dict[str, Blob]] = {}
    for name, blob in files.items():
        if match := VERSION_FILE.fullmatch(name):
            found.setdefault(match["persona"], {})[match["version"]] = blob
    return {
        persona: dict(sorted(several.items(), key=lambda each: parts_of(each[0]), reverse=True))
        for persona, several in found.items()
    }


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
        return git(top, *asked).decode().strip()
    except BaseError as error:
        hint = "a clone that CI makes may hold one branch alone: fetch the base first"
        raise NoBaseError(f"there is no commit '{ref}' in this repository; {hint}") from error


def _files(top: Path, commit: str, folder: Path) -> dict[str, Blob]:
    """The regular files of a folder in a commit, by path within the folder."""
    within = _within(top, folder)
    prefix = "" if within == "." else f"{within}/"
    only = () if within == "." else (f":(literal){within}",)
    listed = git(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *only)
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
    said = git(top, "cat-file", "--batch", given="".join(f"{each}\n" for each in ids).encode())
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
        raise NoBaseError(message) from None


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git answers to a command, and to what it is given to read.

    Args:
        folder: where it is run.
        arguments: the command, without options of git's own before it.
        given: what it reads.

    Raises:
        BaseError: where it does not.
    """
    program = shutil.which("git")
    if program is None:
        raise NoBaseError("git is not installed, or not on PATH: a base is read by it")
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
            raise NoBaseError(f"'{folder}' is in no git repository")
        raise BaseError(f"git {arguments[0]} failed: {said or done.returncode}")
    return done.stdout
