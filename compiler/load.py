"""Read a catalog: files in, typed values out, and every mistake of every file in one run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from compiler.catalog import (
    Activity,
    Catalog,
    Control,
    Guardrail,
    Parameter,
    Persona,
    Settings,
    Trust,
)
from compiler.decode import decode, described
from compiler.diagnostic import Diagnostic, Related, error, suggest
from compiler.place import START, Place, Route
from compiler.portfolio import Portfolio
from compiler.source import LARGEST, Source, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDERS: Mapping[str, type[Any]] = {
    "controls": Control,
    "trusts": Trust,
    "activities": Activity,
    "personas": Persona,
    "guardrails": Guardrail,
    "portfolios": Portfolio,
}
"""The folders of a catalog, and what each file in them is."""

OTHER_FOLDERS = ("schema",)
"""Folders that hold no source."""

FILES = ("catalog.yaml", "parameters.yaml")
"""The files at the top of a catalog."""

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What a file's name is, before `.yaml`: the id of what it holds."""

LONGEST_ID = 64
"""Characters of an id."""

PARAMETER_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of a catalog."""

    catalog: Catalog
    """All that could be read. What is in `broken` is missing from it."""

    sources: Mapping[str, Source] = field(repr=False)
    """The parsed files, by the path that diagnostics name."""

    broken: frozenset[str]
    """Files, relative to the catalog and without `.yaml`, that could not be read."""

    diagnostics: tuple[Diagnostic, ...]


def read_tree(folder: Path) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """Read the YAML files of a catalog from disk.

    Files that a link leads out of the folder for are refused, not read.

    Raises:
        OSError: where the folder itself cannot be listed.
    """
    top = folder.resolve(strict=True)
    tree: dict[str, bytes] = {}
    diagnostics: list[Diagnostic] = []
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".yaml", ".yml"):
            continue
        name = file.relative_to(folder).as_posix()
        place = Place(path=f"{folder.as_posix()}/{name}", span=START)
        try:
            # Only a link can lead anywhere else: folders that are links are not entered.
            target = file.resolve(strict=True) if file.is_symlink() else file
            if target is not file and not target.is_relative_to(top):
                message = "this file is a link that leaves the catalog"
                hint = "put the file itself here"
                diagnostics.append(error("leaves-folder", message, place, hint))
            elif target.is_file():
                tree[name] = _bytes(target)
            else:
                message = "this is no file, though its name ends as a file's"
                diagnostics.append(error("unreadable-file", message, place))
        except OSError as problem:
            message = f"the file cannot be read: {(problem.strerror or str(problem)).lower()}"
            diagnostics.append(error("unreadable-file", message, place))
        except RuntimeError:  # what pathlib makes of a link in a circle, before Python 3.13
            message = "the file cannot be read: it is a link to itself"
            diagnostics.append(error("unreadable-file", message, place))
    return tree, tuple(diagnostics)


def _bytes(file: Path) -> bytes:
    """A file, or as much of it as shows that it is too large."""
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def load(root: str, tree: Mapping[str, bytes]) -> Loaded:
    """Turn the files of a catalog into a catalog.

    Args:
        root: what diagnostics call the folder.
        tree: the files, by path relative to it.
    """
    loader = _Loader(root, tree)
    return loader.load()


class _Loader:
    def __init__(self, root: str, tree: Mapping[str, bytes]) -> None:
        self.root = root
        self.tree = tree
        self.sources: dict[str, Source] = {}
        self.broken: set[str] = set()
        self.diagnostics: list[Diagnostic] = []

    def load(self) -> Loaded:
        found: dict[str, dict[str, Any]] = {folder: {} for folder in FOLDERS}
        self._strays()
        for folder, name, path in self._members():
            if value := self._file(path, FOLDERS[folder]):
                found[folder][name] = value
        settings = self._file("catalog.yaml", Settings)
        catalog = Catalog(
            root=self.root,
            settings=settings or _PLAIN,
            parameters=self._parameters(),
            **found,
        )
        return Loaded(
            catalog=catalog,
            sources=self.sources,
            broken=frozenset(self.broken),
            diagnostics=tuple(self.diagnostics),
        )

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _members(self) -> Iterator[tuple[str, str, str]]:
        """The files that hold one thing each: folder, id, path; one file for one id."""
        first: dict[tuple[str, str], str] = {}
        for path in sorted(self.tree):
            folder, _, name = path.partition("/")
            if folder not in FOLDERS or "/" in name:
                continue
            stem, _, ending = name.rpartition(".")
            place = Place(path=self._path(path), span=START)
            if not ID.fullmatch(stem) or len(stem) > LONGEST_ID:
                message = f"'{stem}' is no id; an id is lower-case words with hyphens"
                self.broken.add(f"{folder}/{stem}")
                self.diagnostics.append(error("file-name", message, place, "rename the file"))
                continue
            if (folder, stem) in first:
                other = Place(path=self._path(first[folder, stem]), span=START)
                message = f"two files define '{stem}' of {folder}"
                related = (Related(message="the other one", place=other),)
                self.diagnostics.append(error("duplicate-id", message, place, related=related))
                continue
            first[folder, stem] = path
            if ending == "yml":
                message = "files of a catalog end in .yaml"
                hint = f"rename it to {stem}.yaml"
                self.diagnostics.append(error("file-name", message, place, hint))
                self.broken.add(f"{folder}/{stem}")
                continue
            yield folder, stem, path

    def _strays(self) -> None:
        for path in sorted(self.tree):
            folder, *below = path.split("/")
            known = folder in (*FOLDERS, *OTHER_FOLDERS) and len(below) == 1
            if known or path in FILES:
                continue
            allowed = [f"{each}/" for each in FOLDERS] if below else list(FILES)
            message = f"nothing reads this file; a catalog has {', '.join(allowed)}"
            if len(below) > 1:
                message = "nothing reads this file; the folders of a catalog have no folders"
            near = suggest(folder, FOLDERS if below else FILES)
            place = Place(path=self._path(path), span=START)
            self.diagnostics.append(error("stray-file", message, place, near))

    def _source(self, path: str) -> Source | None:
        raw = self.tree.get(path)
        if raw is None:
            if path in FILES:
                place = Place(path=self._path(path), span=START)
                message = f"the catalog has no {path}"
                self.diagnostics.append(error("missing-file", message, place))
                self.broken.add(path.removesuffix(".yaml"))
            return None
        source, diagnostics = read(self._path(path), raw)
        self.diagnostics += diagnostics
        if source:
            self.sources[source.path] = source
        if source is None or any(each.rule in _UNUSABLE for each in diagnostics):
            self.broken.add(path.removesuffix(".yaml"))
            return None
        return source

    def _file(self, path: str, model: type[M]) -> M | None:
        source = self._source(path)
        if source is None:
            return None
        value = self._validate(model, source, source.data, ())
        lacking = model is Persona and self._lacks_trust(source)
        if value is None or lacking:
            self.broken.add(path.removesuffix(".yaml"))
            return None
        return value

    def _lacks_trust(self, source: Source) -> bool:
        """What makes a role has to say who may assume it, which the model alone cannot know."""
        data = source.data
        if not isinstance(data, dict) or data.get("kind", "role") != "role":
            return False
        if "trust" not in data:
            place = Place(path=source.path, on="key")
            self.diagnostics.append(error("missing-key", "the key 'trust' is missing", place))
        elif data["trust"] is None:
            self._wrong_type(source, ("trust",), "a string", None)
        return data.get("trust") is None

    def _parameters(self) -> dict[str, Parameter]:
        source = self._source("parameters.yaml")
        if source is None:
            return {}
        if not isinstance(source.data, dict):
            self._wrong_type(source, (), "a mapping of parameters by name", source.data)
            self.broken.add("parameters")
            return {}
        parameters: dict[str, Parameter] = {}
        for name, data in source.data.items():
            if not PARAMETER_NAME.fullmatch(name):
                message = (
                    f"'{name}' is no parameter name; a name is letters and digits, as 'Buckets'"
                )
                place = Place(path=source.path, route=(name,), on="key")
                self.diagnostics.append(error("wrong-value", message, place))
            elif parameter := self._validate(Parameter, source, data, (name,)):
                parameters[name] = parameter
            else:
                self.broken.add(f"parameters/{name}")
        return parameters

    def _validate(self, model: type[M], source: Source, data: Any, at: Route) -> M | None:
        value, problems = decode(model, data, Place(path=source.path, route=at))
        self.diagnostics += problems
        return value

    def _wrong_type(self, source: Source, route: Route, wanted: str, found: Any) -> None:
        message = f"expected {wanted}, found {described(found)}"
        place = Place(path=source.path, route=route)
        self.diagnostics.append(error("wrong-type", message, place))


_UNUSABLE = frozenset(
    {"yaml-syntax", "not-utf-8", "empty-file", "file-too-large", "alias", "merge-key"}
)
"""Rules of syntax after which it is not known what a file holds."""

_PLAIN = Settings(
    name="unnamed",
    title="Unnamed",
    provider="Unnamed",
    role_path="/people/",
    execution_role_path="/execution/",
    regions=("us-east-1",),
)
"""Stands in for a catalog.yaml that could not be read: the other files are still checked."""
