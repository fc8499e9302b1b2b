"""compiler.released: what is held to a base, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.artifact import Artifact, digest, put, template_path
from compiler.base import Base, Blob, Released
from compiler.build import compile_packing, pack_personas
from compiler.load import load
from compiler.released import broken_promises, settle, unlisted, without_removed
from tests.roles import NOTHING
from tests.small import changed, overlay
from tests.test_base import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from compiler.catalog import Catalog
    from compiler.pack import Packing
    from compiler.released import Settled

PERSONA = "personas/analyst.yaml"
PEOPLE = {
    "portfolios/people.yaml": "title: P\ndescription: P.\nproducts:\n  analyst: {}\n",
}
FIRST = template_path("analyst", "1.0.0")
ORDER = ("[read-buckets, run-jobs]", "[run-jobs, read-buckets]")
WORDS = ("Reads data and trains models.", "Reads.")
Changes = dict[str, str | bytes | None]


def catalog(changes: Mapping[str, str | bytes | None]) -> Catalog:
    loaded = load("catalog", overlay({**PEOPLE, **changes}))
    assert not loaded.diagnostics
    return loaded.catalog


def packings(found: Catalog) -> tuple[Packing, ...]:
    several, problems = pack_personas(found, tuple(found.personas))
    assert not problems
    return several


def released_in(tmp_path: Path) -> Base:
    """A base that holds the small catalog's persona, and has released it."""
    (packing,) = packings(catalog({}))
    content = compile_packing(packing).artifact.content
    put(tmp_path, Artifact(path="template", content=content))
    git(tmp_path, "init", "--quiet")
    name = git(tmp_path, "hash-object", "-w", "template")
    return Base(
        ref="main",
        commit="c" * 40,
        versions={"analyst": "1.0.0"},
        templates={"analyst": {"1.0.0": Blob(id=name, top=tmp_path)}},
        released={
            ("analyst", "1.0.0"): Released(
                sha256=digest(content), lifecycle="active", portfolios=("people",)
            )
        },
    )


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return released_in(tmp_path)


def settled(base: Base | None, changes: Changes, *, everything: bool = False) -> Settled:
    found = catalog(changes)
    return settle(base, found, packings(found), NOTHING, everything=everything)


def version(text: str, *more: tuple[str, str]) -> Changes:
    return changed(PERSONA, ("version: 1.0.0", f"version: {text}"), *more)


class TestSettle:
    def test_without_a_base(self) -> None:
        found = settled(None, {})

        assert (len(found.packings), found.kept, found.diagnostics) == (1, {}, ())

    @pytest.mark.parametrize(
        ("changes", "raised", "rules", "written"),
        [
            ({}, {}, [], False),
            (changed(PERSONA, ORDER), {"analyst": "1.0.1"}, [], False),
            (
                changed(PERSONA, WORDS),
                {"analyst": "1.0.1"},
                ["released-version-changed"],
                True,
            ),
            (version("1.0.1", WORDS), {}, [], True),
            (version("1.0.1", ORDER), {}, [], True),
            (
                version("1.0.1", ("[read-buckets, run-jobs]", "[run-jobs]")),
                {"analyst": "2.0.0"},
                ["bump-too-small"],
                True,
            ),
            (version("0.9.0", WORDS), {}, ["version-lowered"], True),
        ],
        ids=range(7),
    )
    def test_what_is_released(
        self, base: Base, changes: Changes, raised: dict[str, str], rules: list[str], written: bool
    ) -> None:
        found = settled(base, changes)

        assert found.raised == raised
        assert [each.rule for each in found.diagnostics] == rules
        assert bool(found.packings) is written
        # Of what cannot be built the released files are left as they are, too.
        assert found.kept == ({} if rules else {FIRST: base.templates["analyst"]["1.0.0"]})

    def test_what_is_not_released_is_compared_where_all_is(self, base: Base) -> None:
        held = Base(ref="main", commit="c", versions=base.versions, templates=base.templates)
        small = version("1.0.1", ("[read-buckets, run-jobs]", "[run-jobs]"))

        assert settled(held, changed(PERSONA, ORDER), everything=True).raised == {}
        assert settled(held, small).raised == {}
        assert settled(held, small, everything=True).raised == {"analyst": "2.0.0"}


class TestPromises:
    def removed(self, base: Base) -> Base:
        released = {
            key: Released(sha256=each.sha256, lifecycle="removed", portfolios=each.portfolios)
            for key, each in base.released.items()
        }
        return Base(
            ref=base.ref,
            commit=base.commit,
            versions=base.versions,
            templates=base.templates,
            released=released,
        )

    def test_a_removed_version_may_go(self, base: Base, tmp_path: Path) -> None:
        removed = self.removed(base)

        assert without_removed(base, tmp_path).released == base.released
        assert without_removed(removed, tmp_path).released == {}
        put(tmp_path, Artifact(path=FIRST, content=b"{}"))
        assert without_removed(removed, tmp_path).released == removed.released

    def test_and_need_not_be_listed(self, base: Base) -> None:
        nothing = catalog({"portfolios/people.yaml": None})

        assert [each.rule for each in unlisted(base, nothing)] == ["released-version-unlisted"]
        assert [*unlisted(self.removed(base), nothing)] == []
        assert [*unlisted(base, catalog({}))] == []

    def test_what_is_broken(self, base: Base, tmp_path: Path) -> None:
        output = tmp_path / "output"
        found = catalog({})

        def rules() -> list[str]:
            return [each.rule for each in broken_promises(base, found, output, "output")]

        assert rules() == ["released-version-missing"]
        put(output, Artifact(path=FIRST, content=b"{}"))
        assert rules() == ["released-version-edited"]
        content = base.templates["analyst"]["1.0.0"].content()
        put(output, Artifact(path=FIRST, content=content))
        assert rules() == []
