"""AWS managed policies that a catalog keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.managed import (
    ManagedPolicy,
    ManagedPolicyError,
    attached_name,
    is_at,
    kept,
    kept_form,
    kept_names,
    plain_name,
)
from compiler.sandbox import managed_policies
from tests.catalog.launches import REPOSITORY, catalog

if TYPE_CHECKING:
    from pathlib import Path


def policy(version: str = "v1", path: str = "") -> ManagedPolicy:
    return ManagedPolicy(
        name="Theirs",
        arn=f"arn:aws:iam::aws:policy/{path}Theirs",
        version=version,
        source="somebody",
        date="2026-01-02",
        document={"Version": "2012-10-17", "Statement": []},
    )


def keep(catalog: Path, made: ManagedPolicy) -> None:
    file = catalog / "aws_managed" / made.name / f"{made.version}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(kept_form(made))


def test_the_newest_version_is_found_by_number(tmp_path: Path) -> None:
    for version in ("v9", "v10", "v2"):
        keep(tmp_path, policy(version))

    assert kept(tmp_path, "Theirs") == policy("v10")
    assert kept(tmp_path, "service-role/Theirs") == policy("v10")
    assert kept_names(tmp_path) == ("Theirs",)


@pytest.mark.parametrize("name", ["Theirs", "..", "../aws_managed/Theirs", "", "a\\b"])
def test_what_is_not_kept(tmp_path: Path, name: str) -> None:
    assert kept(tmp_path, name) is None
    assert kept_names(tmp_path) == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "Theirs"}', '{"nam": "Theirs"}'])
def test_a_copy_that_is_broken_is_named(tmp_path: Path, text: str) -> None:
    keep(tmp_path, policy())
    (tmp_path / "aws_managed/Theirs/v1.json").write_text(text, encoding="utf-8")

    with pytest.raises(ManagedPolicyError, match=r"v1\.json' is no kept copy of a policy: "):
        kept(tmp_path, "Theirs")


def test_names_and_paths() -> None:
    assert plain_name("service-role/X") == plain_name("X") == "X"
    assert attached_name("arn:aws-cn:iam::aws:policy/service-role/X") == "service-role/X"
    assert attached_name("arn:aws:iam::111122223333:policy/X") is None
    assert is_at(policy(path="job-function/"), "Theirs")
    assert is_at(policy(path="job-function/"), "job-function/Theirs")
    assert not is_at(policy(path="job-function/"), "service-role/Theirs")


def test_what_our_personas_attach_is_kept() -> None:
    """So that credentials never change a verdict."""
    named = {one for each in catalog().personas.values() for one in each.managed_policies}
    assert named
    for name in named:
        found = kept(REPOSITORY / "catalog", name)
        assert found
        assert is_at(found, name)


def test_kept_copies_are_what_their_source_says() -> None:
    folder = REPOSITORY / "catalog"
    for name in kept_names(folder):
        found = kept(folder, name)
        assert found
        assert found.source.startswith("moto ")
        theirs = managed_policies.find(name)
        assert theirs
        if theirs.version == found.version:
            assert theirs.document == found.document
        written = (folder / "aws_managed" / name / f"{found.version}.json").read_bytes()
        assert written == kept_form(found)
        assert json.loads(written)["name"] == name
