"""Read a catalog: files in, typed values out, and every mistake of every file in one run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from compiler.catalog import (
    Activity,
    Catalog,
    Control,
    Parameter,
    Persona,
    Settings,
    Trust,
)
from compiler.diagnostic import Diagnostic, Related, suggest
from compiler.place import START, Place, Route
from compiler.source import LARGEST, Source, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDERS: Mapping[str, type[BaseModel]] = {
    "controls": Control,
    "trusts": Trust,
    "activities": Activity,
    "personas": Persona,
}
"""The folders of a catalog, and what each file in them is."""

OTHER_FOLDERS = ("schema",)
"""Folders that hold no source."""

FILES = ("catalog.yaml", "parameters.yaml")
"""The files at the top of a catalog."""

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What a file's name is, before `.yaml`: the id of what it holds."""

PARAMETER_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")

Tree = "Mapping[str, bytes]"
"""Path relative to the catalog, with slashes, to the bytes of the file."""

M = TypeVar("M", bound=BaseModel)


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
            target = file.resolve(strict=True)
            if not target.is_relative_to(top):
                message = "this file is a link that leaves the catalog"
                hint = "put the file itself here"
                diagnostics.append(_error("leaves-folder", message, place, hint))
            elif target.is_file():
                tree[name] = _bytes(target)
            else:
                message = "this is no file, though its name ends as a file's"
                diagnostics.append(_error("unreadable-file", message, place))
        except OSError as error:
            message = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
            diagnostics.append(_error("unreadable-file", message, place))
        except RuntimeError:  # what pathlib makes of a link in a circle, before Python 3.13
            message = "the file cannot be read: it is a link to itself"
            diagnostics.append(_error("unreadable-file", message, place))
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


def _error(
    rule: str, message: str, place: Place, hint: str | None = None, related: tuple[Related, ...] = ()
) -> Diagnostic:
    return Diagnostic(
        rule=rule, severity="error", message=message, place=place, hint=hint, related=related
    )


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
            if not ID.fullmatch(stem) or len(stem) > 64:
                message = f"'{stem}' is no id; an id is lower-case words with hyphens"
                self.broken.add(f"{folder}/{stem}")
                self.diagnostics.append(_error("file-name", message, place, "rename the file"))
                continue
            if (folder, stem) in first:
                other = Place(path=self._path(first[folder, stem]), span=START)
                message = f"two files define '{stem}' of {folder}"
                related = (Related(message="the other one", place=other),)
                self.diagnostics.append(_error("duplicate-id", message, place, None, related))
                continue
            first[folder, stem] = path
            if ending == "yml":
                message = "files of a catalog end in .yaml"
                hint = f"rename it to {stem}.yaml"
                self.diagnostics.append(_error("file-name", message, place, hint))
                self.broken.add(f"{folder}/{stem}")
                continue
            yield folder, stem, path

    def _strays(self) -> None:
        for path in sorted(self.tree):
            parts = path.split("/")
            known = parts[0] in (*FOLDERS, *OTHER_FOLDERS) and len(parts) == 2  # noqa: PLR2004
            if known or path in FILES:
                continue
            allowed = [f"{folder}/" for folder in FOLDERS] if len(parts) > 1 else list(FILES)
            message = f"nothing reads this file; a catalog has {', '.join(allowed)}"
            if len(parts) > 2:  # noqa: PLR2004
                message = "nothing reads this file; the folders of a catalog have no folders"
            near = suggest(parts[0], FOLDERS if len(parts) > 1 else FILES)
            place = Place(path=self._path(path), span=START)
            self.diagnostics.append(_error("stray-file", message, place, near))

    def _source(self, path: str) -> Source | None:
        raw = self.tree.get(path)
        if raw is None:
            if path in FILES:
                place = Place(path=self._path(path), span=START)
                message = f"the catalog has no {path}"
                self.diagnostics.append(_error("missing-file", message, place))
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
        if value is None:
            self.broken.add(path.removesuffix(".yaml"))
        return value

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
                message = f"'{name}' is no parameter name; a name is letters and digits, as 'Buckets'"
                place = Place(path=source.path, route=(name,), on="key")
                self.diagnostics.append(_error("wrong-value", message, place))
            elif parameter := self._validate(Parameter, source, data, (name,)):
                parameters[name] = parameter
            else:
                self.broken.add(f"parameters/{name}")
        return parameters

    def _validate(self, model: type[M], source: Source, data: Any, at: Route) -> M | None:
        if not isinstance(data, dict):
            self._wrong_type(source, at, "a mapping", data)
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                # Pydantic counts only the items that are sound.
                if each["type"] != "too_short" or not each["input"]:
                    self.diagnostics.append(_worded(model, source, at, each))
            return None

    def _wrong_type(self, source: Source, route: Route, wanted: str, found: Any) -> None:
        message = f"expected {wanted}, found {_described(found)}"
        place = Place(path=source.path, route=route)
        self.diagnostics.append(_error("wrong-type", message, place))


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
"""Stands in for a catalog.yaml that could not be read, so that the other files are still checked."""

_WANTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a mapping",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}

_LETTERS = re.compile(r"\^(\[[^]]+\])[*+]\$")
"""A pattern that says of each character, and of nothing else, whether it is allowed."""

_BOUNDS = {
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}


def _described(value: Any) -> str:
    """A value, as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int):
        return f"the integer {value}"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in str(value))
    return f"'{text}'" if len(text) <= 80 else f"'{text[:77]}…'"  # noqa: PLR2004


def _worded(model: type[BaseModel], source: Source, at: Route, error: Any) -> Diagnostic:
    """Say in our own words what pydantic found."""
    loc: Route = error["loc"]
    on_key = bool(loc) and loc[-1] == "[key]"
    route = at + tuple(each for each in loc if each != "[key]")
    place = Place(path=source.path, route=route, on="key" if on_key else "value")
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    if kind == "extra_forbidden":
        allowed = _fields(model, loc[:-1])
        message = f"unknown key '{loc[-1]}'; allowed are {', '.join(allowed)}"
        place = Place(path=source.path, route=route, on="key")
        return _error("unknown-key", message, place, suggest(str(loc[-1]), allowed))
    if kind == "missing":
        place = Place(path=source.path, route=route[:-1], on="key")
        return _error("missing-key", f"the key '{loc[-1]}' is missing", place)
    if kind in _WANTED:
        hint = None
        if kind == "string_type" and isinstance(found, bool | int):
            hint = f'quote it: "{str(found).lower()}"'
        message = f"expected {_WANTED[kind]}, found {_described(found)}"
        return _error("wrong-type", message, place, hint)
    if kind in ("literal_error", "enum"):
        message = f"{_described(found)} is not allowed; allowed are {context['expected']}"
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        return _error("wrong-value", message, place, suggest(str(found), words))
    if kind == "string_pattern_mismatch" and (letters := _LETTERS.fullmatch(context["pattern"])):
        refused = next(each for each in found if not re.fullmatch(letters[1], each))
        message = f"the character '{refused}' (U+{ord(refused):04X}) is not allowed here"
        return _error("wrong-value", message, replace(place, fragment=refused))
    if kind == "string_pattern_mismatch":
        message = f"{_described(found)} is not of the form {context['pattern']}"
        return _error("wrong-value", message, place)
    if kind == "string_too_short" and not found:
        return _error("wrong-value", "this is empty; it needs a text", place)
    if kind in _BOUNDS:
        message = f"{_described(found)} is out of bounds: {_BOUNDS[kind].format(**context)}"
        return _error("wrong-value", message, place)
    if kind == "too_short":
        return _error("wrong-value", "this is empty; it needs at least one", place)
    if kind == "too_long":
        message = f"these are {context['actual_length']}; at most {context['max_length']} are allowed"
        return _error("wrong-value", message, place)
    if kind == "value_error":
        return _error("wrong-value", str(context["error"]), place)
    return _error("wrong-value", error["msg"].lower().rstrip("."), place)


def _fields(model: type[BaseModel], loc: Route) -> tuple[str, ...]:
    """The keys that are allowed at a place of a model, in the order that the model has them."""
    schema = model.model_json_schema()
    here = schema
    for each in loc:
        here = _resolved(schema, here)
        if isinstance(each, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(each) or here.get("additionalProperties", {})
    return tuple(_resolved(schema, here).get("properties", {}))


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node
