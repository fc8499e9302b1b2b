"""AWS managed policies that a catalog keeps."""

from __future__ import annotations

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
    kept_versions,
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


def test_one_version_is_found_by_its_name(tmp_path: Path) -> None:
    for version in ("v9", "2021-08-02", "v10"):
        keep(tmp_path, policy(version))
    (tmp_path / "aws_managed/Theirs/draft.json").write_text("{", encoding="utf-8")

    assert kept_versions(tmp_path, "service-role/Theirs") == ("v10", "v9", "2021-08-02")
    assert kept(tmp_path, "Theirs", "v9") == policy("v9")
    assert kept(tmp_path, "Theirs", "2021-08-02") == policy("2021-08-02")
    for absent in ("v1", "draft", "../Theirs/v9"):
        assert kept(tmp_path, "Theirs", absent) is None


def test_a_document_that_was_no_version_is_never_the_newest(tmp_path: Path) -> None:
    keep(tmp_path, policy("2021-08-02"))

    assert kept(tmp_path, "Theirs") is None


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
    named |= {one for each in catalog().activities.values() for one in each.managed_policies}
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
        for version in kept_versions(folder, name):
            file = folder / "aws_managed" / name / f"{version}.json"
            one = kept(folder, name, version)
            assert one
            assert (one.name, one.arn, one.version) == (name, found.arn, version)
            assert file.read_bytes() == kept_form(one)


# ------------------------------------------------------------ what AWS's documentation had in 2021

AUGUST = ("AmazonSageMakerFullAccess", "2021-08-02"), ("AmazonSageMakerReadOnly", "v10")


@pytest.mark.parametrize(("name", "version"), AUGUST)
def test_documents_of_2021_are_kept_beside_the_newest(name: str, version: str) -> None:
    older, newest = kept(REPOSITORY / "catalog", name, version), kept(REPOSITORY / "catalog", name)
    assert older
    assert newest
    assert older.date <= "2021-08-02" < newest.date
    assert "Developer Guide of 2021-08-02" in older.source
    assert older.document != newest.document


def test_the_documents_of_2021_say_what_they_said() -> None:
    """What AWS changed since, by the table of updates in its documentation."""
    full, read = (kept(REPOSITORY / "catalog", *each) for each in AUGUST)
    assert full
    assert read
    passing = [each for each in full.document["Statement"] if each["Action"] == ["iam:PassRole"]]
    assert [each["Resource"] for each in passing] == ["arn:aws:iam::*:role/*"]
    assert len(passing[0]["Condition"]["StringEquals"]["iam:PassedToService"]) == 4
    publishing = [each for each in full.document["Statement"] if "sns:Publish" in each["Action"]]
    assert len(publishing) == 1
    first, _ = read.document["Statement"]
    assert "sagemaker:BatchGetRecord" in first["Action"]
    assert "sagemaker:QueryLineage" not in first["Action"]
