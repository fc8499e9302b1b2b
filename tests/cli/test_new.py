"""`personac new`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def files(shell: Shell) -> set[str]:
    return {
        each.relative_to(shell.folder).as_posix()
        for each in shell.folder.rglob("*")
        if each.is_file()
    }


class TestPersona:
    def test_it_is_written_and_passes_what_is_said_to_come_next(self, shell: Shell) -> None:
        (shell.folder / "tests/acceptance").mkdir(parents=True)
        before = files(shell)

        said = shell("new", "persona", "fraud-analyst")

        assert (said.code, said.err) == (0, "")
        assert said.out == (
            "wrote catalog/personas/fraud-analyst.yaml\n"
            "wrote tests/acceptance/fraud-analyst.yaml\n"
            "next, say in it what it may do, then:\n"
            "  personac check\n"
            "  personac can fraud-analyst --requests tests/acceptance/fraud-analyst.yaml\n"
            "  personac build\n"
        )
        assert files(shell) - before == {
            "catalog/personas/fraud-analyst.yaml",
            "tests/acceptance/fraud-analyst.yaml",
        }
        for line in said.out.splitlines()[-3:]:
            done = shell(*line.split()[1:])
            assert (done.code, done.err) == (0, ""), line
            if "check" in line:
                assert done.out == "checked 2 personas\nno mistakes found\n"

    def test_without_a_folder_for_the_table(self, shell: Shell) -> None:
        said = shell("new", "persona", "fraud-analyst")

        assert said.code == 0
        assert said.out == (
            "wrote catalog/personas/fraud-analyst.yaml\n"
            "no table of requests: there is no folder tests/acceptance; --acceptance DIR names one\n"
            "next, say in it what it may do, then:\n"
            "  personac check\n"
            "  personac build\n"
        )

    def test_a_folder_that_is_named(self, shell: Shell) -> None:
        said = shell("new", "persona", "fraud-analyst", "--acceptance", "my requests")

        assert (shell.folder / "my requests/fraud-analyst.yaml").is_file()
        assert (
            "  personac can fraud-analyst --requests 'my requests/fraud-analyst.yaml'\n" in said.out
        )

    def test_a_table_that_was_written_first_is_kept(self, shell: Shell) -> None:
        table = shell.folder / "tests/acceptance/fraud-analyst.yaml"
        table.parent.mkdir(parents=True)
        table.write_text("- action: s3:ListAllMyBuckets\n")

        said = shell("new", "persona", "fraud-analyst")

        assert said.code == 0
        assert "kept tests/acceptance/fraud-analyst.yaml, which was there already\n" in said.out
        assert table.read_text() == "- action: s3:ListAllMyBuckets\n"

    def test_another_catalog_and_what_machines_read(self, shell: Shell) -> None:
        (shell.folder / "catalog").rename(shell.folder / "ours")

        said = shell("new", "persona", "fraud-analyst", "--catalog", "ours", "--format", "json")

        assert (said.code, said.err) == (0, "")
        assert json.loads(said.out) == {
            "schema": "personac.new/1",
            "wrote": ["ours/personas/fraud-analyst.yaml"],
            "kept": [],
            "next": ["personac check --catalog ours", "personac build --catalog ours"],
        }


class TestActivity:
    def test_it_is_written_and_passes_what_is_said_to_come_next(self, shell: Shell) -> None:
        said = shell("new", "activity", "label-images")

        assert (said.code, said.err) == (0, "")
        assert said.out == (
            "wrote catalog/activities/label-images.yaml\n"
            "next, say in it what it allows, then:\n"
            "  personac check\n"
        )
        assert shell("check").out.endswith("no mistakes found\n")

    def test_a_persona_that_names_it_already(self, shell: Shell) -> None:
        """What is wrong with the catalog keeps nobody from mending it."""
        shell.change("personas/analyst.yaml", "run-jobs", "label-images")
        assert shell("check").code == 1

        assert shell("new", "activity", "label-images").code == 0
        assert "unknown-activity" not in shell("check").out


class TestRefused:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["persona", "Fraud Analyst"], "'Fraud Analyst' is no id; an id is lower-case words with hyphens, at most 64 characters; did you mean 'fraud-analyst'?"),
            (["activity", "-"], "'-' is no id; an id begins with a letter, a to z, and has at most 64 characters"),
            (["activity", "9lives"], "'9lives' is no id; an id begins with a letter, a to z, and has at most 64 characters\n"),
            (["activity", "--", "-x"], "'-x' is no id; an id begins with a letter, a to z, and has at most 64 characters; did you mean 'x'?"),
            (["activity", "café"], "'café' is no id; an id is lower-case words with hyphens, at most 64 characters; did you mean 'cafe'?"),
            (["activity", "straße"], "'straße' is no id; an id is lower-case words with hyphens, at most 64 characters\n"),
            (["activity", "../x"], "'../x' is no id; an id begins with a letter, a to z, and has at most 64 characters; did you mean 'x'?"),
            (["persona", "1st"], "'1st' is no id; an id begins with a letter, a to z, and has at most 64 characters\n"),
            (["persona", "a" * 65], f"'{'a' * 65}' is no id; an id has at most 64 characters, and this has 65\n"),
            (["persona", "analyst"], "'catalog/personas/analyst.yaml' is there already, and nothing is overwritten"),
            (["activity", "run-jobs"], "'catalog/activities/run-jobs.yaml' is there already, and nothing is overwritten"),
            (["activity", "x", "--acceptance", "y"], "--acceptance is about personas: an activity has no table of requests"),
            (["persona", "x", "--catalog", "catalog/catalog.yaml"], "there is no folder 'catalog/catalog.yaml'; run personac where the catalog is, or name it by --catalog"),
            (["persona", "x", "--acceptance", "catalog/catalog.yaml"], "cannot write 'catalog/catalog.yaml/x.yaml': "),
        ],
        ids=range(14),
    )  # fmt: skip
    def test_nothing_is_written(self, shell: Shell, arguments: list[str], message: str) -> None:
        before = files(shell)

        said = shell("new", *arguments)

        assert said.out == ""
        assert said.err.startswith(f"personac: {message}")
        assert said.code == (3 if "no folder" in message else 2)
        assert files(shell) == before

    @pytest.mark.parametrize("arguments", [["new"], ["new", "trust", "x"], ["new", "persona"]])
    def test_of_the_command_line(self, shell: Shell, arguments: list[str]) -> None:
        said = shell(*arguments)

        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("usage: personac new")

    def test_a_file_of_the_other_ending(self, shell: Shell) -> None:
        shell.write("personas/fraud.yml", "title: Fraud\n")

        said = shell("new", "persona", "fraud")

        assert said.code == 2
        assert "'catalog/personas/fraud.yml' is there already" in said.err

    def test_a_link_that_leads_nowhere(self, shell: Shell) -> None:
        (shell.folder / "catalog/personas/fraud.yaml").symlink_to("nowhere.yaml")

        assert "is there already" in shell("new", "persona", "fraud").err

    def test_a_catalog_in_which_nothing_can_begin(self, shell: Shell) -> None:
        shell.write("trusts/sagemaker.yaml", None)

        said = shell("new", "persona", "fraud")

        assert said.code == 2
        assert said.err.startswith("personac: the catalog has no trust, and a role needs one")
