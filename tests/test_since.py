"""What changed since a base, and versions that do not tell it: real commits of a small catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.base import read_base
from compiler.build import pack_personas, write
from compiler.diagnostic import settle
from compiler.load import load
from compiler.report.changes import changes_lines, changes_view
from compiler.since import changes_since
from tests.roles import NOTHING
from tests.small import SMALL, changed, overlay, report
from tests.test_base import git, put

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

Changes = dict[str, str | bytes | None]


class Repository:
    """A repository whose branch `main` holds the small catalog and its output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        git(folder, "init", "--quiet")
        self.commit({})

    def commit(self, changes: Mapping[str, str | bytes | None]) -> None:
        tree = overlay(changes)
        put(self.folder / "catalog", tree)
        loaded = load("catalog", tree)
        packings, _ = pack_personas(loaded.catalog, tuple(loaded.catalog.personas))
        write(self.folder / "output", packings)
        git(self.folder, "add", ".")
        git(self.folder, "commit", "--quiet", "--message", "One")

    def told(
        self,
        changes: Mapping[str, str | bytes | None],
        released: Collection[tuple[str, str]] = (),
    ) -> tuple[str, str]:
        """What is said of a catalog since `main`: the changes, and the mistakes."""
        loaded = load("catalog", overlay(changes))
        assert not loaded.diagnostics
        base = read_base("main", self.folder / "catalog", self.folder / "output")
        found, problems = changes_since(base, loaded.catalog, NOTHING, released)
        lines = changes_lines(changes_view(base, found, loaded.sources))
        text = "".join("".join(each for _, each in line) + "\n" for line in lines)
        head, _, rest = text.partition("\n")
        assert head.startswith("since main, ")
        problem = report(settle(problems, loaded.sources))
        return (head.partition(":")[2] + rest), problem


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


PERSONA = "personas/analyst.yaml"
ACTIVITY = "activities/read-buckets.yaml"
CLEAN = report(())


def version(text: str, *replacements: tuple[str, str]) -> Changes:
    return changed(PERSONA, ("version: 1.0.0", f"version: {text}"), *replacements)


MORE = changed(ACTIVITY, ("[s3:GetObject]", "[s3:GetObject, s3:PutObject]"))
LESS = changed(ACTIVITY, ("[s3:ListBucket]", "[s3:GetBucketLocation]"))
OTHER_WORDS = ("Reads data and trains models.", "Reads.")


class TestChanges:
    def test_nothing(self, repository: Repository) -> None:
        assert repository.told({}) == (" no persona changes", CLEAN)

    def test_an_unreleased_version_may_be_written_anew(self, repository: Repository) -> None:
        assert repository.told({**LESS}) == (
            """\
  analyst 1.0.0: gains 1 action, loses 1 action; would be major
    major  loses s3:ListBucket that ReadBucketsList allowed
    minor  gains s3:GetBucketLocation by ReadBucketsList  catalog/activities/read-buckets.yaml:4
""",
            CLEAN,
        )

    def test_words_alone(self, repository: Repository) -> None:
        assert repository.told(changed(PERSONA, OTHER_WORDS)) == (
            """\
  analyst 1.0.0: gains and loses nothing; would be patch
    patch  the role has another description  catalog/personas/analyst.yaml:2
    patch  the description is another  catalog/personas/analyst.yaml:2
""",
            CLEAN,
        )

    def test_a_version_that_is_high_enough(self, repository: Repository) -> None:
        text, problems = repository.told({**MORE, **version("1.1.0")})

        assert text == (
            """\
  analyst 1.0.0 to 1.1.0: gains 1 action; is minor
    minor  gains s3:PutObject by ReadBucketsRead  catalog/activities/read-buckets.yaml:7
"""
        )
        assert problems == CLEAN

    def test_a_version_raised_for_nothing(self, repository: Repository) -> None:
        assert repository.told(version("1.0.1")) == (
            "  analyst 1.0.0 to 1.0.1: nothing changes\n",
            CLEAN,
        )

    def test_a_domain_has_no_permissions_to_compare(self, repository: Repository) -> None:
        domain = "title: Domain\ndescription: A domain.\nversion: 1.0.0\nkind: domain\n"
        repository.commit({"personas/domain.yaml": domain})

        raised = domain.replace("1.0.0", "1.0.1")
        assert repository.told({"personas/domain.yaml": raised}) == (
            "  domain 1.0.0 to 1.0.1: nothing changes\n",
            CLEAN,
        )
        tagged = f"{domain}tags: {{team: ml}}\n"
        text, _ = repository.told({"personas/domain.yaml": tagged})
        assert text.splitlines()[1].startswith("    patch  the Domain has other tags")

    @pytest.mark.parametrize(
        ("kind", "made"), [("domain", "a Studio domain"), ("access", "a policy for people")]
    )
    def test_another_kind(self, repository: Repository, kind: str, made: str) -> None:
        """The role is lost, whatever is made in its place."""
        head = "title: A\ndescription: A.\nversion: {}\nkind: {}\n"
        rest = "activities: [read-buckets]\n" if kind == "access" else ""

        text, problems = repository.told({PERSONA: head.format("1.0.0", kind) + rest})
        _, too_small = repository.told({PERSONA: head.format("1.1.0", kind) + rest})
        _, enough = repository.told({PERSONA: head.format("2.0.0", kind) + rest})

        assert text == (
            f"  analyst 1.0.0: makes {made}, no longer a role; would be major\n"
            f"    major  makes {made}, no longer a role  catalog/personas/analyst.yaml:4\n"
        )
        assert problems == CLEAN
        assert too_small.startswith(
            "error[bump-too-small]: 1.1.0 is too small after 1.0.0: a major change needs 2.0.0:"
            f" makes {made}, no longer a role\n"
        )
        assert enough == CLEAN

    def test_another_default_is_told_once_and_where_it_stands(self, repository: Repository) -> None:
        def optional(state: str, number: str = "1.0.0") -> Changes:
            return version(
                number,
                ("activities: [read-buckets, run-jobs]",
                 f"activities: [run-jobs]\noptional:\n  read-buckets: {state}"),
            )  # fmt: skip

        repository.commit(optional("off"))

        text, _ = repository.told(optional("on"))
        _, too_small = repository.told(optional("on", "1.1.0"))

        assert text == (
            """\
  analyst 1.0.0: gains and loses nothing; would be major
    major  the parameter ReadBuckets has the default 'yes', no longer 'no': launches that leave it \
out are refused with no Buckets and gain s3:GetObject and s3:ListBucket  \
catalog/personas/analyst.yaml:8
"""
        )
        assert too_small.startswith("error[bump-too-small]: 1.1.0 is too small after 1.0.0")
        assert " ::: catalog/personas/analyst.yaml:8:3\n" in too_small

    def test_new_and_gone(self, repository: Repository) -> None:
        other = {"personas/other.yaml": SMALL[PERSONA], PERSONA: None}

        assert repository.told(other) == (
            "  analyst 1.0.0 is gone\n  other 1.0.0 is new\n",
            CLEAN,
        )

    def test_more_reasons_than_are_shown(self, repository: Repository) -> None:
        text, _ = repository.told(
            changed(PERSONA, ("[read-buckets, run-jobs]", "[run-jobs]"), OTHER_WORDS)
        )

        assert text == (
            """\
  analyst 1.0.0: loses 2 actions; would be major
    major  loses s3:GetObject that ReadBucketsRead allowed
    major  loses s3:ListBucket that ReadBucketsList allowed
    major  the parameter Buckets is gone
    and 3 more; --format json has all
"""
        )

    def test_many_personas_on_all_cores(self, repository: Repository) -> None:
        many = {f"personas/p{n}.yaml": SMALL[PERSONA] for n in range(70)}
        repository.commit(many)

        text, problems = repository.told({**many, **LESS})

        assert text.count("; would be major\n") == 71
        assert problems == CLEAN


class TestOutputs:
    def test_a_base_whose_output_is_stale(self, repository: Repository) -> None:
        put(repository.folder, {f"catalog/{PERSONA}": b"version: 1.1.0\n"})
        git(repository.folder, "commit", "--quiet", "--all", "--message", "Two")

        text, problems = repository.told({**MORE, **version("1.1.0")})

        assert text == (
            """\
  analyst 1.1.0: gains 1 action; would be minor
    note   compared with 1.0.0, the newest that main holds
    minor  gains s3:PutObject by ReadBucketsRead  catalog/activities/read-buckets.yaml:7
"""
        )
        assert problems == CLEAN

    def test_a_version_that_goes_back_to_one_of_the_output(self, repository: Repository) -> None:
        put(repository.folder, {f"catalog/{PERSONA}": b"version: 1.1.0\n"})
        git(repository.folder, "commit", "--quiet", "--all", "--message", "Two")

        text, problems = repository.told({})

        assert text == "  analyst 1.1.0 to 1.0.0\n"
        assert problems.startswith("error[version-lowered]: the version is 1.0.0; at the base it ")

    def test_a_base_without_output(self, repository: Repository) -> None:
        git(repository.folder, "rm", "--quiet", "-r", "output")
        git(repository.folder, "commit", "--quiet", "--message", "Two")

        assert repository.told(MORE) == (
            "  analyst 1.0.0: not compared\n    note   main holds no template of it\n",
            CLEAN,
        )

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"{", "the template at the base is not JSON: "),
            (b"[]", "the template at the base has no Resources"),
            (b'{"Resources": {}}', "analyst 1.0.0 cannot be rendered: the template makes 0 roles"),
        ],
    )
    def test_what_cannot_be_compared_is_major(
        self, repository: Repository, content: bytes, why: str
    ) -> None:
        put(repository.folder, {"output/personas/analyst/1.0.0.template.json": content})
        git(repository.folder, "commit", "--quiet", "--all", "--message", "Two")

        text, problems = repository.told(version("1.9.0"))

        assert text.startswith(
            "  analyst 1.0.0 to 1.9.0: not known what it gains and loses; is major\n"
            f"    major  not known: {why}"
        )
        assert problems.startswith("error[bump-too-small]: 1.9.0 is too small after 1.0.0: a major")

    def test_what_cannot_be_compared_fails_under_the_same_version(
        self, repository: Repository
    ) -> None:
        put(repository.folder, {"output/personas/analyst/1.0.0.template.json": b"{"})
        git(repository.folder, "commit", "--quiet", "--all", "--message", "Two")

        text, problems = repository.told({})

        assert text.startswith(
            "  analyst 1.0.0: not known what it gains and loses; would be major\n"
        )
        assert problems.startswith(
            "error[change-undecided]: what changes since 1.0.0 could not be decided: not known: "
            "the template at the base is not JSON: "
        )
        assert "hint: raise the version to 2.0.0, which admits any change" in problems
        assert repository.told(version("2.0.0"))[1] == CLEAN


class TestVersions:
    def test_too_small(self, repository: Repository) -> None:
        _, problems = repository.told({**LESS, **version("1.0.1")})

        assert problems == (
            """\
error[bump-too-small]: 1.0.1 is too small after 1.0.0: a major change needs 2.0.0: loses s3:ListBucket that ReadBucketsList allowed
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 1.0.1
  |          ^^^^^
  = hint: raise the version to 2.0.0, or higher
"""
        )

    def test_too_small_with_the_lines_that_caused_it(self, repository: Repository) -> None:
        _, problems = repository.told({**MORE, **version("1.0.1")})

        assert problems == (
            """\
error[bump-too-small]: 1.0.1 is too small after 1.0.0: a minor change needs 1.1.0: gains s3:PutObject by ReadBucketsRead
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 1.0.1
  |          ^^^^^
 ::: catalog/activities/read-buckets.yaml:7:5
  |
7 |   - sid: Read
  |     --------- gains s3:PutObject by ReadBucketsRead
  = hint: raise the version to 1.1.0, or higher
"""
        )

    def test_lowered(self, repository: Repository) -> None:
        text, problems = repository.told(version("0.9.0"))

        assert text == "  analyst 1.0.0 to 0.9.0: nothing changes\n"
        assert problems == (
            """\
error[version-lowered]: the version is 0.9.0; at the base it is 1.0.0, and versions only go up
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 0.9.0
  |          ^^^^^
  = hint: take 1.0.0 again, or a higher one
"""
        )

    def test_a_released_version_stays(self, repository: Repository) -> None:
        _, problems = repository.told(changed(PERSONA, OTHER_WORDS), {("analyst", "1.0.0")})

        assert problems == (
            """\
error[released-version-changed]: 1.0.0 is released, and its meaning has changed: the role has another description; the description is another
 --> catalog/personas/analyst.yaml:3:10
  |
3 | version: 1.0.0
  |          ^^^^^
 ::: catalog/personas/analyst.yaml:2:14
  |
2 | description: Reads.
  |              ------ the role has another description
 ::: catalog/personas/analyst.yaml:2:14
  |
2 | description: Reads.
  |              ------ the description is another
  = hint: raise the version to 1.0.1, or higher
"""
        )

    def test_a_released_version_may_be_written_otherwise(self, repository: Repository) -> None:
        """The order of activities is bytes, not meaning."""
        order = changed(PERSONA, ("[read-buckets, run-jobs]", "[run-jobs, read-buckets]"))

        text, problems = repository.told(order, {("analyst", "1.0.0")})

        assert "patch  Resources are written anew" in text
        assert problems == CLEAN
