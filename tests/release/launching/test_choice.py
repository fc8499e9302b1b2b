from __future__ import annotations

import pytest

from compiler.release.launching.choice import Bump, ChoiceError, bump, chosen_path, chosen_version
from compiler.release.launching.offer import OfferedVersion, Path

OLD = OfferedVersion(id="pa-old", name="1.9.0")
NEW = OfferedVersion(id="pa-new", name="1.10.0")
DEPRECATED = OfferedVersion(id="pa-dep", name="2.0.0", is_deprecated=True)
BY_HAND = OfferedVersion(id="pa-hand", name="trial")

PEOPLE = Path(id="lpv2-people", name="Data Science", tags={}, constraints=())
OPERATIONS = Path(id="lpv2-ops", name="ML Ops", tags={}, constraints=())
TITLES = {"data-science": "Data Science", "ml-ops": "ML Ops"}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("1.0.0", "2.0.0", "major"),
        ("1.9.9", "2.0.1", "major"),
        ("1.9.0", "1.10.0", "minor"),
        ("1.0.0", "1.0.1", "patch"),
        ("1.0.0", "1.0.0", "none"),
        ("1.10.0", "1.9.0", "back"),
        ("trial", "1.0.0", None),
        ("1.0.0", "01.0.0", None),
        ("trial", "trial", "none"),
    ],
)
def test_what_lies_between_two_versions(old: str, new: str, kind: Bump | None) -> None:
    assert bump(old, new) == kind


def test_the_newest_is_so_by_its_numbers_and_not_by_its_place() -> None:
    assert chosen_version([NEW, OLD, BY_HAND], None) == NEW


def test_what_is_deprecated_is_neither_taken_nor_launched_but_may_be_updated_to() -> None:
    assert chosen_version([OLD, DEPRECATED], None) == OLD
    with pytest.raises(ChoiceError, match=r"2\.0\.0 is deprecated: .*; there is 1\.9\.0"):
        chosen_version([OLD, DEPRECATED], "2.0.0")
    assert chosen_version([OLD, DEPRECATED], "2.0.0", deprecated=True) == DEPRECATED


def test_a_version_is_named_by_name_or_id() -> None:
    assert chosen_version([OLD, NEW, BY_HAND], "1.9.0") == OLD
    assert chosen_version([OLD, NEW, BY_HAND], "pa-hand") == BY_HAND


@pytest.mark.parametrize(
    ("versions", "wanted", "message"),
    [
        ([], None, "no active version; there is none"),
        ([BY_HAND], None, r"has a number, such as 1\.0\.0; choose by --version: there is trial$"),
        ([DEPRECATED], None, r"no active version; there is 2\.0\.0 \(deprecated\)"),
        ([OLD, NEW], "1.10.1", r"no active version '1\.10\.1'; there are 1\.9\.0, 1\.10\.0"),
        ([OLD, BY_HAND], "trail", r"no active version 'trail'; did you mean 'trial'\?"),
        ([OLD], "x", r"no active version 'x'; there is 1\.9\.0"),
        (
            [OLD, OfferedVersion(id="pa-b", name="1.9.0")],
            "1.9.0",
            "2 versions are called '1.9.0'; name one by id: pa-old or pa-b",
        ),
    ],
)
def test_a_version_that_cannot_be_told(
    versions: list[OfferedVersion], wanted: str | None, message: str
) -> None:
    with pytest.raises(ChoiceError, match=message):
        chosen_version(versions, wanted)


def test_a_retired_version_is_told_as_such() -> None:
    with pytest.raises(ChoiceError, match=r"1\.9\.0 is retired: .*; there is 1\.10\.0"):
        chosen_version([NEW], "1.9.0", retired={"1.9.0"})


def test_the_only_path_is_taken() -> None:
    assert chosen_path([PEOPLE], None, {}) == PEOPLE


@pytest.mark.parametrize("wanted", ["ml-ops", "ML Ops", "lpv2-ops"])
def test_one_of_several_paths_is_named(wanted: str) -> None:
    assert chosen_path([PEOPLE, OPERATIONS], wanted, TITLES) == OPERATIONS


@pytest.mark.parametrize(
    ("paths", "wanted", "message"),
    [
        ([], None, "no portfolio admits you"),
        (
            [PEOPLE, OPERATIONS],
            None,
            r"2 portfolios; name one by --path: there are 'data-science' \(lpv2-people\), 'ml-ops'",
        ),
        ([PEOPLE, OPERATIONS], "ml-op", "no portfolio 'ml-op' leads .* did you mean 'ml-ops'"),
        ([PEOPLE], "finance", r"there are 'data-science' \(lpv2-people\)"),
        (
            [PEOPLE, Path(id="lpv2-b", name="Data Science", tags={}, constraints=())],
            "data-science",
            "2 portfolios are called 'data-science'; name a path: lpv2-people or lpv2-b",
        ),
    ],
)
def test_a_path_that_cannot_be_told(paths: list[Path], wanted: str | None, message: str) -> None:
    with pytest.raises(ChoiceError, match=message):
        chosen_path(paths, wanted, TITLES)
