"""What git commits hold: real repositories, made for each test."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from compiler.base import Base, BaseError, Released, find_base, read_base

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = b'{"Resources": {}}\n'
FILES = {
    "catalog/personas/analyst.yaml": b"title: Analyst\nversion: 1.2.0\n",
    "output/personas/analyst/1.10.0.template.json": TEMPLATE,
    "output/personas/analyst/1.2.0.template.json": b"{}\n",
    "output/personas/analyst/notes.txt": b"-\n",
    "output/personas/old/1.0.0.template.json": b"{}\n",
}


def git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *named, *arguments], cwd=folder, capture_output=True, check=True, text=True
    )
    return done.stdout.strip()


def put(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def committed(folder: Path, *options: str) -> str:
    git(folder, "init", "--quiet", *options)
    put(folder, FILES)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "One")
    return git(folder, "rev-parse", "HEAD")


def of(folder: Path, ref: str = "main", output: str = "output") -> Base:
    return read_base(ref, folder / "catalog", folder / output)


def test_what_a_commit_holds_not_the_work_tree(tmp_path: Path) -> None:
    commit = committed(tmp_path)
    put(tmp_path, {"catalog/personas/analyst.yaml": b"version: 9.0.0\n"})

    found = of(tmp_path)

    assert (found.ref, found.commit) == ("main", commit)
    assert found.versions == {"analyst": "1.2.0"}
    assert {name: list(each) for name, each in found.templates.items()} == {
        "analyst": ["1.10.0", "1.2.0"],
        "old": ["1.0.0"],
    }
    assert (found.version("analyst"), found.version("old"), found.version("new")) == (
        "1.2.0",
        "1.0.0",
        None,
    )


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_a_file_is_known_without_being_read(tmp_path: Path, options: tuple[str, ...]) -> None:
    committed(tmp_path, *options)

    blob = of(tmp_path).templates["analyst"]["1.10.0"]

    assert blob.is_of(TEMPLATE)
    assert not blob.is_of(TEMPLATE + b" ")
    assert blob.content() == TEMPLATE


@pytest.mark.parametrize("text", [b"version: [1\n", b"version: one\n", b"- 1.0.0\n", b"", b"\xff"])
def test_a_version_that_cannot_be_read_is_the_newest_of_the_output(
    tmp_path: Path, text: bytes
) -> None:
    committed(tmp_path)
    put(tmp_path, {"catalog/personas/analyst.yaml": text})
    git(tmp_path, "commit", "--quiet", "--all", "--message", "Two")

    found = of(tmp_path)

    assert found.versions == {"analyst": None}
    assert found.version("analyst") == "1.10.0"


def test_a_folder_within_the_repository_and_names_that_git_would_read_as_patterns(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "--quiet")
    top = tmp_path / "a [b] é*"
    put(top, FILES)
    put(tmp_path / "a b é", {"catalog/personas/other.yaml": b"version: 1.0.0\n"})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "One")

    assert of(top).versions == {"analyst": "1.2.0"}


def test_the_catalog_may_be_the_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    put(tmp_path, {"personas/analyst.yaml": b"version: 1.0.0\n"})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "One")

    assert read_base("main", tmp_path, tmp_path / "output").versions == {"analyst": "1.0.0"}


def test_nothing_is_touched(tmp_path: Path) -> None:
    committed(tmp_path)
    # A file with another time than the index remembers: `git status` would write the index anew.
    os.utime(tmp_path / "catalog/personas/analyst.yaml", (1, 1))
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}

    of(tmp_path).templates["analyst"]["1.2.0"].content()

    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before


def test_inside_a_hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git tells hooks where it is by a path that is relative to the top."""
    committed(tmp_path)
    monkeypatch.setenv("GIT_DIR", ".git")

    assert of(tmp_path).versions == {"analyst": "1.2.0"}


LISTED = b"""\
{"products": {"analyst": {"versions": {"1.2.0": {"sha256": "5e", "lifecycle": "active"}}}}}
"""


class TestReleased:
    def test_what_portfolios_list(self, tmp_path: Path) -> None:
        put(tmp_path, {"output/portfolios/people.json": LISTED, "output/portfolios/b.json": LISTED})
        committed(tmp_path)
        put(tmp_path, {"output/portfolios/c.json": b"only in the work tree"})

        assert of(tmp_path).released == {
            ("analyst", "1.2.0"): Released(
                sha256="5e", lifecycle="active", portfolios=("b", "people")
            )
        }

    def test_a_base_without_portfolios_has_released_nothing(self, tmp_path: Path) -> None:
        committed(tmp_path)

        assert of(tmp_path).released == {}

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (b"{", "in a form that this version of personac does not read: JSONDecodeError("),
            (b"[]", "in a form that this version of personac does not read: TypeError("),
            (b'{"products": {"a": {}}}', "does not read: KeyError('versions')"),
            (b'{"products": {"a": {"versions": {"1.0.0": {}}}}}', "not read: KeyError('sha256')"),
        ],
    )
    def test_a_portfolio_that_cannot_be_read(self, tmp_path: Path, text: bytes, told: str) -> None:
        put(tmp_path, {"output/portfolios/people.json": text})
        committed(tmp_path)

        with pytest.raises(BaseError, match=r"^'main' holds the portfolio") as caught:
            of(tmp_path)

        assert told in str(caught.value)

    def test_a_version_that_is_listed_and_not_there(self, tmp_path: Path) -> None:
        listed = LISTED.replace(b"1.2.0", b"1.3.0")
        put(tmp_path, {"output/portfolios/people.json": listed})
        committed(tmp_path)

        with pytest.raises(BaseError) as caught:
            of(tmp_path)

        assert str(caught.value) == (
            "'main' lists 1.3.0 of 'analyst' in 'people', and holds no template of it"
        )


class TestDefault:
    def test_the_branch_of_the_remote(self, tmp_path: Path) -> None:
        commit = committed(tmp_path)
        git(tmp_path, "update-ref", "refs/remotes/origin/main", commit)

        found = find_base(tmp_path / "catalog", tmp_path / "output")

        assert found
        assert (found.ref, found.commit) == ("origin/main", commit)

    def test_none_where_there_is_no_such_branch(self, tmp_path: Path) -> None:
        committed(tmp_path)

        assert find_base(tmp_path / "catalog", tmp_path / "output") is None

    def test_none_without_a_repository_or_git(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        put(tmp_path, FILES)

        assert find_base(tmp_path / "catalog", tmp_path / "output") is None
        monkeypatch.setenv("PATH", str(tmp_path))
        assert find_base(tmp_path / "catalog", tmp_path / "output") is None

    def test_none_where_it_has_no_catalog(self, tmp_path: Path) -> None:
        git(tmp_path, "update-ref", "refs/remotes/origin/main", committed(tmp_path))
        put(tmp_path, {"moved/personas/analyst.yaml": b"version: 1.0.0\n"})

        assert find_base(tmp_path / "moved", tmp_path / "output") is None

    def test_one_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        put(tmp_path, {"output/portfolios/people.json": b"{"})
        git(tmp_path, "update-ref", "refs/remotes/origin/main", committed(tmp_path))

        with pytest.raises(BaseError, match=r"^'origin/main' holds the portfolio"):
            find_base(tmp_path / "catalog", tmp_path / "output")


class TestRefusals:
    @pytest.mark.parametrize("ref", ["none", "", "--all", "--output=x", "main:catalog", "a b"])
    def test_no_such_commit(self, tmp_path: Path, ref: str) -> None:
        committed(tmp_path)

        with pytest.raises(BaseError) as caught:
            of(tmp_path, ref)

        assert str(caught.value) == (
            f"there is no commit '{ref}' in this repository; a clone that CI makes may hold one"
            " branch alone: fetch the base first"
        )

    def test_no_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        put(tmp_path, FILES)

        with pytest.raises(BaseError, match=r"^'.*/catalog' is in no git repository$"):
            of(tmp_path)

    def test_no_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        committed(tmp_path)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(BaseError, match=r"^git is not installed, or not on PATH"):
            of(tmp_path)

    def test_an_output_elsewhere(self, tmp_path: Path) -> None:
        (tmp_path / "one").mkdir()
        committed(tmp_path / "one")

        with pytest.raises(BaseError, match="is outside of the git repository that holds the"):
            of(tmp_path / "one", output="../output")

    def test_no_catalog_there(self, tmp_path: Path) -> None:
        committed(tmp_path)
        put(tmp_path, {"moved/personas/analyst.yaml": b"version: 1.0.0\n"})

        with pytest.raises(BaseError) as caught:
            read_base("main", tmp_path / "moved", tmp_path / "output")

        assert str(caught.value) == (
            "'main' holds no catalog in 'moved'; a base has the catalog where it is now"
        )

    def test_a_file_that_the_repository_lacks(self, tmp_path: Path) -> None:
        committed(tmp_path)
        name = git(tmp_path, "rev-parse", "main:catalog/personas/analyst.yaml")
        (tmp_path / ".git/objects" / name[:2] / name[2:]).unlink()

        with pytest.raises(BaseError, match=f"^git has no file {name}: a clone may have left it"):
            of(tmp_path)

    def test_a_repository_that_git_refuses(self, tmp_path: Path) -> None:
        committed(tmp_path)
        (tmp_path / ".git/config").write_text("[core\n")

        with pytest.raises(BaseError, match=r"^git rev-parse failed: fatal: bad config line 1"):
            of(tmp_path)
