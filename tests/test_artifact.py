"""compiler.artifact: canonical bytes, and writes that are whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import Artifact, artifact, canonical, put, standing, template_path
from compiler.place import Place
from compiler.template import Template

if TYPE_CHECKING:
    from pathlib import Path

WANTED = Artifact(path="personas/a/1.0.0.template.json", content=b"{}\n")


def test_bytes_are_canonical() -> None:
    """Sorted keys, one newline at the end."""
    assert (
        canonical({"b": [1, {"d": "ü", "c": None}], "a": {}, "B": "\n"})
        == (
            '{\n  "B": "\\n",\n  "a": {},\n  "b": [\n    1,\n    {\n      "c": null,\n      "d": "ü"\n    }\n  ]\n}\n'
        ).encode()
    )


def test_a_template_has_one_file_for_each_version() -> None:
    template = Template(persona="a", version="1.2.3", body={"x": 1}, origins={(): Place(path="a")})

    assert artifact(template) == Artifact(
        path="personas/a/1.2.3.template.json", content=b'{\n  "x": 1\n}\n'
    )
    assert template_path("a", "1.2.3") == "personas/a/1.2.3.template.json"


def test_a_part_of_a_template_comes_from_where_its_parent_does() -> None:
    top, part = Place(path="top"), Place(path="part")
    template = Template(persona="a", version="1", body={}, origins={(): top, ("a", 0): part})

    assert template.origin(("a", 0, "b", 1)) == part
    assert template.origin(("a", 1)) == top
    assert template.origin(()) == top


def test_a_file_is_missing_then_current_then_stale(tmp_path: Path) -> None:
    assert put(tmp_path, WANTED) == "missing"
    assert standing(tmp_path, WANTED) == "current"
    (tmp_path / WANTED.path).write_bytes(b"{}")

    assert standing(tmp_path, WANTED) == "stale"
    assert put(tmp_path, WANTED) == "stale"
    assert (tmp_path / WANTED.path).read_bytes() == WANTED.content


def test_what_is_current_is_not_written_again(tmp_path: Path) -> None:
    put(tmp_path, WANTED)
    path = tmp_path / WANTED.path
    os.utime(path, ns=(1, 1))

    assert put(tmp_path, WANTED) == "current"
    assert path.stat().st_mtime_ns == 1


@pytest.mark.parametrize("held", [None, b"old"])
def test_an_interrupted_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: bytes | None
) -> None:
    path = tmp_path / WANTED.path
    path.parent.mkdir(parents=True)
    if held is not None:
        path.write_bytes(held)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, WANTED)

    before = {} if held is None else {path: held}
    assert before == {file: file.read_bytes() for file in path.parent.iterdir()}


def test_a_written_file_is_readable_for_all(tmp_path: Path) -> None:
    put(tmp_path, WANTED)

    assert (tmp_path / WANTED.path).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("blocked", ["personas", "personas/a", "personas/a/1.0.0.template.json/x"])
def test_what_stands_in_the_way_is_an_error_of_the_system(tmp_path: Path, blocked: str) -> None:
    path = tmp_path / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")

    with pytest.raises(OSError, match=r"."):
        put(tmp_path, WANTED)
